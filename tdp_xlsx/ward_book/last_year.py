"""Reads last year's ward workbook as a stranger's file, reckons it anew, and names what contradicts that."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx import layout
from tdp_xlsx.answer import Answer, Answers, AnswerState, Final
from tdp_xlsx.evaluation import evaluate
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.intake.alone import heading_row
from tdp_xlsx.intake.opening import open_entries
from tdp_xlsx.last_year import Contradiction, LastYear, PastAnswer, PastGroup
from tdp_xlsx.model import (
    CASES,
    NO,
    YES,
    Criterion,
    Group,
    GroupStatus,
    InboxFile,
    Intake,
    Plan,
    Settings,
    Standard,
    Submission,
)
from tdp_xlsx.reading.cells import as_text, cell_name
from tdp_xlsx.reading.inbox import entries, entry
from tdp_xlsx.reading.workers import IsolationError
from tdp_xlsx.text import display, match_key
from tdp_xlsx.ward_book.decisions import NoDecisionsSheetError, decisions_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tdp_xlsx.evaluation import Evaluation, GroupResult
    from tdp_xlsx.reading.cells import Book, Sheet, Value
    from tdp_xlsx.reading.request import Reading

_SHEETS = (layout.RANKING, layout.DETAIL, layout.UNMET, layout.DECISIONS, layout.ANSWERS, layout.METHOD)
_MOST_CELLS = 1_000_000
_NO_WARD_BOOK = "không phải sổ tổng hợp của chương trình (không có trang {sheet})"
_CRITERION, _STANDARD, _READ_AS, _EVIDENCE = "Mã tiêu chí", "Tiêu chuẩn", "Đọc là", "Số liệu, minh chứng"
_LINK, _POINTS, _FILE, _STATE = "Xem dữ liệu", "Điểm", "Bảng của đơn vị", "Tình trạng"
_CONCERNED, _MISSED = "Số đơn vị áp dụng", "Số đơn vị chưa đạt"
_KAD, _UNREAD = layout.ANSWER_WORDS[Final.NOT_APPLICABLE], layout.NO_RANK
_STATES = {
    layout.ANSWER_WORDS[Final.MISSING]: (AnswerState.MISSING, None),
    YES: (AnswerState.CLEAR, YES),
    NO: (AnswerState.CLEAR, NO),
}
_CLEAR = {Final.YES: YES, Final.NO: NO}
_EXACT = 1e-6


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
    try:
        opened = list(open_entries(found, _understood, _MOST_CELLS))
    except IsolationError as fault:
        raise CannotRunError(str(fault)) from fault
    said = opened[0].outcome if len(opened) == 1 else "trong tệp có nhiều tệp, hãy chép riêng sổ ra"
    if not isinstance(said, LastYear):
        raise CannotRunError(
            f"Không đọc được sổ năm trước “{found[0].name}”: {(said or opened[0].reason).rstrip('.')}. Đặt đúng sổ "
            f"tổng hợp của năm trước vào “{layout.LAST_YEAR}”; chưa có sổ thì để trống thư mục này."
        )
    return replace(said, file=opened[0].file.path, sha256=opened[0].file.sha256 or "")


class _Table(NamedTuple):
    """A sheet's table: the row of its headings, and their columns."""

    sheet: Sheet
    head: int
    columns: Mapping[str, int]

    def rows(self, key: str) -> Iterator[tuple[int, str]]:
        """Yield each row below that has something under the heading, and what."""
        for row in range(self.head + 1, len(self.sheet.rows) + 1):
            if text := display(self.sheet.text(row, self.columns[key])):
                yield row, text

    def text(self, row: int, heading: str) -> str:
        return display(self.sheet.text(row, self.columns[heading]))


class _OtherwiseError(Exception):
    """The workbook is none of ours, or lacks what is needed; the argument says what, for people."""


def _table(sheets: Mapping[str, Sheet], name: str, *headings: str) -> _Table:
    sheet = sheets[match_key(name)]
    if (head := heading_row(sheet, headings)) is None:
        raise _OtherwiseError(f"trang “{name}” không còn đủ các cột: {', '.join(headings)}")
    return _Table(sheet, *head)


