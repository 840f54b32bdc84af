"""The ward workbook: its sheets and words, its formulas against LibreOffice, decisions typed into it, rows sorted."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tdp_xlsx.evaluation import evaluate
from tdp_xlsx.model import Decision, Finding, Intake, Place, RatingClass, Severity
from tdp_xlsx.report import NoDecisionsSheetError, count_decisions, read_decisions, write_report
from tdp_xlsx.template.items import STANDALONE
from tests.kit.office import assert_recalculates, formula_errors, pdf_pages
from tests.kit.round import Round, default_plan, groups, made_up_round, submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tdp_xlsx.model import Plan
    from tests.kit.office import Cell, Office

CREATED = dt.datetime(2021, 11, 24, 9, 0)  # noqa: DTZ001 - the wall clock's

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


def write(path: Path, made: Round, decisions: Iterable[Decision] = (), **how: bool) -> Path:
    evaluation = evaluate(made.plan, made.intake, tuple(decisions))
    write_report(path, evaluation, made.intake, created=CREATED, **how)
    return path


def rows_of(sheet: list[list[object]], key: str = "Mã đơn vị") -> list[dict[str, object]]:
    """Return the rows of the table whose headings include ``key``, by heading."""
    head = next(row for row, cells in enumerate(sheet) if key in cells)
    table = []
    for cells in sheet[head + 1 :]:
        row = {str(heading): cell for heading, cell in zip(sheet[head], cells, strict=False) if heading}
        if row.get(key):
            table.append(row)
    return table


def stored(path: Path, name: str) -> list[list[object]]:
    """Return a sheet's values as they are stored in the file."""
    book = openpyxl.load_workbook(path, data_only=True)
    return [list(row) for row in book[name].iter_rows(values_only=True)]


def grid(cells: Mapping[str, Cell]) -> list[list[object]]:
    """Return recalculated cells as rows of values."""
    at = {}
    for address, cell in cells.items():
        match = re.fullmatch(r"([A-Z]+)(\d+)", address)
        assert match is not None
        at[int(match[2]), openpyxl.utils.column_index_from_string(match[1])] = cell.value
    height, width = max(row for row, _ in at), max(col for _, col in at)
    return [[at.get((row, col)) for col in range(1, width + 1)] for row in range(1, height + 1)]


def ranking(cells: Mapping[str, Mapping[str, Cell]]) -> dict[str, dict[str, object]]:
    return {str(row["Mã đơn vị"]): row for row in rows_of(grid(cells["Xếp hạng"]))}


def all_text(path: Path, name: str) -> str:
    return "\n".join(str(cell) for row in stored(path, name) for cell in row if cell is not None)


def first_decision_row(path: Path) -> int:
    sheet = stored(path, "Thẩm định")
    return next(row for row, cells in enumerate(sheet, start=1) if "Kết quả thẩm định" in cells) + 1


def typed(path: Path, decisions: Iterable[Decision]) -> dict[str, dict[str, str]]:
    """Return the cells an officer types for some decisions."""
    cells = {}
    for row, made in enumerate(decisions, start=first_decision_row(path)):
        entry = zip(
            "ABDEFG",
            (made.group, made.criterion, made.result, made.reason, made.decided_by, made.decided_on),
            strict=True,
        )
        cells.update({f"{col}{row}": text for col, text in entry if text})
    return {"Thẩm định": cells}


def decision(group: str, criterion: str, result: str) -> Decision:
    return Decision(group, criterion, result, "Đối chiếu hồ sơ", "Tổ thẩm định", "26/11/2021")


def plain(made: Iterable[Decision]) -> list[Decision]:
    return [replace(each, place=Place()) for each in made]


# --- sheets, headings, words --------------------------------------------------------------------------------------


def test_the_workbook_has_the_ten_sheets_in_order(plan: Plan, tmp_path: Path) -> None:
    path = write(tmp_path / "w.xlsx", made_up_round(plan, 15))
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
        [5, "Bản Sùng Phài 5", "Bản", "0/2", "0/8", "0/20", "0/7", "0/5", 0, 42],
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


