"""This year beside the year before: groups that are still the same, on the criteria that still are, by pandas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tdp_xlsx.evaluation.evaluate import Quotients, by_standard, ranks
from tdp_xlsx.evaluation.outcome import COUNTED
from tdp_xlsx.evaluation.succession import Succession, succession
from tdp_xlsx.findings import decisions as rules
from tdp_xlsx.model import NO, YES, GroupStatus, Place
from tdp_xlsx.submission import Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tdp_xlsx.evaluation.outcome import Evaluation, GroupResult
    from tdp_xlsx.evaluation.succession import Origin
    from tdp_xlsx.links import GroupChange
    from tdp_xlsx.model import Finding, Group, Plan
    from tdp_xlsx.submission import LastYear, PastGroup

NOT_COUNTED, NOT_COUNTED_BEFORE = "năm nay chưa được tính", "năm trước chưa được tính"
ONLY_NOW_VERIFIED = "năm nay đã thẩm định, năm trước chưa thẩm định"
SELF_INCOMPLETE = "bảng tự đánh giá năm trước chưa đủ câu trả lời"
NOTHING_COMMON = "không có tiêu chí nào so được"
UNTOLD = "chưa ghi là đơn vị nào của năm trước"
CONTRADICTED = "số liệu trong sổ năm trước mâu thuẫn nhau"
OTHER_EDITION = "sổ năm trước không phải cùng kỳ của một năm trước"
_WORDS = {Final.YES: YES, Final.NO: NO}
_FINALS = {YES: Final.YES, NO: Final.NO}
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """One group of this year beside what it was.

    ``before`` is the one group of last year that it still is (None: there is none). ``read`` and ``final`` are that
    group's answers of last year, as its leader gave them and as they counted, on the criteria that are compared and
    apply in both years, by this year's codes. ``lasting`` are reasons against comparing that no decision changes,
    ``reasons`` all there are: without any, the group is compared. Then ``met`` is how many of ``compared`` criteria it
    met before and now, ``gained`` and ``lost`` name those that differ, and ``rank`` holds its ranks among the compared
    groups, before and now (None: not ranked). ``is_verified`` tells whether both sides are the office's results.
    """

    code: str
    origin: Origin[GroupChange]
    before: PastGroup | None
    read: Mapping[str, str]
    final: Mapping[str, str]
    lasting: tuple[str, ...]
    reasons: tuple[str, ...]
    is_verified: bool
    met: tuple[int, int] = (0, 0)
    compared: int = 0
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    rank: tuple[int | None, int | None] = (None, None)
    points: tuple[int, int, int] = (0, 0, 0)
    full_standards: tuple[int, int] = (0, 0)

    @property
    def reason(self) -> str:
        """Why the series is broken, as a sentence without a full stop; "" where it is not."""
        text = "; ".join(self.reasons)
        return text[:1].upper() + text[1:]

    @property
    def is_self_complete(self) -> bool:
        """Whether last year's own form answers every item clearly."""
        return self.before is not None and all(answer.read for answer in self.before.answers.values())

    def was_valid(self, cases: frozenset[str], *, verified: bool) -> bool:
        """Whether no case had happened last year; ``cases`` are their codes of then."""
        answers = self.before.answers if self.before else {}
        said = (answers[code].final if verified else answers[code].read for code in cases if code in answers)
        return YES not in said


@dataclass(frozen=True)
class Previous:
    """The comparison with the year before: every group of this year, all criteria of part II; what is asked.

    ``reason`` says why nothing is compared at all ("": something may be).
    """

    last: LastYear
    succession: Succession
    groups: Mapping[str, Compared]
    reason: str
    findings: tuple[Finding, ...]

    @cached_property
    def compared(self) -> tuple[Compared, ...]:
        """The groups that are compared, in the register's order."""
        return tuple(one for one in self.groups.values() if not one.reasons)

    @cached_property
    def criteria(self) -> Mapping[str, str]:
        """The criteria that are compared: last year's codes by this year's, in the form's order."""
        origins = {} if self.reason else self.succession.criteria
        return {code: origin.same for code, origin in origins.items() if origin.same}

    @cached_property
    def cases(self) -> frozenset[str]:
        """The codes of last year's cases."""
        return frozenset(one.code for one in self.last.criteria if one.is_case)


def compare_years(evaluation: Evaluation, last: LastYear) -> Previous:
    """Compare each group with what it was, answer by answer; ranks of both years are among the compared alone."""
    plan, found = evaluation.plan, succession(evaluation.plan, last)
    reason, findings = "", found.questions
    if last.contradictions:
        reason, findings = CONTRADICTED, tuple(_contradictions(last))
    elif last.year >= plan.settings.year or last.period.casefold() != plan.period_label.casefold():
        edition = f"{last.period} {last.year}".strip()
        now = f"{plan.period_label} {plan.settings.year}".strip()
        told = rules.OTHER_EDITION.at(Place(last.file), file=last.file, edition=edition, now=now)
        reason, findings = OTHER_EDITION, (told,)
    previous = Previous(last, found, {}, reason, findings)
    beside = [
        _beside(plan, previous, group, result) for group, result in zip(plan.groups, evaluation.results, strict=True)
    ]
    return Previous(last, found, {one.code: one for one in _reckoned(evaluation, previous, beside)}, reason, findings)


