"""The tables of a ward workbook by their headings, and each cell that says otherwise than its answers and decisions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx import layout
from tdp_xlsx.intake.alone import heading_row
from tdp_xlsx.reading.cells import as_text, cell_name
from tdp_xlsx.submission import Contradiction, Final
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tdp_xlsx.evaluation import Evaluation, GroupResult
    from tdp_xlsx.reading.cells import Book, Sheet


SHEETS = (layout.RANKING, layout.DETAIL, layout.UNMET, layout.DECISIONS, layout.ANSWERS, layout.METHOD)
CRITERION, STANDARD, READ_AS, EVIDENCE = "Mã tiêu chí", "Tiêu chuẩn", "Đọc là", "Số liệu, minh chứng"
LINK, POINTS, FILE, STATE = "Xem dữ liệu", "Điểm", "Bảng của đơn vị", "Tình trạng"
CONCERNED, MISSED = "Số đơn vị áp dụng", "Số đơn vị chưa đạt"
_HEADING_ROWS = 6


class NotOursError(Exception):
    """The workbook is no ward workbook, or lacks what is needed of one; the argument says what, for people."""


class Table(NamedTuple):
    """A sheet's table: the row of its headings, and their columns, both from 1."""

    sheet: Sheet
    head: int
    columns: Mapping[str, int]

    def rows(self, heading: str) -> Iterator[tuple[int, str]]:
        """Yield each row below that has something under a heading, and what."""
        for row in range(self.head + 1, len(self.sheet.rows) + 1):
            if text := self.text(row, heading):
                yield row, text

    def text(self, row: int, heading: str) -> str:
        """Return what a row says under a heading."""
        return display(self.sheet.text(row, self.columns[heading]))


class Tables:
    """The tables of one workbook, of any version.

    Raises:
        NotOursError: It is no ward workbook, or a sheet or heading is gone.
    """

    def __init__(self, book: Book) -> None:
        self._sheets = {match_key(sheet.name): sheet for sheet in book.sheets}
        for name in SHEETS:
            if match_key(name) not in self._sheets:
                raise NotOursError(f"không phải sổ tổng hợp của chương trình (không có trang “{name}”)")
        named = (layout.GROUP_CODE, layout.GROUP_NAME, layout.GROUP_KIND)
        of_all = (layout.MET, layout.APPLICABLE, layout.SHARE, layout.RANK)
        self.detail = self._table(layout.DETAIL, *named, LINK, FILE, STATE, *of_all)
        self.ranking = self._table(layout.RANKING, layout.GROUP_CODE, *of_all)
        self.unmet = self._table(layout.UNMET, CRITERION, layout.TEXT, STANDARD, CONCERNED, MISSED)
        self.answers = self._table(layout.ANSWERS, layout.GROUP_CODE, CRITERION, READ_AS, EVIDENCE)
        self.groups = {code: row for row, code in self.detail.rows(layout.GROUP_CODE) if row > self.points_row}
        """The row of each group on ``Chi tiết``."""
        self.ranked = {code: row for row, code in self.ranking.rows(layout.GROUP_CODE) if code in self.groups}
        if not self.columns or not self.groups:
            raise NotOursError(f"trang “{layout.DETAIL}” không còn tiêu chí hoặc đơn vị")

    def _table(self, name: str, *headings: str) -> Table:
        sheet = self._sheets[match_key(name)]
        if (head := heading_row(sheet, headings)) is None:
            raise NotOursError(f"trang “{name}” không còn đủ các cột: {', '.join(headings)}")
        return Table(sheet, *head)

    @cached_property
    def method(self) -> Mapping[str, str]:
        """What ``Cách tính`` says of settings and versions, by the key of each label."""
        rows = self._sheets[match_key(layout.METHOD)].rows
        return {match_key(as_text(row[0])): display(as_text(row[1])) for row in rows if len(row) > 1}

    @cached_property
    def points_row(self) -> int:
        """The row of ``Chi tiết`` with the criteria's points; above it stand their codes, and their labels."""
        for row in range(self.detail.head, self.detail.head + _HEADING_ROWS):
            if match_key(self.detail.text(row, LINK)) == match_key(POINTS):
                return row
        raise NotOursError(f"trang “{layout.DETAIL}” không còn dòng “{POINTS}”")

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """The column of each criterion's answers on ``Chi tiết``, by code."""
        sheet, row, found = self.detail.sheet, self.points_row - 1, dict[str, int]()
        for column in range(self.detail.columns[LINK] + 1, len(sheet.rows[row - 1]) + 1):
            code = sheet.at(row, column)
            if code in found or not isinstance(code, str):
                where = f"trang “{layout.DETAIL}”, ô {cell_name(row, column)}"
                raise NotOursError(f"{where}: mã tiêu chí “{as_text(code)}” trùng mã khác hoặc đang là số")
            if display(code):
                found[display(code)] = column
        return found