def _understood(reading: Reading) -> LastYear | str:
    """Say what a workbook holds, or why it is not taken; the readers' step."""
    assert reading.book is not None  # noqa: S101 - workers do this step with workbooks only
    try:
        return _Workbook(reading.book).told()
    except (_OtherwiseError, NoDecisionsSheetError) as fault:
        return str(fault)


class _Workbook:
    """A ward workbook while it is understood."""

    def __init__(self, book: Book) -> None:
        sheets = {match_key(sheet.name): sheet for sheet in book.sheets}
        for name in _SHEETS:
            if match_key(name) not in sheets:
                raise _OtherwiseError(_NO_WARD_BOOK.format(sheet=f"“{name}”"))
        named = (layout.GROUP_CODE, layout.GROUP_NAME, layout.GROUP_KIND)
        of_all = (layout.MET, layout.APPLICABLE, layout.SHARE, layout.RANK)
        self.decisions = decisions_in(book, "")
        self.detail = _table(sheets, layout.DETAIL, *named, _LINK, _FILE, _STATE, *of_all)
        self.ranking = _table(sheets, layout.RANKING, layout.GROUP_CODE, *of_all)
        self.unmet = _table(sheets, layout.UNMET, _CRITERION, layout.TEXT, _STANDARD, _CONCERNED, _MISSED)
        self.answers = _table(sheets, layout.ANSWERS, layout.GROUP_CODE, _CRITERION, _READ_AS, _EVIDENCE)
        rows = sheets[match_key(layout.METHOD)].rows
        self.told_of = {match_key(as_text(row[0])): display(as_text(row[1])) for row in rows if len(row) > 1}
        self.points_row = self._points_row()
        self.columns = self._columns()
        self.group_rows = {code: row for row, code in self.detail.rows(layout.GROUP_CODE) if row > self.points_row}
        if not self.columns or not self.group_rows:
            raise _OtherwiseError(f"trang “{layout.DETAIL}” không còn tiêu chí hoặc đơn vị")
        self.criteria = tuple(self._criteria())

    def _points_row(self) -> int:
        for row in range(self.detail.head, self.detail.head + 6):
            if match_key(self.detail.text(row, _LINK)) == match_key(_POINTS):
                return row
        raise _OtherwiseError(f"trang “{layout.DETAIL}” không còn dòng “{_POINTS}”")

    def _columns(self) -> Mapping[str, int]:
        """Return the columns of the answers on ``Chi tiết``, by the codes in the hidden row above the points."""
        sheet, row, found = self.detail.sheet, self.points_row - 1, dict[str, int]()
        for column in range(self.detail.columns[_LINK] + 1, len(sheet.rows[row - 1]) + 1):
            code = sheet.at(row, column)
            if code in found or not isinstance(code, str):
                where = f"trang “{layout.DETAIL}”, ô {cell_name(row, column)}"
                raise _OtherwiseError(f"{where}: mã tiêu chí “{as_text(code)}” trùng mã khác hoặc đang là số")
            if display(code):
                found[display(code)] = column
        return found

    def _criteria(self) -> Iterator[Criterion]:
        listed = {label: row for row, label in self.unmet.rows(_CRITERION)}
        for code, column in self.columns.items():
            label = display(self.detail.sheet.text(self.points_row - 2, column))
            if label not in listed:
                raise _OtherwiseError(f"trang “{layout.UNMET}” không còn tiêu chí {label}")
            points, row = self.detail.sheet.at(self.points_row, column), listed[label]
            standard = self.unmet.text(row, _STANDARD).removeprefix(layout.STANDARD_COLUMN.format(number=""))
            part, worth = ("II", int(points)) if standard and isinstance(points, int | float) else (CASES, 1)
            text = self.unmet.text(row, layout.TEXT)
            # What applied to a group is an attribute of the group.
            yield Criterion(code, label, label, part, standard, text, code, worth)

    def _settings(self) -> Settings:
        year = self.told_of.get(match_key("Năm đánh giá"), "")
        if not year.isdecimal():
            raise _OtherwiseError(f"trang “{layout.METHOD}” không còn ghi Năm đánh giá")
        told = {match_key(value) for value in self.told_of.values()}
        period = self.told_of.get(match_key("Kỳ đánh giá"), "")
        period = "" if match_key(period) == match_key("Cả năm") else period
        ties, lists = (match_key(way) in told for way in (layout.BY_STANDARDS, layout.BY_KIND))
        blank = Settings("", "", int(year), period, "", "", None, "", "", "")
        return replace(blank, tie_break=ties, separate_lists=lists)

    def _said(self) -> Mapping[str, Mapping[str, tuple[str, str, str]]]:
        """Return what each group's form said, by group and criterion: the word, the evidence, and the cell.

        Too many for a sheet, they are taken from ``Chi tiết``, where decisions are applied already.
        """
        found: defaultdict[str, dict[str, tuple[str, str, str]]] = defaultdict(dict)
        table = self.answers
        for row, group in table.rows(layout.GROUP_CODE):
            where = f"{layout.ANSWERS}!{cell_name(row, table.columns[_READ_AS])}"
            said = table.text(row, _READ_AS), table.text(row, _EVIDENCE), where
            found[group][table.text(row, _CRITERION)] = said
        for code, row in self.group_rows.items() if not found else ():
            if self.detail.text(row, _FILE) not in layout.STATES.values():
                for criterion, column in self.columns.items():
                    where = f"{layout.DETAIL}!{cell_name(row, column)}"
                    found[code][criterion] = self.detail.sheet.text(row, column), "", where
        return found

    def told(self) -> LastYear:
        """Return what the workbook says, with every cell that its own answers and decisions contradict."""
        settings, said = self._settings(), self._said()
        faults: list[Contradiction] = []
        groups, submissions = [], {}
        file = InboxFile("", None, 0, dt.datetime.fromtimestamp(0).astimezone())
        for code, row in self.group_rows.items():
            of_sheet = {one: display(self.detail.sheet.text(row, column)) for one, column in self.columns.items()}
            own = said.get(code, {})
            asked = {one: own[one][0] if one in own else word for one, word in of_sheet.items()}
            applies = frozenset(one for one, word in asked.items() if word != _KAD)
            name, kind = (self.detail.text(row, heading) for heading in (layout.GROUP_NAME, layout.GROUP_KIND))
            groups.append(Group(code, kind, name, applies))
            if code in said:
                submissions[code] = Submission(file, code, 1, Answers(self._answers(own, faults)))
        for code in said.keys() - self.group_rows.keys():
            where = next(iter(said[code].values()))[2].partition("!")
            faults.append(Contradiction(where[0], where[2], code, f"không có trong trang “{layout.DETAIL}”"))
        numbers = dict.fromkeys(one.standard for one in self.criteria if not one.is_case)
        plan = Plan(settings, tuple(groups), tuple(Standard(number, number) for number in numbers), self.criteria)
        rejected = frozenset(
            code
            for code, row in self.group_rows.items()
            if self.detail.text(row, _FILE) == layout.STATES[GroupStatus.REJECTED]
        )
        evaluation = evaluate(plan, Intake((), submissions, rejected, ()), self.decisions)
        faults += self._contradicted(evaluation)
        published = {
            code: self.ranking.sheet.at(row, self.ranking.columns[layout.RANK]) for code, row in self._ranked()
        }
        past = tuple(self._group(evaluation, one, published.get(one.code, "")) for one in evaluation.results)
        return LastYear("", "", settings.year, settings.period, self.criteria, past, tuple(faults))

    def _answers(self, own: Mapping[str, tuple[str, str, str]], faults: list[Contradiction]) -> Iterator[Answer]:
        for code in self.columns:
            word, evidence, where = own.get(code, (layout.ANSWER_WORDS[Final.MISSING], "", ""))
            if word not in layout.ANSWER_WORDS:
                sheet, _, cell = where.partition("!")
                faults.append(Contradiction(sheet, cell, word, f"{YES}, {NO}"))
            state, value = _STATES.get(word, (AnswerState.UNCLEAR, None))
            yield Answer(code, state, value, word, evidence)

    def _group(self, evaluation: Evaluation, one: GroupResult, rank: Value) -> PastGroup:
        answers: dict[str, PastAnswer] = {}
        if one.is_read:
            final = evaluation.finals[one.code]
            rows = evaluation.rows.of(evaluation.plan.group_by_code[one.code])
            for place, row in enumerate(rows):
                if final[place] != Final.NOT_APPLICABLE:
                    counts = _CLEAR.get(Final(final[place]), "")
                    answers[row.criterion] = PastAnswer(row.value, counts, row.evidence)
        published = int(rank) if isinstance(rank, int | float) and rank else None
        return PastGroup(one.code, one.name, one.kind, one.status, published, one.is_verified, answers)

    def _ranked(self) -> Iterator[tuple[str, int]]:
        for row, code in self.ranking.rows(layout.GROUP_CODE):
            if code in self.group_rows:
                yield code, row

    def _contradicted(self, evaluation: Evaluation) -> Iterator[Contradiction]:
        """Yield each cell that says otherwise than what was reckoned: answers first, then counts, then the rest."""
        for one in evaluation.results:
            words = evaluation.finals.get(one.code)
            asked = evaluation.plan.group_by_code[one.code].attributes
            for place, (code, column) in enumerate(self.columns.items()):
                unread = _UNREAD if code in asked else _KAD
                word = layout.ANSWER_WORDS[words[place]] if words else unread
                yield from _held(self.detail, self.group_rows[one.code], column, word)
        for one in evaluation.results:
            own = {_STATE: layout.STATES[one.state], **_reckoned(one)}
            for heading, value in own.items():
                yield from _held(self.detail, self.group_rows[one.code], self.detail.columns[heading], value)
        yield from self._missed(evaluation)
        rows = dict(self._ranked())
        pairs = heading_row(
            self.ranking.sheet, [layout.STANDARD_COLUMN.format(number=one.number) for one in evaluation.plan.standards]
        )
        columns = list(pairs[1].values()) if pairs else []
        for one in evaluation.results:
            if (row := rows.get(one.code)) is None:
                where = cell_name(self.ranking.head, self.ranking.columns[layout.GROUP_CODE])
                yield Contradiction(layout.RANKING, where, f"không có {one.code}", one.code)
                continue
            for heading, value in _reckoned(one).items():
                yield from _held(self.ranking, row, self.ranking.columns[heading], value)
            for column, (met, whole) in zip(columns, one.standards.values(), strict=False):
                if one.is_read:
                    yield from _held(self.ranking, row, column, f"{met}/{whole}")

    def _missed(self, evaluation: Evaluation) -> Iterator[Contradiction]:
        by_label = {one.label: one for one in self.criteria}
        for row, label in self.unmet.rows(_CRITERION):
            if one := by_label.get(label):
                concerned, happened, missed = evaluation.by_criterion[one.code]
                yield from _held(self.unmet, row, self.unmet.columns[_CONCERNED], concerned)
                yield from _held(self.unmet, row, self.unmet.columns[_MISSED], happened if one.is_case else missed)


