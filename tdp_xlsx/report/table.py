"""A table's rows written column by column, and where its pages end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tdp_xlsx.report.book import needed_height, put
from tdp_xlsx.report.live import OWN_ROW, ROW_BELOW, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


_KEPT_WITH_SIGNATURE = 2
"""Rows of the table that go with the signatures to the next page, so that these do not stand alone."""
_DEFAULT = 15.0


@dataclass(frozen=True, slots=True)
class Block:
    """First and last rows of the repeated heading, of the table's lines, and of what closes it."""

    head: tuple[int, int]
    rows: tuple[int, int]
    closing: tuple[int, int]


def page_breaks(block: Block, heights: Mapping[int, float], room: float) -> list[int]:
    """Return the rows before which a page begins; ``heights`` and ``room`` in points."""

    def height(first: int, last: int) -> float:
        return sum(heights.get(row, _DEFAULT) for row in range(first, last + 1))

    repeated = height(*block.head)
    used = height(0, block.rows[0] - 1)
    breaks: list[int] = []
    for row in range(block.rows[0], block.rows[1] + 1):
        if used + heights.get(row, _DEFAULT) > room:
            breaks.append(row)
            used = repeated
        used += heights.get(row, _DEFAULT)
    if used + height(*block.closing) > room:
        page_start = breaks[-1] if breaks else block.rows[0]
        # At least one line stays on the page that is left.
        at = max(block.rows[1] - _KEPT_WITH_SIGNATURE + 1, page_start + 1)
        breaks.append(min(at, block.closing[0]))
    return breaks


def part_breaks(starts: Sequence[int], end: int, sizes: Mapping[int, float], room: float, usual: float) -> list[int]:
    """Return before which of some parts' first lines a page begins, so that none is cut that fits a page.

    ``starts`` are the parts' first lines, the last of them ends with line ``end``; lines are rows or columns, and
    those without a size of their own have the ``usual`` one.
    """
    breaks: list[int] = []
    used = sum(sizes.get(line, usual) for line in range(starts[0])) if starts else 0.0
    for start, following in zip(starts, [*starts[1:], end + 1], strict=True):
        size = sum(sizes.get(line, usual) for line in range(start, following))
        if used and used + size > room:
            breaks.append(start)
            used = 0.0
        used += size
    return breaks
