"""The ward workbook in LibreOffice: typed into, sorted, of unusual forms; how a decision acts and what is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tdp_xlsx.model import NO, YES, Decision, RatingClass
from tdp_xlsx.submission import Intake
from tdp_xlsx.template.items import STANDALONE
from tdp_xlsx.ward_book.decisions import read_decisions
from tests.kit.office import assert_recalculates, assert_same, errors_among
from tests.kit.round import Round, default_plan, groups, made_up_round, submission
from tests.kit.ward_book import (
    all_text,
    decision,
    first_decision_row,
    grid,
    plain,
    ranking,
    recalculated,
    rows_of,
    stored,
    typed,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.model import Plan
    from tests.kit.office import Cells, Office


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return default_plan(tmp_path_factory.mktemp("plan"))


@pytest.fixture(scope="module")
def five(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the ward of five groups, before any decision."""
    return write(tmp_path_factory.mktemp("five") / "w.xlsx", ward_of_five(plan))


@pytest.fixture(scope="module")
def saved(five: Path) -> Path:
    """The same with the ten decisions typed into it, once `decided` has seen to that."""
    return five.with_name("saved.xlsx")


@pytest.fixture(scope="module")
def decided(five: Path, saved: Path, office: Office) -> Cells:
    """Its cells after the ten decisions were typed."""
    return office.type_in(five, saved, typed(five, DECISIONS)).after


def test_only_groups_that_count_are_counted_among_those_that_miss_a_criterion(
    plan: Plan, tmp_path: Path, office: Office
) -> None:
    """All four read groups say Không to 2.1; one is valid, one disqualified, two incomplete until the board decides."""
    ward = replace(plan, groups=groups(5))
    one, two, three, four, _ = ward.groups
    submissions = {
        one.code: submission(ward, one, {"2.1": NO}),
        two.code: submission(ward, two, {"2.1": NO, "2.2": None}),
        three.code: submission(ward, three, {"2.1": NO, "I.1": YES}),
        four.code: submission(ward, four, {"2.1": NO, "2.2": "một phần", "I.1": YES}),
    }
    path = write(tmp_path / "w.xlsx", Round(ward, Intake((), submissions, frozenset(), ())))
    saved = tmp_path / "saved.xlsx"
    before, after = office.type_in(path, saved, typed(path, (decision(two.code, "2.2", YES),)))
    assert_same(path, before)

    def counts(sheet: list[list[object]], code: str) -> list[object]:
        return next([row[5], row[6], row[8]] for row in sheet if row[1] == code)

    for sheet in (stored(path, "Chưa đạt"), grid(before["Chưa đạt"])):
        assert counts(sheet, "2.1") == [2, 2, "Tổ dân phố số 1; Tổ dân phố số 3"]
        assert counts(sheet, "2.3") == [2, 0, "–"]
        assert counts(sheet, "I.1") == [2, 1, "Tổ dân phố số 3"]
    assert counts(grid(after["Chưa đạt"]), "2.1")[:2] == [3, 3]


def test_the_source_of_a_result_tells_date_and_minutes(plan: Plan, tmp_path: Path, office: Office) -> None:
    """The latest decision of a group counts, with the number of its minutes; what is no date is not told."""
    ward = replace(plan, groups=groups(5))
    made = Round(ward, Intake((), {g.code: submission(ward, g, {}) for g in ward.groups}, frozenset(), ()))
    rows = (
        Decision("TDP-01", "Tất cả", "Giữ nguyên", "Biên bản số 05/BB-UBND.", "Tổ", "2/12/2021"),
        Decision("TDP-01", "2.1", NO, "kiểm tra lại, biên bản 07/BB-UBND; có ảnh", "Tổ", "15/12/2021"),
        Decision("B-02", "Tất cả", "Giữ nguyên", "", "Tổ", "sau cuộc họp"),
        Decision("TDP-03", "Tất cả", "Giữ nguyên", "(09/BB-TTĐ)", "Tổ", "1/2/21"),
        Decision("B-04", "Tất cả", "Giữ nguyên", "", "Tổ", "31/13/2021"),
        Decision("B-05", "Tất cả", YES, "Biên bản 01/BB", "Tổ", "1/12/2021"),
    )
    path = write(tmp_path / "w.xlsx", made)
    saved = tmp_path / "saved.xlsx"
    live = ranking(office.type_in(path, saved, typed(path, rows)).after)
    expected = {
        "TDP-01": "Thẩm định ngày 15/12/2021, 07/BB-UBND",
        "B-02": "Thẩm định",
        "TDP-03": "Thẩm định, 09/BB-TTĐ",
        "B-04": "Thẩm định",
        "B-05": "Tự đánh giá",
    }
    assert {code: live[code]["Nguồn kết quả"] for code in expected} == expected
    following = write(tmp_path / "next.xlsx", made, read_decisions(saved))
    rows_after = {str(row["Mã đơn vị"]): row["Nguồn kết quả"] for row in rows_of(stored(following, "Xếp hạng"))}
    assert {code: rows_after[code] for code in expected} == expected
    assert_recalculates(office, following)


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


