"""The rows of a table: a look and a formula for each column, each row written as it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tdp_xlsx.report.book import needed_height, put
from tdp_xlsx.report.live import OWN_ROW, ROW_BELOW, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tdp_xlsx.report.book import Look, Page


class Fixed(NamedTuple):
    """A value that stands in its cell without the column's formula."""

    value: Value


Entry: TypeAlias = Value | Fixed


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    ``formula`` is that of every row, with ``OWN_ROW``; a workbook of values is written without. The cells up to column
    ``last`` are merged.
    """

    col: int
    look: Look
    formula: str = ""
    last: int | None = None


class Table:
    """A table's columns, from left to right, and the page it stands on."""

    def __init__(self, page: Page, columns: Sequence[Column]) -> None:
        self._page = page
        self._cells = [(one.col, one.look.format, one.formula if page.ward.live else "") for one in columns]
        self._merged = [(one.col, one.last, one.look.format) for one in columns if one.last is not None]
        self._wrapped = [
            (place, page.room(one.col, one.last or one.col), one.look)
            for place, one in enumerate(columns)
            if one.look.size
        ]

    def write(self, row: int, values: Sequence[Entry], *, height: float | None = None) -> None:
        """Write a row; without a ``height`` in points it is as high as its texts need, with 0 as high as others."""
        sheet = self._page.begin_row(row)
        if height is None:
            height = max([needed_height(values[place], room, look) for place, room, look in self._wrapped], default=0.0)
        if height:
            sheet.set_row(row, height)
        for col, last, look in self._merged:
            sheet.merge_range(row, col, row, last, "", look)
        own, below = str(row + 1), str(row + 2)
        for (col, look, formula), entry in zip(self._cells, values, strict=True):
            if isinstance(entry, Fixed):
                put(sheet, row, col, entry.value, look)
            elif formula:
                put(sheet, row, col, entry, look, formula.replace(OWN_ROW, own).replace(ROW_BELOW, below))
            else:
                put(sheet, row, col, entry, look)
