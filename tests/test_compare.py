"""What changed is told: between the sendings of a group, and by `compare` between any two forms or ward workbooks."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.kit.ward import FORM, Line, Ward, answer_cells, call, key_rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.office import Office

FIRST = {"3.1": "Không", "3.2": "Không", "4.1": "Không", "5.1": None}
FLIPPED = [("TDP-05", code, "answer", "Không", "Có") for code in ("3.1", "3.2", "4.1")]
FILLED = ("TDP-05", "5.1", "answer", None, "Có")


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """Two groups, whose forms are made."""
    return Ward.make(tmp_path / "phuong", [Line("TDP-05", "Tổ dân phố số 5"), Line("B-1", "Bản 1", "Bản")]).generate()


def sent_back(ward: Ward) -> Path:
    """Consolidate, fill the form that was to be mended with Có throughout, and drop it into the inbox."""
    assert ward.call("consolidate").code == 0
    book = openpyxl.load_workbook(ward.root / "outbox/tra_lai/2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx")
    for address, value in answer_cells(book[FORM]).items():
        book[FORM][address] = value
    target = ward.inbox / "lan-2.xlsx"
    book.save(target)
    return target


def differences(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the differences without their cells."""
    names = ("group", "criterion", "what", "before", "after")
    return [tuple(one[name] for name in names) for one in document["differences"]]


def row_of(path: Path, code: str) -> int:
    """Return a criterion's row in a form."""
    return key_rows(openpyxl.load_workbook(path)[FORM])[code]


# --- between the sendings of a group --------------------------------------------------------------------------------


def test_answers_flipped_beside_the_one_that_was_asked_for_are_told_and_do_not_block(ward: Ward) -> None:
    first = ward.send("TDP-05", FIRST)
    later = sent_back(ward)
    done = ward.call("consolidate", "--json")
    assert done.code == 0
    assert done.groups()["TDP-05"]["status"] == "valid"
    told = [f for f in done.json["findings"] if f["code"] in {"G404", "G405"}]
    assert [(f["code"], f["severity"], f["criterion"]) for f in told] == [
        ("G404", "warning", "3.1"),
        ("G404", "warning", "3.2"),
        ("G404", "warning", "4.1"),
        ("G405", "info", "5.1"),
    ]
    row = row_of(later, "3.1")
    assert (told[0]["group"], told[0]["file"], told[0]["cell"]) == ("TDP-05", "inbox/lan-2.xlsx", f"E{row}")
    assert told[0]["message"] == (
        f"Tổ dân phố số 5, mục 3.1 đổi Không → Có dù không được đề nghị sửa: trước ở “inbox/{first.name}” ô E{row}, "
        f"nay ở “inbox/lan-2.xlsx” ô E{row}."
    )


def test_the_sheet_of_what_came_in_has_a_column_of_changes(ward: Ward) -> None:
    ward.send("TDP-05", FIRST)
    ward.send("B-1")
    sent_back(ward)
    assert ward.call("consolidate").code == 0
    rows = list(openpyxl.load_workbook(ward.workbook)["Tình hình nộp bảng"].iter_rows(values_only=True))
    head = next(row for row in rows if "Tệp" in row)
    column, code = head.index("Thay đổi so với lần gửi trước"), head.index("Mã đơn vị")
    told = {row[code]: row[column] for row in rows[rows.index(head) + 1 : rows.index(head) + 3]}
    assert told == {
        "TDP-05": "3.1: Không → Có (không được đề nghị sửa); 3.2: Không → Có (không được đề nghị sửa); "
        "4.1: Không → Có (không được đề nghị sửa); 5.1: trống → Có",
        "B-1": "–",
    }


# --- two forms ------------------------------------------------------------------------------------------------------


