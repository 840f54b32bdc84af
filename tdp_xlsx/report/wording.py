"""What is said of a group: conclusion, source, notes, its equals in rank; each as a formula beside its value."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from tdp_xlsx.evaluation.evaluate import exact
from tdp_xlsx.layout import SELF_ASSESSED, STATES, VERIFIED, VERIFIED_STATE
from tdp_xlsx.model import YES, GroupStatus
from tdp_xlsx.report.figures import SEVERAL, told
from tdp_xlsx.report.live import OWN_ROW, Live, join, letter, listed, quoted, two, when
from tdp_xlsx.report.reckoned import DISQUALIFIED, INCOMPLETE, VALID, Reckoned
from tdp_xlsx.report.words import CONFIRMED, FAILED, NOTHING, PASSED, READ, UNRATED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.report.figures import Figures
    from tdp_xlsx.report.live import Value
    from tdp_xlsx.report.reckoned import DetailColumns


CHAIN_LIMIT = 2000
"""A chain longer than this is not continued; a cell holds 32 767 characters."""
_SEPARATOR, _CUT = "; ", "; …"


def tie_key(list_cell: str, rank_cell: str) -> str:
    """Return the expression of a group's list and rank as one text."""
    return f'{list_cell}&"|"&{rank_cell}'


def chains(ordered: Iterable[GroupResult]) -> Iterator[str]:
    """Yield, for each line of the ranking, the names of its equals from this line on."""
    for _, equals in groupby(ordered, key=lambda one: one.code if one.rank is None else (one.list, one.rank)):
        texts: list[str] = []
        for one in reversed(list(equals)):
            below = texts[-1] if texts else ""
            more = _SEPARATOR + below if len(below) < CHAIN_LIMIT else _CUT
            texts.append(one.name + (more if below else ""))
        yield from reversed(texts)


_NAMED_TIES = 3
"""With more equals than this, their number is told instead of their names."""


def words(own: DetailColumns, figures: Figures) -> Mapping[str, Reckoned]:
    """Return the columns in words; each tells formula and value together, the formula the same for every group."""
    told: Mapping[str, Callable[[GroupResult], Live]] = {
        "ket_luan": lambda one: conclusion(own, one),
        "nguon": lambda one: source(own, one, figures),
        "dong_hang_voi": lambda one: equals(own, one, figures),
        "ghi_chu": lambda one: note(own, one, figures),
    }
    results = figures.evaluation.results
    return {
        key: Reckoned(tell(results[0]).formula if results else "", partial(_value, tell)) for key, tell in told.items()
    }


def _value(tell: Callable[[GroupResult], Live], one: GroupResult) -> Value:
    return tell(one).value


def conclusion(own: DetailColumns, one: GroupResult) -> Live:
    """Say what is concluded of a group."""
    plan, state = own.plan, own.cell("tinh_trang")
    cells = {case: f"{letter(own.answers[case.code])}{OWN_ROW}" for case in plan.cases}
    happened = [
        when(f"{cell}={quoted(YES)}", case.code in one.disqualified_by, case.label) for case, cell in cells.items()
    ]
    suspected = join("Tự khai có trường hợp tại mục ", listed(happened, ", "), ", cần xác minh")
    out = when(f"{own.cell('chua_xac_minh')}=0", not one.unconfirmed, CONFIRMED, suspected)
    is_out = one.status is GroupStatus.DISQUALIFIED
    rest = when(f"{state}={DISQUALIFIED}", is_out, out, Live(state, STATES[one.state]))
    return when(f"{state}={VALID}", one.status is GroupStatus.VALID, _merit(own, one), rest)


def _merit(own: DetailColumns, one: GroupResult) -> Live:
    """Say of a valid group its class, whether it passed, or just that it is valid."""
    settings, points, whole = own.plan.settings, own.cell("diem"), own.cell("diem_ap_dung")
    if settings.pass_percent is not None:
        said = when(_at_least(points, whole, settings.pass_percent), bool(one.passed), PASSED, FAILED)
    elif settings.classes:
        said = Live(quoted(UNRATED), UNRATED)
    else:
        said = when(f"{own.cell('tham_dinh')}>0", one.is_verified, VERIFIED_STATE, STATES[GroupStatus.VALID])
    from_highest = sorted(settings.classes, key=lambda rating: -rating.from_percent)
    for rating in from_highest[::-1]:  # of those from the same score on, the one told first stands outermost
        tests = [_at_least(points, whole, rating.from_percent)]
        if rating.each_standard is not None:
            places = range(1, len(own.plan.standards) + 1)
            pairs = [(own.cell(f"dat_{place}"), own.cell(f"ap_dung_{place}")) for place in places]
            tests += [_at_least(*pair, rating.each_standard) for pair in pairs]
        said = when(f"AND({','.join(tests)})", one.rating == rating.name, rating.name, said)
    return said


