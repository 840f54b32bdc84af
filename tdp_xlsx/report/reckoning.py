"""The right half of ``Chi tiết``: the formulas that count, score, rank and word each group's result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.evaluation import RowClass
from tdp_xlsx.evaluation.evaluate import exact
from tdp_xlsx.layout import NO_RANK, SELF_ASSESSED, VERIFIED
from tdp_xlsx.model import ALL_GROUPS, YES, GroupStatus
from tdp_xlsx.report.book import letter
from tdp_xlsx.report.columns import CODE, KIND, NAME, DetailColumns
from tdp_xlsx.report.live import chosen, joined, listed_formula, quoted, two_formula
from tdp_xlsx.report.minutes import SEVERAL, told_formula
from tdp_xlsx.report.results import (
    CHANGED,
    CONTRADICTIONS,
    MANY_EQUALS,
    NAMED_EQUALS,
    NAMED_TIES,
    OPEN_ITEMS,
    STRIDE,
    SUSPECTED,
    UNSETTLED,
)
from tdp_xlsx.report.table import OWN_ROW
from tdp_xlsx.report.ties import tie_key
from tdp_xlsx.report.words import (
    AWAITED,
    BLANK,
    CONFIRMED,
    CONTRADICTED,
    FAILED,
    NOT_APPLICABLE,
    NOTHING,
    PASSED,
    READ,
    STATES,
    UNCLEAR,
    UNRATED,
    VERIFIED_STATE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_VALID = quoted(STATES[GroupStatus.VALID])
_DISQUALIFIED = quoted(STATES[GroupStatus.DISQUALIFIED])
_INCOMPLETE = quoted(STATES[GroupStatus.INCOMPLETE])
_AWAITED = quoted(STATES[AWAITED])


class _Row:
    """How a row's formulas name its cells."""

    code = f"{letter(CODE)}{OWN_ROW}"
    name = f"{letter(NAME)}{OWN_ROW}"
    kind = f"{letter(KIND)}{OWN_ROW}"

    def __init__(self, columns: DetailColumns) -> None:
        self.columns = columns

    def cell(self, key: str) -> str:
        """Return the row's cell of a reckoned column."""
        return f"{letter(self.columns.reckoned[key][0])}{OWN_ROW}"

    @property
    def contradicted(self) -> str:
        """How many of the row's answers the office's decisions contradict one another on."""
        every = self.columns.answer_span([criterion.code for criterion in self.columns.criteria])
        return f"COUNTIF({every},{quoted(CONTRADICTED)})"

    @property
    def same_list(self) -> str:
        """The factor that keeps separate lists apart; nothing when there is one list."""
        return f"*(ct_loai={self.kind})" if self.columns.plan.settings.separate_lists else ""


def reckoning_formulas(columns: DetailColumns) -> Mapping[str, str]:
    """Return the formula of each reckoned column by key, the same in every row; what hangs on no decision has none.

    ``results.reckoned`` gives the values they come to.
    """
    own = _Row(columns)
    return {**_counts(own), **_cases(own), **_state(own), **_rank(own), **_wording(own)}


def _counts(own: _Row) -> Mapping[str, str]:
    columns = own.columns
    formulas: dict[str, str] = {}
    met, applicable = [], []
    for place, standard in enumerate(columns.plan.standards, start=1):
        codes = [criterion.code for criterion in columns.criteria if criterion.standard == standard.number]
        if codes:
            span = columns.answer_span(codes)
            formulas[f"dat_{place}"] = f"COUNTIF({span},{quoted(YES)})"
            formulas[f"ap_dung_{place}"] = f"COLUMNS({span})-COUNTIF({span},{quoted(NOT_APPLICABLE)})"
        met.append(own.cell(f"dat_{place}"))
        applicable.append(own.cell(f"ap_dung_{place}"))
    formulas["dat"] = "+".join(met) or "0"
    formulas["ap_dung"] = "+".join(applicable) or "0"
    full = "+".join(f"({yes}={there})*({there}>0)" for yes, there in zip(met, applicable, strict=True))
    formulas["tieu_chuan_du"] = full or "0"
    scored = [criterion.code for criterion in columns.criteria if not criterion.is_case]
    if scored:
        span, points = columns.answer_span(scored), columns.head_span(columns.points_row, scored)
        formulas["diem"] = f"SUMPRODUCT(({span}={quoted(YES)})*{points})"
        formulas["diem_ap_dung"] = f"MAX(1,SUMPRODUCT(({span}<>{quoted(NOT_APPLICABLE)})*{points}))"
    every = columns.answer_span([criterion.code for criterion in columns.criteria])
    formulas["chua_ro"] = f"COUNTIF({every},{quoted(BLANK)})+COUNTIF({every},{quoted(UNCLEAR)})"
    return formulas


