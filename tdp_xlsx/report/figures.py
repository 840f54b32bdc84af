"""Lookups and sums over the evaluation, for the values of formulas; date and minutes of decisions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from tdp_xlsx.evaluation import DecisionFault
from tdp_xlsx.evaluation.evaluate import list_numbers
from tdp_xlsx.layout import ANSWER_WORDS, AS_IT_STANDS
from tdp_xlsx.model import NO, YES, GroupStatus
from tdp_xlsx.report.live import Live, join, quoted, when
from tdp_xlsx.report.words import BLANK, CONTRADICTED, NO_FILE, NOT_APPLICABLE, UNCLEAR
from tdp_xlsx.spelling import day_of
from tdp_xlsx.submission import AnswerState, FileStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tdp_xlsx.evaluation import Evaluation, GroupResult, SettledDecision
    from tdp_xlsx.model import Criterion, Decision, Plan
    from tdp_xlsx.submission import Intake


_SIGN = "/BB"
"""What the number of minutes (biên bản) has in it: 12/BB-UBND."""
SEVERAL = "nhiều biên bản"
"""What is said where the latest decisions, all of one day, name different minutes."""
_SEARCHED, _GAP, _BEFORE = 500, 40, 20
"""Characters of the reason that are searched; blanks put for one; most characters that stand before the sign."""
_STOPS = "\n,;()"
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_DATED = 10
"""The least number of a decision with a date."""


def minutes(decision: Decision) -> str:
    """Return the number of the minutes that a reason names; empty if none."""
    spaced = decision.reason[:_SEARCHED]
    for stop in _STOPS:
        spaced = spaced.replace(stop, " ")
    spaced = spaced.replace(" ", " " * _GAP)
    found = spaced.find(_SIGN)
    if found < 0:
        return ""
    start = max(0, found - _BEFORE)
    return " ".join(spaced[start : start + _GAP].split())


def minutes_formula(cell: str) -> str:
    """Return the expression of the number of the minutes named in a cell: the word around the sign."""
    spaced = f"LEFT({cell},{_SEARCHED})"
    for stop in _STOPS:
        spaced = f'SUBSTITUTE({spaced},{"CHAR(10)" if stop == chr(10) else quoted(stop)}," ")'
    spaced = f'SUBSTITUTE({spaced}," ",REPT(" ",{_GAP}))'
    found = f"FIND({quoted(_SIGN)},{spaced})"
    return f'IFERROR(TRIM(MID({spaced},MAX(1,{found}-{_BEFORE}),{_GAP})),"")'


def standing(decision: Decision) -> int:
    """Return the number by which the latest decision is found: year, month, day, and 1 where it names minutes."""
    day = day_of(decision.decided_on)
    date = day.year * 10000 + day.month * 100 + day.day if day else 0
    return date * 10 + bool(minutes(decision))


def standing_formula(date: str, minutes_cell: str) -> str:
    """Return the expression of the same number for the cells of date and minutes; the date is text or a date."""
    text = f'SUBSTITUTE({date}," ","")'
    one = f'FIND("/",{text})'
    two = f'FIND("/",{text},{one}+1)'
    day, month, year = (
        f"VALUE(LEFT({text},{one}-1))",
        f"VALUE(MID({text},{one}+1,{two}-{one}-1))",
        f"VALUE(MID({text},{two}+1,9))",
    )
    # Written as ISO does, every program takes it for a day in every country, or for none.
    iso = f'VALUE({year}&"-"&TEXT({month},"00")&"-"&TEXT({day},"00"))'
    real = f"AND({year}>={_FIRST_YEAR},{year}<={_LAST_YEAR},DAY({iso})={day})"
    typed = f"YEAR({date})*10000+MONTH({date})*100+DAY({date})"
    key = f"IF(ISNUMBER({date}),{typed},IF({real},{year}*10000+{month}*100+{day},0))"
    return f'IFERROR({key},0)*10+IF({minutes_cell}="",0,1)'


def told(standing_number: Live, minutes_found: Live) -> Live:
    """Say of a group's latest decision, found by this number, its date and minutes, as far as they are known."""
    date, best = f"INT({standing_number.formula}/10)", standing_number.count
    day, month, year = f"MOD({date},100)", f"MOD(INT({date}/100),100)", f"INT({date}/10000)"
    dated = Live(
        f'" ngày "&TEXT({day},"00")&"/"&TEXT({month},"00")&"/"&{year}',
        f" ngày {best // 10 % 100:02d}/{best // 1000 % 100:02d}/{best // 100000}",
    )
    numbered = when(f"MOD({standing_number.formula},10)=1", best % 10 == 1, join(", ", minutes_found))
    return join(when(f"{standing_number.formula}>9", best >= _DATED, dated), numbered)


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
    def lists(self) -> Mapping[str, int]:
        """By kind of groups: the place of the list that they are ranked in, from 1."""
        return list_numbers(self.evaluation.plan)

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
