"""The sheet ``Biểu đồ``: native charts, and beside them the live, sorted figures they are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tdp_xlsx.layout import CHARTS, GROUP_CODE, GROUP_NAME, NO_RANK, RANK, SHARE, STANDARD_COLUMN
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.report.book import letter
from tdp_xlsx.report.live import Live, quoted, share
from tdp_xlsx.report.table import OWN_ROW, ROW_BELOW, Column, Table
from tdp_xlsx.report.ties import CHAIN_LIMIT, chains, tie_key
from tdp_xlsx.report.unmet import KEY_STRIDE, chart_label, missed_key
from tdp_xlsx.report.words import AWAITED, STATES
from tdp_xlsx.styles import FONT, INK
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.report.book import Page, Ward

ORDER, CODE, LABEL, POINTS, STANDING, TIE_KEY, CHAIN = range(16, 23)
MOST_MISSED = 10
PER_CHART = 24
"""Groups in one chart; more of them would be too small to read on a page."""
MOST_DRAWN = 50 * PER_CHART
"""Groups that are drawn, those that stand first; no program shows thousands of charts on one sheet."""
_LIVE = "Vẽ từ số liệu ở bên phải trang này (ngoài vùng in), tự cập nhật theo trang Thẩm định."
_MORE = "Vẽ {drawn} đơn vị đứng đầu; {count} đơn vị còn lại xem số liệu ở bên phải trang này (ngoài vùng in)."
_BAR, _FRAME, _WIDTH = 18, 100, 880
_PAGE_LINES = 32
"""Rows of the usual height on one printed page."""
_PRINT_SCALE = 95
_DARK = "#404040"
_VALID = quoted(STATES[GroupStatus.VALID])


def write_charts(ward: Ward) -> None:
    """Write the figures and the charts."""
    page = ward.pages[CHARTS]
    more = len(ward.evaluation.results) - MOST_DRAWN
    top = page.title("BIỂU ĐỒ", _MORE.format(drawn=MOST_DRAWN, count=more) if more > 0 else _LIVE)
    first = top + 1
    _ranking(page, top, first)
    after = first + len(ward.evaluation.results) + 2
    standards = after + 1
    _standards(page, after, standards)
    missed = standards + len(ward.plan.standards) + 3
    shown = _missed(page, missed - 1, missed)
    page.width(0, ORDER - 1, 8.43)
    page.width(ORDER, ORDER, 10)
    page.width(CODE, CODE, 12)
    page.width(LABEL, LABEL, 60)
    page.width(POINTS, TIE_KEY, 12)
    page.width(CHAIN, CHAIN, 40)
    page.fit_rows(0, 0)
    row = _place(page, top, first, standards, missed, shown)
    page.print_setup(fit=False)
    page.sheet.set_print_scale(_PRINT_SCALE)
    page.sheet.print_area(0, 0, row, 13)


def _ranking(page: Page, head: int, first: int) -> None:
    ward = page.ward
    headings = ("Thứ tự", GROUP_CODE, GROUP_NAME, SHARE, RANK, "Khóa đồng hạng", "Đồng hạng từ dòng này")
    page.headings(head, headings, ORDER)
    ordered = ward.evaluation.ordered
    table = Table(page, _columns(page))
    for line, (result, text) in enumerate(zip(ordered, chains(ordered), strict=True)):
        cells = (
            line + 1,
            result.code,
            _group_label(result),
            _points(result),
            NO_RANK if result.rank is None else result.rank,
            "" if result.rank is None else f"{ward.figures.list_number(result)}|{result.rank}",
            text,
        )
        table.write(first + line, cells, height=0)
    last = first + max(1, len(ordered)) - 1
    for name, col in {"ma": CODE, "khoa_hang": TIE_KEY, "dong_hang": CHAIN}.items():
        page.name(f"bd_{name}", col, first, last)
    page.texts_that_look_like_numbers(first, CODE, last, CODE)


def _columns(page: Page) -> list[Column]:
    order, code, rank, key = (f"{letter(col)}{OWN_ROW}" for col in (ORDER, CODE, STANDING, TIE_KEY))
    key_below, chain_below = (f"{letter(col)}{ROW_BELOW}" for col in (TIE_KEY, CHAIN))
    found = f"MATCH({code},ct_ma,0)"
    state, name = f"INDEX(ct_tinh_trang,{found})", f"INDEX(ct_ten,{found})"
    more = f'IF(LEN({chain_below})<{CHAIN_LIMIT},"; "&{chain_below},"; …")'
    return [
        Column(ORDER, page.look("count"), own=True),
        Column(CODE, page.look("code"), f"INDEX(ct_ma,MATCH({order},ct_thu_tu,0))", own=True),
        Column(LABEL, page.look("cell"), f'{name}&IF({state}={_VALID},""," ("&LOWER({state})&")")', own=True),
        Column(POINTS, page.look("percent"), f"IF({state}={_VALID},INDEX(ct_ty_le,{found}),0)"),
        Column(STANDING, page.look("count"), f"INDEX(ct_hang,{found})"),
        Column(
            TIE_KEY,
            page.look("code"),
            f'IF(ISNUMBER({rank}),{tie_key(f"INDEX(ct_danh_sach,{found})", rank)},"")',
            own=True,
        ),
        Column(
            CHAIN,
            page.look("cell", text_wrap=False),
            f'{name}&IF(AND({key}<>"",{key_below}={key}),{more},"")',
            own=True,
        ),
    ]


def _points(result: GroupResult) -> float:
    ranked = result.score is not None and result.rank is not None
    return share(result.points_met, result.points_applicable) if ranked else 0


def _group_label(result: GroupResult) -> str:
    if result.status is GroupStatus.VALID:
        return result.name
    return f"{result.name} ({STATES[AWAITED if result.awaits_office else result.status].lower()})"


def _standards(page: Page, head: int, first: int) -> None:
    figures = page.ward.figures
    page.headings(head, ("", "", "Tiêu chuẩn", SHARE, "Lượt đạt", "Lượt áp dụng"), ORDER)
    for place, standard in enumerate(page.ward.plan.standards, start=1):
        row = first + place - 1
        met, applicable = figures.standard(standard.number)
        yes, whole = f"{letter(STANDING)}{row + 1}", f"{letter(TIE_KEY)}{row + 1}"
        page.text(row, LABEL, STANDARD_COLUMN.format(number=standard.number))
        page.live(row, POINTS, Live(f"IF({whole}=0,0,100*{yes}/{whole})", share(met, applicable)), "percent")
        page.live(row, STANDING, Live(f"SUMPRODUCT(ct_duoc_tinh*ct_dat_{place})", met), "count")
        page.live(row, TIE_KEY, Live(f"SUMPRODUCT(ct_duoc_tinh*ct_ap_dung_{place})", applicable), "count")
    last = first + max(1, len(page.ward.plan.standards)) - 1
    for name, col in {"tieu_chuan": LABEL, "ty_le_tc": POINTS, "dat_tc": STANDING, "ap_dung_tc": TIE_KEY}.items():
        page.name(f"bd_{name}", col, first, last)


def _missed(page: Page, head: int, first: int) -> int:
    """Write the criteria most often missed, live and sorted; return how many lines there are."""
    ward = page.ward
    page.headings(head, ("Thứ tự", "Tiêu chí", "Nội dung", "Số đơn vị chưa đạt", "Khóa"), ORDER)
    scored = sorted(
        ((missed_key(ward, place, criterion), criterion) for place, criterion in enumerate(ward.plan.scored, start=1)),
        key=lambda pair: -pair[0],
    )[:MOST_MISSED]
    for line, (key, criterion) in enumerate(scored):
        row = first + line
        own = f"{letter(STANDING)}{row + 1}"
        count = key // KEY_STRIDE
        found = f"MATCH({own},cd_khoa,0)"
        page.number(row, ORDER, line + 1)
        some = f"{own}>={KEY_STRIDE}"
        label, text = (criterion.label, chart_label(criterion)) if count else ("", "")
        page.live(row, CODE, Live(f'IF({some},INDEX(cd_tieu_chi,{found}),"")', label), "code")
        page.live(row, LABEL, Live(f'IF({some},INDEX(cd_nhan,{found}),"")', text))
        page.live(row, POINTS, Live(f"INT({own}/{KEY_STRIDE})", count), "count")
        page.live(row, STANDING, Live(f"LARGE(cd_khoa,{letter(ORDER)}{row + 1})", key), "count")
    page.texts_that_look_like_numbers(first, CODE, first + MOST_MISSED, CODE)
    last = first + max(1, len(scored)) - 1
    for name, col in {"tc_chua_dat": CODE, "so_chua_dat": POINTS}.items():
        page.name(f"bd_{name}", col, first, last)
    return len(scored)


def _bar(page: Page, title: str, rows: tuple[int, int], shown: Sequence[GroupResult], *, percent: bool) -> Any:
    """Return a chart of some rows; what it ``shows`` of groups is written already, and xlsxwriter has to be told."""
    first, last = rows
    known: dict[str, Any] = {}
    if shown:
        points = [_points(result) for result in shown]
        known["categories_data"] = [storable(_group_label(result)) for result in shown]
        known["values_data"] = points if page.ward.live else [f"{value:.16g}" for value in points]
    chart: Any = page.ward.workbook.add_chart({"type": "bar"})
    font = {"name": FONT, "size": 9, "color": INK}
    chart.add_series(
        {
            "name": title,
            "categories": [CHARTS, first, LABEL, last, LABEL],
            "values": [CHARTS, first, POINTS, last, POINTS],
            **known,
            "fill": {"color": _DARK},
            "gap": 45,
            # Nothing is written beside a bar that is not there.
            "data_labels": {"value": True, "font": font, "num_format": "0.00;;;" if percent else "0;;;"},
        }
    )
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 13, "bold": True}, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": font, "interval_unit": 1})
    height = _height(last - first + 1)
    chart.set_plotarea({"layout": {"x": 0.36, "y": 48 / height, "width": 0.56, "height": (height - 84) / height}})
    x_axis: dict[str, Any] = {
        "num_font": font,
        "min": 0,
        "num_format": "0",
        "major_gridlines": {"visible": True, "line": {"color": "#BFBFBF", "width": 0.5}},
    }
    if percent:
        x_axis |= {"max": 100, "major_unit": 10}
    chart.set_x_axis(x_axis)
    return chart


def _height(bars: int) -> int:
    """Return a chart's height in pixels; a few bars are drawn thicker."""
    return _FRAME + max(_BAR * bars, 24 * min(bars, MOST_MISSED))


