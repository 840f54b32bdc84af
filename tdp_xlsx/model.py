"""The nouns every step shares: the plan, its groups and criteria, submissions and their answers.

Everything here is frozen; nothing here reads, writes or decides.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from tdp_xlsx.answer import Answer, Answers, AnswerState
from tdp_xlsx.links import Links
from tdp_xlsx.settings import RatingClass as RatingClass  # noqa: PLC0414 - a noun of the plan like the others
from tdp_xlsx.settings import Settings as Settings  # noqa: PLC0414, TC001

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

CASES = "I"
"""The part that holds the disqualifying cases; every other criterion belongs to part II."""


class Severity(StrEnum):
    """How much a finding weighs (PRODUCT section 6)."""

    ERROR = "error"
    """The file does not count until this is mended."""
    WARNING = "warning"
    """To be cleared up; the file counts."""
    INFO = "info"
    """Read generously, or good to know."""


class GroupStatus(StrEnum):
    """What became of a group, first match in this order (PRODUCT section 7)."""

    MISSING = "missing"
    REJECTED = "rejected"
    INCOMPLETE = "incomplete"
    DISQUALIFIED = "disqualified"
    VALID = "valid"


class FileStatus(StrEnum):
    """What became of one entry of the inbox."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    INCOMPLETE = "incomplete"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    KEPT = "kept"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file (relative, with ``/``), sheet, cell (``E12``), group and criterion code."""

    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    group: str | None = None
    criterion: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: the rule's stable code, its weight, what is wrong, what to do, and where."""

    code: str
    severity: Severity
    message: str
    fix: str
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure that may be checked against a criterion's answer: ``indicator operator threshold unit``.

    ``operator`` is one of ``>``, ``>=``, ``=``, ``<=``, ``<`` and must hold when the answer is Có.
    """

    indicator: str
    operator: str
    threshold: float
    unit: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One item to answer.

    ``code`` is unique text (``I.1``, ``2.10``, ``4.5a``), ``number`` what the form prints (``4.5``), ``label`` what
    people read (``4.5 (dòng thứ nhất)``). ``text`` has the year in place. ``standard`` is ``""`` in part I.
    ``applies_to`` is "Tất cả", a kind of group, or the heading of an attribute column.
    """

    code: str
    number: str
    label: str
    part: str
    standard: str
    text: str
    applies_to: str
    points: int = 1
    tasks: tuple[str, ...] = ()
    figure: Figure | None = None
    hint: str = ""

    @property
    def is_case(self) -> bool:
        """Whether this is a disqualifying case (part I), where Có means it happened."""
        return self.part == CASES


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard (tiêu chuẩn) of part II: its number as text and its printed title."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Group:
    """One neighbourhood group of the register; ``attributes`` holds the headings answered Có for it."""

    code: str
    kind: str
    name: str
    attributes: frozenset[str] = frozenset()
    leader: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """Two answers that cannot (``warning``) or should hardly (``info``) stand together."""

    first: str
    first_answer: str
    second: str
    second_answer: str
    severity: Severity
    explanation: str


@dataclass(frozen=True)
class Plan:
    """The whole template, read and checked: settings, register, form, relations, letters, links to last year.

    ``settings.period`` is the file-name form (``so-ket``); ``period_label`` the word as the officer wrote it.
    """

    settings: Settings
    groups: tuple[Group, ...]
    standards: tuple[Standard, ...]
    criteria: tuple[Criterion, ...]
    relations: tuple[Relation, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)
    period_label: str = ""
    links: Links = field(default_factory=Links)

    @cached_property
    def by_code(self) -> Mapping[str, Criterion]:
        """Criteria by their code, in the form's order."""
        return {criterion.code: criterion for criterion in self.criteria}

    @cached_property
    def group_by_code(self) -> Mapping[str, Group]:
        """Groups by their code, in the register's order."""
        return {group.code: group for group in self.groups}

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the register's groups, in its order."""
        return tuple(dict.fromkeys(group.kind for group in self.groups))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the criteria, in the form's order."""
        return tuple(criterion.code for criterion in self.criteria)

    def asked(self, group: Group) -> frozenset[str]:
        """The codes of the criteria the group has to answer."""
        alike = group.kind, group.attributes
        if alike not in self._asked:
            self._asked[alike] = frozenset(criterion.code for criterion in self.criteria_for(group))
        return self._asked[alike]

    @cached_property
    def _asked(self) -> dict[tuple[str, frozenset[str]], frozenset[str]]:
        return {}

    @property
    def cases(self) -> tuple[Criterion, ...]:
        """The disqualifying cases of part I."""
        return tuple(criterion for criterion in self.criteria if criterion.is_case)

    @property
    def scored(self) -> tuple[Criterion, ...]:
        """The criteria of part II."""
        return tuple(criterion for criterion in self.criteria if not criterion.is_case)

    def applies(self, criterion: Criterion, group: Group) -> bool:
        """Whether the group has to answer the criterion."""
        return criterion.applies_to in {"", ALL_GROUPS, group.kind} or criterion.applies_to in group.attributes

    def criteria_for(self, group: Group) -> tuple[Criterion, ...]:
        """The criteria the group has to answer, in the form's order."""
        return tuple(criterion for criterion in self.criteria if self.applies(criterion, group))

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change when any criterion's code or wording does."""
        lines = (f"{criterion.code}\t{' '.join(criterion.text.split())}" for criterion in self.criteria)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


