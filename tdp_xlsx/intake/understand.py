"""One workbook that could be read: whose form it is, what it answers, and what becomes of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.answer import Answer, Answers, AnswerState
from tdp_xlsx.findings import files as rules
from tdp_xlsx.intake.answers import read_answers, read_signature
from tdp_xlsx.intake.claims import claims
from tdp_xlsx.intake.identify import identify
from tdp_xlsx.intake.locate import locate
from tdp_xlsx.intake.shape import shape_of
from tdp_xlsx.intake.understood import Understood, refused
from tdp_xlsx.model import FileOutcome, FileStatus, Place, Severity, Submission

if TYPE_CHECKING:
    from tdp_xlsx.intake.claims import Claims
    from tdp_xlsx.intake.expected import Expected
    from tdp_xlsx.intake.identify import Identified
    from tdp_xlsx.intake.locate import Located
    from tdp_xlsx.model import Finding, Group, InboxFile, Plan
    from tdp_xlsx.reading.cells import Book


def understand(expected: Expected, file: InboxFile, book: Book) -> Understood:
    """Tell whose form a workbook is, and read its answers."""
    plan = expected.plan
    shapes = [shape_of(sheet) for sheet in book.sheets]
    claimed = claims(book, shapes)
    located, found = locate(expected, book, shapes, file.path)
    if located is None:
        group = plan.group_by_code.get(claimed.group or "")
        heard = Submission(file, group.code, claimed.number, _nothing(plan, group)) if group else None
        return refused(plan, file, found, heard=heard)
    identified = identify(expected, located, claimed, file.path)
    group = identified.group
    if group is None:
        return refused(plan, file, identified.findings)
    number = identified.identity.number if identified.identity else claimed.number
    if not identified.is_accepted:
        answers = _trusted(expected, group, located, identified, file.path)
        heard = Submission(file, group.code, number, answers, sheet=located.sheet.name)
        return refused(plan, file, identified.findings, heard=heard)
    answers, of_answers = read_answers(expected, group, located, file.path)
    signed_by, signed_on = read_signature(located)
    submission = Submission(file, group.code, number, answers, signed_by, signed_on, located.sheet.name)
    findings = (*identified.findings, *of_answers, *_additions(book, claimed, Place(file.path, group=group.code)))
    if submission.is_complete:
        outcome = FileOutcome(file, FileStatus.ACCEPTED, group.code, answered=submission.answered)
        return Understood(outcome, findings, submission)
    count = sum(finding.severity is Severity.ERROR for finding in findings)
    reason = f"{count} nội dung phải bổ sung hoặc làm rõ"
    outcome = FileOutcome(file, FileStatus.INCOMPLETE, group.code, reason, submission.answered)
    return Understood(outcome, findings, submission)


def _nothing(plan: Plan, group: Group) -> Answers:
    return Answers(
        Answer(
            criterion.code,
            AnswerState.MISSING if plan.applies(criterion, group) else AnswerState.NOT_APPLICABLE,
            None,
            "",
            "",
        )
        for criterion in plan.criteria
    )


def _trusted(expected: Expected, group: Group, located: Located, identified: Identified, file: str) -> Answers:
    """Return the answers of a refused form's rows that are the plan's own; nothing of the others."""
    answers, _ = read_answers(expected, group, located, file, identified.trusted)
    return Answers({**_nothing(expected.plan, group), **answers}.values())


def _additions(book: Book, claimed: Claims, place: Place) -> list[Finding]:
    """Say once what the file holds that no program reads as answers and the form did not have."""
    new = [kind for kind, count in book.additions.items() if count > claimed.additions.get(kind, 0)]
    return [rules.UNREADABLE_THINGS.at(place, kinds=", ".join(new))] if new else []