def test_a_rejected_group_is_listed_with_the_reason(plan: Plan, tmp_path: Path) -> None:
    path = write(tmp_path / "w.xlsx", made_up_round(plan, 15))
    row = next(row for row in rows_of(stored(path, "Xếp hạng")) if row["Mã đơn vị"] == "B-05")
    assert (row["Kết luận"], row["Ghi chú"]) == ("Đề nghị nộp lại", "Bảng của năm 2020, khác năm đánh giá 2021.")


def test_every_sheet_of_a_demo_says_so(plan: Plan, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write(tmp_path / "w.xlsx", made_up_round(plan, 2), demo=True))
    for sheet in book:
        assert sheet["A1"].value == "SỐ LIỆU MINH HỌA"
        assert sheet.oddHeader is not None
        assert "SỐ LIỆU MINH HỌA" in str(sheet.oddHeader.left.text)


def test_no_sheet_says_demo_otherwise(plan: Plan, tmp_path: Path) -> None:
    path = write(tmp_path / "w.xlsx", made_up_round(plan, 2))
    assert all("MINH HỌA" not in all_text(path, name) for name in SHEETS)


def test_the_answers_sheet_leads_to_file_sheet_and_cell(plan: Plan, tmp_path: Path) -> None:
    path = write(tmp_path / "w.xlsx", made_up_round(plan, 2))
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


def test_texts_from_leaders_stay_text(plan: Plan, tmp_path: Path) -> None:
    """Neither formula nor link nor number is made of what a leader wrote; nothing of it is lost."""
    ward = replace(plan, groups=groups(1))
    group = ward.groups[0]
    read = submission(ward, group, {})
    wild = ("=1+1", "{=SUM(A1)}", "http://example.org", "2.10", "+84", "@x", "internal:'Chi tiết'!A1")
    answers = dict(read.answers)
    for code, text in zip(("1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"), wild, strict=True):
        answers[code] = replace(answers[code], raw=text, evidence=text)
    made = Round(ward, Intake((), {group.code: replace(read, answers=answers)}, frozenset(), ()))
    path = write(tmp_path / "w.xlsx", made)
    sheet = openpyxl.load_workbook(path)["Dữ liệu"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value in wild]
    assert len(cells) == 16  # 2.10 is a code and a label too
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name]


def test_the_same_round_gives_the_same_bytes(plan: Plan, tmp_path: Path) -> None:
    made = made_up_round(plan, 5)
    first, second = write(tmp_path / "1.xlsx", made), write(tmp_path / "2.xlsx", made)
    assert first.read_bytes() == second.read_bytes()


def test_no_formula_is_newer_than_excel_2010(plan: Plan, tmp_path: Path) -> None:
    path = write(tmp_path / "w.xlsx", made_up_round(plan, 15))
    known = {
        *("IF", "IFERROR", "AND", "OR", "NOT", "ISNUMBER", "ISNA", "INDEX", "MATCH", "ROW", "ROWS", "COLUMNS"),
        *("SUM", "SUMPRODUCT", "COUNTIF", "COUNTIFS", "ROUND", "INT", "MOD", "MAX", "MIN", "RANK", "LARGE"),
        *("TEXT", "MID", "LEN", "LEFT", "LOWER", "TRIM", "SUBSTITUTE", "FIND", "HYPERLINK"),
    }
    used = set()
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    bare = re.sub(r'"[^"]*"', "", str(cell.value))
                    used |= set(re.findall(r"([A-Z][A-Z.]*)\(", bare))
    assert used <= known


def test_a_file_that_is_open_elsewhere_is_an_os_error(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"w\.xlsx"):
        write(tmp_path / "no such folder" / "w.xlsx", made_up_round(plan, 1))


# --- formulas against LibreOffice -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "seed"), [(1, 1), (2, 2), (15, 3), (60, 4)])
def test_every_formula_recalculates_to_its_stored_value(
    plan: Plan, tmp_path: Path, office: Office, count: int, seed: int
) -> None:
    assert_recalculates(office, write(tmp_path / "w.xlsx", made_up_round(plan, count, seed)))


