"""What is received: files, answers, submissions; and what last year's ward workbook says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx.model import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from tdp_xlsx.model import Criterion, GroupStatus


_REMEMBERED, _SHORT = 16_384, 100


class AnswerState(StrEnum):
    """How clear one answer is."""

    CLEAR = "clear"
    MISSING = "missing"
    UNCLEAR = "unclear"
    NOT_APPLICABLE = "not_applicable"

    __hash__ = str.__hash__  # an enumeration's own is slow


class Final(IntEnum):
    """What an answer comes to, in one byte: as it was read, or with the office's decisions applied."""

    NOT_APPLICABLE = 0
    MISSING = 1
    UNCLEAR = 2
    YES = 3
    NO = 4
    CONTRADICTED = 5
    """The office's own decisions differ."""


class Answer(NamedTuple):
    """One criterion's answer as it was read.

    ``value`` is Có, Không or None (missing or unclear). ``raw`` shows what stood in the answer cells, ``evidence`` what
    stood in the evidence cell (``evidence_cell``), both as text; ``cell`` names the answer cell (None: there is none).
    File, sheet and group are the submission's.
    """

    criterion: str
    state: AnswerState
    value: str | None
    raw: str
    evidence: str
    cell: str | None = None
    evidence_cell: str | None = None


class Answers(Mapping[str, Answer]):
    """The answers of one form by the criterion's code, in the form's order.

    Forms say the same in most rows; the same answer is one object for all of them, however it came.
    """

    __slots__ = ("_places", "_said")

    def __init__(self, said: Iterable[Answer]) -> None:
        self._said = tuple([_shared(one) if len(one.evidence) + len(one.raw) <= _SHORT else one for one in said])
        self._places = _places(tuple([answer.criterion for answer in self._said]))

    def __getitem__(self, code: str) -> Answer:
        return self._said[self._places[code]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._said)

    def __reduce__(self) -> tuple[type[Answers], tuple[tuple[Answer, ...]]]:
        return Answers, (self._said,)

    @property
    def said(self) -> tuple[Answer, ...]:
        """The answers, in the form's order."""
        return self._said


@lru_cache(maxsize=_REMEMBERED)
def _shared(answer: Answer) -> Answer:
    return answer


@lru_cache(maxsize=64)
def _places(codes: tuple[str, ...]) -> Mapping[str, int]:
    return {code: place for place, code in enumerate(codes)}


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


class PastAnswer(NamedTuple):
    """One answer: the leader's, the one that counts after decisions (Có, Không; "" where not clear), the evidence."""

    read: str
    final: str
    evidence: str


@dataclass(frozen=True, slots=True)
class PastGroup:
    """One group as it stood last year.

    ``published`` is its rank as printed, ``is_verified`` whether a decision of the office was in force. ``answers``
    holds all items that applied to it, by code; it is empty where no file was read.
    """

    code: str
    name: str
    kind: str
    status: GroupStatus
    published: int | None
    is_verified: bool
    answers: Mapping[str, PastAnswer]


class Contradiction(NamedTuple):
    """A cell whose value is not what the workbook's own answers and decisions come to; both as text."""

    sheet: str
    cell: str
    said: str
    reckoned: str


@dataclass(frozen=True)
class LastYear:
    """A ward workbook of an earlier year: its path relative to the working folder, its hash, and what it says.

    ``period`` is "" for a whole year. Criteria have the code, label, text, standard and points of that year; which
    of them applied to a group, its answers tell. With ``contradictions`` nothing of it is to be relied on.
    """

    file: str
    sha256: str
    year: int
    period: str
    criteria: tuple[Criterion, ...]
    groups: tuple[PastGroup, ...]
    contradictions: tuple[Contradiction, ...] = ()

    @cached_property
    def group_by_code(self) -> Mapping[str, PastGroup]:
        """Groups by their code."""
        return {group.code: group for group in self.groups}

    @cached_property
    def by_code(self) -> Mapping[str, Criterion]:
        """Criteria by their code."""
        return {criterion.code: criterion for criterion in self.criteria}
