"""Each criterion's answer, from the word in ``Trả lời`` or the mark typed in an official column (PRODUCT section 6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx import layout
from tdp_xlsx.findings import answers as rules
from tdp_xlsx.layout import ANSWER, HELP, NO_COLUMN, NUMBER, TEXT, YES_COLUMN
from tdp_xlsx.model import NO, YES, Place
from tdp_xlsx.reading.cells import Look, as_text, cell_name
from tdp_xlsx.submission import Answer, Answers, AnswerState
from tdp_xlsx.text import display, is_blank, match_key, old_text, read_mark, read_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tdp_xlsx.findings import Rule
    from tdp_xlsx.intake.expected import Expected
    from tdp_xlsx.intake.locate import Located
    from tdp_xlsx.model import Finding, Group
    from tdp_xlsx.reading.cells import Area, Position
    from tdp_xlsx.text import Reading

PLAIN = Look()


class _RowCell:
    """A cell of a row in the column with this heading.

    ``text`` is its value as text; ``is_formula`` is None where a value may be that of a formula the file's writer left
    out; ``error`` is the name of an error value, or "".
    """

    __slots__ = ("_sheet", "error", "heading", "is_blank", "is_formula", "position", "text")

    def __init__(self, located: Located, row: int, heading: str) -> None:
        self._sheet = sheet = located.sheet
        self.heading, self.position = heading, (row, located.columns[heading])
        column, cells = self.position[1], sheet.rows[row - 1]
        value = cells[column - 1] if column <= len(cells) else ""
        self.text = value if isinstance(value, str) else as_text(value)
        self.is_formula = self.position in sheet.formulas or (False if sheet.keeps_formulas else None)
        self.error = sheet.errors.get(self.position, "")
        self.is_blank = not self.is_formula and not self.error and (not self.text or is_blank(self.text))

    @property
    def name(self) -> str:
        """The cell's name, such as ``E12``."""
        return cell_name(*self.position)

    @property
    def look(self) -> Look:
        """How the cell looks."""
        return self._sheet.looks.get(self.position, PLAIN)

    @property
    def shown(self) -> str:
        """What a person sees there, or would have to see: the text, the error, the formula without a value."""
        return (
            display(self.text) or self.error or (f"={self._sheet.formulas[self.position]}" if self.is_formula else "")
        )


def _evidence_text(located: Located, row: int, column: int) -> str:
    """Return what stands in an evidence cell as a person sees it: 0.955 in a percent cell is 95,5%."""
    sheet, position = located.sheet, (row, column)
    value = sheet.at(row, column)
    if isinstance(value, float | int) and not isinstance(value, bool) and sheet.looks.get(position, PLAIN).percent:
        number = (Decimal(repr(value)) * 100).normalize()
        return f"{number:f}".replace(".", ",") + "%"
    if value != "":
        return as_text(value)
    return sheet.errors.get(position) or (f"={sheet.formulas[position]}" if sheet.formulas.get(position) else "")


def _areas(located: Located, position: Position) -> list[Area]:
    """Return the merged areas that a cell belongs to."""
    row, column = position
    return [area for area in located.merged if area[0] <= row <= area[2] and area[1] <= column <= area[3]]


_MARK_COLUMNS = ((layout.YES_COLUMN, YES), (layout.NO_COLUMN, NO))
_ECHO = match_key("x")  # what the form's own formula writes
_SAYING_NOTHING = frozenset({AnswerState.MISSING, AnswerState.NOT_APPLICABLE})
_Marks = list[tuple[_RowCell, str]]


class _Outcome(NamedTuple):
    """What a row says: a value, or none; the cell that says so; findings (rule, details, cell)."""

    value: str | None
    state: AnswerState
    cell: _RowCell
    findings: tuple[tuple[Rule, dict[str, str], _RowCell], ...] = ()