_EXACT = 1e-6


def contradictions(tables: Tables, evaluation: Evaluation) -> Iterator[Contradiction]:
    """Yield each cell that says otherwise than was reckoned: answers first, then what groups and criteria come to."""
    detail, plan = tables.detail, evaluation.plan
    for code, row in tables.groups.items():
        words, asked = evaluation.finals.get(code), plan.group_by_code[code].attributes
        for place, (criterion, column) in enumerate(tables.columns.items()):
            unread = layout.NO_RANK if criterion in asked else layout.ANSWER_WORDS[Final.NOT_APPLICABLE]
            yield from _held(detail, row, column, layout.ANSWER_WORDS[words[place]] if words else unread)
    for one in evaluation.results:
        for heading, value in {STATE: layout.STATES[one.state], **_reckoned(one)}.items():
            yield from _held(detail, tables.groups[one.code], detail.columns[heading], value)
    yield from _of_criteria(tables, evaluation)
    titles = [layout.STANDARD_COLUMN.format(number=standard.number) for standard in plan.standards]
    head = heading_row(tables.ranking.sheet, titles)
    columns = [head[1][title] for title in titles] if head else []
    for one in evaluation.results:
        yield from _ranked(tables, one, columns)


def _of_criteria(tables: Tables, evaluation: Evaluation) -> Iterator[Contradiction]:
    by_label = {one.label: one for one in evaluation.plan.criteria}
    for row, label in tables.unmet.rows(CRITERION):
        if one := by_label.get(label):
            concerned, happened, missed = evaluation.by_criterion[one.code]
            for heading, count in ((CONCERNED, concerned), (MISSED, happened if one.is_case else missed)):
                yield from _held(tables.unmet, row, tables.unmet.columns[heading], count)


def _ranked(tables: Tables, one: GroupResult, standards: Sequence[int]) -> Iterator[Contradiction]:
    """Hold a group's row of ``Xếp hạng``; ``standards`` are the columns of those."""
    ranking, row = tables.ranking, tables.ranked.get(one.code)
    if row is None:
        where = cell_name(ranking.head, ranking.columns[layout.GROUP_CODE])
        yield Contradiction(layout.RANKING, where, f"không có {one.code}", one.code)
        return
    for heading, value in _reckoned(one).items():
        yield from _held(ranking, row, ranking.columns[heading], value)
    for column, (met, whole) in zip(standards if one.is_read else (), one.standards.values(), strict=False):
        yield from _held(ranking, row, column, f"{met}/{whole}")


def _reckoned(one: GroupResult) -> Mapping[str, str | float]:
    """Return what both ``Chi tiết`` and ``Xếp hạng`` say of a group; what was met of one that was read."""
    score: str | float = layout.NO_RANK if one.score is None else 100 * one.points_met / max(1, one.points_applicable)
    found: dict[str, str | float] = {layout.SHARE: score, layout.RANK: one.rank or layout.NO_RANK}
    return {layout.MET: one.met, layout.APPLICABLE: one.applicable, **found} if one.is_read else found


def _held(table: Table, row: int, column: int, value: str | float) -> Iterator[Contradiction]:
    """Yield a cell if it says otherwise."""
    said = table.sheet.at(row, column)
    if value == layout.NO_RANK and said == 0 and not table.sheet.keeps_formulas:
        return  # LibreOffice writes 0 into .xls for a text that comes from a formula in a cell for numbers
    if isinstance(value, str):
        same = match_key(as_text(said)) == match_key(value)
    else:
        same = isinstance(said, int | float) and abs(said - value) < _EXACT
    if not same:
        shown = value if isinstance(value, str) else f"{value:.6g}".replace(".", ",")
        told = f"{said:.6g}".replace(".", ",") if isinstance(said, float) else as_text(said)
        yield Contradiction(table.sheet.name, cell_name(row, column), told, shown)
