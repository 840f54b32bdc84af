"""The one JSON document of `status`, `check` and `consolidate` (PRODUCT section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.evaluation import Evaluation
    from tdp_xlsx.model import FileOutcome, Finding


def document(
    evaluation: Evaluation,
    files: Iterable[FileOutcome],
    findings: Iterable[Finding],
    *,
    workbook: str | None,
    groups: frozenset[str] | None = None,
) -> dict[str, Any]:
    """Return the document as plain values; ``groups`` limits it to these codes (None: all of the register)."""
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
    }
