"""The tests' own tools tell the truth: a second opinion that always agrees is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font, Protection
from openpyxl.styles.borders import Border, Side
from python_calamine import CalamineWorkbook

from tests.kit import grid
from tests.kit import office as office_kit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.node import Node

SHEET = "Bảng tự đánh giá"


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A protected sheet with one cell to fill, A2, and a formula on it, B2, as openpyxl saves it."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    sheet["A1"], sheet["B1"] = "Trả lời", "Có"
    sheet["B2"] = '=IF(A2="Có","x","")'
    sheet["A2"].protection = Protection(locked=False)
    sheet["A1"].font = Font(name="Times New Roman", bold=True, color="FF0000")
    sheet["A1"].border = Border(bottom=Side("thin"))
    sheet.protection.enable()
    book.save(tmp_path / "form.xlsx")
    return tmp_path / "form.xlsx"


def sums(path: Path, *, stored: float) -> Path:
    """A workbook with the formula 2 + 3, a text formula, and what is said to be the sum's value."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Tính")
        sheet.write_formula("A1", "=2+3", None, stored)
        sheet.write_formula("A2", '=IF(A1>4,"","không")', None, "")
        sheet.write_formula("A3", "=A1>4", None, True)  # noqa: FBT003 - the value stored
        sheet.write_formula("AA3", "=1/3", None, 1 / 3)
    return path


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_a_form_filled_in_libreoffice_reads_back_in_each_format(
    office: office_kit.Office, form: Path, suffix: str
) -> None:
    target = office.fill(form, form.with_name(f"filled.{suffix}"), {SHEET: {"A2": "Có"}})
    rows = CalamineWorkbook.from_path(target).get_sheet_by_name(SHEET).to_python()
    assert rows == [["Trả lời", "Có"], ["Có", "x"]]
    assert [path.name for path in form.parent.iterdir() if path.name.startswith(".~lock")] == []


def test_a_cell_is_cleared_by_none_and_takes_a_number(office: office_kit.Office, form: Path) -> None:
    filled = office.fill(form, form.with_name("filled.xlsx"), {SHEET: {"A2": 12.5}})
    assert office.recalculate(filled)[SHEET]["A2"] == office_kit.Cell(None, 12.5, 0, "12.5")
    emptied = office.fill(filled, form.with_name("emptied.xlsx"), {SHEET: {"A2": None}})
    assert sorted(office.recalculate(emptied)[SHEET]) == ["A1", "B1", "B2"]


def test_a_protected_cell_refuses_typing(office: office_kit.Office, form: Path) -> None:
    with pytest.raises(office_kit.RefusedError, match=f"{SHEET}!B2 is protected"):
        office.fill(form, form.with_name("filled.xlsx"), {SHEET: {"B2": "x"}})
    assert not form.with_name("filled.xlsx").exists()


def test_an_unknown_sheet_and_a_file_that_is_no_workbook_are_refused(
    office: office_kit.Office, form: Path, tmp_path: Path
) -> None:
    with pytest.raises(office_kit.RefusedError, match="no sheet 'Khác'"):
        office.fill(form, form.with_name("filled.xlsx"), {"Khác": {"A1": "x"}})
    (tmp_path / "note.txt").write_text("Có", encoding="utf-8")
    with pytest.raises(office_kit.RefusedError, match=r"(cannot open|takes) .*note\.txt"):
        office.recalculate(tmp_path / "note.txt")


def test_right_stored_values_stand(office: office_kit.Office, tmp_path: Path) -> None:
    book = sums(tmp_path / "sums.xlsx", stored=5)
    assert office_kit.cached(book) == {"Tính": {"A1": 5.0, "A2": None, "A3": 1.0, "AA3": 0.3333333333333333}}
    office_kit.assert_recalculates(office, book)


def test_a_wrong_stored_value_is_caught(office: office_kit.Office, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"1 formulas of sums.xlsx differ:\nTính!A1: stored 6.0, .*value=5.0"):
        office_kit.assert_recalculates(office, sums(tmp_path / "sums.xlsx", stored=6))


def test_a_value_that_is_not_stored_is_caught(office: office_kit.Office, form: Path) -> None:
    grid.edit(form, {SHEET: {"A2": "Có"}})
    assert [line.split(",")[0] for line in office_kit.differences(office, form)] == [f"{SHEET}!B2: stored None"]


def test_a_formula_error_is_caught_even_where_it_was_stored(office: office_kit.Office, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "error.xlsx") as book:
        book.add_worksheet("Tính").write_formula("C3", "=1/0", None, "#DIV/0!")
    assert office_kit.formula_errors(office, tmp_path / "error.xlsx") == ["Tính!C3: #DIV/0! from =1/0"]
    assert len(office_kit.differences(office, tmp_path / "error.xlsx")) == 1


def test_sorted_rows_keep_their_formulas(office: office_kit.Office, tmp_path: Path) -> None:
    book = grid.write_grids(
        tmp_path / "rows.xlsx",
        {"Bảng": "| Tên | Số | Đôi |\n| một | 1 | =B2*2 |\n| ba | 3 | =B3*2 |\n| hai | 2 | =B4*2 |"},
    )
    target = office.sort_rows(book, tmp_path / "sorted.xlsx", "Bảng", "A2:C4", "B", descending=True)
    assert grid.sheet_text(target, "Bảng").splitlines()[2:] == ["| ba | 3 | 6 |", "| hai | 2 | 4 |", "| một | 1 | 2 |"]