def _cases(own: _Row) -> Mapping[str, str]:
    columns = own.columns
    cases = [criterion.code for criterion in columns.plan.cases]
    if not cases:
        return {}
    span, codes = columns.answer_span(cases), columns.head_span(columns.codes_row, cases)
    whole = f"ISNUMBER(MATCH({own.code}&{quoted('|' + ALL_GROUPS)},td_khoa,0))"
    return {
        "truong_hop": f"COUNTIF({span},{quoted(YES)})",
        "chua_xac_minh": (
            f'IF({whole},0,SUMPRODUCT(({span}={quoted(YES)})*ISNA(MATCH({own.code}&"|"&{codes},td_khoa,0))))'
        ),
    }


def _state(own: _Row) -> Mapping[str, str]:
    file, open_items, cases = own.cell("bang"), own.cell("chua_ro"), own.cell("truong_hop")
    state, mine = own.cell("tinh_trang"), f"td_don_vi={own.code}"
    return {
        "tinh_trang": (
            f"IF({file}<>{quoted(READ)},{file},IF({open_items}>0,{_INCOMPLETE},"
            f"IF({own.contradicted}>0,{_AWAITED},IF({cases}>0,{_DISQUALIFIED},{_VALID}))))"
        ),
        "duoc_tinh": f"IF(OR({state}={_VALID},{state}={_DISQUALIFIED}),1,0)",
        "tham_dinh": f"SUMPRODUCT(--({mine}))",
        "thay_doi": f"SUMPRODUCT(({mine})*td_thay_doi)",
        "ngay": f"IFERROR(INDEX(td_ngay,MATCH({own.code},td_moi_nhat,0)),0)",
    }


def _rank(own: _Row) -> Mapping[str, str]:
    settings = own.columns.plan.settings
    state, points, whole = own.cell("tinh_trang"), own.cell("diem"), own.cell("diem_ap_dung")
    rank = own.cell("hang")
    # Cross-products of whole numbers compare exactly where quotients would not.
    better = f"(ct_diem*{whole}>{points}*ct_diem_ap_dung)"
    if settings.tie_break:
        equal = f"(ct_diem*{whole}={points}*ct_diem_ap_dung)"
        better = f"({better}+{equal}*(ct_tieu_chuan_du>{own.cell('tieu_chuan_du')}))"
    in_list = f",ct_loai,{own.kind}" if settings.separate_lists else ""
    return {
        "ty_le": f"IF({own.cell('duoc_tinh')}=1,100*{points}/{whole},{quoted(NOTHING)})",
        "hang": (
            f"IF({state}={_VALID},1+SUMPRODUCT((ct_tinh_trang={_VALID}){own.same_list}*{better}),{quoted(NO_RANK)})"
        ),
        "dong_hang": f"IF(ISNUMBER({rank}),COUNTIFS(ct_hang,{rank}{in_list})-1,0)",
        "khoa_thu_tu": (
            f"(({own.cell('danh_sach')}*10+IF({state}={_VALID},{RowClass.RANKED:d},"
            f"IF({state}={_DISQUALIFIED},{RowClass.DISQUALIFIED:d},"
            f"IF({state}={quoted(STATES[GroupStatus.MISSING])},{RowClass.MISSING:d},{RowClass.NOT_COUNTED:d}))))"
            f"*{STRIDE}+IF(ISNUMBER({rank}),{rank},0))*{STRIDE}+{own.cell('vi_tri')}"
        ),
        "thu_tu": f"RANK({own.cell('khoa_thu_tu')},ct_khoa_thu_tu,1)",
    }


