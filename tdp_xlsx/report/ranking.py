"""The sheet ``Xếp hạng``: the table to sign, every group once, each row finding its group by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tdp_xlsx.layout import (
    GROUP_CODE,
    NO_RANK,
    RANKING,
    RANKING_HEADINGS_AFTER,
    RANKING_HEADINGS_BEFORE,
    STANDARD_COLUMN,
)
from tdp_xlsx.report import official
from tdp_xlsx.report.book import PAGE_PIXELS, PAGE_POINTS, TALLEST_ROW
from tdp_xlsx.report.live import OWN_ROW, letter, number_text, quoted, share
from tdp_xlsx.report.reckoned import DetailColumns
from tdp_xlsx.report.sentences import open_line, order_line, source_line
from tdp_xlsx.report.table import Block, Column, Table, page_breaks
from tdp_xlsx.report.wording import conclusion, note, source
from tdp_xlsx.report.words import NOTHING, READ
from tdp_xlsx.styles import lines_within, points, row_height
from tdp_xlsx.template.items import STANDALONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.model import Plan
    from tdp_xlsx.report.book import Page, Ward
    from tdp_xlsx.report.table import Entry

NUMBER, NAME, KIND, FIRST_STANDARD = range(4)
_SIZE, _SMALL = 11, 10
_STANDARD_PIXELS = 44
_BEFORE_PIXELS, _AFTER_PIXELS = (34, 120, 78), (46, 48, 52, 42, 112, 162, 188)
"""Widths of the columns before and after the standards' own; columns of texts get more where a page has room. The
source and the note have room in one line for the date of a verification and for how many share a rank."""
_NO_MARK = "Chưa quy định ngưỡng đạt."
_SIGNING_ROWS = 4
_ONE_LINE = 17


_Look = dict[str, Any]


class _Columns:
    """Where the columns stand, and how wide they are, which depends on the number of standards."""

    def __init__(self, standards: int) -> None:
        self.standards = standards
        after = FIRST_STANDARD + standards
        self.met, self.applicable, self.share, self.rank, self.conclusion, self.source, self.note, self.code = range(
            after, after + len(RANKING_HEADINGS_AFTER) + 1
        )
        self.pixels = [*_BEFORE_PIXELS, *[_STANDARD_PIXELS] * standards, *_AFTER_PIXELS]
        texts = (NAME, self.conclusion, self.note)
        spare = max(0, PAGE_PIXELS - sum(self.pixels)) // len(texts)
        for col in texts:
            self.pixels[col] += spare

    @property
    def scale(self) -> int:
        """The print scale in percent at which the table is one page wide."""
        return min(100, 100 * PAGE_PIXELS // sum(self.pixels))


def write_ranking(ward: Ward) -> None:
    """Write heading, table and signatures, and set where pages end."""
    page, columns = ward.pages[RANKING], _Columns(len(ward.plan.standards))
    page.fits_rows = False  # each height counts for where pages end
    for col, pixels in enumerate(columns.pixels):
        page.sheet.set_column_pixels(col, col, pixels)
    page.width(columns.code, columns.code, page.code_width(12))
    notes = _heading(page, columns)
    head = notes + 3
    first, last = head + 2, head + 1 + max(1, len(ward.evaluation.results))
    lines = source_line(ward), open_line(ward), order_line(first, last, letter(columns.code))
    for row, line in enumerate(lines, start=notes):
        page.merged(row, 0, columns.note, line, "subtitle", font_size=12, bold=line is lines[-1])
        page.height(row, 17)
    _table_head(page, columns, head)
    _rows(page, columns, first, head + 1)
    closing = last + 1
    end = _closing(page, columns, closing)
    page.sheet.freeze_panes(first, NAME + 1)
    page.sheet.autofilter(head + 1, 0, last, columns.code)
    page.print_setup((head, head + 1), fit=False)
    page.sheet.set_print_scale(columns.scale)
    page.sheet.print_area(0, 0, end, columns.note)
    room = PAGE_POINTS * 100 / columns.scale
    block = Block(head=(head, head + 1), rows=(first, last), closing=(closing, end))
    page.sheet.set_h_pagebreaks(page_breaks(block, page.given, room))


def _heading(page: Page, columns: _Columns) -> int:
    plan, row = page.ward.plan, page.top
    settings, right = plan.settings, columns.note

    def line(text: str, meaning: str, height: float, **changes: object) -> None:
        nonlocal row
        page.merged(row, 0, right, text, meaning, **changes)
        page.height(row, height)
        row += 1

    if settings.presentation == STANDALONE:
        middle = FIRST_STANDARD + 1
        plain: _Look = {"bold": False, "italic": False, "font_size": 13}
        bold = {**plain, "bold": True}
        lined = {**bold, "underline": 1}
        number, date = f"Số: {official.report_number(settings)}", official.place_and_date(settings)
        pairs: tuple[tuple[str, _Look, str, _Look], ...] = (
            (settings.authority.upper(), plain, official.NATION, bold),
            (settings.ward.upper(), lined, official.MOTTO, {**lined, "font_size": 14}),
            ("", {}, "", {}),
            (number, {"italic": False, "font_size": 13}, date, {"font_size": 13}),
        )
        for left, left_look, other, other_look in pairs:
            page.merged(row, 0, middle - 1, left, "subtitle", **left_look)
            page.merged(row, middle, right, other, "subtitle", **other_look)
            page.height(row, 19 if left else 8)
            row += 1
        line("", "plain", 8)
    else:
        line(official.APPENDIX, "title", 20)
    line(official.title(plan), "title", 42)
    if settings.presentation != STANDALONE:
        line(official.attached_to(settings), "subtitle", 20, font_size=13)
    return row


def _table_head(page: Page, columns: _Columns, head: int) -> None:
    standards = (STANDARD_COLUMN.format(number=standard.number) for standard in page.ward.plan.standards)
    headings = (*RANKING_HEADINGS_BEFORE, *standards, *RANKING_HEADINGS_AFTER)
    for col, heading in enumerate(headings):
        page.text(head, col, heading, "heading", font_size=_SMALL)
        page.text(head + 1, col, f"({col + 1})", "heading", font_size=_SMALL, bold=False, italic=True)
    page.text(head, columns.code, GROUP_CODE, "office_heading", font_size=_SIZE)
    page.text(head + 1, columns.code, "", "office_heading")
    pairs = [(heading, points(columns.pixels[col])) for col, heading in enumerate(headings)]
    most = max(lines_within(heading, width, _SMALL, bold=True) for heading, width in pairs)
    page.height(head, row_height(most, _SMALL))
    page.height(head + 1, 17)


def _rows(page: Page, columns: _Columns, first: int, above: int) -> None:
    """Write a line for each group, in the order of the results, and note how high it must be for what it says now."""
    ward = page.ward
    table = Table(page, _table_columns(page, columns, above))
    sizes = {NAME: _SIZE, KIND: _SIZE, columns.conclusion: _SIZE, columns.source: _SMALL, columns.note: _SIZE}
    own = DetailColumns(ward)
    for row, result in enumerate(ward.evaluation.ordered, start=first):
        said = conclusion(own, result), source(own, result, ward.figures), note(own, result, ward.figures)
        concluded, said_by, noted = (str(one.value) for one in said)
        score = share(result.points_met, result.points_applicable) if result.is_counted else NOTHING
        pairs = (f"{met}/{applicable}" if result.is_read else NOTHING for met, applicable in result.standards.values())
        met = result.met if result.is_read else NOTHING
        rank = NO_RANK if result.rank is None else result.rank
        cells: list[Entry] = [result.order, result.name, result.kind, *pairs, met, result.applicable]
        cells += [score, rank, concluded, said_by, noted, result.code]
        texts = result.name, result.kind, concluded, said_by, noted
        needed = [
            row_height(lines_within(text, points(columns.pixels[col]), size), size)
            for text, (col, size) in zip(texts, sizes.items(), strict=True)
        ]
        page.given[row] = min(max(_ONE_LINE, *needed), TALLEST_ROW)
        table.write(row, cells, height=page.given[row])


def _table_columns(page: Page, columns: _Columns, above: int) -> list[Column]:
    found = f"MATCH({letter(columns.code)}{OWN_ROW},ct_ma,0)"

    def own(name: str) -> str:
        return f"INDEX(ct_{name},{found})"

    def if_read(formula: str) -> str:
        """Return a dash where no file was read: nothing was answered, so nothing was missed."""
        return f"IF({own('bang')}={quoted(READ)},{formula},{quoted(NOTHING)})"

    small = {"font_size": _SIZE}
    cell, middle, count = (page.look(meaning, **small) for meaning in ("cell", "cell_middle", "count"))
    pair = page.look("cell_middle", num_format="General" if page.ward.live else "@", **small)
    link = f"\"#'Chi tiết'!A\"&ROW({own('ma')})"
    return [
        Column(NUMBER, count, f"ROW()-{above + 1}"),
        Column(NAME, cell, f"HYPERLINK({link},{own('ten')})"),
        Column(KIND, middle, own("loai")),
        *(
            Column(
                FIRST_STANDARD + place, pair, if_read(f'{own(f"dat_{place + 1}")}&"/"&{own(f"ap_dung_{place + 1}")}')
            )
            for place in range(columns.standards)
        ),
        Column(columns.met, count, if_read(own("dat"))),
        Column(columns.applicable, count, own("ap_dung")),
        Column(columns.share, page.look("percent", **small), own("ty_le")),
        Column(columns.rank, page.look("count", bold=True, **small), own("hang")),
        Column(columns.conclusion, cell, own("ket_luan")),
        Column(columns.source, page.look("cell_middle", font_size=_SMALL), own("nguon")),
        Column(columns.note, cell, own("ghi_chu")),
        Column(columns.code, page.look("code", **small)),
    ]


def notes_below(plan: Plan, *, by_standard: bool = True) -> Iterator[str]:
    """Yield the lines under the table: the pass mark, how shares are reckoned, what a column of a standard shows."""
    settings = plan.settings
    if settings.pass_percent is None and not settings.classes:
        yield _NO_MARK
    if settings.pass_percent is not None:
        basis = settings.basis.get("pass_percent", "")
        yield f"Ngưỡng đạt: {number_text(settings.pass_percent)}%" + (f" ({basis})." if basis else ".")
    weighed = {criterion.points for criterion in plan.scored} != {1}
    share_of = "điểm các tiêu chí đạt : điểm các tiêu chí" if weighed else "số tiêu chí đạt : số tiêu chí"
    equals = "xét số tiêu chuẩn đạt đủ" if settings.tie_break else "đồng hạng"
    first = "Mỗi tiêu chuẩn ghi số tiêu chí đạt/số tiêu chí áp dụng; tỷ lệ" if by_standard else "Tỷ lệ"
    yield f"{first} = {share_of} áp dụng; tỷ lệ bằng nhau thì {equals}."


def _closing(page: Page, columns: _Columns, row: int) -> int:
    """Write the notes under the table and the signatures; return the last row."""
    plan = page.ward.plan
    settings, right = plan.settings, columns.note
    notes = list(notes_below(plan))
    width = points(sum(columns.pixels))
    for text in notes:
        page.merged(row, 0, right, text, "text", italic=True, font_size=_SIZE)
        page.height(row, row_height(lines_within(text, width, _SIZE), _SIZE))
        row += 1
    page.height(row, 10)
    row += 1
    left_end, right_start = FIRST_STANDARD, columns.applicable
    titles = official.lines(settings.signer_title)
    start = row
    bold = {"bold": True, "italic": False, "font_size": 13}
    middle = (left_end + 1, right_start - 1)
    standalone = settings.presentation == STANDALONE
    prepared = middle if standalone else (0, left_end)
    for offset in range(max(1, len(titles))):
        at = start + offset
        page.height(at, 18)
        if titles:
            page.merged(at, right_start, right, titles[offset], "subtitle", **bold)
        if offset == 0:
            page.merged(at, *prepared, official.PREPARED_BY, "subtitle", **bold)
    row = start + max(1, len(titles))
    for at in range(row, row + _SIGNING_ROWS):
        page.height(at, 18)
    row += _SIGNING_ROWS
    page.height(row, 18)
    page.merged(row, *prepared, settings.prepared_by, "subtitle", **bold)
    page.merged(row, right_start, right, settings.signer_name, "subtitle", **bold)
    if standalone:
        row = max(row, _recipients(page, start, left_end))
    return row


def _recipients(page: Page, row: int, last_col: int) -> int:
    names = official.lines(page.ward.plan.settings.recipients)
    if not names:
        return row
    page.merged(row, 0, last_col, official.RECIPIENTS, "plain", bold=True, italic=True, font_size=12)
    for text in names:
        row += 1
        page.merged(row, 0, last_col, text, "plain", font_size=11)
        if row not in page.given:
            page.height(row, 18)
    return row
