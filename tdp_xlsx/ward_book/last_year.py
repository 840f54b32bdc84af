"""Reads last year's ward workbook as a stranger's file, and evaluates its answers and decisions anew."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from tdp_xlsx import layout, model
from tdp_xlsx.evaluation import evaluate
from tdp_xlsx.evaluation.succession import succession
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.intake.opening import open_entries
from tdp_xlsx.model import NO, YES
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.reading.inbox import entries, entry
from tdp_xlsx.submission import (
    Answer,
    Answers,
    AnswerState,
    Contradiction,
    Final,
    InboxFile,
    Intake,
    LastYear,
    PastAnswer,
    PastGroup,
    Submission,
)
from tdp_xlsx.text import display, match_key
from tdp_xlsx.ward_book.decisions import NoDecisionsSheetError, decisions_in
from tdp_xlsx.ward_book.tables import CRITERION, EVIDENCE, FILE, READ_AS, STANDARD, NotOursError, Tables, contradictions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tdp_xlsx.evaluation import Evaluation, GroupResult
    from tdp_xlsx.model import Plan
    from tdp_xlsx.reading.cells import Value
    from tdp_xlsx.reading.request import Reading

    Said = Mapping[str, tuple[str, str, str]]
    """What a form said, by criterion: the word, the evidence, and the cell with its sheet."""


_MOST_CELLS = 1_000_000
_STATES = {
    layout.ANSWER_WORDS[Final.MISSING]: (AnswerState.MISSING, None),
    YES: (AnswerState.CLEAR, YES),
    NO: (AnswerState.CLEAR, NO),
}
_CLEAR = {Final.YES: YES, Final.NO: NO}


def last_year(root: Path, file: Path | None = None) -> LastYear | None:
    """Return what the workbook in ``nam_truoc``, or the one given, says; None where there is none.

    Decisions typed into it count, whenever they were; its values are the stored ones, whichever program saved it.

    Raises:
        CannotRunError: There are several files, or it cannot be read, or is no ward workbook.
    """
    if file is not None and not file.is_file():
        raise CannotRunError(f"Không thấy tệp: {file}. Kiểm tra lại tên tệp và thư mục.")
    found = [entry(file, root)] if file else [one for one in entries(root / layout.LAST_YEAR, root) if not one.ignored]
    if len(found) > 1:
        names = ", ".join(f"“{one.name}”" for one in found)
        raise CannotRunError(
            f"Thư mục “{layout.LAST_YEAR}” có {len(found):02d} tệp: {names}. Chỉ để lại một sổ tổng hợp của năm trước "
            "rồi chạy lại."
        )
    if not found:
        return None
    opened = list(open_entries(found, _understood, _MOST_CELLS))
    said = opened[0].outcome if len(opened) == 1 else "trong tệp có nhiều tệp, hãy chép riêng sổ ra"
    if not isinstance(said, LastYear):
        raise CannotRunError(
            f"Không đọc được sổ năm trước “{found[0].name}”: {(said or opened[0].reason).rstrip('.')}. Đặt đúng sổ "
            f"tổng hợp của năm trước vào “{layout.LAST_YEAR}”; chưa có sổ thì để trống thư mục này."
        )
    return replace(said, file=opened[0].file.path, sha256=opened[0].file.sha256 or "")


def _understood(reading: Reading) -> LastYear | str:
    """Say what a workbook holds, or why it is not taken; the readers' step."""
    assert reading.book is not None  # noqa: S101 - workers do this step with workbooks only
    try:
        return _told(Tables(reading.book), decisions_in(reading.book, ""))
    except (NotOursError, NoDecisionsSheetError) as fault:
        return str(fault)


