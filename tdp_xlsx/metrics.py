"""How much room wrapped text takes: lines and row heights in Times New Roman, for rows no program fits by itself.

LibreOffice fits no row of an .xlsx file on opening, and no program ever fits merged cells.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from math import ceil

# Advance widths of Times New Roman in thousandths of the font's size, regular and bold; 500 where not listed.
_WIDTHS = {
    False: {
        "'": 180,
        "|": 200,
        " ,.": 250,
        "/:;\\ijlt": 278,
        "!()-I[]`fr‘’": 333,
        "Js": 389,
        '?acez“”"': 444,
        "FPS<=>+≥≤": 564,
        "ELTZ": 611,
        "BCR": 667,
        "ADGHKNOQUVXYwĐ": 722,
        "&m%": 833,
        "MW@…": 1000,
    },
    True: {
        "'": 278,
        "|": 220,
        " ,.": 250,
        "/\\il": 278,
        "!()-:;[]`fjt‘’": 333,
        "Is": 389,
        "cerz": 444,
        'Sbdhknpquđ<=>+≥≤"': 570,
        "FP": 611,
        "BELTZ": 667,
        "ACDNRUVXYwĐ": 722,
        "GHKOQ": 778,
        "&m": 833,
        "M@W…%": 1000,
    },
}
_ADVANCES = {bold: {c: w for chars, w in table.items() for c in chars} for bold, table in _WIDTHS.items()}

_PADDING = 5.0  # points a cell keeps free left and right of its text, with some to spare
_LINE = 1.3125  # height of a line, in font sizes: 15.75 points at 12
_NARROWEST = 0.18  # of the font's size: no letter takes less, but for accents of their own
_POINTS_PER_PIXEL = 0.75


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line of text in points; accents take no room of their own."""
    return (_word_width if len(text) <= _LONGEST_WORD else _thousandths)(text, bold) * size / 1000


def _thousandths(text: str, bold: bool) -> int:  # noqa: FBT001 - remembered by place, which is quicker
    advances = _ADVANCES[bold]
    letters = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return sum(advances.get(c, 500) for c in letters)


_word_width = lru_cache(maxsize=8192)(_thousandths)  # words repeat from form to form
_LONGEST_WORD = 50
"""Characters of a text whose width is remembered."""


def column_pixels(width: float) -> int:
    """Return the width in pixels of a column ``width`` characters wide (of the 11-point default font)."""
    return int(width * 7 + 5)


def characters(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in characters of a column in which a text stands on one line."""
    return ceil(((text_width(text, size, bold=bold) + _PADDING) / _POINTS_PER_PIXEL - 5) / 7 * 10) / 10


def points(pixels: float) -> float:
    """Return pixels as points."""
    return pixels * _POINTS_PER_PIXEL


def line_count(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """Return how many lines text takes when wrapped at words in a column ``width`` characters wide."""
    return lines_within(text, points(width * 7 + 5), size, bold=bold)


def lines_within(text: str, width: float, size: float, *, bold: bool = False, most: int = 0) -> int:
    """Return how many lines text takes when wrapped at words in a cell ``width`` points wide; ``most`` of more."""
    room = max(width - _PADDING, size)
    if len(text) * size <= room and "\n" not in text:  # no letter is wider than its font is high
        return 1
    if most:
        text = text[: int(most * room / size / _NARROWEST) + 1]
    lines = 0
    for paragraph in text.split("\n"):
        lines += 1
        used = 0.0
        for word in paragraph.split(" "):
            needed = text_width(word, size, bold=bold)
            if used and used + needed > room:
                lines += 1
                used = 0.0
            lines += int(needed // room)  # a word longer than the line is broken
            used += needed % room + text_width(" ", size, bold=bold)
        if lines >= most > 0:
            return most
    return lines


def row_height(lines: int, size: float) -> float:
    """Return the height in points of a row with so many lines."""
    return round(lines * size * _LINE + 1, 2)
