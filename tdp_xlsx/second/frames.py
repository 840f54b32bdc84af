"""The evaluation reckoned over whole columns, with pandas: every group's figures anew, and the ward's by criterion."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tdp_xlsx.answer import Final
from tdp_xlsx.second.figures import Reckoned

if TYPE_CHECKING:
    from tdp_xlsx.second.figures import Start

_AT_ONCE = 5_000
"""Groups whose answers are reckoned in one go: memory does not grow with the number of groups."""
VALID, DISQUALIFIED, INCOMPLETE = "valid", "disqualified", "incomplete"
_COMPARED = ["status", "met", "applicable", "points_met", "points_applicable", "full_standards", "rank"]


def reckon(start: Start) -> Reckoned:
    """Reckon groups anew from their answers."""
    frames, counts = [], None
    for first in range(0, max(len(start.groups), 1), _AT_ONCE):
        answers = answer_frame(start, first, min(first + _AT_ONCE, len(start.groups)))
        frame = group_frame(answers)
        frames.append(frame)
        found = criterion_frame(answers, frame.index[frame["status"] != INCOMPLETE])
        counts = found if counts is None else counts + found
    groups = pd.concat(frames)
    groups["rank"] = ranks(start, groups).fillna(0).astype("int64")
    assert counts is not None  # noqa: S101 - there is one piece at least
    counts = counts.reindex(range(len(start.criteria)), fill_value=0)  # without any group there is nothing to count
    # Plain numbers, so that who takes them needs no numpy.
    said = zip(*(groups[name].tolist() for name in _COMPARED), strict=True)
    numbers = zip(*(counts[name].tolist() for name in ("concerned", "yes", "no")), strict=True)
    codes = [start.groups[place] for place in groups.index]
    return Reckoned(dict(zip(codes, said, strict=True)), dict(zip(start.criteria, numbers, strict=True)))


def answer_frame(start: Start, first: int, end: int) -> pd.DataFrame:
    """Return the answers of some groups, decisions applied, with what their criteria weigh.

    Columns, all whole numbers or truth values: ``group``, ``criterion`` and ``standard`` (places in the lists of
    ``start``; -1 for a case's standard), ``answer`` (a ``Final``), ``is_case``, ``points``.
    """
    size = len(start.criteria)
    criteria = np.tile(np.arange(size), end - first)
    return pd.DataFrame(
        {
            "group": np.repeat(np.arange(first, end), size),
            "criterion": criteria,
            "answer": np.frombuffer(start.finals, np.uint8)[first * size : end * size],
            "standard": np.array(start.standards, np.int64)[criteria],
            "is_case": np.array(start.cases, np.bool_)[criteria],
            "points": np.array(start.points, np.int64)[criteria],
        }
    )


def group_frame(answers: pd.DataFrame) -> pd.DataFrame:
    """Return what the answers of each group come to (PRODUCT section 7); one row a group.

    Indexed by the group's place. Columns: ``status`` (a word), ``met``, ``applicable``, ``points_met``,
    ``points_applicable``, ``full_standards`` (whole numbers).
    """
    said_yes, applies = answers["answer"] == Final.YES, answers["answer"] != Final.NOT_APPLICABLE
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
            "open": answers["answer"].isin([Final.MISSING, Final.UNCLEAR]),
            "cases": answers["is_case"] & said_yes,
        }
    )
    frame = each.drop(columns="standard").groupby("group").sum()
    frame["full_standards"] = _full_standards(each[~answers["is_case"]]).reindex(frame.index, fill_value=0)
    frame["status"] = np.select(
        [frame["open"] > 0, frame["cases"] > 0],
        [INCOMPLETE, DISQUALIFIED],
        VALID,
    )
    return frame.drop(columns=["open", "cases"])


def _full_standards(each: pd.DataFrame) -> pd.Series[int]:
    """Return how many standards each group meets in full; one without an applicable criterion is not."""
    sums = each.groupby(["group", "standard"])[["met", "applicable"]].sum()
    full = (sums["met"] == sums["applicable"]) & (sums["applicable"] > 0)
    return full.astype("int64").groupby(level="group").sum()


def ranks(start: Start, frame: pd.DataFrame) -> pd.Series[int]:
    """Return the ranks of valid groups, each list's apart; quotients are brought into order as exact fractions."""
    valid = frame[frame["status"] == VALID]
    points = list(zip(valid["points_met"].tolist(), valid["points_applicable"].tolist(), strict=True))
    quotients = {pair: Fraction(*pair) if pair[1] else Fraction(0) for pair in set(points)}
    place = {quotient: number for number, quotient in enumerate(sorted(set(quotients.values())))}
    merit = pd.Series([place[quotients[pair]] for pair in points], index=valid.index, dtype="int64")
    if start.tie_break:
        merit = merit * (len(start.criteria) + 1) + valid["full_standards"]
    lists = [start.lists[place] for place in valid.index]
    found = merit.groupby(lists).rank(method="min", ascending=False)
    return found.astype("Int64").reindex(frame.index)


def criterion_frame(answers: pd.DataFrame, counted: pd.Index[int]) -> pd.DataFrame:
    """Return, by criterion and case, over the groups that count: ``concerned``, ``yes`` and ``no`` (whole numbers).

    ``counted`` names those groups; ``concerned`` counts the groups it applies to.
    """
    own = answers["group"].isin(counted) & (answers["answer"] != Final.NOT_APPLICABLE)
    each = pd.DataFrame(
        {
            "criterion": answers["criterion"],
            "concerned": own,
            "yes": own & (answers["answer"] == Final.YES),
            "no": own & (answers["answer"] == Final.NO),
        }
    )
    return each.groupby("criterion").sum()
