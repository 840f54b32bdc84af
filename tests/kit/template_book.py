"""The template workbook in tests: the default one, edited as another program would, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl

from tdp_xlsx.template.read import read_template

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openpyxl import Workbook

    from tdp_xlsx.model import Finding
    from tdp_xlsx.template import Template

NAME = "templates/self_assessment_template.xlsx"
SETTINGS, REGISTER, FORM = "Cấu hình", "Danh sách đơn vị", "Bảng tự đánh giá"
RELATIONS, LETTERS, LINKS = "Quan hệ tiêu chí", "Thư", "Đối chiếu năm trước"
_OF_GROUPS = ("Mã năm trước", "Mã năm nay", "Biến động", "Căn cứ", "Từ ngày", "Ghi chú")
_OF_CRITERIA = ("Tiêu chí năm trước", "Tiêu chí năm nay", "Quan hệ", "Căn cứ")


def edited(default: Path, tmp_path: Path, edit: Callable[[Workbook], None]) -> Path:
    """The default template after an edit in another program."""
    book = openpyxl.load_workbook(default)
    edit(book)
    path = tmp_path / "edited.xlsx"
    book.save(path)
    return path


def put(sheet: str, cell: str, value: Any) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        book[sheet][cell] = value

    return edit


def both(*edits: Callable[[Workbook], None]) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        for one in edits:
            one(book)

    return edit


def links(groups: Sequence[Sequence[Any]], criteria: Sequence[Sequence[Any]] = ()) -> Callable[[Workbook], None]:
    """Add the sheet of links: the rows of groups from row 2 on, two rows between the tables."""

    def edit(book: Workbook) -> None:
        sheet = book.create_sheet(LINKS)
        for row in (_OF_GROUPS, *groups, (), ("2. Tiêu chí",), _OF_CRITERIA, *criteria):
            sheet.append(list(row))

    return edit


def good(path: Path) -> Template:
    template, findings = read_template(path, NAME)
    assert findings == ()
    assert template is not None
    return template


def bad(path: Path) -> tuple[Finding, ...]:
    template, findings = read_template(path, NAME)
    assert template is None
    return findings
