"""The sheet ``Chi tiết``: groups × criteria with the answers that count, and what each group's answers add up to."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range

from tdp_xlsx.layout import AS_IT_STANDS, DETAIL, STANDARD_COLUMN
from tdp_xlsx.model import CASES, NO, YES
from tdp_xlsx.report.book import PAGE_PIXELS, letter
from tdp_xlsx.report.columns import CODE, FIRST_ANSWER, HEADINGS, KIND, LINK, NAME, DetailColumns
from tdp_xlsx.report.live import Live, quoted
from tdp_xlsx.report.measure import pixels
from tdp_xlsx.report.paging import part_breaks
from tdp_xlsx.report.reckoning import write_reckoning
from tdp_xlsx.report.words import BLANK, NO_FILE, NOT_APPLICABLE, UNCLEAR
from tdp_xlsx.styles import ASK_FILL, BAD_FILL, DECIDED_FILL, LOCKED_FILL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.report.book import Page, Ward

_LEGEND = (
    "Mỗi ô là câu trả lời được tính: của đơn vị, hoặc của cơ quan thẩm định (nền xanh, chữ đậm nghiêng).",
    f"{NOT_APPLICABLE}: không áp dụng; {BLANK}: chưa trả lời; {UNCLEAR}: cần hỏi lại; {NO_FILE}: chưa có bảng.",
)
_RECKONED = "Các cột dưới đây là số liệu tính từng đơn vị; không in."
_SMALL, _NAME_SIZE = 9, 11
_COLUMN_WIDTHS = {CODE: 9, NAME: 22, KIND: 12, LINK: 6}
_ANSWER_WIDTH = 5.9
_PRINT_SCALE, _LEAST_SCALE = 77, 40


def detail_columns(ward: Ward) -> DetailColumns:
    """Return where things stand on the sheet; every sheet's formulas go by it."""
    return DetailColumns(ward.plan, ward.figures.criteria, ward.top + 4)


def write_detail(ward: Ward) -> None:
    """Write the sheet and name its columns."""
    page, columns = ward.pages[DETAIL], detail_columns(ward)
    page.title("CHI TIẾT THEO TIÊU CHÍ")
    for line, words in enumerate(_LEGEND, start=page.top + 1):
        # Right of the columns that each page repeats, where it would be cut.
        page.text(line, KIND, words, "note", text_wrap=False)
    page.text(columns.head - 1, columns.last_answer + 1, _RECKONED, "note", text_wrap=False)
    _headings(page, columns)
    for place, result in enumerate(ward.evaluation.results):
        _row(page, columns, result, columns.first + place)
    page.fit_rows(columns.first)
    page.sheet.set_row(columns.codes_row, None, None, {"hidden": True})
    _colours(page, columns)
    _names(page, columns)
    sheet = page.sheet
    sheet.freeze_panes(columns.first, NAME + 1)
    sheet.autofilter(columns.points_row, 0, columns.last, columns.last_column)
    page.texts_that_look_like_numbers(columns.labels_row, FIRST_ANSWER, columns.codes_row, columns.last_answer)
    _paged(page, columns)


def _parts(columns: DetailColumns) -> Iterator[tuple[tuple[str, str], list[int]]]:
    """Yield part and standard with their columns, side by side."""
    for part, group in groupby(columns.criteria, key=lambda criterion: (criterion.part, criterion.standard or "")):
        yield part, [columns.answers[criterion.code] for criterion in group]


