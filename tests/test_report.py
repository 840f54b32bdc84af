"""The ward workbook: its sheets, headings and words, and what is read back from it."""

from __future__ import annotations

import csv
import datetime as dt
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from tdp_xlsx.evaluation import evaluate
from tdp_xlsx.model import Decision, Finding, Place, RatingClass, Severity
from tdp_xlsx.report import answers, charts, received, to_clear_up, unmet, wording, write_report
from tdp_xlsx.report.book import put, sheet_class
from tdp_xlsx.submission import Answers, FileOutcome, FileStatus, Intake
from tdp_xlsx.ward_book.decisions import NoDecisionsSheetError, read_decisions
from tests.kit.round import Round, default_plan, groups, made_up_round, submission
from tests.kit.ward import NO, Line, Ward
from tests.kit.ward_book import CREATED, all_text, decision, first_decision_row, plain, rows_of, stored, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tdp_xlsx.model import Plan

SHEETS = [
    "Xếp hạng",
    "Tổng hợp",
    "Biểu đồ",
    "Chi tiết",
    "Chưa đạt",
    "Thẩm định",
    "Nội dung cần làm rõ",
    "Tình hình nộp bảng",
    "Dữ liệu",
    "Cách tính",
]
HEADINGS = [
    "Số tt",
    "Tên đơn vị",
    "Loại đơn vị",
    "Tiêu chuẩn 1",
    "Tiêu chuẩn 2",
    "Tiêu chuẩn 3",
    "Tiêu chuẩn 4",
    "Tiêu chuẩn 5",
    "Số tiêu chí đạt",
    "Số tiêu chí áp dụng",
    "Tỷ lệ (%)",
    "Hạng",
    "Kết luận",
    "Nguồn kết quả",
    "Ghi chú",
    "Mã đơn vị",
]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return default_plan(tmp_path_factory.mktemp("plan"))


