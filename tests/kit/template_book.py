"""The template workbook in tests: the default one, edited as another program would, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl

from tdp_xlsx.template.read import read_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook

    from tdp_xlsx.model import Finding, Template

NAME = "templates/self_assessment_template.xlsx"
SETTINGS, REGISTER, FORM = "Cấu hình", "Danh sách đơn vị", "Bảng tự đánh giá"
RELATIONS, LETTERS = "Quan hệ tiêu chí", "Thư"


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


def good(path: Path) -> Template:
    template, findings = read_template(path, NAME)
    assert findings == ()
    assert template is not None
    return template


def bad(path: Path) -> tuple[Finding, ...]:
    template, findings = read_template(path, NAME)
    assert template is None
    return findings
