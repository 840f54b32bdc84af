"""How much room text takes in Times New Roman, for rows whose height a program would not fit by itself."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Widths in hundredths of the font size, from the metrics every Times New Roman (and Liberation Serif) shares.
_WIDTHS = {
    **dict.fromkeys(" .,|", 25),
    **dict.fromkeys("ijlt:;/\\", 28),
    **dict.fromkeys("fr!'’‘()[]-I", 33),
    **dict.fromkeys("sJ", 39),
    **dict.fromkeys("acez?", 44),
    **dict.fromkeys("bdghknopquvxy0123456789đ–“”…*", 50),
    **dict.fromkeys("ELPSTZFB", 61),
    **dict.fromkeys("ACDGHKNOQRUVXYwĐ", 72),
    **dict.fromkeys("mM%", 85),
    **dict.fromkeys("W", 95),
}
_BOLD = 1.06
PADDING = 7
"""Points that a cell keeps free at both sides together."""
POINTS_PER_PIXEL = 0.75


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line of text in points."""
    return _hundredths(text) / 100 * size * (_BOLD if bold else 1)


class _Advances(dict[str, int]):
    """The width of each character, worked out when it is first met; accents take no room of their own."""

    def __missing__(self, char: str) -> int:
        letters = (part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))
        self[char] = width = sum(_WIDTHS.get(part, 60) for part in letters)
        return width


_ADVANCES = _Advances()


def _hundredths(text: str) -> int:
    return sum(map(_ADVANCES.__getitem__, text))


def line_count(text: str, width: float, size: float, *, bold: bool = False, most: int = 1_000) -> int:
    """Return how many lines text takes in a cell ``width`` points wide, broken between words; ``most`` of more."""
    room, space = _room(width, size, bold)
    if is_one_line(text, room - space):
        return 1
    if len(text) > _LONG and _hundredths(text[: int(most * room) // _NARROWEST]) > most * room:
        return most
    return _line_count(text, width, size, bold, most)


def line_room(width: float, size: float, *, bold: bool = False) -> float:
    """Return what a line of a cell ``width`` points wide has room for, as ``is_one_line`` measures it."""
    room, space = _room(width, size, bold)
    return room - space


def is_one_line(text: str, room: float) -> bool:
    """Whether text takes one line of this room."""
    return len(text) <= _LONG and sum(map(_ADVANCES.__getitem__, text)) <= room and "\n" not in text


_LONG, _NARROWEST = 200, 25
"""Characters that no line holds; hundredths of the font's size that the narrowest takes."""


@lru_cache(maxsize=256)
def _room(width: float, size: float, bold: bool) -> tuple[float, int]:  # noqa: FBT001
    """Return what a line holds and what a space takes, in hundredths of the size of the font's letters."""
    own = size * (_BOLD if bold else 1) / 100
    return (max(width - PADDING, size) + text_width(" ", size)) / own, _hundredths(" ")


@lru_cache(maxsize=4096)  # the same words stand in every row
def _line_count(text: str, width: float, size: float, bold: bool, most: int) -> int:  # noqa: FBT001
    room, space = _room(width, size, bold)
    broken = room - text_width(" ", size) / (size * (_BOLD if bold else 1)) * 100
    lines = 0
    for paragraph in text.split("\n"):
        lines += 1
        used = 0.0
        for word in paragraph.split(" "):
            needed = sum(map(_ADVANCES.__getitem__, word)) + space
            if used and used + needed > room:
                lines += 1
                used = 0.0
            used += needed
            while used > room:  # a word longer than the cell is broken
                lines += 1
                used -= broken
            if lines >= most:
                return most
    return lines


@lru_cache(maxsize=1024)
def row_height(lines: int, size: float) -> float:
    """Return the height in points of a row of so many lines."""
    return round(lines * size * 1.2 + 3, 1)


def points(pixels: int) -> float:
    """Return pixels as points."""
    return pixels * POINTS_PER_PIXEL


def pixels(width: float) -> int:
    """Return a column's width in characters as pixels."""
    return int(width * 7 + 5)
