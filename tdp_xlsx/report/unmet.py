"""The sheet ``Chưa đạt``: each criterion, how many groups miss it (live), and which (as of the run)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.layout import STANDARD_COLUMN, TASKS, TEXT, UNMET
from tdp_xlsx.model import NO, YES
from tdp_xlsx.report.live import Live, letter, quoted, rate
from tdp_xlsx.report.reckoned import DetailColumns
from tdp_xlsx.report.words import NOT_APPLICABLE, NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.model import Criterion, Plan
    from tdp_xlsx.report.book import Page, Ward
    from tdp_xlsx.report.figures import Source

HEADINGS = (
    *("Số tt", "Mã tiêu chí", TEXT, "Tiêu chuẩn", TASKS, "Số đơn vị áp dụng", "Số đơn vị chưa đạt"),
    *("Tỷ lệ chưa đạt (%)", "Đơn vị chưa đạt (theo lần tổng hợp này)", "Khóa thứ tự", "Nhãn biểu đồ"),
)
CASE_HEADINGS = (
    *("Số tt", "Mã", "Trường hợp (mục I)", "", TASKS, "Số đơn vị áp dụng", "Số đơn vị trả lời Có"),
    *("Tỷ lệ (%)", "Đơn vị trả lời Có (theo lần tổng hợp này)"),
)
NUMBER, CODE, CRITERION, STANDARD, TASK, CONCERNED, MISSED, SHARE, GROUPS, KEY, CHART_LABEL = range(len(HEADINGS))
KEY_STRIDE = 10_000
"""More criteria than any form has; keeps count and place apart in the key that sorts criteria."""
_MOST_NAMED = 32_000
"""UTF-16 units of a list of names that leave room in a cell for what follows it."""
_LABEL_LENGTH = 48
"""Characters for which a chart has room beside a bar, the label with them."""


def chart_label(criterion: Criterion) -> str:
    """Return a criterion's label with the beginning of its text, for a chart's axis."""
    text = " ".join(criterion.text.split()).removeprefix("- ")
    room = _LABEL_LENGTH - len(criterion.label)
    if len(text) > room:
        text = text[:room].rsplit(" ", 1)[0] + "…"
    return f"{criterion.label}. {text}"


def tasks(plan: Plan) -> list[str]:
    """Return the plan's tasks that criteria of part II name, in their order."""
    return sorted({task for criterion in plan.scored for task in criterion.tasks})


def most_missed(ward: Source, most: int) -> list[tuple[int, int, Criterion]]:
    """Return the criteria that most groups miss, the first in the form first: key to sort by, count, criterion."""
    counts = [(ward.evaluation.by_criterion[one.code][2], one) for one in ward.plan.scored]
    keys = [
        (count * KEY_STRIDE + KEY_STRIDE - 1 - place, count, one) for place, (count, one) in enumerate(counts, start=1)
    ]
    return sorted(keys, key=lambda line: -line[0])[:most]


def write_unmet(ward: Ward) -> None:
    """Write the sheet and name the columns that charts and sentences draw on."""
    page, columns = ward.pages[UNMET], DetailColumns(ward)
    head = page.title(
        "TIÊU CHÍ CHƯA ĐẠT",
        "Chỉ tính các đơn vị có kết quả được tính. Số lượng cập nhật theo trang Thẩm định; "
        "tên đơn vị theo lần tổng hợp này.",
    )
    page.headings(head, HEADINGS)
    for place, criterion in enumerate(ward.plan.scored, start=1):
        row = head + place
        page.text(row, CRITERION, criterion.text)
        page.text(row, STANDARD, STANDARD_COLUMN.format(number=criterion.standard), "cell_middle")
        missed = _counts(page, columns, criterion, place, row)
        key = f"{letter(MISSED)}{row + 1}*{KEY_STRIDE}+{KEY_STRIDE - 1}-{letter(NUMBER)}{row + 1}"
        page.live(row, KEY, Live(key, missed * KEY_STRIDE + KEY_STRIDE - 1 - place), "count")
        page.text(row, CHART_LABEL, chart_label(criterion))
    last = head + max(1, len(ward.plan.scored))
    names = {"tieu_chi": CODE, "noi_dung": CRITERION, "ap_dung": CONCERNED, "chua_dat": MISSED, "khoa": KEY}
    for name, col in {**names, "nhan": CHART_LABEL}.items():
        page.name(f"cd_{name}", col, head + 1, last)
    for place, task in enumerate(tasks(ward.plan)):
        col = CHART_LABEL + 1 + place
        page.text(head, col, task, "heading")
        for line, criterion in enumerate(ward.plan.scored, start=1):
            page.number(head + line, col, int(task in criterion.tasks))
        page.name(f"cd_nv_{place + 1}", col, head + 1, last)
    end = CHART_LABEL + len(tasks(ward.plan))
    _cases(page, columns, last + 2)
    page.widths(6, 14, 60, 14, 16, 10, 11, 11, 52)
    page.width(KEY, end, 70, hidden=True)
    page.sheet.freeze_panes(head + 1, CRITERION)
    page.sheet.autofilter(head, 0, last, end)
    page.texts_that_look_like_numbers(head + 1, CODE, last, CODE)
    page.print_setup((head, head))
    page.sheet.print_area(0, 0, last + 2 + len(ward.plan.cases) + 1, GROUPS)


def _names(groups: Iterable[GroupResult], count: int) -> str:
    """Return the groups' names; of more than fit a cell, it is told how many there are and where."""
    names: list[str] = []
    length = 0
    for group in groups:
        length += len(group.name.encode("utf-16-le")) // 2 + len(_SEPARATOR)
        if length > _MOST_NAMED:
            names.append(_MORE.format(count=count - len(names)))
            break
        names.append(group.name)
    return _SEPARATOR.join(names) or NOTHING


_SEPARATOR = "; "
_MORE = "… và {count} đơn vị khác, xem trang Chi tiết"


def _counts(page: Page, columns: DetailColumns, criterion: Criterion, place: int, row: int) -> int:
    """Write of how many groups that count a criterion is not met, or a case happened; return how many."""
    ward, answers, bad = page.ward, columns.column_range(criterion.code), YES if criterion.is_case else NO
    concerned, happened, missed = ward.evaluation.by_criterion[criterion.code]
    count = happened if criterion.is_case else missed
    applies = f"SUMPRODUCT((ct_duoc_tinh=1)*({answers}<>{quoted(NOT_APPLICABLE)}))"
    part, whole = f"{letter(MISSED)}{row + 1}", f"{letter(CONCERNED)}{row + 1}"
    page.number(row, NUMBER, place)
    page.text(row, CODE, criterion.label, "code", text_wrap=not criterion.is_case)
    page.text(row, TASK, "; ".join(criterion.tasks), "cell_middle")
    page.live(row, CONCERNED, Live(applies, concerned), "count")
    page.live(row, MISSED, Live(f"SUMPRODUCT((ct_duoc_tinh=1)*({answers}={quoted(bad)}))", count), "count")
    page.live(row, SHARE, rate(part, whole, count, concerned), "percent")
    page.text(row, GROUPS, _names(ward.figures.groups_saying(criterion, bad), count))
    return count


def _cases(page: Page, columns: DetailColumns, head: int) -> None:
    page.headings(head, CASE_HEADINGS)
    page.merged(head, CRITERION, STANDARD, CASE_HEADINGS[CRITERION], "heading")
    for place, case in enumerate(page.ward.plan.cases, start=1):
        page.merged(head + place, CRITERION, STANDARD, case.text, "cell")
        _counts(page, columns, case, place, head + place)
