"""The evaluation reckoned over whole columns, with pandas: every group's figures anew, and the ward's by criterion."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tdp_xlsx.model import NO, YES, AnswerState, GroupStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tdp_xlsx.evaluation.answers import AnswerRow
    from tdp_xlsx.model import Plan

_VALUES = ("", YES, NO)
_STATES = tuple(state.value for state in AnswerState)
_OPEN = (AnswerState.MISSING.value, AnswerState.UNCLEAR.value)


def answer_frame(plan: Plan, rows: Sequence[AnswerRow]) -> pd.DataFrame:
    """Return every answer, decisions applied, with what its criterion weighs.

    Columns: ``group``, ``criterion``, ``answer`` (Có, Không or ``""``), ``state`` (a value of ``AnswerState``),
    ``standard`` (a number as text; none of a case), all categorical; ``is_case``; ``points``.
    """
    count = len(rows)
    place = {criterion.code: number for number, criterion in enumerate(plan.criteria)}
    criteria = np.fromiter((place[row.criterion] for row in rows), np.int64, count)
    standards = [standard.number for standard in plan.standards]
    of_standard = [standards.index(c.standard) if c.standard in standards else -1 for c in plan.criteria]
    return pd.DataFrame(
        {
            "group": _column([group.code for group in plan.groups], (row.group for row in rows), count),
            "criterion": pd.Categorical.from_codes(criteria, pd.Index(list(place))),
            "answer": _column(_VALUES, (row.final for row in rows), count),
            "state": _column(_STATES, (row.final_state for row in rows), count),
            "standard": pd.Categorical.from_codes(np.array(of_standard, np.int64)[criteria], pd.Index(standards)),
            "is_case": np.array([criterion.is_case for criterion in plan.criteria], np.bool_)[criteria],
            "points": np.array([criterion.points for criterion in plan.criteria], np.int64)[criteria],
        }
    )


def _column(categories: Sequence[str], values: Iterable[str], count: int) -> pd.Categorical[str]:
    """Return a column of few different texts, an integer a row."""
    place = {category: number for number, category in enumerate(categories)}
    codes = np.fromiter((place[value] for value in values), np.int64, count)
    return pd.Categorical.from_codes(codes, pd.Index(list(categories)))


def group_frame(plan: Plan, answers: pd.DataFrame) -> pd.DataFrame:
    """Return what the answers of each group come to, ranks included (PRODUCT section 7); one row a group that was read.

    Indexed by the group's code. Columns: ``status`` (a value of ``GroupStatus``), ``met``, ``applicable``,
    ``points_met``, ``points_applicable``, ``full_standards`` (whole numbers), ``rank`` (a whole number, NA without).
    """
    said_yes, applies = answers["answer"] == YES, answers["state"] != AnswerState.NOT_APPLICABLE.value
    asked = ~answers["is_case"] & applies
    met = asked & said_yes
    each = pd.DataFrame(
        {
            "group": answers["group"],
            "standard": answers["standard"],
            "met": met,
            "applicable": asked,
            "points_met": answers["points"].where(met, 0),
            "points_applicable": answers["points"].where(asked, 0),
            "open": answers["state"].isin(_OPEN),
            "cases": answers["is_case"] & said_yes,
        }
    )
    frame = each.drop(columns="standard").groupby("group", observed=True).sum()
    frame["full_standards"] = _full_standards(each)
    frame["status"] = np.select(
        [frame["open"] > 0, frame["cases"] > 0],
        [GroupStatus.INCOMPLETE.value, GroupStatus.DISQUALIFIED.value],
        GroupStatus.VALID.value,
    )
    frame["rank"] = _ranks(plan, frame)
    return frame.drop(columns=["open", "cases"])


def _full_standards(each: pd.DataFrame) -> pd.Series[int]:
    """Return how many standards each group meets in full; one without an applicable criterion is not."""
    sums = each.groupby(["group", "standard"], observed=True)[["met", "applicable"]].sum()
    full = (sums["met"] == sums["applicable"]) & (sums["applicable"] > 0)
    return full.astype("int64").groupby(level="group", observed=True).sum()


def _ranks(plan: Plan, frame: pd.DataFrame) -> pd.Series[int]:
    """Return the ranks of valid groups, each list's apart; quotients are brought into order as exact fractions."""
    valid = frame[frame["status"] == GroupStatus.VALID.value]
    quotients = [
        Fraction(met, applicable) if applicable else Fraction(0)
        for met, applicable in zip(valid["points_met"].tolist(), valid["points_applicable"].tolist(), strict=True)
    ]
    place = {quotient: number for number, quotient in enumerate(sorted(set(quotients)))}
    merit = pd.Series([place[quotient] for quotient in quotients], index=valid.index, dtype="int64")
    if plan.settings.tie_break:
        merit = merit * (len(plan.standards) + 1) + valid["full_standards"]
    kinds = {group.code: group.kind if plan.settings.separate_lists else "" for group in plan.groups}
    lists = [kinds[code] for code in valid.index]
    ranks = merit.groupby(lists).rank(method="min", ascending=False)
    return ranks.astype("Int64").reindex(frame.index)


def criterion_frame(answers: pd.DataFrame, counted: Collection[str]) -> pd.DataFrame:
    """Return, by criterion and case, over the groups that count: ``concerned``, ``yes`` and ``no`` (whole numbers).

    ``counted`` names those groups; ``concerned`` counts the groups it applies to.
    """
    own = answers["group"].isin(list(counted)) & (answers["state"] != AnswerState.NOT_APPLICABLE.value)
    each = pd.DataFrame(
        {
            "criterion": answers["criterion"],
            "concerned": own,
            "yes": own & (answers["answer"] == YES),
            "no": own & (answers["answer"] == NO),
        }
    )
    return each.groupby("criterion", observed=False).sum()
