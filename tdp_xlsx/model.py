"""The nouns every step shares: the plan with its settings, groups and criteria; findings, decisions.

Everything here is frozen; nothing here reads, writes or decides.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from tdp_xlsx.links import Links

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

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


@dataclass(frozen=True, slots=True)
class RatingClass:
    """One class of the evaluation: its name, from which score (percent), and from which share in every standard."""

    name: str
    from_percent: float
    each_standard: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The sheet ``Cấu hình``, typed. Empty text and None mean: left blank, to be filled in by pen.

    ``basis`` maps a setting's field name to its legal basis or note. ``unit_level`` is what stands where the ward is
    not named; ``names_leaders`` whether the ward workbook says who filled a form.
    """

    ward: str
    place: str
    year: int
    period: str
    title: str
    caption: str
    deadline: date | None
    reply_to: str
    appraiser: str
    presentation: str
    tie_break: bool = False
    separate_lists: bool = False
    pass_percent: float | None = None
    classes: tuple[RatingClass, ...] = ()
    report_number: str = ""
    report_date: date | None = None
    prepared_by: str = ""
    signer_title: str = ""
    signer_name: str = ""
    recipients: str = ""
    smtp_host: str = ""
    smtp_port: int | None = None
    smtp_security: str = ""
    smtp_account: str = ""
    smtp_sender: str = ""
    smtp_pause: float = 0.0
    unit_level: str = "phường"
    authority: str = "ỦY BAN NHÂN DÂN"
    authority_short: str = "UBND"
    layout_basis: str = "Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ"
    names_leaders: bool = False
    basis: Mapping[str, str] = field(default_factory=dict)

    @property
    def office(self) -> str:
        """The office as sentences name it: ``UBND phường Tân Phong``."""
        return f"{self.authority_short} {self.ward or self.unit_level}"

    @property
    def edition(self) -> str:
        """Year and period as they stand in file names and in a form's identity: ``2021``, ``2021-so-ket``."""
        return f"{self.year}-{self.period}" if self.period else str(self.year)


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