def test_two_sendings_are_compared_answer_by_answer_without_a_working_folder(ward: Ward, tmp_path: Path) -> None:
    first = ward.send("TDP-05", FIRST, cells={"F28": "12 hộ"})
    later = sent_back(ward)
    for path in (first, later):
        shutil.copy(path, tmp_path)
    done = call("-C", tmp_path, "compare", first.name, later.name, "--json")
    assert done.code == 1
    assert done.json["kind"] == "forms"
    assert differences(done.json) == [*FLIPPED, FILLED]
    row = row_of(later, "3.1")
    assert done.json["differences"][0]["before_cell"] == f"Bảng tự đánh giá!E{row}"
    table = call("-C", tmp_path, "compare", first.name, later.name)
    assert table.code == 1
    assert f"TDP-05   3.1    trả lời    Không         Có            E{row}          E{row}" in table.out.splitlines()
    assert "Hai tệp khác nhau 04 chỗ." in table.err


def test_the_same_answers_in_another_program_are_no_difference(ward: Ward, office: Office, tmp_path: Path) -> None:
    first = ward.send("TDP-05", {"3.1": "Không", "2.3": None})
    other = office.convert(first, tmp_path / "khac.ods")
    done = call("compare", first, other, "--json")
    assert (done.code, done.json) == (0, {"kind": "forms", "differences": []})


def test_what_is_unclear_and_what_does_not_apply_is_shown_as_it_stands(ward: Ward) -> None:
    row = row_of(ward.form("B-1"), "2.10")  # is not asked of this group
    first = ward.send("B-1", {"3.1": "một phần"}, name="a.xlsx", cells={f"E{row}": None})
    second = ward.send("B-1", {"3.1": "gần hết"}, name="b.xlsx")
    done = call("compare", first, second, "--json")
    assert differences(done.json) == [("B-1", "3.1", "answer", "một phần", "gần hết")]


def test_forms_of_two_years_are_compared_by_the_codes_they_share(ward: Ward, tmp_path: Path) -> None:
    later = Ward.make(tmp_path / "sau", [Line("TDP-05", "Tổ dân phố số 5")], {"Năm đánh giá": 2022}).generate()
    book = openpyxl.load_workbook(later.form("TDP-05", "2022"))
    for address, value in answer_cells(book[FORM], {"4.1": "Không"}).items():
        book[FORM][address] = value
    book.save(tmp_path / "2022.xlsx")
    done = call("compare", ward.send("TDP-05"), tmp_path / "2022.xlsx", "--json")
    assert differences(done.json) == [("TDP-05", "4.1", "answer", "Có", "Không")]


# --- two ward workbooks ---------------------------------------------------------------------------------------------


def decide(workbook: Path, *rows: tuple[str, str, str]) -> None:
    """Enter decisions, as the office does."""
    book = openpyxl.load_workbook(workbook)
    sheet = book["Thẩm định"]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Mã đơn vị")
    for row, (group, criterion, result) in enumerate(rows, start=head + 1):
        sheet.cell(row, 1).value, sheet.cell(row, 2).value, sheet.cell(row, 4).value = group, criterion, result
    book.save(workbook)


def test_two_ward_workbooks_differ_in_answers_decisions_states_scores_and_ranks(ward: Ward, tmp_path: Path) -> None:
    ward.send("TDP-05", FIRST)
    ward.send("B-1", {"3.1": "Không"})
    assert ward.call("consolidate").code == 0
    before = tmp_path / "trước.xlsx"
    shutil.copy(ward.workbook, before)
    decide(ward.workbook, ("B-1", "3.1", "Có"))
    sent_back(ward)
    assert ward.call("consolidate").code == 0
    done = ward.call("compare", before, "outbox/tong_hop_2021.xlsx", "--json")
    assert done.code == 1
    assert done.json["kind"] == "workbooks"
    found = differences(done.json)
    assert found[:4] == [*FLIPPED, FILLED]
    assert found[4:] == [
        ("TDP-05", None, "state", "Đề nghị bổ sung", "Hợp lệ"),
        ("TDP-05", None, "score", None, 1),
        ("TDP-05", None, "rank", None, 1),
        ("B-1", "3.1", "decision", None, "Có"),
        ("B-1", None, "score", pytest.approx(41 / 42), 1),
    ]
    sheets = [one["after_cell"].partition("!")[0] for one in done.json["differences"][3:8]]
    assert sheets == ["Dữ liệu", "Chi tiết", "Xếp hạng", "Xếp hạng", "Thẩm định"]
    assert "TDP-05          tỷ lệ (%)  –             100,00" in ward.call("compare", before, ward.workbook).out


