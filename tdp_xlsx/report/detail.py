"""The sheet ``Chi tiết``: groups × criteria with the answers that count, and what each group's answers add up to."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range

from tdp_xlsx.layout import AS_IT_STANDS, DETAIL, STANDARD_COLUMN
from tdp_xlsx.model import CASES, NO, YES
from tdp_xlsx.report.book import PAGE_PIXELS
from tdp_xlsx.report.figures import WORDS
from tdp_xlsx.report.live import OWN_ROW, letter, quoted
from tdp_xlsx.report.reckoned import (
    CODE,
    FIRST_ANSWER,
    HEADINGS,
    KIND,
    LINK,
    NAME,
    DetailColumns,
    cases,
    counts,
    rank,
    standards,
    state,
)
from tdp_xlsx.report.table import Column, Fixed, Table, part_breaks
from tdp_xlsx.report.wording import words
from tdp_xlsx.report.words import BLANK, CONTRADICTED, NO_FILE, NOT_APPLICABLE, UNCLEAR
from tdp_xlsx.styles import ASK_FILL, BAD_FILL, DECIDED_FILL, LOCKED_FILL
from tdp_xlsx.styles import column_pixels as pixels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tdp_xlsx.evaluation import SettledDecision
    from tdp_xlsx.report.book import Page, Ward
    from tdp_xlsx.report.reckoned import Reckoned
    from tdp_xlsx.report.table import Entry

_LEGEND = (
    "Mỗi ô là câu trả lời được tính: của đơn vị, hoặc của cơ quan thẩm định (nền xanh, chữ đậm nghiêng).",
    (
        f"{NOT_APPLICABLE}: không áp dụng; {BLANK}: chưa trả lời; {UNCLEAR}: cần hỏi lại; "
        f"{CONTRADICTED}: các dòng thẩm định khác nhau; {NO_FILE}: chưa có bảng."
    ),
)
_RECKONED = "Các cột dưới đây là số liệu tính từng đơn vị; không in."
_SMALL, _NAME_SIZE = 9, 11
_COLUMN_WIDTHS = {NAME: 22, KIND: 12, LINK: 6}
_ANSWER_WIDTH = 5.9
_PRINT_SCALE, _LEAST_SCALE = 77, 40


def write_detail(ward: Ward) -> None:
    """Write the sheet and name its columns."""
    page, columns = ward.pages[DETAIL], DetailColumns(ward)
    page.title("CHI TIẾT THEO TIÊU CHÍ")
    for line, legend in enumerate(_LEGEND, start=page.top + 1):
        # Right of the columns that each page repeats, where it would be cut.
        page.text(line, KIND, legend, "note", text_wrap=False)
    page.text(columns.head - 1, columns.last_answer + 1, _RECKONED, "note", text_wrap=False)
    _headings(page, columns)
    _rows(page, columns)
    _colours(page, columns)
    _names(page, columns)
    if page.ward.live:
        _name_answer(page, columns)
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
    repeated = pixels(page.code_width(9)) + pixels(_COLUMN_WIDTHS[NAME])
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
    small = {"font_size": _SMALL}
    page.height(columns.standards_row, 18)
    page.height(columns.labels_row, 62)
    page.height(columns.codes_row, 0)
    page.height(columns.points_row, 20)
    fixed = HEADINGS | dict(columns.reckoned.values())
    rows = (columns.standards_row, columns.labels_row, columns.codes_row)
    # In a workbook of values, which is written row by row, no cell reaches over several rows.
    heading_row = columns.standards_row if page.ward.live else columns.labels_row
    for col, heading in fixed.items():
        if page.ward.live:
            look = page.look("heading", **small).format
            page.sheet.merge_range(columns.standards_row, col, columns.codes_row, col, "", look)
        for row in rows:
            page.text(row, col, heading if row == heading_row else "", "heading", **small)
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
    page.widths(page.code_width(9), *_COLUMN_WIDTHS.values())
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


def _rows(page: Page, columns: DetailColumns) -> None:
    """Write a row for each group: what it is, its answers, what they come to."""
    ward, plan, figures = page.ward, columns.plan, page.ward.figures
    parts = (standards(columns), counts(columns), cases(columns), state(columns, figures), rank(columns, figures))
    reckoned = {key: one for part in (*parts, words(columns, figures)) for key, one in part.items()}
    own = _columns(page, columns, reckoned)
    # No decision changes the answers of a group whose files were not read, nor the note that says why.
    answered = range(FIRST_ANSWER, columns.last_answer + 1)
    table = Table(page, own)
    unread = Table(page, [replace(one, formula="") if one.col in answered else one for one in own])
    place = {criterion.code: number for number, criterion in enumerate(plan.criteria)}
    order = [place[criterion.code] for criterion in columns.criteria]
    not_asked: dict[tuple[str, frozenset[str]], list[int]] = {}
    for row, result in enumerate(ward.evaluation.results, start=columns.first):
        group = plan.group_by_code[result.code]
        kind = group.kind, group.attributes
        if kind not in not_asked:
            applies = [plan.applies(criterion, group) for criterion in columns.criteria]
            not_asked[kind] = [number for number, asked in enumerate(applies) if not asked]
        said = figures.answers(result)
        answers: list[Entry] = [WORDS[said[number]] for number in order]
        for number in not_asked[kind]:
            answers[number] = _NOT_ASKED
        values: dict[str, Entry] = {key: reckoned[key].value(result) for key in columns.reckoned}
        if values["ly_do"]:
            values["ghi_chu"] = Fixed(str(values["ghi_chu"]))
        link = "Xem" if result.is_read else NO_FILE
        (table if result.is_read else unread).write(
            row, [result.code, result.name, result.kind, link, *answers, *values.values()]
        )
        for code, decided in figures.decided_by_group.get(result.code, {}).items():
            _note(page, decided, row, columns.answers[code])


_NOT_ASKED = Fixed(NOT_APPLICABLE)
_ANSWER = "ct_tra_loi"
"""The named expression in each answer's cell: the result of the decision on it, else the leader's answer."""


def _name_answer(page: Page, columns: DetailColumns) -> None:
    """Name the expression of an answer, relative to A1: in each cell, its own row and column take their place."""
    key = f"'{DETAIL}'!$A1&\"|\"&'{DETAIL}'!A${columns.codes_row + 1}"
    decided = f"INDEX(td_ket_qua,MATCH({key},td_khoa,0))"
    leader = f"INDEX(dl_doc_la,MATCH({key},dl_khoa,0))"
    answer = f"IFERROR(IF({decided}={quoted(AS_IT_STANDS)},{leader},{decided}),IFERROR({leader},{quoted(NO_FILE)}))"
    page.ward.workbook.define_name(_ANSWER, f"={answer}")


def _columns(page: Page, columns: DetailColumns, reckoned: Mapping[str, Reckoned]) -> list[Column]:
    name, small = page.look("cell", font_size=_NAME_SIZE), page.look("cell_middle", font_size=_SMALL)
    first = f'$A{OWN_ROW}&"|"&{letter(FIRST_ANSWER)}${columns.codes_row + 1}'
    link = f"\"#'Dữ liệu'!A\"&ROW(INDEX(dl_khoa,MATCH({first},dl_khoa,0)))"
    table = [
        Column(CODE, page.look("code", align="left")),
        Column(NAME, name),
        Column(KIND, name),
        Column(LINK, page.look("cell_middle"), f'IFERROR(HYPERLINK({link},"Xem"),{quoted(NO_FILE)})'),
    ]
    table += [Column(col, small, _ANSWER) for col in columns.answers.values()]
    wide, percent, count = page.look("cell", text_wrap=False), page.look("percent"), page.look("count")
    for key, (col, _) in columns.reckoned.items():
        # The row keeps the height that its answers need: these texts are for the sheet to sign.
        look = wide if key in _WIDE else percent if key == "ty_le" else count
        table.append(Column(col, look, reckoned[key].formula))
    return table


_WIDE = {"tinh_trang", "bang", "ket_luan", "nguon", "dong_hang_voi", "ly_do", "ghi_chu"}


def _note(page: Page, decided: SettledDecision, row: int, col: int) -> None:
    decision = decided.decision
    lines = [f"Tự đánh giá: {page.ward.figures.as_read[decided.key]}", f"Thẩm định: {decision.result}"]
    more = {"Lý do": decision.reason, "Người thẩm định": decision.decided_by, "Ngày": decision.decided_on}
    lines += [f"{word}: {said}" for word, said in more.items() if said]
    page.sheet.write_comment(row, col, "\n".join(lines), {"author": page.ward.plan.settings.appraiser})


def _colours(page: Page, columns: DetailColumns) -> None:
    cells = xl_range(columns.first, FIRST_ANSWER, columns.last, columns.last_answer)
    column = letter(FIRST_ANSWER)[1:]
    top_left = f"{column}{columns.first + 1}"
    decided = f'ISNUMBER(MATCH($A{columns.first + 1}&"|"&{column}${columns.codes_row + 1},td_khoa,0))'
    is_case = f"LEN({column}${columns.points_row + 1})=0"
    asked = ",".join(f"{top_left}={quoted(word)}" for word in (BLANK, UNCLEAR, CONTRADICTED))
    rules = (
        (decided, {"bg_color": DECIDED_FILL, "bold": True, "italic": True}, False),
        (f"{top_left}={quoted(NOT_APPLICABLE)}", {"bg_color": LOCKED_FILL}, True),
        (f"OR({asked})", {"bg_color": ASK_FILL, "bold": True}, True),
        (f"AND({is_case},{top_left}={quoted(YES)})", {"bg_color": BAD_FILL, "bold": True}, True),
        (f"AND(NOT({is_case}),{top_left}={quoted(NO)})", {"bg_color": BAD_FILL}, True),
    )
    for formula, look, stop in rules:
        rule = {"type": "formula", "criteria": f"={formula}", "format": page.ward.workbook.add_format(look)}
        page.sheet.conditional_format(cells, {**rule, "stop_if_true": stop})


def _names(page: Page, columns: DetailColumns) -> None:
    fixed = {"ma": CODE, "ten": NAME, "loai": KIND}
    for key, col in (*fixed.items(), *((key, col) for key, (col, _) in columns.reckoned.items())):
        page.name(f"ct_{key}", col, columns.first, columns.last)