@pytest.mark.parametrize(
    "settings",
    [
        {"tie_break": True},
        {"separate_lists": True},
        {"separate_lists": True, "tie_break": True, "pass_percent": 90.0},
        {"pass_percent": 97.7},
        {"classes": (RatingClass("Tốt", 95, 70), RatingClass("Khá", 85.5)), "presentation": STANDALONE},
    ],
)
def test_formulas_agree_under_every_setting(
    plan: Plan, tmp_path: Path, office: Office, settings: dict[str, object]
) -> None:
    points = {"1.1": 3, "3.2": 5}
    criteria = tuple(replace(c, points=points.get(c.code, c.points)) for c in plan.criteria)
    weighed = replace(plan, criteria=criteria, settings=replace(plan.settings, **settings))  # type: ignore[arg-type]
    made = made_up_round(weighed, 15, seed=7)
    decisions = (decision("TDP-01", "1.1", "Không"), decision("B-02", "Tất cả", "Giữ nguyên"))
    assert_recalculates(office, write(tmp_path / "w.xlsx", made, decisions))


def test_an_unusual_form_works_too(plan: Plan, tmp_path: Path, office: Office) -> None:
    """No case, no task, a standard without criteria, a class that every standard decides, and nobody ranked."""
    criteria = tuple(replace(c, tasks=()) for c in plan.scored if c.standard != "2")
    settings = replace(
        plan.settings,
        classes=(RatingClass("Tốt", 80, 80),),
        pass_percent=50.0,
        report_number="05/BC-UBND",
        report_date=dt.date(2021, 12, 1),
        signer_title="",
        recipients="",
        presentation=STANDALONE,
        basis={"pass_percent": "Kế hoạch thử"},
    )
    ward = replace(plan, criteria=criteria, settings=settings, groups=groups(2))
    answered = {"TDP-01": submission(ward, ward.groups[0], {"5.1": "Không"})}
    for place, submissions in enumerate((answered, {})):
        path = write(tmp_path / f"{place}.xlsx", Round(ward, Intake((), submissions, frozenset(), ())))
        assert_recalculates(office, path)
    text = all_text(tmp_path / "0.xlsx", "Xếp hạng")
    assert "Số: 05/BC-UBND" in text
    assert "Tân Phong, ngày 01 tháng 12 năm 2021" in text
    assert "Ngưỡng đạt: 50% (Kế hoạch thử)." in text
    assert [row["Kết luận"] for row in rows_of(stored(tmp_path / "0.xlsx", "Xếp hạng"))] == ["Tốt", "Chưa nộp"]
    assert "Chưa có đơn vị nào được xếp hạng" in all_text(tmp_path / "1.xlsx", "Tổng hợp")
    assert "Chưa có đơn vị nào được xếp hạng" in all_text(tmp_path / "1.xlsx", "Cách tính")


def test_cases_alone_make_a_form(plan: Plan, tmp_path: Path, office: Office) -> None:
    ward = replace(plan, criteria=plan.cases, standards=(), groups=groups(1))
    answered = {"TDP-01": submission(ward, ward.groups[0], {})}
    path = write(tmp_path / "w.xlsx", Round(ward, Intake((), answered, frozenset(), ())))
    assert_recalculates(office, path)


