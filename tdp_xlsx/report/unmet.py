"""The sheet ``Chưa đạt``: each criterion, how many groups miss it (live), and which (as of the run)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.layout import STANDARD_COLUMN, TASKS, TEXT, UNMET
from tdp_xlsx.model import NO, YES
from tdp_xlsx.report.book import letter
from tdp_xlsx.report.detail import detail_columns
from tdp_xlsx.report.live import Live, quoted, share
from tdp_xlsx.report.words import NOT_APPLICABLE, NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.model import Criterion, Plan
    from tdp_xlsx.report.book import Page, Ward
    from tdp_xlsx.report.columns import DetailColumns

HEADINGS = (
    "Số tt",
    "Mã tiêu chí",
    TEXT,
    "Tiêu chuẩn",
    TASKS,
    "Số đơn vị áp dụng",
    "Số đơn vị chưa đạt",
    "Tỷ lệ chưa đạt (%)",
    "Đơn vị chưa đạt (theo lần tổng hợp này)",
    "Khóa thứ tự",
    "Nhãn biểu đồ",
)
CASE_HEADINGS = (
    "Số tt",
    "Mã",
    "Trường hợp (mục I)",
    "",
    TASKS,
    "Số đơn vị áp dụng",
    "Số đơn vị trả lời Có",
    "Tỷ lệ (%)",
    "Đơn vị trả lời Có (theo lần tổng hợp này)",
)
NUMBER, CODE, CRITERION, STANDARD, TASK, CONCERNED, MISSED, SHARE, GROUPS, KEY, CHART_LABEL = range(len(HEADINGS))
KEY_STRIDE = 10_000
"""More criteria than any form has; keeps count and place apart in the key that sorts criteria."""
_MOST_NAMED = 32_000
"""Length of a list of names that still fits a cell, in the units in which its limit is set, with what is said after."""
_LABEL_LENGTH = 48
"""Characters for which a chart has room beside a bar, the label with them."""


def first_row(ward: Ward) -> int:
    """Return the row of the first criterion of part II."""
    return ward.pages[UNMET].top + 4


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


def missed_key(ward: Ward, place: int, criterion: Criterion) -> int:
    """Return the key under which criteria sort by how many miss them, and the first in the form first."""
    return ward.figures.missed[criterion.code] * KEY_STRIDE + KEY_STRIDE - 1 - place


def write_unmet(ward: Ward) -> None:
    """Write the sheet and name the columns that charts and sentences draw on."""
    page, columns = ward.pages[UNMET], detail_columns(ward)
    page.title(
        "TIÊU CHÍ CHƯA ĐẠT",
        "Chỉ tính các đơn vị có kết quả được tính. Số lượng cập nhật theo trang Thẩm định; "
        "tên đơn vị theo lần tổng hợp này.",
    )
    head = first_row(ward) - 1
    page.headings(head, HEADINGS)
    row = head
    for place, criterion in enumerate(ward.plan.scored, start=1):
        row += 1
        _criterion(page, columns, criterion, place, row)
    last = max(row, head + 1)
    names = {
        "tieu_chi": CODE,
        "noi_dung": CRITERION,
        "ap_dung": CONCERNED,
        "chua_dat": MISSED,
        "khoa": KEY,
    }
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
    page.fit_rows(head)
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


def _criterion(page: Page, columns: DetailColumns, criterion: Criterion, place: int, row: int) -> None:
    figures = page.ward.figures
    answers = columns.column_range(criterion.code)
    concerned, missed = figures.concerned[criterion.code], figures.missed[criterion.code]
    page.number(row, NUMBER, place)
    page.text(row, CODE, criterion.label, "code", text_wrap=True)
    page.text(row, CRITERION, criterion.text)
    page.text(row, STANDARD, STANDARD_COLUMN.format(number=criterion.standard), "cell_middle")
    page.text(row, TASK, "; ".join(criterion.tasks), "cell_middle")
    page.live(
        row,
        CONCERNED,
        Live(f"SUMPRODUCT((ct_duoc_tinh=1)*({answers}<>{quoted(NOT_APPLICABLE)}))", concerned),
        "count",
    )
    page.live(row, MISSED, Live(f"SUMPRODUCT((ct_duoc_tinh=1)*({answers}={quoted(NO)}))", missed), "count")
    _share(page, row, missed, concerned)
    page.text(row, GROUPS, _names(figures.groups_saying(criterion, NO), missed))
    key = f"{letter(MISSED)}{row + 1}*{KEY_STRIDE}+{KEY_STRIDE - 1}-{letter(NUMBER)}{row + 1}"
    page.live(row, KEY, Live(key, missed_key(page.ward, place, criterion)), "count")
    page.text(row, CHART_LABEL, chart_label(criterion))


def _share(page: Page, row: int, part: int, whole: int) -> None:
    counted, concerned = f"{letter(MISSED)}{row + 1}", f"{letter(CONCERNED)}{row + 1}"
    page.live(row, SHARE, Live(f"IF({concerned}=0,0,100*{counted}/{concerned})", share(part, whole)), "percent")


def _cases(page: Page, columns: DetailColumns, head: int) -> None:
    figures = page.ward.figures
    page.headings(head, CASE_HEADINGS)
    page.merged(head, CRITERION, STANDARD, CASE_HEADINGS[CRITERION], "heading")
    for place, case in enumerate(page.ward.plan.cases, start=1):
        row = head + place
        answers = columns.column_range(case.code)
        concerned, happened = figures.concerned[case.code], figures.happened[case.code]
        page.number(row, NUMBER, place)
        page.text(row, CODE, case.label, "code")
        page.merged(row, CRITERION, STANDARD, case.text, "cell")
        page.text(row, TASK, "; ".join(case.tasks), "cell_middle")
        page.live(
            row,
            CONCERNED,
            Live(f"SUMPRODUCT((ct_duoc_tinh=1)*({answers}<>{quoted(NOT_APPLICABLE)}))", concerned),
            "count",
        )
        page.live(row, MISSED, Live(f"SUMPRODUCT((ct_duoc_tinh=1)*({answers}={quoted(YES)}))", happened), "count")
        _share(page, row, happened, concerned)
        page.text(row, GROUPS, _names(figures.groups_saying(case, YES), happened))
