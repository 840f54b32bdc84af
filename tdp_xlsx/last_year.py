"""What last year's ward workbook says: its criteria, its groups, their answers; and where it contradicts itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.model import Criterion, GroupStatus


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