def test_many_groups_get_values_instead_of_formulas(plan: Plan, tmp_path: Path) -> None:
    made = made_up_round(plan, 15)
    live, fixed = write(tmp_path / "1.xlsx", made), write(tmp_path / "2.xlsx", made, live=False)
    assert stored(live, "Xếp hạng") == stored(fixed, "Xếp hạng")
    kinds = {cell.data_type for sheet in openpyxl.load_workbook(fixed) for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert "vượt giới hạn của công thức" in all_text(fixed, "Cách tính")


def test_rows_may_be_sorted(plan: Plan, tmp_path: Path, office: Office) -> None:
    """Each row goes on finding its group by the code; the sheet says that the order is another."""
    path = write(tmp_path / "w.xlsx", made_up_round(plan, 15))
    sheet = stored(path, "Xếp hạng")
    head = next(row for row, cells in enumerate(sheet, start=1) if "Mã đơn vị" in cells)
    last = get_column_letter(len(HEADINGS))
    done = office.sort_rows(
        path, tmp_path / "s.xlsx", "Xếp hạng", f"A{head + 2}:{last}{head + 16}", "B", descending=True
    )
    before, after = ranking(office.recalculate(path)), ranking(office.recalculate(done))
    assert list(before) != list(after)
    number = "Số tt"
    assert [row.pop(number) for row in before.values()] == [row.pop(number) for row in after.values()]
    assert before == after
    words = "Thứ tự các dòng dưới đây không theo kết quả hiện tại"
    assert words in str(grid(office.recalculate(done)["Xếp hạng"]))
    assert words not in str(grid(office.recalculate(path)["Xếp hạng"]))


# --- decisions ------------------------------------------------------------------------------------------------------


def ward_of_five(plan: Plan) -> Round:
    ward = replace(plan, groups=groups(5))
    one, two, three, four, _ = ward.groups
    submissions = {
        one.code: submission(ward, one, {}),
        two.code: submission(ward, two, {"2.10": "Không", "4.5b": "Không"}),
        three.code: submission(ward, three, {"I.2": "Có"}),
        four.code: submission(ward, four, {"1.1": None, "2.1": "một phần"}),
    }
    return Round(ward, Intake((), submissions, frozenset(), ()))


DECISIONS = (
    decision("TDP-01", "2.1", "Không"),
    decision("TDP-01", "4.5a", "Không"),
    decision("B-02", "2.10", "Có"),
    decision("B-02", "4.5b", "Có"),
    decision("TDP-03", "I.2", "Không"),
    decision("B-04", "1.1", "Có"),
    decision("B-04", "2.1", "Không"),
    decision("B-05", "2.1", "Có"),
    decision("TDP-01", "2.10", "Có"),
    decision("TDP-99", "2.1", "Có"),
)


def test_decisions_typed_into_the_workbook_act_at_once(plan: Plan, tmp_path: Path, office: Office) -> None:
    made = ward_of_five(plan)
    path = write(tmp_path / "w.xlsx", made)
    saved = office.fill(path, tmp_path / "saved.xlsx", typed(path, DECISIONS))
    cells = office.recalculate(saved)
    assert formula_errors(office, saved) == []
    rows = ranking(cells)
    found = {
        code: (row["Số tiêu chí đạt"], row["Hạng"], row["Kết luận"], row["Nguồn kết quả"], row.get("Ghi chú") or "")
        for code, row in rows.items()
    }
    assert found == {
        "B-02": (44, 1, "Đã thẩm định", "Thẩm định", "Đồng hạng với Tổ dân phố số 3; Thẩm định thay đổi 02 nội dung"),
        "TDP-03": (43, 1, "Đã thẩm định", "Thẩm định", "Đồng hạng với Bản Sùng Phài 2; Thẩm định thay đổi 01 nội dung"),
        "B-04": (42, 3, "Đã thẩm định", "Thẩm định", "Thẩm định thay đổi 02 nội dung"),
        "TDP-01": (41, 4, "Đã thẩm định", "Thẩm định", "Thẩm định thay đổi 02 nội dung"),
        "B-05": (0, "–", "Chưa nộp", "–", ""),
    }
    state = [row["Tình trạng dòng"] for row in rows_of(grid(cells["Thẩm định"])) if row["Tình trạng dòng"]]
    assert state == [
        *["Được áp dụng"] * 7,
        "Chưa áp dụng: đơn vị chưa có bảng đọc được",
        "Chưa áp dụng: tiêu chí không áp dụng cho đơn vị này",
        "Chưa áp dụng: không có mã đơn vị này",
    ]
    text = str(grid(cells["Xếp hạng"]))
    assert "Đã thẩm định 04/04 đơn vị." in text
    assert "Thứ tự các dòng dưới đây không theo kết quả hiện tại" in text


def test_the_next_workbook_carries_every_decision_on(plan: Plan, tmp_path: Path, office: Office) -> None:
    made = ward_of_five(plan)
    path = write(tmp_path / "w.xlsx", made)
    saved = office.fill(path, tmp_path / "saved.xlsx", typed(path, DECISIONS))
    read = read_decisions(saved)
    assert plain(read) == list(DECISIONS)
    assert count_decisions(saved) == 10
    following = write(tmp_path / "next.xlsx", made, read)
    assert plain(read_decisions(following)) == list(DECISIONS)
    assert_recalculates(office, following)
    before, after = ranking(office.recalculate(saved)), ranking(office.recalculate(following))
    for row in (*before.values(), *after.values()):
        row.pop("Số tt")
    assert before == after
    assert list(after) == ["B-02", "TDP-03", "B-04", "TDP-01", "B-05"]
    notes = [cell.comment.text for row in openpyxl.load_workbook(following)["Chi tiết"] for cell in row if cell.comment]
    assert len(notes) == 7
    assert "Tự đánh giá: Có\nThẩm định: Không\nLý do: Đối chiếu hồ sơ" in notes[0]


def test_contradicting_decisions_make_the_answer_unclear(plan: Plan, tmp_path: Path, office: Office) -> None:
    made = ward_of_five(plan)
    both = (decision("TDP-01", "2.1", "Có"), decision("TDP-01", "2.1", "Không"))
    path = write(tmp_path / "w.xlsx", made)
    cells = office.recalculate(office.fill(path, tmp_path / "saved.xlsx", typed(path, both)))
    row = ranking(cells)["TDP-01"]
    assert (row["Kết luận"], row["Nguồn kết quả"], row["Hạng"]) == ("Đề nghị bổ sung", "Tự đánh giá", "–")
    states = {row["Tình trạng dòng"] for row in rows_of(grid(cells["Thẩm định"]))} - {None, ""}
    assert states == {"Chưa áp dụng: các dòng ghi kết quả khác nhau cho cùng một nội dung"}
    assert_recalculates(office, write(tmp_path / "next.xlsx", made, both))


def test_a_disqualifying_case_is_confirmed_by_the_office(plan: Plan, tmp_path: Path, office: Office) -> None:
    made = ward_of_five(plan)
    path = write(tmp_path / "w.xlsx", made)
    entries = (
        decision("TDP-03", "Tất cả", "Giữ nguyên"),
        decision("TDP-01", "I.1", "Có"),
        decision("B-02", "1.1", "Không"),
    )
    rows = ranking(office.recalculate(office.fill(path, tmp_path / "saved.xlsx", typed(path, entries))))
    assert rows["TDP-03"]["Kết luận"] == "Thuộc trường hợp không đảm bảo"
    assert rows["TDP-01"]["Kết luận"] == "Thuộc trường hợp không đảm bảo"
    assert rows["B-02"]["Hạng"] == 1
    assert_recalculates(office, write(tmp_path / "next.xlsx", made, entries))


def test_rows_that_are_not_right_are_marked_and_kept(plan: Plan, tmp_path: Path, office: Office) -> None:
    made = ward_of_five(plan)
    path = write(tmp_path / "w.xlsx", made)
    wrong = (
        Decision("", "2.1", "Có"),
        Decision("TDP-01", "", "Có"),
        Decision("TDP-01", "2.1", ""),
        Decision("TDP-01", "9.9", "Có"),
        Decision("TDP-01", "2.1", "Đạt"),
        Decision("TDP-01", "Tất cả", "Có"),
        Decision("TDP-01", "Tất cả", "Giữ nguyên"),
        Decision("", "", "", "chỉ có lý do"),
    )
    saved = office.fill(path, tmp_path / "saved.xlsx", typed(path, wrong))
    assert plain(read_decisions(saved)) == list(wrong)
    first = first_decision_row(saved)
    cells = office.recalculate(saved)["Thẩm định"]
    assert [cells[f"H{first + line}"].value for line in range(8)] == [
        "Chưa áp dụng: thiếu mã đơn vị",
        "Chưa áp dụng: thiếu mã tiêu chí",
        "Chưa áp dụng: thiếu kết quả thẩm định",
        "Chưa áp dụng: không có mã tiêu chí này",
        "Chưa áp dụng: kết quả phải là Có, Không hoặc Giữ nguyên",
        "Chưa áp dụng: “Tất cả” chỉ đi với “Giữ nguyên”",
        "Được áp dụng; nên ghi đủ lý do, người, ngày",
        "Chưa áp dụng: thiếu mã đơn vị",
    ]
    following = write(tmp_path / "next.xlsx", made, read_decisions(saved))
    assert plain(read_decisions(following)) == list(wrong)
    assert_recalculates(office, following)


def test_a_code_stored_as_a_number_is_never_applied(plan: Plan, tmp_path: Path) -> None:
    path = write(tmp_path / "w.xlsx", ward_of_five(plan))
    book = openpyxl.load_workbook(path)
    sheet = book["Thẩm định"]
    row = first_decision_row(path)
    for col, entry in zip("ABDEFG", ("B-02", 2.1, "Có", " x ", 5, dt.date(2021, 11, 26)), strict=True):
        sheet[f"{col}{row}"].value = entry
        if not isinstance(entry, dt.date):
            sheet[f"{col}{row}"].number_format = "General"
    book.save(tmp_path / "edited.xlsx")
    assert plain(read_decisions(tmp_path / "edited.xlsx")) == [
        Decision("B-02", "2.1 (dạng số)", "Có", "x", "5", "26/11/2021")
    ]


def test_a_code_typed_as_a_number_is_asked_about_at_once(plan: Plan, tmp_path: Path, office: Office) -> None:
    path = write(tmp_path / "w.xlsx", ward_of_five(plan))
    row = first_decision_row(path)
    entry: dict[str, str | float | None] = {f"A{row}": "TDP-01", f"B{row}": 2.1, f"D{row}": "Không"}
    cells = office.recalculate(office.fill(path, tmp_path / "saved.xlsx", {"Thẩm định": entry}))
    assert cells["Thẩm định"][f"H{row}"].value == "Chưa áp dụng: mã tiêu chí đang là số, hãy chọn lại từ danh sách"
    assert ranking(cells)["TDP-01"]["Số tiêu chí đạt"] == 43


def test_an_untouched_workbook_has_no_decisions(plan: Plan, tmp_path: Path) -> None:
    assert count_decisions(write(tmp_path / "w.xlsx", made_up_round(plan, 2))) == 0


def test_a_workbook_without_the_sheet_or_a_heading_is_refused(plan: Plan, tmp_path: Path) -> None:
    path = write(tmp_path / "w.xlsx", made_up_round(plan, 2))
    book = openpyxl.load_workbook(path)
    book["Thẩm định"].cell(first_decision_row(path) - 1, 5).value = "Vì sao"
    book.save(tmp_path / "no-heading.xlsx")
    with pytest.raises(NoDecisionsSheetError, match="“Lý do”"):
        read_decisions(tmp_path / "no-heading.xlsx")
    del book["Thẩm định"]
    book.save(tmp_path / "no-sheet.xlsx")
    with pytest.raises(NoDecisionsSheetError, match="không có trang “Thẩm định”"):
        read_decisions(tmp_path / "no-sheet.xlsx")


# --- printing -------------------------------------------------------------------------------------------------------


def ranking_pages(office: Office, path: Path, folder: Path) -> list[str]:
    pages = pdf_pages(office.convert(path, folder / "w.pdf"))
    end = next(place for place, page in enumerate(pages) if "SỐ LIỆU TỔNG HỢP" in page)
    return pages[:end]


@pytest.mark.parametrize(
    ("count", "presentation"),
    [(2, "Phụ lục kèm báo cáo"), (2, STANDALONE), (15, "Phụ lục kèm báo cáo"), (15, STANDALONE), (60, STANDALONE)],
)
def test_the_table_prints_with_heads_on_every_page_and_the_signatures_together(
    plan: Plan, tmp_path: Path, office: Office, count: int, presentation: str
) -> None:
    settings = replace(
        plan.settings, presentation=presentation, signer_name="Người Ký Thử", prepared_by="Người Lập Thử"
    )
    made = made_up_round(replace(plan, settings=settings), count)
    pages = ranking_pages(office, write(tmp_path / "w.xlsx", made), tmp_path)
    assert all("Tên đơn vị" in page and "Ghi chú" in page for page in pages)
    last = pages[-1]
    assert all(words in last for words in ("NGƯỜI LẬP BIỂU", "PHÓ CHỦ TỊCH", "Người Ký Thử", "Người Lập Thử"))
    assert any(group.name in last for group in made.plan.groups)
    if presentation == STANDALONE:
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0]
        assert "- Lưu: VT." in last
    else:
        assert "(Kèm theo Báo cáo số" in pages[0]
