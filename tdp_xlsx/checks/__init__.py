"""What is wrong with a submission as a whole, and whose address it came from: small generators, one for each thing."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import TYPE_CHECKING

from tdp_xlsx.findings import answers as rules
from tdp_xlsx.findings import mail as mail_rules
from tdp_xlsx.model import YES, Place, Severity
from tdp_xlsx.text import display

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tdp_xlsx.checks.numbers import Shown
    from tdp_xlsx.model import Criterion, Figure, Finding, Group, Plan
    from tdp_xlsx.submission import Answer, Intake, Submission


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


_HOLDS = {">": operator.gt, ">=": operator.ge, "=": operator.eq, "<=": operator.le, "<": operator.lt}
_SIGNS = {">=": "≥", "<=": "≤"}
_PERCENT = "%"
_WHOLE = 100


def check_figures(plan: Plan, submission: Submission) -> Iterator[Finding]:
    """Yield what speaks against the figures beside answers, where the template names one to check; nothing blocks."""
    for criterion in plan.criteria:
        if criterion.figure is None:
            continue
        answer = submission.answers[criterion.code]
        if answer.evidence.strip():
            yield from _check(criterion, criterion.figure, answer, submission.place(answer, answer.evidence_cell))


def _check(criterion: Criterion, figure: Figure, answer: Answer, place: Place) -> Iterator[Finding]:
    from tdp_xlsx.checks.numbers import read_figure  # noqa: PLC0415 - with the first figure there is

    raw = display(answer.evidence)
    said = {"label": criterion.label, "raw": raw, "cell": place.cell}
    shown = read_figure(raw, figure.unit)
    if shown is None:
        return
    if shown.unclear:
        yield rules.FIGURE_UNCLEAR.at(place, **said, reason=shown.unclear, indicator=figure.indicator)
        return
    impossible = _impossible(figure, shown)
    if impossible:
        yield rules.FIGURE_IMPOSSIBLE.at(place, **said, reason=impossible)
        return
    if shown.disagreeing:
        fraction, percent = shown.disagreeing
        yield rules.FIGURES_DISAGREE.at(place, **said, fraction=fraction, percent=percent)
        return
    threshold = Fraction(str(figure.threshold))
    if answer.value == YES and not _HOLDS[figure.operator](shown.value, threshold):
        yield rules.FIGURE_AGAINST.at(
            place,
            label=criterion.label,
            raw=raw,
            operator=_SIGNS.get(figure.operator, figure.operator),
            threshold=decimal_text(threshold),
            unit=figure.unit if figure.unit == _PERCENT else f" {figure.unit}".rstrip(),
            indicator=figure.indicator,
        )


def _impossible(figure: Figure, shown: Shown) -> str:
    if figure.unit == _PERCENT and shown.value > _WHOLE:
        return "tỷ lệ trên 100%"
    return ""


def decimal_text(number: Fraction) -> str:
    """Return a number as Vietnamese write it, with up to two decimals: ``95,5``."""
    return f"{float(number):.2f}".rstrip("0").rstrip(".").replace(".", ",")


CHECKS: tuple[Callable[[Plan, Submission], Iterator[Finding]], ...] = (check_cases, check_relations, check_figures)


def check(plan: Plan, submission: Submission) -> Iterator[Finding]:
    """Yield every finding about a submission's clear answers; none of them changes an answer."""
    for one in CHECKS:
        yield from one(plan, submission)


def note_senders(plan: Plan, intake: Intake) -> Iterator[Finding]:
    """Yield a finding for each file that came by mail from an address that is not its group's; none is repeated."""
    owners: dict[str, list[Group]] = {}
    for owner in plan.groups:
        if owner.email:
            owners.setdefault(owner.email.casefold(), []).append(owner)
    for outcome in intake.files:
        sender = outcome.file.sender
        if not sender:
            continue
        known = owners.get(sender.casefold(), [])
        place = Place(outcome.file.path, outcome.file.sheet, group=outcome.group)
        group = plan.group_by_code.get(outcome.group or "")
        if group is None:
            if known:
                yield mail_rules.SENDER_KNOWN.at(place, name=", ".join(one.name for one in known))
        elif known and group not in known:
            others = ", ".join(one.name for one in known)
            yield mail_rules.OTHER_GROUP.at(place, name=group.name, other=others)
        elif not known:
            yield mail_rules.STRANGER.at(place, name=group.name)
