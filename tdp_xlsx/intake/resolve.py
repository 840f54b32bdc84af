"""Several files of one group: which one speaks for it (PRODUCT section 6); time stamps are never evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tdp_xlsx.findings import decisions as rules
from tdp_xlsx.model import AnswerState, FileStatus, Place

if TYPE_CHECKING:
    from tdp_xlsx.model import Finding, Group, Plan, Submission

Verdict = Mapping[str, tuple[FileStatus, str]]
"""By file path: what became of it, and in words why."""

NEWER = "lần gửi sau"
_FULLER = "đầy đủ hơn"
_TABLE_ROWS = 12  # differing answers told in the finding; the form to send back shows all of them


def resolve(
    plan: Plan, group: Group, submissions: Sequence[Submission]
) -> tuple[Submission | None, Verdict, tuple[Finding, ...]]:
    """Choose the submission that speaks for a group; None if the files are in conflict."""
    verdict: dict[str, tuple[FileStatus, str]] = {}
    findings: list[Finding] = []

    def step_back(submission: Submission, status: FileStatus, kept: Submission, reason: str) -> None:
        if status is FileStatus.DUPLICATE:
            place = Place(submission.file.path, group=group.code)
            findings.append(rules.DUPLICATE.at(place, name=group.name, file=submission.file.path, kept=kept.file.path))
        else:
            findings.append(superseded(group, submission, kept, reason))
        verdict[submission.file.path] = (status, f"{reason}: “{kept.file.path}”")

    latest = max(submission.number for submission in submissions)
    newest = [submission for submission in submissions if submission.number == latest]
    remaining: list[Submission] = []
    for submission in newest:
        twin = next((kept for kept in remaining if _said(kept) == _said(submission)), None)
        if twin is not None:
            step_back(submission, FileStatus.DUPLICATE, twin, "giống hệt")
        else:
            remaining.append(submission)
    for submission in list(remaining):
        others = (kept for kept in remaining if kept is not submission)
        fuller = next((kept for kept in others if _stands_in(submission, kept)), None)
        if fuller is not None:
            remaining.remove(submission)
            step_back(submission, FileStatus.SUPERSEDED, fuller, _FULLER)
    for submission in submissions:
        if submission.number < latest:
            step_back(submission, FileStatus.SUPERSEDED, remaining[0], NEWER)
    if len(remaining) == 1:
        return remaining[0], verdict, tuple(findings)
    findings += _conflict(plan, group, remaining)
    verdict |= {
        submission.file.path: (FileStatus.CONFLICT, "câu trả lời khác với tệp khác của cùng đơn vị")
        for submission in remaining
    }
    return None, verdict, tuple(findings)


def superseded(group: Group, old: Submission, kept: Submission, reason: str) -> Finding:
    """Return the note that one file took another's place."""
    place = Place(old.file.path, group=group.code)
    return rules.SUPERSEDED.at(place, name=group.name, file=old.file.path, kept=kept.file.path, reason=reason)


def _clear(submission: Submission) -> dict[str, str]:
    return {code: answer.value for code, answer in submission.answers.items() if answer.value is not None}


def _unclear(submission: Submission) -> dict[str, str]:
    return {code: answer.raw for code, answer in submission.answers.items() if answer.state is AnswerState.UNCLEAR}


def _said(submission: Submission) -> tuple[dict[str, str], dict[str, str]]:
    """Return the answers of a submission, and the raw texts of its unclear ones."""
    return _clear(submission), _unclear(submission)


def _stands_in(part: Submission, whole: Submission) -> bool:
    """Whether every answer of a submission stands in a fuller one; what is unclear is no answer."""
    fewer, more = _clear(part), _clear(whole)
    if not fewer.items() <= more.items():
        return False
    return len(fewer) < len(more) or _unclear(part).items() <= _unclear(whole).items()


def _conflict(plan: Plan, group: Group, rivals: list[Submission]) -> list[Finding]:
    said = [{**_unclear(rival), **_clear(rival)} for rival in rivals]
    rows = [
        f"{criterion.label} ({' / '.join(one.get(criterion.code, '–') for one in said)})"
        for criterion in plan.criteria
        if len({one.get(criterion.code) for one in said}) > 1
    ]
    more = f"; … và {len(rows) - _TABLE_ROWS} mục khác" if len(rows) > _TABLE_ROWS else ""
    names = ", ".join(f"“{rival.file.path}”" for rival in rivals)
    return [
        rules.CONFLICT.at(
            Place(rival.file.path, group=group.code),
            name=group.name,
            files=names,
            answers="; ".join(rows[:_TABLE_ROWS]) + more,
        )
        for rival in rivals
    ]
