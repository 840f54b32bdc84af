"""The reckoning itself: states, scores as exact quotients, shared ranks."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from tdp_xlsx.evaluation.answers import AnswerRows, tally
from tdp_xlsx.evaluation.decisions import settle
from tdp_xlsx.evaluation.finals import Decided
from tdp_xlsx.evaluation.outcome import ROW_CLASSES, Evaluation, GroupResult, RowClass
from tdp_xlsx.model import GroupStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.evaluation.answers import Tally
    from tdp_xlsx.evaluation.decisions import SettledDecision
    from tdp_xlsx.model import Decision, Group, Intake, Plan, Settings, Submission


def evaluate(plan: Plan, intake: Intake, decisions: tuple[Decision, ...] = ()) -> Evaluation:
    """Evaluate every group of the register on what came in and on the office's decisions (PRODUCT section 7)."""
    read = {
        group.code: intake.submissions[group.code]
        for group in plan.groups
        if group.code in intake.submissions and group.code not in intake.rejected
    }
    settled = settle(plan, read.keys(), decisions)
    decisions_in_force = Decided(settled)
    tallies, finals = tally(plan, read, decisions_in_force)
    statuses = {group.code: _status(group, intake, tallies[group.code]) for group in plan.groups}
    results = _results(plan, read, settled, tallies=tallies, statuses=statuses)
    return Evaluation(plan, results, AnswerRows(plan, read, decisions_in_force), finals, settled)


def _status(group: Group, intake: Intake, reckoned: Tally) -> GroupStatus:
    if group.code in intake.rejected:
        return GroupStatus.REJECTED
    if group.code not in intake.submissions:
        return GroupStatus.MISSING
    if reckoned.unanswered:
        return GroupStatus.INCOMPLETE
    return GroupStatus.DISQUALIFIED if reckoned.cases else GroupStatus.VALID


def _score(reckoned: Tally) -> Fraction:
    if not reckoned.points_applicable:
        return Fraction(0)
    return Fraction(reckoned.points_met, reckoned.points_applicable)


def _list(plan: Plan, group: Group) -> str:
    return group.kind if plan.settings.separate_lists else ""


def _ranks(
    plan: Plan, tallies: Mapping[str, Tally], statuses: Mapping[str, GroupStatus]
) -> Mapping[str, tuple[int, tuple[str, ...]]]:
    """Return rank and equals of each valid group: one more than the groups of its list that are better."""
    by_list: defaultdict[str, defaultdict[tuple[Fraction, int], list[str]]] = defaultdict(lambda: defaultdict(list))
    for group in plan.groups:
        if statuses[group.code] is GroupStatus.VALID:
            own = tallies[group.code]
            # A quotient of whole numbers; a float cannot tell every two of them apart.
            merit = _score(own), own.full_standards if plan.settings.tie_break else 0
            by_list[_list(plan, group)][merit].append(group.code)
    ranks = {}
    for merits in by_list.values():
        better = 0
        for merit in sorted(merits, reverse=True):
            equals = tuple(merits[merit])
            ranks.update(dict.fromkeys(equals, (better + 1, equals)))
            better += len(equals)
    return ranks


def list_numbers(plan: Plan) -> Mapping[str, int]:
    """Return the place of each kind's list, from 1 in the register's order; all are 1 when there is one list."""
    return {kind: place if plan.settings.separate_lists else 1 for place, kind in enumerate(plan.kinds, start=1)}


def _order(plan: Plan, statuses: Mapping[str, GroupStatus], ranks: Mapping[str, int | None]) -> Mapping[str, int]:
    lists = list_numbers(plan)

    def place(group: Group) -> tuple[int, RowClass, int]:
        return lists[group.kind], ROW_CLASSES[statuses[group.code]], ranks[group.code] or 0

    ordered = sorted(plan.groups, key=place)  # sorted() keeps the register's order among equals
    return {group.code: line for line, group in enumerate(ordered, start=1)}


def _results(
    plan: Plan,
    read: Mapping[str, Submission],
    settled: Iterable[SettledDecision],
    *,
    tallies: Mapping[str, Tally],
    statuses: Mapping[str, GroupStatus],
) -> tuple[GroupResult, ...]:
    in_force = [row for row in settled if row.fault is None]
    decided = Counter(row.decision.group for row in in_force)
    keys = {row.key for row in in_force}
    kept = {row.decision.group for row in in_force if row.decision.criterion not in plan.by_code}
    ranked = _ranks(plan, tallies, statuses)
    ranks = {group.code: ranked[group.code][0] if group.code in ranked else None for group in plan.groups}
    order = _order(plan, statuses, ranks)
    results = []
    for position, group in enumerate(plan.groups, start=1):
        code, reckoned, status = group.code, tallies[group.code], statuses[group.code]
        score = _score(reckoned) if status in {GroupStatus.VALID, GroupStatus.DISQUALIFIED} else None
        valid_score = score if status is GroupStatus.VALID else None
        results.append(
            GroupResult(
                code=code,
                name=group.name,
                kind=group.kind,
                status=status,
                rank=ranks[code],
                met=reckoned.met,
                applicable=reckoned.applicable,
                points_met=reckoned.points_met,
                points_applicable=reckoned.points_applicable,
                score=score,
                standards=reckoned.standards,
                full_standards=reckoned.full_standards,
                unanswered=reckoned.unanswered,
                disqualified_by=reckoned.cases,
                unconfirmed=0 if code in kept else sum(f"{code}|{case}" not in keys for case in reckoned.cases),
                decided=decided[code],
                changed=reckoned.changed,
                list=_list(plan, group),
                equals=ranked[code][1] if code in ranked else (),
                passed=_passed(plan.settings, valid_score),
                rating=_rating(plan.settings, valid_score, reckoned),
                order=order[code],
                position=position,
                file=read[code].file.path if code in read else None,
                sha256=read[code].file.sha256 if code in read else None,
            )
        )
    return tuple(results)


def exact(percent: float) -> Fraction:
    """Return a percentage of the settings as the exact quotient that its digits say: 66.7 is 667/10."""
    return Fraction(repr(percent))


def _passed(settings: Settings, score: Fraction | None) -> bool | None:
    if settings.pass_percent is None or score is None:
        return None
    return 100 * score >= exact(settings.pass_percent)


def _rating(settings: Settings, score: Fraction | None, reckoned: Tally) -> str:
    if score is None:
        return ""
    for rating in sorted(settings.classes, key=lambda rating: -rating.from_percent):
        least = rating.each_standard
        if 100 * score >= exact(rating.from_percent) and (
            least is None
            or all(100 * met >= exact(least) * applicable for met, applicable in reckoned.standards.values())
        ):
            return rating.name
    return ""
