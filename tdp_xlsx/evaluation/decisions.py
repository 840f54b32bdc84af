"""Which of the office's decisions are in force, each row judged alone, then against the others; what is found there."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from tdp_xlsx.findings import decisions as rules
from tdp_xlsx.layout import AS_IT_STANDS, SETTINGS, TEMPLATE_PATH
from tdp_xlsx.model import ALL_GROUPS, NO, YES, Place
from tdp_xlsx.spelling import Spelling, day_of, written_day
from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from tdp_xlsx.evaluation.outcome import Evaluation
    from tdp_xlsx.model import Decision, Finding, Plan


class DecisionFault(StrEnum):
    """Why a decision is not in force; the first that holds, in this order."""

    NO_GROUP = "no_group"
    NO_CRITERION = "no_criterion"
    NO_RESULT = "no_result"
    UNKNOWN_GROUP = "unknown_group"
    UNKNOWN_CRITERION = "unknown_criterion"
    UNKNOWN_RESULT = "unknown_result"
    NO_FILE = "no_file"
    NOT_APPLICABLE = "not_applicable"
    WHOLE_GROUP_RESULT = "whole_group_result"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class SettledDecision:
    """One decision, spelled as the plan spells it where it is known, and why it is not in force (None: it is).

    ``candidates`` are the codes that an unknown group or criterion might be; ``read_as`` says which codes were entered
    otherwise, and how.
    """

    decision: Decision
    fault: DecisionFault | None
    candidates: tuple[str, ...] = ()
    read_as: str = ""

    @property
    def key(self) -> str:
        """Group and criterion as one text that no program takes for a number, such as ``TDP-05|2.10``."""
        return f"{self.decision.group}|{self.decision.criterion}"


def _judge(decision: Decision, plan: Plan, read: Collection[str]) -> DecisionFault | None:
    if not decision.group:
        return DecisionFault.NO_GROUP
    if not decision.criterion:
        return DecisionFault.NO_CRITERION
    if not decision.result:
        return DecisionFault.NO_RESULT
    group = plan.group_by_code.get(decision.group)
    if group is None:
        return DecisionFault.UNKNOWN_GROUP
    if decision.criterion != ALL_GROUPS and decision.criterion not in plan.by_code:
        return DecisionFault.UNKNOWN_CRITERION
    if decision.result not in {YES, NO, AS_IT_STANDS}:
        return DecisionFault.UNKNOWN_RESULT
    if decision.group not in read:
        return DecisionFault.NO_FILE
    if decision.criterion == ALL_GROUPS:
        return None if decision.result == AS_IT_STANDS else DecisionFault.WHOLE_GROUP_RESULT
    applies = plan.applies(plan.by_code[decision.criterion], group)
    return None if applies else DecisionFault.NOT_APPLICABLE


def settle(plan: Plan, read: Collection[str], decisions: Iterable[Decision]) -> tuple[SettledDecision, ...]:
    """Judge every decision, in the given order, which has no bearing on the outcome.

    ``read`` holds the codes of the groups that have a file that was read: decisions on others are not in force.
    Rows with different results for the same answer are none of them in force.
    """
    spelling = Spelling(plan)
    results = {match_key(word): word for word in (YES, NO, AS_IT_STANDS)}
    judged: list[SettledDecision] = []
    said: defaultdict[str, set[str]] = defaultdict(set)
    for decision in decisions:
        group, groups = spelling.group(decision.group)
        criterion, criteria = spelling.criterion(decision.criterion)
        spelled = replace(
            decision,
            group=group or decision.group,
            criterion=criterion or decision.criterion,
            result=results.get(match_key(decision.result), decision.result),
            decided_on=written_day(decision.decided_on),
        )
        fault = _judge(spelled, plan, read)
        pairs = ((decision.group, spelled.group), (decision.criterion, spelled.criterion))
        read_as = "; ".join(f"“{typed}” hiểu là {code}" for typed, code in pairs if typed.casefold() != code.casefold())
        row = SettledDecision(spelled, fault, groups if fault is DecisionFault.UNKNOWN_GROUP else criteria, read_as)
        judged.append(row)
        if row.fault is None:
            said[row.key].add(spelled.result)
    return tuple(
        replace(row, fault=DecisionFault.CONFLICT) if row.fault is None and len(said[row.key]) > 1 else row
        for row in judged
    )


_RULES = {
    DecisionFault.NO_GROUP: rules.NO_GROUP,
    DecisionFault.NO_CRITERION: rules.NO_CRITERION,
    DecisionFault.NO_RESULT: rules.NO_RESULT,
    DecisionFault.UNKNOWN_GROUP: rules.UNKNOWN_GROUP,
    DecisionFault.UNKNOWN_CRITERION: rules.UNKNOWN_CRITERION,
    DecisionFault.UNKNOWN_RESULT: rules.UNKNOWN_RESULT,
    DecisionFault.NO_FILE: rules.NO_FILE,
    DecisionFault.NOT_APPLICABLE: rules.NOT_APPLICABLE,
    DecisionFault.WHOLE_GROUP_RESULT: rules.WHOLE_GROUP_RESULT,
    DecisionFault.CONFLICT: rules.CONTRADICTS,
}


_MIGHT_BE, _UNKNOWN = "chưa rõ: có thể là {codes}", "không có trong danh sách"


def explain(evaluation: Evaluation) -> Iterator[Finding]:
    """Yield a finding for each decision that is not in force, and for each that lacks reason, person or date.

    So is one for a pass mark and for classes that name no legal basis, and what is asked about the year before.
    """
    yield from _marks(evaluation)
    if evaluation.previous:
        yield from evaluation.previous.findings
    plan = evaluation.plan
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for settled in evaluation.decisions:
        if settled.fault is DecisionFault.CONFLICT:
            lines[settled.key].append(f"{_line(settled.decision)} (“{settled.decision.result}”)")
    for settled in evaluation.decisions:
        decision = settled.decision
        group = plan.group_by_code.get(decision.group)
        place = replace(
            decision.place,
            group=group.code if group else None,
            criterion=decision.criterion if decision.criterion in plan.by_code else None,
        )
        row = _line(decision)
        if decision.decided_on and day_of(decision.decided_on) is None:
            yield rules.NO_DAY.at(place, row=row, day=decision.decided_on)
        if settled.read_as:
            yield rules.READ_AS.at(place, row=row, said=settled.read_as)
        if settled.fault is not None:
            yield _RULES[settled.fault].at(
                place,
                row=row,
                group=group.name if group else decision.group,
                criterion=decision.criterion,
                result=decision.result,
                why=_MIGHT_BE.format(codes=" hoặc ".join(settled.candidates)) if settled.candidates else _UNKNOWN,
                lines=", ".join(lines[settled.key]),
            )
        else:
            signed = {"lý do": decision.reason, "người thẩm định": decision.decided_by, "ngày": decision.decided_on}
            if missing := [name for name, value in signed.items() if not value]:
                yield rules.UNSIGNED.at(place, row=row, missing=", ".join(missing))


def _line(decision: Decision) -> str:
    return re.sub(r"\D", "", decision.place.cell or "")


def _marks(evaluation: Evaluation) -> Iterator[Finding]:
    settings = evaluation.plan.settings
    for field, label, is_set in (
        ("pass_percent", "Ngưỡng đạt (%)", settings.pass_percent is not None),
        ("classes", "Mức xếp loại", bool(settings.classes)),
    ):
        if is_set and not settings.basis.get(field):
            yield rules.NO_BASIS.at(Place(file=TEMPLATE_PATH, sheet=SETTINGS), sheet=SETTINGS, label=label)