def _contradictions(last: LastYear) -> Iterator[Finding]:
    for one in last.contradictions[:_MOST_NAMED]:
        place = Place(last.file, one.sheet, one.cell)
        details = {"sheet": one.sheet, "cell": one.cell, "found": one.said, "reckoned": one.reckoned}
        yield rules.CONTRADICTION.at(place, file=last.file, **details)
    if (more := len(last.contradictions) - _MOST_NAMED) > 0:
        yield rules.MORE_CONTRADICTIONS.at(Place(last.file), file=last.file, count=f"{more:02d}")


def _beside(plan: Plan, previous: Previous, group: Group, result: GroupResult) -> Compared:
    """Put a group beside what it was, and say why they may not be compared."""
    origin = previous.succession.groups[group.code]
    before = None if previous.reason or origin.same is None else previous.last.group_by_code[origin.same]
    asked = plan.asked(group)
    common = {
        code: before.answers[old]
        for code, old in previous.criteria.items()
        if before and code in asked and old in before.answers
    }
    lasting = [previous.reason] if previous.reason else [] if before else [_broken(origin)]
    if before and before.status not in COUNTED:
        lasting.append(NOT_COUNTED_BEFORE)
    elif before and not common:
        lasting.append(NOTHING_COMMON)
    read, final = ({code: answer[way] for code, answer in common.items()} for way in (0, 1))
    made = Compared(group.code, origin, before, read, final, tuple(lasting), (), result.is_verified)
    reasons = [*lasting]
    if not result.is_counted:
        reasons.append(NOT_COUNTED)
    if before and before.status in COUNTED:
        if result.is_verified and not before.is_verified:
            reasons.append(ONLY_NOW_VERIFIED)
        elif not result.is_verified and not made.is_self_complete:
            reasons.append(SELF_INCOMPLETE)
    return replace(made, reasons=tuple(reasons))


def _broken(origin: Origin[GroupChange]) -> str:
    if origin.change is None:
        return UNTOLD
    word = origin.change.value[:1].lower() + origin.change.value[1:]
    return f"{word} từ {', '.join(origin.before)}" if origin.before else word


def _reckoned(evaluation: Evaluation, previous: Previous, beside: list[Compared]) -> list[Compared]:
    """Reckon the groups that are compared; frames of groups by criteria, as in the evaluation."""
    plan, codes = evaluation.plan, [one.code for one in evaluation.plan.scored]
    places = [plan.codes.index(code) for code in codes]
    shape = len(beside), len(codes)
    said = [(one.final if one.is_verified else one.read) if not one.reasons else {} for one in beside]
    before = pd.DataFrame(
        np.array([[_FINALS.get(answers.get(code, ""), 0) for code in codes] for answers in said], np.int8).reshape(
            shape
        ),
        columns=codes,
    )
    finals = [evaluation.finals.get(one.code, bytes(len(plan.codes))) for one in beside]
    now = pd.DataFrame(np.frombuffer(b"".join(finals), np.int8).reshape(len(beside), -1)[:, places], columns=codes)
    asked = before != Final.NOT_APPLICABLE
    was, met = before == Final.YES, asked & (now == Final.YES)
    points = pd.Series({one.code: one.points for one in plan.scored}, dtype="int64")
    lists = [group.kind if plan.settings.separate_lists else "" for group in plan.groups]
    is_ranked = pd.Series([_is_ranked(evaluation, previous, one) for one in beside], dtype=bool)
    whole = asked @ points
    columns: dict[str, list[tuple[int, int]]] = {}
    of_both = []
    for answers in (was, met):
        own = by_standard(plan, answers), by_standard(plan, asked)
        groups = pd.DataFrame({"list": lists, "full_standards": ((own[0] == own[1]) & (own[1] > 0)).sum(axis=1)})
        groups["points"] = answers @ points
        groups["rank"] = ranks(plan, groups, Quotients(groups["points"], whole), is_ranked)
        groups["met"] = answers.sum(axis=1)
        of_both.append(groups)
    for name in ("met", "points", "full_standards", "rank"):
        columns[name] = list(zip(*(groups[name].tolist() for groups in of_both), strict=True))
    gained, lost = ((one & ~other).to_numpy() for one, other in ((met, was), (was, met)))
    return [
        one
        if one.reasons
        else replace(
            one,
            met=columns["met"][place],
            compared=int(counted),
            gained=tuple(compress(codes, gained[place])),
            lost=tuple(compress(codes, lost[place])),
            rank=(columns["rank"][place][0] or None, columns["rank"][place][1] or None),
            points=(*columns["points"][place], int(points_whole)),
            full_standards=columns["full_standards"][place],
        )
        for place, (one, counted, points_whole) in enumerate(zip(beside, asked.sum(axis=1), whole, strict=True))
    ]


def _is_ranked(evaluation: Evaluation, previous: Previous, one: Compared) -> bool:
    valid_now = evaluation.by_code[one.code].status is GroupStatus.VALID
    return not one.reasons and valid_now and one.was_valid(previous.cases, verified=one.is_verified)
