"""From the inbox to submissions: whose each file is, what it answers, and which file speaks for each group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tdp_xlsx.findings import decisions as rules
from tdp_xlsx.intake.opening import Opened, open_entries
from tdp_xlsx.intake.resolve import NEWER, Verdict, changes, resolve, superseded
from tdp_xlsx.intake.understand import Understanding, Understood, named_group, of_group, refused
from tdp_xlsx.model import Place, Severity
from tdp_xlsx.reading import workers
from tdp_xlsx.submission import FileOutcome, FileStatus, Intake, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tdp_xlsx.model import Finding, Plan
    from tdp_xlsx.reading.inbox import Entry
    from tdp_xlsx.submission import Change, InboxFile, Submission

__all__ = ["Progress", "naming_sheets", "take_in"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading is: files read, of how many, and groups heard of so far. Those in archives count too."""

    read: int
    total: int
    groups: int


def take_in(plan: Plan, found: Sequence[Entry], on_read: Callable[[Progress], None] | None = None) -> Intake:
    """Read entries of the inbox and account for each: counted, or named with the reason."""
    files: list[Understood] = []
    groups: set[str] = set()
    for opened in open_entries(found, Understanding(plan)):
        taken = _taken(plan, opened)
        files += taken
        groups.update(file.submission.group for file in taken if file.submission is not None)
        if on_read:
            on_read(Progress(len(files), max(len(files), len(found)), len(groups)))
    if len(found) > workers.LARGE:
        workers.stop()  # each worker holds the whole plan, and there is nothing more to read
    return account(plan, files)


def _taken(plan: Plan, opened: Opened) -> tuple[Understood, ...]:
    """Return what became of one file: of a workbook, what the worker understood of each form."""
    if isinstance(opened.outcome, tuple):
        return opened.outcome
    if opened.status is FileStatus.REJECTED:
        return (refused(plan, opened.file, opened.findings),)
    group = named_group(plan, opened.file.path) if opened.status is FileStatus.KEPT else None
    outcome = FileOutcome(opened.file, opened.status, group, opened.reason)
    return (Understood(outcome, of_group(opened.findings, group)),)


def account(plan: Plan, files: Iterable[Understood]) -> Intake:
    """Choose, for each group, the file that speaks for it, and account for all files."""
    files = tuple(files)
    findings: list[Finding] = []
    by_group: dict[str, list[Submission]] = {}
    for file in files:
        if file.submission is not None:
            by_group.setdefault(file.submission.group, []).append(file.submission)
    chosen: dict[str, Submission] = {}
    verdicts: dict[InboxFile, tuple[FileStatus, str]] = {}
    for group in plan.groups:
        if group.code in by_group:
            speaker, verdict, of_files = resolve(plan, group, by_group[group.code])
            verdicts.update(verdict)
            findings += of_files
            if speaker is not None:
                chosen[group.code] = speaker
    for file in files:
        old = file.heard
        if old is not None and old.group in chosen and old.number < chosen[old.group].number:
            kept = chosen[old.group]
            verdicts[old.file] = (FileStatus.SUPERSEDED, f"{NEWER}: “{kept.file.called}”")
            findings.append(superseded(plan.group_by_code[old.group], old, kept, NEWER))
    findings += _named_for_others(plan, files)
    changed = _changed(plan, files, chosen, verdicts)
    findings += [finding for of_group in changed.values() for _, finding in of_group]
    outcomes = tuple(_after(file.outcome, verdicts) for file in files)
    refusals = {o.group for o in outcomes if o.group and o.status in {FileStatus.REJECTED, FileStatus.CONFLICT}}
    rejected = frozenset(refusals - chosen.keys())
    own = _own(files, outcomes, chosen)
    told = {code: tuple(change for change, _ in of_group) for code, of_group in changed.items()}
    return Intake(outcomes, chosen, rejected, (*own, *findings), _replies(files, outcomes, chosen, rejected), told)


def _own(
    files: Sequence[Understood], outcomes: Sequence[FileOutcome], chosen: Mapping[str, Submission]
) -> Iterator[Finding]:
    """Yield what is found in each file; where another counts in its place, that is nobody's task any more.

    Only what is to be cleared up in one of two that answer alike, and not in the other, is: a picture, a comment.
    """
    by_file = {file.outcome.file: file for file in files}
    for file, outcome in zip(files, outcomes, strict=True):
        kept = chosen.get(outcome.group or "")
        if outcome.status is FileStatus.DUPLICATE and kept:
            told = {(one.code, one.place.criterion) for one in by_file[kept.file].findings}
            warnings = [one for one in file.findings if one.severity is Severity.WARNING]
            yield from (one for one in warnings if (one.code, one.place.criterion) not in told)
        elif outcome.status not in {FileStatus.SUPERSEDED, FileStatus.DUPLICATE}:
            yield from file.findings