def test_criteria_without_points_make_no_difference_between_groups(plan: Plan, tmp_path: Path, office: Office) -> None:
    """All criteria at 0 points, or those that apply to one group: nothing is divided by zero, and all is said."""
    nothing = tuple(replace(c, points=0) for c in plan.criteria)
    villages_only = tuple(replace(c, points=int(c.code == "2.10")) for c in plan.criteria)
    for place, (criteria, shares) in enumerate(
        ((nothing, {"TDP-01": 0, "B-02": 0}), (villages_only, {"TDP-01": 0, "B-02": 100}))
    ):
        ward = replace(plan, criteria=criteria, groups=groups(2))
        submissions = {g.code: submission(ward, g, {"2.1": NO}) for g in ward.groups}
        path = write(tmp_path / f"{place}.xlsx", Round(ward, Intake((), submissions, frozenset(), ())))
        assert_recalculates(office, path)
        rows = rows_of(stored(path, "Xếp hạng"))
        assert {row["Mã đơn vị"]: row["Tỷ lệ (%)"] for row in rows} == shares


def test_rows_may_be_sorted(plan: Plan, tmp_path: Path, office: Office) -> None:
    """Each row goes on finding its group by the code; the sheet says that the order is another."""
    path = write(tmp_path / "w.xlsx", made_up_round(plan, 15))
    sheet = stored(path, "Xếp hạng")
    head = next(row for row, cells in enumerate(sheet, start=1) if "Mã đơn vị" in cells)
    last = get_column_letter(sheet[head - 1].index("Mã đơn vị") + 1)
    area = f"A{head + 2}:{last}{head + 16}"
    done = office.sort_rows(path, tmp_path / "s.xlsx", "Xếp hạng", area, "B", descending=True)
    resorted = recalculated(office, done)
    before = {
        str(row["Mã đơn vị"]): {key: "" if value is None else value for key, value in row.items()}
        for row in rows_of(sheet)
    }
    after = ranking(resorted)
    for row in (*before.values(), *after.values()):
        row["Tỷ lệ (%)"] = round(row["Tỷ lệ (%)"], 9) if isinstance(row["Tỷ lệ (%)"], float) else row["Tỷ lệ (%)"]
    assert list(before) != list(after)
    number = "Số tt"
    assert [row.pop(number) for row in before.values()] == [row.pop(number) for row in after.values()]
    assert before == after
    words = "Thứ tự các dòng dưới đây không theo kết quả hiện tại"
    assert words in str(grid(resorted["Xếp hạng"]))
    assert words not in str(sheet)


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


