"""The reckoning itself, over whole columns with pandas: states, scores as exact quotients, shared ranks."""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tdp_xlsx.evaluation.answers import AnswerRows, answer_frames
from tdp_xlsx.evaluation.decisions import settle
from tdp_xlsx.evaluation.outcome import COUNTED, ROW_CLASSES, Evaluation, GroupResult
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.submission import Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.evaluation.answers import AnswerFrames
    from tdp_xlsx.model import Decision, Plan
    from tdp_xlsx.submission import Intake, Submission

_STATES = tuple(GroupStatus)
_VALID = _STATES.index(GroupStatus.VALID)


def evaluate(plan: Plan, intake: Intake, decisions: tuple[Decision, ...] = ()) -> Evaluation:
    """Evaluate every group of the register on what came in and on the office's decisions (PRODUCT section 7)."""
    read = {
        group.code: intake.submissions[group.code]
        for group in plan.groups
        if group.code in intake.submissions and group.code not in intake.rejected
    }
    settled = settle(plan, read.keys(), decisions)
    answers = answer_frames(plan, read, settled)
    # From here on a row is a group's, in the register's order.
    met, applicable = by_standard(plan, answers.final == Final.YES), by_standard(plan, answers.asked)
    groups = _sums(plan, answers)
    groups["full_standards"] = ((met == applicable) & (applicable > 0)).sum(axis=1).astype("int64")
    groups["status"] = _states(plan, intake, groups)
    groups["list"] = [group.kind if plan.settings.separate_lists else "" for group in plan.groups]
    scores = Quotients(groups["points_met"], groups["points_applicable"])
    is_valid = groups["status"] == _VALID
    groups["rank"] = ranks(plan, groups, scores, is_valid)
    groups["order"] = _order(plan, groups)
    is_counted = groups["status"].isin([_STATES.index(state) for state in COUNTED])
    numbers = {str(name): column.tolist() for name, column in groups.drop(columns="cases").items()}
    columns = {
        **numbers,
        "status": [_STATES[place] for place in groups["status"]],
        "rank": [rank or None for rank in groups["rank"].tolist()],
        "score": [score if counts else None for score, counts in zip(scores.each(), is_counted, strict=True)],
        "standards": _pairs(met, applicable),
        "disqualified_by": _cases(plan, answers.final),
        "equals": _equals(plan, groups),
        "passed": _passed(plan, scores, is_valid),
        "rating": _ratings(plan, scores, met, applicable).where(is_valid, "").tolist(),
    }
    finals = zip(plan.groups, answers.final.to_numpy(), strict=True)
    return Evaluation(
        plan,
        _results(plan, read, columns),
        AnswerRows(plan, read),
        {group.code: row.tobytes() for group, row in finals if group.code in read},
        _by_criterion(answers.final[is_counted]),
        settled,
    )


def exact(percent: float) -> Fraction:
    """Return a percentage of the settings as the exact quotient that its digits say: 66.7 is 667/10."""
    return Fraction(repr(percent))


def list_numbers(plan: Plan) -> Mapping[str, int]:
    """Return the place of each kind's list, from 1 in the register's order; all are 1 when there is one list."""
    return {kind: place if plan.settings.separate_lists else 1 for place, kind in enumerate(plan.kinds, start=1)}


class Quotients:
    """A column of quotients of whole numbers, compared exactly: of each its place among the distinct ones.

    Few of a column are distinct: those are brought into order as fractions, which floats cannot always tell apart.
    """

    def __init__(self, part: pd.Series[int], whole: pd.Series[int]) -> None:
        pairs = pd.DataFrame({"part": part, "whole": whole}).groupby(["part", "whole"])
        quotients = [Fraction(met, of) if of else Fraction(0) for met, of in pairs.size().index]
        self._values = sorted(set(quotients))
        places = np.array([bisect_left(self._values, one) for one in quotients], np.int64)
        self.places = pd.Series(places[pairs.ngroup()], index=part.index)

    def each(self) -> list[Fraction]:
        """Return the quotients, row by row."""
        return [self._values[place] for place in self.places.tolist()]

    def at_least(self, percent: float) -> pd.Series[bool]:
        """Return of each whether it is at least a percentage."""
        return self.places >= bisect_left(self._values, exact(percent) / 100)


def by_standard(plan: Plan, answers: pd.DataFrame) -> pd.DataFrame:
    """Count each group's true answers, standard by standard."""
    standards = pd.Series({criterion.code: criterion.standard for criterion in plan.scored}, dtype=object)
    counts = answers[standards.index].T.groupby(standards).sum().T
    return counts.reindex(columns=[standard.number for standard in plan.standards], fill_value=0).astype("int64")


def _sums(plan: Plan, answers: AnswerFrames) -> pd.DataFrame:
    """Return what the answers of each group add up to: columns as in ``GroupResult``, and ``cases`` answered Có."""
    points = pd.Series({criterion.code: criterion.points for criterion in plan.scored}, dtype="int64")
    met, applicable = answers.final[points.index] == Final.YES, answers.asked[points.index]
    cases = [case.code for case in plan.cases]
    happened = answers.final[cases] == Final.YES
    # What decisions leave contradicting is no answer that they changed.
    changed = answers.final.isin([Final.YES, Final.NO]) & (answers.final != answers.read)
    sums = {
        "met": met.sum(axis=1),
        "applicable": applicable.sum(axis=1),
        "points_met": met @ points,
        "points_applicable": applicable @ points,
        "unanswered": answers.final.isin([Final.MISSING, Final.UNCLEAR, Final.CONTRADICTED]).sum(axis=1),
        "contradicted": (answers.final == Final.CONTRADICTED).sum(axis=1),
        "cases": happened.sum(axis=1),
        "unconfirmed": (happened & ~answers.confirmed[cases]).sum(axis=1),
        "decided": answers.decided,
        "changed": changed.sum(axis=1),
    }
    return pd.DataFrame(sums).astype("int64")