def read_answers(
    expected: Expected, group: Group, located: Located, file: str, codes: frozenset[str] | None = None
) -> tuple[Answers, tuple[Finding, ...]]:
    """Read the answers to the plan's criteria (or to those named), each of which stands in the form once."""
    wanted = [criterion for criterion in expected.plan.criteria if codes is None or criterion.code in codes]
    rows = [located.row(criterion.code) for criterion in wanted]
    asked, evidence_column = expected.plan.asked(group), located.columns.get(layout.EVIDENCE)
    here = Place(file, located.sheet.name, None, group.code)
    said: list[Answer] = []
    findings: list[Finding] = []
    old_evidence: list[str] = []
    for criterion, row in zip(wanted, rows, strict=True):
        answer = _RowCell(located, row, layout.ANSWER)
        marks = [(_RowCell(located, row, heading), value) for heading, value in _MARK_COLUMNS]
        applies = criterion.code in asked
        outcome = _of_asked(located, rows, answer, marks) if applies else _not_applicable(answer, marks)
        for rule, details, cell in outcome.findings:
            place = replace(here, cell=cell.name, criterion=criterion.code)
            findings.append(rule.at(place, label=criterion.label, **details))
        evidence = _evidence_text(located, row, evidence_column) if evidence_column else ""
        evidence_cell = cell_name(row, evidence_column) if evidence_column else None
        if evidence and evidence_column and _is_old(located, row, evidence_column, evidence):
            old_evidence.append(str(evidence_cell))
        raw = _raw(answer, marks)
        said.append(
            Answer(criterion.code, outcome.state, outcome.value, raw, evidence, outcome.cell.name, evidence_cell)
        )
    if old_evidence:
        findings.append(rules.OLD_EVIDENCE.at(replace(here, cell=old_evidence[0]), cells=", ".join(old_evidence)))
    if all(answer.state in _SAYING_NOTHING for answer in said):
        findings.insert(0, rules.NO_ANSWERS.at(here))
    return Answers(said), tuple(findings)


def _raw(answer: _RowCell, marks: _Marks) -> str:
    """Return all that was written where an answer stands, as text."""
    shown = [f"{cell.heading}: {display(cell.text)}" for cell, _ in marks if cell.text and not cell.is_formula]
    return "; ".join(shown if answer.is_blank else [answer.shown, *shown])


def _is_old(located: Located, row: int, column: int, evidence: str) -> bool:
    return old_text(evidence, located.sheet.looks.get((row, column), PLAIN).font) is not None


def _of_asked(located: Located, rows: Sequence[int], answer: _RowCell, marks: _Marks) -> _Outcome:
    """Return what the row of a criterion that applies says."""
    row = answer.position[0]
    outcome = _outcome(answer, marks)
    if located.merged:
        said = outcome
        of_marks = [set(_areas(located, cell.position)) for cell, _ in marks]
        if set.intersection(*of_marks):
            outcome = _merged(outcome, marks)
        if outcome is said:
            outcome = _covered(located, outcome, (answer, *(cell for cell, _ in marks)))
    return _coloured(located, rows, _beside(located, row, outcome), marks) if _is_missing(outcome) else outcome


def _is_missing(outcome: _Outcome) -> bool:
    return outcome.state is AnswerState.MISSING


def _not_applicable(answer: _RowCell, marks: _Marks) -> _Outcome:
    """An answer to an item that does not apply is noted and not counted."""
    written = [cell for cell, _ in marks if not is_blank(cell.text) and not cell.is_formula]
    if not answer.is_blank and match_key(answer.text) != match_key(layout.NOT_APPLICABLE):
        written.insert(0, answer)
    found = tuple((rules.NOT_APPLICABLE, {"raw": cell.shown}, cell) for cell in written[:1])
    return _Outcome(None, AnswerState.NOT_APPLICABLE, answer, found)


def _outcome(answer: _RowCell, marks: _Marks) -> _Outcome:
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


def _is_typed(cell: _RowCell) -> bool:
    """Whether a mark was typed: where the format does not tell, only what the form's own formula never writes."""
    if cell.is_formula is None:
        return not cell.is_blank and match_key(cell.text) != _ECHO
    return not cell.is_formula and not cell.is_blank


def _mark(cell: _RowCell, column: str) -> Reading:
    return read_mark(cell.text, column, cell.look.font)


def _word(answer: _RowCell) -> Reading | _Outcome | None:
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


