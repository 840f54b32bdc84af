"""What a ward workbook was made of, kept in it as hashes: inbox, decisions, what both came to, the year before."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from tdp_xlsx.submission import FileStatus
from tdp_xlsx.text import display, storable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.evaluation import Evaluation
    from tdp_xlsx.submission import Intake

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
