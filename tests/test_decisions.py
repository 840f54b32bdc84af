"""The board's decisions, typed into the ward workbook: applied, carried over, or asked about on the next run."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.styles import Font

from tests.kit.grid import replace_part
from tests.kit.office import assert_recalculates
from tests.kit.ward import NO, YES, Done, Line, Ward
from tests.kit.ward_book import first_decision_row, ranking, recalculated, rows_of, stored

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.office import Office

SHEET = "Thẩm định"
REGISTER = [
    Line("TDP-05", "Tổ dân phố số 5"),
    Line("TDP-16", "Tổ dân phố số 16"),
    Line("B-1", "Bản Thượng", "Bản"),
    Line("B-2", "Bản Hạ", "Bản"),
]
SIGNED = ("Đã kiểm tra", "Tổ thẩm định", "01/12/2021")


@pytest.fixture
def ward(prepared: Ward, tmp_path: Path) -> Ward:
    """A copy of the prepared ward."""
    shutil.copytree(prepared.root, tmp_path / "ward")
    return Ward(tmp_path / "ward")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """Four groups, three files: one is incomplete, B-2 has sent nothing."""
    ward = Ward.make(tmp_path_factory.mktemp("decisions"), REGISTER).generate()
    ward.send("TDP-05", {"2.1": NO})
    ward.send("TDP-16", {"3.10": None})
    ward.send("B-1", {"I.2": YES})
    assert ward.call("consolidate").code == 0
    return ward


def decide(ward: Ward, *rows: tuple[Any, Any, Any] | tuple[Any, ...]) -> Done:
    """Type rows (group, criterion, result, reason, person, date) and consolidate."""
    book = openpyxl.load_workbook(ward.workbook)
    sheet = book[SHEET]
    first = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Mã đơn vị") + 1
    for offset, (group, criterion, result, *rest) in enumerate(rows):
        values = (group, criterion, None, result, *(rest or SIGNED))
        for column, value in enumerate(values, 1):
            if column != 3:
                sheet.cell(first + offset, column).value = value
    book.save(ward.workbook)
    done = ward.call("consolidate", "--json")
    assert done.code == 0, done.err
    return done


def found(done: Done) -> list[tuple[str, str | None, str | None]]:
    """Return code, group and criterion of the findings about decisions."""
    return [(f["code"], f["group"], f["criterion"]) for f in done.json["findings"] if f["code"].startswith("D")]


def test_decisions_change_complete_clear_and_disqualify(ward: Ward) -> None:
    done = decide(ward, ("TDP-05", "2.1", YES), ("TDP-16", "3.10", YES), ("B-1", "I.2", NO), ("TDP-05", "I.3", YES))
    assert {code: (g["status"], g["met"], g["rank"]) for code, g in done.groups().items()} == {
        "TDP-05": ("disqualified", 43, None),
        "TDP-16": ("valid", 43, 1),
        "B-1": ("valid", 42, 1),
        "B-2": ("missing", 0, None),
    }
    assert done.groups()["TDP-05"]["disqualified_by"] == ["I.3"]
    assert found(done) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("part", "padding"),
    [("xl/sharedStrings.xml", 3), ("xl/worksheets/sheet4.xml", 140)],
    ids=["long texts that pack well", "a sheet of ten thousands of groups"],
)
def test_a_ward_workbook_larger_than_any_form_does_not_stop_the_next_run(ward: Ward, part: str, padding: int) -> None:
    decide(ward, ("TDP-05", "2.1", YES))
    with zipfile.ZipFile(ward.workbook) as archive:
        content = archive.read(part)
    replace_part(ward.workbook, ward.workbook, part, content + b" " * (padding << 20))
    done = ward.call("consolidate", "--json")
    assert done.code == 0, done.err
    assert done.groups()["TDP-05"]["met"] == 43


def test_every_decision_is_still_there_after_the_next_runs(ward: Ward) -> None:
    rows = [
        ("TDP-05", "2.10", YES),
        ("TDP-05", "Tất cả", "Giữ nguyên"),
        ("B-2", "2.1", NO),
        ("", "", "", "chờ họp", "", ""),
    ]
    decide(ward, *rows)
    for _ in range(2):
        assert ward.call("consolidate").code == 0
    sheet = openpyxl.load_workbook(ward.workbook, data_only=True)[SHEET]
    kept = [
        (row[0] or "", row[1] or "", row[3] or "", row[4])
        for row in sheet.iter_rows(values_only=True)
        if row[0] in {"TDP-05", "B-2"} or row[4] == "chờ họp"
    ]
    assert kept == [
        ("TDP-05", "2.10", YES, "Đã kiểm tra"),
        ("TDP-05", "Tất cả", "Giữ nguyên", "Đã kiểm tra"),
        ("B-2", "2.1", NO, "Đã kiểm tra"),
        ("", "", "", "chờ họp"),
    ]


def test_a_row_that_cannot_be_applied_is_asked_about(ward: Ward) -> None:
    """Each alone among rows that are no better; a missing reason, person or date is only noted."""
    cases: tuple[tuple[tuple[Any, ...], str, str | None, str | None], ...] = (
        ((None, "2.1", YES), "D701", None, "2.1"),
        (("TDP-05", None, YES), "D702", "TDP-05", None),
        (("TDP-05", "2.1", None), "D703", "TDP-05", "2.1"),
        (("TDP-99", "2.1", YES), "D704", None, "2.1"),
        (("TDP-05", "2.99", YES), "D705", "TDP-05", None),
        (("TDP-05", 2.1, YES), "D705", "TDP-05", None),
        (("TDP-05", "2.1", "Đạt"), "D706", "TDP-05", "2.1"),
        (("B-2", "2.1", YES), "D707", "B-2", "2.1"),
        (("TDP-05", "2.10", YES), "D708", "TDP-05", "2.10"),
        (("TDP-05", "Tất cả", YES), "D709", "TDP-05", None),
        (("TDP-*", "2.1", YES), "D704", None, "2.1"),
        (("TDP-05", "*", YES), "D705", "TDP-05", None),
        (("TDP-05", "2.1", "Giữ nguyên", None, None, None), "D711", "TDP-05", "2.1"),
    )
    done = decide(ward, *(row for row, *_ in cases))
    assert done.groups()["TDP-05"]["met"] == 42
    told = sorted(
        (f for f in done.json["findings"] if f["code"].startswith("D")), key=lambda f: int(f["cell"].removeprefix("A"))
    )
    assert [(f["code"], f["group"], f["criterion"]) for f in told] == [case[1:] for case in cases]
    assert [f["severity"] for f in told] == ["warning"] * 12 + ["info"]
    assert {f["file"] for f in told} == {"outbox/tong_hop_2021.xlsx"}


def test_a_row_that_is_struck_through_is_asked_about_and_stays_so(ward: Ward) -> None:
    decide(ward, ("TDP-05", "2.1", YES), ("TDP-05", "2.3", NO))
    book = openpyxl.load_workbook(ward.workbook)
    row = first_decision_row(ward.workbook)
    book[SHEET].cell(row + 1, 1).font = Font(strike=True)
    book.save(ward.workbook)
    for _ in range(2):
        done = ward.call("consolidate", "--json")
        assert found(done) == [("D706", "TDP-05", "2.3")]
        assert done.groups()["TDP-05"]["met"] == 43
        assert [line[3] for line in stored(ward.workbook, SHEET)[row - 1 : row + 1]] == [YES, "Không (gạch ngang)"]


def test_a_formula_that_nobody_reckoned_is_kept_as_it_stands_and_asked_about(ward: Ward) -> None:
    done = decide(ward, ("TDP-05", "2.1", '="Có"', '="lý do "&1', "Tổ thẩm định", "01/12/2021"))
    assert found(done) == [("D706", "TDP-05", "2.1")]
    line = stored(ward.workbook, SHEET)[first_decision_row(ward.workbook) - 1]
    assert line[3:5] == ['="Có"', '="lý do "&1']


def test_rows_not_applied_are_named_on_the_terminal_and_strict_is_not_met(ward: Ward, office: Office) -> None:
    """By consolidate, before and after it has carried them over, and by check; in a workbook saved by LibreOffice."""
    ward.send("TDP-16")
    ward.send("B-2")
    ward.send("B-1")
    assert ward.call("consolidate", "--strict").code == 0
    row = first_decision_row(ward.workbook)
    typed = ("TDP-05", "9.9", YES), ("TDP-16", "2.1", "Đạt"), ("TDP-5x", "2.1", YES)
    cells: dict[str, str | float | None] = {
        f"{column}{row + place}": text
        for place, said in enumerate(typed)
        for column, text in zip("ABDEFG", (*said, *SIGNED), strict=True)
    }
    copy = office.fill(ward.workbook, ward.root / "saved.xlsx", {SHEET: cells})
    shutil.move(copy, ward.workbook)
    for command in (["check"], ["consolidate", "--strict"], ["consolidate", "--strict", "--json"], ["check"]):
        done = ward.call(*command)
        told = done.out + done.err if command == ["check"] else done.err
        for place, words in enumerate(("mã tiêu chí “9.9”", "kết quả “Đạt”", "mã đơn vị “TDP-5x”")):
            assert f"dòng {row + place}: {words}" in " ".join(told.split()), told
        if command != ["check"]:
            assert (done.code, "03 dòng thẩm định chưa được áp dụng" in done.err) == (1, True)
    assert ward.call("consolidate").code == 0


def test_two_different_results_for_one_answer_are_both_asked_about_whatever_their_order(ward: Ward) -> None:
    done = decide(ward, ("TDP-05", "2.1", YES), ("TDP-05", "2.1", NO))
    assert found(done) == [("D710", "TDP-05", "2.1")] * 2
    assert (done.groups()["TDP-05"]["status"], done.groups()["TDP-05"]["rank"]) == ("incomplete", None)


def test_findings_name_the_rows_of_the_workbook_beside_them(ward: Ward) -> None:
    """Gaps between decisions are closed when they are carried over."""
    done = decide(ward, ("TDP-99", "2.1", YES), (None, None, None, "", "", ""), ("TDP-05", "2.99", YES))
    sheet = openpyxl.load_workbook(ward.workbook)[SHEET]
    told = {f["code"]: f["cell"] for f in done.json["findings"] if f["code"].startswith("D")}
    assert {code: sheet[cell].value for code, cell in told.items()} == {"D704": "TDP-99", "D705": "TDP-05"}
    assert int(told["D705"][1:]) == int(told["D704"][1:]) + 1
    assert f"dòng {told['D705'][1:]}" in next(f["message"] for f in done.json["findings"] if f["code"] == "D705")


def test_the_same_decision_twice_is_one(ward: Ward) -> None:
    done = decide(ward, ("TDP-05", "2.1", YES), ("TDP-05", "2.1", YES))
    assert found(done) == []
    assert done.groups()["TDP-05"]["met"] == 43


def test_a_pass_mark_or_classes_without_a_legal_basis_are_asked_about(tmp_path: Path) -> None:
    """They are in force all the same: the office said so. The labels are those of the sheet."""
    marks = {"Ngưỡng đạt (%)": 90, "Mức xếp loại": "Tốt: từ 95 %"}
    ward = Ward.make(tmp_path, REGISTER, marks).generate()
    ward.send("TDP-05", {})
    done = ward.call("consolidate", "--json")
    assert found(done) == [("D712", None, None)] * 2
    told = [f for f in done.json["findings"] if f["code"] == "D712"]
    assert all(any(f"“{label}” đã ghi mức" in f["message"] for f in told) for label in marks)
    assert {(f["severity"], f["file"]) for f in told} == {("warning", "templates/self_assessment_template.xlsx")}
    book = openpyxl.load_workbook(ward.template)
    for row in book["Cấu hình"].iter_rows():
        if row[0].value in marks:
            row[2].value = "Quyết định số 01/QĐ-UBND"
    book.save(ward.template)
    assert found(ward.call("consolidate", "--json")) == []


def test_status_and_mails_know_what_the_office_decided(ward: Ward) -> None:
    assert "TDP-16 Tổ dân phố số 16  Đề nghị bổ sung" in ward.call("status").out
    decide(ward, ("TDP-16", "3.10", YES), ("TDP-05", "Tất cả", "Giữ nguyên"))
    consolidated = ward.call("consolidate", "--json").json["groups"]
    shown = ward.call("status")
    assert "TDP-16 Tổ dân phố số 16  Đã thẩm định" in shown.out
    assert "TDP-05 Tổ dân phố số 5   Đã thẩm định" in shown.out
    assert ward.call("status", "--json").json["groups"] == consolidated
    assert "Không có đơn vị nào cần gửi thư này." in ward.call("mail", "--return").err
    ward.call("mail", "--remind")
    assert sorted(path.name for path in (ward.root / "outbox" / "thu").iterdir()) == ["2021_B-2_nhac.txt"]


def test_decisions_that_cannot_be_read_are_told_and_no_mail_is_written_without_them(ward: Ward) -> None:
    ward.workbook.write_bytes(b"broken")
    shown = ward.call("status")
    assert shown.code == 0
    assert "Không đọc được trang “Thẩm định” của “outbox/tong_hop_2021.xlsx”" in shown.err
    assert "Dưới đây chưa tính kết quả thẩm định." in shown.err
    assert "TDP-16 Tổ dân phố số 16  Đề nghị bổ sung" in shown.out
    refused = ward.call("mail", "--remind")
    assert refused.code == 2
    assert "Không đọc được trang “Thẩm định”" in refused.err
    assert not (ward.root / "outbox" / "thu").exists()


def test_codes_are_read_as_people_write_them_and_asked_where_two_may_be_meant(ward: Ward, office: Office) -> None:
    """Each typed in LibreOffice; what is read stands as its code in the next workbook."""
    first = first_decision_row(ward.workbook)
    lines: tuple[tuple[Any, Any, str, str], ...] = (
        ("TDP-05", "4.5 (dòng thứ nhất)", "TDP-05", "4.5a"),
        ("tdp-5", "4,2", "TDP-05", "4.2"),
        ("Tổ dân phố số 16", "tiêu chí 3.10", "TDP-16", "3.10"),
        ("TDP 16", "3.3 ", "TDP-16", "3.3"),
        ("Bản Thượng", "i.2", "B-1", "I.2"),
        ("TDP-16", 4.2, "TDP-16", "4.2"),
        ("TDP-05", "4.5", "4.5a", "4.5b"),
        ("TDP-05", 2.1, "2.1", "2.10"),
        ("Ban Thuong", "1.1", "B-1", ""),
        ("TDP-99", "1.1", "", ""),
    )
    cells: dict[str, str | float | None] = {}
    for row, (group, criterion, *_) in enumerate(lines, start=first):
        cells |= {f"A{row}": group, f"B{row}": criterion, f"D{row}": "Giữ nguyên", f"E{row}": "x", f"F{row}": "y"}
        cells |= {f"G{row}": "01/12/2021"}
    shutil.move(office.fill(ward.workbook, ward.root / "saved.xlsx", {SHEET: cells}), ward.workbook)
    done = ward.call("consolidate", "--json")
    read_as = {f["cell"]: f["message"] for f in done.json["findings"] if f["code"] == "D714"}
    assert {*read_as} == {f"A{first + place}" for place in range(6)}
    assert read_as[f"A{first + 1}"].endswith(f"dòng {first + 1}: “tdp-5” hiểu là TDP-05; “4,2” hiểu là 4.2.")
    told = {f["cell"]: f for f in done.json["findings"] if f["code"].startswith("D70")}
    assert sorted((cell, f["code"]) for cell, f in told.items()) == [
        (f"A{first + place}", code) for place, code in ((6, "D705"), (7, "D705"), (8, "D704"), (9, "D704"))
    ]
    for place, (_, _, one, other) in enumerate(lines[6:], start=6):
        words = " hoặc ".join(filter(None, (one, other)))
        assert (f"có thể là {words};" if words else "không có trong danh sách") in told[f"A{first + place}"]["message"]
    kept = [row[:2] for row in stored(ward.workbook, SHEET)[first - 1 : first + 9]]
    assert kept[:6] == [[group, code] for _, _, group, code in lines[:6]]
    assert kept[6:] == [["TDP-05", "4.5"], ["TDP-05", "2.1 (dạng số)"], ["Ban Thuong", "1.1"], ["TDP-99", "1.1"]]
    assert_recalculates(office, ward.workbook)


@pytest.mark.parametrize("saved", [".xlsx", pytest.param(".ods", marks=pytest.mark.exhaustive)])
def test_dates_are_read_as_people_write_them_and_impossible_ones_are_told(
    ward: Ward, office: Office, saved: str
) -> None:
    first = first_decision_row(ward.workbook)
    typed: tuple[tuple[str | dt.date, str], ...] = (
        ("2026-12-01", "01/12/2026"),
        ("1 tháng 12 năm 2026", "01/12/2026"),
        ("ngày 1/2/2026", "01/02/2026"),
        (dt.date(2026, 12, 3), "03/12/2026"),
        ("31/11/2021", "31/11/2021"),
        ("hôm 1 tháng 12", "hôm 1 tháng 12"),
    )
    book = openpyxl.load_workbook(ward.workbook)
    for row, (day, *_) in enumerate(typed, start=first):
        values = ("TDP-05", "1.1", None, "Giữ nguyên", "x", "y", day)
        for column, value in enumerate(values, 1):
            book[SHEET].cell(row, column).value = value
            if isinstance(value, dt.date):
                book[SHEET].cell(row, column).number_format = "dd/mm/yyyy"
    book.save(ward.root / "typed.xlsx")
    ward.workbook.unlink()
    office.convert(ward.root / "typed.xlsx", ward.workbook.with_suffix(saved))
    done = ward.call("consolidate", "--json")
    told = {f["cell"]: f["message"] for f in done.json["findings"] if f["code"] == "D713"}
    assert list(told) == [f"A{first + 4}", f"A{first + 5}"]
    assert "“31/11/2021”" in told[f"A{first + 4}"]
    assert "“hôm 1 tháng 12”" in told[f"A{first + 5}"]
    assert [row[6] for row in stored(ward.workbook, SHEET)[first - 1 : first + 5]] == [day for _, day in typed]
    line = {str(row["Mã đơn vị"]): row for row in rows_of(stored(ward.workbook, "Xếp hạng"))}["TDP-05"]
    assert line["Nguồn kết quả"] == "Thẩm định ngày 03/12/2026"
    assert_recalculates(office, ward.workbook)


def test_a_day_no_calendar_has_is_printed_nowhere_while_it_is_typed(ward: Ward, office: Office) -> None:
    first = first_decision_row(ward.workbook)
    cells = dict(zip("ABDEFG", ("TDP-05", "1.1", "Giữ nguyên", "x", "y", "31/11/2021"), strict=True))
    saved = office.fill(
        ward.workbook, ward.root / "a.xlsx", {SHEET: {f"{col}{first}": text for col, text in cells.items()}}
    )
    assert ranking(recalculated(office, saved))["TDP-05"]["Nguồn kết quả"] == "Thẩm định"


@pytest.mark.exhaustive
def test_contradicting_decisions_are_the_offices_own_to_settle(ward: Ward, office: Office) -> None:
    """Typed and saved in LibreOffice: no letter, no return form, no word of blanks, before and after the next run."""
    assert ward.call("consolidate").code == 0
    row = first_decision_row(ward.workbook)
    cells: dict[str, str | float | None] = {
        f"{column}{row + place}": text
        for place, result in enumerate((YES, NO))
        for column, text in zip("ABDEFG", ("TDP-05", "2.1", result, *SIGNED), strict=True)
    }
    shutil.move(office.fill(ward.workbook, ward.root / "saved.xlsx", {SHEET: cells}), ward.workbook)
    live = ranking(recalculated(office, ward.workbook))["TDP-05"]
    returned = sorted((ward.root / "outbox" / "tra_lai").iterdir())
    done = ward.call("consolidate", "--json")
    assert done.groups()["TDP-05"]["status"] == "incomplete"
    told = [f for f in done.json["findings"] if f["code"] == "D710"]
    assert [(f["severity"], f["group"], f["cell"]) for f in told] == [
        ("error", "TDP-05", f"A{row}"),
        ("error", "TDP-05", f"A{row + 1}"),
    ]
    assert all(f"dòng {row} (“Có”), {row + 1} (“Không”)" in f["message"] for f in told)
    assert all(f"dòng {row} (“Có”), {row + 1} (“Không”)" in " ".join(ward.call("check").out.split()) for _ in told)
    written = {str(line["Mã đơn vị"]): line for line in rows_of(stored(ward.workbook, "Xếp hạng"))}["TDP-05"]
    for line in (live, written):
        assert (line["Kết luận"], line["Nguồn kết quả"], line["Hạng"], line["Ghi chú"]) == (
            "Chờ thống nhất thẩm định",
            "Thẩm định, chưa thống nhất",
            "–",
            "Các dòng thẩm định trái nhau ở 01 nội dung",
        )
    shown = ward.call("status")
    assert "TDP-05 Tổ dân phố số 5   Chờ thống nhất" in shown.out
    assert "chờ thống nhất 01" in shown.out
    assert "trang “Thẩm định”" in shown.err
    assert sorted((ward.root / "outbox" / "tra_lai").iterdir()) == returned
    for kind in ("--return", "--remind"):
        assert ward.call("mail", kind).code == 0
    letters = [path.name for path in (ward.root / "outbox" / "thu").iterdir()]
    assert letters
    assert not [name for name in letters if "TDP-05" in name]
    assert_recalculates(office, ward.workbook)
