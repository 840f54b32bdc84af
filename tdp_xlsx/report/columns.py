"""Where everything stands on ``Chi tiết``, whose columns the formulas of the other sheets name."""

from __future__ import annotations

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
from tdp_xlsx.report.live import OWN_ROW, letter

if TYPE_CHECKING:
    from tdp_xlsx.report.figures import Source

CODE, NAME, KIND, LINK, FIRST_ANSWER = range(5)

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


class DetailColumns:
    """Columns and rows of ``Chi tiết`` for a ward, counted from 0.

    Four heading rows: the standards, labels, codes (hidden) and points of the criteria. ``answers`` has the column of
    each criterion by code; ``reckoned`` column and heading of what is reckoned, by key: ``dat_1`` and ``ap_dung_1`` for
    the first standard and so on, then the others.
    """

    def __init__(self, ward: Source) -> None:
        self.plan, self.criteria = ward.plan, ward.figures.criteria
        self.head = ward.top + 4
        self.standards_row, self.labels_row, self.codes_row, self.points_row = range(self.head, self.head + 4)
        self.first = self.points_row + 1
        self.last = self.first + max(1, len(self.plan.groups)) - 1
        self.answers = {one.code: col for col, one in enumerate(self.criteria, start=FIRST_ANSWER)}
        self.last_answer = FIRST_ANSWER + len(self.criteria) - 1
        by_standard = [
            (f"{key}_{place}", f"{STANDARD_COLUMN.format(number=standard.number)}: {word}")
            for place, standard in enumerate(self.plan.standards, start=1)
            for key, word in (("dat", "đạt"), ("ap_dung", "áp dụng"))
        ]
        columns = enumerate((*by_standard, *_RECKONED), start=self.last_answer + 1)
        self.reckoned = {key: (col, heading) for col, (key, heading) in columns}
        self.last_column = self.last_answer + len(self.reckoned)

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
