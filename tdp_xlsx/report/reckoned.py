"""Where the columns of the detail sheet stand, and a group's figures as formulas over them, beside their values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx.evaluation import RowClass
from tdp_xlsx.evaluation.outcome import ROW_CLASSES
from tdp_xlsx.layout import (
    APPLICABLE,
    AWAITED,
    CONCLUSION,
    GROUP_CODE,
    GROUP_KIND,
    GROUP_NAME,
    MET,
    NO_RANK,
    NOTE,
    RANK,
    SHARE,
    SOURCE,
    STANDARD_COLUMN,
    STATES,
)
from tdp_xlsx.model import ALL_GROUPS, YES, GroupStatus
from tdp_xlsx.report.live import OWN_ROW, Value, letter, quoted, share
from tdp_xlsx.report.words import BLANK, CONTRADICTED, NOT_APPLICABLE, NOTHING, READ, UNCLEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.report.figures import Figures, Source


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
    the first standard and so on, then the others. ``code``, ``name``, ``kind``: cells of a formula's own row.
    """

    code, name, kind = (f"{letter(col)}{OWN_ROW}" for col in (CODE, NAME, KIND))

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

    def cell(self, key: str) -> str:
        """Return a row's own cell of a reckoned column."""
        return f"{letter(self.reckoned[key][0])}{OWN_ROW}"

    @property
    def contradicted(self) -> str:
        """On how many of a row's answers the office's decisions differ."""
        every = self.span([criterion.code for criterion in self.criteria])
        return f"COUNTIF({every},{quoted(CONTRADICTED)})"

    def span(self, codes: list[str], head_row: int | None = None) -> str:
        """Return cells of neighbouring criteria: ``$E9:$F9`` in a formula's own row 9, in a heading ``$E$8:$F$8``."""
        cols = [self.answers[code] for code in codes]
        row = OWN_ROW if head_row is None else f"${head_row + 1}"
        return f"{letter(min(cols))}{row}:{letter(max(cols))}{row}"


_STRIDE = 100_000
"""More groups than any register has; keeps the parts of the order's key apart."""
VALID = quoted(STATES[GroupStatus.VALID])
DISQUALIFIED = quoted(STATES[GroupStatus.DISQUALIFIED])
INCOMPLETE = quoted(STATES[GroupStatus.INCOMPLETE])


class Reckoned(NamedTuple):
    """A column: the formula of every row, empty where no decision changes the cell, and its value for a group."""

    formula: str
    value: Callable[[GroupResult], Value]


def standards(own: DetailColumns) -> Mapping[str, Reckoned]:
    """Return criteria met and applicable, standard by standard."""
    found = {}
    for place, standard in enumerate(own.plan.standards, start=1):
        codes = [criterion.code for criterion in own.criteria if criterion.standard == standard.number]
        span = own.span(codes) if codes else ""
        met, applicable = f"COUNTIF({span},{quoted(YES)})", f"COLUMNS({span})-COUNTIF({span},{quoted(NOT_APPLICABLE)})"
        found[f"dat_{place}"] = Reckoned(met if codes else "", partial(_of_standard, standard.number, 0))
        found[f"ap_dung_{place}"] = Reckoned(applicable if codes else "", partial(_of_standard, standard.number, 1))
    return found


def _of_standard(number: str, place: int, result: GroupResult) -> int:
    return result.standards[number][place]


def counts(own: DetailColumns) -> Mapping[str, Reckoned]:
    """Return what is counted of all answers of a group."""
    places = range(1, len(own.plan.standards) + 1)
    met = [own.cell(f"dat_{place}") for place in places]
    applicable = [own.cell(f"ap_dung_{place}") for place in places]
    full = [f"({yes}={there})*({there}>0)" for yes, there in zip(met, applicable, strict=True)]
    scored = [criterion.code for criterion in own.criteria if not criterion.is_case]
    points = whole = ""
    if scored:
        span, weights = own.span(scored), own.span(scored, own.points_row)
        points = f"SUMPRODUCT(({span}={quoted(YES)})*{weights})"
        whole = f"MAX(1,SUMPRODUCT(({span}<>{quoted(NOT_APPLICABLE)})*{weights}))"
    every = own.span([criterion.code for criterion in own.criteria])
    return {
        "dat": Reckoned("+".join(met) or "0", lambda one: one.met),
        "ap_dung": Reckoned("+".join(applicable) or "0", lambda one: one.applicable),
        "diem": Reckoned(points, lambda one: one.points_met),
        "diem_ap_dung": Reckoned(whole, lambda one: max(1, one.points_applicable)),
        "tieu_chuan_du": Reckoned("+".join(full) or "0", lambda one: one.full_standards),
        "chua_ro": Reckoned(
            f"COUNTIF({every},{quoted(BLANK)})+COUNTIF({every},{quoted(UNCLEAR)})",
            lambda one: one.unanswered - one.contradicted,
        ),
    }


