"""Each criterion's answer, from the word in ``Trả lời`` or the mark typed in an official column (PRODUCT section 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import answers as rules
from tdp_xlsx.intake.cell import (
    evidence_text,
    is_merged_across,
    row_cell,
    shown_instead,
    typed_beside,
    usual_fill,
)
from tdp_xlsx.model import NO, YES, Answer, AnswerState, Place
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.text import display, is_blank, match_key, old_text, read_mark, read_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.findings import Rule
    from tdp_xlsx.intake.cell import RowCell
    from tdp_xlsx.intake.locate import Located
    from tdp_xlsx.model import Criterion, Finding, Group, Plan
    from tdp_xlsx.text import Reading

_MARK_COLUMNS = ((layout.YES_COLUMN, YES), (layout.NO_COLUMN, NO))
_ECHO = match_key("x")  # what the form's own formula writes


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a row says: a value, or the finding why it says none; and remarks."""

    value: str | None
    state: AnswerState
    cell: RowCell
    findings: tuple[tuple[Rule, dict[str, str], RowCell], ...] = ()


def read_answers(
    plan: Plan, group: Group, located: Located, file: str, codes: frozenset[str] | None = None
) -> tuple[dict[str, Answer], tuple[Finding, ...]]:
    """Read the answers to the plan's criteria (or to those named), each of which stands in the form once."""
    answers: dict[str, Answer] = {}
    findings: list[Finding] = []
    wanted = [criterion for criterion in plan.criteria if codes is None or criterion.code in codes]
    rows = [located.row(criterion.code) for criterion in wanted]
    fills = {heading: usual_fill(located, rows, heading) for heading, _ in _MARK_COLUMNS}
    old_evidence: list[str] = []
    for criterion in wanted:
        place = Place(file, located.sheet.name, None, group.code, criterion.code)
        answer, found = _read_row(located, criterion, place, fills, applies=plan.applies(criterion, group))
        answers[criterion.code] = answer
        findings += found
        if answer.evidence and _is_old(located, answer):
            old_evidence.append(str(answer.evidence_cell))
    here = Place(file, located.sheet.name, None, group.code)
    if old_evidence:
        findings.append(rules.OLD_EVIDENCE.at(replace(here, cell=old_evidence[0]), cells=", ".join(old_evidence)))
    if all(a.state in {AnswerState.MISSING, AnswerState.NOT_APPLICABLE} for a in answers.values()):
        findings.insert(0, rules.NO_ANSWERS.at(here))
    return answers, tuple(findings)


def read_signature(located: Located) -> tuple[str, str]:
    """Return who filled the form and on which date, as far as its keys tell where that stands."""
    leader, date = layout.FIELD_LEADER.strip("{}"), layout.FIELD_DATE.strip("{}")
    said = {leader: "", date: ""}
    for r, row in enumerate(located.sheet.rows, 1):
        for value in row:
            if isinstance(value, str) and value.startswith(layout.INPUT_PREFIX):
                for one in value.removeprefix(layout.INPUT_PREFIX).split(";"):
                    field, _, heading = one.partition("|")
                    if field in said and heading in located.columns:
                        said[field] = display(located.sheet.text(r, located.columns[heading]))
    return said[leader], said[date]


def _is_old(located: Located, answer: Answer) -> bool:
    row, column = located.row(answer.criterion), located.columns[layout.EVIDENCE]
    look = located.sheet.looks.get((row, column))
    return old_text(answer.evidence, look.font if look else "") is not None


def _read_row(
    located: Located, criterion: Criterion, place: Place, fills: Mapping[str, str], *, applies: bool
) -> tuple[Answer, list[Finding]]:
    row = located.row(criterion.code)
    answer = row_cell(located, row, layout.ANSWER)
    marks = [(row_cell(located, row, heading), value) for heading, value in _MARK_COLUMNS]
    outcome = _outcome(answer, marks) if applies else _not_applicable(answer, marks)
    if applies and is_merged_across(located, row, layout.YES_COLUMN, layout.NO_COLUMN):
        outcome = _merged(outcome, marks)
    elif applies and located.sheet.merged:
        outcome = _covered(located, row, outcome, (answer, *(cell for cell, _ in marks)))
    if outcome.state is AnswerState.MISSING:
        outcome = _coloured(_beside(located, row, outcome), marks, fills)
    column = located.columns.get(layout.EVIDENCE)
    shown = [f"{cell.heading}: {display(cell.text)}" for cell, _ in marks if cell.text and not cell.is_formula]
    raw = "; ".join(([answer.shown] if not answer.is_blank else []) + shown)
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
            evidence_text(located, row, column) if column else "",
            Place(place.file, place.sheet, outcome.cell.name, place.group, place.criterion),
            cell_name(row, column) if column else None,
        ),
        findings,
    )


def _not_applicable(answer: RowCell, marks: list[tuple[RowCell, str]]) -> _Outcome:
    """An answer to an item that does not apply is noted and not counted."""
    written = [cell for cell, _ in marks if not is_blank(cell.text) and not cell.is_formula]
    if not answer.is_blank and match_key(answer.text) != match_key(layout.NOT_APPLICABLE):
        written.insert(0, answer)
    found = tuple((rules.NOT_APPLICABLE, {"raw": cell.shown}, cell) for cell in written[:1])
    return _Outcome(None, AnswerState.NOT_APPLICABLE, answer, found)


