"""xlsxwriter's worksheet, made faster for what ours hold: thousands of plain cells, and formulas known to be right.

The parts that are written are those xlsxwriter writes, letter for letter, but for the optional ``spans`` of rows and
for texts that stand in their cell instead of the table of shared ones.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

from tdp_xlsx.report.package import escaped
from tdp_xlsx.report.spool import Spool
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from xlsxwriter.format import Format

column_name = lru_cache(maxsize=None)(xl_col_to_name)


class FastWorksheet(Worksheet):
    """A sheet whose single cells are kept until the workbook is closed, its tables' rows only as they will be written.

    The public methods of xlsxwriter first look for a cell's name such as "A1" among their arguments, search formulas
    for functions newer than Excel 2010, which ours do not use, and test every number for infinity. Every cell has a
    format.
    """

    # What xlsxwriter sets later; its types know only of None.
    str_table: Any
    dim_rowmin: Any
    dim_rowmax: Any
    dim_colmin: Any
    dim_colmax: Any
    fh: Any
    row_info: Any

    def __init__(self) -> None:
        super().__init__()
        self._spool = Spool()
        self._merged_rows: list[tuple[range, int, int]] = []
        self._span: tuple[int, int] | None = None
        self._heights: dict[int, str] = {0: ""}

    def shared(self, text: str) -> int:
        """Return the number of a text in the table of shared ones; it must be storable."""
        number: int = self.str_table._get_shared_string_index(text)  # noqa: SLF001 - xlsxwriter's own way
        return number

    @property
    def size(self) -> int:
        """Bytes of the rows written with ``put_row``."""
        return self._spool.size

    def put_text(self, row: int, col: int, text: str, cell_format: Format) -> None:
        """Write text as a cell can hold it, or a blank cell.

        Raises:
            ValueError: The sheet has no such row or column.
        """
        if not text:
            self._cells(row, col)[col] = CellBlankTuple(cell_format)
            return
        self._cells(row, col)[col] = CellStringTuple(self.shared(storable(text)), cell_format)

    def put_number(self, row: int, col: int, number: float, cell_format: Format) -> None:
        """Write a finite number.

        Raises:
            ValueError: The sheet has no such row or column.
        """
        self._cells(row, col)[col] = CellNumberTuple(number, cell_format)

    def put_formula(self, row: int, col: int, formula: str, cell_format: Format, value: str | float) -> None:
        """Write a formula without its ``=``, and the value it comes to.

        Raises:
            ValueError: The sheet has no such row or column.
        """
        said = storable(value) if isinstance(value, str) else value
        self._cells(row, col)[col] = CellFormulaTuple(formula, cell_format, said)

    def put_row(self, row: int, span: tuple[int, int], cells: str, height: float = 0) -> None:
        """Write a whole row whose cells are XML already, from the first to the last column of the span.

        Rows come in their order. A height of 0 points leaves the row as high as others.

        Raises:
            ValueError: The sheet has no such row or column, or the row is not below the one before.
        """
        if span is not self._span or row >= self.xls_rowmax:
            self._span = span
            if self._check_dimensions(row, span[0]) or self._check_dimensions(row, span[1]):
                raise ValueError(f"{self.name}: {row + 1}, {span}")
        if row > self.dim_rowmax:  # noqa: PLR1730 - thousands of rows, and max() is slow
            self.dim_rowmax = row
        pixels = int(height * 4 / 3 + 0.5) if height else 0
        said = self._heights.get(pixels)
        if said is None:
            usual = pixels == self.default_row_height
            said = self._heights[pixels] = "" if usual else f' ht="{pixels * 0.75:.16g}" customHeight="1"'
        self._spool.add(row, f'<row r="{row + 1}"{said}>{cells}</row>', pixels)

    def let_go(self) -> None:
        """Let go of the rows written with ``put_row``, once they are in the file or will never be."""
        self._spool.close()

    def merge_rows(self, rows: range, first: int, last: int) -> None:
        """Merge these columns in each of some rows written with ``put_row``."""
        self._merged_rows.append((rows, first, last))

    def _cells(self, row: int, col: int) -> dict[int, Any]:
        """Return a row's cells, the sheet's used area made to reach the cell."""
        is_new = row not in self.table or not self.dim_colmin <= col <= self.dim_colmax
        if is_new and self._check_dimensions(row, col):  # beyond the last row or column: nothing may be lost unsaid
            raise ValueError(f"{self.name}: {row + 1}, {col + 1}")
        cells: dict[int, Any] = self.table[row]
        return cells

    def _calculate_spans(self) -> None:
        self.row_spans = {}

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        return formula.removeprefix("=")

    def _size_row(self, row: int, anchor: int = 0) -> int:
        size: int = self._spool.pixels(row) or super()._size_row(row, anchor)
        return size

    def _write_rows(self) -> None:
        row = self.dim_rowmin
        for block in self._spool.blocks:
            if any(block.first <= other <= block.last for other in (*self.table, *self.row_info)):
                raise ValueError(f"{self.name}: {block.first + 1}")  # single cells in rows that are written already
            self._write_single_cells(range(row, block.first))
            self.fh.pour(self._spool.pieces(block))
            row = block.last + 1
        self._write_single_cells(range(row, self.dim_rowmax + 1))

    def _write_single_cells(self, rows: range) -> None:
        """Write the rows that hold cells, those in between by xlsxwriter's own way."""
        file: Any = self.fh
        for row in rows:
            cells = self.table.get(row)
            info = self.row_info.get(row)
            if not cells:
                if info is not None or row in self.comments:
                    self._write_empty_row(row, None, info)
                continue
            self._write_row(row, None, info)
            for col in sorted(cells):
                cell = cells[col]
                kind = type(cell)
                if kind not in _PLAIN or cell.format is None:
                    self._write_cell(row, col, cell)
                    continue
                begin = f'<c r="{column_name(col)}{row + 1}" s="{format_number(cell.format)}"'
                if kind is CellStringTuple:
                    file.write(f'{begin} t="s"><v>{cell.string}</v></c>')
                elif kind is CellBlankTuple:
                    file.write(f"{begin}/>")
                elif kind is CellNumberTuple:
                    file.write(f"{begin}><v>{cell.number:.16G}</v></c>")
                else:
                    file.write(begin + _formula_and_value(escaped(cell.formula), cell.value))
            file.write("</row>")

    def _write_merge_cells(self) -> None:
        count = len(self.merge) + sum(len(rows) for rows, _, _ in self._merged_rows)
        if not count:
            return
        self._xml_start_tag("mergeCells", [("count", count)])
        for area in self.merge:
            self._write_merge_cell(area)
        for rows, first, last in self._merged_rows:
            one, other = column_name(first), column_name(last)
            self.fh.write("".join([f'<mergeCell ref="{one}{row + 1}:{other}{row + 1}"/>' for row in rows]))
        self._xml_end_tag("mergeCells")


_PLAIN = {CellStringTuple, CellBlankTuple, CellNumberTuple, CellFormulaTuple}


def format_number(cell_format: Format) -> int:
    """Return the number of a format in the workbook; it is given one when first asked for."""
    number: int = cell_format._get_xf_index()  # type: ignore[no-untyped-call]  # noqa: SLF001 - xlsxwriter's own way
    return number


def _formula_and_value(formula: str, value: str | float) -> str:
    """Return what follows a cell's place and format; the formula is escaped already."""
    if isinstance(value, str):
        kind = ' t="str"' if value else ""
        return f"{kind}><f>{formula}</f><v>{escaped(value)}</v></c>"
    return f"><f>{formula}</f><v>{value}</v></c>"