def cases(own: DetailColumns) -> Mapping[str, Reckoned]:
    """Return how many cases of part I happened, and how many of those the office has not verified."""
    codes = [criterion.code for criterion in own.plan.cases]
    happened = unconfirmed = ""
    if codes:
        span, heads = own.span(codes), own.span(codes, own.codes_row)
        whole = f"ISNUMBER(MATCH({own.code}&{quoted('|' + ALL_GROUPS)},td_khoa,0))"
        open_cases = f'({span}={quoted(YES)})*ISNA(MATCH({own.code}&"|"&{heads},td_khoa,0))'
        happened, unconfirmed = f"COUNTIF({span},{quoted(YES)})", f"IF({whole},0,SUMPRODUCT({open_cases}))"
    return {
        "truong_hop": Reckoned(happened, lambda one: len(one.disqualified_by)),
        "chua_xac_minh": Reckoned(unconfirmed, lambda one: one.unconfirmed),
    }


def state(own: DetailColumns, figures: Figures) -> Mapping[str, Reckoned]:
    """Return a group's state, whether it counts, and which decisions are in force for it."""
    file, open_items, happened = own.cell("bang"), own.cell("chua_ro"), own.cell("truong_hop")
    known, mine = own.cell("tinh_trang"), f"td_don_vi={own.code}"
    settled = f"IF({happened}>0,{DISQUALIFIED},{VALID})"
    read = f"IF({open_items}>0,{INCOMPLETE},IF({own.contradicted}>0,{quoted(STATES[AWAITED])},{settled}))"
    return {
        "bang": Reckoned("", lambda one: READ if one.is_read else STATES[one.status]),
        "tinh_trang": Reckoned(f"IF({file}<>{quoted(READ)},{file},{read})", lambda one: STATES[one.state]),
        "duoc_tinh": Reckoned(f"IF(OR({known}={VALID},{known}={DISQUALIFIED}),1,0)", lambda one: int(one.is_counted)),
        "tham_dinh": Reckoned(f"SUMPRODUCT(--({mine}))", lambda one: one.decided),
        "thay_doi": Reckoned(f"SUMPRODUCT(({mine})*td_thay_doi)", lambda one: one.changed),
        "ngay": Reckoned(
            f"SUMPRODUCT(LARGE(({mine})*td_ngay,1))", lambda one: figures.latest.get(one.code, (0, ""))[0]
        ),
        "ly_do": Reckoned("", figures.reason),
    }


def rank(own: DetailColumns, figures: Figures) -> Mapping[str, Reckoned]:
    """Return share and rank, and the key by which the groups stand in their order."""
    settings = own.plan.settings
    known, points, whole, place = (own.cell(key) for key in ("tinh_trang", "diem", "diem_ap_dung", "hang"))
    # Cross-products of whole numbers compare exactly where quotients would not.
    better = f"(ct_diem*{whole}>{points}*ct_diem_ap_dung)"
    if settings.tie_break:
        equal = f"(ct_diem*{whole}={points}*ct_diem_ap_dung)"
        better = f"({better}+{equal}*(ct_tieu_chuan_du>{own.cell('tieu_chuan_du')}))"
    same_list, in_list = (f"*(ct_loai={own.kind})", f",ct_loai,{own.kind}") if settings.separate_lists else ("", "")
    part = (
        f"IF({known}={VALID},{RowClass.RANKED:d},IF({known}={DISQUALIFIED},{RowClass.DISQUALIFIED:d},"
        f"IF({known}={quoted(STATES[GroupStatus.MISSING])},{RowClass.MISSING:d},{RowClass.NOT_COUNTED:d})))"
    )
    ranked = f"IF(ISNUMBER({place}),{place},0)"
    key = f"(({own.cell('danh_sach')}*10+{part})*{_STRIDE}+{ranked})*{_STRIDE}+{own.cell('vi_tri')}"

    def order_key(one: GroupResult) -> int:
        number = figures.lists[one.kind] * 10 + ROW_CLASSES[one.status]
        return (number * _STRIDE + (one.rank or 0)) * _STRIDE + one.position

    return {
        "ty_le": Reckoned(
            f"IF({own.cell('duoc_tinh')}=1,100*{points}/{whole},{quoted(NOTHING)})",
            lambda one: share(one.points_met, one.points_applicable) if one.is_counted else NOTHING,
        ),
        "hang": Reckoned(
            f"IF({known}={VALID},1+SUMPRODUCT((ct_tinh_trang={VALID}){same_list}*{better}),{quoted(NO_RANK)})",
            lambda one: NO_RANK if one.rank is None else one.rank,
        ),
        "dong_hang": Reckoned(f"IF(ISNUMBER({place}),COUNTIFS(ct_hang,{place}{in_list})-1,0)", lambda one: one.ties),
        "danh_sach": Reckoned("", lambda one: figures.lists[one.kind]),
        "vi_tri": Reckoned("", lambda one: one.position),
        "khoa_thu_tu": Reckoned(key, order_key),
        "thu_tu": Reckoned(f"RANK({own.cell('khoa_thu_tu')},ct_khoa_thu_tu,1)", lambda one: one.order),
    }