def _place(page: Page, top: int, first: int, standards: int, missed: int, shown: int) -> int:  # noqa: PLR0913, PLR0917
    """Put the charts one below the other, one or more to a page; return the last row they cover."""
    pixels_a_row = 20
    # The title above takes rows that are higher than usual.
    row, used, breaks = top, top + 1, []
    groups, ward = len(page.ward.evaluation.results), page.ward
    plans: list[tuple[str, tuple[int, int], Sequence[GroupResult], bool]] = []
    for start in range(0, min(groups, MOST_DRAWN), PER_CHART):
        end = min(start + PER_CHART, groups)
        part = f" (thứ tự {start + 1}–{end})" if groups > PER_CHART else ""
        rows = first + start, first + end - 1
        plans.append((f"Tỷ lệ đạt của từng đơn vị (%){part}", rows, ward.evaluation.ordered[start:end], True))
    if ward.plan.standards:
        span = (standards, standards + len(ward.plan.standards) - 1)
        plans.append(("Tỷ lệ đạt theo tiêu chuẩn (%)", span, (), True))
    if shown:
        plans.append(
            (f"{shown:02d} tiêu chí nhiều đơn vị chưa đạt nhất (số đơn vị)", (missed, missed + shown - 1), (), False)
        )
    for title, rows, results, percent in plans:
        height = _height(rows[1] - rows[0] + 1)
        lines = height // pixels_a_row + 2
        if row > top and used + lines > _PAGE_LINES:
            breaks.append(row)
            used = 0
        chart = _bar(page, title, rows, results, percent=percent)
        chart.set_size({"width": _WIDTH, "height": height})
        page.sheet.insert_chart(row, 0, chart, {"object_position": 2, "y_offset": 4})
        row += lines
        used += lines
    if breaks:
        page.sheet.set_h_pagebreaks(breaks)
    return row
