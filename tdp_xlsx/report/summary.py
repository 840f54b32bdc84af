"""The sheet ``Tổng hợp``: the figures of the report at a glance, and sentences ready to go into it, both live."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tdp_xlsx.layout import AWAITED, SHARE, STANDARD_COLUMN, SUMMARY
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.report.book import PAGE_POINTS, USUAL_ROW
from tdp_xlsx.report.live import Live, quoted, rate, share
from tdp_xlsx.report.sentences import sentences, state_count, verified
from tdp_xlsx.report.table import part_breaks
from tdp_xlsx.report.unmet import most_missed, tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from tdp_xlsx.model import Standard
    from tdp_xlsx.report.book import Page, Ward

_MOST = 5
_STATE_LINES = (
    ("Đủ điều kiện xếp hạng (hợp lệ)", GroupStatus.VALID),
    ("Có trường hợp tại mục I (không xếp hạng)", GroupStatus.DISQUALIFIED),
    ("Đề nghị bổ sung (bảng còn chỗ trống, chưa rõ)", GroupStatus.INCOMPLETE),
    ("Chờ cơ quan thẩm định thống nhất kết quả", AWAITED),
    ("Đề nghị nộp lại (tệp chưa dùng được)", GroupStatus.REJECTED),
    ("Chưa nộp", GroupStatus.MISSING),
)


def write_summary(ward: Ward) -> None:
    """Write the tables of figures, then the sentences."""
    page = ward.pages[SUMMARY]
    row = page.title("SỐ LIỆU TỔNG HỢP", "Mọi số liệu tự cập nhật theo trang Thẩm định.")
    starts = []
    for write in (_groups, _standards, _missed, _tasks, _sentences):
        starts.append(row)
        row = write(page, row) + 1
    last = row - 2
    page.widths(60, 16, 16, 16, 16)
    heights = page.heights()
    page.print_setup(fit=False)
    page.sheet.set_print_scale(_PRINT_SCALE)
    page.sheet.set_h_pagebreaks(part_breaks(starts, last, heights, PAGE_POINTS * 100 / _PRINT_SCALE, USUAL_ROW))
    page.sheet.print_area(0, 0, last, _LAST)


_LAST = 4
_PRINT_SCALE = 97


def _sentences(page: Page, row: int) -> int:
    page.text(row, 0, "Câu dùng cho báo cáo", "section")
    for sentence in sentences(page.ward).values():
        row += 1
        page.merged(row, 0, _LAST, sentence, "cell")
    return row + 1


def _groups(page: Page, row: int) -> int:
    ward, plan = page.ward, page.ward.plan
    kinds = list(dict.fromkeys(group.kind for group in plan.groups))[: _LAST - 1]
    page.text(row, 0, "1. Tình hình nộp bảng", "section")
    row += 1
    page.headings(row, ("Số đơn vị", "Chung", *kinds))

    def total(kind: str | None) -> Live:
        formula = "ROWS(ct_ma)" if kind is None else f"COUNTIFS(ct_loai,{quoted(kind)})"
        return Live(formula if plan.groups else "0", sum(kind in {None, group.kind} for group in plan.groups))

    lines: tuple[tuple[str, Callable[[str | None], Live]], ...] = (
        ("Tổng số tổ dân phố, bản", total),
        *((label, partial(state_count, ward, status)) for label, status in _STATE_LINES),
        ("Đã thẩm định (trong số có kết quả được tính)", partial(verified, ward)),
    )
    for label, count in lines:
        row += 1
        page.text(row, 0, label)
        for col, kind in enumerate((None, *kinds), start=1):
            page.live(row, col, count(kind), "count")
    return row + 1


def _shares(page: Page, row: int, label: str, met: Live, applicable: Live) -> None:
    """Write how often something was met, how often it applied, and the share."""
    page.text(row, 0, label)
    page.live(row, 1, met, "count")
    page.live(row, 2, applicable, "count")
    page.live(row, 3, rate(f"$B{row + 1}", f"$C{row + 1}", met.count, applicable.count), "percent")


def _standards(page: Page, row: int) -> int:
    figures = page.ward.figures
    page.text(row, 0, "2. Kết quả theo tiêu chuẩn (các đơn vị được tính)", "section")
    row += 1
    page.headings(row, ("Tiêu chuẩn", "Lượt đạt", "Lượt áp dụng", SHARE, "Nhận xét"))
    first = row + 1
    last = row + len(page.ward.plan.standards)
    shares = [share(*figures.standard(standard.number)) for standard in page.ward.plan.standards]
    for place, standard in enumerate(page.ward.plan.standards, start=1):
        row += 1
        met, applicable = figures.standard(standard.number)
        whole = Live(f"INDEX(bd_ap_dung_tc,{place})", applicable)
        _shares(page, row, _titled(standard), Live(f"INDEX(bd_dat_tc,{place})", met), whole)
        own, span = f"$D{row + 1}", f"$D${first + 1}:$D${last + 1}"
        remark = f'IF(MAX({span})=MIN({span}),"",IF({own}=MAX({span}),"Cao nhất",IF({own}=MIN({span}),"Thấp nhất","")))'
        page.live(row, 4, Live(remark, _remark(shares, shares[place - 1])), "cell_middle")
    return row + 1


def _titled(standard: Standard) -> str:
    """Return a standard's title, which mostly begins with its number already."""
    number = STANDARD_COLUMN.format(number=standard.number)
    return standard.title if standard.title.startswith(number) else f"{number}: {standard.title}"


