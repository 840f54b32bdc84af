"""Every answer, as it was read and with the decisions applied: frames of groups by criteria."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from tdp_xlsx.evaluation.decisions import DecisionFault
from tdp_xlsx.model import NO, YES
from tdp_xlsx.submission import Answer, AnswerState, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tdp_xlsx.evaluation.decisions import SettledDecision
    from tdp_xlsx.model import Group, Plan
    from tdp_xlsx.submission import Submission

_NONE = Answer("", AnswerState.MISSING, None, "", "")
_ALL = -1
"""Instead of a criterion's place, in a decision that speaks for all of a group's answers."""
_DECIDED = {YES: Final.YES, NO: Final.NO}
_SAID = {(state, value): Final.MISSING for state in AnswerState for value in (None, YES, NO)}
_SAID |= {(AnswerState.UNCLEAR, value): Final.UNCLEAR for value in (None, YES, NO)}
_SAID |= {(AnswerState.CLEAR, YES): Final.YES, (AnswerState.CLEAR, NO): Final.NO}


class AnswerRow(NamedTuple):
    """One answer of a group, as it was read.

    ``value`` is Có, Không or ``""``, ``state`` a value of ``AnswerState``; ``cell`` is ``""`` where unknown.
    """

    group: str
    criterion: str
    value: str
    state: str
    raw: str
    evidence: str
    file: str
    sheet: str
    cell: str


class AnswerRows:
    """One row for each group that was read and each criterion, in the register's and the form's order.

    Made as they are asked for, and not kept: a country has millions.
    """

    def __init__(self, plan: Plan, read: Mapping[str, Submission]) -> None:
        self._plan, self._read = plan, read

    def __len__(self) -> int:
        return len(self._read) * len(self._plan.criteria)

    def __iter__(self) -> Iterator[AnswerRow]:
        for group in self._plan.groups:
            if group.code in self._read:
                yield from self.of(group)

    def of(self, group: Group) -> Iterator[AnswerRow]:
        """Yield the rows of one group that was read; whether an item applies is for the register to say."""
        submission, asked = self._read[group.code], self._plan.asked(group)
        file, sheet = submission.file.path, submission.sheet or ""
        for code, answer in zip(self._plan.codes, _said(self._plan, submission), strict=True):
            value, state = _MEANING[_final(answer) if code in asked else Final.NOT_APPLICABLE]
            raw, evidence, cell = answer.raw, answer.evidence, answer.cell or ""
            yield AnswerRow(group.code, code, value, state, raw, evidence, file, sheet, cell)


_MEANING = {
    Final.NOT_APPLICABLE: ("", AnswerState.NOT_APPLICABLE.value),
    Final.MISSING: ("", AnswerState.MISSING.value),
    Final.UNCLEAR: ("", AnswerState.UNCLEAR.value),
    Final.YES: (YES, AnswerState.CLEAR.value),
    Final.NO: (NO, AnswerState.CLEAR.value),
}
"""Value and state of each ``Final``."""


def _said(plan: Plan, submission: Submission) -> Sequence[Answer]:
    """Return a form's answers in the plan's order, a missing one where it has none."""
    answers = submission.answers
    return answers.said if tuple(answers) == plan.codes else [answers.get(code, _NONE) for code in plan.codes]


def _final(answer: Answer) -> Final:
    return _SAID[answer.state, answer.value]


@dataclass(frozen=True, slots=True)
class AnswerFrames:
    """The answers of all groups of the register: rows by the group's place there, columns by the criterion's code.

    ``decided``: by group, the number of decisions in force. ``asked``: whether the item applies to the group. ``read``
    and ``final``: a ``Final`` each (int8), as it was read and with the decisions applied; all are ``NOT_APPLICABLE``
    where no file was read. ``confirmed``: whether a decision in force speaks of the answer.
    """

    decided: pd.Series[int]
    asked: pd.DataFrame
    read: pd.DataFrame
    final: pd.DataFrame
    confirmed: pd.DataFrame


def answer_frames(plan: Plan, read: Mapping[str, Submission], settled: Iterable[SettledDecision]) -> AnswerFrames:
    """Return every answer and what the decisions make of it; ``read`` holds the submissions by the group's code."""
    shape = len(plan.groups), len(plan.criteria)
    applying = {asked: bytes(code in asked for code in plan.codes) for asked in set(map(plan.asked, plan.groups))}
    asked = np.frombuffer(b"".join(applying[plan.asked(group)] for group in plan.groups), np.bool_).reshape(shape)
    said = b"".join(_read(plan, read.get(group.code)) for group in plan.groups)
    answers = np.where(asked, np.frombuffer(said, np.int8).reshape(shape), np.int8(Final.NOT_APPLICABLE))
    final, confirmed = answers.copy(), np.zeros(shape, np.bool_)
    decisions = _decision_frame(plan, settled)
    altering = decisions[decisions["final"] != Final.NOT_APPLICABLE]
    final[altering["group"], altering["criterion"]] = altering["final"]
    in_force = decisions[decisions["in_force"]]
    of_all = in_force["criterion"] == _ALL
    confirmed[in_force["group"][~of_all], in_force["criterion"][~of_all]] = True
    confirmed[in_force["group"][of_all]] = True
    decided = in_force.groupby("group").size().reindex(range(len(plan.groups)), fill_value=0)
    frames = [pd.DataFrame(array, columns=list(plan.codes)) for array in (asked, answers, final, confirmed)]
    return AnswerFrames(decided, *frames)


def _read(plan: Plan, submission: Submission | None) -> bytes:
    """Return a ``Final`` for each of a group's answers."""
    return bytes(map(_final, _said(plan, submission)) if submission else len(plan.codes))


def _decision_frame(plan: Plan, settled: Iterable[SettledDecision]) -> pd.DataFrame:
    """Return the decisions that count.

    Columns: ``group``, ``criterion`` (places in the register and the form, or ``_ALL``), ``in_force``,
    ``final`` (what the answer becomes: contradicted where decisions differ; ``NOT_APPLICABLE``: it stays).
    """
    groups = {group.code: place for place, group in enumerate(plan.groups)}
    criteria = {code: place for place, code in enumerate(plan.codes)}
    rows = [
        (
            groups[row.decision.group],
            criteria.get(row.decision.criterion, _ALL),
            row.fault is None,
            _DECIDED.get(row.decision.result, Final.NOT_APPLICABLE) if row.fault is None else Final.CONTRADICTED,
        )
        for row in settled
        if row.fault in {None, DecisionFault.CONFLICT}
    ]
    frame = pd.DataFrame(rows, columns=["group", "criterion", "in_force", "final"])
    return frame.astype({"group": "int64", "criterion": "int64", "in_force": "bool", "final": "int8"})
