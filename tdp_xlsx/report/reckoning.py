"""The right half of ``Chi tiết``: for each group the formulas that count, score, rank and word its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx.evaluation import RowClass
from tdp_xlsx.evaluation.evaluate import exact, list_numbers
from tdp_xlsx.evaluation.outcome import ROW_CLASSES
from tdp_xlsx.layout import NO_RANK, SELF_ASSESSED, VERIFIED
from tdp_xlsx.model import ALL_GROUPS, YES, GroupStatus
from tdp_xlsx.report.book import letter
from tdp_xlsx.report.columns import CODE, KIND, NAME, DetailColumns
from tdp_xlsx.report.live import Live, join, listed, quoted, share, two, when
from tdp_xlsx.report.minutes import SEVERAL, told
from tdp_xlsx.report.ties import tie_key
from tdp_xlsx.report.words import (
    BLANK,
    CONFIRMED,
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

    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.report.book import Page
    from tdp_xlsx.report.figures import Figures

_VALID = STATES[GroupStatus.VALID]
_DISQUALIFIED = STATES[GroupStatus.DISQUALIFIED]
_STRIDE = 100_000
"""More groups than any register has; keeps the parts of the order's key apart."""
_CHANGED = "thẩm định thay đổi ", " nội dung"
_NAMED_TIES = 3
"""With more equals than this, their number is told instead of their names."""


def changes_told(count: int) -> str:
    """Return what a group's note says of the answers that decisions changed."""
    return f"{_CHANGED[0]}{count:02d}{_CHANGED[1]}"


def bang(result: GroupResult) -> str:
    """Return what is known about a group's file, which no decision alters."""
    return READ if result.is_read else STATES[result.status]


@dataclass(frozen=True)
class _Row:
    """One group's row: its result, and how its formulas name their cells."""

    columns: DetailColumns
    result: GroupResult
    row: int

    def cell(self, key: str) -> str:
        """Return the row's cell of a reckoned column."""
        return f"{letter(self.columns.reckoned[key][0])}{self.row + 1}"

    @property
    def code(self) -> str:
        return f"{letter(CODE)}{self.row + 1}"

    @property
    def name(self) -> str:
        return f"{letter(NAME)}{self.row + 1}"

    @property
    def same_list(self) -> str:
        """The factor that keeps separate lists apart; nothing when there is one list."""
        if not self.columns.plan.settings.separate_lists:
            return ""
        return f"*(ct_loai={letter(KIND)}{self.row + 1})"


def reckoned(columns: DetailColumns, result: GroupResult, row: int, figures: Figures) -> Mapping[str, Live]:
    """Return a group's reckoned cells by key; one without a formula does not hang on any decision."""
    own = _Row(columns, result, row)
    reason, latest = figures.reason(result), figures.latest.get(result.code, (0, ""))
    return {**_counts(own), **_state(own, reason, latest[0]), **_rank(own), **_wording(own, reason, latest)}


def worded(columns: DetailColumns, result: GroupResult, figures: Figures) -> Mapping[str, str]:
    """Return what the reckoned cells of conclusion, source and note say."""
    own = _Row(columns, result, 0)
    wording = _wording(own, figures.reason(result), figures.latest.get(result.code, (0, "")))
    return {key: str(live.value) for key, live in wording.items()}


def write_reckoning(page: Page, columns: DetailColumns, result: GroupResult, row: int) -> None:
    """Write one group's reckoned cells."""
    formulas = reckoned(columns, result, row, page.ward.figures)
    for key, (col, _) in columns.reckoned.items():
        live = formulas[key]
        # The row keeps the height that its answers need: these texts are for the sheet to sign.
        one_line = {"text_wrap": False} if key in _WIDE else {}
        meaning = "percent" if key == "ty_le" else "cell" if key in _WIDE else "count"
        if live.formula:
            page.live(row, col, live, meaning, **one_line)
        elif isinstance(live.value, str):
            page.text(row, col, live.value, meaning, **one_line)
        else:
            page.number(row, col, live.value, meaning)


