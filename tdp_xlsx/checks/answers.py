"""Answers that need a second look: a disqualifying case reported, answers that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.findings import answers as rules
from tdp_xlsx.model import YES, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.model import Finding, Plan
    from tdp_xlsx.submission import Submission


def check_cases(plan: Plan, submission: Submission) -> Iterator[Finding]:
    """A disqualifying case was reported: to be verified (heading I of the ward's form)."""
    for case in plan.cases:
        answer = submission.answers[case.code]
        if answer.value == YES:
            yield rules.CASE_REPORTED.at(submission.place(answer), label=case.label)


def check_relations(plan: Plan, submission: Submission) -> Iterator[Finding]:
    """Two answers the template's sheet ``Quan hệ tiêu chí`` says cannot, or should hardly, stand together."""
    for relation in plan.relations:
        first, second = submission.answers[relation.first], submission.answers[relation.second]
        if (first.value, second.value) == (relation.first_answer, relation.second_answer):
            rule = rules.CONTRADICTION if relation.severity is Severity.WARNING else rules.RELATED
            yield rule.at(
                submission.place(first),
                first=plan.by_code[relation.first].label,
                first_answer=relation.first_answer,
                second=plan.by_code[relation.second].label,
                second_answer=relation.second_answer,
                explanation=relation.explanation,
            )
