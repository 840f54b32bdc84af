"""Lay the sheet `Đối chiếu năm trước`: both tables, last year's codes listed, nothing said of any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from tdp_xlsx import layout
from tdp_xlsx.links import CriterionChange, GroupChange
from tdp_xlsx.metrics import line_count, row_height
from tdp_xlsx.styles import ACCENT, FONT, HEADING_FILL, INPUT_FILL, LINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.model import Plan

ROOM = 20
"""Free rows after each list: edges to add, and what is new."""

_TITLE = "Đơn vị và tiêu chí năm {before} nay là gì trong năm {now}"
_RULES = (
    "Dòng chỉ có mã năm trước: không thay đổi (cùng mã, loại, tên là “Giữ nguyên”; cùng mã, lời văn là “Như cũ”).",
    "Chỉ ghi ở dòng có thay đổi, mỗi dòng một cặp mã. Khác nhau mà không ghi thì chương trình hỏi, không tự đoán.",
    "Hai đơn vị nhập một: hai dòng “Nhập”, cùng mã năm nay. Một chia hai: hai dòng “Chia tách”, cùng mã năm trước.",
    "Chuyển một phần hộ từ đơn vị này sang đơn vị kia: “Điều chỉnh một phần”, mỗi cặp đơn vị một dòng.",
    "Không còn: “Giải thể”, “Bỏ”, để trống mã năm nay. Mới có: “Lập mới”, “Mới”, ghi mã năm nay ở dòng trống.",
)
_WIDTHS = (18, 18, 26, 42, 14, 30, 60)
_SIDE = Side("thin", LINE.lstrip("#"))
_BOX = Border(_SIDE, _SIDE, _SIDE, _SIDE)
_WRAP = Alignment(vertical="center", wrap_text=True)


def lay_links(sheet: Worksheet, last: Plan, year: int) -> None:
    """Lay the sheet for the given year, with the groups and criteria of the plan of the year before."""
    for letter, width in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    _text(sheet, 1, _TITLE.format(before=last.settings.year, now=year), Font(name=FONT, size=14, bold=True))
    for row, text in enumerate(_RULES, start=2):
        _text(sheet, row, text, Font(name=FONT, size=12))
        sheet.row_dimensions[row].height = 18
    row = len(_RULES) + 3
    groups = [(group.code, group.name) for group in last.groups]
    row = _lay_table(sheet, row, "1. Đơn vị", (*layout.GROUP_LINK_HEADINGS, "Tên năm trước"), GroupChange, groups)
    headings = (*layout.CRITERION_LINK_HEADINGS, None, None, "Lời văn năm trước")
    criteria = [(criterion.code, criterion.text) for criterion in last.criteria]
    _lay_table(sheet, row, "2. Tiêu chí", headings, CriterionChange, criteria)
    sheet.sheet_properties.tabColor = ACCENT.lstrip("#")
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0


def _text(sheet: Worksheet, row: int, text: str, font: Font) -> None:
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_WIDTHS))
    cell = sheet.cell(row, 1, text)
    cell.font, cell.alignment = font, _WRAP


def _lay_table(  # noqa: PLR0913, PLR0917 - what one table consists of
    sheet: Worksheet,
    row: int,
    title: str,
    headings: Sequence[str | None],
    words: Iterable[str],
    listed: Sequence[tuple[str, str]],
) -> int:
    """Lay a table from this row on; return the row where the next may begin."""
    _text(sheet, row, title, Font(name=FONT, size=13, bold=True, color=ACCENT.lstrip("#")))
    row += 1
    last = row + len(listed) + ROOM
    columns = [(column, heading) for column, heading in enumerate(headings, start=1) if heading]
    for column, heading in columns:
        head = sheet.cell(row, column, heading)
        head.font, head.border = Font(name=FONT, size=12, bold=True), _BOX
        head.fill = PatternFill("solid", HEADING_FILL.lstrip("#"))
        head.alignment = Alignment("center", "center", wrap_text=True)
        for below in range(row + 1, last + 1):
            cell = sheet.cell(below, column)
            cell.font, cell.border, cell.alignment = Font(name=FONT, size=12), _BOX, _WRAP
            if column < len(_WIDTHS):
                cell.fill = PatternFill("solid", INPUT_FILL.lstrip("#"))
            cell.number_format = "dd/mm/yyyy" if heading == layout.SINCE else "@"
    for below, (code, shown) in enumerate(listed, start=row + 1):
        for column, text in ((1, code), (len(_WIDTHS), shown)):
            cell = sheet.cell(below, column, text)
            cell.data_type = "s"
        sheet.row_dimensions[below].height = row_height(line_count(shown, _WIDTHS[-1], 12), 12)
    choices = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True)
    choices.errorTitle, choices.error = "Giá trị không đúng", "Chọn trong danh sách."
    choices.add(f"C{row + 1}:C{last}")
    sheet.add_data_validation(choices)
    return last + 2
