"""Each criterion's answer, from the word in ``Trả lời`` or the mark typed in an official column (PRODUCT section 6)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx import layout
from tdp_xlsx.answer import Answer, Answers, AnswerState
from tdp_xlsx.findings import answers as rules
from tdp_xlsx.intake.cell import (
    evidence_text,
    is_merged_across,
    row_cell,
    shown_instead,
    typed_beside,
    usual_fill,
)
from tdp_xlsx.model import NO, YES, Place
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.reading.usual import REMEMBERED
from tdp_xlsx.text import display, is_blank, match_key, old_text, read_mark, read_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.findings import Rule
    from tdp_xlsx.intake.cell import RowCell
    from tdp_xlsx.intake.expected import Expected
    from tdp_xlsx.intake.locate import Located, Table
    from tdp_xlsx.model import Criterion, Finding, Group
    from tdp_xlsx.reading.cells import Area, Line
    from tdp_xlsx.text import Reading

_MARK_COLUMNS = ((layout.YES_COLUMN, YES), (layout.NO_COLUMN, NO))
_ECHO = match_key("x")  # what the form's own formula writes
_SAYING_NOTHING = frozenset({AnswerState.MISSING, AnswerState.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a row says: a value, or the finding why it says none; and remarks."""

    value: str | None
    state: AnswerState
    cell: RowCell
    findings: tuple[tuple[Rule, dict[str, str], RowCell], ...] = ()


class _Read(NamedTuple):
    """What a row comes to: the answer; findings (rule, details, cell); whether the evidence is in old letters."""

    answer: Answer
    findings: tuple[tuple[Rule, Mapping[str, str], str], ...]
    has_old_evidence: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Setting:
    """What the reading of a row hangs on beside the row itself, and what rows came to in it.

    ``fills``: the usual fill of the mark columns, by heading. ``bound``: rows of merged cells that reach over several.
    """

    fills: Mapping[str, str]
    bound: frozenset[int]
    known: dict[tuple[Line, str, bool], _Read] = field(default_factory=dict)


@lru_cache(maxsize=64)
def _setting(table: Table, merged: tuple[Area, ...], fills: tuple[str, ...]) -> _Setting:
    rows = {row for positions in table.keys.values() for row, _ in positions}
    bound = frozenset(row for row in rows if any(top <= row <= bottom > top for top, _, bottom, _ in merged))
    return _Setting(dict(zip((heading for heading, _ in _MARK_COLUMNS), fills, strict=True)), bound)


def read_answers(
    expected: Expected, group: Group, located: Located, file: str, codes: frozenset[str] | None = None
) -> tuple[Answers, tuple[Finding, ...]]:
    """Read the answers to the plan's criteria (or to those named), each of which stands in the form once."""
    said: list[Answer] = []
    findings: list[Finding] = []
    wanted = [criterion for criterion in expected.plan.criteria if codes is None or criterion.code in codes]
    sheet, asked = located.sheet, expected.plan.asked(group)
    rows = [located.row(criterion.code) for criterion in wanted]
    fills = tuple(usual_fill(located, rows, heading) for heading, _ in _MARK_COLUMNS)
    setting = _setting(located.table, sheet.merged, fills)
    old_evidence: list[str] = []
    lines, bound, known = sheet.lines, setting.bound, setting.known
    for criterion, row in zip(wanted, rows, strict=True):
        applies = criterion.code in asked
        line = lines[row - 1] if lines and row not in bound else None
        read = known.get((line, criterion.code, applies)) if line else None
        if read is None:
            read = _read(located, criterion, setting, line, applies=applies)
        said.append(read.answer)
        for rule, details, cell in read.findings:
            place = Place(file, sheet.name, cell, group.code, criterion.code)
            findings.append(rule.at(place, label=criterion.label, **details))
        if read.has_old_evidence:
            old_evidence.append(str(read.answer.evidence_cell))
    here = Place(file, sheet.name, None, group.code)
    if old_evidence:
        findings.append(rules.OLD_EVIDENCE.at(replace(here, cell=old_evidence[0]), cells=", ".join(old_evidence)))
    if all(answer.state in _SAYING_NOTHING for answer in said):
        findings.insert(0, rules.NO_ANSWERS.at(here))
    return Answers(said), tuple(findings)


def _read(located: Located, criterion: Criterion, setting: _Setting, line: Line | None, *, applies: bool) -> _Read:
    """Read a criterion's row, and remember by the row what it came to in this setting."""
    read = _read_row(located, criterion, setting.fills, applies=applies)
    if line is not None:
        if len(setting.known) >= REMEMBERED:
            setting.known.clear()
        setting.known[line, criterion.code, applies] = read
    return read


def read_signature(located: Located) -> tuple[str, str]:
    """Return who filled the form and on which date, as far as its keys tell where that stands."""
    leader, date = layout.FIELD_LEADER.strip("{}"), layout.FIELD_DATE.strip("{}")
    said = {leader: "", date: ""}
    for row, name, heading in located.table.inputs:
        if name in said and heading in located.columns:
            said[name] = display(located.sheet.text(row, located.columns[heading]))
    return said[leader], said[date]


def _is_old(located: Located, row: int, evidence: str) -> bool:
    look = located.sheet.looks.get((row, located.columns[layout.EVIDENCE]))
    return old_text(evidence, look.font if look else "") is not None


def _read_row(located: Located, criterion: Criterion, fills: Mapping[str, str], *, applies: bool) -> _Read:
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
    evidence = evidence_text(located, row, column) if column else ""
    return _Read(
        Answer(
            criterion.code,
            outcome.state,
            outcome.value,
            raw,
            evidence,
            outcome.cell.name,
            cell_name(row, column) if column else None,
        ),
        tuple((rule, details, cell.name) for rule, details, cell in outcome.findings),
        bool(evidence) and _is_old(located, row, evidence),
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