def test_decisions_typed_into_the_workbook_act_at_once(decided: Cells) -> None:
    cells = decided
    assert errors_among(cells) == []
    rows = ranking(cells)
    found = {
        code: (row["Số tiêu chí đạt"], row["Hạng"], row["Kết luận"], row["Nguồn kết quả"], row.get("Ghi chú") or "")
        for code, row in rows.items()
    }
    assert found == {
        "B-02": (
            44,
            1,
            "Đã thẩm định",
            "Thẩm định ngày 26/11/2021",
            "Đồng hạng với Tổ dân phố số 3; thẩm định thay đổi 02 nội dung",
        ),
        "TDP-03": (
            43,
            1,
            "Đã thẩm định",
            "Thẩm định ngày 26/11/2021",
            "Đồng hạng với Bản Sùng Phài 2; thẩm định thay đổi 01 nội dung",
        ),
        "B-04": (42, 3, "Đã thẩm định", "Thẩm định ngày 26/11/2021", "Thẩm định thay đổi 02 nội dung"),
        "TDP-01": (41, 4, "Đã thẩm định", "Thẩm định ngày 26/11/2021", "Thẩm định thay đổi 02 nội dung"),
        "B-05": ("–", "–", "Chưa nộp", "–", ""),
    }
    lines = [row for row in rows_of(grid(cells["Thẩm định"])) if row["Tình trạng dòng"]]
    said = [row["Tự đánh giá"] for row in lines]
    assert said == ["Có", "Có", "Không", "Không", "Có", "Trống", "Chưa rõ", "", "KAD", ""]
    state = [row["Tình trạng dòng"] for row in lines]
    assert state == [
        *["Được áp dụng"] * 7,
        "Chưa áp dụng: đơn vị chưa có bảng đọc được",
        "Chưa áp dụng: tiêu chí không áp dụng cho đơn vị này",
        "Chưa áp dụng: không có mã đơn vị này",
    ]
    text = str(grid(cells["Xếp hạng"]))
    assert "Đã thẩm định 04/04 đơn vị." in text
    assert "Thứ tự các dòng dưới đây không theo kết quả hiện tại" in text


@pytest.mark.exhaustive
def test_a_decision_acts_in_the_last_row_there_is_room_for(plan: Plan, tmp_path: Path, office: Office) -> None:
    """It contradicts one in the first row, which leaves the group to the office, and acts again once that is gone."""
    path = write(tmp_path / "w.xlsx", ward_of_five(plan), room=500)
    first = first_decision_row(path)
    last = first + 499
    one, other = (
        {f"A{row}": "TDP-01", f"B{row}": "2.1", f"D{row}": result} for row, result in ((first, YES), (last, NO))
    )
    cells = office.type_in(path, tmp_path / "both.xlsx", {"Thẩm định": {**one, **other}}).after
    assert ranking(cells)["TDP-01"]["Kết luận"] == "Chờ thống nhất thẩm định"
    cells = office.type_in(path, tmp_path / "alone.xlsx", {"Thẩm định": other}).after
    assert cells["Thẩm định"][f"H{last}"].value == "Được áp dụng; nên ghi đủ lý do, người, ngày"
    found = ranking(cells)["TDP-01"]
    assert (found["Số tiêu chí đạt"], found["Nguồn kết quả"]) == (42, "Thẩm định")
    assert found["Ghi chú"] == "Thẩm định thay đổi 01 nội dung"


def test_the_next_workbook_carries_every_decision_on(
    plan: Plan, tmp_path: Path, office: Office, saved: Path, decided: Cells
) -> None:
    made = ward_of_five(plan)
    read = read_decisions(saved)
    assert plain(read) == list(DECISIONS)
    assert len(read_decisions(saved)) == 10
    following = write(tmp_path / "next.xlsx", made, read)
    assert plain(read_decisions(following)) == list(DECISIONS)
    fresh = recalculated(office, following)
    assert_same(following, fresh)
    before, after = ranking(decided), ranking(fresh)
    for row in (*before.values(), *after.values()):
        row.pop("Số tt", None)
    assert before == after
    assert list(after) == ["B-02", "TDP-03", "B-04", "TDP-01", "B-05"]
    notes = [cell.comment.text for row in openpyxl.load_workbook(following)["Chi tiết"] for cell in row if cell.comment]
    assert len(notes) == 7
    assert "Tự đánh giá: Có\nThẩm định: Không\nLý do: Đối chiếu hồ sơ" in notes[0]


def test_contradicting_decisions_leave_the_group_to_the_office(
    plan: Plan, tmp_path: Path, office: Office, five: Path
) -> None:
    made = ward_of_five(plan)
    both = (decision("TDP-01", "2.1", "Có"), decision("TDP-01", "2.1", "Không"))
    cells = office.type_in(five, tmp_path / "saved.xlsx", typed(five, both)).after
    row = ranking(cells)["TDP-01"]
    assert (row["Kết luận"], row["Nguồn kết quả"], row["Hạng"]) == (
        "Chờ thống nhất thẩm định",
        "Thẩm định, chưa thống nhất",
        "–",
    )
    states = {row["Tình trạng dòng"] for row in rows_of(grid(cells["Thẩm định"]))} - {None, ""}
    assert states == {"Chưa áp dụng: các dòng ghi kết quả khác nhau cho cùng một nội dung"}
    assert_recalculates(office, write(tmp_path / "next.xlsx", made, both))


