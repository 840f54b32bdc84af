"""The one JSON document of `status`, `check` and `consolidate` (PRODUCT section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.evaluation import Evaluation
    from tdp_xlsx.evaluation.previous import Compared, Previous
    from tdp_xlsx.model import Finding
    from tdp_xlsx.submission import FileOutcome


def document(
    evaluation: Evaluation,
    files: Iterable[FileOutcome],
    findings: Iterable[Finding],
    *,
    workbook: str | None,
    groups: frozenset[str] | None = None,
) -> dict[str, Any]:
    """Return the document as plain values; ``groups`` limits it to these codes (None: all of the register)."""
    previous = evaluation.previous
    return {
        "year": evaluation.plan.settings.year,
        "workbook": workbook,
        "groups": [
            {
                "code": result.code,
                "name": result.name,
                "status": result.status.value,
                "rank": result.rank,
                "met": result.met,
                "applicable": result.applicable,
                "score": None if result.score is None else float(result.score),
                "standards": {number: list(counts) for number, counts in result.standards.items()},
                "disqualified_by": list(result.disqualified_by),
                "file": result.file,
                "sha256": result.sha256,
                "previous": previous and _beside(previous.groups[result.code]),
            }
            for result in evaluation.results
            if groups is None or result.code in groups
        ],
        "files": [
            {
                "file": outcome.file.path,
                "status": outcome.status.value,
                "group": outcome.group,
                "sha256": outcome.file.sha256,
            }
            for outcome in files
        ],
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "group": finding.place.group,
                "criterion": finding.place.criterion,
                "file": finding.place.file,
                "cell": finding.place.cell,
                "message": finding.message,
                "fix": finding.fix,
            }
            for finding in findings
        ],
        "previous": previous and _previous(previous, len(evaluation.plan.scored)),
    }


def _previous(previous: Previous, criteria: int) -> dict[str, Any]:
    return {
        "file": previous.last.file,
        "sha256": previous.last.sha256,
        "year": previous.last.year,
        "compared_groups": len(previous.compared),
        "groups": len(previous.groups),
        "compared_criteria": len(previous.criteria),
        "criteria": criteria,
    }


def _beside(one: Compared) -> dict[str, Any]:
    if one.before is None or one.reasons:
        return {"break": one.reason}
    return {
        "code": one.before.code,
        "met": list(one.met),
        "compared": one.compared,
        "gained": list(one.gained),
        "lost": list(one.lost),
        "rank": list(one.rank),
    }
