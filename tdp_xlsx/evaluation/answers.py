"""Every answer with the decisions applied; and what each group's answers add up to."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx.evaluation.decisions import DecisionFault
from tdp_xlsx.model import NO, YES, AnswerState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.evaluation.decisions import SettledDecision
    from tdp_xlsx.model import Answer, Criterion, Plan, Submission


class AnswerRow(NamedTuple):
    """One answer of a group that was read.

    As it was read: ``value`` (Có, Không or ``""``), ``state`` (a value of ``AnswerState``), ``raw``, ``evidence``,
    ``file``, ``sheet``, ``cell`` (``""`` where unknown); ``decided`` (Có, Không, or ``""`` where the office decided
    nothing that alters it); and with the decisions: ``final`` (Có, Không or ``""``), ``final_state``.
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
    decided: str
    final: str
    final_state: str


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


def answer_rows(plan: Plan, read: Mapping[str, Submission], settled: Iterable[SettledDecision]) -> list[AnswerRow]:
    """Return one row for each group that was read and each criterion, in the register's and the form's order."""
    decided: dict[str, str] = {}
    for row in settled:
        if row.fault is DecisionFault.CONFLICT:
            decided[row.key] = ""
        elif row.fault is None and row.decision.result in {YES, NO}:
            decided[row.key] = row.decision.result
    rows: list[AnswerRow] = []
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
                AnswerRow(
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
    return rows


def _as_read(answer: Answer | None, *, applies: bool) -> tuple[str, AnswerState]:
    """Return value and state; whether an item applies is for the register to say, not for the file."""
    if not applies:
        return "", AnswerState.NOT_APPLICABLE
    if answer is None or answer.state is AnswerState.NOT_APPLICABLE:
        return "", AnswerState.MISSING
    if answer.state is AnswerState.CLEAR and answer.value:
        return answer.value, AnswerState.CLEAR
    return "", answer.state if answer.state is not AnswerState.CLEAR else AnswerState.MISSING


def tally(plan: Plan, answers: Iterable[AnswerRow]) -> Mapping[str, Tally]:
    """Add up the answers of every group of the register, by its code; without answers, nothing is met."""
    open_states = {AnswerState.MISSING.value, AnswerState.UNCLEAR.value}
    said_yes: defaultdict[str, set[str]] = defaultdict(set)
    unanswered: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for row in answers:
        if row.final == YES:
            said_yes[row.group].add(row.criterion)
        elif row.final_state in open_states:
            unanswered[row.group] += 1
        if row.decided and row.decided != row.value:
            changed[row.group] += 1
    asked: dict[tuple[Criterion, ...], _Asked] = {}
    tallies = {}
    for group in plan.groups:
        met = said_yes.get(group.code, set())
        applicable = plan.criteria_for(group)
        if applicable not in asked:
            asked[applicable] = _Asked.of(plan, applicable)
        own = asked[applicable]
        tallies[group.code] = Tally(
            met=sum(code in met for code, _ in own.scored),
            applicable=len(own.scored),
            points_met=sum(points for code, points in own.scored if code in met),
            points_applicable=sum(points for _, points in own.scored),
            standards={number: (sum(code in met for code in codes), len(codes)) for number, codes in own.standards},
            unanswered=unanswered[group.code],
            cases=tuple(code for code in own.cases if code in met),
            changed=changed[group.code],
        )
    return tallies


@dataclass(frozen=True, slots=True)
class _Asked:
    """What groups of one kind are asked: cases, scored criteria with their points, codes by standard."""

    cases: tuple[str, ...]
    scored: tuple[tuple[str, int], ...]
    standards: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, plan: Plan, applicable: tuple[Criterion, ...]) -> _Asked:
        scored = [criterion for criterion in applicable if not criterion.is_case]
        return cls(
            tuple(case.code for case in plan.cases),
            tuple((criterion.code, criterion.points) for criterion in scored),
            tuple((s.number, tuple(c.code for c in scored if c.standard == s.number)) for s in plan.standards),
        )
