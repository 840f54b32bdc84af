"""Every answer with the decisions applied, as a frame; and what each group's answers add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from tdp_xlsx.evaluation.decisions import DecisionFault
from tdp_xlsx.model import NO, YES, AnswerState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.evaluation.decisions import SettledDecision
    from tdp_xlsx.model import Answer, Plan, Submission

COLUMNS = (
    "group",
    "criterion",
    "value",
    "state",
    "raw",
    "evidence",
    "file",
    "sheet",
    "cell",
    "decided",
    "final",
    "final_state",
)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a group's answers add up to; the fields are those of ``GroupResult``. ``cases`` are codes answered Có."""

    met: int
    applicable: int
    points_met: int
    points_applicable: int
    standards: Mapping[str, tuple[int, int]]
    unanswered: int
    cases: tuple[str, ...]
    changed: int

    @property
    def full_standards(self) -> int:
        """How many standards are met in full; one without an applicable criterion is not."""
        return sum(met == applicable > 0 for met, applicable in self.standards.values())


def answer_frame(plan: Plan, read: Mapping[str, Submission], settled: Iterable[SettledDecision]) -> pd.DataFrame:
    """Return the frame ``Evaluation.answers`` describes."""
    decided: dict[str, str] = {}
    for row in settled:
        if row.fault is DecisionFault.CONFLICT:
            decided[row.key] = ""
        elif row.fault is None and row.decision.result in {YES, NO}:
            decided[row.key] = row.decision.result
    rows: list[tuple[str, ...]] = []
    for group in plan.groups:
        if group.code not in read:
            continue
        submission = read[group.code]
        for criterion in plan.criteria:
            answer = submission.answers.get(criterion.code)
            value, state = _as_read(answer, applies=plan.applies(criterion, group))
            result = decided.get(f"{group.code}|{criterion.code}")
            final, final_state = value, state
            if result is not None:
                final, final_state = result, AnswerState.CLEAR if result else AnswerState.UNCLEAR
            place = answer.place if answer else None
            rows.append(
                (
                    group.code,
                    criterion.code,
                    value,
                    state.value,
                    answer.raw if answer else "",
                    answer.evidence if answer else "",
                    submission.file.path,
                    (place.sheet if place else None) or "",
                    (place.cell if place else None) or "",
                    result or "",
                    final,
                    final_state.value,
                )
            )
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _as_read(answer: Answer | None, *, applies: bool) -> tuple[str, AnswerState]:
    """Return value and state; whether an item applies is for the register to say, not for the file."""
    if not applies:
        return "", AnswerState.NOT_APPLICABLE
    if answer is None or answer.state is AnswerState.NOT_APPLICABLE:
        return "", AnswerState.MISSING
    if answer.state is AnswerState.CLEAR and answer.value:
        return answer.value, AnswerState.CLEAR
    return "", answer.state if answer.state is not AnswerState.CLEAR else AnswerState.MISSING


def tally(plan: Plan, answers: pd.DataFrame) -> Mapping[str, Tally]:
    """Add up the answers of every group of the register, by its code; without answers, nothing is met."""
    open_states = {AnswerState.MISSING.value, AnswerState.UNCLEAR.value}
    yes = answers[answers["final"] == YES]
    said_yes = {str(code): frozenset(own) for code, own in yes.groupby("group", sort=False)["criterion"]}
    unanswered = answers[answers["final_state"].isin(open_states)]["group"].value_counts()
    altered = answers[(answers["decided"] != "") & (answers["decided"] != answers["value"])]
    changed = altered["group"].value_counts()
    tallies = {}
    for group in plan.groups:
        met = said_yes.get(group.code, frozenset())
        scored = [criterion for criterion in plan.scored if plan.applies(criterion, group)]
        standards = {}
        for standard in plan.standards:
            own = [criterion.code for criterion in scored if criterion.standard == standard.number]
            standards[standard.number] = (sum(code in met for code in own), len(own))
        tallies[group.code] = Tally(
            met=sum(criterion.code in met for criterion in scored),
            applicable=len(scored),
            points_met=sum(criterion.points for criterion in scored if criterion.code in met),
            points_applicable=sum(criterion.points for criterion in scored),
            standards=standards,
            unanswered=int(unanswered.get(group.code, 0)),
            cases=tuple(case.code for case in plan.cases if case.code in met),
            changed=int(changed.get(group.code, 0)),
        )
    return tallies
