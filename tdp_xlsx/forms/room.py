"""The room a form takes: rows as high as their texts, and pages that leave no heading alone at their foot."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.pagebreak import Break, RowBreak
from openpyxl.worksheet.properties import PageSetupProperties

from tdp_xlsx.styles import column_pixels, line_count, points, row_height

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from openpyxl.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_DEFAULT_SIZE = 11.0
_DEFAULT_WIDTH = 8.43
_A4, _A4_WIDTH, _A4_HEIGHT, _INCH = 9, 595, 842, 72  # points
_SPARE = 0.97  # programs fit rows a little higher
_USUAL_ROW = 15.0


class _FreeRow(RowDimension):
    """A row whose stored height is no fixed one; openpyxl would call any stored height fixed."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 - openpyxl's name
        return False


def fit_heights(sheet: Worksheet, shown: Mapping[str, str]) -> None:
    """Give every row the height its text needs now, fixed only where cells are merged.

    A height that is not fixed lets Excel fit the row anew as soon as something is typed in it; without any,
    LibreOffice and phones would show one line. ``shown`` maps placeholders in the text to the words that replace them.
    """
    spans = _spans(sheet)
    merged_rows = {row for m in sheet.merged_cells.ranges for row in range(m.min_row, m.max_row + 1)}
    width = column_widths(sheet)
    for line in sheet.iter_rows():
        needed = max(_cell_text(cell, spans, width).height(shown) for cell in line)
        row = line[0].row or 1
        old = sheet.row_dimensions[row]
        if row in merged_rows:
            old.height = max(old.height or 0.0, needed)
        else:
            sheet.row_dimensions[row] = _FreeRow(sheet, index=row, ht=needed, hidden=old.hidden)


class _CellText(NamedTuple):
    """What decides the height a cell needs: its text ("" where it does not wrap), room for it, and font."""

    text: str
    room: float
    size: float
    bold: bool

    def height(self, shown: Mapping[str, str]) -> float:
        """Return the height needed once placeholders are replaced by what is shown."""
        text = self.text
        for placeholder, word in shown.items():
            text = text.replace(placeholder, word)
        return row_height(line_count(text, self.room, self.size, bold=self.bold) if text else 1, self.size)


def _cell_text(
    cell: Cell | MergedCell, spans: Mapping[tuple[int, int], int], width: Callable[[int], float]
) -> _CellText:
    size = float(cell.font.sz or _DEFAULT_SIZE)
    if not isinstance(cell, Cell) or cell.data_type != "s" or not isinstance(cell.value, str):
        return _CellText("", 0.0, size, bold=False)
    if not (cell.alignment.wrap_text or cell.alignment.horizontal == "justify"):
        return _CellText("", 0.0, size, bold=False)
    last = spans.get((cell.row, cell.column), cell.column)
    room = sum(width(column) for column in range(cell.column, last + 1))
    return _CellText(cell.value, room, size, bold=bool(cell.font.b))


def column_widths(sheet: Worksheet) -> Callable[[int], float]:
    """Return the function from a column to its width in characters."""

    @cache
    def width(column: int) -> float:
        for dimension in sheet.column_dimensions.values():
            # A run of equal columns is kept as one dimension under its first letter.
            if dimension.min is not None and dimension.max is not None and dimension.min <= column <= dimension.max:
                return float(dimension.width)
        letter = get_column_letter(column)
        return float(sheet.column_dimensions[letter].width) if letter in sheet.column_dimensions else _DEFAULT_WIDTH

    return width


def heights_with(sheets: Iterable[Worksheet], placeholder: str) -> Callable[[str], tuple[float, ...]]:
    """Return the function from a word to the heights of the cells with a placeholder once the word is in its place."""
    cells = [
        _cell_text(cell, _spans(sheet), column_widths(sheet))
        for sheet in sheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and placeholder in cell.value
    ]
    return lambda word: tuple(cell.height({placeholder: word}) for cell in cells if cell.text)


def _spans(sheet: Worksheet) -> dict[tuple[int, int], int]:
    """Return the last column of each cell that is merged with its neighbours in the same row."""
    return {(m.min_row, m.min_col): m.max_col for m in sheet.merged_cells.ranges if m.min_row == m.max_row}


def plan_pages(sheet: Worksheet, heading: int, criteria: Collection[int], last_column: int, last_row: int) -> None:
    """Fit the sheet to a page's width and set page breaks; the rows must have their heights.

    Headings stay with the criterion that follows them, what follows the last criterion stays with that. Page breaks of
    the office's own stay. Where a program makes columns wider, it prints smaller, and pages have some room to spare.
    """
    width, margins = column_widths(sheet), sheet.page_margins
    taken = sum(points(column_pixels(width(column))) for column in range(1, last_column + 1))
    across = _A4_WIDTH - _INCH * (margins.left + margins.right)
    scale = min(1, across / taken)
    room = (_A4_HEIGHT - _INCH * (margins.top + margins.bottom)) * _SPARE / scale
    heights = {row: sheet.row_dimensions[row].height or _USUAL_ROW for row in range(1, last_row + 1)}
    own = {brk.id + 1 for brk in sheet.row_breaks.brk}
    starts = [row for row in range(heading + 2, max(criteria) + 1) if row - 1 in criteria]
    used = sum(heights[row] for row in range(1, starts[0] if starts else last_row + 1))
    breaks = RowBreak()
    for start, after in zip(starts, [*starts[1:], last_row + 1], strict=True):
        needed = sum(heights[row] for row in range(start, after))
        if start in own or used + needed > room:
            breaks.append(Break(id=start - 1))
            used = heights[heading]
        used += needed
    sheet.row_breaks = breaks
    fit_width(sheet)


def fit_width(sheet: Worksheet) -> None:
    """Print a sheet upright, as wide as a page and as long as it is."""
    setup = sheet.page_setup
    setup.paperSize, setup.orientation = _A4, "portrait"
    setup.fitToWidth, setup.fitToHeight = 1, 0
    properties = sheet.sheet_properties.pageSetUpPr or PageSetupProperties()
    properties.fitToPage = True
    sheet.sheet_properties.pageSetUpPr = properties
