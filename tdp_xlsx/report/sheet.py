"""xlsxwriter's worksheet, made faster for what ours hold: thousands of plain cells, and formulas known to be right.

The parts that are written are those xlsxwriter writes, letter for letter, but for the optional ``spans`` of rows.
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

from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format

_column = lru_cache(maxsize=None)(xl_col_to_name)


class FastWorksheet(Worksheet):
    """A sheet that is kept in memory until the workbook is closed; every cell has a format.

    The public methods of xlsxwriter first look for a cell's name such as "A1" among their arguments, search formulas
    for functions newer than Excel 2010, which ours do not use, and test every number for infinity.
    """

    # What xlsxwriter sets later; its types know only of None.
    str_table: Any
    dim_rowmin: Any
    dim_rowmax: Any
    dim_colmin: Any
    dim_colmax: Any

    def put_text(self, row: int, col: int, text: str, cell_format: Format) -> None:
        """Write text as a cell can hold it, or a blank cell.

        Raises:
            ValueError: The sheet has no such row or column.
        """
        if not text:
            self._cells(row, col)[col] = CellBlankTuple(cell_format)
            return
        shared = self.str_table
        if text not in shared.string_table:  # what is there was storable
            text = storable(text)
        self._cells(row, col)[col] = CellStringTuple(shared._get_shared_string_index(text), cell_format)  # noqa: SLF001 - xlsxwriter's own way

    def put_texts(self, row: int, texts: Sequence[str], formats: Sequence[Format]) -> None:
        """Write the texts of a row, from the first column on.

        Raises:
            ValueError: The sheet has no such row or column.
        """
        shared = self.str_table
        known = shared.string_table
        self._cells(row, 0)
        cells = self._cells(row, len(texts) - 1)
        for col, text in enumerate(texts):
            if not text:
                cells[col] = CellBlankTuple(formats[col])
                continue
            said = text if text in known else storable(text)
            cells[col] = CellStringTuple(shared._get_shared_string_index(said), formats[col])  # noqa: SLF001 - as above

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

    def _cells(self, row: int, col: int) -> dict[int, Any]:
        """Return a row's cells, the sheet's used area made to reach the cell."""
        is_new = row not in self.table or not self.dim_colmin <= col <= self.dim_colmax
        if is_new and self._check_dimensions(row, col):  # beyond the last row or column: nothing may be lost unsaid
            raise ValueError(f"{self.name}: {row + 1}, {col + 1}")
        cells: dict[int, Any] = self.table[row]
        return cells

    def _calculate_spans(self) -> None:
        self.row_spans = {}

    def _write_rows(self) -> None:
        """Write the rows that hold cells, those in between by xlsxwriter's own way."""
        file: Any = self.fh
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
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
                begin = f'<c r="{_column(col)}{row + 1}" s="{cell.format._get_xf_index()}"'  # noqa: SLF001 - likewise
                if kind is CellStringTuple:
                    file.write(f'{begin} t="s"><v>{cell.string}</v></c>')
                elif kind is CellBlankTuple:
                    file.write(f"{begin}/>")
                elif kind is CellNumberTuple:
                    file.write(f"{begin}><v>{cell.number:.16G}</v></c>")
                else:
                    file.write(f"{begin}{_formula(cell.formula, cell.value)}")
            file.write("</row>")


_PLAIN = {CellStringTuple, CellBlankTuple, CellNumberTuple, CellFormulaTuple}


def _formula(formula: str, value: str | float) -> str:
    if isinstance(value, str):
        kind = ' t="str"' if value else ""
        return f"{kind}><f>{_escaped(formula)}</f><v>{_escaped(value)}</v></c>"
    return f"><f>{_escaped(formula)}</f><v>{value}</v></c>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
