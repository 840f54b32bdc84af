"""A sheet of the default template: rows as high as their texts need, tables with their head, what a cell takes.

A row's height is stored but not fixed. Excel fits such a row anew as soon as it is edited; without a stored height
LibreOffice would show one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from xlsxwriter.worksheet import Worksheet

from tdp_xlsx.styles import line_count, row_height

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format

_INDENT = 1.5  # characters one step of indentation takes
_JUSTIFIED = 5
_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 255  # characters Excel takes of an input message


class TemplateSheet(Worksheet):
    """Remembers widths and texts while they are written; merged cells, which no program fits, do not count."""

    def __init__(self) -> None:
        super().__init__()
        self._widths: dict[int, float] = {}
        self._texts: dict[int, dict[int, tuple[str, Format]]] = {}

    def put(self, row: int, column: int, value: str | float, look: Format) -> None:
        """Write a text or a number; an empty text leaves the cell blank."""
        if isinstance(value, str):
            # A text is no formula, link or number, whatever it looks like.
            self.write_string(row, column, value, look) if value else self.write_blank(row, column, None, look)
        else:
            self.write_number(row, column, value, look)

    def put_width(self, column: int, width: float) -> None:
        """Set a column's width, in characters."""
        self._widths[column] = width
        self.set_column(column, column, width)

    def put_merged(self, row: int, first: int, last: int, text: str, look: Format) -> None:
        """Merge cells of one row and write text into them."""
        self.merge_range(row, first, row, last, text, look)
        self._texts.get(row, {}).pop(first, None)

    def put_head(self, widths: Mapping[str, float], look: Format, *, first: int = 0, frozen: int = 0) -> None:
        """Begin a table that fills the sheet: headings with their columns' widths, from the first of these columns on.

        ``frozen`` is how many columns stay in view.
        """
        self.set_landscape()
        for column, (heading, width) in enumerate(widths.items(), start=first):
            self.put_width(column, width)
            self.write_string(0, column, heading, look)
        self.freeze_panes(1, frozen)
        self.repeat_rows(0)

    def ask(self, rows: tuple[int, int], column: int, title: str, message: str, rule: Mapping[str, Any]) -> None:
        """Set what the cells of a column take, as xlsxwriter's ``data_validation`` has it, and what is asked there."""
        asked = {"input_title": title[:_TITLE_LIMIT], "input_message": message[:_MESSAGE_LIMIT]}
        self.data_validation(rows[0], column, rows[1], column, {**rule, **asked})

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
