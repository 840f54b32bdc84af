"""The sheet ``So với năm trước``: how much is compared, each group beside what it was, and below it the lists."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from tdp_xlsx.evaluation import previous as reasons
from tdp_xlsx.layout import PREVIOUS
from tdp_xlsx.report import previous_rows as at
from tdp_xlsx.report.book import LEAST_ROW, PAGE_PIXELS, PAGE_POINTS, USUAL_ROW, needed_height
from tdp_xlsx.report.live import Live, join, listed, quoted, two, when
from tdp_xlsx.report.previous_lists import Lists, by_criterion, others, unmet, word
from tdp_xlsx.report.previous_rows import Rows, compared
from tdp_xlsx.report.reckoned import DetailColumns
from tdp_xlsx.report.table import Column, Table
from tdp_xlsx.styles import column_pixels
from tdp_xlsx.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.report.book import Page, Ward

_WIDTHS = (6, 12, 26, 9, 9, 10, 9, 9, 11, 11, 9, 11, 44, 14)
_BLOCKS = ("Kết quả so sánh từng tiêu chí", "Năm trước, tự đánh giá", "Năm trước, kết quả được tính")
_NAME = 90
_NOTES = (
    "Số đạt và hạng tính lại trên các tiêu chí so được, theo Điểm và cách xếp hạng năm nay, chỉ giữa các đơn vị so "
    "được; hạng đã công bố không dùng để tính tăng, giảm. Đơn vị đã thẩm định: so kết quả thẩm định của hai năm; chưa "
    "thẩm định: so kết quả tự đánh giá của hai năm (cột Nguồn so sánh)."
)


def write_previous(ward: Ward) -> None:
    """Write the sheet; without a year before there is none."""
    previous = ward.evaluation.previous
    if previous is None:
        return
    page = ward.pages[PREVIOUS]
    widths = [page.code_width(width) if col == at.CODE else width for col, width in enumerate(_WIDTHS)]
    page.widths(*widths)
    scale = min(100, 100 * PAGE_PIXELS // sum(map(column_pixels, widths)))
    criteria = tuple(one for one in ward.figures.criteria if not one.is_case)
    top = page.title(f"SO VỚI NĂM TRƯỚC ({previous.last.year})")
    lines = top + 4
    rows = Rows(ward, previous, DetailColumns(ward), criteria, lines, lines + 2, lines + 1 + len(previous.groups))
    for row, line in enumerate(_lines(rows), start=top):
        page.merged(row, 0, at.SOURCE, line, "text")
    _head(page, rows, lines + 1)
    room = PAGE_POINTS * 100 / scale
    heading = page.height_of(rows.first - 1)
    breaks = _groups(page, rows, room, heading)
    # Below the groups stand lists with headings of their own: these repeat only where the groups need a second page.
    lists = Lists(page, rows.last + 1, room - heading if breaks else room)
    for write in (by_criterion, unmet, others):
        write(lists, rows)
    last = rows.block(3) - 1
    page.width(at.LINE, last, 70, hidden=True)
    page.sheet.freeze_panes(rows.first, at.BEFORE)
    page.sheet.autofilter(rows.first - 1, 0, rows.last, last)
    page.texts_that_look_like_numbers(rows.first, at.CODE, lists.row, at.PUBLISHED)
    page.print_setup((rows.first - 1, rows.first - 1) if breaks else None, fit=False)
    page.sheet.set_print_scale(scale)
    page.sheet.set_h_pagebreaks([*breaks, *lists.breaks])
    page.sheet.print_area(0, 0, lists.row - 1, at.SOURCE)


def _head(page: Page, rows: Rows, head: int) -> None:
    """Write the headings, and above those of the answers the criteria's points."""
    page.headings(head, at.HEADINGS)
    page.height(head, page.height_of(head))  # of what is shown: the others may be cut
    page.headings(head, at.HELPERS, at.LINE, "office_heading")
    for which, title in enumerate(_BLOCKS):
        for col, criterion in enumerate(rows.criteria, start=rows.block(which)):
            page.text(head, col, criterion.label, "office_heading", num_format="@")
            if which == 0:
                page.number(head - 1, col, criterion.points, "plain")
        page.text(head - 2, rows.block(which), title, "note", text_wrap=False)


def _groups(page: Page, rows: Rows, room: float, heading: float) -> list[int]:
    """Write a row for each group; return before which rows a page begins."""
    formulas, meanings = rows.formulas(), {at.NAME: "cell", at.BROKEN: "cell", at.CODE: "code", at.OLD: "code"}
    columns = []
    for col in range(rows.block(3)):
        changes = {"num_format": "+0;-0;0"} if col == at.MOVED else {}
        columns.append(Column(col, page.look(meanings.get(col, "cell_middle"), **changes), formulas.get(col, "")))
    used = sum(page.height_of(row) or USUAL_ROW for row in range(rows.first))
    table, look, breaks = Table(page, columns), page.look("cell"), []
    for row, values in enumerate(rows.values(), start=rows.first):
        texts = (at.NAME, at.BROKEN)
        height = max(LEAST_ROW, *(needed_height(values[col], page.room(col, col), look) for col in texts))
        if used + height > room:
            breaks.append(row)
            used = heading
        used += height
        table.write(row, values, height=height)
    if page.ward.live and rows.criteria:
        page.ward.workbook.define_name(at.CHANGE, f"={rows.change()}")
    for name, col in at.NAMES.items():
        page.name(f"nt_{name}", col, rows.first, rows.last)
    return breaks


def _lines(rows: Rows) -> Iterator[Live | str]:
    """Yield what stands above the table: how much is compared, and why the rest is not."""
    previous, criteria = rows.previous, rows.previous.criteria
    every = Live("ROWS(nt_ma)", len(previous.groups))
    done = f"{len(criteria):02d}/{len(rows.criteria):02d} tiêu chí"
    count = compared(previous)
    # A text within a formula has 255 characters at most.
    book = f"với sổ năm {previous.last.year} (“{one_line(PurePath(previous.last.file).name, _NAME)}”)."
    yield join("So sánh được ", two(count), "/", two(every), f" đơn vị, {done} {book}")
    rest = join("Không so (một đơn vị có thể có nhiều lý do): ", listed(list(_broken(rows)), ", "), ".")
    yield when(f"{count.formula}={every.formula}", count.count == every.count, "", rest)
    left = [f"{one.label} ({word(previous.succession.criteria[one.code].change)})" for one in rows.criteria]
    left = [told for one, told in zip(rows.criteria, left, strict=True) if one.code not in criteria]
    gone = previous.succession.criteria_gone
    left += [f"{previous.last.by_code[code].label} của năm trước ({word(change)})" for code, change in gone.items()]
    yield "" if previous.reason else f"Tiêu chí không so: {'; '.join(left) or 'không có'}."
    yield _NOTES


def _broken(rows: Rows) -> Iterator[Live]:
    """Yield how many groups are not compared for each reason."""
    groups = rows.previous.groups.values()
    found = [reasons.NOT_COUNTED, reasons.NOT_COUNTED_BEFORE, reasons.ONLY_NOW_VERIFIED, reasons.SELF_INCOMPLETE]
    found += [one.lasting[0].partition(" từ ")[0] for one in groups if one.lasting]
    for reason in dict.fromkeys(found):
        count = sum(reason in "; ".join(one.reasons) for one in groups)
        formula = f"SUMPRODUCT(--ISNUMBER(FIND({quoted(reason)},LOWER(nt_ngat))))"
        yield when(f"{formula}>0", count > 0, join(two(Live(formula, count)), f" đơn vị do {reason}"))
