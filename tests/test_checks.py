"""What is wrong with one submission as a whole: cases reported, contradictions, figures against their answers."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import pytest

from tdp_xlsx import checks
from tdp_xlsx.checks import check_cases, check_figures, check_relations
from tdp_xlsx.model import Figure, Relation, Severity
from tdp_xlsx.reading.cells import Look
from tests.kit.returned import Office

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tdp_xlsx.model import Finding, Plan
    from tdp_xlsx.submission import Submission

    Check = Callable[[Plan, Submission], Iterator[Finding]]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office.make(tmp_path_factory.mktemp("ward"))


def found(check: Check, office: Office, answers: dict[str, str], plan: Plan | None = None) -> list[str]:
    submission = office.understand(office.paper("TDP-05").fill(answers)).submission
    assert submission is not None
    return [f"{f.code} {f.severity} {f.message}" for f in check(plan or office.plan, submission)]


def test_every_check_there_is_is_made() -> None:
    modules = [checks, *(import_module(f"{checks.__name__}.{module.name}") for module in iter_modules(checks.__path__))]
    written = {one for module in modules for name, one in vars(module).items() if name.startswith("check_")}
    assert written == set(checks.CHECKS)


def test_a_submission_gets_the_findings_of_all_checks(office: Office) -> None:
    assert {line[:4] for line in found(checks.check, office, {"I.1": "Có"})} >= {"R601", "R602"}


def test_a_reported_case_is_to_be_confirmed(office: Office) -> None:
    assert found(check_cases, office, {"I.2": "Có", "5.4": "Không"}) == [
        "R601 warning Mục I.2 trả lời “Có”: tự khai thuộc trường hợp không đảm bảo."
    ]


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({"I.1": "Có", "5.3": "Không"}, ["R602", "R603"]),  # I.1 with 3.17, and 3.17 with 5.3
        ({"I.1": "Có", "3.17": "Không"}, ["R602"]),  # I.1 with 5.3
        ({"I.3": "Có"}, ["R602"]),  # I.3 with 5.3
        ({"I.2": "Có"}, ["R603"]),  # a weaker pair: I.2 with 5.4
        ({"3.17": "Không", "5.3": "Không"}, []),  # the reverse is never inferred
        ({}, []),
    ],
)
def test_contradictions_of_the_template_are_told(office: Office, answers: dict[str, str], codes: list[str]) -> None:
    assert [line.split()[0] for line in found(check_relations, office, answers)] == codes


def test_a_contradiction_names_both_answers_and_why(office: Office) -> None:
    relation = Relation("2.1", "Có", "2.3", "Không", Severity.WARNING, "Vì sao.")
    plan = replace(office.plan, relations=(relation,))
    assert found(check_relations, office, {"2.3": "Không"}, plan) == [
        "R602 warning Mâu thuẫn: mục 2.1 trả lời “Có” và mục 2.3 trả lời “Không”. Vì sao."
    ]


PERCENT, STRICT = Figure("Tỷ lệ hộ", ">=", 80, "%"), Figure("Tỷ lệ hộ", ">", 80, "%")
MODELS, MOST = Figure("Số mô hình", ">=", 2, "mô hình"), Figure("Số vụ", "<=", 0, "vụ")


@pytest.mark.parametrize(
    ("figure", "evidence", "answer", "expected"),
    [
        # --- read and in order
        (PERCENT, "95,5", "Có", ""),
        (PERCENT, "95.5", "Có", ""),
        (PERCENT, "95,5%", "Có", ""),
        (PERCENT, "95,5 %", "Có", ""),
        (PERCENT, "đạt 95%", "Có", ""),
        (PERCENT, "Đạt tỷ lệ 95,5 phần trăm.", "Có", ""),
        (PERCENT, 95.5, "Có", ""),
        (PERCENT, "80%", "Có", ""),
        (PERCENT, "100", "Có", ""),
        (PERCENT, "64/80 hộ", "Có", ""),
        (PERCENT, "90/93 hộ (97%)", "Có", ""),
        (PERCENT, "97% (90/93 hộ)", "Có", ""),
        (PERCENT, "90/93 = 96,8%", "Có", ""),
        (PERCENT, "193/200 hộ (97%)", "Có", ""),  # 96,5 %: rounded either way
        (PERCENT, "193/200 hộ (96%)", "Có", ""),
        (PERCENT, "7/8 hộ = 87,5%", "Có", ""),
        (MODELS, "02", "Có", ""),
        (MODELS, "02 mô hình", "Có", ""),
        (MODELS, "2 mô hình trồng chè", "Có", ""),
        (MOST, "0", "Có", ""),
        (MOST, "0 vụ", "Có", ""),
        # --- no figure at all, and figures nobody asked for
        (PERCENT, "có biên bản họp", "Có", ""),
        (PERCENT, "Quyết định số 12/QĐ-UBND ngày 03/5/2021", "Có", ""),
        (PERCENT, "trên địa bàn có 12 hộ", "Có", ""),
        (PERCENT, "   ", "Có", ""),
        (None, "trên 90%", "Có", ""),
        # --- against the answer, which stays
        (PERCENT, "79,9%", "Có", "R604"),
        (PERCENT, "79,9%", "Không", ""),
        (PERCENT, "95%", "Không", ""),
        (PERCENT, "50/80 hộ", "Có", "R604"),
        (STRICT, "80%", "Có", "R604"),
        (STRICT, "80,01%", "Có", ""),
        (MODELS, "01 mô hình", "Có", "R604"),
        (MOST, "1 vụ", "Có", "R604"),
        # --- unclear
        (PERCENT, "1.250", "Có", "R605"),
        (PERCENT, "1,250", "Có", "R605"),
        (PERCENT, "trên 90%", "Có", "R605"),
        (PERCENT, "~90", "Có", "R605"),
        (PERCENT, "khoảng 95", "Có", "R605"),
        (PERCENT, "≥ 95%", "Có", "R605"),
        (PERCENT, "90-95%", "Có", "R605"),
        (PERCENT, "0,955", "Có", "R605"),
        (PERCENT, 0.955, "Có", "R605"),
        (PERCENT, "1", "Có", "R605"),
        (PERCENT, "80 hộ", "Có", "R605"),
        (PERCENT, "05/08/2021", "Có", "R605"),
        (PERCENT, "=1+1", "Có", "R605"),
        (PERCENT, "-5", "Có", "R605"),
        (PERCENT, "5/0", "Có", "R605"),
        (PERCENT, "theo Báo cáo số 15, đạt 95%", "Có", "R605"),
        (PERCENT, "trên 90%", "Không", "R605"),
        (PERCENT, "9" * 32_000, "Có", "R605"),
        (PERCENT, "1/2 " + "a, " * 10_000, "Có", "R605"),
        (PERCENT, "95% " + "a - " * 8_000, "Có", "R605"),
        (PERCENT, "1/" * 16_000, "Có", "R605"),
        (PERCENT, "đạt " * 8_000, "Có", ""),
        (MODELS, "95%", "Có", "R605"),
        (MODELS, "3 tổ", "Có", "R605"),
        (MODELS, "1/2", "Có", "R605"),
        (MODELS, "1/2 (50%)", "Có", "R605"),
        # --- impossible, and contradicting itself
        (PERCENT, "120%", "Có", "R606"),
        (PERCENT, "90/80 hộ", "Có", "R606"),
        (PERCENT, "120%", "Không", "R606"),
        (PERCENT, "90/93 hộ (98%)", "Có", "R607"),
        (PERCENT, "90/93 hộ (96,7%)", "Có", "R607"),
    ],
)
def test_a_figure_beside_an_answer_is_read_as(
    office: Office, figure: Figure | None, evidence: Any, answer: str, expected: str
) -> None:
    submission, plan = with_figure(office, figure, evidence, answer)
    assert [f.code for f in check_figures(plan, submission)] == ([expected] if expected else [])
    assert submission.answers["2.6"].value == answer


def with_figure(
    office: Office, figure: Figure | None, evidence: Any, answer: str, *, percent_cell_in: str = ""
) -> tuple[Any, Plan]:
    paper = office.paper("TDP-05").fill({"2.6": answer})
    paper.write("2.6", "F", evidence, Look(percent=True) if percent_cell_in else None)
    paper.as_format(percent_cell_in or "xlsx")
    submission = office.understand(paper).submission
    criteria = tuple(replace(c, figure=figure if c.code == "2.6" else None) for c in office.plan.criteria)
    return submission, replace(office.plan, criteria=criteria)


def test_a_percent_cell_says_percent_where_the_styles_show_it(office: Office) -> None:
    submission, plan = with_figure(office, PERCENT, 0.955, "Có", percent_cell_in="xlsx")
    assert list(check_figures(plan, submission)) == []
    submission, plan = with_figure(office, PERCENT, 0.75, "Có", percent_cell_in="xlsx")
    assert [f.code for f in check_figures(plan, submission)] == ["R604"]
    submission, plan = with_figure(office, PERCENT, 0.955, "Có", percent_cell_in="xls")
    assert [f.code for f in check_figures(plan, submission)] == ["R605"]


@pytest.mark.parametrize(
    ("figure", "evidence", "message"),
    [
        (STRICT, "80%", "Mục 2.6 trả lời “Có” nhưng số liệu “80%” không đạt mức > 80% (Tỷ lệ hộ)."),
        (
            Figure("Số mô hình", ">=", 2.5, "mô hình"),
            "02 mô hình",
            "Mục 2.6 trả lời “Có” nhưng số liệu “02 mô hình” không đạt mức ≥ 2,5 mô hình (Số mô hình).",
        ),
        (
            PERCENT,
            "1.250",
            "Mục 2.6: số liệu “1.250” tại ô F21 chưa rõ (có thể hiểu nhiều cách); chưa đối chiếu được với Tỷ lệ hộ.",
        ),
        (PERCENT, "120%", "Mục 2.6: số liệu “120%” tại ô F21 không thể đúng (tỷ lệ trên 100%)."),
        (
            PERCENT,
            "90/93 hộ (98%)",
            "Mục 2.6: số liệu “90/93 hộ (98%)” tại ô F21 tự mâu thuẫn: 90/93 là 96,8%.",
        ),
    ],
)
def test_what_is_said_of_a_figure(office: Office, figure: Figure, evidence: str, message: str) -> None:
    submission, plan = with_figure(office, figure, evidence, "Có")
    (one,) = check_figures(plan, submission)
    assert one.message == message
    assert (one.severity, one.place.cell, one.place.criterion) == ("warning", "F21", "2.6")


def test_a_form_with_a_doubtful_figure_still_counts(office: Office) -> None:
    understood = office.understand(office.paper("TDP-05").fill().write("2.6", "F", "trên 90%"))
    assert understood.outcome.status == "accepted"
