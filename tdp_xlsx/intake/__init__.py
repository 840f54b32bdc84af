"""From the inbox to submissions: whose each file is, what it answers, and which file speaks for each group."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.intake.answers import read_answers
from tdp_xlsx.intake.identify import check_identity
from tdp_xlsx.intake.locate import claims, locate
from tdp_xlsx.intake.opening import open_entry
from tdp_xlsx.intake.resolve import resolve
from tdp_xlsx.model import FileOutcome, FileStatus, Intake, Severity, Submission

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.model import Finding, InboxFile, Plan
    from tdp_xlsx.reading.cells import Book
    from tdp_xlsx.reading.inbox import Entry

__all__ = ["take_in"]


def take_in(plan: Plan, found: Iterable[Entry]) -> Intake:
    """Read entries of the inbox and account for each: counted, or named with the reason."""
    outcomes: list[FileOutcome] = []
    findings: list[Finding] = []
    by_group: dict[str, list[Submission]] = {}
    for entry in found:
        outcome, submission, of_file = _take(plan, entry)
        outcomes.append(outcome)
        findings += of_file
        if submission is not None:
            by_group.setdefault(submission.group, []).append(submission)
    chosen: dict[str, Submission] = {}
    verdicts: dict[str, tuple[FileStatus, str]] = {}
    for group in plan.groups:
        if group.code in by_group:
            speaker, verdict, of_group = resolve(plan, group, by_group[group.code])
            verdicts.update(verdict)
            findings += of_group
            if speaker is not None:
                chosen[group.code] = speaker
    for i, outcome in enumerate(outcomes):
        if outcome.file.path in verdicts:
            status, reason = verdicts[outcome.file.path]
            outcomes[i] = replace(outcome, status=status, reason=reason)
    refused = {o.group for o in outcomes if o.group and o.status in {FileStatus.REJECTED, FileStatus.CONFLICT}}
    return Intake(tuple(outcomes), chosen, frozenset(refused - chosen.keys()), tuple(findings))


def _take(plan: Plan, entry: Entry) -> tuple[FileOutcome, Submission | None, tuple[Finding, ...]]:
    """Read one entry; its submission if whose it is can be trusted, complete or not."""
    opened = open_entry(entry)
    file, found = opened.file, opened.findings
    if opened.book is not None:
        return _understand(plan, file, opened.book)
    if opened.status is FileStatus.REJECTED:
        return _refuse(plan, file, found)
    group = _named_group(plan, entry.name) if opened.status is FileStatus.KEPT else None
    return FileOutcome(file, opened.status, group, opened.reason), None, tuple(_of_group(f, group) for f in found)


def _understand(plan: Plan, file: InboxFile, book: Book) -> tuple[FileOutcome, Submission | None, tuple[Finding, ...]]:
    located, found = locate(book, file.path)
    if located is None:
        return _refuse(plan, file, found)
    identity, found = check_identity(plan, located, claims(book, located), file.path)
    group = plan.group_by_code.get(identity.group) if identity else None
    if found or identity is None or group is None:
        return _refuse(plan, file, found, group.code if group else None)
    answers, found = read_answers(plan, group, located, file.path)
    submission = Submission(file, group.code, identity.number, answers)
    if submission.is_complete:
        return FileOutcome(file, FileStatus.ACCEPTED, group.code), submission, found
    count = sum(finding.severity is Severity.ERROR for finding in found)
    reason = f"{count} nội dung phải bổ sung hoặc làm rõ"
    return FileOutcome(file, FileStatus.INCOMPLETE, group.code, reason), submission, found


def _refuse(
    plan: Plan, file: InboxFile, found: tuple[Finding, ...], group: str | None = None
) -> tuple[FileOutcome, None, tuple[Finding, ...]]:
    """Refuse a file. Where its content does not tell whose it is, only the form's exact name ties it to a group."""
    code = group or _named_group(plan, file.path)
    found = tuple(_of_group(finding, code) for finding in found)
    return FileOutcome(file, FileStatus.REJECTED, code, found[0].message), None, found


def _of_group(finding: Finding, code: str | None) -> Finding:
    return replace(finding, place=replace(finding.place, group=finding.place.group or code))


def _named_group(plan: Plan, name: str) -> str | None:
    stem = PurePosixPath(name).stem.casefold()
    for group in plan.groups:
        if stem == PurePosixPath(layout.form_name(plan.settings.edition, group.code)).stem.casefold():
            return group.code
    return None
