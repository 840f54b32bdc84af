"""The rows of a table: each written at once, its formulas built once for all rows, its repeated cells made once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from tdp_xlsx.report.live import Value
from tdp_xlsx.report.measure import is_one_line, line_count, line_room, row_height
from tdp_xlsx.report.package import escaped, text_element
from tdp_xlsx.report.sheet import column_name
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tdp_xlsx.report.book import Look, Page

OWN_ROW, ROW_BELOW = "\x01", "\x02"
"""Stand in a column's formula for the number of the row, and of the next; no text that is stored holds them."""
LEAST_ROW, TALLEST_ROW = 17.0, 400.0
"""Heights in points: of a row of one line, and what no row exceeds (Excel's own limit is 409)."""
SHORTEST_WRAPPED = 7
"""Characters below which no text is taken to need a second line."""
MOST_LINES = 60
"""Lines of any size that make the tallest row."""


class Fixed(NamedTuple):
    """A value that stands in its cell without the column's formula."""

    value: Value


Entry: TypeAlias = Value | Fixed
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    ``formula`` is that of every row, with ``OWN_ROW``; it is left out in a workbook of values. ``own``: the values are
    each row's own, so that nothing is gained by remembering them. ``last``: the cells up to this column are one.
    """

    col: int
    look: Look
    formula: str = ""
    own: bool = False
    last: int | None = None


class Table:
    """A table's columns, from left to right, and the page it stands on."""

    def __init__(self, page: Page, columns: Sequence[Column]) -> None:
        self._page = page
        self._put_row = page.sheet.put_row
        self._columns = columns
        self._cells = [cell_maker(page, column) for column in columns]
        self._heights = [(place, height_finder(page, one)) for place, one in enumerate(columns) if one.look.size]
        self._span = columns[0].col, columns[-1].last or columns[-1].col
        self._below = any(ROW_BELOW in column.formula for column in columns)

    def write(self, row: int, values: Sequence[Entry], *, height: float | None = None) -> None:
        """Write a row; without a ``height`` it becomes as high as its texts need, with 0 as high as others."""
        xml = "".join([cell(value) for cell, value in zip(self._cells, values, strict=True)])
        xml = xml.replace(OWN_ROW, str(row + 1))
        if self._below:
            xml = xml.replace(ROW_BELOW, str(row + 2))
        if height is None:
            height = max([needed(values[place]) for place, needed in self._heights], default=0.0)
        self._put_row(row, self._span, xml, height)

    def write_same(self, rows: range, values: Sequence[Entry]) -> None:
        """Write the same values in each of some rows, as high as others; no formula may look at the row below."""
        pieces = "".join([cell(value) for cell, value in zip(self._cells, values, strict=True)]).split(OWN_ROW)
        for row in rows:
            self._put_row(row, self._span, str(row + 1).join(pieces))

    def merge(self, rows: range) -> None:
        """Merge the cells of columns that take several, in rows that were written."""
        for column in self._columns:
            if column.last is not None and rows:
                self._page.sheet.merge_rows(rows, column.col, column.last)


def cell_maker(page: Page, column: Column) -> Callable[[Entry], str]:
    """Return what makes a column's cells of what they hold."""
    ward, xf = page.ward, column.look.xf
    begin = f'<c r="{column_name(column.col)}{OWN_ROW}" s="{xf}"'
    others = range(column.col + 1, (column.last or column.col) + 1)
    end = "</c>" + "".join(f'<c r="{column_name(col)}{OWN_ROW}" s="{xf}"/>' for col in others)
    blank = begin + end.replace("</c>", "/>", 1)
    rule = f"<f>{escaped(column.formula)}</f>" if ward.live and column.formula else ""
    # Thousands of texts that stand once each would make the table of shared ones as large as all the rest.
    in_cell = column.own and not ward.live
    shared = page.sheet.shared

    def make(entry: Entry) -> str:
        value, formula = (entry.value, "") if isinstance(entry, Fixed) else (entry, rule)
        if not isinstance(value, str):
            return f"{begin}>{formula}<v>{value}</v>{end}" if formula else f"{begin}><v>{value:.16G}</v>{end}"
        text = storable(value)
        if formula:
            kind = ' t="str"' if text else ""
            return f"{begin}{kind}>{formula}<v>{escaped(text)}</v>{end}"
        if not text:
            return blank
        if in_cell:
            return f'{begin} t="inlineStr"><is>{text_element(text)}</is>{end}'
        return f'{begin} t="s"><v>{shared(text)}</v>{end}'

    return make if column.own else _Remembered(make).__getitem__


def height_finder(page: Page, column: Column) -> Callable[[Entry], float]:
    """Return what tells how high a row must be for what a column's cell holds, in points; 0 if it does not matter."""
    width, look = page.room(column.col, column.last or column.col), column.look
    room, least = line_room(width, look.size, bold=look.bold), needed_height("", width, look)

    def find(entry: Entry) -> float:
        text = entry.value if isinstance(entry, Fixed) else entry
        if not isinstance(text, str) or len(text) < SHORTEST_WRAPPED:
            return 0.0
        return least if is_one_line(text, room) else needed_height(text, width, look)

    return find if column.own else _Remembered(find).__getitem__


class _Remembered(dict[Entry, Made]):
    """What was made of each entry, so that it is made once."""

    def __init__(self, make: Callable[[Entry], Made]) -> None:
        super().__init__()
        self._make: Callable[[Entry], Made] = make

    def __missing__(self, entry: Entry) -> Made:
        made = self[entry] = self._make(entry)
        return made


def needed_height(text: str, width: float, look: Look) -> float:
    """Return how high a row must be for a wrapped text, in points."""
    lines = line_count(text, width, look.size, bold=look.bold, most=MOST_LINES)
    return min(max(LEAST_ROW, row_height(lines, look.size)), TALLEST_ROW)