def test_a_printed_form_is_read_page_by_page(office: office_kit.Office, form: Path, tmp_path: Path) -> None:
    pages = office_kit.pdf_pages(office.convert(form, tmp_path / "form.pdf"))
    assert [re.sub(r"\s+", " ", page).strip() for page in pages] == ["Trả lời Có"]
    images = office_kit.pdf_images(tmp_path / "form.pdf", tmp_path / "pages")
    assert [image.read_bytes()[:4] for image in images] == [b"\x89PNG"]


@pytest.mark.exhaustive
def test_libreoffice_is_started_again_when_it_is_gone(form: Path) -> None:
    if reason := office_kit.missing():
        pytest.skip(reason)
    own = office_kit.Office()
    try:
        own.convert(form, form.with_name("one.ods"))
        own.kill()
        own.convert(form, form.with_name("two.ods"))
    finally:
        own.close()
    assert form.with_name("two.ods").exists()


@pytest.mark.exhaustive
def test_a_workbook_of_openpyxl_is_valid_though_it_orders_the_children_of_font_its_own_way(
    node: Node, form: Path
) -> None:
    assert node.validate(form) == []


@pytest.mark.exhaustive
def test_the_validator_catches_a_broken_part_and_a_file_that_is_no_package(node: Node, form: Path) -> None:
    name = grid.sheet_part(form, SHEET)
    broken = grid.part(form, name).replace(b"<sheetData>", b'<sheetData colour="red">')
    copy = grid.replace_part(form, form.with_name("broken.xlsx"), name, broken)
    form.with_name("text.xlsx").write_text("Có", encoding="utf-8")
    faults = node.validate(copy, form, form.with_name("text.xlsx"))
    assert [fault.split(":")[0] for fault in faults] == ["broken.xlsx", "text.xlsx"]
    assert "The 'colour' attribute is not declared" in faults[0]


@pytest.mark.exhaustive
def test_exceljs_changes_an_answer_and_keeps_the_stale_mark(office: office_kit.Office, node: Node, form: Path) -> None:
    filled = office.fill(form, form.with_name("filled.xlsx"), {SHEET: {"A2": "Có"}})
    changed = node.exceljs_edit(filled, form.with_name("changed.xlsx"), {SHEET: {"A2": "Không"}})
    cleared = node.exceljs_edit(filled, form.with_name("cleared.xlsx"), {SHEET: {"A2": None}})
    assert grid.sheet_text(changed, SHEET).splitlines()[2:] == ["| Không | x |"]
    assert grid.sheet_text(cleared, SHEET).splitlines()[2:] == ["| | x |"]
    assert grid.sheet_text(cleared, SHEET, formulas=True).splitlines()[2:] == ['| | =IF(A2="Có","x","") |']


@pytest.mark.exhaustive
@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "xls"])
def test_sheetjs_changes_an_answer_and_keeps_the_stale_mark(
    office: office_kit.Office, node: Node, form: Path, suffix: str
) -> None:
    filled = office.fill(form, form.with_name("filled.xlsx"), {SHEET: {"A2": "Có"}})
    target = node.sheetjs_save(filled, form.with_name(f"saved.{suffix}"), {SHEET: {"A2": "Không"}})
    rows = CalamineWorkbook.from_path(target).get_sheet_by_name(SHEET).to_python()
    assert rows == [["Trả lời", "Có"], ["Không", "x"]]


@pytest.mark.exhaustive
def test_sheetjs_makes_a_binary_workbook_that_reads_back_once_written_as_excel_does(
    office: office_kit.Office, node: Node, form: Path
) -> None:
    filled = office.fill(form, form.with_name("filled.xlsx"), {SHEET: {"A2": "Có"}})
    saved = node.sheetjs_save(filled, form.with_name("saved.xlsb"))
    target = grid.xlsb_as_excel_writes(saved, form.with_name("excel.xlsb"))
    rows = CalamineWorkbook.from_path(target).get_sheet_by_name(SHEET).to_python()
    assert rows == [["Trả lời", "Có"], ["Có", "x"]]
    assert {at: cell.value for at, cell in office.recalculate(target)[SHEET].items()} == {
        "A1": "Trả lời",
        "B1": "Có",
        "A2": "Có",
        "B2": "x",
    }


def test_a_grid_is_the_same_there_and_back(tmp_path: Path) -> None:
    text = "| Mã | Tên |\n| --- | --- |\n| TC-2.10 | a\\|b<br>c |\n| | |\n| 7 | 07 |"
    path = grid.write_grids(tmp_path / "grid.xlsx", {"Một": text, "Hai": ""})
    assert grid.sheet_text(path, "Một") == text
    assert grid.sheet_text(path, "Hai") == ""
    grid.edit(path, {"Một": {"B4": None, "A3": 3}})
    assert grid.sheet_text(path, "Một").splitlines()[3:] == ["| 3 | |", "| 7 | |"]


def test_a_part_is_replaced_and_every_other_stays(form: Path) -> None:
    target = grid.replace_part(form, form.with_name("copy.xlsx"), "docProps/core.xml", b"<none/>")
    assert grid.part(target, "docProps/core.xml") == b"<none/>"
    assert sorted(grid.parts(target)) == sorted(grid.parts(form))
    assert all(
        grid.part(target, name) == grid.part(form, name) for name in grid.parts(form) if name != "docProps/core.xml"
    )