ALL_GROUPS = "Tất cả"
"""``applies_to`` of a criterion that every group answers."""

YES = "Có"
NO = "Không"


@dataclass(frozen=True, slots=True)
class FormGrid:
    """Where the form stands on the template's sheet, found by headings (rows and columns count from 1).

    ``columns`` maps each heading to its column; ``rows`` each criterion's code to its row; ``case_row`` is the row of
    heading I; ``texts`` holds, for each cell whose content is a formula in the template, the text it stands for.
    """

    sheet: str
    heading_row: int
    columns: Mapping[str, int]
    rows: Mapping[str, int]
    texts: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """A template workbook that was read without a mistake: its plan, and where its form stands."""

    path: Path
    plan: Plan
    grid: FormGrid


@dataclass(frozen=True, slots=True)
class InboxFile:
    """One entry of the inbox: its path relative to the working folder (with ``/``), hash, size, time stamp, sender.

    Each form of a workbook that holds several is an entry of its own: ``sheet`` is then the name of its sheet.
    """

    path: str
    sha256: str | None
    size: int
    modified: datetime
    sender: str = ""
    sheet: str | None = None

    @property
    def page(self) -> str:
        """The sheet as people are told of it: in one line, of a length that Excel's own names never have."""
        return " ".join((self.sheet or "").split())[:60]

    @property
    def called(self) -> str:
        """What people call it: the path, and the sheet where the file holds several forms."""
        return f"{self.path}, trang {self.page}" if self.sheet else self.path

    def holds(self, place: Place) -> bool:
        """Whether a place stands in it."""
        return place.file == self.path and self.sheet in {None, place.sheet}


@dataclass(frozen=True, slots=True)
class Submission:
    """One returned form whose identity was accepted: whose it is, and its answers to every criterion of the plan.

    ``sheet`` is the name of the sheet they stand on.
    """

    file: InboxFile
    group: str
    number: int
    answers: Answers
    signed_by: str = ""
    signed_on: str = ""
    sheet: str | None = None

    def place(self, answer: Answer, cell: str | None = None) -> Place:
        """Return where an answer stands; ``cell`` names another cell of its row."""
        return Place(self.file.path, self.sheet, cell or answer.cell, self.group, answer.criterion)

    @property
    def answered(self) -> tuple[int, int]:
        """How many applicable items are answered clearly, and how many there are."""
        states = [answer.state for answer in self.answers.said]
        return states.count(AnswerState.CLEAR), len(states) - states.count(AnswerState.NOT_APPLICABLE)

    @property
    def is_complete(self) -> bool:
        """Whether every applicable criterion has one clear answer."""
        clear, asked = self.answered
        return clear == asked


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one entry of the inbox, and, for a person, why; ``answered`` is a readable form's."""

    file: InboxFile
    status: FileStatus
    group: str | None = None
    reason: str = ""
    answered: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What was heard from a group whose files do not count: the material of the form to send back.

    ``heard``: what each of these files clearly says; of a refused one only what can be trusted, maybe nothing.
    ``number``: the highest sending number received. ``reasons``: what is wrong with the files refused, in sentences.
    """

    heard: tuple[Submission, ...]
    number: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that a sending gives otherwise than the one before it, in words; whether it was asked for again."""

    criterion: str
    before: str
    after: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """The whole inbox, accounted for.

    ``files``: every entry once, or each form of it. ``submissions``: by group code, the one file that speaks for the
    group (complete or not). ``rejected``: codes of groups whose files were all refused or are in conflict.
    ``findings``: all of them. ``replies``: by group code, what to build the form to send back from; groups that count
    have none. ``changes``: by group code, what the file that speaks answers otherwise than those it replaces; groups
    with none are left out.
    """

    files: tuple[FileOutcome, ...]
    submissions: Mapping[str, Submission]
    rejected: frozenset[str]
    findings: tuple[Finding, ...]
    replies: Mapping[str, Reply] = field(default_factory=dict)
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the sheet ``Thẩm định``: all cells as text, where it stands, the office's own columns by heading."""

    group: str
    criterion: str
    result: str
    reason: str = ""
    decided_by: str = ""
    decided_on: str = ""
    place: Place = Place()
    own: tuple[tuple[str, str], ...] = ()
