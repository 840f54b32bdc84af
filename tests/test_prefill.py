"""`generate --prefill`: what a group noted a year ago stands beside the evidence, and is nothing but seen."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from tdp_xlsx.folder import load_template
from tdp_xlsx.intake.expected import Expected
from tdp_xlsx.intake.understand import understand
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.styles import column_pixels
from tdp_xlsx.submission import InboxFile
from tests.kit import grid
from tests.kit.office import pdf_images
from tests.kit.returned import MOMENT
from tests.kit.template_book import LINKS, links
from tests.kit.ward import FORM, Line, Ward, answer_cells, key_rows
from tests.test_menu import chosen

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.intake.understand import Understood
    from tests.kit.node import Node
    from tests.kit.office import Office

REGISTER = (
    Line("TDP-01", "Tổ dân phố số 1"),
    Line("TDP-02", "Tổ dân phố số 2"),
    Line("TDP-03", "Tổ dân phố số 3"),
    Line("TDP-04", "Tổ dân phố số 4"),
    Line("BAN-01", "Bản Lùng", "Bản", farming="Có"),
)
NOTED = {
    "I.1": "Không",
    "1.1": "95,5%",
    "1.2": "Có",
    "2.1": "=1+1",
    "2.2": "TC-2.10",
    "2.3": "Nhắc khi điền",
    "2.4": "dòng một\ndòng hai <b>&amp;",
    "2.5": "x",
    "3.1": "Nhà văn hóa 120 m2, xây năm 2019; " * 20 + "hết",
    "3.2": "@gmail",
    "3.3": "80%",
    "3.4": "12 hộ",
    "3.5": "50/80 hộ",
    "5.1": "đã họp 05/11/2021",
}
"""Evidence of 2021 that a reader might take for an answer, a heading, a key or a formula."""
COLUMN = "Năm trước"


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """The folder of 2022: TDP-01 as it was, TDP-02 recoded, TDP-03 and TDP-04 merged, BAN-01 without a file."""
    folder = tmp_path_factory.mktemp("years")
    last = Ward.make(folder / "2021", REGISTER).generate()
    for code, noted in (("TDP-01", NOTED), ("TDP-02", {"1.1": "của tổ 2"}), ("TDP-03", {"1.1": "của tổ 3"})):
        form = openpyxl.load_workbook(last.form(code))
        for address, value in answer_cells(form[FORM]).items():
            form[FORM][address] = value
        for criterion, row in key_rows(form[FORM]).items():
            if criterion in noted:
                cell = form[FORM][f"F{row}"]
                cell.value, cell.data_type = noted[criterion], "s"
        form.save(last.inbox / last.form(code).name)
    assert last.call("consolidate").code == 0
    assert last.call("new-year", folder / "2022").code == 0
    this = Ward(folder / "2022")
    book = openpyxl.load_workbook(this.template)
    register = book["Danh sách đơn vị"]
    register["A3"], register["C4"] = "TDP-22", "Tổ dân phố số 3"
    register.delete_rows(5)
    del book[LINKS]
    links(
        [("TDP-02", "TDP-22", "Đổi mã"), ("TDP-03", "TDP-03", "Nhập"), ("TDP-04", "TDP-03", "Nhập")],
        [
            ("3.3", "3.3", "Đổi nghĩa"),
            ("3.4", "3.5", "Đổi lời không đổi nghĩa"),
            ("3.5", None, "Bỏ"),
            (None, "3.4", "Mới"),
        ],
    )(book)
    (row,) = (cell.row for cell in book[FORM]["I"] if cell.value == "5.1")
    book[FORM][f"B{row}"] = "Nội dung khác hẳn."
    book.save(this.template)
    prefill(this)
    return this


def prefill(ward: Ward, *codes: str) -> str:
    done = ward.call("generate", "--prefill", *codes)
    assert done.code == 0, done.err
    return done.err


def sheet_of(path: Path) -> Worksheet:
    return openpyxl.load_workbook(path)[FORM]


def headings(sheet: Worksheet) -> dict[str, int]:
    row = next(row for row in sheet.iter_rows() if any(cell.value == "Trả lời" for cell in row))
    return {str(cell.value): cell.column or 0 for cell in row if cell.value}


def notes(path: Path) -> dict[str, Any]:
    """What the column says, by criterion."""
    sheet = sheet_of(path)
    column = headings(sheet)[COLUMN]
    return {code: said for code, row in key_rows(sheet).items() if (said := sheet.cell(row, column).value)}


def test_each_note_is_the_same_groups_on_the_same_criterion(ward: Ward) -> None:
    said = notes(ward.form("TDP-01", "2022"))
    kept = {code: text for code, text in NOTED.items() if code not in {"3.3", "3.4", "3.5", "5.1"}} | {"3.5": "12 hộ"}
    assert said == {code: f"Năm trước: {' '.join(text.split())}" for code, text in kept.items()}
    assert notes(ward.form("TDP-22", "2022")) == {"1.1": "Năm trước: của tổ 2"}
    assert notes(ward.form("TDP-03", "2022")) == {}, "of two merged groups neither is the same"
    assert notes(ward.form("BAN-01", "2022")) == {}


def test_the_column_is_grey_locked_beside_the_evidence_and_outside_what_is_printed(ward: Ward) -> None:
    sheet = sheet_of(ward.form("TDP-01", "2022"))
    at = headings(sheet)
    assert at[COLUMN] == at["Số liệu, minh chứng (không bắt buộc)"] + 1
    assert str(sheet.print_area) == f"'{FORM}'!$A$1:$D$66"
    assert sheet.protection.sheet
    rows = key_rows(sheet)
    column = [sheet.cell(row, at[COLUMN]) for row in rows.values()]
    assert all(cell.protection.locked and cell.data_type in {"s", "n"} for cell in column)
    greys = {str(cell.fill.fgColor.rgb)[-6:] for cell in column}
    assert all(red == green == blue or abs(int(red, 16) - int(blue, 16)) < 3 for red, green, blue in map(pairs, greys))
    key = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("TC-"))
    assert sheet.column_dimensions[key.coordinate.rstrip("0123456789")].hidden
    guide = openpyxl.load_workbook(ward.form("TDP-01", "2022"))["Hướng dẫn điền"]
    assert any("Cột “Năm trước”" in str(cell.value) for cell in guide["B"])


def pairs(colour: str) -> tuple[str, str, str]:
    return colour[:2], colour[2:4], colour[4:]


def test_the_answer_and_what_is_to_be_minded_are_still_seen_together_on_a_small_screen(ward: Ward) -> None:
    """1366 × 768, as for a form without the column."""
    sheet = sheet_of(ward.form("TDP-01", "2022"))
    assert headings(sheet)["Nhắc khi điền"] == 8
    width = sum(column_pixels(sheet.column_dimensions[letter].width) for letter in "ABCCEFGH")
    assert width * (sheet.sheet_view.zoomScale or 100) / 100 <= 1366 - 290


def test_notes_raise_no_row(ward: Ward) -> None:
    with_notes, without = sheet_of(ward.form("TDP-01", "2022")), sheet_of(ward.form("BAN-01", "2022"))
    rows = [row for code, row in key_rows(with_notes).items() if code in NOTED]
    heights = [[sheet.row_dimensions[row].height for row in rows] for sheet in (with_notes, without)]
    assert heights[0] == heights[1]
    column = headings(with_notes)[COLUMN]
    assert not any(with_notes.cell(row, column).alignment.wrap_text for row in rows), "programs would fit the row anew"
    assert "\n" not in "".join(notes(ward.form("TDP-01", "2022")).values())


@pytest.mark.exhaustive
def test_microsofts_validator_finds_nothing(ward: Ward, node: Node) -> None:
    assert [node.validate(ward.form(code, "2022")) for code in ("TDP-01", "BAN-01")] == [[], []]


def plain(ward: Ward, folder: Path) -> Path:
    """The form of TDP-01 as it is without the column."""
    other = Ward(folder / "plain")
    other.template.parent.mkdir(parents=True)
    other.template.write_bytes(ward.template.read_bytes())
    return other.generate().form("TDP-01", "2022")


def understood(ward: Ward, path: Path) -> Understood:
    expected = Expected(load_template(ward.root).plan)
    (one,) = understand(expected, InboxFile("inbox/bang", "0" * 64, 1, MOMENT), read_workbook(path))
    return one


def said(one: Understood) -> list[object]:
    """All that was understood of a form."""
    assert one.submission is not None
    return [one.outcome, one.findings, one.submission.signed_by, one.submission.signed_on, *one.submission.answers.said]


ANSWERS = {"1.2": None, "2.5": None, "2.3": "Không", "I.1": None}
"""Left blank beside a note that says Có, x or Không."""


@pytest.mark.parametrize("suffix", ["xlsx", "xls", pytest.param("ods", marks=pytest.mark.exhaustive)])
def test_through_libreoffice_it_says_what_a_form_without_the_column_says(
    ward: Ward, office: Office, tmp_path: Path, suffix: str
) -> None:
    own, other = ward.form("TDP-01", "2022"), plain(ward, tmp_path)
    rows = key_rows(sheet_of(own))
    cells: dict[str, str | None] = answer_cells(sheet_of(own), ANSWERS)
    cells |= {f"F{rows['1.1']}": "97%", f"B{sheet_of(own).max_row}": "Lò Văn Ví Dụ"}
    filled, usual = (
        understood(ward, office.fill(form, tmp_path / f"{name}.{suffix}", {FORM: cells}))
        for name, form in (("prefilled", own), ("plain", other))
    )
    assert said(filled) == said(usual)
    assert [(f.code, f.place.criterion) for f in filled.findings if f.severity == "error"] == [
        ("A501", code) for code in ("I.1", "1.2", "2.5")
    ]
    assert filled.submission is not None
    assert filled.submission.answers["1.1"].evidence == "97%"
    assert filled.submission.answers["2.1"].evidence == "", "what was noted a year ago is not this year's"


def test_blank_it_is_not_filled_whichever_program_saved_it(ward: Ward, office: Office) -> None:
    form = ward.form("TDP-01", "2022")
    kept = form.read_bytes()
    saved = office.convert(form, form.with_name("saved.xlsx"))
    saved.replace(form)
    assert "thay mới, nhắc lại 11 mục năm trước" in prefill(ward, "TDP-01")
    assert form.read_bytes() == kept
    assert "không đổi" in prefill(ward, "TDP-01")


def test_a_blank_form_is_replaced_with_and_without_the_column_and_a_filled_one_never(ward: Ward) -> None:
    form, other = ward.form("TDP-01", "2022"), ward.form("TDP-22", "2022")
    kept = form.read_bytes()
    assert "thay mới\n" in ward.call("generate", "TDP-01").err
    assert COLUMN not in headings(sheet_of(form))
    prefill(ward, "TDP-01")
    assert form.read_bytes() == kept
    book = openpyxl.load_workbook(other)
    book[FORM]["E14"] = "Có"
    blank = other.read_bytes()
    book.save(other)
    filled = other.read_bytes()
    for arguments in ((), ("--prefill",)):
        done = ward.call("generate", *arguments, "TDP-22")
        assert (done.code, "F237" in done.err) == (2, True)
        assert other.read_bytes() == filled
    other.write_bytes(blank)


def test_a_form_with_the_column_is_mailed_and_one_of_another_workbook_of_last_year_is_not(ward: Ward) -> None:
    done = ward.call("mail")
    assert (done.code, re.findall(r"M\d+", done.out)) == (0, ["M701"] * 4), "nobody has an address, no more"
    form = ward.form("TDP-22", "2022")
    kept = form.read_bytes()
    sheet = grid.sheet_part(form, FORM)
    grid.replace_part(form, form, sheet, grid.part(form, sheet).replace("của tổ 2".encode(), "của tổ hai".encode()))
    done = ward.call("mail", "TDP-22")
    form.write_bytes(kept)
    assert "tdp-xlsx generate" in done.out


def test_a_form_to_mend_leaves_the_column_out(ward: Ward) -> None:
    form = ward.form("TDP-01", "2022")
    book = openpyxl.load_workbook(form)
    for address, value in answer_cells(book[FORM], ANSWERS).items():
        book[FORM][address] = value
    book.save(ward.inbox / form.name)
    try:
        assert ward.call("consolidate").code == 0
        (returned,) = (ward.root / "outbox/tra_lai").glob("*.xlsx")
        sheet = sheet_of(returned)
        assert COLUMN not in headings(sheet)
        assert sheet.cell(key_rows(sheet)["2.1"], 5).value == "Có"
    finally:
        (ward.inbox / form.name).unlink()
        assert ward.call("consolidate").code == 0
    assert list((ward.root / "outbox/tra_lai").glob("*.xlsx")) == []


@pytest.mark.exhaustive
def test_pages_are_printed_as_without_the_column(ward: Ward, office: Office, tmp_path: Path) -> None:
    printed = []
    for name, form in (("prefilled", ward.form("TDP-01", "2022")), ("plain", plain(ward, tmp_path))):
        answers = answer_cells(sheet_of(form))
        cells = answers | {address.replace("E", "F"): "50/80 hộ" for address in answers}
        filled = office.fill(form, tmp_path / f"{name}.ods", {FORM: cells})
        pages = pdf_images(office.convert(filled, tmp_path / f"{name}.pdf"), tmp_path / name, dpi=40)
        printed.append([page.read_bytes() for page in pages])
    assert len(printed[0]) == len(printed[1]) == 5
    assert printed[0][:4] == printed[1][:4], "the last page explains how to fill the form"


@pytest.mark.parametrize(
    "how",
    [
        "one width for many",
        *(pytest.param(how, marks=pytest.mark.exhaustive) for how in ("evidence first", "saved by LibreOffice")),
        pytest.param("no free column", marks=pytest.mark.exhaustive),
    ],
)
def test_templates_that_the_office_laid_out_otherwise(ward: Ward, office: Office, tmp_path: Path, how: str) -> None:
    other = Ward(tmp_path / "other")
    for folder in ("templates", "nam_truoc", "inbox"):
        shutil.copytree(ward.root / folder, other.root / folder)
    book = openpyxl.load_workbook(other.template)
    sheet = book[FORM]
    if how == "no free column":
        sheet.delete_cols(8)
    elif how == "evidence first":
        sheet["D5"], sheet["F5"] = sheet["F5"].value, sheet["D5"].value
    elif how == "one width for many":
        for letter in "FGH":
            del sheet.column_dimensions[letter]
        sheet.column_dimensions["E"].max = 8
    book.save(other.template)
    if how == "saved by LibreOffice":
        office.convert(other.template, tmp_path / "saved.xlsx").replace(other.template)
    prefill(other)
    form = other.form("TDP-01", "2022")
    made = sheet_of(form)
    assert notes(form) == notes(ward.form("TDP-01", "2022"))
    spans = sorted((one.min or 0, one.max or 0) for one in made.column_dimensions.values())
    assert all(last < first for (_, last), (first, _) in pairwise(spans)), "Excel would have to repair it"
    area = str(made.print_area).rpartition("$")[0].rpartition("$")[2]
    assert headings(made)[COLUMN] > column_index_from_string(area.strip("0123456789:$") or "D")
    cells = answer_cells(made) if how != "evidence first" else {}
    filled = office.fill(form, tmp_path / "filled.xlsx", {FORM: cells})
    one = understood(other, filled)
    assert one.outcome.status == ("accepted" if cells else "incomplete")


@pytest.mark.exhaustive
def test_the_menu_asks_whether_to_add_it(ward: Ward) -> None:
    shown = chosen(ward.root, "2", "co", "co", "0")
    assert "cột nhắc lại số liệu, minh chứng năm trước" in shown[2]
    assert "không đổi, nhắc lại 11 mục năm trước" in shown[3]


def refused(ward: Ward) -> str:
    """What `generate --prefill` says where it cannot be done; no form changes."""
    before = {path: path.read_bytes() for path in (ward.root / "outbox").rglob("*.xlsx")}
    done = ward.call("generate", "--prefill")
    assert done.code == 2
    assert {path: path.read_bytes() for path in (ward.root / "outbox").rglob("*.xlsx")} == before
    return " ".join(done.err.split())


def test_without_a_workbook_of_last_year_that_can_be_relied_on_nothing_is_made(ward: Ward, tmp_path: Path) -> None:
    other = Ward(tmp_path / "other")
    for folder in ("templates", "nam_truoc"):
        shutil.copytree(ward.root / folder, other.root / folder)
    last = other.root / "nam_truoc/tong_hop_2021.xlsx"
    book = openpyxl.load_workbook(last, data_only=True)
    ranking = book["Xếp hạng"]
    rank = next(cell for row in ranking.iter_rows() for cell in row if cell.value == "Hạng")
    changed = ranking.cell(rank.row + 2, rank.column)
    changed.value = 99
    book.save(last)
    assert f"có 01 ô mâu thuẫn với câu trả lời, thẩm định trong sổ (Xếp hạng, ô {changed.coordinate})" in refused(other)
    last.write_bytes((ward.root / "nam_truoc/tong_hop_2021.xlsx").read_bytes())
    book = openpyxl.load_workbook(other.template)
    (year,) = (row[1] for row in book["Cấu hình"].iter_rows() if row[0].value == "Năm đánh giá")
    year.value = 2021
    book.save(other.template)
    assert "là của kỳ 2021, không phải cùng kỳ của một năm trước 2021" in refused(other)
    year.value = 2022
    book.save(other.template)
    last.write_bytes(b"PK\x03\x04")
    assert "Không đọc được sổ năm trước" in refused(other)
    last.unlink()
    assert "Chưa có sổ năm trước trong “nam_truoc”" in refused(other)
    assert not list((other.root / "outbox").rglob("*.xlsx"))
    assert other.call("generate").code == 0