def test_a_disqualifying_case_is_confirmed_by_the_office(
    plan: Plan, tmp_path: Path, office: Office, five: Path
) -> None:
    made = ward_of_five(plan)
    entries = (
        decision("TDP-03", "Tất cả", "Giữ nguyên"),
        decision("TDP-01", "I.1", "Có"),
        decision("B-02", "1.1", "Không"),
    )
    rows = ranking(office.type_in(five, tmp_path / "saved.xlsx", typed(five, entries)).after)
    assert rows["TDP-03"]["Kết luận"] == "Thuộc trường hợp không đảm bảo"
    assert rows["TDP-01"]["Kết luận"] == "Thuộc trường hợp không đảm bảo"
    assert rows["B-02"]["Hạng"] == 1
    assert_recalculates(office, write(tmp_path / "next.xlsx", made, entries))


def test_rows_that_are_not_right_are_marked_and_kept(plan: Plan, tmp_path: Path, office: Office, five: Path) -> None:
    made = ward_of_five(plan)
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
    saved = tmp_path / "saved.xlsx"
    cells = office.type_in(five, saved, typed(five, wrong)).after["Thẩm định"]
    assert plain(read_decisions(saved)) == list(wrong)
    first = first_decision_row(saved)
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


def test_a_code_typed_as_a_number_is_asked_about_at_once(tmp_path: Path, office: Office, five: Path) -> None:
    row = first_decision_row(five)
    entry: dict[str, str | float | None] = {f"A{row}": "TDP-01", f"B{row}": 2.1, f"D{row}": "Không"}
    cells = office.type_in(five, tmp_path / "saved.xlsx", {"Thẩm định": entry}).after
    assert cells["Thẩm định"][f"H{row}"].value == "Chưa áp dụng: mã tiêu chí đang là số, hãy chọn lại từ danh sách"
    assert ranking(cells)["TDP-01"]["Số tiêu chí đạt"] == 43


@pytest.mark.exhaustive
def test_no_entry_however_odd_hurts_another_row(plan: Plan, tmp_path: Path, office: Office, five: Path) -> None:
    """Wildcards, texts too long to look up and pasted errors are marked; the rows beside them go on acting."""
    entries = (
        ("TDP-*", "2.1", NO),
        ("TDP-01", "*", NO),
        ("TDP-01", "2.?", NO),
        ("x" * 300, "2.1", NO),
        ("TDP-01", "y" * 300, NO),
        ("=NA()", "2.1", NO),
        ("TDP-01", "=NA()", NO),
        ("TDP-01", "2.1", "=NA()"),
        ("tdp-01", "2.2", "không"),
        ("TDP-01", " 2.3", "Không "),
    )
    book = openpyxl.load_workbook(five)
    first = first_decision_row(five)
    for row, entry in enumerate(entries, start=first):
        for column, value in zip("ABDEFG", (*entry, "=NA()" if row == first + 9 else "ảnh", "Tổ", ""), strict=True):
            book["Thẩm định"][f"{column}{row}"].value = value
    book.save(tmp_path / "odd.xlsx")
    cells = office.type_in(tmp_path / "odd.xlsx", tmp_path / "saved.xlsx", {}).after
    states = [cells["Thẩm định"][f"H{first + line}"].value for line in range(len(entries))]
    assert [str(state).removeprefix("Chưa áp dụng: ") for state in states] == [
        "không có mã đơn vị này",
        "không có mã tiêu chí này",
        "không có mã tiêu chí này",
        "không có mã đơn vị này",
        "không có mã tiêu chí này",
        "thiếu mã đơn vị",
        "thiếu mã tiêu chí",
        "thiếu kết quả thẩm định",
        "Được áp dụng; nên ghi đủ lý do, người, ngày",
        "Được áp dụng; nên ghi đủ lý do, người, ngày",
    ]
    assert not any(cells["Thẩm định"][f"C{first + line}"].value for line in range(7))
    live = ranking(cells)
    assert (live["TDP-01"]["Số tiêu chí đạt"], live["B-02"]["Số tiêu chí đạt"]) == (41, 42)
    following = write(tmp_path / "next.xlsx", ward_of_five(plan), read_decisions(tmp_path / "saved.xlsx"))
    fresh = recalculated(office, following)
    assert_same(following, fresh)
    assert {code: row["Hạng"] for code, row in ranking(fresh).items()} == {c: r["Hạng"] for c, r in live.items()}


