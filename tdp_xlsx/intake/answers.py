"""Each criterion's answer, from the word in ``Trả lời`` or the mark typed in an official column (PRODUCT section 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import answers as rules
from tdp_xlsx.model import NO, YES, Answer, AnswerState, Place
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.text import display, is_blank, match_key, read_mark, read_word

if TYPE_CHECKING:
    from tdp_xlsx.findings import Rule
    from tdp_xlsx.intake.locate import Located
    from tdp_xlsx.model import Criterion, Finding, Group, Plan
    from tdp_xlsx.text import Reading

_MARK_COLUMNS = ((layout.YES_COLUMN, YES), (layout.NO_COLUMN, NO))


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell of a criterion's row: its column's heading, name, text, and what the file says of it."""

    heading: str
    name: str
    text: str
    is_formula: bool | None
    error: str

    @property
    def is_blank(self) -> bool:
        return is_blank(self.text) and not self.error and not self.is_formula


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a row says: a value, or the finding why it says none; and remarks."""

    value: str | None
    state: AnswerState
    cell: _Cell
    findings: tuple[tuple[Rule, dict[str, str], _Cell], ...] = ()


def read_answers(
    plan: Plan, group: Group, located: Located, file: str
) -> tuple[dict[str, Answer], tuple[Finding, ...]]:
    """Read the answer to every criterion of the plan; every key stands in the form once."""
    answers: dict[str, Answer] = {}
    findings: list[Finding] = []
    for criterion in plan.criteria:
        answer, found = _read_row(
            located,
            criterion,
            Place(file, located.sheet.name, None, group.code, criterion.code),
            applies=plan.applies(criterion, group),
        )
        answers[criterion.code] = answer
        findings += found
    if all(a.state in {AnswerState.MISSING, AnswerState.NOT_APPLICABLE} for a in answers.values()):
        findings.insert(0, rules.NO_ANSWERS.at(Place(file, located.sheet.name, None, group.code)))
    return answers, tuple(findings)


def _read_row(located: Located, criterion: Criterion, place: Place, *, applies: bool) -> tuple[Answer, list[Finding]]:
    row = located.row(criterion.code)
    answer = _cell(located, row, layout.ANSWER)
    marks = [(_cell(located, row, heading), value) for heading, value in _MARK_COLUMNS]
    outcome = _outcome(answer, marks) if applies else _not_applicable(answer, marks)
    evidence = located.columns.get(layout.EVIDENCE)
    shown = [f"{cell.heading}: {display(cell.text)}" for cell, _ in marks if cell.text and not cell.is_formula]
    raw = "; ".join(([display(answer.text or answer.error)] if not answer.is_blank else []) + shown)
    findings = [
        rule.at(replace(place, cell=cell.name), label=criterion.label, **details)
        for rule, details, cell in outcome.findings
    ]
    return (
        Answer(
            criterion.code,
            outcome.state,
            outcome.value,
            raw,
            located.sheet.text(row, evidence) if evidence else "",
            replace(place, cell=outcome.cell.name),
        ),
        findings,
    )


def _cell(located: Located, row: int, heading: str) -> _Cell:
    column = located.columns[heading]
    formulas = located.sheet.formulas
    return _Cell(
        heading,
        cell_name(row, column),
        located.sheet.text(row, column),
        None if formulas is None else (row, column) in formulas,
        located.sheet.errors.get((row, column), ""),
    )


def _not_applicable(answer: _Cell, marks: list[tuple[_Cell, str]]) -> _Outcome:
    """An answer to an item that does not apply is noted and not counted."""
    written = [cell for cell, _ in marks if not is_blank(cell.text) and not cell.is_formula]
    if not answer.is_blank and match_key(answer.text) != match_key(layout.NOT_APPLICABLE):
        written.insert(0, answer)
    found = tuple((rules.NOT_APPLICABLE, {"raw": display(cell.text)}, cell) for cell in written[:1])
    return _Outcome(None, AnswerState.NOT_APPLICABLE, answer, found)


def _outcome(answer: _Cell, marks: list[tuple[_Cell, str]]) -> _Outcome:
    """Weigh the word in ``Trả lời`` and the typed marks of one row."""
    word = _word(answer)
    if isinstance(word, _Outcome):
        return word
    # A mark that is a formula's value is only an echo of the word, perhaps a stale one.
    typed = [(cell, column) for cell, column in marks if cell.is_formula is False and not cell.is_blank]
    for cell, column in typed:
        if read_mark(cell.text, column).value is None:
            return _unclear_mark(cell, column)
    if len(typed) == len(marks):
        return _unclear(rules.BOTH, typed[0][0])
    if word is not None:
        for cell, column in typed:
            if column != word.value:
                details = {"answer": str(word.value), "column": column, "raw": display(cell.text)}
                return _unclear(rules.AGAINST_MARK, cell, **details)
        return _clear(str(word.value), answer, generous=word.generous)
    if typed:
        cell, column = typed[0]
        return _clear(column, cell, generous=read_mark(cell.text, column).generous)
    return _nothing_said(answer, marks)


def _word(answer: _Cell) -> Reading | _Outcome | None:
    """Read ``Trả lời``: its word, None if blank, or the outcome if it says nothing that can be taken."""
    if answer.error:
        return _unclear(rules.IS_ERROR, answer, cell=answer.name, raw=answer.error)
    if answer.is_formula:
        return _unclear(rules.IS_FORMULA, answer, cell=answer.name)
    if is_blank(answer.text):
        return None
    word = read_word(answer.text)
    return word if word.value else _unclear(rules.UNCLEAR, answer, cell=answer.name, raw=display(answer.text))


def _nothing_said(answer: _Cell, marks: list[tuple[_Cell, str]]) -> _Outcome:
    """Neither a word nor a typed mark: unanswered, or marked where the format hides whether by hand."""
    for cell, column in marks:
        if cell.is_formula is None and not is_blank(cell.text):
            return _unclear(rules.NO_EVIDENCE, cell, raw=display(cell.text), column=column)
    return _Outcome(None, AnswerState.MISSING, answer, ((rules.MISSING, {}, answer),))


def _unclear_mark(cell: _Cell, column: str) -> _Outcome:
    if cell.error:
        return _unclear(rules.IS_ERROR, cell, cell=cell.name, raw=cell.error)
    raw = display(cell.text)
    if read_word(cell.text).value is not None:
        return _unclear(rules.AGAINST_COLUMN, cell, raw=raw, column=column)
    return _unclear(rules.UNCLEAR, cell, cell=cell.name, raw=raw)


def _unclear(rule: Rule, at: _Cell, **details: str) -> _Outcome:
    return _Outcome(None, AnswerState.UNCLEAR, at, ((rule, details, at),))


def _clear(value: str, at: _Cell, *, generous: bool) -> _Outcome:
    details = {"raw": display(at.text), "cell": at.name, "answer": value}
    return _Outcome(value, AnswerState.CLEAR, at, ((rules.GENEROUS, details, at),) if generous else ())
