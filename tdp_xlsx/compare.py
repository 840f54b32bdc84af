"""What differs between two forms of a group, or between two ward workbooks; no working folder is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.intake.alone import heading_row, understand_alone
from tdp_xlsx.intake.opening import file_of, open_entries
from tdp_xlsx.layout import NOT_APPLICABLE
from tdp_xlsx.model import Severity
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import UnreadableError, as_text, cell_name
from tdp_xlsx.reading.inbox import entry
from tdp_xlsx.reading.package import OWN
from tdp_xlsx.submission import AnswerState
from tdp_xlsx.text import display, match_key
from tdp_xlsx.ward_book.tables import CRITERION, READ_AS, Table
from tdp_xlsx.ward_book.tables import STATE as STATE_HEADING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tdp_xlsx.reading.cells import Book, Sheet, Value
    from tdp_xlsx.reading.request import Reading
    from tdp_xlsx.submission import Submission


ANSWER, DECISION, STATE, SCORE, RANK = WHAT = ("answer", "decision", "state", "score", "rank")
SHEETS = (layout.ANSWERS, layout.DETAIL, layout.DECISIONS, layout.RANKING)

Key = tuple[str, str | None, str]
"""Group, criterion (None: the group as a whole), and what of it."""
Fact = tuple[str | float | None, str]
"""A value and the cell it stands in, with its sheet."""

_ANSWERS = {"": None, "–": None, "Trống": None, "KAD": layout.NOT_APPLICABLE}
_HEADING_ROWS = 4
_PLACES = 9  # of a score, as programs save it


def _ward_facts(book: Book) -> Mapping[Key, Fact] | None:
    """Return all that is compared, in the sheets' order; None if it is no ward workbook."""
    sheets = {match_key(sheet.name): sheet for sheet in book.sheets}
    if any(match_key(name) not in sheets for name in SHEETS):
        return None
    answers, detail, decisions, ranking = (sheets[match_key(name)] for name in SHEETS)
    facts = dict(_column(detail, STATE, STATE_HEADING))
    facts |= dict(_column(answers, ANSWER, READ_AS, CRITERION)) or dict(_answers_of_detail(detail))
    for key, (result, cell) in _column(decisions, DECISION, layout.DECISION_HEADINGS[3], CRITERION):
        said, at = facts.get(key, (result, cell))
        if result:
            facts[key] = said if said == result else f"{said} / {result}", at
    return facts | dict(_column(ranking, SCORE, layout.SHARE)) | dict(_column(ranking, RANK, layout.RANK))


def _column(sheet: Sheet, what: str, heading: str, criterion: str = "") -> Iterator[tuple[Key, Fact]]:
    """Yield what stands under a heading, by the codes in its row."""
    head = heading_row(sheet, [layout.GROUP_CODE, heading, *filter(None, [criterion])])
    if head is None:
        return
    table, column = Table(sheet, *head), head[1][heading]
    for row, group in table.rows(layout.GROUP_CODE):
        code = table.text(row, criterion) if criterion else None
        yield (group, code, what), (_value(what, sheet.at(row, column)), f"{sheet.name}!{cell_name(row, column)}")


def _answers_of_detail(detail: Sheet) -> Iterator[tuple[Key, Fact]]:
    """Yield the answers that count, where there are too many for a sheet of all that were read."""
    head = heading_row(detail, (layout.GROUP_CODE, STATE_HEADING))
    first = max(0, head[0] - _HEADING_ROWS) if head else 0
    # A hidden row of the headings has the codes; above it stand the criteria as people read them, some with words.
    codes = max(detail.rows[first : first + 2 * _HEADING_ROWS], key=_codes_in, default=()) if head else ()
    for (group, _, _), (_, at) in _column(detail, STATE, STATE_HEADING):
        row = int("".join(filter(str.isdecimal, at.rpartition("!")[2])))
        for column, code in enumerate(codes, start=1):
            if code:
                value = _value(ANSWER, detail.at(row, column))
                yield (group, _text(code), ANSWER), (value, f"{detail.name}!{cell_name(row, column)}")


def _codes_in(row: Sequence[Value]) -> int:
    return sum(isinstance(value, str) and "." in value and " " not in value for value in row)


def _value(what: str, value: Value) -> str | float | None:
    if what in {SCORE, RANK}:
        if not isinstance(value, int | float):
            return None
        return int(value) if what == RANK else round(value / 100, _PLACES)
    text = _text(value)
    return _ANSWERS.get(text, text) if what == ANSWER else text or None