@pytest.mark.exhaustive
def test_the_order_of_decisions_has_no_bearing(plan: Plan, tmp_path: Path, office: Office, five: Path) -> None:
    """Sorted by the officer, rows give the same ranking, a contradiction beside `Tất cả` and same-day minutes too."""
    rows = (
        *DECISIONS[:7],
        Decision("TDP-03", "Tất cả", "Giữ nguyên", "", "Tổ", "1/12/2021"),
        Decision("TDP-03", "2.1", YES, "", "Tổ", "1/12/2021"),
        Decision("TDP-03", "2.1", NO, "", "Tổ", "1/12/2021"),
        Decision("B-02", "2.2", NO, "Biên bản 05/BB-UBND", "Tổ", "1/12/2021"),
        Decision("B-02", "2.3", NO, "Biên bản 07/BB-UBND", "Tổ", "1/12/2021"),
    )
    saved = tmp_path / "saved.xlsx"
    one = ranking(office.type_in(five, saved, typed(five, rows)).after)
    first = first_decision_row(five)
    area = f"A{first}:O{first + len(rows) - 1}"
    done = office.sort_rows(saved, tmp_path / "sorted.xlsx", "Thẩm định", area, "D", descending=True)
    assert plain(read_decisions(done)) != list(rows)
    assert ranking(recalculated(office, done)) == one
    assert one["B-02"]["Nguồn kết quả"] == "Thẩm định ngày 01/12/2021, nhiều biên bản"
    assert (one["TDP-03"]["Kết luận"], one["TDP-03"]["Ghi chú"]) == (
        "Chờ thống nhất thẩm định",
        "Thẩm định thay đổi 01 nội dung; các dòng thẩm định trái nhau ở 01 nội dung",
    )
    following = write(tmp_path / "next.xlsx", ward_of_five(plan), read_decisions(done))
    after = {str(row["Mã đơn vị"]): row for row in rows_of(stored(following, "Xếp hạng"))}
    for key in ("Hạng", "Kết luận", "Nguồn kết quả", "Số tiêu chí đạt"):
        assert {code: row[key] for code, row in after.items()} == {code: row[key] for code, row in one.items()}


@pytest.mark.exhaustive
def test_a_ward_of_villages_alone_works_too(plan: Plan, tmp_path: Path, office: Office) -> None:
    """Separate lists of which one is empty, points, a class with a condition, and decisions in force."""
    settings = replace(plan.settings, separate_lists=True, tie_break=True, classes=(RatingClass("Tốt", 95, 100),))
    criteria = tuple(replace(c, points=4 if c.code == "2.9" else c.points) for c in plan.criteria)
    villages = tuple(group for group in groups(5) if group.kind == "Bản")
    ward = replace(plan, settings=settings, criteria=criteria, groups=villages)
    submissions = {g.code: submission(ward, g, {"3.1": NO} if g.code == "B-04" else {}) for g in villages}
    made = Round(ward, Intake((), submissions, frozenset(), ()))
    path, entries = write(tmp_path / "w.xlsx", made), (decision("B-02", "2.9", NO), decision("B-04", "3.1", YES))
    before, after = office.type_in(path, tmp_path / "saved.xlsx", typed(path, entries))
    assert_same(path, before)
    found = {code: (row["Hạng"], row["Kết luận"], row["Tỷ lệ (%)"]) for code, row in ranking(after).items()}
    assert found == {
        "B-04": (1, "Tốt", 100),
        "B-05": (1, "Tốt", 100),
        "B-02": (3, "Không xếp loại", pytest.approx(100 * 43 / 47)),
    }
    assert_recalculates(office, write(tmp_path / "next.xlsx", made, entries))
