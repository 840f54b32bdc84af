"""Every answer with the decisions applied; and what each group's answers add up to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx.answer import AnswerState, Final
from tdp_xlsx.evaluation.finals import as_read, decided
from tdp_xlsx.model import NO, YES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tdp_xlsx.evaluation.finals import Decided
    from tdp_xlsx.model import Group, Plan, Submission


_MEANING = (
    ("", AnswerState.NOT_APPLICABLE.value),
    ("", AnswerState.MISSING.value),
    ("", AnswerState.UNCLEAR.value),
    (YES, AnswerState.CLEAR.value),
    (NO, AnswerState.CLEAR.value),
)
"""Value and state of each ``Final``."""


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


class AnswerRows:
    """One row for each group that was read and each criterion, in the register's and the form's order.

    Made as they are asked for, and not kept: a country has millions.
    """

    def __init__(self, plan: Plan, read: Mapping[str, Submission], decisions: Decided) -> None:
        self._plan, self._read, self._decisions = plan, read, decisions

    def __len__(self) -> int:
        return len(self._read) * len(self._plan.criteria)

    def __iter__(self) -> Iterator[AnswerRow]:
        for group in self._plan.groups:
            if group.code in self._read:
                yield from self.of(group)

    def of(self, group: Group) -> Iterator[AnswerRow]:
        """Yield the rows of one group that was read."""
        submission, plan = self._read[group.code], self._plan
        results = self._decisions.of(group.code)
        read = as_read(plan, group, submission)
        for code, was, now in zip(plan.codes, read, decided(plan, read, results), strict=True):
            value, state = _MEANING[was]
            final, final_state = _MEANING[now]
            answer = submission.answers.get(code)
            yield AnswerRow(
                group.code,
                code,
                value,
                state,
                answer.raw if answer else "",
                answer.evidence if answer else "",
                submission.file.path,
                submission.sheet or "",
                (answer.cell if answer else None) or "",
                results.get(code, ""),
                final,
                final_state,
            )


def tally(
    plan: Plan, read: Mapping[str, Submission], decisions: Decided
) -> tuple[Mapping[str, Tally], Mapping[str, bytes]]:
    """Add up the answers of every group of the register, by its code; without answers, nothing is met.

    Returns the answers of each group that was read too, one ``Final`` each.
    """
    tallies: dict[str, Tally] = {}
    finals: dict[str, bytes] = {}
    adders: dict[frozenset[str], _Adder] = {}
    for group in plan.groups:
        asked = plan.asked(group)
        if asked not in adders:
            adders[asked] = _Adder(plan, group)
        if group.code not in read:
            tallies[group.code] = adders[asked].nothing
            continue
        said = as_read(plan, group, read[group.code])
        final = decided(plan, said, decisions.of(group.code))
        # What a decision leaves contradicting is no answer that it changed.
        changed = (
            0 if final is said else sum(new in _CLEAR and new != old for old, new in zip(said, final, strict=True))
        )
        finals[group.code] = final
        tallies[group.code] = adders[asked].add(final, changed)
    return tallies, finals


_CLEAR = frozenset({Final.YES, Final.NO})


class _Adder:
    """Adds up the answers of groups that are asked the same; those that answer the same share what comes of it."""

    def __init__(self, plan: Plan, group: Group) -> None:
        places = {criterion: place for place, criterion in enumerate(plan.criteria)}
        scored = [criterion for criterion in plan.criteria_for(group) if not criterion.is_case]
        self._scored = tuple((places[criterion], criterion.points) for criterion in scored)
        self._cases = tuple((places[case], case.code) for case in plan.cases)
        self._standards = tuple(
            (standard.number, tuple(places[criterion] for criterion in scored if criterion.standard == standard.number))
            for standard in plan.standards
        )
        self.add = lru_cache(maxsize=4096)(self._add)
        self.nothing = self._add(bytes(len(plan.criteria)), 0)

    def _add(self, final: bytes, changed: int) -> Tally:
        yes = Final.YES
        met = [points for place, points in self._scored if final[place] == yes]
        return Tally(
            met=len(met),
            applicable=len(self._scored),
            points_met=sum(met),
            points_applicable=sum(points for _, points in self._scored),
            standards={
                number: _pair(sum(final[place] == yes for place in places), len(places))
                for number, places in self._standards
            },
            unanswered=final.count(Final.MISSING) + final.count(Final.UNCLEAR),
            cases=tuple(code for place, code in self._cases if final[place] == yes),
            changed=changed,
        )


@lru_cache(maxsize=4096)
def _pair(met: int, applicable: int) -> tuple[int, int]:
    """Return the same object for the same numbers."""
    return met, applicable


def by_criterion(plan: Plan, finals: Iterable[bytes]) -> Mapping[str, tuple[int, int, int]]:
    """Return, by the criterion's code, to how many groups it applies, and how many of them say Có, and Không."""
    joined, step = b"".join(finals), len(plan.criteria)
    counts = {}
    for place, code in enumerate(plan.codes):
        column = joined[place::step]
        concerned = len(column) - column.count(Final.NOT_APPLICABLE)
        counts[code] = concerned, column.count(Final.YES), column.count(Final.NO)
    return counts
