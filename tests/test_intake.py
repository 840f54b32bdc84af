"""Whose a returned form is, whether its rows are the plan's, and which file speaks for a group."""

from __future__ import annotations

import random
import sys
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tdp_xlsx.intake import account
from tdp_xlsx.model import Place
from tests.kit.returned import HEADINGS, Office, Page, codes, values
from tests.kit.ward import NOT_APPLICABLE, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tdp_xlsx.intake.understand import Understood
    from tdp_xlsx.submission import Intake
    from tests.kit.returned import Paper


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office.make(tmp_path_factory.mktemp("ward"))


def page(paper: Paper, name: str) -> Page:
    return next(one for one in paper.pages if one.name == name)


def drop_keys(paper: Paper) -> Paper:
    column = paper.key_column
    paper.form.move(lambda r, c: None if c == column else (r, c))
    return paper


def drop_identity_sheet(paper: Paper) -> Paper:
    paper.pages = [one for one in paper.pages if one.name != "_tdp"]
    return paper


def only_print(paper: Paper) -> Paper:
    """What is left when a leader copies what is seen into a new workbook."""
    paper.properties = {}
    paper.pages = [paper.form]
    return drop_keys(paper)


def only_error(understood: Understood) -> str:
    (found,) = (f for f in understood.findings if f.severity == "error")
    assert understood.outcome.status == "rejected"
    return f"{found.code} {found.message}"


# --- identity ---------------------------------------------------------------------------------------------------------


def drop_property(paper: Paper) -> Paper:
    paper.properties = {}
    return paper


def drop_token(paper: Paper) -> Paper:
    row = next(r for r, row in enumerate(paper.form.rows, 1) if "Tiêu chí" in row)
    paper.form.put(row, paper.key_column, "")
    return paper


@pytest.mark.parametrize(
    "losses",
    [
        (drop_property, drop_token),
        (drop_identity_sheet, drop_token),
        (drop_identity_sheet, drop_property),
        (drop_identity_sheet,),
    ],
)
def test_any_one_place_is_enough_to_tell_whose_form_it_is(
    office: Office, losses: tuple[Callable[[Paper], Paper], ...]
) -> None:
    paper = office.paper("TDP-05").fill({"2.3": "Không"})
    for lose in losses:
        lose(paper)
    understood = office.understand(paper)
    assert (understood.outcome.status, understood.outcome.group) == ("accepted", "TDP-05")
    assert codes(understood) == []
    assert values(understood.submission)["2.3"] == "Không"