def _told(tables: Tables, decisions: tuple[model.Decision, ...]) -> LastYear:
    """Return what the workbook says, with every cell that its own answers and decisions contradict."""
    settings, criteria, said = _settings(tables), tuple(_criteria(tables)), _said(tables)
    faults: list[Contradiction] = []
    groups, submissions, rejected = [], {}, set()
    file = InboxFile("", None, 0, dt.datetime.fromtimestamp(0).astimezone())
    for code, row in tables.groups.items():
        own = said.get(code, {})
        words = {one: display(tables.detail.sheet.text(row, column)) for one, column in tables.columns.items()}
        words |= {one: word for one, (word, _, _) in own.items()}
        applies = frozenset(one for one, word in words.items() if word != layout.ANSWER_WORDS[Final.NOT_APPLICABLE])
        name, kind = (tables.detail.text(row, heading) for heading in (layout.GROUP_NAME, layout.GROUP_KIND))
        groups.append(model.Group(code, kind, name, applies))
        if code in said:
            submissions[code] = Submission(file, code, 1, Answers(_answers(tables, own, faults)))
        if tables.detail.text(row, FILE) == layout.STATES[model.GroupStatus.REJECTED]:
            rejected.add(code)
    for code in said.keys() - tables.groups.keys():
        sheet, _, cell = next(iter(said[code].values()))[2].partition("!")
        faults.append(Contradiction(sheet, cell, code, f"không có trong trang “{layout.DETAIL}”"))
    numbers = dict.fromkeys(one.standard for one in criteria if not one.is_case)
    plan = model.Plan(settings, tuple(groups), tuple(model.Standard(number, number) for number in numbers), criteria)
    evaluation = evaluate(plan, Intake((), submissions, frozenset(rejected), ()), decisions)
    faults += contradictions(tables, evaluation)
    rank = tables.ranking.columns[layout.RANK]
    published = {code: tables.ranking.sheet.at(row, rank) for code, row in tables.ranked.items()}
    past = tuple(_group(evaluation, one, published.get(one.code, "")) for one in evaluation.results)
    return LastYear("", "", settings.year, settings.period, criteria, past, tuple(faults))


def _settings(tables: Tables) -> model.Settings:
    year = tables.method.get(match_key("Năm đánh giá"), "")
    if not year.isdecimal():
        raise NotOursError(f"trang “{layout.METHOD}” không còn ghi Năm đánh giá")
    told = {match_key(value) for value in tables.method.values()}
    period = tables.method.get(match_key("Kỳ đánh giá"), "")
    period = "" if match_key(period) == match_key("Cả năm") else period
    ties, lists = (match_key(way) in told for way in (layout.BY_STANDARDS, layout.BY_KIND))
    blank = model.Settings("", "", int(year), period, "", "", None, "", "", "")
    return replace(blank, tie_break=ties, separate_lists=lists)


def _criteria(tables: Tables) -> Iterator[model.Criterion]:
    listed = {label: row for row, label in tables.unmet.rows(CRITERION)}
    for code, column in tables.columns.items():
        label = display(tables.detail.sheet.text(tables.points_row - 2, column))
        if label not in listed:
            raise NotOursError(f"trang “{layout.UNMET}” không còn tiêu chí {label}")
        points, row = tables.detail.sheet.at(tables.points_row, column), listed[label]
        standard = tables.unmet.text(row, STANDARD).removeprefix(layout.STANDARD_COLUMN.format(number=""))
        part, worth = ("II", int(points)) if standard and isinstance(points, int | float) else (model.CASES, 1)
        # What applied to a group is an attribute of the group.
        yield model.Criterion(code, label, label, part, standard, tables.unmet.text(row, layout.TEXT), code, worth)


def _said(tables: Tables) -> Mapping[str, Said]:
    """Return what each group's form said.

    Too many for a sheet, answers are taken from ``Chi tiết``, where decisions are applied already.
    """
    found: defaultdict[str, dict[str, tuple[str, str, str]]] = defaultdict(dict)
    table, detail = tables.answers, tables.detail
    for row, group in table.rows(layout.GROUP_CODE):
        where = f"{layout.ANSWERS}!{cell_name(row, table.columns[READ_AS])}"
        found[group][table.text(row, CRITERION)] = table.text(row, READ_AS), table.text(row, EVIDENCE), where
    for code, row in tables.groups.items() if not found else ():
        if detail.text(row, FILE) not in layout.STATES.values():
            for criterion, column in tables.columns.items():
                where = f"{layout.DETAIL}!{cell_name(row, column)}"
                found[code][criterion] = detail.sheet.text(row, column), "", where
    return found