def _nothing_said(answer: _RowCell, marks: _Marks) -> _Outcome:
    """Neither a word nor a typed mark: unanswered, or marked where the format hides whether by hand."""
    for cell, column in marks:
        if cell.is_formula is None and not is_blank(cell.text):
            return _unclear(rules.NO_EVIDENCE, cell, raw=display(cell.text), column=column)
    return _Outcome(None, AnswerState.MISSING, answer, ((rules.MISSING, {}, answer),))


def _merged(outcome: _Outcome, marks: _Marks) -> _Outcome:
    """A mark in one cell made of both official columns belongs to neither."""
    for cell, _ in marks:
        if _is_typed(cell):
            return _unclear(rules.MERGED, cell, cell=cell.name, raw=cell.shown)
    return outcome


def _covered(located: Located, outcome: _Outcome, cells: Sequence[_RowCell]) -> _Outcome:
    """Nobody sees what stands under a merged cell; and what is seen there may be meant for this row, or not."""
    covered = ((cell, area[:2]) for cell in cells for area in _areas(located, cell.position))
    for cell, at in covered:
        if at == cell.position:
            continue
        seen = "" if at in located.sheet.formulas else display(located.sheet.text(*at))
        if _is_typed(cell) or (_is_missing(outcome) and not is_blank(seen)):
            return _unclear(rules.MERGED_ROWS, cell, cell=cell.name, raw=seen or cell.shown)
    return outcome


def _beside(located: Located, row: int, outcome: _Outcome) -> _Outcome:
    """Say where an answer seems to stand instead, where the form asks for none; it is never taken from there."""
    sheet = located.sheet
    of_the_form = {located.columns.get(h) for h in (NUMBER, TEXT, YES_COLUMN, NO_COLUMN, ANSWER)} | {located.key_column}
    if not sheet.keeps_formulas:
        of_the_form.add(located.columns.get(HELP))  # perhaps the value of the form's own formula
    for column in range(1, len(sheet.rows[row - 1]) + 1):
        if column in of_the_form or (row, column) in sheet.formulas:
            continue
        text = display(sheet.text(row, column))
        if read_word(text).value is not None or match_key(text) == _ECHO:
            details = {"cell": cell_name(row, column), "raw": text}
            return outcome._replace(findings=((rules.BESIDE, details, outcome.cell),))
    return outcome


def _coloured(located: Located, rows: Sequence[int], outcome: _Outcome, marks: _Marks) -> _Outcome:
    """Nothing is written, but a cell is filled otherwise than most of its column: perhaps meant as a mark."""
    for cell, column in marks:
        fills = Counter(located.sheet.looks.get((row, cell.position[1]), PLAIN).fill for row in rows)
        if cell.look.fill != fills.most_common(1)[0][0]:
            return _unclear(rules.COLOURED, cell, cell=cell.name, column=column)
    return outcome


def _unclear_mark(cell: _RowCell, column: str) -> _Outcome:
    if cell.error:
        return _unclear(rules.IS_ERROR, cell, cell=cell.name, raw=cell.error)
    if read_word(cell.text).value is not None:
        return _unclear(rules.AGAINST_COLUMN, cell, raw=display(cell.text), column=column)
    return _unclear_text(cell)


def _unclear_text(cell: _RowCell) -> _Outcome:
    old = old_text(cell.text, cell.look.font)
    if old is None:
        return _unclear(rules.UNCLEAR, cell, cell=cell.name, raw=display(cell.text))
    meaning = f" (có thể là “{old.meaning}”)" if old.meaning else ""
    return _unclear(
        rules.OLD_ENCODING, cell, cell=cell.name, raw=display(cell.text), encoding=old.encoding, meaning=meaning
    )


def _unclear(rule: Rule, at: _RowCell, **details: str) -> _Outcome:
    return _Outcome(None, AnswerState.UNCLEAR, at, ((rule, details, at),))


def _clear(value: str, at: _RowCell, *, generous: bool) -> _Outcome:
    details = {"raw": display(at.text), "cell": at.name, "answer": value}
    return _Outcome(value, AnswerState.CLEAR, at, ((rules.GENEROUS, details, at),) if generous else ())
