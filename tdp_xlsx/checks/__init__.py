"""What is wrong with one submission as a whole: small generators, each looking for one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.checks.answers import check_cases, check_relations
from tdp_xlsx.checks.figures import check_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tdp_xlsx.model import Finding, Plan
    from tdp_xlsx.submission import Submission

__all__ = ["CHECKS", "check"]

CHECKS: tuple[Callable[[Plan, Submission], Iterator[Finding]], ...] = (check_cases, check_relations, check_figures)


def check(plan: Plan, submission: Submission) -> Iterator[Finding]:
    """Yield every finding about a submission's clear answers; none of them changes an answer."""
    for one in CHECKS:
        yield from one(plan, submission)
