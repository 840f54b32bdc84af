"""Which of the office's decisions are in force: each row judged alone, then against the others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from tdp_xlsx.layout import AS_IT_STANDS
from tdp_xlsx.model import ALL_GROUPS, NO, YES
from tdp_xlsx.spelling import Spelling, written_day
from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tdp_xlsx.model import Decision, Plan


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

    ``candidates`` are the codes that an unknown group or criterion might be.
    """

    decision: Decision
    fault: DecisionFault | None
    candidates: tuple[str, ...] = ()

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
        row = SettledDecision(spelled, fault, groups if fault is DecisionFault.UNKNOWN_GROUP else criteria)
        judged.append(row)
        if row.fault is None:
            said[row.key].add(spelled.result)
    return tuple(
        replace(row, fault=DecisionFault.CONFLICT) if row.fault is None and len(said[row.key]) > 1 else row
        for row in judged
    )