def _paged(page: Page, columns: DetailColumns) -> None:
    """Print so many standards side by side as can be read, each whole, with the groups' names on every page."""
    repeated = pixels(_COLUMN_WIDTHS[CODE]) + pixels(_COLUMN_WIDTHS[NAME])
    once = {CODE: 0, NAME: 0, KIND: pixels(_COLUMN_WIDTHS[KIND]), LINK: pixels(_COLUMN_WIDTHS[LINK])}
    parts = [cols for _, cols in _parts(columns)]
    widest = max((len(cols) for cols in parts), default=0) * pixels(_ANSWER_WIDTH) + repeated
    scale = max(_LEAST_SCALE, min(_PRINT_SCALE, 100 * PAGE_PIXELS // widest))
    room = 100 * PAGE_PIXELS / scale - repeated
    starts = [KIND, *(cols[0] for cols in parts[1:])]
    breaks = part_breaks(starts, columns.last_answer, once, room, pixels(_ANSWER_WIDTH))
    page.print_setup((columns.head, columns.points_row), fit=False)
    sheet = page.sheet
    sheet.set_print_scale(scale)
    sheet.repeat_columns(CODE, NAME)
    sheet.print_area(0, 0, columns.last, columns.last_answer)
    sheet.set_v_pagebreaks(breaks)


def _headings(page: Page, columns: DetailColumns) -> None:
    sheet = page.sheet
    small = {"font_size": _SMALL}
    page.height(columns.standards_row, 18)
    page.height(columns.labels_row, 62)
    page.height(columns.points_row, 20)
    fixed = HEADINGS | dict(columns.reckoned.values())
    for col, heading in fixed.items():
        sheet.merge_range(columns.standards_row, col, columns.codes_row, col, "", page.ward.formats("heading", **small))
        page.text(columns.standards_row, col, heading, "heading", **small)
        page.text(columns.points_row, col, "Điểm" if col == LINK else "", "heading", **small)
    for part, cols in _parts(columns):
        title = f"Mục {CASES}" if part[0] == CASES else STANDARD_COLUMN.format(number=part[1])
        page.merged(columns.standards_row, cols[0], cols[-1], title, "heading", **small)
    for criterion in columns.criteria:
        col = columns.answers[criterion.code]
        page.text(columns.labels_row, col, criterion.label, "heading", num_format="@", **small)
        page.text(columns.codes_row, col, criterion.code, "heading", num_format="@", **small)
        if criterion.is_case:
            page.text(columns.points_row, col, "", "heading", **small)
        else:
            page.number(columns.points_row, col, criterion.points, "heading", **small)
    for col, width in _COLUMN_WIDTHS.items():
        page.width(col, col, width)
    page.width(FIRST_ANSWER, columns.last_answer, _ANSWER_WIDTH)
    for key, (col, _) in columns.reckoned.items():
        page.width(col, col, _WIDTHS.get(key, 10))


_WIDTHS = {
    "ket_luan": 34,
    "ghi_chu": 40,
    "dong_hang_voi": 32,
    "ly_do": 32,
    "khoa_thu_tu": 16,
    "tinh_trang": 17,
    "bang": 16,
}


def leader_answer(key: str) -> str:
    """Return the expression of a leader's answer for an expression of ``group|criterion``; an error if none."""
    return f"INDEX(dl_doc_la,MATCH({key},dl_khoa,0))"


def _row(page: Page, columns: DetailColumns, result: GroupResult, row: int) -> None:
    figures, plan = page.ward.figures, columns.plan
    group = plan.group_by_code[result.code]
    page.text(row, CODE, result.code, "code", align="left")
    page.text(row, NAME, result.name, font_size=_NAME_SIZE)
    page.text(row, KIND, result.kind, font_size=_NAME_SIZE)
    first = f'$A{row + 1}&"|"&{letter(FIRST_ANSWER)}${columns.codes_row + 1}'
    link = f"\"#'Dữ liệu'!A\"&ROW(INDEX(dl_khoa,MATCH({first},dl_khoa,0)))"
    page.live(
        row,
        LINK,
        Live(f'IFERROR(HYPERLINK({link},"Xem"),{quoted(NO_FILE)})', "Xem" if result.is_read else NO_FILE),
        "cell_middle",
    )
    for criterion in columns.criteria:
        col = columns.answers[criterion.code]
        word = figures.cell(group, criterion)
        if not plan.applies(criterion, group):
            page.text(row, col, word, "cell_middle", font_size=_SMALL)
            continue
        if not page.ward.live:
            page.text(row, col, word, "cell_middle", font_size=_SMALL)
            _note(page, f"{result.code}|{criterion.code}", row, col)
            continue
        key = f'$A{row + 1}&"|"&{letter(col)[1:]}${columns.codes_row + 1}'
        decided = f"INDEX(td_ket_qua,MATCH({key},td_khoa,0))"
        leader = leader_answer(key)
        formula = (
            f"IFERROR(IF({decided}={quoted(AS_IT_STANDS)},{leader},{decided}),IFERROR({leader},{quoted(NO_FILE)}))"
        )
        page.live(row, col, Live(formula, word), "cell_middle", font_size=_SMALL)
        _note(page, f"{result.code}|{criterion.code}", row, col)
    write_reckoning(page, columns, result, row)


def _note(page: Page, key: str, row: int, col: int) -> None:
    figures = page.ward.figures
    decided = figures.decided_by_cell.get(key)
    if decided is None:
        return
    decision = decided.decision
    lines = [f"Tự đánh giá: {figures.as_read[key]}", f"Thẩm định: {decision.result}"]
    lines += [
        f"{word}: {said}"
        for word, said in (
            ("Lý do", decision.reason),
            ("Người thẩm định", decision.decided_by),
            ("Ngày", decision.decided_on),
        )
        if said
    ]
    page.sheet.write_comment(row, col, "\n".join(lines), {"author": page.ward.plan.settings.appraiser})


def _colours(page: Page, columns: DetailColumns) -> None:
    first = xl_range(columns.first, FIRST_ANSWER, columns.last, columns.last_answer)
    top_left = f"{letter(FIRST_ANSWER)[1:]}{columns.first + 1}"
    column = letter(FIRST_ANSWER)[1:]
    decided = f'ISNUMBER(MATCH($A{columns.first + 1}&"|"&{column}${columns.codes_row + 1},td_khoa,0))'
    is_case = f"LEN({column}${columns.points_row + 1})=0"
    rules = (
        (decided, {"bg_color": DECIDED_FILL, "bold": True, "italic": True}, False),
        (f"{top_left}={quoted(NOT_APPLICABLE)}", {"bg_color": LOCKED_FILL}, True),
        (f"OR({top_left}={quoted(BLANK)},{top_left}={quoted(UNCLEAR)})", {"bg_color": ASK_FILL, "bold": True}, True),
        (f"AND({is_case},{top_left}={quoted(YES)})", {"bg_color": BAD_FILL, "bold": True}, True),
        (f"AND(NOT({is_case}),{top_left}={quoted(NO)})", {"bg_color": BAD_FILL}, True),
    )
    for formula, look, stop in rules:
        page.sheet.conditional_format(
            first,
            {
                "type": "formula",
                "criteria": f"={formula}",
                "format": page.ward.workbook.add_format(look),
                "stop_if_true": stop,
            },
        )


def _names(page: Page, columns: DetailColumns) -> None:
    fixed = {"ma": CODE, "ten": NAME, "loai": KIND}
    for key, col in (*fixed.items(), *((key, col) for key, (col, _) in columns.reckoned.items())):
        page.name(f"ct_{key}", col, columns.first, columns.last)
