"""Where everything stands on ``Chi tiết``, whose columns the formulas of the other sheets name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tdp_xlsx.layout import (
    APPLICABLE,
    CONCLUSION,
    GROUP_CODE,
    GROUP_KIND,
    GROUP_NAME,
    MET,
    NOTE,
    RANK,
    SHARE,
    SOURCE,
    STANDARD_COLUMN,
)
from tdp_xlsx.report.book import letter
from tdp_xlsx.report.table import OWN_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.model import Criterion, Plan

CODE, NAME, KIND, LINK, FIRST_ANSWER = range(5)
HEAD_ROWS = 4
"""Standards; labels; codes (hidden); points."""

# Key of a reckoned column (its defined name is ``ct_`` and the key) and its heading.
_RECKONED = (
    ("dat", MET),
    ("ap_dung", APPLICABLE),
    ("diem", "Điểm đạt"),
    ("diem_ap_dung", "Điểm của các tiêu chí áp dụng"),
    ("tieu_chuan_du", "Số tiêu chuẩn đạt đủ"),
    ("chua_ro", "Số nội dung trống, chưa rõ"),
    ("truong_hop", "Số trường hợp mục I trả lời Có"),
    ("chua_xac_minh", "Trong đó chưa xác minh"),
    ("bang", "Bảng của đơn vị"),
    ("tinh_trang", "Tình trạng"),
    ("duoc_tinh", "Được tính (1), không (0)"),
    ("tham_dinh", "Số dòng thẩm định áp dụng"),
    ("thay_doi", "Số nội dung thẩm định thay đổi"),
    ("ngay", "Khóa ngày thẩm định mới nhất"),
    ("ty_le", SHARE),
    ("hang", RANK),
    ("dong_hang", "Số đơn vị khác đồng hạng"),
    ("danh_sach", "Danh sách xếp hạng thứ"),
    ("vi_tri", "Thứ tự trong danh sách đơn vị"),
    ("khoa_thu_tu", "Khóa thứ tự"),
    ("thu_tu", "Thứ tự theo kết quả"),
    ("ket_luan", CONCLUSION),
    ("nguon", SOURCE),
    ("dong_hang_voi", "Đồng hạng với"),
    ("ly_do", "Lý do chưa đọc được bảng"),
    ("ghi_chu", NOTE),
)
HEADINGS: dict[int, str] = {CODE: GROUP_CODE, NAME: GROUP_NAME, KIND: GROUP_KIND, LINK: "Xem dữ liệu"}


@dataclass(frozen=True)
class DetailColumns:
    """Columns and rows of ``Chi tiết`` for a plan; rows and columns count from 0."""

    plan: Plan
    criteria: tuple[Criterion, ...]
    head: int
    """The first of the heading rows."""

    @property
    def standards_row(self) -> int:
        """The heading row that names the standards."""
        return self.head

    @property
    def labels_row(self) -> int:
        """The heading row with the criteria as people read them."""
        return self.head + 1

    @property
    def codes_row(self) -> int:
        """The hidden heading row with the criteria's codes."""
        return self.head + 2

    @property
    def points_row(self) -> int:
        """The heading row with the criteria's points."""
        return self.head + 3

    @property
    def first(self) -> int:
        """The first group's row."""
        return self.head + HEAD_ROWS

    @property
    def last(self) -> int:
        """The last group's row; the first one's where there is no group."""
        return self.first + max(1, len(self.plan.groups)) - 1

    @cached_property
    def answers(self) -> Mapping[str, int]:
        """The column of each criterion, by code."""
        return {criterion.code: FIRST_ANSWER + place for place, criterion in enumerate(self.criteria)}

    @property
    def last_answer(self) -> int:
        """The last criterion's column."""
        return FIRST_ANSWER + len(self.criteria) - 1

    @cached_property
    def reckoned(self) -> Mapping[str, tuple[int, str]]:
        """Column and heading of what is reckoned, by key; ``dat_1``, ``ap_dung_1`` for the first standard and so on."""
        by_standard = [
            (f"{key}_{place}", f"{STANDARD_COLUMN.format(number=standard.number)}: {word}")
            for place, standard in enumerate(self.plan.standards, start=1)
            for key, word in (("dat", "đạt"), ("ap_dung", "áp dụng"))
        ]
        return {
            key: (self.last_answer + 1 + place, heading)
            for place, (key, heading) in enumerate((*by_standard, *_RECKONED))
        }

    @property
    def last_column(self) -> int:
        """The last column of the sheet."""
        return self.last_answer + len(self.reckoned)

    def column_range(self, code: str) -> str:
        """Return all groups' answers to a criterion, for a formula of another sheet."""
        col = letter(self.answers[code])
        return f"'Chi tiết'!{col}${self.first + 1}:{col}${self.last + 1}"

    def answer_span(self, codes: list[str]) -> str:
        """Return a row's cells of neighbouring criteria, with fixed columns: ``$E9:$F9`` in row 9."""
        cols = [self.answers[code] for code in codes]
        return f"{letter(min(cols))}{OWN_ROW}:{letter(max(cols))}{OWN_ROW}"

    def head_span(self, head_row: int, codes: list[str]) -> str:
        """Return a heading row's cells of neighbouring criteria, wholly fixed: ``$E$8:$F$8``."""
        cols = [self.answers[code] for code in codes]
        return f"{letter(min(cols))}${head_row + 1}:{letter(max(cols))}${head_row + 1}"
