"""How a cell of each meaning looks, and how much room its text takes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format


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


def _text_width(text: str, size: float, *, bold: bool = False) -> float:
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
    return ceil(((_text_width(text, size, bold=bold) + _PADDING) / _POINTS_PER_PIXEL - 5) / 7 * 10) / 10


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
            needed = _text_width(word, size, bold=bold)
            if used and used + needed > room:
                lines += 1
                used = 0.0
            lines += int(needed // room)  # a word longer than the line is broken
            used += needed % room + _text_width(" ", size, bold=bold)
        if lines >= most > 0:
            return most
    return lines


def row_height(lines: int, size: float) -> float:
    """Return the height in points of a row with so many lines."""
    return round(lines * size * _LINE + 1, 2)


FONT = "Times New Roman"

# Fills are pale enough for black text (contrast above 12:1) and differ in grey; each has words beside it too.
INK = "#000000"
MUTED = "#595959"
LINE = "#7F7F7F"
HEADING_FILL = "#D9E2EC"
PART_FILL = "#E7E6E6"
INPUT_FILL = "#FFF9DB"
OFFICE_FILL = "#EEF4E8"
LOCKED_FILL = "#D9D9D9"
GOOD_FILL = "#E2F0D9"
BAD_FILL = "#F8D7C8"
ASK_FILL = "#FFE699"
DECIDED_FILL = "#CFE2F3"
ACCENT = "#1F3864"
WARN_INK = "#9C0006"

_VIETNAMESE = "[$-42A]"
DECIMAL, THOUSANDS = f"{_VIETNAMESE}0.00", f"{_VIETNAMESE}#,##0"
"""Number formats of the Vietnamese locale: a decimal comma wherever it is shown (Excel goes by Windows, as always)."""

_BASE: dict[str, Any] = {"font_name": FONT, "font_size": 12, "valign": "vcenter", "font_color": INK}
_BOX: dict[str, Any] = {"border": 1, "border_color": LINE}
_WRAP: dict[str, Any] = {"text_wrap": True}
_MIDDLE: dict[str, Any] = {"align": "center"}

MEANINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "text": _WRAP,
    "note": {"italic": True, "font_color": MUTED, **_WRAP},
    "title": {"bold": True, "font_size": 14, **_MIDDLE, **_WRAP},
    "subtitle": {"italic": True, **_MIDDLE, **_WRAP},
    "section": {"bold": True, "font_size": 13, "font_color": ACCENT},
    "warning": {"bold": True, "font_color": WARN_INK, **_WRAP},
    "heading": {"bold": True, "bg_color": HEADING_FILL, **_BOX, **_MIDDLE, **_WRAP},
    "office_heading": {"bold": True, "bg_color": OFFICE_FILL, **_BOX, **_MIDDLE, **_WRAP},
    "part": {"bold": True, "bg_color": PART_FILL, **_BOX, **_WRAP},
    "part_number": {"bold": True, "bg_color": PART_FILL, **_BOX, **_MIDDLE, "num_format": "@"},
    "cell": {**_BOX, **_WRAP},
    "cell_middle": {**_BOX, **_WRAP, **_MIDDLE},
    "code": {**_BOX, **_MIDDLE, "num_format": "@"},
    "input": {"bg_color": INPUT_FILL, **_BOX, **_WRAP},
    "input_middle": {"bg_color": INPUT_FILL, **_BOX, **_WRAP, **_MIDDLE},
    "input_text": {"bg_color": INPUT_FILL, **_BOX, **_WRAP, "num_format": "@"},
    "count": {**_BOX, **_MIDDLE, "num_format": "0"},
    "percent": {**_BOX, **_MIDDLE, "num_format": DECIMAL},
    "date": {**_BOX, **_MIDDLE, "num_format": "dd/mm/yyyy"},
    "time": {**_BOX, **_MIDDLE, "num_format": "dd/mm/yyyy hh:mm"},
}


class Formats:
    """The formats of one xlsxwriter workbook, made when first asked for by meaning."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, tuple[tuple[str, Any], ...]], Format] = {}

    def __call__(self, meaning: str, **changes: Any) -> Format:
        """Return the format of a meaning, with single properties changed where a sheet needs it.

        Raises:
            KeyError: There is no such meaning: a fault of ours.
        """
        key = (meaning, tuple(sorted(changes.items())) if changes else ())
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**_BASE, **MEANINGS[meaning], **changes})
        return self._made[key]
