"""Fonts, colours and cell formats of all workbooks the program makes, by the meaning of a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

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
