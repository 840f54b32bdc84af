"""What differs between two forms of a group, or between two ward workbooks; no working folder is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.intake.alone import understand_alone
from tdp_xlsx.intake.opening import file_of, open_entries
from tdp_xlsx.layout import NOT_APPLICABLE
from tdp_xlsx.model import Severity
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import UnreadableError
from tdp_xlsx.reading.inbox import entry
from tdp_xlsx.reading.package import OWN
from tdp_xlsx.reading.workers import IsolationError
from tdp_xlsx.submission import AnswerState
from tdp_xlsx.text import match_key
from tdp_xlsx.ward_book.facts import ANSWER, SHEETS, WHAT, Fact, Key, ward_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tdp_xlsx.reading.request import Reading
    from tdp_xlsx.submission import Submission

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
    try:
        opened = list(open_entries([entry(path, path.parent)], _told))
    except IsolationError as fault:
        raise CannotRunError(str(fault)) from fault
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
    if facts := ward_facts(reading.book):
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
        return ward_facts(read_workbook(path, wanted=lambda name: match_key(name) in wanted, limits=OWN))
    except (UnreadableError, OSError):
        return None
