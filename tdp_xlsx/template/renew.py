"""Make next year's template from this year's own workbook: all that the officer made of it stays."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from tdp_xlsx import layout
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import as_text, cell_name
from tdp_xlsx.reading.package import OWN
from tdp_xlsx.template.build_links import lay_links
from tdp_xlsx.template.items import LETTER_FIELDS, SETTINGS
from tdp_xlsx.template.page import Page
from tdp_xlsx.template.read import read_template
from tdp_xlsx.template.read_form import REFERENCE
from tdp_xlsx.template.read_settings import item_rows
from tdp_xlsx.text import display, match_key, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl import Workbook

    from tdp_xlsx.model import Template
    from tdp_xlsx.reading.book import Book

_EMPTIED = ("deadline", "report_number", "report_date")
_CAPTION_PART = re.compile(r"\b(số|ngày|tháng|năm)\b(\s*:?\s*)\d+[a-z]?(?:[/.-]\d+[/.-]\d+)?\s?", re.IGNORECASE)
_CAPTION_BLANKS = {"số": "   ", "ngày": "   ", "tháng": "   ", "năm": "      "}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OWN_TEXTS = {match_key(text) for setting in SETTINGS for text in (setting.note, setting.default)} | {
    match_key(f"{field}: {meaning}") for field, meaning in LETTER_FIELDS.items()
}
_SHOWN = 90  # characters of a cell


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
    lay_links(workbook.create_sheet(layout.LINKS, after + 1), template.plan, year)
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
        where = f"{layout.SETTINGS}, ô {page.cell(row, column)}, {setting.label}"
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
