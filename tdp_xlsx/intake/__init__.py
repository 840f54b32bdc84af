"""From the inbox to submissions: whose each file is, what it answers, and which file speaks for each group."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import files as rules
from tdp_xlsx.intake.answers import read_answers
from tdp_xlsx.intake.identify import check_identity
from tdp_xlsx.intake.locate import claims, locate
from tdp_xlsx.intake.resolve import resolve
from tdp_xlsx.model import FileOutcome, FileStatus, InboxFile, Intake, Place, Severity, Submission
from tdp_xlsx.reading.book import UnreadableError, read_workbook
from tdp_xlsx.reading.inbox import MAX_BYTES, Entry, snapshot
from tdp_xlsx.reading.kinds import SIGNED_COPIES, WORKBOOKS, Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.model import Finding, Plan
    from tdp_xlsx.reading.cells import Book

__all__ = ["take_in"]

_REFUSALS = {
    "link": rules.NOT_A_FILE,
    "large": rules.TOO_LARGE,
    "deep": rules.TOO_DEEP,
}


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
    file = InboxFile(entry.name, None, entry.size, entry.modified)
    if entry.ignored:
        return FileOutcome(file, FileStatus.IGNORED, reason="tệp tạm của hệ thống hoặc chương trình"), None, ()
    place = Place(entry.name)
    if entry.refusal:
        size = f"{entry.size / 1024 / 1024:.0f}".replace(".", ",")
        found = _REFUSALS[entry.refusal].at(place, file=entry.name, size=size, limit=MAX_BYTES)
        return _refuse(plan, file, (found,))
    try:
        taken = snapshot(entry)
    except OSError as fault:
        return _refuse(plan, file, (rules.UNOPENABLE.at(place, file=entry.name, reason=fault.strerror or fault),))
    file = InboxFile(entry.name, taken.sha256, len(taken.content), entry.modified)
    kind = kind_of(taken.content)
    if kind in SIGNED_COPIES:
        found = rules.SIGNED_COPY.at(place, file=entry.name, kind=kind.value)
        return FileOutcome(file, FileStatus.KEPT, _named_group(plan, entry.name), found.message), None, (found,)
    if kind is Kind.EMPTY:
        return _refuse(plan, file, (rules.EMPTY.at(place, file=entry.name),))
    if kind is Kind.ENCRYPTED:
        return _refuse(plan, file, (rules.PASSWORD.at(place, file=entry.name),))
    if kind not in WORKBOOKS:
        return _refuse(plan, file, (rules.NOT_A_WORKBOOK.at(place, file=entry.name, kind=kind.value),))
    try:
        book = read_workbook(taken.content)
    except UnreadableError as fault:
        return _refuse(plan, file, (rules.UNREADABLE.at(place, file=entry.name, reason=fault),))
    return _understand(plan, file, book)


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