def _remark(shares: list[float], own: float) -> str:
    if max(shares) == min(shares):
        return ""
    return "Cao nhất" if own == max(shares) else "Thấp nhất" if own == min(shares) else ""


def _missed(page: Page, row: int) -> int:
    ward = page.ward
    lines = most_missed(ward, _MOST)
    page.text(row, 0, f"3. {len(lines):02d} tiêu chí nhiều đơn vị chưa đạt nhất", "section")
    row += 1
    page.headings(row, ("Nội dung", "Tiêu chí", "Số đơn vị chưa đạt", "Số đơn vị áp dụng"))
    for place, (_, count, criterion) in enumerate(lines, start=1):
        row += 1
        found = f"MATCH(LARGE(cd_khoa,{place}),cd_khoa,0)"
        some = f"INDEX(bd_so_chua_dat,{place})>0"
        page.live(row, 0, Live(f'IF({some},INDEX(cd_noi_dung,{found}),"")', criterion.text if count else ""), "cell")
        page.live(row, 1, Live(f"INDEX(bd_tc_chua_dat,{place})", criterion.label if count else ""), "cell_middle")
        page.live(row, 2, Live(f'IF({some},INDEX(bd_so_chua_dat,{place}),"")', count or ""), "count")
        concerned = ward.evaluation.by_criterion[criterion.code][0] if count else ""
        page.live(row, 3, Live(f'IF({some},INDEX(cd_ap_dung,{found}),"")', concerned), "count")
    return row + 1


def _tasks(page: Page, row: int) -> int:
    by_criterion, plan = page.ward.evaluation.by_criterion, page.ward.plan
    if not tasks(plan):
        return row - 1
    page.text(row, 0, "4. Kết quả theo nhiệm vụ trong kế hoạch (các đơn vị được tính)", "section")
    row += 1
    page.headings(row, ("Nhiệm vụ (một tiêu chí có thể thuộc nhiều nhiệm vụ)", "Lượt đạt", "Lượt áp dụng", SHARE))
    for place, task in enumerate(tasks(plan), start=1):
        row += 1
        own = [criterion for criterion in plan.scored if task in criterion.tasks]
        applicable = sum(by_criterion[criterion.code][0] for criterion in own)
        met = applicable - sum(by_criterion[criterion.code][2] for criterion in own)
        whole = Live(f"SUMPRODUCT(cd_nv_{place}*cd_ap_dung)", applicable)
        _shares(page, row, task, Live(f"SUMPRODUCT(cd_nv_{place}*(cd_ap_dung-cd_chua_dat))", met), whole)
    return row + 1