_WIDE = {"tinh_trang", "bang", "ket_luan", "nguon", "dong_hang_voi", "ly_do", "ghi_chu"}


def _counts(own: _Row) -> Mapping[str, Live]:
    columns, result = own.columns, own.result
    formulas: dict[str, Live] = {}
    met, applicable = [], []
    for place, standard in enumerate(columns.plan.standards, start=1):
        codes = [criterion.code for criterion in columns.criteria if criterion.standard == standard.number]
        yes, there = result.standards[standard.number]
        if codes:
            span = columns.answer_span(own.row, codes)
            formulas[f"dat_{place}"] = Live(f"COUNTIF({span},{quoted(YES)})", yes)
            formulas[f"ap_dung_{place}"] = Live(f"COLUMNS({span})-COUNTIF({span},{quoted(NOT_APPLICABLE)})", there)
        else:
            formulas[f"dat_{place}"] = formulas[f"ap_dung_{place}"] = Live("", 0)
        met.append(own.cell(f"dat_{place}"))
        applicable.append(own.cell(f"ap_dung_{place}"))
    formulas["dat"] = Live("+".join(met) or "0", result.met)
    formulas["ap_dung"] = Live("+".join(applicable) or "0", result.applicable)
    full = "+".join(f"({yes}={there})*({there}>0)" for yes, there in zip(met, applicable, strict=True))
    formulas["tieu_chuan_du"] = Live(full or "0", result.full_standards)
    scored = [criterion.code for criterion in columns.criteria if not criterion.is_case]
    if scored:
        span, points = columns.answer_span(own.row, scored), columns.head_span(columns.points_row, scored)
        formulas["diem"] = Live(f"SUMPRODUCT(({span}={quoted(YES)})*{points})", result.points_met)
        formulas["diem_ap_dung"] = Live(
            f"MAX(1,SUMPRODUCT(({span}<>{quoted(NOT_APPLICABLE)})*{points}))", max(1, result.points_applicable)
        )
    else:
        formulas["diem"], formulas["diem_ap_dung"] = Live("", 0), Live("", 1)
    every = columns.answer_span(own.row, [criterion.code for criterion in columns.criteria])
    formulas["chua_ro"] = Live(
        f"COUNTIF({every},{quoted(BLANK)})+COUNTIF({every},{quoted(UNCLEAR)})", result.unanswered
    )
    return formulas | _cases(own)


def _cases(own: _Row) -> dict[str, Live]:
    columns, result = own.columns, own.result
    cases = [criterion.code for criterion in columns.plan.cases]
    if not cases:
        return {"truong_hop": Live("", 0), "chua_xac_minh": Live("", 0)}
    span, codes = columns.answer_span(own.row, cases), columns.head_span(columns.codes_row, cases)
    whole = f"ISNUMBER(MATCH({own.code}&{quoted('|' + ALL_GROUPS)},td_khoa,0))"
    return {
        "truong_hop": Live(f"COUNTIF({span},{quoted(YES)})", len(result.disqualified_by)),
        "chua_xac_minh": Live(
            f'IF({whole},0,SUMPRODUCT(({span}={quoted(YES)})*ISNA(MATCH({own.code}&"|"&{codes},td_khoa,0))))',
            result.unconfirmed,
        ),
    }


def _state(own: _Row, reason: str, latest: int) -> Mapping[str, Live]:
    result = own.result
    file, open_items, cases = own.cell("bang"), own.cell("chua_ro"), own.cell("truong_hop")
    mine = f"td_don_vi={own.code}"
    return {
        "bang": Live("", bang(result)),
        "tinh_trang": Live(
            f"IF({file}<>{quoted(READ)},{file},IF({open_items}>0,{quoted(STATES[GroupStatus.INCOMPLETE])},"
            f"IF({cases}>0,{quoted(_DISQUALIFIED)},{quoted(_VALID)})))",
            STATES[result.status],
        ),
        "duoc_tinh": Live(
            f"IF(OR({own.cell('tinh_trang')}={quoted(_VALID)},{own.cell('tinh_trang')}={quoted(_DISQUALIFIED)}),1,0)",
            int(result.is_counted),
        ),
        "tham_dinh": Live(f"SUMPRODUCT(--({mine}))", result.decided),
        "thay_doi": Live(f"SUMPRODUCT(({mine})*td_thay_doi)", result.changed),
        "ngay": Live(f"IFERROR(INDEX(td_ngay,MATCH({own.code},td_moi_nhat,0)),0)", latest),
        "ly_do": Live("", reason),
    }


