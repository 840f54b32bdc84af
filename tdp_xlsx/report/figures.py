"""Lookups and sums over the evaluation, for the values of the workbook's formulas."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from tdp_xlsx.evaluation import DecisionFault
from tdp_xlsx.evaluation.evaluate import list_numbers
from tdp_xlsx.layout import ANSWER_WORDS, AS_IT_STANDS
from tdp_xlsx.model import NO, YES, GroupStatus
from tdp_xlsx.report.minutes import SEVERAL, minutes, standing
from tdp_xlsx.report.words import BLANK, CONTRADICTED, NO_FILE, NOT_APPLICABLE, UNCLEAR
from tdp_xlsx.submission import AnswerState, FileStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tdp_xlsx.evaluation import Evaluation, GroupResult, SettledDecision
    from tdp_xlsx.model import Criterion, Plan
    from tdp_xlsx.submission import Intake

_WITHOUT_VALUE = {
    AnswerState.NOT_APPLICABLE.value: NOT_APPLICABLE,
    AnswerState.MISSING.value: BLANK,
    AnswerState.UNCLEAR.value: UNCLEAR,
}
_REASON_LENGTH = 90
_UNUSABLE, _DIFFERENT = "Bảng đã nộp chưa dùng được.", "Các bảng đã nộp trả lời khác nhau."
WORDS = (*ANSWER_WORDS, NO_FILE)
"""What a cell of group and criterion can say, at the place of each ``Final``; last, what it says without a file."""


def answer_word(value: str, state: str) -> str:
    """Return how an answer stands in the sheets: Có, Không, Trống, Chưa rõ, KAD."""
    return _WITHOUT_VALUE.get(state, value)


class Source(Protocol):
    """What words and figures are told from: the ward workbook while it is written, or a paper."""

    @property
    def plan(self) -> Plan: ...  # noqa: D102 - as the type says
    @property
    def evaluation(self) -> Evaluation: ...  # noqa: D102
    @property
    def figures(self) -> Figures: ...  # noqa: D102
    @property
    def top(self) -> int:
        """The first row of a sheet that is free for its own content."""
        ...


@dataclass(frozen=True)
class Figures:
    """Lookups and sums over one evaluation; those over groups take the groups that count."""

    evaluation: Evaluation
    intake: Intake

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """The cases, then the criteria standard by standard, so that each standard's stand side by side."""
        plan = self.evaluation.plan
        numbers = [standard.number for standard in plan.standards]
        return (*plan.cases, *(one for number in numbers for one in plan.scored if one.standard == number))

    @cached_property
    def as_read(self) -> Mapping[str, str]:
        """The leader's answer as a word, by ``group|criterion``, for the groups that there are decisions about."""
        plan, finals = self.evaluation.plan, self.evaluation.finals
        groups = dict.fromkeys(row.decision.group for row in self.evaluation.decisions)
        return {
            f"{code}|{row.criterion}": answer_word(row.value, row.state)
            for code in groups
            if code in finals
            for row in self.evaluation.rows.of(plan.group_by_code[code])
        }

    def answers(self, result: GroupResult) -> bytes:
        """Return a group's answers that count, in the plan's order, each as its place in ``WORDS``."""
        return self.evaluation.finals.get(result.code, self._no_file)

    @cached_property
    def _no_file(self) -> bytes:
        return bytes([WORDS.index(NO_FILE)]) * len(self.evaluation.plan.criteria)

    @cached_property
    def _lists(self) -> Mapping[str, int]:
        return list_numbers(self.evaluation.plan)

    def list_number(self, result: GroupResult) -> int:
        """Return the place of the list a group is ranked in, from 1."""
        return self._lists[result.kind]

    @cached_property
    def counted(self) -> tuple[GroupResult, ...]:
        """The groups whose answers count."""
        return tuple(result for result in self.evaluation.results if result.is_counted)

    def groups_saying(self, criterion: Criterion, word: str) -> Iterator[GroupResult]:
        """Yield the groups that count and whose answer is the word."""
        finals, place = self.evaluation.finals, self.evaluation.plan.criteria.index(criterion)
        said = WORDS.index(word)
        return (result for result in self.counted if finals[result.code][place] == said)

    def standard(self, number: str) -> tuple[int, int]:
        """Return (met, applicable) of a standard over all groups that count."""
        return self._by_standard[number]

    @cached_property
    def _by_standard(self) -> Mapping[str, tuple[int, int]]:
        numbers = [standard.number for standard in self.evaluation.plan.standards]
        # Groups differ in few ways: what they share is counted before it is added up.
        alike = Counter(tuple(result.standards.values()) for result in self.counted)
        return {
            number: (
                sum(pairs[place][0] * count for pairs, count in alike.items()),
                sum(pairs[place][1] * count for pairs, count in alike.items()),
            )
            for place, number in enumerate(numbers)
        }

    def count(self, *statuses: str, kind: str | None = None) -> int:
        """Return how many groups (of a kind) are in any of the states."""
        return sum(
            count for (status, own), count in self._by_status.items() if status in statuses and kind in {None, own}
        )

    @cached_property
    def _by_status(self) -> Counter[tuple[str, str]]:
        return Counter((result.state, result.kind) for result in self.evaluation.results)

    def reason(self, result: GroupResult) -> str:
        """Return why a group's files were not read, as a note to be signed: no file is named there, no text quoted."""
        if result.status is not GroupStatus.REJECTED:
            return ""
        return " ".join(self._reasons.get(result.code, ()))

    @cached_property
    def _reasons(self) -> Mapping[str, Mapping[str, None]]:
        """By group: what is told of its files that were refused or are in conflict, each reason once."""
        found: dict[str, dict[str, None]] = {}
        for outcome in self.intake.files:
            if outcome.group and outcome.status in {FileStatus.REJECTED, FileStatus.CONFLICT}:
                told = outcome.reason if outcome.status is FileStatus.REJECTED else _DIFFERENT
                is_plain = told and len(told) <= _REASON_LENGTH and not any(sign in told for sign in "“”/\\")
                found.setdefault(outcome.group, {})[told if is_plain else _UNUSABLE] = None
        return found

    def effect(self, row: SettledDecision) -> str:
        """Return what a decision comes to: Có, Không, Giữ nguyên, Trái nhau (a conflict) or nothing."""
        if row.fault is DecisionFault.CONFLICT:
            return CONTRADICTED
        return row.decision.result if row.fault is None else ""

    def changes(self, row: SettledDecision) -> bool:
        """Whether a decision in force alters what the leader answered."""
        effect = self.effect(row)
        return effect in {YES, NO} and effect != self.as_read.get(row.key)

    @cached_property
    def latest(self) -> Mapping[str, tuple[int, str]]:
        """By group: of its latest decision in force, by what number it is found, and the minutes it names."""
        found: dict[str, tuple[int, str]] = {}
        for row in self.evaluation.decisions:
            if row.fault is not None:
                continue
            group, now, number = row.decision.group, standing(row.decision), minutes(row.decision)
            best, named = found.get(group, (-1, ""))
            if now > best:
                found[group] = now, number
            elif now == best and number != named:
                found[group] = best, SEVERAL  # the order of rows must not choose
        return found

    @cached_property
    def decided_by_group(self) -> Mapping[str, Mapping[str, SettledDecision]]:
        """The decisions in force on single answers, by group and criterion; of equal ones the last."""
        found: dict[str, dict[str, SettledDecision]] = {}
        for row in self.evaluation.decisions:
            if row.fault is None and row.decision.result != AS_IT_STANDS:
                found.setdefault(row.decision.group, {})[row.decision.criterion] = row
        return found
