"""The sheet ``Biểu đồ``: native charts, and beside them the live, sorted figures they are drawn from."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from tdp_xlsx.layout import CHARTS, GROUP_CODE, GROUP_NAME, NO_RANK, RANK, SHARE, STANDARD_COLUMN, STATES
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.report.live import OWN_ROW, ROW_BELOW, Live, letter, quoted, rate, share
from tdp_xlsx.report.table import Column, Table
from tdp_xlsx.report.unmet import KEY_STRIDE, chart_label, most_missed
from tdp_xlsx.report.wording import CHAIN_LIMIT, chains, tie_key
from tdp_xlsx.styles import DECIMAL, FONT, INK, lines_within, points
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.evaluation.previous import Previous
    from tdp_xlsx.report.book import Page, Ward

ORDER, CODE, LABEL, POINTS, STANDING, TIE_KEY, CHAIN = range(16, 23)
MOST_MISSED = 10
PER_CHART = 24
"""Groups in one chart whose names take a line; more of them would be too small to read on a page."""
MOST_DRAWN = 50 * PER_CHART
"""Groups that are drawn, those that stand first; no program shows thousands of charts on one sheet."""
_LIVE = "Vẽ từ số liệu ở bên phải trang này (ngoài vùng in), tự cập nhật theo trang Thẩm định."
_MORE = "Vẽ {drawn} đơn vị đứng đầu; {count} đơn vị còn lại xem số liệu ở bên phải trang này (ngoài vùng in)."
_BAR, _MORE_LINE, _FRAME, _WIDTH, _ROW_PIXELS = 18, 13, 100, 880, 20
_LABEL_SHARE, _LABEL_SIZE = 0.36, 9
_PAGE_LINES = 32
"""Rows of the usual height on one printed page."""
_PRINT_SCALE = 95
_DARK = "#404040"
_FILLS = (_DARK, "#BFBFBF")
_VALID = quoted(STATES[GroupStatus.VALID])


class _Chart(NamedTuple):
    """Bars to draw: their rows from ``first`` on, with label and value of each."""

    title: str
    first: int
    bars: Sequence[tuple[str, float]]
    is_percent: bool
    bar: int = _BAR
    series: tuple[str, ...] = ()
    more: Sequence[float] = ()
    """With two ``series``, the second's values, in the column right of the first's."""


def write_charts(ward: Ward) -> None:
    """Write the figures and the charts."""
    page = ward.pages[CHARTS]
    page.fits_rows = False  # charts lie over rows of the usual height
    more = len(ward.evaluation.results) - MOST_DRAWN
    top = page.title("BIỂU ĐỒ", _MORE.format(drawn=MOST_DRAWN, count=more) if more > 0 else _LIVE)
    page.width(0, ORDER - 1, 8.43)
    page.widths(10, page.code_width(12), 60, 12, 12, 12, 40, first=ORDER)
    charts = list(_ranking(page, top))
    standards = top + len(ward.evaluation.results) + 3
    charts += _standards(page, standards)
    missed = standards + len(ward.plan.standards) + 3
    charts += _missed(page, missed)
    if ward.evaluation.previous:
        charts.append(_changes(page, missed + MOST_MISSED + 3, ward.evaluation.previous))
    row = _place(page, top, charts)
    page.print_setup(fit=False)
    page.sheet.set_print_scale(_PRINT_SCALE)
    page.sheet.print_area(0, 0, row, 13)


def _ranking(page: Page, head: int) -> Iterator[_Chart]:
    ward, first = page.ward, head + 1
    headings = ("Thứ tự", GROUP_CODE, GROUP_NAME, SHARE, RANK, "Khóa đồng hạng", "Đồng hạng từ dòng này")
    page.headings(head, headings, ORDER)
    ordered = ward.evaluation.ordered
    table = Table(page, _columns(page))
    for line, (result, text) in enumerate(zip(ordered, chains(ordered), strict=True)):
        label, value = _bar(result)
        rank = NO_RANK if result.rank is None else result.rank
        key = "" if result.rank is None else f"{ward.figures.lists[result.kind]}|{result.rank}"
        table.write(first + line, (line + 1, result.code, label, value, rank, key, text), height=0)
    last = first + max(1, len(ordered)) - 1
    for name, col in {"ma": CODE, "khoa_hang": TIE_KEY, "dong_hang": CHAIN}.items():
        page.name(f"bd_{name}", col, first, last)
    page.texts_that_look_like_numbers(first, CODE, last, CODE)
    drawn = ordered[:MOST_DRAWN]
    bar = _bar_pixels([result.name for result in drawn])
    charts = -(-len(drawn) // max(1, PER_CHART * _BAR // bar))
    for place in range(charts):  # as many bars in each, or one more
        start, end = (len(drawn) * one // charts for one in (place, place + 1))
        bars = [_bar(result) for result in drawn[start:end]]
        part = f" (thứ tự {start + 1}–{start + len(bars)})" if charts > 1 else ""
        yield _Chart(f"Tỷ lệ đạt của từng đơn vị (%){part}", first + start, bars, is_percent=True, bar=bar)


def _bar_pixels(names: Sequence[str]) -> int:
    """Return how high a bar is beside which the longest name stands whole, whatever state is told behind it."""
    told = max((f" ({state})" for state in STATES.values()), key=len)
    room = points(_LABEL_SHARE * _WIDTH) - _LABEL_SIZE
    lines = max((lines_within(name + told, room, _LABEL_SIZE) for name in names), default=1)
    return _BAR + _MORE_LINE * (lines - 1)


def _columns(page: Page) -> list[Column]:
    order, code, rank, key = (f"{letter(col)}{OWN_ROW}" for col in (ORDER, CODE, STANDING, TIE_KEY))
    key_below, chain_below = (f"{letter(col)}{ROW_BELOW}" for col in (TIE_KEY, CHAIN))
    found = f"MATCH({code},ct_ma,0)"
    state, name = f"INDEX(ct_tinh_trang,{found})", f"INDEX(ct_ten,{found})"
    own_key = tie_key(f"INDEX(ct_danh_sach,{found})", rank)
    more = f'IF(LEN({chain_below})<{CHAIN_LIMIT},"; "&{chain_below},"; …")'
    return [
        Column(ORDER, page.look("count")),
        Column(CODE, page.look("code"), f"INDEX(ct_ma,MATCH({order},ct_thu_tu,0))"),
        Column(LABEL, page.look("cell"), f'{name}&IF({state}={_VALID},""," ("&LOWER({state})&")")'),
        Column(POINTS, page.look("percent"), f"IF({state}={_VALID},INDEX(ct_ty_le,{found}),0)"),
        Column(STANDING, page.look("count"), f"INDEX(ct_hang,{found})"),
        Column(TIE_KEY, page.look("code"), f'IF(ISNUMBER({rank}),{own_key},"")'),
        Column(CHAIN, page.look("cell", text_wrap=False), f'{name}&IF(AND({key}<>"",{key_below}={key}),{more},"")'),
    ]


def _bar(result: GroupResult) -> tuple[str, float]:
    if result.status is not GroupStatus.VALID:
        return f"{result.name} ({STATES[result.state].lower()})", 0
    return result.name, share(result.points_met, result.points_applicable)


def _standards(page: Page, head: int) -> Iterator[_Chart]:
    figures, first, bars = page.ward.figures, head + 1, []
    page.headings(head, ("", "", "Tiêu chuẩn", SHARE, "Lượt đạt", "Lượt áp dụng"), ORDER)
    for place, standard in enumerate(page.ward.plan.standards, start=1):
        row = head + place
        met, applicable = figures.standard(standard.number)
        yes, whole = f"{letter(STANDING)}{row + 1}", f"{letter(TIE_KEY)}{row + 1}"
        label = STANDARD_COLUMN.format(number=standard.number)
        page.text(row, LABEL, label)
        page.live(row, POINTS, rate(yes, whole, met, applicable), "percent")
        page.live(row, STANDING, Live(f"SUMPRODUCT(ct_duoc_tinh*ct_dat_{place})", met), "count")
        page.live(row, TIE_KEY, Live(f"SUMPRODUCT(ct_duoc_tinh*ct_ap_dung_{place})", applicable), "count")
        bars.append((label, share(met, applicable)))
    for name, col in {"tieu_chuan": LABEL, "ty_le_tc": POINTS, "dat_tc": STANDING, "ap_dung_tc": TIE_KEY}.items():
        page.name(f"bd_{name}", col, first, head + len(bars))
    if bars:
        yield _Chart("Tỷ lệ đạt theo tiêu chuẩn (%)", first, bars, is_percent=True)


def _missed(page: Page, head: int) -> Iterator[_Chart]:
    """Write the criteria most often missed, live and sorted."""
    first, bars = head + 1, []
    page.headings(head, ("Thứ tự", "Tiêu chí", "Nội dung", "Số đơn vị chưa đạt", "Khóa"), ORDER)
    for row, (key, count, criterion) in enumerate(most_missed(page.ward, MOST_MISSED), start=first):
        own = f"{letter(STANDING)}{row + 1}"
        some, found = f"{own}>={KEY_STRIDE}", f"MATCH({own},cd_khoa,0)"
        label, text = (criterion.label, chart_label(criterion)) if count else ("", "")
        page.number(row, ORDER, row - head)
        page.live(row, CODE, Live(f'IF({some},INDEX(cd_tieu_chi,{found}),"")', label), "code")
        page.live(row, LABEL, Live(f'IF({some},INDEX(cd_nhan,{found}),"")', text))
        page.live(row, POINTS, Live(f"INT({own}/{KEY_STRIDE})", count), "count")
        page.live(row, STANDING, Live(f"LARGE(cd_khoa,{letter(ORDER)}{row + 1})", key), "count")
        bars.append((text, count))
    page.texts_that_look_like_numbers(first, CODE, first + MOST_MISSED, CODE)
    for name, col in {"tc_chua_dat": CODE, "so_chua_dat": POINTS}.items():
        page.name(f"bd_{name}", col, first, head + len(bars))
    if bars:
        title = f"{len(bars):02d} tiêu chí nhiều đơn vị chưa đạt nhất (số đơn vị)"
        yield _Chart(title, first, bars, is_percent=False)


def _changes(page: Page, head: int, previous: Previous) -> _Chart:
    """Write of how many answers were gained and lost since the year before, standard by standard."""
    plan, words = page.ward.plan, ("Thêm đạt", "Thôi đạt")
    page.headings(head, ("", "", "Tiêu chuẩn", *words), ORDER)
    gained, lost = (
        Counter(plan.by_code[code].standard for one in previous.compared for code in codes(one))
        for codes in (attrgetter("gained"), attrgetter("lost"))
    )
    for row, standard in enumerate(plan.standards, start=head + 1):
        page.text(row, LABEL, STANDARD_COLUMN.format(number=standard.number))
        for col, name, counts in ((POINTS, "them", gained), (STANDING, "thoi", lost)):
            formula = f"SUMIFS(nt_tc_{name},nt_tc_chuan,{letter(LABEL)}{row + 1})"
            page.live(row, col, Live(formula, counts[standard.number]), "count")
    numbers = [standard.number for standard in plan.standards]
    bars = [(STANDARD_COLUMN.format(number=number), gained[number]) for number in numbers]
    title = f"Số lượt thêm đạt, thôi đạt so với năm {previous.last.year}, theo tiêu chuẩn"
    return _Chart(title, head + 1, bars, False, 2 * _BAR, words, [lost[number] for number in numbers])  # noqa: FBT003


def _draw(page: Page, plan: _Chart, height: int) -> Any:
    first, last = plan.first, plan.first + len(plan.bars) - 1
    chart: Any = page.ward.workbook.add_chart({"type": "bar"})
    font = {"name": FONT, "size": _LABEL_SIZE, "color": INK}
    # Nothing is written beside a bar that is not there.
    labels = {"value": True, "font": font, "num_format": f"{DECIMAL};;;" if plan.is_percent else "0;;;"}
    names, all_values = plan.series or (plan.title,), ([value for _, value in plan.bars], plan.more)
    for name, values, col, color in zip(names, all_values, (POINTS, STANDING), _FILLS, strict=False):
        known: dict[str, Any] = {
            "categories": [CHARTS, first, LABEL, last, LABEL],
            "values": [CHARTS, first, col, last, col],
        }
        if not page.ward.live:  # rows that were written are forgotten
            known["categories_data"] = [storable(label) for label, _ in plan.bars]
            known["values_data"] = [f"{value:.16g}" for value in values]
        chart.add_series({"name": name, **known, "fill": {"color": color}, "gap": 45, "data_labels": labels})
    chart.set_title({"name": plan.title, "name_font": {"name": FONT, "size": 13, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": font} if plan.series else {"none": True})
    chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": font, "interval_unit": 1})
    drawn = (height - 84 - _legend(plan)) / height
    chart.set_plotarea({"layout": {"x": _LABEL_SHARE, "y": 48 / height, "width": 0.56, "height": drawn}})
    lines = {"visible": True, "line": {"color": "#BFBFBF", "width": 0.5}}
    most = {"max": 100, "major_unit": 10} if plan.is_percent else {}
    chart.set_x_axis({"num_font": font, "min": 0, "num_format": "0", "major_gridlines": lines, **most})
    chart.set_size({"width": _WIDTH, "height": height})
    return chart


def _legend(plan: _Chart) -> int:
    return 24 if plan.series else 0


def _place(page: Page, top: int, charts: Sequence[_Chart]) -> int:
    """Put the charts one below the other, one or more to a page; return the last row they cover."""
    # The title above takes rows that are higher than usual.
    row, used, breaks = top, top + 1, []
    for plan in charts:
        count = len(plan.bars)
        # A few bars are drawn thicker.
        height = _FRAME + _legend(plan) + max(plan.bar * count, 24 * min(count, MOST_MISSED))
        lines = height // _ROW_PIXELS + 2
        if row > top and used + lines > _PAGE_LINES:
            breaks.append(row)
            used = 0
        page.sheet.insert_chart(row, 0, _draw(page, plan, height), {"object_position": 2, "y_offset": 4})
        row += lines
        used += lines
    if breaks:
        page.sheet.set_h_pagebreaks(breaks)
    return row