@pytest.mark.exhaustive
def test_a_ward_workbook_saved_by_libreoffice_says_the_same(ward: Ward, office: Office, tmp_path: Path) -> None:
    ward.send("TDP-05", FIRST)
    ward.send("B-1", {"3.1": "Không"})
    assert ward.call("consolidate").code == 0
    ods = office.convert(ward.workbook, tmp_path / "sổ.ods")
    again = office.convert(ods, tmp_path / "sổ.xlsx")
    for saved in (ods, again):
        done = call("compare", ward.workbook, saved, "--json")
        assert (done.code, done.json) == (0, {"kind": "workbooks", "differences": []})


def test_a_ward_workbook_larger_than_any_form_is_compared_too(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the readers' limits it is read as `consolidate` reads it; here every reader refuses."""
    from tdp_xlsx import compare
    from tdp_xlsx.intake.opening import Opened, file_of
    from tdp_xlsx.reading.request import Reading
    from tdp_xlsx.submission import FileStatus

    ward.send("TDP-05")
    assert ward.call("consolidate").code == 0
    refused = Opened(file_of(Reading("x")), FileStatus.REJECTED, reason="quá lớn.")
    monkeypatch.setattr(compare, "open_entries", lambda *_: [refused])
    assert ward.call("compare", ward.workbook, ward.workbook).code == 0
    done = ward.call("compare", ward.workbook, ward.form("TDP-05"))
    assert (done.code, "quá lớn." in done.err) == (2, True)


def test_answers_too_many_for_a_sheet_are_compared_on_the_sheet_of_details(
    ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tdp_xlsx.report.answers.ROOM", 0)
    ward.send("TDP-05", {"3.1": "Không"})
    assert ward.call("consolidate").code == 0
    before = tmp_path / "trước.xlsx"
    shutil.copy(ward.workbook, before)
    ward.send("TDP-05")
    assert ward.call("consolidate").code == 0
    done = ward.call("compare", before, ward.workbook, "--json")
    assert differences(done.json)[0] == ("TDP-05", "3.1", "answer", "Không", "Có")
    assert done.json["differences"][0]["after_cell"].startswith("Chi tiết!")


# --- what cannot be compared ----------------------------------------------------------------------------------------


def test_what_cannot_be_compared_is_said_in_one_sentence(ward: Ward) -> None:
    one, other = ward.send("TDP-05"), ward.send("B-1")
    assert ward.call("consolidate").code == 0
    bare = ward.root / "trong.xlsx"
    openpyxl.Workbook().save(bare)
    doubled = openpyxl.load_workbook(one)
    row = key_rows(doubled[FORM])["3.1"]
    for column in range(1, 12):
        doubled[FORM].cell(90, column).value = doubled[FORM].cell(row, column).value
    doubled.save(ward.root / "hai dòng.xlsx")
    (ward.root / "hỏng.xlsx").write_bytes(b"PK\x03\x04 hong")
    for before, after, why in (
        (one, other, "là bảng của TDP-05"),
        (one, ward.workbook, "Không so được bảng tự đánh giá"),
        (one, "khong co.xlsx", "Không thấy tệp"),
        (one, bare, "không phải bảng tự đánh giá còn mã dòng, cũng không phải sổ tổng hợp"),
        ("hai dòng.xlsx", one, "3.1"),
        (one, "hỏng.xlsx", "Không so được"),
    ):
        done = ward.call("compare", before, after, "--json")
        assert (done.code, done.out) == (2, ""), after
        assert why in done.err