def _states(plan: Plan, intake: Intake, groups: pd.DataFrame) -> pd.Series[int]:
    """Return the place of each group's state in ``_STATES``: of the first test that holds."""
    tests = {
        GroupStatus.REJECTED: [group.code in intake.rejected for group in plan.groups],
        GroupStatus.MISSING: [group.code not in intake.submissions for group in plan.groups],
        GroupStatus.INCOMPLETE: groups["unanswered"] > 0,
        GroupStatus.DISQUALIFIED: groups["cases"] > 0,
    }
    conditions = [np.array(test, np.bool_) for test in tests.values()]
    return pd.Series(np.select(conditions, [_STATES.index(state) for state in tests], _VALID), index=groups.index)


def ranks(plan: Plan, groups: pd.DataFrame, scores: Quotients, is_ranked: pd.Series[bool]) -> pd.Series[int]:
    """Return the rank of each group that is ranked, one more than how many of its list are better; 0 for the others.

    ``groups`` has the columns ``list`` and ``full_standards``.
    """
    merit = scores.places
    if plan.settings.tie_break:
        merit = merit * (len(plan.standards) + 1) + groups["full_standards"]
    ranked = merit[is_ranked].groupby(groups["list"][is_ranked]).rank(method="min", ascending=False)
    return ranked.reindex(groups.index, fill_value=0).astype("int64")


def _order(plan: Plan, groups: pd.DataFrame) -> pd.Series[int]:
    """Return each group's line in the ranking, from 1; equals stand as in the register."""
    lists = list_numbers(plan)
    keys = pd.DataFrame({"list": [lists[group.kind] for group in plan.groups]}, index=groups.index)
    keys["class"] = groups["status"].map({place: int(ROW_CLASSES[state]) for place, state in enumerate(_STATES)})
    keys["rank"], keys["position"] = groups["rank"], groups.index
    lines = keys.sort_values([*keys.columns]).index
    return pd.Series(range(1, len(groups) + 1), index=lines, dtype="int64")


def _equals(plan: Plan, groups: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the codes of all groups of each group's rank in its list; none without a rank."""
    equals: list[tuple[str, ...]] = [()] * len(groups)
    for places in groups[groups["rank"] > 0].groupby(["list", "rank"]).groups.values():
        codes = tuple(plan.groups[place].code for place in places)
        for place in places:
            equals[place] = codes
    return equals


def _passed(plan: Plan, scores: Quotients, is_valid: pd.Series[bool]) -> list[bool | None]:
    least = plan.settings.pass_percent
    if least is None:
        return [None] * len(is_valid)
    return [passed if valid else None for passed, valid in zip(scores.at_least(least), is_valid, strict=True)]


def _ratings(plan: Plan, scores: Quotients, met: pd.DataFrame, applicable: pd.DataFrame) -> pd.Series[str]:
    """Return the highest class that each group reaches; of those from the same score on, the one told first."""
    ratings = pd.Series("", index=met.index, dtype=object)
    for rating in sorted(plan.settings.classes, key=lambda rating: -rating.from_percent):
        reached = scores.at_least(rating.from_percent) & (ratings == "")
        if rating.each_standard is not None:
            for number, whole in applicable.items():
                reached &= Quotients(met[number], whole).at_least(rating.each_standard) | (whole == 0)
        ratings = ratings.mask(reached, rating.name)
    return ratings


def _pairs(met: pd.DataFrame, applicable: pd.DataFrame) -> list[Mapping[str, tuple[int, int]]]:
    """Return each group's (met, applicable) by standard; groups that are alike share it."""
    shared: dict[tuple[tuple[int, int], ...], Mapping[str, tuple[int, int]]] = {}
    found = []
    for row in zip(met.to_numpy().tolist(), applicable.to_numpy().tolist(), strict=True):
        pairs = tuple(zip(*row, strict=True))
        found.append(shared.setdefault(pairs, dict(zip(met.columns, pairs, strict=True))))
    return found


def _cases(plan: Plan, final: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the codes of the cases that each group answers Có."""
    cases = [case.code for case in plan.cases]
    return [tuple(compress(cases, row)) for row in (final[cases] == Final.YES).to_numpy().tolist()]


def _by_criterion(final: pd.DataFrame) -> Mapping[str, tuple[int, int, int]]:
    counts = [(final != Final.NOT_APPLICABLE).sum(), (final == Final.YES).sum(), (final == Final.NO).sum()]
    return dict(zip(final.columns, zip(*(column.tolist() for column in counts), strict=True), strict=True))


def _results(
    plan: Plan, read: Mapping[str, Submission], columns: Mapping[str, Iterable[Any]]
) -> tuple[GroupResult, ...]:
    files = [read[group.code].file if group.code in read else None for group in plan.groups]
    columns = {
        "code": [group.code for group in plan.groups],
        "name": [group.name for group in plan.groups],
        "kind": [group.kind for group in plan.groups],
        "position": range(1, len(plan.groups) + 1),
        "file": [file.path if file else None for file in files],
        "sha256": [file.sha256 if file else None for file in files],
        **columns,
    }
    return tuple(GroupResult(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True))