def _named_for_others(plan: Plan, files: Iterable[Understood]) -> Iterator[Finding]:
    """Tell of each file that is called as another group's form than the one it holds."""
    files = list(files)
    held = {(file.outcome.file.path, file.outcome.group) for file in files}
    for file in files:
        one, path = file.submission or file.heard, file.outcome.file.path
        other = named_group(plan, path) if one else None
        if one and other and (path, other) not in held:
            holder, called = plan.group_by_code[one.group], plan.group_by_code[other]
            place = Place(path, one.sheet, group=one.group)
            yield rules.NAMED_FOR_ANOTHER.at(
                place,
                file=one.file.called,
                other=f"{called.name} ({called.code})",
                name=f"{holder.name} ({holder.code})",
            )


def _changed(
    plan: Plan,
    files: Iterable[Understood],
    chosen: Mapping[str, Submission],
    verdicts: Verdict,
) -> dict[str, list[tuple[Change, Finding]]]:
    """Return, by group code, what the file that speaks answers otherwise than those it takes the place of."""
    given_way = [file for file in files if verdicts.get(file.outcome.file, ("",))[0] is FileStatus.SUPERSEDED]
    replaced: dict[str, list[Submission]] = {}
    taken: set[tuple[str, int]] = set()
    for one in (file.submission for file in given_way):
        if one and one.group in chosen:
            replaced.setdefault(one.group, []).append(one)
            taken.add((one.group, one.number))
    for one in (file.heard for file in given_way):  # of a refused file, where its sending had no better one
        if one and one.group in chosen and (one.group, one.number) not in taken:
            replaced.setdefault(one.group, []).append(one)
    found = {
        code: list(changes(plan, plan.group_by_code[code], chosen[code], earlier)) for code, earlier in replaced.items()
    }
    return {code: of_group for code, of_group in found.items() if of_group}


def _after(outcome: FileOutcome, verdicts: Verdict) -> FileOutcome:
    if outcome.file not in verdicts:
        return outcome
    status, reason = verdicts[outcome.file]
    return replace(outcome, status=status, reason=reason)


def _reasons(files: Iterable[Understood], outcomes: Iterable[FileOutcome], code: str) -> Iterator[str]:
    """Yield what is wrong with a group's files as a whole."""
    for file, outcome in zip(files, outcomes, strict=True):
        if outcome.group == code and outcome.status is FileStatus.REJECTED:
            named = naming_sheets([outcome], file.findings)
            yield from (found.message for found in named if found.severity is Severity.ERROR)


def _replies(
    files: tuple[Understood, ...],
    outcomes: tuple[FileOutcome, ...],
    chosen: dict[str, Submission],
    rejected: frozenset[str],
) -> dict[str, Reply]:
    """Return what to build the form to send back from, for each group that has files and does not count."""
    heard: dict[str, list[Submission]] = {}
    refused_only: dict[str, list[Submission]] = {}
    numbers: dict[str, int] = {}
    for file, outcome in zip(files, outcomes, strict=True):
        one = file.submission or file.heard
        if one is None:
            continue
        numbers[one.group] = max(numbers.get(one.group, 1), one.number)
        if outcome.status is FileStatus.CONFLICT:
            heard.setdefault(one.group, []).append(one)
        elif file.heard is not None:
            refused_only.setdefault(one.group, []).append(one)
    replies = {
        code: Reply((submission,), numbers[code]) for code, submission in chosen.items() if not submission.is_complete
    }
    for code in sorted(rejected):
        reasons = tuple(dict.fromkeys(_reasons(files, outcomes, code)))
        replies[code] = Reply(tuple(heard.get(code) or refused_only.get(code) or ()), numbers.get(code, 1), reasons)
    return replies


def naming_sheets(files: Iterable[FileOutcome], findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, those in a file with several forms with the sheet of theirs."""
    several: dict[tuple[str | None, str | None], InboxFile] = {}
    several.update(((one.file.path, one.file.sheet), one.file) for one in files if one.file.sheet)
    for found in findings:
        file = several.get((found.place.file, found.place.sheet))
        if file is not None and file.called not in found.message:
            yield replace(found, message=f"Trang “{file.page}”: {found.message}")
        else:
            yield found
