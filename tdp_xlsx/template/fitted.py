"""Worksheets of the template whose rows get the height their texts need, stored but not fixed.

Excel fits such a row anew as soon as it is edited; without a stored height LibreOffice would show one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from xlsxwriter.worksheet import Worksheet

from tdp_xlsx.metrics import line_count, row_height

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_INDENT = 1.5  # characters one step of indentation takes
_JUSTIFIED = 5


class FittedWorksheet(Worksheet):
    """Remembers widths and texts while they are written; merged cells, which no program fits, do not count."""

    def __init__(self) -> None:
        super().__init__()
        self._widths: dict[int, float] = {}
        self._texts: dict[int, dict[int, tuple[str, Format]]] = {}

    def put_width(self, column: int, width: float) -> None:
        """Set a column's width, in characters."""
        self._widths[column] = width
        self.set_column(column, column, width)

    def put_merged(self, row: int, first: int, last: int, text: str, look: Format) -> None:
        """Merge cells of one row and write text into them."""
        self.merge_range(row, first, row, last, text, look)
        self._texts.get(row, {}).pop(first, None)

    def _write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> Literal[0, -1, -2]:
        if cell_format:
            self._texts.setdefault(row, {})[col] = string, cell_format
        return super()._write_string(row, col, string, cell_format)

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any = ()) -> None:
        if tag == "row":
            row = int(dict(attributes)["r"]) - 1
            if self._texts.get(row) and "ht" not in dict(attributes):
                attributes = [*attributes, ("ht", f"{self._needed(row):g}")]
        super()._xml_start_tag_unencoded(tag, attributes)

    def _needed(self, row: int) -> float:
        return max(
            row_height(self._lines(col, text, look), look.font_size) for col, (text, look) in self._texts[row].items()
        )

    def _lines(self, col: int, text: str, look: Format) -> int:
        if not (look.text_wrap or look.text_h_align == _JUSTIFIED):
            return 1
        room = self._widths.get(col, 8.43) - _INDENT * look.indent
        return line_count(text, room, look.font_size, bold=bool(look.bold))
