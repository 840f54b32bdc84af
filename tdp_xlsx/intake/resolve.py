"""Several files of one group: which one speaks for it (PRODUCT section 6), and what it answers otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from tdp_xlsx.findings import decisions as rules
from tdp_xlsx.model import Place
from tdp_xlsx.submission import AnswerState, Change, FileStatus, InboxFile
from tdp_xlsx.text import display

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tdp_xlsx.model import Finding, Group, Plan
    from tdp_xlsx.submission import Answer, Submission


Verdict = Mapping[InboxFile, tuple[FileStatus, str]]
"""By file: what became of it, and in words why."""

NEWER = "lần gửi sau"
_FULLER = "đầy đủ hơn"
# What a finding tells; the form to send back shows all differing answers, the ward workbook all files.
_TABLE_ROWS, _TABLE_FILES, _LONGEST = 12, 5, 60


def resolve(
    plan: Plan, group: Group, submissions: Sequence[Submission]
) -> tuple[Submission | None, Verdict, tuple[Finding, ...]]:
    """Choose the submission that speaks for a group; None if the files are in conflict."""
    return (submissions[0], {}, ()) if len(submissions) == 1 else _among(plan, group, submissions)


def _among(
    plan: Plan, group: Group, submissions: Sequence[Submission]
) -> tuple[Submission | None, Verdict, tuple[Finding, ...]]:
    verdict: dict[InboxFile, tuple[FileStatus, str]] = {}
    findings: list[Finding] = []

    def step_back(submission: Submission, status: FileStatus, kept: Submission, reason: str) -> None:
        file = submission.file
        if status is FileStatus.DUPLICATE:
            place = Place(file.path, file.sheet, group=group.code)
            findings.append(rules.DUPLICATE.at(place, name=group.name, file=file.called, kept=kept.file.called))
        else:
            findings.append(superseded(group, submission, kept, reason))
        findings.extend(_other_evidence(plan, group, submission, kept))
        verdict[file] = (status, f"{reason}: “{kept.file.called}”")

    latest = max(submission.number for submission in submissions)
    remaining: list[_Rival] = []
    seen: dict[object, _Rival] = {}
    for rival in (_Rival.of(submission) for submission in submissions if submission.number == latest):
        twin = seen.setdefault(rival.said, rival)
        if twin is not rival:
            step_back(rival.submission, FileStatus.DUPLICATE, twin.submission, "giống hệt")
        else:
            remaining.append(rival)
    for rival in list(remaining):
        fuller = next((kept for kept in remaining if kept is not rival and rival.stands_in(kept)), None)
        if fuller is not None:
            remaining.remove(rival)
            step_back(rival.submission, FileStatus.SUPERSEDED, fuller.submission, _FULLER)
    for submission in submissions:
        if submission.number < latest:
            step_back(submission, FileStatus.SUPERSEDED, remaining[0].submission, NEWER)
    if len(remaining) == 1:
        return remaining[0].submission, verdict, tuple(findings)
    findings += _conflict(plan, group, remaining)
    verdict |= {
        rival.submission.file: (FileStatus.CONFLICT, "câu trả lời khác với tệp khác của cùng đơn vị")
        for rival in remaining
    }
    return None, verdict, tuple(findings)


def _other_evidence(plan: Plan, group: Group, old: Submission, kept: Submission) -> Iterator[Finding]:
    """Yield what is to be asked where two files of one sending answer alike, on other evidence."""
    pairs = [(one, old.answers[one.code], kept.answers[one.code]) for one in plan.criteria_for(group)]
    alike = [(one, was, now) for one, was, now in pairs if was.value and was.value == now.value]
    labels = [one.label for one, was, now in alike if display(was.evidence) != display(now.evidence)]
    if labels and old.number == kept.number:
        place = Place(old.file.path, old.file.sheet, group=group.code)
        details = {"file": old.file.called, "kept": kept.file.called, "labels": ", ".join(labels)}
        yield rules.EVIDENCE_DIFFERS.at(place, name=group.name, **details)


def superseded(group: Group, old: Submission, kept: Submission, reason: str) -> Finding:
    """Return the note that one file took another's place."""
    place = Place(old.file.path, old.file.sheet, group=group.code)
    return rules.SUPERSEDED.at(place, name=group.name, file=old.file.called, kept=kept.file.called, reason=reason)


