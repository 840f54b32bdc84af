"""Scores, states and ranks, on small plans whose results can be reckoned by hand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tdp_xlsx.evaluation import DecisionFault, evaluate
from tdp_xlsx.model import Criterion, Decision, Group, GroupStatus, Plan, RatingClass, Settings, Standard
from tdp_xlsx.submission import Answer, Answers, AnswerState, Final, InboxFile, Intake, Submission
from tests.kit.round import default_plan, groups, submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tdp_xlsx.evaluation import Evaluation

SETTINGS = Settings(
    ward="phường Thử",
    place="Thử",
    year=2021,
    period="",
    title="",
    caption="",
    deadline=None,
    reply_to="",
    appraiser="UBND phường",
    presentation="Phụ lục kèm báo cáo",
)
BLANK, UNCLEAR = "", "?"


def a_plan(codes: Iterable[str], *, points: Mapping[str, int] | None = None, **settings: Any) -> Plan:
    """A plan of one case, standards 1 and 2, and criteria by code; ``2.9`` applies to villages only."""
    case = Criterion("I.1", "1", "I.1", "I", "", "Trường hợp.", "Tất cả")
    scored = tuple(
        Criterion(code, code, code, "II", code[0], f"Tiêu chí {code}.", "Bản" if code == "2.9" else "Tất cả")
        for code in codes
    )
    weighed = tuple(replace(c, points=(points or {}).get(c.code, 1)) for c in scored)
    return Plan(replace(SETTINGS, **settings), (), (Standard("1", "Một"), Standard("2", "Hai")), (case, *weighed))


def evaluated(
    plan: Plan,
    said: Mapping[str, str | None],
    decisions: tuple[Decision, ...] = (),
    *,
    kinds: Mapping[str, str] | None = None,
    rejected: Iterable[str] = (),
) -> Evaluation:
    """Evaluate groups whose answers are one letter an item, case first: c(ó), k(hông), a space, a question mark.

    None: no file.
    """
    register = tuple(Group(code, (kinds or {}).get(code, "Tổ dân phố"), f"Tổ {code}") for code in said)
    ward = replace(plan, groups=register)
    words = {"c": "Có", "k": "Không"}
    submissions = {}
    for group in register:
        letters = said[group.code]
        if letters is None:
            continue
        file = InboxFile(f"inbox/{group.code}.xlsx", f"hash-{group.code}", 1, dt.datetime(2021, 11, 1))  # noqa: DTZ001
        answers = []
        for criterion, letter in zip(plan.criteria, letters, strict=True):
            state = {" ": AnswerState.MISSING, "?": AnswerState.UNCLEAR}.get(letter, AnswerState.CLEAR)
            answers.append(Answer(criterion.code, state, words.get(letter), letter, "", "E9"))
        submissions[group.code] = Submission(file, group.code, 1, Answers(answers), sheet="Bảng")
    return evaluate(ward, Intake((), submissions, frozenset(rejected), ()), decisions)


def ranks(evaluation: Evaluation) -> dict[str, int | None]:
    return {result.code: result.rank for result in evaluation.results}


FOUR = ("1.1", "1.2", "2.1", "2.2")


# --- ranks ----------------------------------------------------------------------------------------------------------


def test_equals_share_a_rank_and_the_next_is_skipped() -> None:
    found = evaluated(a_plan(FOUR), {"A": "kccck", "B": "kcccc", "C": "kkccc", "D": "kkkcc"})
    assert ranks(found) == {"A": 2, "B": 1, "C": 2, "D": 4}
    assert found.by_code["A"].tied == ("C",)
    assert found.by_code["B"].tied == ()


def test_quotients_compare_exactly() -> None:
    """2/3 of one denominator equals 4/6 of another, and no float is asked."""
    plan = a_plan((*FOUR, "2.3", "2.9"))
    found = evaluated(plan, {"A": "kccccck", "B": "kccccc "}, kinds={"A": "Bản"})
    assert found.by_code["A"].score == Fraction(5, 6)
    assert found.by_code["B"].score == Fraction(1)
    thirds = a_plan(("1.1", "2.1", "2.2", "2.9"), points={"2.9": 3})
    found = evaluated(thirds, {"A": "kcckk", "B": "kckkc"}, kinds={"A": "Tổ dân phố", "B": "Bản"})
    assert found.by_code["A"].score == found.by_code["B"].score == Fraction(2, 3)
    assert ranks(found) == {"A": 1, "B": 1}


def test_scores_closer_than_a_float_tells_apart_keep_their_order() -> None:
    huge = 10**17
    plan = a_plan(("1.1", "2.1", "2.2"), points={"1.1": huge, "2.1": huge - 1, "2.2": 1})
    found = evaluated(plan, {"A": "kckk", "B": "kkcc", "C": "kkck"})
    assert ranks(found) == {"A": 1, "B": 1, "C": 3}
    assert float(found.by_code["B"].score or 0) == float(found.by_code["C"].score or 0)


def test_the_denominator_is_the_groups_own(tmp_path: Path) -> None:
    """33 of 44 is more than 32 of 43; 43 for a tổ dân phố, 42 to 44 for a bản."""
    plan = replace(default_plan(tmp_path), groups=groups(5))
    no = [c.code for c in plan.scored if c.applies_to == "Tất cả"]
    missed = {"TDP-01": 11, "B-02": 11, "TDP-03": 0, "B-04": 1, "B-05": 2}
    submissions = {
        group.code: submission(plan, group, dict.fromkeys(no[: missed[group.code]], "Không")) for group in plan.groups
    }
    found = evaluate(plan, Intake((), submissions, frozenset(), ()))
    assert [(r.code, r.met, r.applicable, r.score, r.rank) for r in found.results] == [
        ("TDP-01", 32, 43, Fraction(32, 43), 5),
        ("B-02", 33, 44, Fraction(33, 44), 4),
        ("TDP-03", 43, 43, Fraction(1), 1),
        ("B-04", 42, 43, Fraction(42, 43), 2),
        ("B-05", 40, 42, Fraction(40, 42), 3),
    ]
    assert found.by_code["B-02"].standards == {"1": (0, 2), "2": (2, 10), "3": (19, 20), "4": (7, 7), "5": (5, 5)}


def test_points_weigh_the_score_and_not_the_counts() -> None:
    found = evaluated(a_plan(FOUR, points={"1.1": 3}), {"A": "kckkk", "B": "kkcck"})
    assert [(r.met, r.applicable, r.points_met, r.points_applicable, r.rank) for r in found.results] == [
        (1, 4, 3, 6, 1),
        (2, 4, 2, 6, 2),
    ]


def test_standards_met_in_full_part_equals_only_when_the_setting_says_so() -> None:
    said = {"A": "kckck", "B": "kcckk"}
    assert ranks(evaluated(a_plan(FOUR), said)) == {"A": 1, "B": 1}
    found = evaluated(a_plan(FOUR, tie_break=True), said)
    assert ranks(found) == {"A": 2, "B": 1}
    assert found.by_code["B"].full_standards == 1
    assert found.by_code["B"].tied == ()


def test_separate_lists_rank_each_kind_by_itself() -> None:
    said = {"A": "kcccc", "B": "kccck", "C": "kccck", "D": "kcckk"}
    kinds = {"B": "Bản", "D": "Bản"}
    assert ranks(evaluated(a_plan(FOUR), said, kinds=kinds)) == {"A": 1, "B": 2, "C": 2, "D": 4}
    found = evaluated(a_plan(FOUR, separate_lists=True), said, kinds=kinds)
    assert ranks(found) == {"A": 1, "B": 1, "C": 2, "D": 2}
    assert [result.code for result in found.ordered] == ["A", "C", "B", "D"]
    assert found.by_code["B"].tied == ()


def test_separate_lists_count_equals_within_each_list_alone() -> None:
    """All four are first; a village's equals are villages, though the other list has a first rank too."""
    said = dict.fromkeys("ABCD", "kccck") | {"E": "kkkkk"}
    kinds = {"B": "Bản", "D": "Bản"}
    found = evaluated(a_plan(FOUR, separate_lists=True), said, kinds=kinds)
    assert {code: (result.rank, result.ties, result.tied) for code, result in found.by_code.items()} == {
        "A": (1, 1, ("C",)),
        "B": (1, 1, ("D",)),
        "C": (1, 1, ("A",)),
        "D": (1, 1, ("B",)),
        "E": (3, 0, ()),
    }
    one_list = evaluated(a_plan(FOUR), said, kinds=kinds)
    assert one_list.by_code["A"].tied == ("B", "C", "D")