def test_places_that_disagree_are_refused_saying_which_two(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    paper.properties["tdp-xlsx"] = paper.properties["tdp-xlsx"].replace("TDP-05", "TDP-16")
    assert only_error(office.understand(paper)) == (
        "I304 Thông tin nhận dạng của bảng không khớp nhau: "
        "thuộc tính của tệp ghi đơn vị TDP-16, cột mã dòng ghi đơn vị TDP-05."
    )
    paper = office.paper("TDP-05").fill()
    paper.properties["tdp-xlsx"] = paper.properties["tdp-xlsx"].replace("|1", "|2")
    understood = office.understand(paper)
    assert "thuộc tính của tệp ghi lần gửi 2, cột mã dòng ghi lần gửi 1" in only_error(understood)
    assert understood.outcome.group == "TDP-05"


def test_a_form_copied_from_a_neighbour_is_refused_naming_both(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    row = next(r for r, row in enumerate(paper.form.rows, 1) if "Đơn vị: Tổ dân phố số 5" in row)
    paper.form.put(row, 1, "Đơn vị: TỔ DÂN PHỐ SỐ 16")
    assert only_error(office.understand(paper)) == (
        "I305 Bảng in tên “Tổ dân phố số 16” nhưng mang mã của TDP-05 (Tổ dân phố số 5)."
    )
    paper.form.put(row, 1, "Đơn vị: tổ dân phố số 5 (gần tổ dân phố số 16)")
    assert office.understand(paper).outcome.status == "accepted"
    paper.form.put(row, 1, "")
    assert office.understand(paper).outcome.status == "accepted"


@pytest.mark.parametrize("printed", ["Tổ dân phố 16", "TDP 16", "Tổ 16", "TDP-16", "tổ dân phố số 016", "T.D.P số 17"])
def test_the_number_of_another_group_is_its_name_however_it_is_written(office: Office, printed: str) -> None:
    paper = office.paper("TDP-05").fill()
    row = next(r for r, row in enumerate(paper.form.rows, 1) if "Đơn vị: Tổ dân phố số 5" in row)
    paper.form.put(row, 1, f"Đơn vị: {printed}")
    assert only_error(office.understand(paper)) == (
        f"I305 Bảng in tên “Đơn vị: {printed}” nhưng mang mã của TDP-05 (Tổ dân phố số 5)."
    )


@pytest.mark.parametrize("printed", ["Tổ 5", "TDP05", "tổ dân phố 5 (cạnh tổ 16)", "Khu phố số 5", "Tổ tự quản số 16"])
def test_the_own_number_and_other_numbers_are_no_other_name(office: Office, printed: str) -> None:
    paper = office.paper("TDP-05").fill()
    row = next(r for r, row in enumerate(paper.form.rows, 1) if "Đơn vị: Tổ dân phố số 5" in row)
    paper.form.put(row, 1, f"Đơn vị: {printed}")
    assert office.understand(paper).outcome.status == "accepted"


def test_a_form_that_prints_another_year_is_refused_whatever_it_hides(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    head = next(r for r, row in enumerate(paper.form.rows, 1) if "Tiêu chí" in row)
    for row in range(1, head):
        for column, text in enumerate(paper.form.rows[row - 1], 1):
            if isinstance(text, str):
                paper.form.put(row, column, text.replace("2021", "2020"))
    assert only_error(office.understand(paper)) == "I302 Bảng của kỳ đánh giá 2020, khác kỳ đang làm (2021)."
    for row in range(1, head):
        for column, text in enumerate(paper.form.rows[row - 1], 1):
            if isinstance(text, str) and "2020" in text:
                paper.form.put(row, column, "Lập ngày 05 tháng 12 năm 2020")
    assert office.understand(paper).outcome.status == "accepted"


def test_a_name_inside_a_longer_one_is_no_name(office: Office) -> None:
    paper = office.paper("BAN-01").fill()
    row = next(r for r, row in enumerate(paper.form.rows, 1) if "Đơn vị: Bản Nà" in row)
    paper.form.put(row, 1, "Đơn vị: Bản Nà Bó")
    assert only_error(office.understand(paper)).startswith("I305 Bảng in tên “Bản Nà Bó” nhưng mang mã của BAN-01")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("|2021|", "|2020|", "I302 Bảng của kỳ đánh giá 2020, khác kỳ đang làm (2021)."),
        ("|2021|", "|2021-so-ket|", "I302 Bảng của kỳ đánh giá 2021-so-ket, khác kỳ đang làm (2021)."),
        ("TDP-05", "TDP-99", "I303 Mã đơn vị “TDP-99” của bảng không có trong danh sách đơn vị."),
        ("tdp-xlsx-1", "tdp-xlsx-2", "I319 Bảng có dạng tdp-xlsx-2, chương trình này đọc dạng tdp-xlsx-1."),
    ],
)
def test_a_form_of_another_round_is_told_apart_and_named(office: Office, old: str, new: str, expected: str) -> None:
    paper = drop_token(drop_identity_sheet(office.paper("TDP-05").fill()))
    paper.properties["tdp-xlsx"] = paper.properties["tdp-xlsx"].replace(old, new)
    assert only_error(office.understand(paper)) == expected


def test_a_malformed_identity_in_one_place_leaves_the_others(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    paper.properties["tdp-xlsx"] = "tdp-xlsx-1|2021"
    page(paper, "_tdp").rows[4] = ["number", "không rõ"]
    assert office.understand(paper).outcome.status == "accepted"


# --- only what is printed is left -------------------------------------------------------------------------------------


def test_a_form_of_which_only_the_print_is_left_is_accepted_and_noted(office: Office) -> None:
    paper = only_print(office.paper("TDP-16").fill({"4.5b": "Không"}))
    understood = office.understand(paper)
    assert (understood.outcome.status, understood.outcome.group) == ("accepted", "TDP-16")
    assert codes(understood) == ["I318"]
    assert values(understood.submission)["4.5b"] == "Không"
    assert values(understood.submission)["4.5a"] == "Có"


@pytest.mark.parametrize(
    ("find", "put", "expected"),
    [
        ("Đơn vị: Tổ dân phố số 16", "Đơn vị:", "I312"),
        ("Đơn vị: Tổ dân phố số 16", "Đơn vị: Tổ dân phố số 16 và Tổ dân phố số 5", "I312"),
        ("Năm đánh giá: 2021", "Năm đánh giá: 2021 (Sơ kết)", "I302"),
        ("Xây dựng nhà văn hóa", "", ""),
    ],
)
def test_ambiguous_print_is_refused(office: Office, find: str, put: str, expected: str) -> None:
    paper = only_print(office.paper("TDP-16").fill())
    for r, row in enumerate(paper.form.rows, 1):
        for c, value in enumerate(row, 1):
            if value == find:
                paper.form.put(r, c, put)
    understood = office.understand(paper)
    assert [*codes(understood, "error"), ""][0] == expected


def test_print_without_a_year_or_of_another_year_is_refused(office: Office) -> None:
    def with_year(year: str) -> Understood:
        paper = only_print(office.paper("TDP-16").fill())
        head = next(r for r, row in enumerate(paper.form.rows, 1) if "Tiêu chí" in row)
        for row in paper.form.rows[: head - 1]:
            row[:] = [v.replace("2021", year) if isinstance(v, str) else v for v in row]
        return office.understand(paper)

    assert only_error(with_year("")).startswith("I312")
    assert only_error(with_year("2020")) == "I302 Bảng của kỳ đánh giá 2020, khác kỳ đang làm (2021)."


def test_print_with_a_reworded_or_doubled_criterion_is_refused(office: Office) -> None:
    paper = only_print(office.paper("TDP-16").fill())
    text = office.plan.by_code["3.1"].text
    row = next(r for r, row in enumerate(paper.form.rows, 1) if text in row)
    paper.form.put(row, 2, text + " trở lên")
    assert codes(office.understand(paper), "error") == ["I307"]
    paper.form.put(row, 2, text)
    paper.form.rows.insert(row, list(paper.form.rows[row - 1]))
    paper.form.formulas = {}
    assert codes(office.understand(paper), "error") == ["I308"]


def test_a_period_must_be_printed_too_where_the_round_has_one(tmp_path: Any) -> None:
    office = Office.make(tmp_path, [Line("TDP-05", "Tổ dân phố số 5")], {"Kỳ đánh giá": "Sơ kết"})
    paper = only_print(Paper_of(office))
    assert office.understand(paper).outcome.status == "accepted"
    for row in paper.form.rows:
        row[:] = [v.replace(" (Sơ kết)", "") if isinstance(v, str) else v for v in row]
    assert only_error(office.understand(paper)).startswith("I302")


def Paper_of(office: Office) -> Paper:  # noqa: N802 - reads as what it returns
    from tdp_xlsx.reading.book import read_workbook
    from tests.kit.returned import Paper as Form

    return Form(read_workbook(office.ward.form("TDP-05", "2021-so-ket"))).fill()


def test_rows_that_lost_their_keys_are_known_by_their_text(office: Office) -> None:
    paper = office.paper("TDP-05").fill({"2.3": "Không"})
    paper.form.put(paper.key_rows["2.3"], paper.key_column, "")
    understood = office.understand(paper)
    assert understood.outcome.status == "accepted"
    assert [f.message for f in understood.findings] == ["Dòng của mục 2.3 mất mã ẩn; nhận ra theo nội dung tiêu chí."]
    assert values(understood.submission)["2.3"] == "Không"


# --- rows -------------------------------------------------------------------------------------------------------------


def test_a_key_read_as_a_number_is_refused(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    row = paper.key_rows["2.1"]
    paper.form.put(row, paper.key_column, 2.1)
    found = [f.message for f in office.understand(paper).findings if f.code == "I306"]
    assert found == [f"Mã dòng tại ô I{row} là số (2.1), không phải chữ."]
    assert office.understand(paper).outcome.status == "rejected"


def test_a_missing_criterion_is_refused_with_its_text(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    gone = paper.key_rows["5.2"]
    paper.form.move(lambda r, c: None if r == gone else (r - (r > gone), c))
    assert only_error(office.understand(paper)) == (
        f"I307 Bảng thiếu dòng của mục 5.2: “{office.plan.by_code['5.2'].text}”."
    )


def test_a_doubled_criterion_is_refused_naming_both_rows(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    row = paper.key_rows["2.3"]
    paper.form.rows.append(list(paper.form.rows[row - 1]))
    last = len(paper.form.rows)
    assert only_error(office.understand(paper)) == f"I308 Mục 2.3 có nhiều dòng trong bảng (B{row}, B{last})."
    paper.form.put(last, paper.key_column, "")  # copied without the hidden column
    assert only_error(office.understand(paper)) == f"I308 Mục 2.3 có nhiều dòng trong bảng (B{row}, B{last})."


def test_a_reworded_criterion_is_refused_with_both_wordings(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    row, text = paper.key_rows["4.1"], office.plan.by_code["4.1"].text
    paper.form.put(row, 2, "Không còn hộ nghèo")
    assert only_error(office.understand(paper)) == (
        f"I309 Nội dung mục 4.1 tại ô B{row} đã bị sửa: trong bảng nộp ghi “Không còn hộ nghèo”; đúng là “{text}”."
    )


def test_rows_that_only_look_otherwise_are_the_same(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    for row in paper.key_rows.values():
        text = paper.form.rows[row - 1][1]
        paper.form.put(row, 2, unicodedata.normalize("NFD", text.replace(" ", "\u00a0  ").upper()))
    assert codes(office.understand(paper)) == []


def test_a_key_nobody_knows_is_refused(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    paper.form.rows.append([""] * (paper.key_column - 1) + ["TC-9.9"])
    assert only_error(office.understand(paper)) == "I310 Bảng có dòng mang mã “TC-9.9” không có trong bộ tiêu chí."
    assert only_error(office.understand(drop_identity_sheet(paper))).startswith("I310")


def test_what_a_leader_writes_is_never_a_key_or_a_heading(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    for code, text in (("2.3", "TC-2.4"), ("2.4", "Có"), ("2.6", "Tiêu chí"), ("2.7", "Không"), ("2.8", "Trả lời")):
        paper.write(code, "F", text)
    understood = office.understand(paper)
    assert understood.outcome.status == "accepted"
    assert understood.submission is not None
    assert understood.submission.answers["2.3"].evidence == "TC-2.4"


def test_a_form_without_its_headings_is_refused(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    row = next(r for r, row in enumerate(paper.form.rows, 1) if "Tiêu chí" in row)
    paper.form.put(row, 5, "")
    assert only_error(office.understand(paper)) == (
        "I313 Không tìm thấy dòng tiêu đề của bảng (thiếu hoặc trùng cột: “Trả lời”)."
    )
    paper.form.rows[row - 1] = []
    assert only_error(office.understand(paper)).startswith("I313")


def test_a_workbook_that_is_no_form_says_so(office: Office) -> None:
    paper = office.paper("TDP-05")
    paper.form.rows = [["Danh sách hộ nghèo"], ["Số tt", "Họ và tên"]]
    paper.form.formulas = {}
    paper.pages, paper.properties = [paper.form], {}
    understood = office.understand(paper, "inbox/ho-ngheo.xlsx")
    assert only_error(understood) == (
        "I301 Tệp “inbox/ho-ngheo.xlsx” là sổ tính nhưng không phải bảng do phường lập (không có mã dòng)."
    )
    assert understood.outcome.group is None
    tied = office.understand(paper, "inbox/2021_TDP-05_bang-tu-danh-gia.xlsx")
    assert tied.outcome.group == "TDP-05"


@pytest.mark.parametrize("name", ["2020_TDP-05_bang-tu-danh-gia", "2021_TDP-05", "2021_TDP-99_bang-tu-danh-gia", ""])
def test_only_the_exact_file_name_ties_a_strange_file_to_a_group(office: Office, name: str) -> None:
    paper = office.paper("TDP-05")
    paper.form.rows, paper.form.formulas = [["1"]], {}
    paper.pages, paper.properties = [paper.form], {}
    assert office.understand(paper, f"inbox/{name}.xlsx").outcome.group is None


def test_pictures_and_the_like_the_form_did_not_have_are_one_warning(office: Office) -> None:
    paper = office.paper("TDP-05").fill()
    paper.additions = {"hình vẽ, ảnh": 2, "ghi chú gắn vào ô": 1}
    understood = office.understand(paper)
    assert understood.outcome.status == "accepted"
    assert [(f.code, f.severity, f.message) for f in understood.findings] == [
        ("I316", "warning", "Trong tệp có nội dung không đọc được: hình vẽ, ảnh, ghi chú gắn vào ô.")
    ]
    page(paper, "_tdp").rows += [["holds: hình vẽ, ảnh", "2"], ["holds: ghi chú gắn vào ô", "1"]]
    assert codes(office.understand(paper)) == []


# --- several files of one group ---------------------------------------------------------------------------------------


def sent(office: Office, *papers: tuple[str, Paper]) -> Intake:
    return account(office.plan, [office.understand(paper, f"inbox/{name}") for name, paper in papers])


def lan(paper: Paper, number: int) -> Paper:
    """Make it a form of a later sending."""
    drop_token(drop_identity_sheet(paper))
    paper.properties["tdp-xlsx"] = paper.properties["tdp-xlsx"].rsplit("|", 1)[0] + f"|{number}"
    return paper


def statuses(intake: Intake) -> dict[str, str]:
    return {o.file.path.removeprefix("inbox/"): o.status.value for o in intake.files}


def test_the_same_answers_twice_count_once(office: Office) -> None:
    intake = sent(
        office, ("a.xlsx", office.paper("TDP-05").fill()), ("b.xlsx", office.paper("TDP-05").fill({"2.3": "co"}))
    )
    assert statuses(intake) == {"a.xlsx": "accepted", "b.xlsx": "duplicate"}
    assert [f.message for f in intake.findings] == [
        "Tổ dân phố số 5 nộp tệp “inbox/b.xlsx” có câu trả lời giống hệt “inbox/a.xlsx”; dùng một tệp."
    ]


def test_evidence_that_differs_between_the_same_answers_is_asked_about(office: Office) -> None:
    first, second = office.paper("TDP-05").fill(), office.paper("TDP-05").fill()
    for paper, figure in ((first, "45%"), (second, "54%")):
        row = next(r for r, row in enumerate(paper.form.rows, 1) if "TC-2.6" in row)
        paper.form.put(row, 6, figure)
    intake = sent(office, ("bang.xlsx", first), ("bang_sua.xlsx", second))
    (told,) = [f.message for f in intake.findings if f.code == "G408"]
    assert told == (
        "Tổ dân phố số 5: hai tệp trả lời như nhau nhưng số liệu, minh chứng khác nhau ở mục 2.6; dùng của "
        "“inbox/bang.xlsx”, không dùng của “inbox/bang_sua.xlsx”."
    )


@pytest.mark.parametrize("place", [0, 1])
def test_what_is_to_be_cleared_up_in_a_copy_alone_is_told(office: Office, place: int) -> None:
    papers = [office.paper("TDP-05").fill(), office.paper("TDP-05").fill()]
    papers[place].additions = {"ghi chú gắn vào ô": 1}
    intake = sent(office, ("a.xlsx", papers[0]), ("b.xlsx", papers[1]))
    told = [(f.code, f.place.file) for f in intake.findings if f.code == "I316"]
    assert told == [("I316", f"inbox/{'ab'[place]}.xlsx")]


def test_the_same_picture_in_both_copies_is_told_once(office: Office) -> None:
    papers = [office.paper("TDP-05").fill(), office.paper("TDP-05").fill()]
    for paper in papers:
        paper.additions = {"hình vẽ, ảnh": 1}
    intake = sent(office, ("a.xlsx", papers[0]), ("b.xlsx", papers[1]))
    assert [f.place.file for f in intake.findings if f.code == "I316"] == ["inbox/a.xlsx"]


def test_a_later_sending_supersedes_whatever_the_file_times_say(office: Office) -> None:
    old, new = office.paper("TDP-05").fill(), lan(office.paper("TDP-05").fill({"2.3": "Không"}), 2)
    intake = sent(office, ("a.xlsx", new), ("b.xlsx", old))
    assert statuses(intake) == {"a.xlsx": "accepted", "b.xlsx": "superseded"}
    assert values(intake.submissions["TDP-05"])["2.3"] == "Không"


def test_a_form_whose_answers_all_stand_in_a_fuller_one_gives_way(office: Office) -> None:
    part = office.paper("TDP-05").fill({"2.3": "", "2.4": "?"})
    whole = office.paper("TDP-05").fill()
    intake = sent(office, ("a.xlsx", part), ("b.xlsx", whole))
    assert statuses(intake) == {"a.xlsx": "superseded", "b.xlsx": "accepted"}
    assert [f.code for f in intake.findings] == ["G402", "G405", "G405"]
    assert [(c.criterion, c.before, c.after, c.is_asked) for c in intake.changes["TDP-05"]] == [
        ("2.3", "trống", "Có", True),
        ("2.4", "“?”", "Có", True),
    ]


def test_of_two_alike_the_one_with_the_question_is_asked_about(office: Office) -> None:
    asking = office.paper("TDP-05").fill({"2.3": "?"})
    blank = office.paper("TDP-05").fill({"2.3": ""})
    for papers in ([("a.xlsx", asking), ("b.xlsx", blank)], [("a.xlsx", blank), ("b.xlsx", asking)]):
        intake = sent(office, *papers)
        assert intake.submissions["TDP-05"].answers["2.3"].raw == "?"


def test_different_answers_are_a_conflict_with_a_table_of_them(office: Office) -> None:
    one = office.paper("TDP-05").fill({"2.3": "Không", "2.4": "?"})
    other = office.paper("TDP-05").fill({"I.2": "Có"})
    intake = sent(office, ("a.xlsx", one), ("b.xlsx", other))
    assert statuses(intake) == {"a.xlsx": "conflict", "b.xlsx": "conflict"}
    assert intake.rejected == {"TDP-05"}
    messages = {f.message for f in intake.findings if f.code == "G403"}
    (message,) = messages
    assert message == (
        "Tổ dân phố số 5 có nhiều tệp với câu trả lời khác nhau: “inbox/a.xlsx”, “inbox/b.xlsx”. "
        "Khác ở mục (theo thứ tự tệp): I.2 (Không / Có); 2.3 (Không / Có); 2.4 (? / Có)."
    )


def test_a_long_table_of_differences_is_cut(office: Office) -> None:
    one = office.paper("TDP-05").fill({code: "Không" for code in office.plan.by_code if not code.startswith("I.")})
    intake = sent(office, ("a.xlsx", one), ("b.xlsx", office.paper("TDP-05").fill()))
    (message,) = {f.message for f in intake.findings if f.code == "G403"}
    assert message.endswith("; … và 31 mục khác.")


def test_a_greyed_row_written_otherwise_is_no_difference(office: Office) -> None:
    other = office.paper("TDP-05").fill().write("2.10", "E", "")
    intake = sent(office, ("a.xlsx", office.paper("TDP-05").fill()), ("b.xlsx", other))
    assert statuses(intake) == {"a.xlsx": "accepted", "b.xlsx": "duplicate"}


def test_a_refused_file_steps_back_behind_a_later_sending(office: Office) -> None:
    broken = office.paper("TDP-05").fill()
    broken.form.put(broken.key_rows["4.1"], 2, "khác")
    intake = sent(office, ("a.xlsx", broken), ("b.xlsx", lan(office.paper("TDP-05").fill(), 2)))
    assert statuses(intake) == {"a.xlsx": "superseded", "b.xlsx": "accepted"}
    assert [(f.code, f.place.criterion) for f in intake.findings] == [("G402", None), ("G405", "4.1")]
    assert intake.replies == {}


def test_what_is_wrong_with_a_replaced_file_is_no_longer_told(office: Office) -> None:
    old = office.paper("TDP-05").fill({"2.3": "?"})
    intake = sent(office, ("a.xlsx", old), ("b.xlsx", lan(office.paper("TDP-05").fill(), 2)))
    assert [(f.code, f.place.file) for f in intake.findings] == [("G402", "inbox/a.xlsx"), ("G405", "inbox/b.xlsx")]


# --- what changed between sendings ----------------------------------------------------------------------------------


def told(intake: Intake) -> list[tuple[str, str | None, str, str]]:
    """Return code and criterion of what is said of changes, with the answer before and after."""
    findings = [f for f in intake.findings if f.code in {"G404", "G405"}]
    changes = [change for of_group in intake.changes.values() for change in of_group]
    assert [f.place.criterion for f in findings] == [change.criterion for change in changes]
    return [(f.code, c.criterion, c.before, c.after) for f, c in zip(findings, changes, strict=True)]


def test_an_answer_changed_without_being_asked_for_is_told_with_both_files_and_cells(office: Office) -> None:
    old, new = office.paper("TDP-05").fill({"3.1": "Không", "5.1": ""}), office.paper("TDP-05").fill()
    intake = sent(office, ("cũ.xlsx", old), ("mới.xlsx", lan(new, 2)))
    (asked, unasked) = (next(f for f in intake.findings if f.code == code) for code in ("G405", "G404"))
    row = new.key_rows["3.1"]
    assert unasked.severity == "warning"
    assert unasked.place == Place("inbox/mới.xlsx", "Bảng tự đánh giá", f"E{row}", "TDP-05", "3.1")
    assert unasked.message == (
        f"Tổ dân phố số 5, mục 3.1 đổi Không → Có dù không được đề nghị sửa: trước ở “inbox/cũ.xlsx” ô E{row}, "
        f"nay ở “inbox/mới.xlsx” ô E{row}."
    )
    assert (asked.severity, asked.place.criterion) == ("info", "5.1")


def test_an_answer_taken_back_is_told_too(office: Office) -> None:
    old, new = office.paper("TDP-05").fill(), office.paper("TDP-05").fill({"3.1": "", "3.2": "?"})
    intake = sent(office, ("a.xlsx", old), ("b.xlsx", lan(new, 2)))
    assert told(intake) == [("G404", "3.1", "Có", "trống"), ("G404", "3.2", "Có", "“?”")]


def test_of_several_sendings_each_change_is_told_once_against_the_latest_that_differs(office: Office) -> None:
    first = office.paper("TDP-05").fill({"3.1": "Không", "3.2": "Không", "5.1": "", "5.2": ""})
    second = lan(office.paper("TDP-05").fill({"3.2": "Không", "5.2": ""}), 2)
    third = lan(office.paper("TDP-05").fill(), 3)
    intake = sent(office, ("1.xlsx", first), ("2.xlsx", second), ("3.xlsx", third))
    assert told(intake) == [
        ("G404", "3.1", "Không", "Có"),
        ("G404", "3.2", "Không", "Có"),
        ("G405", "5.1", "trống", "Có"),
        ("G405", "5.2", "trống", "Có"),
    ]
    said = {f.place.criterion: f.message for f in intake.findings if f.code in {"G404", "G405"}}
    assert "“inbox/1.xlsx”" in said["3.1"]
    assert "“inbox/2.xlsx”" in said["3.2"]
    assert {f.place.file for f in intake.findings if f.code in {"G404", "G405"}} == {"inbox/3.xlsx"}


def test_what_files_in_conflict_disagree_on_was_asked_for_and_nothing_else(office: Office) -> None:
    one = office.paper("TDP-05").fill({"2.3": "Không", "2.4": "", "3.1": "Không"})
    other = office.paper("TDP-05").fill({"3.1": "Không"})
    later = lan(office.paper("TDP-05").fill({"2.4": "Không"}), 2)
    intake = sent(office, ("a.xlsx", one), ("b.xlsx", other), ("c.xlsx", later))
    assert told(intake) == [
        ("G405", "2.3", "Không / Có", "Có"),
        ("G405", "2.4", "trống / Có", "Không"),
        ("G404", "3.1", "Không", "Có"),
    ]


def test_the_fullest_file_of_a_sending_is_what_later_ones_are_held_against(office: Office) -> None:
    part, whole = office.paper("TDP-05").fill({"2.3": "", "5.1": ""}), office.paper("TDP-05").fill({"5.1": ""})
    later = lan(office.paper("TDP-05").fill({"2.3": "Không"}), 2)
    intake = sent(office, ("a.xlsx", part), ("b.xlsx", whole), ("c.xlsx", later))
    assert told(intake) == [("G404", "2.3", "Có", "Không"), ("G405", "5.1", "trống", "Có")]


def test_a_refused_file_beside_a_sound_one_is_not_what_was_asked_from(office: Office) -> None:
    reworded = office.paper("TDP-05").fill()
    reworded.form.put(reworded.key_rows["4.1"], 2, "khác")
    sound = office.paper("TDP-05").fill({"4.1": "Không", "5.1": ""})
    later = lan(office.paper("TDP-05").fill(), 2)
    intake = sent(office, ("a.xlsx", reworded), ("b.xlsx", sound), ("c.xlsx", later))
    assert told(intake) == [("G404", "4.1", "Không", "Có"), ("G405", "5.1", "trống", "Có")]


@pytest.mark.parametrize("seed", range(12))
def test_every_difference_between_two_sendings_is_told_once(office: Office, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    asked = office.paper("TDP-05").applicable
    first, second = ({code: rng.choice(["Có", "Không", ""]) for code in asked} for _ in range(2))
    papers = office.paper("TDP-05").fill(first), lan(office.paper("TDP-05").fill(second), 2)
    intake = sent(office, ("a.xlsx", papers[0]), ("b.xlsx", papers[1]))
    expected = [
        ("G404" if first[code] else "G405", code, first[code] or "trống", second[code] or "trống")
        for code in asked
        if first[code] != second[code]
    ]
    assert told(intake) == expected


# --- the template edited in mid-round ---------------------------------------------------------------------------------


def changed(office: Office, texts: dict[str, str], gone: Sequence[str] = (), added: Sequence[str] = ()) -> Office:
    """The office after it reworded, removed or added criteria; forms sent out before stay as they are."""
    plan = office.plan
    criteria = [replace(c, text=texts.get(c.code, c.text)) for c in plan.criteria if c.code not in gone]
    criteria += [replace(plan.by_code["5.5"], code=code, label=code, text=f"Tiêu chí mới {code}") for code in added]
    later = Office(office.ward)
    later.__dict__["template"] = replace(office.template, plan=replace(plan, criteria=tuple(criteria)))
    return later


def test_a_form_made_before_a_criterion_changed_asks_again_for_that_only(office: Office) -> None:
    later = changed(office, {"3.1": "Tiêu chí 3.1 sửa lại"}, added=["5.6"])
    understood = later.understand(office.paper("TDP-05").fill({"2.3": "Không"}))
    assert only_error(understood) == (
        "I311 Bảng lập theo bộ tiêu chí trước khi phường sửa sổ mẫu; đơn vị phải trả lời lại mục: 3.1, 5.6."
    )
    intake = account(later.plan, [understood])
    ((heard,), number) = (intake.replies["TDP-05"].heard, intake.replies["TDP-05"].number)
    assert number == 1
    said = values(heard)
    assert (said["2.3"], said["3.1"], said["5.6"]) == ("Không", None, None)
    assert sum(value is None for value in said.values()) == 2


def test_changes_that_do_not_touch_a_group_leave_its_form_counting(office: Office) -> None:
    later = changed(office, {"2.10": "Chỉ bản mới trả lời"}, gone=["5.5"])
    understood = later.understand(office.paper("TDP-05").fill())
    assert understood.outcome.status == "accepted"
    assert [(f.code, f.message) for f in understood.findings] == [
        ("I315", "Bảng lập trước khi phường sửa sổ mẫu; các mục đã sửa (2.10, 5.5) không cần đơn vị trả lời lại.")
    ]
    village = later.understand(office.paper("BAN-02").fill())
    assert only_error(village).endswith("đơn vị phải trả lời lại mục: 2.10.")


def test_reordered_criteria_ask_nothing(office: Office) -> None:
    later = Office(office.ward)
    plan = replace(office.plan, criteria=office.plan.criteria[::-1])
    later.__dict__["template"] = replace(office.template, plan=plan)
    assert codes(later.understand(office.paper("TDP-05").fill())) == []


def test_without_the_hidden_sheet_the_fingerprint_still_tells_who_changed_the_text(office: Office) -> None:
    later = changed(office, {"3.1": "Tiêu chí 3.1 sửa lại"}, gone=["5.5"], added=["5.6"])
    understood = later.understand(drop_identity_sheet(office.paper("TDP-05").fill()))
    assert only_error(understood).endswith("đơn vị phải trả lời lại mục: 3.1, 5.6.")


# --- any mix of spellings and disturbances ----------------------------------------------------------------------------

SPELLINGS = {
    "Có": [("E", s) for s in ("Có", "có", " CÓ ", "co", "Co\u0301", "\u00a0Có", "C\u200bó")]
    + [("C", s) for s in ("x", "X", " x", "✓", "✔\ufe0f", "☑", "v", "×", "х", "(x)", "[X]", "xx", "√", "có", "Co")],
    "Không": [
        ("E", s) for s in ("Không", "không", "KHÔNG ", "khong", "ko", "hông", unicodedata.normalize("NFD", "Không"))
    ]
    + [("D", s) for s in ("x", "X", "х", "☒", "✓", "V", "(x)", "ko", "Không", "khong")],
}


@dataclass
class Case:
    """One leader's form: the answers meant, how they are written, and what happened to the file."""

    group: str
    seed: int
    format: str
    disturbances: list[str] = field(default_factory=list)


def insert_rows(paper: Paper, rng: random.Random) -> None:
    at, count = rng.randint(1, len(paper.form.rows)), rng.randint(1, 3)
    paper.form.move(lambda r, c: (r + count * (r >= at), c))


def insert_column(paper: Paper, rng: random.Random) -> None:
    at = rng.randint(1, 9)
    paper.form.move(lambda r, c: (r, c + (c >= at)))


def sort_rows(paper: Paper, rng: random.Random) -> None:
    rows = list(paper.key_rows.values())
    shuffled = rows[:]
    rng.shuffle(shuffled)
    order = dict(zip(rows, shuffled, strict=True))
    paper.form.move(lambda r, c: (order.get(r, r), c))


def move_key_column(paper: Paper, rng: random.Random) -> None:
    old, new = paper.key_column, rng.choice([1, 12])
    paper.form.move(lambda r, c: (r, new) if c == old else (r, c + (new == 1)))


def swap_columns(paper: Paper, rng: random.Random) -> None:
    one, other = rng.sample(["C", "D", "E", "F"], 2)
    a, b = paper.column(one), paper.column(other)
    paper.form.move(lambda r, c: (r, {a: b, b: a}.get(c, c)))


def rename_sheets(paper: Paper, rng: random.Random) -> None:
    for number, one in enumerate(paper.pages):
        one.name = rng.choice(["Sheet", "Bảng", "Copy of "]) + str(number)


def reorder_sheets(paper: Paper, rng: random.Random) -> None:
    rng.shuffle(paper.pages)


def add_sheet(paper: Paper, rng: random.Random) -> None:
    notes = Page("Ghi chép", [["Số tt", "Có", "Không"], ["1", "x", ""]], {}, {}, {})
    paper.pages.insert(rng.randint(0, len(paper.pages)), notes)


def nfd_texts(paper: Paper, rng: random.Random) -> None:
    del rng
    paper.form.rows = [
        [unicodedata.normalize("NFD", v) if isinstance(v, str) else v for v in row] for row in paper.form.rows
    ]


def spaced_texts(paper: Paper, rng: random.Random) -> None:
    column = paper.column("B") - 1
    for row in paper.form.rows:
        if len(row) > column and isinstance(row[column], str) and rng.random() < 0.5:
            row[column] = row[column].replace(" ", rng.choice(["\u00a0", "  ", "\n"])) + " "


def lose_sheet(paper: Paper, rng: random.Random) -> None:
    del rng
    paper.pages = [one for one in paper.pages if one.name != "_tdp" and "version" not in [r[0] for r in one.rows if r]]


def lose_property(paper: Paper, rng: random.Random) -> None:
    del rng
    paper.properties = {}


def lose_keys(paper: Paper, rng: random.Random) -> None:
    del rng
    drop_keys(paper)


def lose_looks(paper: Paper, rng: random.Random) -> None:
    del rng
    paper.form.looks, paper.form.merged = {}, []


def stale_marks(paper: Paper, rng: random.Random) -> None:
    marks = {paper.column("C"), paper.column("D")}
    for r, c in list(paper.form.formulas or {}):
        if c in marks:
            paper.form.rows[r - 1][c - 1] = rng.choice(["", "x"])


DISTURBANCES: dict[str, Callable[[Paper, random.Random], None]] = {
    f.__name__: f
    for f in (
        insert_rows,
        insert_column,
        sort_rows,
        swap_columns,
        move_key_column,
        rename_sheets,
        reorder_sheets,
        add_sheet,
        nfd_texts,
        spaced_texts,
        lose_sheet,
        lose_property,
        lose_looks,
        stale_marks,
        lose_keys,
    )
}

cases = st.builds(
    Case,
    group=st.sampled_from(["TDP-05", "TDP-16", "BAN-01", "BAN-02"]),
    seed=st.integers(0, 2**32),
    format=st.sampled_from(["xlsx", "xlsx", "ods", "xls", "xlsb"]),
    disturbances=st.lists(st.sampled_from(list(DISTURBANCES)), max_size=5, unique=True),
)


def write_case(office: Office, case: Case) -> tuple[Paper, dict[str, str], set[str]]:
    """Return the form, the answers meant, and the criteria a question may be asked about."""
    rng = random.Random(case.seed)  # noqa: S311 - no secret
    paper = office.paper(case.group)
    asked: set[str] = set()
    meant = {code: rng.choice(["Có", "Không"]) for code in paper.applicable}
    hides_formulas = case.format not in {"xlsx", "ods"}
    columns = {letter: paper.column(letter) for letter in HEADINGS}
    rows = paper.key_rows
    for code, answer in meant.items():
        letter, spelling = rng.choice(SPELLINGS[answer])
        if rng.random() < 0.03:
            letter, spelling = "E", rng.choice(["", "?", "c", "k", "một phần", "1", "đạt"])
            asked.add(code)
        elif hides_formulas and letter != "E":
            asked.add(code)
        paper.form.put(rows[code], columns[letter], spelling)
    if hides_formulas:
        paper.as_format(case.format)
    for name in sorted(case.disturbances, key="lose_keys".__eq__):  # the others find rows by their keys
        DISTURBANCES[name](paper, rng)
    return paper, meant, asked


@pytest.fixture
def untraced() -> Iterator[None]:
    """Measure no coverage meanwhile: it takes most of the time, and other tests run the same lines."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("untraced")
@settings(
    max_examples=2000,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(case=cases)
def test_any_mix_yields_exactly_the_answers_meant_or_a_named_question(office: Office, case: Case) -> None:
    paper, meant, asked = write_case(office, case)
    understood = office.understand(paper)
    submission = understood.submission
    if submission is None:
        assert understood.outcome.status == "rejected"
        assert codes(understood, "error")
        return
    assert submission.group == case.group
    questions = {f.place.criterion for f in understood.findings if f.severity == "error"}
    for code, value in values(submission).items():
        if value is None:
            assert code in asked
            assert code in questions
        else:
            assert value == meant[code]
    # Only a file that lost whose it is may be refused at all; and none of these loses that while its keys stand.
    assert set(values(submission)) == set(meant)


def test_what_a_case_cannot_lose_it_keeps(office: Office) -> None:
    refused = 0
    for seed in range(60):
        rng = random.Random(seed)  # noqa: S311 - no secret
        some = [n for n in rng.sample(list(DISTURBANCES), 4) if n != "lose_keys"]
        understood = office.understand(write_case(office, Case("TDP-05", seed, "xlsx", some))[0])
        refused += understood.submission is None
    assert refused == 0


def test_a_greyed_row_keeps_its_words(office: Office) -> None:
    paper = office.paper("TDP-05")
    assert paper.form.rows[paper.key_rows["2.10"] - 1][4] == NOT_APPLICABLE
