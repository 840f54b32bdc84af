"""How much room wrapped text takes: lines and row heights in Times New Roman, for rows no program fits by itself.

LibreOffice fits no row of an .xlsx file on opening, and no program ever fits merged cells.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

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


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line of text in points; accents take no room of their own."""
    return _thousandths(text, bold) * size / 1000


@lru_cache(maxsize=8192)  # words repeat from form to form
def _thousandths(text: str, bold: bool) -> int:  # noqa: FBT001 - remembered by place, which is quicker
    advances = _ADVANCES[bold]
    letters = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return sum(advances.get(c, 500) for c in letters)


def column_points(width: float) -> float:
    """Return the room for text, in points, of a column ``width`` characters wide (of the 11-point default font)."""
    return (width * 7 + 5) * 0.75 - _PADDING


def line_count(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """Return how many lines text takes when wrapped at words in a column ``width`` characters wide."""
    room = max(column_points(width), size)
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
    return lines


def row_height(lines: int, size: float) -> float:
    """Return the height in points of a row with so many lines."""
    return round(lines * size * _LINE + 1, 2)