def _rank(own: _Row) -> Mapping[str, Live]:
    result, settings = own.result, own.columns.plan.settings
    state, points, whole = own.cell("tinh_trang"), own.cell("diem"), own.cell("diem_ap_dung")
    rank = own.cell("hang")
    # Cross-products of whole numbers compare exactly where quotients would not.
    better = f"(ct_diem*{whole}>{points}*ct_diem_ap_dung)"
    if settings.tie_break:
        equal = f"(ct_diem*{whole}={points}*ct_diem_ap_dung)"
        better = f"({better}+{equal}*(ct_tieu_chuan_du>{own.cell('tieu_chuan_du')}))"
    in_list = f",ct_loai,{letter(KIND)}{own.row + 1}" if settings.separate_lists else ""
    row_class = ROW_CLASSES[result.status]
    number = list_numbers(own.columns.plan)[result.kind]
    key = ((number * 10 + row_class) * _STRIDE + (result.rank or 0)) * _STRIDE + result.position
    return {
        "ty_le": Live(
            f"IF({own.cell('duoc_tinh')}=1,100*{points}/{whole},{quoted(NOTHING)})",
            share(result.points_met, result.points_applicable) if result.is_counted else NOTHING,
        ),
        "hang": Live(
            f"IF({state}={quoted(_VALID)},1+SUMPRODUCT((ct_tinh_trang={quoted(_VALID)}){own.same_list}*{better}),"
            f"{quoted(NO_RANK)})",
            NO_RANK if result.rank is None else result.rank,
        ),
        "dong_hang": Live(f"IF(ISNUMBER({rank}),COUNTIFS(ct_hang,{rank}{in_list})-1,0)", result.ties),
        "danh_sach": Live("", number),
        "vi_tri": Live("", result.position),
        "khoa_thu_tu": Live(
            f"(({own.cell('danh_sach')}*10+IF({state}={quoted(_VALID)},{RowClass.RANKED:d},"
            f"IF({state}={quoted(_DISQUALIFIED)},{RowClass.DISQUALIFIED:d},"
            f"IF({state}={quoted(STATES[GroupStatus.MISSING])},{RowClass.MISSING:d},{RowClass.NOT_COUNTED:d}))))"
            f"*{_STRIDE}+IF(ISNUMBER({rank}),{rank},0))*{_STRIDE}+{own.cell('vi_tri')}",
            key,
        ),
        "thu_tu": Live(f"RANK({own.cell('khoa_thu_tu')},ct_khoa_thu_tu,1)", result.order),
    }


def _conclusion(own: _Row) -> Live:
    result, columns = own.result, own.columns
    cases = [
        when(
            f"{letter(columns.answers[case.code])}{own.row + 1}={quoted(YES)}",
            case.code in result.disqualified_by,
            case.label,
        )
        for case in columns.plan.cases
    ]
    suspected = join("Tự khai có trường hợp tại mục ", listed(cases, ", "), ", cần xác minh")
    state = own.cell("tinh_trang")
    out = when(f"{own.cell('chua_xac_minh')}=0", result.unconfirmed == 0, CONFIRMED, suspected)
    rest = when(
        f"{state}={quoted(_DISQUALIFIED)}",
        result.status is GroupStatus.DISQUALIFIED,
        out,
        Live(state, STATES[result.status]),
    )
    return when(f"{state}={quoted(_VALID)}", result.status is GroupStatus.VALID, _merit(own), rest)


