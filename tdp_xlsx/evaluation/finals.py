"""What counts of each answer, one byte each: what the leader answered, with the office's decisions applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.answer import AnswerState, Final
from tdp_xlsx.evaluation.decisions import DecisionFault
from tdp_xlsx.model import NO, YES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.answer import Answer
    from tdp_xlsx.evaluation.decisions import SettledDecision
    from tdp_xlsx.model import Group, Plan, Submission


_DECIDED = {YES: Final.YES, NO: Final.NO, "": Final.UNCLEAR}
_SAID = {
    (state, value): Final.UNCLEAR if state is AnswerState.UNCLEAR else Final.MISSING
    for state in AnswerState
    for value in (None, YES, NO)
} | {(AnswerState.CLEAR, YES): Final.YES, (AnswerState.CLEAR, NO): Final.NO}


class Decided:
    """What the decisions in force say of single answers: Có, Không, or ``""`` where they contradict one another."""

    def __init__(self, settled: Iterable[SettledDecision]) -> None:
        self._by_group: dict[str, dict[str, str]] = {}
        for row in settled:
            if row.fault is DecisionFault.CONFLICT:
                self._note(row, "")
            elif row.fault is None and row.decision.result in {YES, NO}:
                self._note(row, row.decision.result)

    def _note(self, row: SettledDecision, result: str) -> None:
        self._by_group.setdefault(row.decision.group, {})[row.decision.criterion] = result

    def of(self, group: str) -> Mapping[str, str]:
        """Return what is decided of a group's answers, by the criterion's code."""
        return self._by_group.get(group, {})


def as_read(plan: Plan, group: Group, submission: Submission) -> bytes:
    """Return what each criterion's answer was when it was read, one ``Final`` each, in the form's order.

    Whether an item applies is for the register to say, not for the file.
    """
    asked = plan.asked(group)
    answers = submission.answers
    if len(answers) == len(plan.criteria) and tuple(answers) == plan.codes:
        return bytes([_final(one) if one.criterion in asked else 0 for one in answers.said])
    return bytes([(_final(answers[code]) if code in answers else 1) if code in asked else 0 for code in plan.codes])


def _final(answer: Answer) -> int:
    return _SAID[answer.state, answer.value]


def decided(plan: Plan, read: bytes, results: Mapping[str, str]) -> bytes:
    """Return a group's answers with what was decided of them."""
    if not results:
        return read
    return bytes(
        _DECIDED[results[code]] if code in results else final for code, final in zip(plan.codes, read, strict=True)
    )