def _conclusion(own: _Row) -> str:
    columns, state = own.columns, own.cell("tinh_trang")
    cases = [
        chosen(f"{letter(columns.answers[case.code])}{OWN_ROW}={quoted(YES)}", quoted(case.label))
        for case in columns.plan.cases
    ]
    suspected = joined(quoted(SUSPECTED[0]), listed_formula(cases, ", "), quoted(SUSPECTED[1]))
    out = chosen(f"{own.cell('chua_xac_minh')}=0", quoted(CONFIRMED), suspected)
    rest = chosen(f"{state}={_DISQUALIFIED}", out, state)
    return chosen(f"{state}={_VALID}", _merit(own), rest)


def _at_least(part: str, whole: str, percent: float) -> str:
    least = exact(percent)
    return f"{100 * least.denominator}*{part}>={least.numerator}*{whole}"


def _merit(own: _Row) -> str:
    """What is said of a valid group: its class, whether it passed, or just that it is valid."""
    settings = own.columns.plan.settings
    points, whole = own.cell("diem"), own.cell("diem_ap_dung")
    if settings.pass_percent is not None:
        merit = chosen(_at_least(points, whole, settings.pass_percent), quoted(PASSED), quoted(FAILED))
    elif settings.classes:
        merit = quoted(UNRATED)
    else:
        merit = chosen(f"{own.cell('tham_dinh')}>0", quoted(VERIFIED_STATE), _VALID)
    from_highest = sorted(settings.classes, key=lambda rating: -rating.from_percent)
    for rating in from_highest[::-1]:  # of those from the same score on, the one told first stands outermost
        tests = [_at_least(points, whole, rating.from_percent)]
        if rating.each_standard is not None:
            tests += [
                _at_least(own.cell(f"dat_{place}"), own.cell(f"ap_dung_{place}"), rating.each_standard)
                for place in range(1, len(own.columns.plan.standards) + 1)
            ]
        merit = chosen(f"AND({','.join(tests)})", quoted(rating.name), merit)
    return merit


def _wording(own: _Row) -> Mapping[str, str]:
    equals, rank = own.cell("dong_hang"), own.cell("hang")
    around = (
        f'SUBSTITUTE("; "&INDEX(bd_dong_hang,MATCH({tie_key(own.cell("danh_sach"), rank)},bd_khoa_hang,0))&"; ",'
        f'"; "&{own.name}&"; ","; ",1)'
    )
    few = joined(quoted(NAMED_EQUALS), f"MID({around},3,LEN({around})-4)")
    many = joined(quoted(MANY_EQUALS[0]), two_formula(equals), quoted(MANY_EQUALS[1]))
    tied = chosen(f"{equals}=0", '""', chosen(f"{equals}>{NAMED_TIES}", many, few))
    changed, open_items = own.cell("thay_doi"), own.cell("chua_ro")
    notes = [
        own.cell("dong_hang_voi"),
        chosen(f"{changed}>0", joined(quoted(CHANGED[0]), two_formula(changed), quoted(CHANGED[1]))),
        chosen(
            f"{own.contradicted}>0",
            joined(quoted(CONTRADICTIONS[0]), two_formula(own.contradicted), quoted(CONTRADICTIONS[1])),
        ),
        chosen(
            f"{own.cell('tinh_trang')}={_INCOMPLETE}",
            joined(quoted(OPEN_ITEMS[0]), two_formula(open_items), quoted(OPEN_ITEMS[1])),
        ),
    ]
    note = listed_formula(notes)
    number = f"INDEX(td_bien_ban,MATCH({own.code},td_moi_nhat,0))"
    number = f"IF(SUMPRODUCT((td_moi_nhat={own.code})*(td_bien_ban<>{number}))>0,{quoted(SEVERAL)},{number})"
    verified = joined(quoted(VERIFIED), told_formula(own.cell("ngay"), number))
    unverified = chosen(f"{own.contradicted}>0", quoted(UNSETTLED), quoted(SELF_ASSESSED))
    source = chosen(f"{own.cell('tham_dinh')}>0", verified, unverified)
    return {
        "ket_luan": _conclusion(own),
        "nguon": chosen(f"{own.cell('bang')}={quoted(READ)}", source, quoted(NOTHING)),
        "dong_hang_voi": tied,
        "ghi_chu": f"UPPER(LEFT({note},1))&MID({note},2,1000)",
    }
