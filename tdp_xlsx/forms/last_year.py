"""The column of what a group noted a year ago, beside the evidence: to be seen only, never printed or read back."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import ColumnDimension

from tdp_xlsx import layout
from tdp_xlsx.forms.room import column_widths
from tdp_xlsx.styles import MUTED, PART_FILL, column_pixels
from tdp_xlsx.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.template import FormGrid

_WIDTH, _SIZE = 24.0, 10.0  # characters; points
_LONGEST = 2_000  # characters of a note
_LAST_COLUMN = 16_384
_SCREEN = 1366 - 290  # pixels of columns, beside LibreOffice's bar
_LESS_ZOOM = 10  # at most
_LOOKS = ("font", "fill", "border", "alignment")


def shown(evidence: str) -> str:
    """Return what the form shows of last year's evidence, on one line; "" where there is none."""
    line = one_line(evidence, _LONGEST)
    return f"{layout.PREFILLED}: {line}" if line else ""


def make_room(sheet: Worksheet, grid: FormGrid) -> FormGrid:
    """Insert a column right of the evidence and of all that is printed; return where the form, and it, then stand."""
    at = max(grid.columns[layout.EVIDENCE], grid.columns[layout.NO_COLUMN]) + 1
    sheet.insert_cols(at)
    # openpyxl moves the cells alone.
    merged = list(sheet.merged_cells.ranges)
    for area in merged:
        if area.min_col >= at:
            area.shift(col_shift=1)
        elif area.max_col >= at:
            area.expand(right=1)
    sheet.merged_cells.ranges = set(merged)
    widths = sheet.column_dimensions
    for width in sorted(widths.values(), key=lambda one: one.min or 0, reverse=True):
        width.reindex()
        if (width.max or 0) < at:
            continue
        first, last = max(width.min or 0, at) + 1, min((width.max or 0) + 1, _LAST_COLUMN)
        if (width.min or 0) < at:  # one width for columns on both sides
            width.max = at - 1
        else:
            del widths[width.index]
        letter = get_column_letter(first)
        widths[letter] = ColumnDimension(sheet, letter, width.width, hidden=width.hidden, min=first, max=last)
    columns = {heading: column + (column >= at) for heading, column in grid.columns.items()} | {layout.PREFILLED: at}
    texts = {(row, column + (column >= at)): text for (row, column), text in grid.texts.items()}
    return replace(grid, columns=columns, texts=texts)


def fill(sheet: Worksheet, grid: FormGrid, notes: Mapping[str, str]) -> None:
    """Write the column into a form that is otherwise made; ``notes`` are what it shows, by criterion.

    A note stays on one line, so that rows and pages are those of a form without it.
    """
    column = grid.columns[layout.PREFILLED]
    for row in range(grid.heading_row, max(grid.rows.values()) + 1):
        cell = sheet.cell(row, column)
        for look in _LOOKS:
            setattr(cell, look, copy(getattr(sheet.cell(row, grid.columns[layout.EVIDENCE]), look)))
    sheet.cell(grid.heading_row, column).value = layout.PREFILLED
    for code, note in notes.items():
        cell = sheet.cell(grid.rows[code], column)
        cell.value = note
        cell.fill = PatternFill("solid", fgColor=PART_FILL.lstrip("#"))
        cell.font = Font(name=cell.font.name, sz=_SIZE, color=MUTED.lstrip("#"))
        cell.alignment = Alignment(vertical="center")
    letter = get_column_letter(column)
    sheet.column_dimensions[letter] = ColumnDimension(sheet, letter, _WIDTH)
    width, shown_columns = column_widths(sheet), (*layout.FORM_HEADINGS, layout.PREFILLED)
    last = max(grid.columns[heading] for heading in shown_columns)
    taken = sum(column_pixels(width(one)) for one in range(1, last + 1))
    view = sheet.sheet_view
    zoom = view.zoomScale or 100
    view.zoomScale = max(zoom - _LESS_ZOOM, min(zoom, 100 * _SCREEN // taken))
