"""What an evaluation consists of: a result for each group, every answer, the decisions, hashes of what it rests on."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

from tdp_xlsx.layout import AWAITED
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.submission import FileStatus
from tdp_xlsx.text import display, storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from tdp_xlsx.evaluation.answers import AnswerRows
    from tdp_xlsx.evaluation.decisions import SettledDecision
    from tdp_xlsx.evaluation.previous import Previous
    from tdp_xlsx.model import Plan
    from tdp_xlsx.submission import Intake


COUNTED = frozenset({GroupStatus.VALID, GroupStatus.DISQUALIFIED})
"""The states of a group whose answers count."""


class RowClass(IntEnum):
    """The parts of a ranking, in the order they are listed."""

    RANKED = 1
    DISQUALIFIED = 2
    NOT_COUNTED = 3
    MISSING = 4


ROW_CLASSES = {
    GroupStatus.VALID: RowClass.RANKED,
    GroupStatus.DISQUALIFIED: RowClass.DISQUALIFIED,
    GroupStatus.INCOMPLETE: RowClass.NOT_COUNTED,
    GroupStatus.REJECTED: RowClass.NOT_COUNTED,
    GroupStatus.MISSING: RowClass.MISSING,
}


@dataclass(frozen=True, slots=True)
class GroupResult:
    """What became of one group.

    ``met`` and ``applicable`` count criteria of part II, ``points_met`` and ``points_applicable`` weigh them;
    ``standards`` maps each standard's number to (met, applicable) and ``full_standards`` counts those met in full.
    Without a file that was read, nothing is met. ``score`` is None unless the group counts, ``rank`` unless it is
    ranked. ``unanswered`` counts applicable items without one clear answer, ``contradicted`` those
    of them on which the office's own decisions differ. ``disqualified_by`` names the cases
    answered Có, by code; ``unconfirmed`` counts those of them that the office has not verified. ``decided`` counts
    the office's rows in force, ``changed`` the answers they change. ``list`` is the kind whose list the group is ranked
    in (``""`` for the one list), ``equals`` holds the codes of all groups of its rank there, its own among them, and is
    the same tuple for each of them; it is empty without a rank. ``passed`` and ``rating`` are what the pass mark and
    the classes say (None and ``""`` without them).
    ``order`` is the group's line in the ranking, from 1; ``position`` its line in the register, from 1.
    """

    code: str
    name: str
    kind: str
    status: GroupStatus
    rank: int | None
    met: int
    applicable: int
    points_met: int
    points_applicable: int
    score: Fraction | None
    standards: Mapping[str, tuple[int, int]]
    full_standards: int
    unanswered: int
    contradicted: int
    disqualified_by: tuple[str, ...]
    unconfirmed: int
    decided: int
    changed: int
    list: str
    equals: tuple[str, ...]
    passed: bool | None
    rating: str
    order: int
    position: int
    file: str | None
    sha256: str | None

    @property
    def ties(self) -> int:
        """How many others have the same rank."""
        return max(len(self.equals) - 1, 0)

    @property
    def tied(self) -> tuple[str, ...]:
        """The codes of the others of the same rank."""
        return tuple(code for code in self.equals if code != self.code)

    @property
    def is_counted(self) -> bool:
        """Whether the group's answers count: it is valid or disqualified."""
        return self.status in COUNTED

    @property
    def awaits_office(self) -> bool:
        """Whether only decisions that differ from each other keep the group from counting."""
        return self.status is GroupStatus.INCOMPLETE and self.unanswered == self.contradicted

    @property
    def state(self) -> str:
        """The status, or that only the office keeps the group from counting; ``layout.STATES`` has the words."""
        return AWAITED if self.awaits_office else self.status

    @property
    def is_read(self) -> bool:
        """Whether a file of the group was read, complete or not."""
        return self.status not in {GroupStatus.MISSING, GroupStatus.REJECTED}

    @property
    def is_verified(self) -> bool:
        """Whether at least one decision of the office is in force for the group."""
        return self.decided > 0


@dataclass(frozen=True)
class Evaluation:
    """The whole evaluation; ``results`` in the register's order, ``decisions`` in the sheet's.

    ``rows`` makes each answer of each group that was read, in the register's and the form's order; ``finals`` has what
    counts of them, one ``Final`` a criterion, by the codes of those groups. ``by_criterion``: over the groups that
    count, by criterion and case: how many it concerns, how many say Có, and Không. ``previous`` compares with the year
    before; None without its workbook.
    """

    plan: Plan
    results: tuple[GroupResult, ...]
    rows: AnswerRows
    finals: Mapping[str, bytes]
    by_criterion: Mapping[str, tuple[int, int, int]]
    decisions: tuple[SettledDecision, ...] = ()
    previous: Previous | None = None

    @cached_property
    def by_code(self) -> Mapping[str, GroupResult]:
        """Results by the group's code."""
        return {result.code: result for result in self.results}

    @cached_property
    def ordered(self) -> tuple[GroupResult, ...]:
        """Results as the ranking lists them: ranked, disqualified, not counted, missing; equals as in the register."""
        return tuple(sorted(self.results, key=lambda result: result.order))


PROPERTY = "tdp-xlsx basis"
"""The custom document property of the ward workbook that holds them."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Hashes of the files and of the decisions, in whatever order; of the criteria and the groups' results.

    ``previous`` is that of the workbook of the year before that it compares with ("": of none).
    """

    inbox: str
    decisions: str
    outcome: str
    previous: str = ""

    def __str__(self) -> str:
        return "|".join(filter(None, astuple(self)))


def basis_of(evaluation: Evaluation, intake: Intake) -> Basis:
    """Return what an evaluation rests on and comes to; times, places and how a text is spaced do not matter."""
    files = sorted(f"{one.file.path}\t{one.file.sha256}" for one in intake.files if one.status != FileStatus.IGNORED)
    said = (
        (one.group, one.criterion, one.result, one.reason, one.decided_by, one.decided_on)
        for one in (settled.decision for settled in evaluation.decisions)
    )
    decisions = sorted("\t".join(display(storable(text)) for text in texts) for texts in said)
    outcome = [
        f"{one.code}\t{one.name}\t{one.kind}\t{one.status.value}\t{one.list}\t{one.rank}\t{one.met}\t{one.applicable}\t{one.score}\t"
        f"{one.rating}\t{one.passed}\t{one.file}\t{','.join(one.disqualified_by)}"
        for one in evaluation.results
    ]
    previous = evaluation.previous.last.sha256 if evaluation.previous else ""
    return Basis(_hash(files), _hash(decisions), _hash([evaluation.plan.fingerprint, *outcome]), previous)


def parse_basis(text: str) -> Basis | None:
    """Return the basis a property spells, or None if it is none."""
    parts = text.split("|")
    return Basis(*parts) if len(parts) in {3, 4} else None  # earlier versions knew of no year before


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
