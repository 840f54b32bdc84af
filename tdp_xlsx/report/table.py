"""The rows of a table: each written at once, its formulas built once for all rows, its repeated cells made once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tdp_xlsx.report.live import Value
from tdp_xlsx.report.measure import line_count, row_height
from tdp_xlsx.report.package import escaped, text_element
from tdp_xlsx.report.sheet import column_name, formula_and_value
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        self._columns = columns
        self._cells = [_Cells(page, column) for column in columns]
        self._heights = [(place, _Heights(page, one)) for place, one in enumerate(columns) if one.look.size]
        self._span = columns[0].col, columns[-1].last or columns[-1].col
        self._below = any(ROW_BELOW in column.formula for column in columns)

    def write(self, row: int, values: Sequence[Entry], *, height: float | None = None) -> None:
        """Write a row; without a ``height`` it becomes as high as its texts need, with 0 as high as others."""
        xml = "".join([cells[value] for cells, value in zip(self._cells, values, strict=True)])
        xml = xml.replace(OWN_ROW, str(row + 1))
        if self._below:
            xml = xml.replace(ROW_BELOW, str(row + 2))
        if height is None:
            height = max([heights[values[place]] for place, heights in self._heights], default=0.0)
        self._page.sheet.put_row(row, self._span, xml, height)

    def merge(self, rows: range) -> None:
        """Merge the cells of columns that take several, in rows that were written."""
        for column in self._columns:
            if column.last is not None and rows:
                self._page.sheet.merge_rows(rows, column.col, column.last)


class _Cells(dict[Entry, str]):
    """A column's cells by what they hold."""

    def __init__(self, page: Page, column: Column) -> None:
        super().__init__()
        ward, look = page.ward, column.look
        self._begin = f'<c r="{column_name(column.col)}{OWN_ROW}" s="{look.xf}"'
        others = range(column.col + 1, (column.last or column.col) + 1)
        self._rest = "".join(f'<c r="{column_name(col)}{OWN_ROW}" s="{look.xf}"/>' for col in others)
        self._formula = escaped(column.formula) if ward.live else ""
        self._own = column.own
        # Thousands of texts that stand once each would make the table of shared ones as large as all the rest.
        self._shared = None if column.own and not ward.live else page.sheet.shared

    def __missing__(self, entry: Entry) -> str:
        fixed = isinstance(entry, Fixed)
        value = entry.value if isinstance(entry, Fixed) else entry
        cell = self._begin + self._content(value, "" if fixed else self._formula) + self._rest
        if not self._own:
            self[entry] = cell
        return cell

    def _content(self, value: Value, formula: str) -> str:
        said = storable(value) if isinstance(value, str) else value
        if formula:
            return formula_and_value(formula, said)
        if not isinstance(said, str):
            return f"><v>{said:.16G}</v></c>"
        if not said:
            return "/>"
        if self._shared is None:
            return f' t="inlineStr"><is>{text_element(said)}</is></c>'
        return f' t="s"><v>{self._shared(said)}</v></c>'


class _Heights(dict[Entry, float]):
    """How high a row must be for what a column's cell holds, in points; 0 if it does not matter."""

    def __init__(self, page: Page, column: Column) -> None:
        super().__init__()
        self._width = page.room(column.col, column.last or column.col)
        self._look = column.look
        self._own = column.own

    def __missing__(self, entry: Entry) -> float:
        text = entry.value if isinstance(entry, Fixed) else entry
        height = 0.0
        if isinstance(text, str) and len(text) >= SHORTEST_WRAPPED:
            height = needed_height(text, self._width, self._look)
        if not self._own:
            self[entry] = height
        return height


def needed_height(text: str, width: float, look: Look) -> float:
    """Return how high a row must be for a wrapped text, in points."""
    lines = line_count(text, width, look.size, bold=look.bold, most=MOST_LINES)
    return min(max(LEAST_ROW, row_height(lines, look.size)), TALLEST_ROW)
