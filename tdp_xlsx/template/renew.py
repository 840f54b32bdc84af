"""Make next year's template from this year's own workbook: all that the officer made of it stays."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from tdp_xlsx import layout
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.links import CriterionChange, GroupChange
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import as_text, cell_name
from tdp_xlsx.reading.package import OWN
from tdp_xlsx.styles import ACCENT, FONT, HEADING_FILL, INPUT_FILL, LINE, line_count, row_height
from tdp_xlsx.template.items import LETTER_FIELDS, SETTINGS
from tdp_xlsx.template.page import Page
from tdp_xlsx.template.read import read_template
from tdp_xlsx.template.read_form import REFERENCE
from tdp_xlsx.template.read_settings import item_rows
from tdp_xlsx.text import display, match_key, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.model import Plan
    from tdp_xlsx.reading.book import Book
    from tdp_xlsx.template import Template

_EMPTIED = ("deadline", "report_number", "report_date")
_CAPTION_PART = re.compile(r"\b(số|ngày|tháng|năm)\b(\s*:?\s*)\d+[a-z]?(?:[/.-]\d+[/.-]\d+)?\s?", re.IGNORECASE)
_CAPTION_BLANKS = {"số": "   ", "ngày": "   ", "tháng": "   ", "năm": "      "}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OWN_TEXTS = {match_key(text) for setting in SETTINGS for text in (setting.note, setting.default)} | {
    match_key(f"{field}: {meaning}") for field, meaning in LETTER_FIELDS.items()
}
_SHOWN = 90  # characters of a cell

ROOM = 20
"""Free rows after each list: edges to add, and what is new."""

_LINKS_TITLE = "Đơn vị và tiêu chí năm {before} nay là gì trong năm {now}"
_LINKS_RULES = (
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


def renew_template(template: Template, target: Path, year: int) -> list[str]:
    """Write the template of another year; return what a person must look at, each with its cell.

    Raises:
        CannotRunError: The workbook cannot be edited, or what was written does not read as this year's does.
        OSError: It cannot be read or written.
    """
    book = read_workbook(template.path, limits=OWN)
    try:
        workbook = load_workbook(template.path, rich_text=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError) as fault:
        raise CannotRunError(
            f"Không chép được sổ mẫu “{template.path}” ({fault}). Mở bằng Excel, lưu lại dạng .xlsx rồi chạy lại."
        ) from fault
    told = [*_freeze_formulas(workbook, book), *_renew_settings(workbook, book, year), *_naming_a_year(workbook)]
    for name in [name for name in workbook.sheetnames if match_key(name) == match_key(layout.LINKS)]:
        del workbook[name]
    known = {match_key(name) for name in layout.TEMPLATE_SHEETS}
    after = max(place for place, name in enumerate(workbook.sheetnames) if match_key(name) in known)
    _lay_links(workbook.create_sheet(layout.LINKS, after + 1), template.plan, year)
    workbook.save(target)
    _check(template, target)
    return told


def _freeze_formulas(workbook: Workbook, book: Book) -> Iterator[str]:
    """Put its result in place of each formula but plain references: openpyxl keeps no results."""
    for sheet in book.sheets:
        for (row, column), formula in sheet.formulas.items():
            if match_key(sheet.name) == match_key(layout.FORM) and REFERENCE.fullmatch(formula):
                continue
            if sheet.name in workbook.sheetnames and (result := sheet.at(row, column)) != "":
                cell = workbook[sheet.name].cell(row, column)
                cell.value = result
                cell.data_type = "s" if isinstance(result, str) else cell.data_type
                yield f"{sheet.name}, ô {cell_name(row, column)}: công thức đã thay bằng kết quả của nó."


def _renew_settings(workbook: Workbook, book: Book, year: int) -> Iterator[str]:
    """Move the year on, and empty what is one year's own."""
    sheet = next(sheet for sheet in book.sheets if match_key(sheet.name) == match_key(layout.SETTINGS))
    page = Page(layout.SETTINGS, layout.SETTINGS, sheet, [])
    items, column, _ = item_rows(page, layout.SETTINGS_HEADINGS, (setting.label for setting in SETTINGS)) or ({}, 0, 0)
    for setting in SETTINGS:
        row = items.get(setting.label)
        if row is None:
            continue
        cell, said = workbook[sheet.name].cell(row, column), page.text(row, column)
        where = f"{layout.SETTINGS}, ô {cell_name(row, column)}, {setting.label}"
        if setting.field == "year":
            cell.value = year
        elif setting.field in _EMPTIED:
            cell.value = None
            yield f"{where}: " + (f"đã xóa “{said}”; ghi của năm {year}." if said else f"ghi của năm {year} khi có.")
        elif setting.field == "caption":
            text = as_text(page.value(row, column))
            blank = _CAPTION_PART.sub(lambda part: part[1] + _CAPTION_BLANKS[part[1].lower()], text)
            cell.value = blank or None
            done = "" if blank == text else f"đã bỏ số, ngày trong “{display(text)}”; "
            yield f"{where}: {done}ghi số, ngày kế hoạch của năm {year} khi có."
        elif setting.field == "period" and said:
            yield f"{where}: vẫn là “{said}”; đánh giá cả năm thì để trống."


def _naming_a_year(workbook: Workbook) -> Iterator[str]:
    """Tell of each text of the officer's that names a year; whoever wrote it knows whether it moves on."""
    searched = {match_key(name) for name in (layout.SETTINGS, layout.FORM, layout.RELATIONS, layout.LETTERS)}
    for sheet in workbook.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if match_key(sheet.title) in searched):
            text = display(str(cell.value or ""))
            if cell.data_type == "s" and _YEAR.search(text) and match_key(text) not in _OWN_TEXTS:
                yield f"{sheet.title}, ô {cell.coordinate}: có nêu năm, sửa nếu cần: “{one_line(text, _SHOWN)}”"


def _check(template: Template, target: Path) -> None:
    """Hold what was written against this year's: nothing may be lost on the way."""
    renewed, findings = read_template(target, layout.TEMPLATE_PATH)
    if renewed is None:
        raise CannotRunError(f"Sổ mẫu chép sang năm sau có {len(findings)} chỗ không đọc được; chưa lập.", findings)
    before, now = template.plan, renewed.plan
    kept = (before.groups, before.codes, before.relations, before.letters)
    if kept != (now.groups, now.codes, now.relations, now.letters):
        raise CannotRunError(
            "Sổ mẫu chép sang năm sau không giống sổ năm nay; chưa lập. Lưu lại sổ bằng Excel rồi thử."
        )


def _lay_links(sheet: Worksheet, last: Plan, year: int) -> None:
    """Lay the sheet `Đối chiếu năm trước` for the given year, last year's codes listed, nothing said of any."""
    for letter, width in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    _text(sheet, 1, _LINKS_TITLE.format(before=last.settings.year, now=year), Font(name=FONT, size=14, bold=True))
    for row, text in enumerate(_LINKS_RULES, start=2):
        _text(sheet, row, text, Font(name=FONT, size=12))
        sheet.row_dimensions[row].height = 18
    row = len(_LINKS_RULES) + 3
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
            sheet.cell(below, column, text).data_type = "s"
        sheet.row_dimensions[below].height = row_height(line_count(shown, _WIDTHS[-1], 12), 12)
    choices = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True)
    choices.errorTitle, choices.error = "Giá trị không đúng", "Chọn trong danh sách."
    choices.add(f"C{row + 1}:C{last}")
    sheet.add_data_validation(choices)
    return last + 2
