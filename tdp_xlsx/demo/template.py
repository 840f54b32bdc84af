"""Turn the default template into the demonstration's: made-up groups, and a mark on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from openpyxl import load_workbook

from tdp_xlsx import layout
from tdp_xlsx.demo.groups import GROUPS
from tdp_xlsx.model import NO, YES
from tdp_xlsx.outputs import put

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.header_footer import HeaderFooterItem

MARK = "SỐ LIỆU MINH HỌA"


def make_up(path: Path) -> None:
    """Replace the register and mark the form, as an officer would in Excel.

    Raises:
        OutputError: The template could not be written.
    """
    workbook = load_workbook(path)
    register = workbook[layout.REGISTER]
    column = {str(heading): index for index, heading in enumerate(next(register.values), 1)}
    for row, group in enumerate(GROUPS, 2):
        values = {
            layout.GROUP_CODE: group.code,
            layout.GROUP_KIND: group.kind,
            layout.GROUP_NAME: group.name,
            layout.FARMING: YES if group.farming else NO,
            layout.NEW_COUNTRYSIDE: YES if group.countryside else NO,
            layout.PILOT: NO,
            layout.NOTE: MARK,
        }
        for heading, value in values.items():
            register.cell(row, column[heading]).value = value
    for sheet in workbook:
        header = cast("HeaderFooterItem", sheet.oddHeader)
        header.center.text = MARK
        header.center.size = 14
    form = workbook[layout.FORM]
    line = next(cell for row in form.iter_rows(max_row=10) for cell in row if layout.FIELD_GROUP in str(cell.value))
    line.value = f"{line.value} – {MARK}"
    put(path, workbook.save)
