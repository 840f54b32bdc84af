"""The groups on ``So với năm trước``: where their columns stand, and what each formula there comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx.evaluation.previous import NOT_COUNTED, ONLY_NOW_VERIFIED, SELF_INCOMPLETE
from tdp_xlsx.layout import GROUP_CODE, GROUP_NAME, NO_RANK, PREVIOUS, SELF_ASSESSED, VERIFIED
from tdp_xlsx.model import YES, GroupStatus
from tdp_xlsx.report.live import OWN_ROW, Live, Value, letter, listed, quoted, when
from tdp_xlsx.report.reckoned import VALID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.evaluation.previous import Compared, Previous
    from tdp_xlsx.model import Criterion
    from tdp_xlsx.report.book import Ward
    from tdp_xlsx.report.reckoned import DetailColumns

NUMBER, CODE, NAME, BEFORE, NOW, COMPARED, GAINED, LOST, RANK_BEFORE, RANK_NOW, MOVED, PUBLISHED, BROKEN, SOURCE = (
    range(14)
)
HEADINGS = (
    *("Số tt", GROUP_CODE, GROUP_NAME, "Đạt năm trước", "Đạt năm nay", "Số tiêu chí so sánh", "Thêm đạt", "Thôi đạt"),
    *("Hạng năm trước (tính lại)", "Hạng năm nay (tính lại)", "Tăng, giảm", "Hạng đã công bố", "Ngắt chuỗi"),
    "Nguồn so sánh",
)
(LINE, OLD, LASTING, KIND, VERIFIED_BEFORE, COMPLETE, VALID_SELF, VALID_FINAL, IS_COMPARED, IS_RANKED) = range(14, 24)
(POINTS_BEFORE, POINTS_NOW, POINTS, FULL_BEFORE, FULL_NOW, FIRST_CHANGE) = range(24, 30)
HELPERS = (
    *("Dòng ở Chi tiết", "Mã năm trước", "Lý do không so, không đổi theo thẩm định", "Loại đơn vị"),
    *("Năm trước đã thẩm định", "Năm trước tự đánh giá đủ", "Năm trước không có trường hợp mục I (tự đánh giá)"),
    *("Năm trước không có trường hợp mục I (kết quả)", "So sánh (1), không (0)", "Xếp hạng (1), không (0)"),
    *("Điểm năm trước", "Điểm năm nay", "Điểm của các tiêu chí so sánh", "Số tiêu chuẩn đạt đủ năm trước"),
    "Số tiêu chuẩn đạt đủ năm nay",
)
CHANGED = {
    (False, True): "Thêm đạt",
    (True, False): "Thôi đạt",
    (True, True): "Vẫn đạt",
    (False, False): "Vẫn chưa đạt",
}
"""What an answer that is compared came to, by whether it was met before, and now."""
IS_GAINED, IS_LOST, IS_KEPT, IS_MISSED = CHANGED.values()
NAMES = {
    "ma": CODE, "them": GAINED, "thoi": LOST, "tang": MOVED, "ngat": BROKEN, "loai": KIND, "so_sanh": IS_COMPARED,
    "xep": IS_RANKED, "diem_truoc": POINTS_BEFORE, "diem_nay": POINTS_NOW, "diem": POINTS, "du_truoc": FULL_BEFORE,
    "du_nay": FULL_NOW,
}  # fmt: skip
"""Columns that formulas name, with ``nt_`` before."""
CHANGE = "nt_tieu_chi"
"""The named expression in each cell that says what an answer came to."""


@dataclass(frozen=True)
class Rows:
    """Where the rows of the groups stand, and the three blocks of answers right of them.

    The blocks have a column for each criterion of part II: what its answer came to, last year's answer as the leader
    gave it, and as it counted.
    """

    ward: Ward
    previous: Previous
    detail: DetailColumns
    criteria: tuple[Criterion, ...]
    points_row: int
    first: int
    last: int

    def block(self, which: int) -> int:
        """Return a block's first column: 0, 1 or 2."""
        return FIRST_CHANGE + which * len(self.criteria)

    def changes(self, code: str) -> str:
        """Return what all groups' answers to a criterion came to, as a range."""
        col = letter(FIRST_CHANGE + [one.code for one in self.criteria].index(code))
        return f"{col}${self.first + 1}:{col}${self.last + 1}"

    def formulas(self) -> dict[int, str]:
        """Return the formula of each column that has one."""
        line = f"{letter(LINE)}{OWN_ROW}"
        cells = {col: f"{letter(col)}{OWN_ROW}" for col in range(FIRST_CHANGE)}
        span = self._span(self.criteria)
        weights = span.replace(OWN_ROW, f"${self.points_row + 1}")
        verified = f"INDEX(ct_tham_dinh,{line})>0"
        sums = {col: _count(span, *words) for col, words in _COUNTED.items()}
        valid = f"IF({cells[SOURCE]}={quoted(VERIFIED)},{cells[VALID_FINAL]},{cells[VALID_SELF]})"
        is_ranked = f"AND({cells[IS_COMPARED]}=1,INDEX(ct_tinh_trang,{line})={VALID},{valid}=1)"
        ranks = {RANK_BEFORE: ("truoc", POINTS_BEFORE, FULL_BEFORE), RANK_NOW: ("nay", POINTS_NOW, FULL_NOW)}
        return {
            **{col: f"IF({cells[IS_COMPARED]}=1,{formula},{quoted(NO_RANK)})" for col, formula in sums.items()},
            **{col: f"IF({cells[IS_RANKED]}=1,{self._rank(*of)},{quoted(NO_RANK)})" for col, of in ranks.items()},
            MOVED: f"IF({cells[IS_RANKED]}=1,{cells[RANK_BEFORE]}-{cells[RANK_NOW]},{quoted(NO_RANK)})",
            BROKEN: self.broken(None).formula,
            SOURCE: f"IF({verified},{quoted(VERIFIED)},{quoted(SELF_ASSESSED)})",
            LINE: f"MATCH({cells[CODE]},ct_ma,0)",
            IS_COMPARED: f'IF({cells[BROKEN]}="",1,0)',
            IS_RANKED: f"IF({is_ranked},1,0)",
            POINTS_BEFORE: f"SUMPRODUCT((({span}={quoted(IS_KEPT)})+({span}={quoted(IS_LOST)}))*{weights})",
            POINTS_NOW: f"SUMPRODUCT((({span}={quoted(IS_KEPT)})+({span}={quoted(IS_GAINED)}))*{weights})",
            POINTS: f'SUMPRODUCT(({span}<>"")*{weights})',
            FULL_BEFORE: self._full(IS_GAINED),
            FULL_NOW: self._full(IS_LOST),
            **dict.fromkeys(range(FIRST_CHANGE, self.block(1)), CHANGE),
        }

    def _span(self, criteria: tuple[Criterion, ...]) -> str:
        first = FIRST_CHANGE + self.criteria.index(criteria[0])
        return f"{letter(first)}{OWN_ROW}:{letter(first + len(criteria) - 1)}{OWN_ROW}"

    def _rank(self, when_: str, points: int, full: int) -> str:
        """Return the rank among the ranked; cross-products of whole numbers compare exactly."""
        settings, own, whole = self.ward.plan.settings, f"{letter(points)}{OWN_ROW}", f"{letter(POINTS)}{OWN_ROW}"
        better = f"(nt_diem_{when_}*{whole}>{own}*nt_diem)"
        if settings.tie_break:
            equal = f"(nt_diem_{when_}*{whole}={own}*nt_diem)"
            better = f"({better}+{equal}*(nt_du_{when_}>{letter(full)}{OWN_ROW}))"
        same_list = f"*(nt_loai={letter(KIND)}{OWN_ROW})" if settings.separate_lists else ""
        return f"1+SUMPRODUCT((nt_xep=1){same_list}*{better})"

    def _full(self, missed: str) -> str:
        """Return how many standards were met in full: nothing in them was missed then."""
        parts = []
        for standard in self.ward.plan.standards:
            if own := tuple(one for one in self.criteria if one.standard == standard.number):
                span = self._span(own)
                parts.append(f'(SUMPRODUCT(--({span}<>""))>0)*({_count(span, missed, IS_MISSED)}=0)')
        return "+".join(parts)

    def change(self) -> str:
        """Return what an answer came to, as an expression relative to A1: in each cell, its own row and column."""
        width = len(self.criteria)
        as_read, final = (f"'{PREVIOUS}'!{letter(which * width)[1:]}1" for which in (1, 2))
        source, is_compared, line = (f"'{PREVIOUS}'!{letter(col)}1" for col in (SOURCE, IS_COMPARED, LINE))
        before = f"IF({source}={quoted(VERIFIED)},{final},{as_read})"
        ends = [self.detail.column_range(one.code).split(":") for one in (self.criteria[0], self.criteria[-1])]
        now = f"INDEX({ends[0][0]}:{ends[1][1]},{line},MAX(COLUMN())-{FIRST_CHANGE})={quoted(YES)}"
        ways = ",".join(
            f"IF({before}={quoted(YES)},{quoted(CHANGED[True, met])},{quoted(CHANGED[False, met])})"
            for met in (True, False)
        )
        return f'IF(OR({is_compared}=0,{before}=""),"",IF({now},{ways}))'

    def broken(self, one: Compared | None) -> Live:
        """Say why the series is broken: the formula is every row's, the value a group's."""
        reasons = one.reasons if one else ()
        line, before, complete = (f"{letter(col)}{OWN_ROW}" for col in (LINE, VERIFIED_BEFORE, COMPLETE))
        verified = f"INDEX(ct_tham_dinh,{line})>0"
        said = listed(
            [
                Live(f"{letter(LASTING)}{OWN_ROW}", "; ".join(one.lasting) if one else ""),
                when(f"INDEX(ct_duoc_tinh,{line})=0", NOT_COUNTED in reasons, NOT_COUNTED),
                when(f"AND({verified},{before}=0)", ONLY_NOW_VERIFIED in reasons, ONLY_NOW_VERIFIED),
                when(f"AND(NOT({verified}),{complete}=0)", SELF_INCOMPLETE in reasons, SELF_INCOMPLETE),
            ]
        )
        return Live(f"UPPER(LEFT({said.formula},1))&MID({said.formula},2,1000)", one.reason if one else "")

    def values(self) -> Iterator[list[Value]]:
        """Yield each group's row, in the register's order."""
        for place, (code, one) in enumerate(self.previous.groups.items()):
            result, is_compared = self.ward.evaluation.by_code[code], not one.reasons
            counts = (*one.met, one.compared, len(one.gained), len(one.lost))
            before, now = one.rank
            is_ranked = before is not None and now is not None
            old = one.before
            met = self.changed(one)
            yield [
                *(place + 1, code, result.name),
                *(counts if is_compared else (NO_RANK,) * len(counts)),
                *((before, now, before - now) if before and now else (NO_RANK,) * 3),
                *((old.published if old and old.published else NO_RANK), one.reason),
                VERIFIED if one.is_verified else SELF_ASSESSED,
                *(place + 1, old.code if old else "", "; ".join(one.lasting), result.kind),
                *self._facts(one),
                *(int(is_compared), int(is_ranked), *one.points, *one.full_standards),
                *(said.get(each.code, "") for said in (met, one.read, one.final) for each in self.criteria),
            ]

    def _facts(self, one: Compared) -> tuple[int, ...]:
        """Return what is known of last year's group; -1 where there is none that counted."""
        if one.before is None or one.before.status not in {GroupStatus.VALID, GroupStatus.DISQUALIFIED}:
            return (-1,) * 4
        valid = (one.was_valid(self.previous.cases, verified=way) for way in (False, True))
        return int(one.before.is_verified), int(one.is_self_complete), *map(int, valid)

    def changed(self, one: Compared) -> dict[str, str]:
        """Return what each answer of a group that is compared came to."""
        before = {} if one.reasons else one.final if one.is_verified else one.read
        return {
            code: CHANGED[word == YES, code in one.gained or (word == YES and code not in one.lost)]
            for code, word in before.items()
        }


_COUNTED = {
    BEFORE: (IS_KEPT, IS_LOST),
    NOW: (IS_KEPT, IS_GAINED),
    COMPARED: (IS_KEPT, IS_LOST, IS_GAINED, IS_MISSED),
    GAINED: (IS_GAINED,),
    LOST: (IS_LOST,),
}


def _count(span: str, *words: str) -> str:
    return "(" + "+".join(f"COUNTIF({span},{quoted(word)})" for word in words) + ")"


def compared(previous: Previous) -> Live:
    """Count the groups that are compared."""
    return Live("SUM(nt_so_sanh)", len(previous.compared))