@pytest.mark.parametrize("seed", range(5))
def test_ranks_equal_those_counted_one_by_one(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - made-up answers
    plan = a_plan((*FOUR, "2.9"), points={"1.1": 2, "2.9": 3})
    kinds = {f"G{n}": random.choice(("Bản", "Tổ dân phố")) for n in range(40)}
    said = {code: "k" + "".join(random.choice("ck") for _ in range(5)) for code in kinds}
    found = evaluated(plan, said, kinds=kinds)
    for result in found.results:
        better = sum(
            other.points_met * result.points_applicable > result.points_met * other.points_applicable
            for other in found.results
        )
        assert result.rank == better + 1


# --- states ---------------------------------------------------------------------------------------------------------


def test_every_state_in_its_order() -> None:
    said = {"A": None, "B": "kcccc", "C": "kc cc", "D": "cc?cc", "E": "ccccc", "F": "kkkkk", "G": None}
    found = evaluated(a_plan(FOUR), said, rejected=("B", "G"))
    assert [(r.code, r.status, r.rank, r.met, r.applicable, r.score) for r in found.results] == [
        ("A", GroupStatus.MISSING, None, 0, 4, None),
        ("B", GroupStatus.REJECTED, None, 0, 4, None),
        ("C", GroupStatus.INCOMPLETE, None, 3, 4, None),
        ("D", GroupStatus.INCOMPLETE, None, 3, 4, None),
        ("E", GroupStatus.DISQUALIFIED, None, 4, 4, Fraction(1)),
        ("F", GroupStatus.VALID, 1, 0, 4, Fraction(0)),
        ("G", GroupStatus.REJECTED, None, 0, 4, None),
    ]
    assert [result.code for result in found.ordered] == ["F", "E", "B", "C", "D", "G", "A"]
    assert found.by_code["E"].disqualified_by == ("I.1",)
    assert found.by_code["E"].unconfirmed == 1
    assert (found.by_code["C"].unanswered, found.by_code["D"].unanswered) == (1, 1)
    assert (found.by_code["A"].file, found.by_code["A"].sha256) == (None, None)
    assert (found.by_code["E"].file, found.by_code["E"].sha256) == ("inbox/E.xlsx", "hash-E")


def test_equals_are_listed_as_the_register_has_them() -> None:
    found = evaluated(a_plan(FOUR), {"Z": "kcccc", "A": "kcccc", "M": None, "B": None})
    assert [(result.code, result.order) for result in found.ordered] == [("Z", 1), ("A", 2), ("M", 3), ("B", 4)]


def test_no_group_at_all_and_no_file_at_all() -> None:
    assert evaluated(a_plan(FOUR), {}).results == ()
    found = evaluated(a_plan(FOUR), {"A": None})
    assert found.by_code["A"].status is GroupStatus.MISSING
    assert (len(found.rows), list(found.rows)) == (0, [])


def test_a_plan_may_lack_cases_standards_or_criteria() -> None:
    plan = a_plan(FOUR)
    for short, said in (
        (replace(plan, criteria=plan.scored), "cccc"),
        (replace(plan, standards=()), "kcccc"),
        (replace(plan, criteria=plan.cases, standards=()), "k"),
        (replace(plan, criteria=(), standards=()), ""),
    ):
        own = evaluated(short, {"A": said}).by_code["A"]
        assert (own.status, own.rank, own.met, own.disqualified_by) == (GroupStatus.VALID, 1, said.count("c"), ())
        assert repr(own.full_standards) == ("2" if short.standards else "0")


def test_an_item_that_does_not_apply_counts_for_nothing_whatever_the_file_says() -> None:
    found = evaluated(a_plan(("1.1", "2.9")), {"A": "kcc", "B": "kc "}, kinds={})
    assert [(r.status, r.met, r.applicable) for r in found.results] == [(GroupStatus.VALID, 1, 1)] * 2
    assert found.by_code["A"].standards == {"1": (1, 1), "2": (0, 0)}
    assert found.by_code["A"].full_standards == 1


def test_an_item_left_out_of_the_file_is_unanswered() -> None:
    plan = replace(a_plan(FOUR), groups=(Group("A", "Bản", "A"),))
    file = InboxFile("inbox/a.xlsx", None, 1, dt.datetime(2021, 1, 1))  # noqa: DTZ001
    found = evaluate(plan, Intake((), {"A": Submission(file, "A", 1, Answers([]))}, frozenset(), ()))
    assert (found.by_code["A"].status, found.by_code["A"].unanswered) == (GroupStatus.INCOMPLETE, 5)


def test_there_is_a_row_for_each_item_read() -> None:
    found = evaluated(a_plan(("1.1", "2.9")), {"A": "kc?", "B": None, "C": "c? "}, kinds={"A": "Bản"})
    assert [(row.group, row.criterion, row.value, row.state, row.raw) for row in found.rows] == [
        ("A", "I.1", "Không", "clear", "k"),
        ("A", "1.1", "Có", "clear", "c"),
        ("A", "2.9", "", "unclear", "?"),
        ("C", "I.1", "Có", "clear", "c"),
        ("C", "1.1", "", "unclear", "?"),
        ("C", "2.9", "", "not_applicable", " "),
    ]
    assert next(iter(found.rows))[6:9] == ("inbox/A.xlsx", "Bảng", "E9")
    assert len(found.rows) == 6
    assert found.finals == {
        "A": bytes([Final.NO, Final.YES, Final.UNCLEAR]),
        "C": bytes([Final.YES, Final.UNCLEAR, Final.NOT_APPLICABLE]),
    }


# --- pass mark and classes ------------------------------------------------------------------------------------------


def test_the_pass_mark_is_compared_exactly() -> None:
    plan = a_plan(("1.1", "1.2", "2.1"), pass_percent=66.67)
    found = evaluated(plan, {"A": "kcck", "B": "kccc", "C": "cccc"})
    assert [result.passed for result in found.results] == [False, True, None]
    assert evaluated(a_plan(FOUR, pass_percent=75.0), {"A": "kccck"}).by_code["A"].passed is True
    assert evaluated(a_plan(FOUR), {"A": "kccck"}).by_code["A"].passed is None


def test_a_class_may_ask_for_a_share_in_every_standard() -> None:
    classes = (RatingClass("Khá", 50), RatingClass("Tốt", 75, 60))
    found = evaluated(
        a_plan((*FOUR, "2.3"), classes=classes), {"A": "kccccc", "B": "kkcccc", "C": "kkkkcc", "D": "kcckkc"}
    )
    assert [result.rating for result in found.results] == ["Tốt", "Khá", "", "Khá"]


@pytest.mark.parametrize(
    ("percent", "said", "rating"),
    [(75.0, "kccck", "Tốt"), (75.01, "kccck", ""), (37.5, "kccckkkkk", "Tốt"), (37.4, "kccckkkkk", "Tốt")],
)
def test_a_class_is_reached_at_exactly_its_limit(percent: float, said: str, rating: str) -> None:
    plan = a_plan((*FOUR, "2.3", "2.4", "2.5", "2.6")[: len(said) - 1], classes=(RatingClass("Tốt", percent),))
    assert evaluated(plan, {"A": said}).by_code["A"].rating == rating


def test_a_standard_without_an_applicable_criterion_keeps_no_group_from_a_class() -> None:
    plan = a_plan(("1.1", "2.9"), classes=(RatingClass("Tốt", 50, 50),))
    found = evaluated(plan, {"A": "kck", "B": "kck"}, kinds={"B": "Bản"})
    assert [result.rating for result in found.results] == ["Tốt", ""]


def test_of_two_classes_from_the_same_score_on_the_one_told_first_goes_before() -> None:
    classes = (RatingClass("Tốt", 75, 50), RatingClass("Khá", 75))
    found = evaluated(a_plan(FOUR, classes=classes, points={"1.1": 5}), {"A": "kccck", "B": "kcckk"})
    assert [result.rating for result in found.results] == ["Tốt", "Khá"]


# --- decisions ------------------------------------------------------------------------------------------------------


def test_a_decision_stands_in_for_the_leaders_answer() -> None:
    decisions = (Decision("A", "1.1", "Không"), Decision("A", "2.1", "Có"), Decision("B", "2.2", "Có"))
    found = evaluated(a_plan(FOUR), {"A": "kcccc", "B": "kccc ", "C": "kcccc"}, decisions)
    assert [(r.status, r.met, r.rank, r.is_verified, r.decided, r.changed) for r in found.results] == [
        (GroupStatus.VALID, 3, 3, True, 2, 1),
        (GroupStatus.VALID, 4, 1, True, 1, 1),
        (GroupStatus.VALID, 4, 1, False, 0, 0),
    ]


def test_a_decision_can_disqualify_clear_and_confirm() -> None:
    said = dict.fromkeys("ABCD", "kcccc") | {"B": "ccccc", "C": "ccccc", "D": "ccccc"}
    decisions = (
        Decision("A", "I.1", "Có"),
        Decision("B", "I.1", "Không"),
        Decision("C", "Tất cả", "Giữ nguyên"),
        Decision("D", "1.1", "Không"),
    )
    found = evaluated(a_plan(FOUR), said, decisions)
    assert [(r.status, r.unconfirmed) for r in found.results] == [
        (GroupStatus.DISQUALIFIED, 0),
        (GroupStatus.VALID, 0),
        (GroupStatus.DISQUALIFIED, 0),
        (GroupStatus.DISQUALIFIED, 1),
    ]
    assert found.by_code["C"].is_verified


def test_decisions_in_conflict_make_the_answer_unclear_in_any_order() -> None:
    both = (Decision("A", "1.1", "Có"), Decision("A", "1.1", "Không"), Decision("A", "1.2", "Có"))
    for decisions in (both, both[::-1]):
        found = evaluated(a_plan(FOUR), {"A": "kcccc"}, decisions)
        assert (found.by_code["A"].status, found.by_code["A"].decided) == (GroupStatus.INCOMPLETE, 1)
        conflicts = {d.decision.criterion for d in found.decisions if d.fault is DecisionFault.CONFLICT}
        assert conflicts == {"1.1"}


@pytest.mark.parametrize(
    ("decision", "fault"),
    [
        (Decision("", "1.1", "Có"), DecisionFault.NO_GROUP),
        (Decision("A", "", "Có"), DecisionFault.NO_CRITERION),
        (Decision("A", "1.1", ""), DecisionFault.NO_RESULT),
        (Decision("X", "1.1", "Có"), DecisionFault.UNKNOWN_GROUP),
        (Decision("A", "9.1", "Có"), DecisionFault.UNKNOWN_CRITERION),
        (Decision("A", "1.1", "Đạt"), DecisionFault.UNKNOWN_RESULT),
        (Decision("B", "1.1", "Có"), DecisionFault.NO_FILE),
        (Decision("C", "1.1", "Có"), DecisionFault.NO_FILE),
        (Decision("A", "2.9", "Có"), DecisionFault.NOT_APPLICABLE),
        (Decision("A", "Tất cả", "Có"), DecisionFault.WHOLE_GROUP_RESULT),
    ],
)
def test_a_decision_that_is_not_right_is_not_in_force(decision: Decision, fault: DecisionFault) -> None:
    said = {"A": "kkc", "B": None, "C": "kcc"}
    found = evaluated(a_plan(("1.1", "2.9")), said, (decision,), rejected=("C",))
    assert [settled.fault for settled in found.decisions] == [fault]
    assert all(not result.is_verified for result in found.results)
    assert found.by_code["A"].met == 0


def test_a_decision_is_understood_in_any_spelling_a_person_would_read_alike() -> None:
    found = evaluated(a_plan(FOUR), {"A": "kkkkk"}, (Decision("a", "1.1", "CÓ"), Decision("A", "tất cả", "giữ nguyên")))
    assert [settled.fault for settled in found.decisions] == [None, None]
    assert [settled.key for settled in found.decisions] == ["A|1.1", "A|Tất cả"]
    assert found.by_code["A"].met == 1


# --- a separate reckoning ---------------------------------------------------------------------------------------------

FIVE = (*FOUR, "2.9")
SAID = st.lists(st.sampled_from("kkkkkkkc"), min_size=1, max_size=1).flatmap(
    lambda case: st.lists(st.sampled_from("ccccckkkk ?"), min_size=5, max_size=5).map(lambda rest: "".join(case + rest))
)


@st.composite
def rounds(draw: st.DrawFn) -> dict[str, Any]:
    """Up to nine groups of both kinds, some without a file, some refused, and decisions of every sort about them."""
    codes = [f"G{number}" for number in range(draw(st.integers(1, 9)))]
    points = {code: draw(st.integers(1, 3)) for code in FIVE}
    classes = (RatingClass("Tốt", 75, 50), RatingClass("Khá", 50), RatingClass("Vừa", 50, 25))
    settings = {
        "tie_break": draw(st.booleans()),
        "separate_lists": draw(st.booleans()),
        "pass_percent": draw(st.sampled_from((None, 50.0, 75.0))),
        "classes": draw(st.sampled_from(((), classes))),
    }
    decision = st.builds(
        Decision,
        st.sampled_from(codes),
        st.sampled_from(("I.1", *FIVE, "Tất cả")),
        st.sampled_from(("Có", "Không", "Giữ nguyên")),
    )
    return {
        "plan": a_plan(FIVE, points=points, **settings),
        "said": {code: draw(st.none() | SAID) for code in codes},
        "decisions": tuple(draw(st.lists(decision, max_size=12))),
        "kinds": {code: draw(st.sampled_from(("Bản", "Tổ dân phố"))) for code in codes},
        "rejected": draw(st.sets(st.sampled_from(codes), max_size=1)),
    }


def one_by_one(
    plan: Plan,
    said: Mapping[str, str | None],
    decisions: tuple[Decision, ...],
    kinds: Mapping[str, str],
    rejected: Iterable[str],
) -> dict[str, dict[str, Any]]:
    """Reckon each group by the rules as PRODUCT tells them, answer by answer."""
    settings = plan.settings
    found: dict[str, dict[str, Any]] = {}
    for code, letters in said.items():
        is_read = letters is not None and code not in rejected
        asked = [c for c in plan.criteria if c.applies_to in {"Tất cả", kinds[code]}]
        answers = {c.code: letter for c, letter in zip(plan.criteria, letters or "", strict=False) if c in asked}
        before = dict(answers) if is_read else {}
        rows: defaultdict[str, list[str]] = defaultdict(list)
        for decision in decisions:
            of_all = decision.criterion == "Tất cả" and decision.result == "Giữ nguyên"
            if decision.group == code and is_read and (of_all or decision.criterion in before):
                rows[decision.criterion].append(decision.result)
        in_force = {key: results for key, results in rows.items() if len(set(results)) == 1}
        after = {key: "?" if key in rows and key not in in_force else letter for key, letter in before.items()}
        for key, (result, *_) in in_force.items():
            if result != "Giữ nguyên":
                after[key] = {"Có": "c", "Không": "k"}[result]
        scored = [c for c in asked if not c.is_case]
        met = [c for c in scored if after.get(c.code) == "c"]
        cases = [c.code for c in plan.cases if after.get(c.code) == "c"]
        standards = {
            number: (sum(c.standard == number for c in met), sum(c.standard == number for c in scored))
            for number in ("1", "2")
        }
        open_items = sum(letter in " ?" for letter in after.values())
        state = "rejected" if code in rejected else "missing" if not is_read else ""
        found[code] = {
            "status": state or ("incomplete" if open_items else "disqualified" if cases else "valid"),
            "met": len(met),
            "applicable": len(scored),
            "points_met": sum(c.points for c in met),
            "points_applicable": sum(c.points for c in scored),
            "standards": standards,
            "full_standards": sum(part == whole > 0 for part, whole in standards.values()),
            "unanswered": open_items,
            "disqualified_by": tuple(cases),
            "unconfirmed": 0 if "Tất cả" in in_force else sum(case not in in_force for case in cases),
            "decided": sum(len(results) for results in in_force.values()),
            "changed": sum(after[key] in "ck" and after[key] != before[key] for key in before),
        }
    for code, own in found.items():
        rivals = {
            other: (
                theirs["points_met"] * own["points_applicable"] - own["points_met"] * theirs["points_applicable"],
                theirs["full_standards"] - own["full_standards"] if settings.tie_break else 0,
            )
            for other, theirs in found.items()
            if theirs["status"] == "valid" and (kinds[other] == kinds[code] or not settings.separate_lists)
        }
        is_valid = own["status"] == "valid"
        own["rank"] = 1 + sum(lead > (0, 0) for lead in rivals.values()) if is_valid else None
        own["tied"] = tuple(other for other, lead in rivals.items() if lead == (0, 0) and other != code and is_valid)
        share = 100 * own["points_met"], own["points_applicable"]
        own["passed"] = None
        if is_valid and settings.pass_percent is not None:
            own["passed"] = share[0] >= int(settings.pass_percent) * share[1]
        own["rating"] = ""
        for rating in settings.classes if is_valid else ():
            shares = [(100 * part, whole) for part, whole in own["standards"].values()]
            reached = share[0] >= int(rating.from_percent) * share[1]
            if reached and all(part >= int(rating.each_standard or 0) * whole for part, whole in shares):
                own["rating"] = rating.name
                break
    return found


@settings(deadline=None, max_examples=80)
@given(rounds())
def test_each_group_comes_to_what_its_answers_reckoned_one_by_one_come_to(made: dict[str, Any]) -> None:
    found = evaluated(made["plan"], made["said"], made["decisions"], kinds=made["kinds"], rejected=made["rejected"])
    expected = one_by_one(**made)
    names = list(next(iter(expected.values())))
    assert {r.code: {name: getattr(r, name) for name in names} for r in found.results} == expected
    places = {"valid": 1, "disqualified": 2, "incomplete": 3, "rejected": 3, "missing": 4}
    lists = list(dict.fromkeys(made["kinds"].values())) if made["plan"].settings.separate_lists else []
    assert [r.code for r in found.ordered] == sorted(
        expected,
        key=lambda code: (
            lists.index(made["kinds"][code]) if lists else 0,
            places[expected[code]["status"]],
            expected[code]["rank"] or 0,
        ),
    )


def test_criteria_are_counted_over_the_groups_that_count() -> None:
    found = evaluated(a_plan(("1.1", "2.9")), {"A": "kkc", "B": "kck", "C": "ckk", "D": "k k"}, kinds={"B": "Bản"})
    expected = {"I.1": (3, 1, 2), "1.1": (3, 1, 2), "2.9": (1, 0, 1)}
    assert found.by_criterion == expected