def _reckoned(one: GroupResult) -> Mapping[str, str | float]:
    """Return what both ``Chi tiết`` and ``Xếp hạng`` say of a group; what was met of one that was read."""
    score: str | float = _UNREAD if one.score is None else 100 * one.points_met / max(1, one.points_applicable)
    found: dict[str, str | float] = {layout.SHARE: score, layout.RANK: one.rank or layout.NO_RANK}
    return {layout.MET: one.met, layout.APPLICABLE: one.applicable, **found} if one.is_read else found


def _held(table: _Table, row: int, column: int, value: str | float) -> Iterator[Contradiction]:
    """Yield a cell if it says otherwise."""
    said = table.sheet.at(row, column)
    if value == _UNREAD and said == 0 and not table.sheet.keeps_formulas:
        return  # LibreOffice writes 0 into .xls for a text that comes from a formula in a cell for numbers
    if isinstance(value, str):
        same = match_key(as_text(said)) == match_key(value)
    else:
        same = isinstance(said, int | float) and abs(said - value) < _EXACT
    if not same:
        shown = value if isinstance(value, str) else f"{value:.6g}".replace(".", ",")
        told = f"{said:.6g}".replace(".", ",") if isinstance(said, float) else as_text(said)
        yield Contradiction(table.sheet.name, cell_name(row, column), told, shown)
