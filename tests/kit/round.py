"""A ward of any size without files: the default plan's criteria with made-up groups, and their answers as read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from tdp_xlsx.layout import FARMING, NEW_COUNTRYSIDE, TOWN_GROUP, VILLAGE
from tdp_xlsx.model import NO, YES, Finding, Group, Place, Plan, Severity
from tdp_xlsx.submission import Answer, Answers, AnswerState, FileOutcome, FileStatus, InboxFile, Intake, Submission
from tdp_xlsx.template.build import build_template
from tdp_xlsx.template.read import read_template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WHEN = dt.datetime(2021, 11, 20, 8, 30)  # noqa: DTZ001 - the wall clock's


def default_plan(folder: Path) -> Plan:
    """Return the plan of the default template."""
    path = folder / "template.xlsx"
    build_template(path)
    template, findings = read_template(path, path.name)
    assert template is not None, findings
    return template.plan


def groups(count: int) -> tuple[Group, ...]:
    """Return town groups and villages of every kind, in turn."""
    kinds = (
        (TOWN_GROUP, ()),
        (VILLAGE, (FARMING, NEW_COUNTRYSIDE)),
        (TOWN_GROUP, ()),
        (VILLAGE, (FARMING,)),
        (VILLAGE, ()),
    )
    made = []
    for number in range(1, count + 1):
        kind, attributes = kinds[(number - 1) % len(kinds)]
        short, long = ("TDP", "Tổ dân phố số") if kind == TOWN_GROUP else ("B", "Bản Sùng Phài")
        made.append(Group(f"{short}-{number:02d}", kind, f"{long} {number}", frozenset(attributes)))
    return tuple(made)


def submission(plan: Plan, group: Group, said: Mapping[str, str | None]) -> Submission:
    """Return a group's submission: Có to every criterion and Không to every case but for what is ``said``.

    None leaves an answer blank; any word but Có and Không is unclear.
    """
    file = InboxFile(f"inbox/2021_{group.code}_bang-tu-danh-gia.xlsx", f"{len(said):064x}", 21_345, WHEN)
    answers = []
    for row, criterion in enumerate(plan.criteria, start=9):
        word = said.get(criterion.code, NO if criterion.is_case else YES)
        cell = f"E{row}"
        if not plan.applies(criterion, group):
            answers.append(Answer(criterion.code, AnswerState.NOT_APPLICABLE, None, "", "", cell))
        elif word is None:
            answers.append(Answer(criterion.code, AnswerState.MISSING, None, "", "", cell))
        elif word in {YES, NO}:
            answers.append(Answer(criterion.code, AnswerState.CLEAR, word, word, "", cell))
        else:
            answers.append(Answer(criterion.code, AnswerState.UNCLEAR, None, word, "95,5 %", cell))
    return Submission(file, group.code, 1, Answers(answers), "Lò Văn Ví Dụ", "15/11/2021", "Bảng tự đánh giá")


@dataclass(frozen=True, slots=True)
class Round:
    """A plan and what came in for it."""

    plan: Plan
    intake: Intake


def made_up_round(plan: Plan, count: int, seed: int = 1) -> Round:
    """Return a round of ``count`` groups, all states among them from five groups on; the same for the same seed."""
    random = Random(seed)  # noqa: S311 - made-up answers
    ward = replace(plan, groups=groups(count))
    submissions, files, findings = {}, [], []
    rejected = set()
    for place, group in enumerate(ward.groups):
        state = "valid" if count < 5 or place % 9 < 5 else ("valid", "disqualified", "incomplete", "missing")[place % 4]
        if count >= 5 and place == 4:
            state = "rejected"
        if state == "missing":
            continue
        codes = [criterion.code for criterion in ward.scored]
        said: dict[str, str | None] = dict.fromkeys(random.sample(codes, random.choice((0, 1, 1, 2, 3, 5, 9))), NO)
        if state == "disqualified":
            said["I.2"] = YES
        if state == "incomplete":
            said |= {"1.1": None, "2.1": "một phần"}
        read = submission(ward, group, said)
        status = {"rejected": FileStatus.REJECTED, "incomplete": FileStatus.INCOMPLETE}.get(state, FileStatus.ACCEPTED)
        reason = "Bảng của năm 2020, khác năm đánh giá 2021." if state == "rejected" else ""
        files.append(FileOutcome(read.file, status, group.code, reason))
        if state == "rejected":
            rejected.add(group.code)
        else:
            submissions[group.code] = read
        if state == "incomplete":
            findings.append(
                Finding(
                    "A301",
                    Severity.ERROR,
                    "Tiêu chí 1.1 chưa được trả lời.",
                    "Chọn Có hoặc Không ở cột Trả lời.",
                    Place(read.file.path, "Bảng tự đánh giá", "E12", group.code, "1.1"),
                )
            )
    return Round(ward, Intake(tuple(files), submissions, frozenset(rejected), tuple(findings)))