def _at_least(part: str, whole: str, percent: float) -> str:
    least = exact(percent)
    return f"{100 * least.denominator}*{part}>={least.numerator}*{whole}"


def _merit(own: _Row) -> Live:
    """What is said of a valid group: its class, whether it passed, or just that it is valid."""
    result, settings = own.result, own.columns.plan.settings
    points, whole = own.cell("diem"), own.cell("diem_ap_dung")
    if settings.pass_percent is not None:
        merit = when(_at_least(points, whole, settings.pass_percent), bool(result.passed), PASSED, FAILED)
    elif settings.classes:
        merit = Live(quoted(UNRATED), UNRATED)
    else:
        merit = when(f"{own.cell('tham_dinh')}>0", result.is_verified, VERIFIED_STATE, _VALID)
    for rating in sorted(settings.classes, key=lambda rating: rating.from_percent):
        tests = [_at_least(points, whole, rating.from_percent)]
        if rating.each_standard is not None:
            tests += [
                _at_least(own.cell(f"dat_{place}"), own.cell(f"ap_dung_{place}"), rating.each_standard)
                for place in range(1, len(own.columns.plan.standards) + 1)
            ]
        test = f"AND({','.join(tests)})"
        merit = when(test, result.rating == rating.name, rating.name, merit)
    return merit


def _capital(text: Live) -> Live:
    said = str(text.value)
    return Live(f"UPPER(LEFT({text.formula},1))&MID({text.formula},2,1000)", said[:1].upper() + said[1:])


def _wording(own: _Row, reason: str, latest: tuple[int, str]) -> Mapping[str, Live]:
    result, by_code = own.result, own.columns.plan.group_by_code
    equals, rank = own.cell("dong_hang"), own.cell("hang")
    # Thousands of equals are counted, never named.
    names = "; ".join(by_code[code].name for code in result.tied) if result.ties <= _NAMED_TIES else ""
    around = (
        f'SUBSTITUTE("; "&INDEX(bd_dong_hang,MATCH({tie_key(own.cell("danh_sach"), rank)},bd_khoa_hang,0))&"; ",'
        f'"; "&{own.name}&"; ","; ",1)'
    )
    few = join("Đồng hạng với ", Live(f"MID({around},3,LEN({around})-4)", names))
    many = join("Đồng hạng với ", two(Live(equals, result.ties)), " đơn vị khác")
    tied = when(
        f"{equals}=0",
        not result.ties,
        "",
        when(f"{equals}>{_NAMED_TIES}", result.ties > _NAMED_TIES, many, few),
    )
    changed, open_items = Live(own.cell("thay_doi"), result.changed), Live(own.cell("chua_ro"), result.unanswered)
    incomplete = STATES[GroupStatus.INCOMPLETE]
    notes = [
        Live(own.cell("dong_hang_voi"), tied.value),
        when(
            f"{changed.formula}>0",
            result.changed > 0,
            join(_CHANGED[0], two(changed), _CHANGED[1]),
        ),
        when(
            f"{own.cell('tinh_trang')}={quoted(incomplete)}",
            result.status is GroupStatus.INCOMPLETE,
            join("còn ", two(open_items), " nội dung trống hoặc chưa rõ"),
        ),
    ]
    file, decided = own.cell("bang"), own.cell("tham_dinh")
    number = f"INDEX(td_bien_ban,MATCH({own.code},td_moi_nhat,0))"
    number = f"IF(SUMPRODUCT((td_moi_nhat={own.code})*(td_bien_ban<>{number}))>0,{quoted(SEVERAL)},{number})"
    verified = join(VERIFIED, told(own.cell("ngay"), number, *latest))
    source = when(f"{decided}>0", result.is_verified, verified, SELF_ASSESSED)
    return {
        "ket_luan": _conclusion(own),
        "nguon": when(f"{file}={quoted(READ)}", result.is_read, source, NOTHING),
        "dong_hang_voi": tied,
        # A group whose files were not read has no other note, and no decision gives it one.
        "ghi_chu": Live(own.cell("ly_do"), reason) if reason else _capital(listed(notes)),
    }