def _outcome(answer: RowCell, marks: list[tuple[RowCell, str]]) -> _Outcome:
    """Weigh the word in ``Trả lời`` and the typed marks of one row."""
    word = _word(answer)
    if isinstance(word, _Outcome):
        return word
    # A mark that is a formula's value is only an echo of the word, perhaps a stale one.
    typed = [(cell, column) for cell, column in marks if _is_typed(cell)]
    for cell, column in typed:
        if cell.look.struck:
            return _unclear(rules.STRUCK, cell, cell=cell.name, raw=cell.shown)
        if _mark(cell, column).value is None:
            return _unclear_mark(cell, column)
    if len(typed) == len(marks):
        return _unclear(rules.BOTH, typed[0][0])
    if word is not None:
        for cell, column in typed:
            if column != word.value:
                details = {"answer": str(word.value), "column": column, "raw": display(cell.text)}
                return _unclear(rules.AGAINST_MARK, cell, **details)
        return _clear(str(word.value), answer, generous=word.generous)
    if typed and typed[0][0].is_formula is False:
        cell, column = typed[0]
        return _clear(column, cell, generous=_mark(cell, column).generous)
    return _nothing_said(answer, marks)


def _is_typed(cell: RowCell) -> bool:
    """Whether a mark was typed: where the format does not tell, only what the form's own formula never writes."""
    if cell.is_formula is None:
        return not cell.is_blank and match_key(cell.text) != _ECHO
    return not cell.is_formula and not cell.is_blank


def _mark(cell: RowCell, column: str) -> Reading:
    return read_mark(cell.text, column, cell.look.font)


def _word(answer: RowCell) -> Reading | _Outcome | None:
    """Read ``Trả lời``: its word, None if blank, or the outcome if it says nothing that can be taken."""
    if answer.error:
        return _unclear(rules.IS_ERROR, answer, cell=answer.name, raw=answer.error)
    if answer.is_formula:
        return _unclear(rules.IS_FORMULA, answer, cell=answer.name)
    if is_blank(answer.text):
        return None
    if answer.look.struck:
        return _unclear(rules.STRUCK, answer, cell=answer.name, raw=answer.shown)
    word = read_word(answer.text)
    return word if word.value else _unclear_text(answer)


def _nothing_said(answer: RowCell, marks: list[tuple[RowCell, str]]) -> _Outcome:
    """Neither a word nor a typed mark: unanswered, or marked where the format hides whether by hand."""
    for cell, column in marks:
        if cell.is_formula is None and not is_blank(cell.text):
            return _unclear(rules.NO_EVIDENCE, cell, raw=display(cell.text), column=column)
    return _Outcome(None, AnswerState.MISSING, answer, ((rules.MISSING, {}, answer),))


def _merged(outcome: _Outcome, marks: list[tuple[RowCell, str]]) -> _Outcome:
    """A mark in one cell made of both official columns belongs to neither."""
    for cell, _ in marks:
        if _is_typed(cell):
            return _unclear(rules.MERGED, cell, cell=cell.name, raw=cell.shown)
    return outcome


def _covered(located: Located, row: int, outcome: _Outcome, cells: Iterable[RowCell]) -> _Outcome:
    """Nobody sees what stands under a merged cell; and what is seen there may be meant for this row, or not."""
    for cell in cells:
        at = shown_instead(located, row, cell.heading)
        if at is None:
            continue
        seen = "" if at in (located.sheet.formulas or {}) else display(located.sheet.text(*at))
        if _is_typed(cell) or (outcome.state is AnswerState.MISSING and not is_blank(seen)):
            return _unclear(rules.MERGED_ROWS, cell, cell=cell.name, raw=seen or cell.shown)
    return outcome


def _beside(located: Located, row: int, outcome: _Outcome) -> _Outcome:
    """Say where an answer seems to stand instead; it is never taken from there."""
    for name, text in typed_beside(located, row):
        if read_word(text).value is not None or match_key(text) == _ECHO:
            return replace(outcome, findings=((rules.BESIDE, {"cell": name, "raw": text}, outcome.cell),))
    return outcome


def _coloured(outcome: _Outcome, marks: list[tuple[RowCell, str]], fills: Mapping[str, str]) -> _Outcome:
    """Nothing is written, but a cell is coloured: perhaps meant as a mark."""
    for cell, column in marks:
        if cell.look.fill != fills[cell.heading]:
            return _unclear(rules.COLOURED, cell, cell=cell.name, column=column)
    return outcome


def _unclear_mark(cell: RowCell, column: str) -> _Outcome:
    if cell.error:
        return _unclear(rules.IS_ERROR, cell, cell=cell.name, raw=cell.error)
    if read_word(cell.text).value is not None:
        return _unclear(rules.AGAINST_COLUMN, cell, raw=display(cell.text), column=column)
    return _unclear_text(cell)


def _unclear_text(cell: RowCell) -> _Outcome:
    old = old_text(cell.text, cell.look.font)
    if old is None:
        return _unclear(rules.UNCLEAR, cell, cell=cell.name, raw=display(cell.text))
    meaning = f" (có thể là “{old.meaning}”)" if old.meaning else ""
    return _unclear(
        rules.OLD_ENCODING, cell, cell=cell.name, raw=display(cell.text), encoding=old.encoding, meaning=meaning
    )


def _unclear(rule: Rule, at: RowCell, **details: str) -> _Outcome:
    return _Outcome(None, AnswerState.UNCLEAR, at, ((rule, details, at),))


def _clear(value: str, at: RowCell, *, generous: bool) -> _Outcome:
    details = {"raw": display(at.text), "cell": at.name, "answer": value}
    return _Outcome(value, AnswerState.CLEAR, at, ((rules.GENEROUS, details, at),) if generous else ())
