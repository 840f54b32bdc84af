"""Several files of one group: which one speaks for it (PRODUCT section 6); time stamps are never evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tdp_xlsx.findings import decisions as rules
from tdp_xlsx.model import FileStatus, Place

if TYPE_CHECKING:
    from tdp_xlsx.model import Finding, Group, Plan, Submission

Verdict = Mapping[str, tuple[FileStatus, str]]
"""By file path: what became of it, and in words why (empty: it speaks for the group)."""

_NEWER = "lần gửi sau"
_FULLER = "đầy đủ hơn"


def resolve(
    plan: Plan, group: Group, submissions: Sequence[Submission]
) -> tuple[Submission | None, Verdict, tuple[Finding, ...]]:
    """Choose the submission that speaks for a group; None if the files are in conflict."""
    verdict: dict[str, tuple[FileStatus, str]] = {}
    findings: list[Finding] = []

    def step_back(submission: Submission, status: FileStatus, kept: Submission, reason: str) -> None:
        place = Place(submission.file.path, group=group.code)
        words = {"name": group.name, "file": submission.file.path, "kept": kept.file.path}
        if status is FileStatus.DUPLICATE:
            findings.append(rules.DUPLICATE.at(place, **words))
        else:
            findings.append(rules.SUPERSEDED.at(place, **words, reason=reason))
        verdict[submission.file.path] = (status, reason)

    latest = max(submission.number for submission in submissions)
    newest = [submission for submission in submissions if submission.number == latest]
    remaining: list[Submission] = []
    for submission in newest:
        twin = next((kept for kept in remaining if _said(kept) == _said(submission)), None)
        if twin is not None:
            step_back(submission, FileStatus.DUPLICATE, twin, f"giống hệt “{twin.file.path}”")
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
            step_back(submission, FileStatus.SUPERSEDED, remaining[0], _NEWER)
    if len(remaining) == 1:
        return remaining[0], verdict, tuple(findings)
    findings += _conflict(plan, group, remaining)
    verdict |= {
        submission.file.path: (FileStatus.CONFLICT, "câu trả lời khác với tệp khác của cùng đơn vị")
        for submission in remaining
    }
    return None, verdict, tuple(findings)


def _said(submission: Submission) -> dict[str, str]:
    """Return what a submission says of each criterion; unclear answers are the same only if their raw texts are."""
    return {code: answer.value or answer.raw for code, answer in submission.answers.items()}


def _stands_in(part: Submission, whole: Submission) -> bool:
    """Whether all that one submission says (an unclear answer too) stands in the other."""
    theirs = _said(whole)
    return all(said in {"", theirs[code]} for code, said in _said(part).items())


def _conflict(plan: Plan, group: Group, rivals: list[Submission]) -> list[Finding]:
    said = [_said(rival) for rival in rivals]
    differing = [criterion.label for criterion in plan.criteria if len({one[criterion.code] for one in said}) > 1]
    names = ", ".join(f"“{rival.file.path}”" for rival in rivals)
    return [
        rules.CONFLICT.at(
            Place(rival.file.path, group=group.code), name=group.name, files=names, labels=", ".join(differing)
        )
        for rival in rivals
    ]
