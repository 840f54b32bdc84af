"""What a form to correct holds of its leader's answers, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tdp_xlsx.intake.understand import for_leader
from tdp_xlsx.model import NO, YES
from tdp_xlsx.submission import AnswerState
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tdp_xlsx.model import Criterion, Group, Plan
    from tdp_xlsx.submission import Answer, Reply, Submission

_CHOOSE = f"Chọn {YES} hoặc {NO}"
_MISSING = f"Chưa trả lời. {_CHOOSE}"
_UNCLEAR = f"Đã ghi “{{raw}}”, chưa rõ. {_CHOOSE}"
_ANEW = f"Cần trả lời theo nội dung hiện hành. {_CHOOSE}"
_DIFFERENT = f"Các tệp đã nộp ghi khác nhau: {{said}}. {_CHOOSE}"
_DIFFERENT_EVIDENCE = "Mục {label}: số liệu, minh chứng ở các tệp đã nộp khác nhau: {said}. Ghi lại nếu cần"
_NOT_SAID = "chưa ghi"

_LONGEST = 120  # characters of what was read that a question repeats
_MOST_FILES = 5  # files in conflict it names: a formula that is too long spoils the form


@dataclass(frozen=True, slots=True)
class Correction:
    """Answers and evidence by criterion code; questions by the code of each cell to mend; further notes; signature.

    ``reasons`` say why files did not count as they were.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    leader: str = ""
    date: str = ""


NO_CORRECTION = Correction()


def correction_of(plan: Plan, group: Group, reply: Reply) -> Correction:
    """Return what the form to send back holds and asks: of several files, what they share."""
    # A submission without any answer takes nothing from the others.
    read = [one for one in reply.heard if any(answer.cell for answer in one.answers.said)]
    reasons = tuple(for_leader(plan, group.code, reason).removesuffix(".") for reason in reply.reasons)
    if not read:
        return Correction(reasons=reasons)
    answers: dict[str, str] = {}
    evidence: dict[str, str] = {}
    questions: dict[str, str] = {}
    notes: list[str] = []
    for criterion in plan.criteria_for(group):
        code = criterion.code
        said = [one.answers[code] for one in read]
        values = {answer.value for answer in said}
        if len(values) == 1 and (value := values.pop()) is not None:
            answers[code] = value
        else:
            questions[code] = _question(plan, read, said)
        proofs = list(dict.fromkeys(text for answer in said if (text := storable(answer.evidence)).strip()))
        if len(proofs) == 1:
            evidence[code] = proofs[0]
        elif proofs:
            notes.append(_evidence_note(criterion, proofs))
    signatures = {(one.signed_by, one.signed_on) for one in read}
    leader, date = signatures.pop() if len(signatures) == 1 else ("", "")
    return Correction(answers, evidence, questions, tuple(notes), reasons, storable(leader), storable(date))


def _question(plan: Plan, read: Sequence[Submission], said: Sequence[Answer]) -> str:
    if len(said) > 1:
        files = list(zip(read, said, strict=True))
        words = [f"{_called(plan, one)} {_words(a)}" for one, a in files[:_MOST_FILES]]
        if len(files) > _MOST_FILES:
            words.append(f"và {len(files) - _MOST_FILES} tệp khác")
        return _DIFFERENT.format(said="; ".join(words))
    (answer,) = said
    if answer.cell is None:
        return _ANEW
    return _UNCLEAR.format(raw=_short(answer.raw)) if answer.raw.strip() else _MISSING


def _called(plan: Plan, one: Submission) -> str:
    name = for_leader(plan, one.group, f"“inbox/{_short(PurePosixPath(one.file.called).name)}”")
    return name if name.startswith("“") else f"tệp {name}"


def _words(answer: Answer) -> str:
    if answer.state is AnswerState.UNCLEAR:
        return f"ghi “{_short(answer.raw)}”"
    return f"ghi {answer.value}" if answer.value else _NOT_SAID


def _evidence_note(criterion: Criterion, proofs: Sequence[str]) -> str:
    said = "; ".join(f"“{_short(proof)}”" for proof in proofs[:_MOST_FILES])
    if len(proofs) > _MOST_FILES:
        said += f" và {len(proofs) - _MOST_FILES} nội dung khác"
    return _DIFFERENT_EVIDENCE.format(label=criterion.label, said=said)


def _short(raw: str) -> str:
    text = " ".join(storable(raw).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