def _text(value: Value) -> str:
    return display(as_text(value))


FORMS, WORKBOOKS = "forms", "workbooks"
_SEVERAL = "trong tệp có nhiều bảng, hãy chép riêng ra"
_KINDS = {FORMS: "bảng tự đánh giá", WORKBOOKS: "sổ tổng hợp"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: ``what`` of a group or of one of its criteria; None where a side says nothing of it."""

    group: str
    criterion: str | None
    what: str
    before: str | float | None
    after: str | float | None
    before_cell: str | None
    after_cell: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two files of a kind differ in, group by group."""

    kind: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two files: its kind, whose form it is ("" for a workbook), and what it says."""

    kind: str
    group: str
    facts: Mapping[Key, Fact]


def compare(before: Path, after: Path) -> Comparison:
    """Compare two files.

    Raises:
        CannotRunError: One cannot be read, or they cannot be compared with each other.
    """
    one, other = _side(before), _side(after)
    if one.kind != other.kind:
        raise CannotRunError(
            f"Không so được {_KINDS[one.kind]} “{before}” với {_KINDS[other.kind]} “{after}”. Chọn hai tệp cùng loại."
        )
    if one.group != other.group:
        raise CannotRunError(
            f"“{before}” là bảng của {one.group}, “{after}” là bảng của {other.group}. "
            "Chọn hai bảng của cùng một đơn vị."
        )
    found = _differences(one.facts, other.facts)
    if one.kind == FORMS:  # a greyed row whose words were cleared says the same
        found = (each for each in found if {each.before, each.after} != {None, NOT_APPLICABLE})
    return Comparison(one.kind, tuple(found))


def _differences(one: Mapping[Key, Fact], other: Mapping[Key, Fact]) -> Iterator[Difference]:
    keys = list(dict.fromkeys([*other, *one]))
    groups = {group: place for place, (group, _, _) in reversed(list(enumerate(keys)))}
    keys.sort(key=lambda key: (groups[key[0]], WHAT.index(key[2])))  # and by criterion as they stand
    for key in keys:
        (before, before_cell), (after, after_cell) = one.get(key, (None, None)), other.get(key, (None, None))
        if before != after:
            yield Difference(*key, before, after, before_cell, after_cell)


def _side(path: Path) -> _Side:
    """Read a file in a process of its own; only a ward workbook too large for that is read here, as always."""
    if not path.is_file():
        raise CannotRunError(f"Không thấy tệp: {path}. Kiểm tra lại tên tệp và thư mục.")
    opened = list(open_entries([entry(path, path.parent)], _told))
    told = [one.outcome for one in opened if one.outcome is not None]
    if not told and (facts := _large_workbook(path)):
        return _Side(WORKBOOKS, "", facts)
    if len(told) == 1 and isinstance(told[0], _Side):
        return told[0]
    reason = told[0] if len(told) == 1 else opened[0].reason if not told else _SEVERAL
    raise CannotRunError(f"Không so được “{path}”: {reason.rstrip('.')}.")


def _told(reading: Reading) -> _Side | str:
    """Say what a workbook is and holds, or why it cannot be compared; the readers' step."""
    assert reading.book is not None  # noqa: S101 - workers do this step with workbooks only
    if facts := _ward_facts(reading.book):
        return _Side(WORKBOOKS, "", facts)
    forms = understand_alone(file_of(reading), reading.book)
    if not forms:
        return "không phải bảng tự đánh giá còn mã dòng, cũng không phải sổ tổng hợp"
    if len(forms) > 1:
        return _SEVERAL
    (understood,) = forms
    if understood.submission is None:
        errors = [finding.message for finding in understood.findings if finding.severity is Severity.ERROR]
        return errors[0] if errors else understood.outcome.reason
    return _Side(FORMS, understood.submission.group, dict(_answers(understood.submission)))


def _answers(submission: Submission) -> Iterator[tuple[Key, Fact]]:
    for answer in submission.answers.said:
        said = NOT_APPLICABLE if answer.state is AnswerState.NOT_APPLICABLE else answer.value or answer.raw or None
        yield (submission.group, answer.criterion, ANSWER), (said, f"{submission.sheet}!{answer.cell}")


def _large_workbook(path: Path) -> Mapping[Key, Fact] | None:
    wanted = frozenset(map(match_key, SHEETS))
    try:
        return _ward_facts(read_workbook(path, wanted=lambda name: match_key(name) in wanted, limits=OWN))
    except (UnreadableError, OSError):
        return None
