"""How a form is printed: as wide as a page, no heading left alone at a page's foot, the signature with a criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.worksheet.pagebreak import Break, RowBreak
from openpyxl.worksheet.properties import PageSetupProperties

from tdp_xlsx.forms.heights import column_widths
from tdp_xlsx.metrics import column_pixels, points

if TYPE_CHECKING:
    from collections.abc import Collection

    from openpyxl.worksheet.worksheet import Worksheet

_A4, _A4_WIDTH, _A4_HEIGHT, _INCH = 9, 595, 842, 72  # points
_SPARE = 0.97  # programs fit rows a little higher
_USUAL_ROW = 15.0


def plan_pages(sheet: Worksheet, heading: int, criteria: Collection[int], last_column: int, last_row: int) -> None:
    """Fit the sheet to a page's width and set page breaks; the rows must have their heights.

    Headings stay with the criterion that follows them, what follows the last criterion stays with that. Page breaks of
    the office's own stay. Where a program makes columns wider, it prints smaller, and pages have some room to spare.
    """
    width, margins, setup = column_widths(sheet), sheet.page_margins, sheet.page_setup
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
    setup.paperSize, setup.orientation = _A4, "portrait"
    setup.fitToWidth, setup.fitToHeight = 1, 0
    properties = sheet.sheet_properties.pageSetUpPr or PageSetupProperties()
    properties.fitToPage = True
    sheet.sheet_properties.pageSetUpPr = properties
