"""What a form that takes the place of earlier ones answers otherwise, and which of it the office had asked for."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tdp_xlsx.findings import decisions as rules
from tdp_xlsx.submission import AnswerState, Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tdp_xlsx.model import Finding, Group, Plan
    from tdp_xlsx.submission import Answer, Submission

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
