"""The tables of a ward workbook by their headings: where groups, criteria, answers and ranks stand on its sheets."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx import layout
from tdp_xlsx.intake.alone import heading_row
from tdp_xlsx.reading.cells import as_text, cell_name
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