@pytest.fixture(scope="module")
def fifteen(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of fifteen groups, in all states."""
    return write(tmp_path_factory.mktemp("fifteen") / "w.xlsx", made_up_round(plan, 15), room=500)


@pytest.fixture(scope="module")
def two(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of two groups."""
    return write(tmp_path_factory.mktemp("two") / "w.xlsx", made_up_round(plan, 2))


def test_the_workbook_has_the_ten_sheets_in_order(fifteen: Path) -> None:
    path = fifteen
    assert openpyxl.load_workbook(path).sheetnames == SHEETS


def test_the_table_to_sign_has_its_headings_and_every_group_once(plan: Plan, tmp_path: Path) -> None:
    made = made_up_round(plan, 15)
    sheet = stored(write(tmp_path / "w.xlsx", made), "Xếp hạng")
    head = next(row for row in sheet if "Mã đơn vị" in row)
    assert head == HEADINGS
    assert sheet[sheet.index(head) + 1][:3] == ["(1)", "(2)", "(3)"]
    codes = [row["Mã đơn vị"] for row in rows_of(sheet)]
    assert sorted(map(str, codes)) == sorted(group.code for group in made.plan.groups)


def test_rows_read_as_people_read_them(plan: Plan, tmp_path: Path) -> None:
    """Ranked, then disqualified, then not counted, then missing."""
    ward = replace(plan, groups=groups(5))
    one, two, three, four, _ = ward.groups
    submissions = {
        one.code: submission(ward, one, {"2.1": "Không"}),
        two.code: submission(ward, two, {}),
        three.code: submission(ward, three, {"I.2": "Có"}),
        four.code: submission(ward, four, {"1.1": None, "2.1": "?"}),
    }
    path = write(tmp_path / "w.xlsx", Round(ward, Intake((), submissions, frozenset(), ())))
    rows = rows_of(stored(path, "Xếp hạng"))
    table = [list(row.values()) for row in rows]
    read = "Tự đánh giá"
    assert [row[:10] for row in table] == [
        [1, "Bản Sùng Phài 2", "Bản", "2/2", "10/10", "20/20", "7/7", "5/5", 44, 44],
        [2, "Tổ dân phố số 1", "Tổ dân phố", "2/2", "8/9", "20/20", "7/7", "5/5", 42, 43],
        [3, "Tổ dân phố số 3", "Tổ dân phố", "2/2", "9/9", "20/20", "7/7", "5/5", 43, 43],
        [4, "Bản Sùng Phài 4", "Bản", "1/2", "8/9", "20/20", "7/7", "5/5", 41, 43],
        [5, "Bản Sùng Phài 5", "Bản", "–", "–", "–", "–", "–", "–", 42],
    ]
    assert [row[10:] for row in table] == [
        [100, 1, "Hợp lệ", read, None, "B-02"],
        [97.67441860465117, 2, "Hợp lệ", read, None, "TDP-01"],
        [100, "–", "Tự khai có trường hợp tại mục I.2, cần xác minh", read, None, "TDP-03"],
        ["–", "–", "Đề nghị bổ sung", read, "Còn 02 nội dung trống hoặc chưa rõ", "B-04"],
        ["–", "–", "Chưa nộp", "–", None, "B-05"],
    ]
    text = all_text(path, "Xếp hạng")
    assert "Tạm xếp hạng: còn 01 đơn vị chưa nộp, 01 đơn vị đề nghị bổ sung." in text
    assert "Tạm xếp theo kết quả tự đánh giá." in text
    assert "Chưa quy định ngưỡng đạt." in text


def test_equal_ranks_say_with_whom(plan: Plan, tmp_path: Path) -> None:
    ward = replace(plan, groups=groups(6))
    said: tuple[dict[str, str], ...] = (
        {},
        {"2.1": "Không"},
        {},
        {"2.1": "Không"},
        {"2.1": "Không", "2.2": "Không"},
        {"2.1": "Không"},
    )
    submissions = {g.code: submission(ward, g, s) for g, s in zip(ward.groups, said, strict=True)}
    path = write(tmp_path / "w.xlsx", Round(ward, Intake((), submissions, frozenset(), ())))
    notes = [(row["Mã đơn vị"], row["Hạng"], row["Ghi chú"]) for row in rows_of(stored(path, "Xếp hạng"))]
    assert notes == [
        ("TDP-01", 1, "Đồng hạng với Tổ dân phố số 3"),
        ("TDP-03", 1, "Đồng hạng với Tổ dân phố số 1"),
        ("B-02", 3, None),
        ("B-04", 4, "Đồng hạng với Tổ dân phố số 6"),
        ("TDP-06", 4, "Đồng hạng với Bản Sùng Phài 4"),
        ("B-05", 6, None),
    ]


def test_rows_are_as_high_as_their_text_and_the_date_of_a_verification_takes_one_line(
    plan: Plan, tmp_path: Path
) -> None:
    ward = replace(plan, groups=(*groups(3), replace(groups(4)[3], name="Bản có một tên dài hơn cột này")))
    one, two, *_ = ward.groups
    submissions = {g.code: submission(ward, g, said) for g, said in ((one, {}), (two, {"2.1": NO}))}
    made = Round(ward, Intake((), submissions, frozenset(), ()))
    verified = replace(decision(two.code, "Tất cả", "Giữ nguyên"), reason="")
    sheet = openpyxl.load_workbook(write(tmp_path / "w.xlsx", made, (verified,)))["Xếp hạng"]
    rows = {row[-1].value: int(row[-1].row or 0) for row in sheet.iter_rows() if row[-1].value in ward.group_by_code}
    heights = {code: float(sheet.row_dimensions[row].height or 0) for code, row in rows.items()}
    assert heights == pytest.approx({"TDP-01": 17, "B-02": 17, "TDP-03": 17, "B-04": 30}, abs=0.5)


def test_a_rejected_group_is_listed_with_the_reason(fifteen: Path) -> None:
    path = fifteen
    row = next(row for row in rows_of(stored(path, "Xếp hạng")) if row["Mã đơn vị"] == "B-05")
    assert (row["Kết luận"], row["Ghi chú"]) == ("Đề nghị nộp lại", "Bảng của năm 2020, khác năm đánh giá 2021.")


@pytest.mark.parametrize(
    ("statuses", "reason", "note"),
    [
        (["rejected"], "“inbox/a b.xlsx”: không đọc được.", "Bảng đã nộp chưa dùng được."),
        (["rejected"], "Bảng thiếu dòng của mục 2.1: “Có đường trục chính", "Bảng đã nộp chưa dùng được."),
        (["conflict", "conflict"], "câu trả lời khác với tệp khác", "Các bảng đã nộp trả lời khác nhau."),
        (["rejected"], "Bảng của năm 2020, khác năm 2021.", "Bảng của năm 2020, khác năm 2021."),
    ],
)
def test_what_is_signed_names_no_file_and_quotes_nothing(
    plan: Plan, tmp_path: Path, statuses: list[str], reason: str, note: str
) -> None:
    ward = replace(plan, groups=groups(2))
    read = submission(ward, ward.groups[0], {})
    files = tuple(FileOutcome(read.file, FileStatus(status), "TDP-01", reason) for status in statuses)
    path = write(tmp_path / "w.xlsx", Round(ward, Intake(files, {}, frozenset({"TDP-01"}), ())))
    (row,) = (row for row in rows_of(stored(path, "Xếp hạng")) if row["Mã đơn vị"] == "TDP-01")
    assert row["Ghi chú"] == note


def test_every_sheet_of_a_demo_says_so(plan: Plan, tmp_path: Path) -> None:
    path = write(tmp_path / "w.xlsx", made_up_round(plan, 2), demo=True)
    assert first_decision_row(path) == 8
    for sheet in openpyxl.load_workbook(path):
        assert sheet["A1"].value == "SỐ LIỆU MINH HỌA"
        assert sheet.oddHeader is not None
        assert "SỐ LIỆU MINH HỌA" in str(sheet.oddHeader.left.text)


def test_no_sheet_says_demo_otherwise(two: Path) -> None:
    path = two
    assert all("MINH HỌA" not in all_text(path, name) for name in SHEETS)


def test_the_answers_sheet_leads_to_file_sheet_and_cell(two: Path) -> None:
    path = two
    row = next(row for row in rows_of(stored(path, "Dữ liệu"), "Khóa") if row["Khóa"] == "TDP-01|2.10")
    assert row["Đọc là"] == "KAD"
    row = next(row for row in rows_of(stored(path, "Dữ liệu"), "Khóa") if row["Khóa"] == "TDP-01|4.5a")
    assert row == {
        "Khóa": "TDP-01|4.5a",
        "Mã đơn vị": "TDP-01",
        "Tên đơn vị": "Tổ dân phố số 1",
        "Mã tiêu chí": "4.5a",
        "Tiêu chí": "4.5 (dòng thứ nhất)",
        "Đọc là": "Có",
        "Nguyên văn ô trả lời": "Có",
        "Số liệu, minh chứng": None,
        "Tệp": "inbox/2021_TDP-01_bang-tu-danh-gia.xlsx",
        "Trang": "Bảng tự đánh giá",
        "Ô": "E49",
    }


def test_findings_are_listed_with_what_to_do(plan: Plan, tmp_path: Path) -> None:
    made = made_up_round(plan, 2)
    found = Finding(
        "R301", Severity.WARNING, "Mâu thuẫn.", "Xem lại.", Place("inbox/a.xlsx", None, "E9", "TDP-01", "I.1")
    )
    intake = replace(made.intake, findings=(found,))
    path = write(tmp_path / "w.xlsx", Round(made.plan, intake))
    assert [list(row.values()) for row in rows_of(stored(path, "Nội dung cần làm rõ"), "Mã")] == [
        ["R301", "Cần làm rõ", "Tổ dân phố số 1", "I.1", "Mâu thuẫn.", "Xem lại.", "inbox/a.xlsx", "E9"]
    ]


def test_of_more_findings_than_a_sheet_has_room_for_it_is_told_where_they_are(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_up_round(plan, 2)
    found = tuple(Finding("R301", Severity.WARNING, f"Điều {n}.", "Xem lại.", Place("a.xlsx")) for n in range(7))
    monkeypatch.setattr(to_clear_up, "MOST", 5)
    path = write(tmp_path / "w.xlsx", Round(made.plan, replace(made.intake, findings=found)))
    rows = rows_of(stored(path, "Nội dung cần làm rõ"), "Mã")
    assert [row["Nội dung"] for row in rows[:-1]] == ["Điều 0.", "Điều 1.", "Điều 2.", "Điều 3.", "Điều 4."]
    assert str(rows[-1]["Mã"]).startswith("Còn 2 nội dung khác, không nêu hết ở đây; xem đủ bằng lệnh: tdp-xlsx check")


def test_where_xlsxwriter_searches_formulas_in_another_way_its_own_is_taken(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workbook is the same, letter for letter; so it is where the search is known, and passed by."""
    made, decisions = made_up_round(plan, 5), (decision("TDP-01", "2.2", "Không"), decision("TDP-03", "4.5a", "Có"))
    known = write(tmp_path / "known.xlsx", made, decisions)
    search = Worksheet._prepare_formula  # noqa: SLF001 - the one inner part that is passed by

    def other(sheet: Worksheet, formula: str, expand_future_functions: bool = False, *, strict: bool = False) -> Any:  # noqa: ARG001, FBT001, FBT002
        return search(sheet, formula, expand_future_functions)  # type: ignore[no-untyped-call]

    assert sheet_class() is not Worksheet
    monkeypatch.setattr(Worksheet, "_prepare_formula", other)
    assert sheet_class() is Worksheet
    assert write(tmp_path / "other.xlsx", made, decisions).read_bytes() == known.read_bytes()


def test_of_the_answers_only_their_sheet_needs_each(plan: Plan, tmp_path: Path) -> None:
    """They are made anew whenever they are gone through; values alone are written without."""
    made = made_up_round(plan, 5)
    evaluation = evaluate(made.plan, made.intake)
    rows: Any = Passes(evaluation.rows)
    lazy = replace(evaluation, rows=rows)
    write_report(tmp_path / "lazy.xlsx", lazy, made.intake, created=CREATED)
    assert rows.passes == 1
    write_report(tmp_path / "usual.xlsx", evaluation, made.intake, created=CREATED)
    assert (tmp_path / "lazy.xlsx").read_bytes() == (tmp_path / "usual.xlsx").read_bytes()


class Passes:
    """Answers that can be gone through and counted, nothing else."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows
        self.passes = 0

    def __iter__(self) -> Iterator[Any]:
        self.passes += 1
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def test_of_more_files_than_a_sheet_has_room_for_it_is_told_where_they_are(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_up_round(plan, 15)
    monkeypatch.setattr(received, "LAST_ROW", 25)
    rows = stored(write(tmp_path / "w.xlsx", made), "Tình hình nộp bảng")
    assert len(rows) == 26
    assert [row[0] for row in rows[-4:]] == [
        1,
        2,
        3,
        "Còn 11 tệp khác, không nêu hết ở đây; xem đủ bằng lệnh: tdp-xlsx status --json",
    ]


def test_of_more_names_than_a_cell_holds_it_is_told_how_many_and_where(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = replace(plan, groups=groups(5))
    submissions = {group.code: submission(ward, group, {"2.1": "Không"}) for group in ward.groups}
    monkeypatch.setattr(unmet, "_MOST_NAMED", 40)
    path = write(tmp_path / "w.xlsx", Round(ward, Intake((), submissions, frozenset(), ())))
    row = next(row for row in rows_of(stored(path, "Chưa đạt"), "Mã tiêu chí") if row["Mã tiêu chí"] == "2.1")
    assert row["Đơn vị chưa đạt (theo lần tổng hợp này)"] == (
        "Tổ dân phố số 1; Bản Sùng Phài 2; … và 3 đơn vị khác, xem trang Chi tiết"
    )


def test_of_more_groups_than_can_be_drawn_it_is_told_where_their_figures_are(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "MOST_DRAWN", 24)
    path = write(tmp_path / "w.xlsx", made_up_round(plan, 60), live=False)
    sheet = openpyxl.load_workbook(path)["Biểu đồ"]
    assert sheet["A2"].value == (
        "Vẽ 24 đơn vị đứng đầu; 36 đơn vị còn lại xem số liệu ở bên phải trang này (ngoài vùng in)."
    )
    with zipfile.ZipFile(path) as archive:
        drawn = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert [text.count("Tỷ lệ đạt của từng đơn vị") for text in drawn] == [2, 0, 0]


def test_a_chain_of_equals_is_cut_before_it_fills_a_cell(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line has one name less; a chain that became too long begins anew below."""
    ward = replace(plan, groups=tuple(replace(group, kind="Tổ dân phố", attributes=frozenset()) for group in groups(6)))
    submissions = {group.code: submission(ward, group, {}) for group in ward.groups}
    monkeypatch.setattr(wording, "CHAIN_LIMIT", 30)
    path = write(tmp_path / "w.xlsx", Round(ward, Intake((), submissions, frozenset(), ())), live=False)
    rows = rows_of(stored(path, "Biểu đồ"), "Đồng hạng từ dòng này")
    assert [row["Đồng hạng từ dòng này"] for row in rows[:6]] == [
        "Tổ dân phố số 1; Bản Sùng Phài 2; …",
        "Bản Sùng Phài 2; …",
        "Tổ dân phố số 3; Bản Sùng Phài 4; …",
        "Bản Sùng Phài 4; …",
        "Bản Sùng Phài 5; Tổ dân phố số 6",
        "Tổ dân phố số 6",
    ]


@pytest.mark.parametrize("live", [True, False])
def test_texts_from_leaders_stay_text(plan: Plan, tmp_path: Path, *, live: bool) -> None:
    """Neither formula nor link nor number is made of what a leader wrote; nothing of it is lost."""
    ward = replace(plan, groups=groups(1))
    group = ward.groups[0]
    read = submission(ward, group, {})
    own_xml = "<r><t>x</t></r>"
    wild = ("=1+1", "{=SUM(A1)}", "http://example.org", "2.10", "+84", "@x", "internal:'Chi tiết'!A1", own_xml)
    answers = dict(read.answers)
    for code, text in zip(("1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6"), wild, strict=True):
        answers[code] = answers[code]._replace(raw=text, evidence=text)
    made = Round(ward, Intake((), {group.code: replace(read, answers=Answers(answers.values()))}, frozenset(), ()))
    path = write(tmp_path / "w.xlsx", made, live=live)
    sheet = openpyxl.load_workbook(path)["Dữ liệu"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value in wild]
    assert len(cells) == 18  # 2.10 is a code and a label too
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name]


def test_the_same_round_gives_the_same_bytes(plan: Plan, tmp_path: Path) -> None:
    made = made_up_round(plan, 5)
    first, second = write(tmp_path / "1.xlsx", made), write(tmp_path / "2.xlsx", made)
    assert first.read_bytes() == second.read_bytes()


def test_no_formula_is_newer_than_excel_2010(fifteen: Path) -> None:
    path = fifteen
    known = {
        *("IF", "IFERROR", "AND", "OR", "NOT", "ISNUMBER", "ISNA", "INDEX", "MATCH", "ROW", "ROWS", "COLUMNS"),
        *("SUM", "SUMPRODUCT", "COUNTIF", "COUNTIFS", "ROUND", "INT", "MOD", "MAX", "MIN", "RANK", "LARGE"),
        *("TEXT", "MID", "LEN", "LEFT", "LOWER", "UPPER", "TRIM", "SUBSTITUTE", "FIND", "HYPERLINK", "REPT"),
        *("VALUE", "CHAR", "YEAR", "MONTH", "DAY"),
    }
    book = openpyxl.load_workbook(path)
    formulas = [name.attr_text for name in book.defined_names.values()]
    formulas += [
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    used = {name for text in formulas for name in re.findall(r"([A-Z][A-Z.]*)\(", re.sub(r'"[^"]*"', "", text))}
    assert {"SUMPRODUCT", "SUBSTITUTE"} <= used <= known


def test_a_file_that_is_open_elsewhere_is_an_os_error(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"w\.xlsx"):
        write(tmp_path / "no such folder" / "w.xlsx", made_up_round(plan, 1))


def test_many_groups_get_values_instead_of_formulas(plan: Plan, tmp_path: Path) -> None:
    made = made_up_round(plan, 15)
    live, fixed = write(tmp_path / "1.xlsx", made), write(tmp_path / "2.xlsx", made, live=False)
    for name in set(SHEETS) - {"Chi tiết", "Chưa đạt", "Cách tính"}:
        assert stored(live, name) == stored(fixed, name)
    ours, others = (
        [row[:7] + row[8:] for row in stored(path, "Chưa đạt")]  # percentages differ in their sixteenth digit
        for path in (live, fixed)
    )
    assert ours == others
    ours, others = stored(live, "Chi tiết"), stored(fixed, "Chi tiết")
    assert ours[7:] == others[7:]
    assert ours[4][:4] == others[5][:4] == ["Mã đơn vị", "Tên đơn vị", "Loại đơn vị", "Xem dữ liệu"]
    kinds = {cell.data_type for sheet in openpyxl.load_workbook(fixed) for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert "vượt giới hạn của công thức" in all_text(fixed, "Cách tính")


def test_a_code_stored_as_a_number_is_never_applied(tmp_path: Path, two: Path) -> None:
    book = openpyxl.load_workbook(two)
    sheet = book["Thẩm định"]
    row = first_decision_row(two)
    for col, entry in zip("ABDEFG", ("B-02", 2.1, "Có", " x ", 5, dt.date(2021, 11, 26)), strict=True):
        sheet[f"{col}{row}"].value = entry
        if not isinstance(entry, dt.date):
            sheet[f"{col}{row}"].number_format = "General"
    book.save(tmp_path / "edited.xlsx")
    assert plain(read_decisions(tmp_path / "edited.xlsx")) == [
        Decision("B-02", "2.1 (dạng số)", "Có", "x", "5", "26/11/2021")
    ]


def test_an_untouched_workbook_has_no_decisions(two: Path) -> None:
    assert read_decisions(two) == ()


def test_a_workbook_without_the_sheet_or_a_heading_is_refused(tmp_path: Path, two: Path) -> None:
    path = two
    book = openpyxl.load_workbook(path)
    book["Thẩm định"].cell(first_decision_row(path) - 1, 5).value = "Vì sao"
    book.save(tmp_path / "no-heading.xlsx")
    with pytest.raises(NoDecisionsSheetError, match="“Lý do”"):
        read_decisions(tmp_path / "no-heading.xlsx")
    del book["Thẩm định"]
    book.save(tmp_path / "no-sheet.xlsx")
    with pytest.raises(NoDecisionsSheetError, match="không có trang “Thẩm định”"):
        read_decisions(tmp_path / "no-sheet.xlsx")


@pytest.mark.exhaustive
def test_a_ward_too_large_for_a_sheet_has_its_answers_in_a_table_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sheet says where they are; Excel makes no formula of any; the table goes with its workbook's archive."""
    register = [Line("TDP-05", "Tổ dân phố số 5"), Line("B-1", "Bản Thượng", "Bản")]
    ward = Ward.make(tmp_path, register).generate()
    ward.send("TDP-05", {"2.10": NO}, cells={"F20": "=1+1"})
    monkeypatch.setattr(answers, "ROOM", 47)
    assert ward.call("consolidate").code == 0
    table = ward.root / "outbox" / "tong_hop_2021_du_lieu.csv"
    raw = table.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert len(rows) == 48
    assert [row["Đọc là"] for row in rows if row["Khóa"] == "TDP-05|2.9"] == ["KAD"]
    assert "'=1+1" in {row["Số liệu, minh chứng"] for row in rows}
    assert "48 câu trả lời là quá nhiều cho một trang; tất cả ghi ở tệp “tong_hop_2021_du_lieu.csv”." in all_text(
        ward.workbook, "Dữ liệu"
    )
    monkeypatch.undo()
    assert ward.call("consolidate").code == 0
    assert not table.exists()
    assert len(list((ward.root / "outbox" / "luu").glob("*_du_lieu_*.csv"))) == 1
    assert len(rows_of(stored(ward.workbook, "Dữ liệu"), "Khóa")) == 48


def test_there_is_room_for_five_hundred_more_decisions(fifteen: Path) -> None:
    """Each of the rows is text, to choose in, and judged as it is typed."""
    sheet = openpyxl.load_workbook(fifteen)["Thẩm định"]
    first = first_decision_row(fifteen)
    for row in (first, first + 499):
        assert [sheet.cell(row, col).number_format for col in (1, 2, 4, 5, 6, 7)] == ["@"] * 6
        assert [sheet.cell(row, col).value for col in (3, 8)] == ["=td_dong_tu_danh_gia", "=td_dong_tinh_trang"]
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists == {
        f"A{first}:A{first + 499}": "ct_ma",
        f"B{first}:B{first + 499}": "td_danh_muc",
        f"D{first}:D{first + 499}": '"Có,Không,Giữ nguyên"',
    }


def test_the_rules_in_force_can_be_repeated_by_hand(plan: Plan, tmp_path: Path) -> None:
    """Points, tie rule, lists, mark and classes with their basis, and how the first group comes by its class."""
    settings = replace(
        plan.settings,
        tie_break=True,
        separate_lists=True,
        pass_percent=80.5,
        classes=(RatingClass("Khá", 85.5), RatingClass("Tốt", 95, 70)),
        basis={"pass_percent": "Quyết định 01/QĐ-UBND", "classes": "Quyết định 02/QĐ-UBND"},
    )
    criteria = tuple(replace(c, points=3 if c.code == "2.1" else c.points) for c in plan.criteria)
    ward = replace(plan, settings=settings, criteria=criteria, groups=groups(3))
    said: dict[str, dict[str, str]] = {"TDP-01": {"1.1": NO}, "B-02": {}, "TDP-03": {"2.1": NO}}
    submissions = {g.code: submission(ward, g, said[g.code]) for g in ward.groups}
    path = write(tmp_path / "w.xlsx", Round(ward, Intake((), submissions, frozenset(), ())))
    lines = all_text(path, "Cách tính").splitlines()
    for line in (
        (
            "d) Tỷ lệ (%) = 100 × tổng điểm các tiêu chí đạt : tổng điểm các tiêu chí áp dụng. "
            "Điểm của từng tiêu chí ghi ở dòng Điểm của trang Chi tiết."
        ),
        (
            "e) Khi tỷ lệ bằng nhau: đơn vị có nhiều tiêu chuẩn đạt đủ (số đạt bằng số áp dụng) hơn xếp trên; "
            "vẫn bằng nhau thì đồng hạng."
        ),
        "g) Tổ dân phố và bản xếp thành các danh sách riêng; hạng tính trong từng loại đơn vị.",
        "h) Ngưỡng đạt: tỷ lệ từ 80,5% trở lên là Đạt, thấp hơn là Chưa đạt.",
        "h) Mức “Tốt”: tỷ lệ từ 95% trở lên và từng tiêu chuẩn đạt từ 70% số tiêu chí áp dụng.",
        "h) Mức “Khá”: tỷ lệ từ 85,5% trở lên.",
        (
            "h) Xét các mức từ trên xuống, ghi mức đầu tiên đủ điều kiện; không đủ mức nào thì ghi “Đạt” "
            "hoặc “Chưa đạt” theo ngưỡng."
        ),
        "Quyết định 01/QĐ-UBND",
        "Quyết định 02/QĐ-UBND",
        (
            "Tổ dân phố số 1 (theo lần tổng hợp này), lần lượt tiêu chuẩn 1, tiêu chuẩn 2, tiêu chuẩn 3, tiêu chuẩn 4, "
            "tiêu chuẩn 5: số tiêu chí đạt 1 + 9 + 20 + 7 + 5 = 42; số tiêu chí áp dụng 2 + 9 + 20 + 7 + 5 = 43."
        ),
        "Điểm đạt 44, điểm áp dụng 45: tỷ lệ = 100 × 44 : 45 = 97,78%.",
        "So với Tổ dân phố số 3: 44 × 45 = 1980; 42 × 45 = 1890; số lớn hơn thì tỷ lệ cao hơn.",
        "Số đơn vị có kết quả cao hơn: 0, nên hạng = 1 + 0 = 1.",
        "Tỷ lệ 97,78% đủ điều kiện của mức “Khá” (từ 85,5%).",
    ):
        assert line in lines
    results = {row["Mã đơn vị"]: (row["Hạng"], row["Kết luận"]) for row in rows_of(stored(path, "Xếp hạng"))}
    assert results == {"TDP-01": (1, "Khá"), "TDP-03": (2, "Khá"), "B-02": (1, "Tốt")}


def test_no_cell_is_lost_unsaid(tmp_path: Path) -> None:
    """Written row by row, a row cannot be gone back to; and no sheet has a row more than Excel knows."""
    book = Workbook(tmp_path / "w.xlsx", {"constant_memory": True})
    sheet, look = book.add_worksheet("Trang"), book.add_format()
    put(sheet, 5, 0, "xin chào", look)
    for row in (4, 1_048_576):
        with pytest.raises(ValueError, match=f"Trang: {row + 1}, 2"):
            put(sheet, row, 1, "=1", look)
    book.close()