@dataclass(frozen=True, slots=True, eq=False)
class _Rival:
    """A submission beside others of its group: its clear answers, and the raw texts of its unclear ones, by code."""

    submission: Submission
    clear: dict[str, str]
    unclear: dict[str, str]

    @classmethod
    def of(cls, submission: Submission) -> _Rival:
        answers = submission.answers.items()
        return cls(
            submission,
            {code: answer.value for code, answer in answers if answer.value is not None},
            {code: answer.raw for code, answer in answers if answer.state is AnswerState.UNCLEAR},
        )

    @property
    def said(self) -> object:
        """All that is said, as something to be looked up."""
        return frozenset(self.clear.items()), frozenset(self.unclear.items())

    def stands_in(self, whole: _Rival) -> bool:
        """Whether every answer stands in a fuller submission; what is unclear is no answer."""
        if not self.clear.items() <= whole.clear.items():
            return False
        return len(self.clear) < len(whole.clear) or self.unclear.items() <= whole.unclear.items()


def _conflict(plan: Plan, group: Group, rivals: list[_Rival]) -> list[Finding]:
    shown = [{**rival.unclear, **rival.clear} for rival in rivals[:_TABLE_FILES]]
    differing = [
        criterion
        for criterion in plan.criteria
        if len({rival.clear.get(criterion.code, rival.unclear.get(criterion.code)) for rival in rivals}) > 1
    ]
    answers = "; ".join(
        f"{criterion.label} ({' / '.join(_brief(one.get(criterion.code, '–')) for one in shown)})"
        for criterion in differing[:_TABLE_ROWS]
    )
    if len(differing) > _TABLE_ROWS:
        answers += f"; … và {len(differing) - _TABLE_ROWS} mục khác"
    names = ", ".join(f"“{rival.submission.file.called}”" for rival in rivals[:_TABLE_FILES])
    if len(rivals) > _TABLE_FILES:
        names += f" và {len(rivals) - _TABLE_FILES} tệp khác"
    return [
        rules.CONFLICT.at(
            Place(rival.submission.file.path, rival.submission.file.sheet, group=group.code),
            name=group.name,
            files=names,
            answers=answers,
        )
        for rival in rivals
    ]


def _brief(raw: str) -> str:
    return raw if len(raw) <= _LONGEST else raw[: _LONGEST - 1] + "…"


_LONGEST = 60


def changes(
    plan: Plan, group: Group, kept: Submission, earlier: Iterable[Submission]
) -> Iterator[tuple[Change, Finding]]:
    """Yield each answer that differs from the latest earlier sending that answers otherwise, and what to say of it.

    An answer was asked for again where the earlier sending left it open, or where its files contradict each other.
    """
    telling = [one for one in earlier if any(answer.cell for answer in one.answers.said)]
    telling.sort(key=lambda one: -one.number)
    sendings = [_asked_from(list(sent)) for _, sent in groupby(telling, key=lambda one: one.number)]
    for criterion in plan.criteria_for(group):
        now = kept.answers[criterion.code]
        for sent in sendings:
            said = [one.answers[criterion.code] for one in sent]
            at = next((place for place, was in enumerate(said) if _meant(was) != _meant(now)), None)
            if at is None:
                continue
            values = {was.value for was in said}
            change = Change(
                criterion.code,
                " / ".join(dict.fromkeys(map(_words, said))),
                _words(now),
                is_asked=None in values or len(values) > 1,
            )
            rule = rules.ANSWERED_AGAIN if change.is_asked else rules.CHANGED_UNASKED
            yield (
                change,
                rule.at(
                    kept.place(now),
                    name=group.name,
                    label=criterion.label,
                    before=change.before,
                    after=change.after,
                    old_file=sent[at].file.called,
                    old_cell=said[at].cell or "–",
                    file=kept.file.called,
                    cell=now.cell or "–",
                ),
            )
            break


def _asked_from(sent: Sequence[Submission]) -> Sequence[Submission]:
    """Return, of the files of one sending, those a form to send back is made from: the fullest, or all in conflict."""
    clear = [{(code, a.value) for code, a in one.answers.items() if a.value is not None} for one in sent]
    fullest = max(range(len(sent)), key=lambda place: len(clear[place]))
    return [sent[fullest]] if all(said <= clear[fullest] for said in clear) else sent


def _meant(answer: Answer) -> tuple[str | None, str]:
    return answer.value, "" if answer.value else answer.raw


def _words(answer: Answer) -> str:
    if answer.value:
        return answer.value
    if answer.state is AnswerState.UNCLEAR:
        return f"“{answer.raw}”" if len(answer.raw) <= _LONGEST else f"“{answer.raw[: _LONGEST - 1]}…”"
    return "trống" if answer.cell else "phải trả lời lại"