def _answers(tables: Tables, own: Said, faults: list[Contradiction]) -> Iterator[Answer]:
    for code in tables.columns:
        word, evidence, where = own.get(code, (layout.ANSWER_WORDS[Final.MISSING], "", ""))
        if word not in layout.ANSWER_WORDS:
            sheet, _, cell = where.partition("!")
            faults.append(Contradiction(sheet, cell, word, f"{YES}, {NO}"))
        state, value = _STATES.get(word, (AnswerState.UNCLEAR, None))
        yield Answer(code, state, value, word, evidence)


def _group(evaluation: Evaluation, one: GroupResult, rank: Value) -> PastGroup:
    answers: dict[str, PastAnswer] = {}
    if one.is_read:
        final, rows = evaluation.finals[one.code], evaluation.rows.of(evaluation.plan.group_by_code[one.code])
        answers = {
            row.criterion: PastAnswer(row.value, _CLEAR.get(Final(counts), ""), row.evidence)
            for row, counts in zip(rows, final, strict=True)
            if counts != Final.NOT_APPLICABLE
        }
    published = int(rank) if isinstance(rank, int | float) and rank else None
    return PastGroup(one.code, one.name, one.kind, one.status, published, one.is_verified, answers)


_CELLS_NAMED = 5


def evidence_again(root: Path, plan: Plan) -> dict[str, dict[str, str]]:
    """Return the evidence in last year's workbook, by this year's codes of group and criterion.

    Raises:
        CannotRunError: There is no such workbook, it cannot be read, is not of a year before, or contradicts itself.
    """
    last = last_year(root)
    if last is None:
        raise CannotRunError(
            "Chưa có sổ năm trước trong “nam_truoc” nên không lập được cột “Năm trước”. "
            "Chép sổ tổng hợp năm trước vào đó, hoặc chạy lại, bỏ --prefill."
        )
    if last.contradictions:
        cells = ", ".join(f"{one.sheet}, ô {one.cell}" for one in last.contradictions[:_CELLS_NAMED])
        raise CannotRunError(
            f"Sổ năm trước “{last.file}” có {len(last.contradictions):02d} ô mâu thuẫn với câu trả lời, thẩm định "
            f"trong sổ ({cells}); chưa lập bảng. Dùng đúng sổ đã lưu của năm trước, hoặc chạy lại, bỏ --prefill."
        )
    year, period = plan.settings.year, plan.period_label
    if last.year >= year or last.period.casefold() != period.casefold():
        was, now = f"{last.period} {last.year}".strip(), f"{period} {year}".strip()
        raise CannotRunError(
            f"Sổ năm trước “{last.file}” là của kỳ {was}, không phải cùng kỳ của một năm trước {now}; chưa lập bảng. "
            "Đặt vào nam_truoc sổ cùng kỳ của năm trước, hoặc chạy lại, bỏ --prefill."
        )
    # Cases have evidence too: here they are criteria like the others.
    now_all, last_all = (tuple(replace(each, part="II") for each in one.criteria) for one in (plan, last))
    followed = succession(replace(plan, criteria=now_all), replace(last, criteria=last_all))
    found: dict[str, dict[str, str]] = {}
    for group in plan.groups:
        before = last.group_by_code.get(followed.groups[group.code].same or "")
        answers, asked = before.answers if before else {}, plan.asked(group)
        same = {code: origin.same or "" for code, origin in followed.criteria.items() if code in asked}
        noted = {code: answers[old].evidence for code, old in same.items() if old in answers}
        found[group.code] = {code: evidence for code, evidence in noted.items() if display(evidence)}
    return found