def _at_least(part: str, whole: str, percent: float) -> str:
    """Return the test of a share against a percentage; whole numbers compare exactly where a quotient is rounded."""
    least = exact(percent)
    return f"{100 * least.denominator}*{part}>={least.numerator}*{whole}"


def source(own: DetailColumns, one: GroupResult, figures: Figures) -> Live:
    """Say where a group's result comes from, with date and minutes of the latest decision."""
    day, latest = own.cell("ngay"), f"(td_don_vi={own.code})*(td_ngay={own.cell('ngay')})"
    number = f"INDEX(td_bien_ban,SUMPRODUCT(LARGE({latest}*ROW(td_ngay),1))-ROW(INDEX(td_ngay,1))+1)"
    number = f"IF(SUMPRODUCT({latest}*(td_bien_ban<>{number}))>0,{quoted(SEVERAL)},{number})"
    best, named = figures.latest.get(one.code, (0, ""))
    verified = join(VERIFIED, told(Live(day, best), Live(number, named)))
    unverified = when(f"{own.contradicted}>0", one.contradicted > 0, "Thẩm định, chưa thống nhất", SELF_ASSESSED)
    said = when(f"{own.cell('tham_dinh')}>0", one.is_verified, verified, unverified)
    return when(f"{own.cell('bang')}={quoted(READ)}", one.is_read, said, NOTHING)


def equals(own: DetailColumns, one: GroupResult, figures: Figures) -> Live:
    """Say with whom a group shares its rank; thousands of equals are counted, never named."""
    count = Live(own.cell("dong_hang"), one.ties)
    chain = f"INDEX(bd_dong_hang,MATCH({tie_key(own.cell('danh_sach'), own.cell('hang'))},bd_khoa_hang,0))"
    others = f'SUBSTITUTE("; "&{chain}&"; ","; "&{own.name}&"; ","; ",1)'
    by_code, is_named = figures.evaluation.plan.group_by_code, one.ties <= _NAMED_TIES
    names = "; ".join(by_code[code].name for code in one.tied) if is_named else ""
    few = join("Đồng hạng với ", Live(f"MID({others},3,LEN({others})-4)", names))
    many = join("Đồng hạng với ", two(count), " đơn vị khác")
    some = when(f"{count.formula}>{_NAMED_TIES}", not is_named, many, few)
    return when(f"{count.formula}=0", one.ties == 0, "", some)


def note(own: DetailColumns, one: GroupResult, figures: Figures) -> Live:
    """Say with whom a group shares its rank, and what is changed or open; or why its files were not read."""
    open_count = Live(own.cell("chua_ro"), one.unanswered - one.contradicted)
    open_items = join("còn ", two(open_count), " nội dung trống hoặc chưa rõ")
    differing = Live(own.contradicted, one.contradicted)
    differ = join("các dòng thẩm định trái nhau ở ", two(differing), " nội dung")
    changes = Live(own.cell("thay_doi"), one.changed)
    changed = join("thẩm định thay đổi ", two(changes), " nội dung")
    parts = [
        Live(own.cell("dong_hang_voi"), equals(own, one, figures).value),
        when(f"{changes.formula}>0", one.changed > 0, changed),
        when(f"{differing.formula}>0", one.is_read and one.contradicted > 0, differ),
        when(f"{own.cell('tinh_trang')}={INCOMPLETE}", one.state == GroupStatus.INCOMPLETE, open_items),
    ]
    said = listed(parts)
    text = str(said.value)
    first_upper = f"UPPER(LEFT({said.formula},1))&MID({said.formula},2,1000)"
    return Live(first_upper, figures.reason(one) or text[:1].upper() + text[1:])
