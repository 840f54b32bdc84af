"""The page of a group's result, laid out as an official paper on A4."""

from __future__ import annotations

import hashlib
import zipfile
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tdp_xlsx.layout import RESULT
from tdp_xlsx.model import NO, YES
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import UnreadableError
from tdp_xlsx.report import official
from tdp_xlsx.report.book import USUAL_ROW, Ward
from tdp_xlsx.report.live import percent_text
from tdp_xlsx.report.reckoned import DetailColumns
from tdp_xlsx.report.table import Block, page_breaks
from tdp_xlsx.report.wording import conclusion, source
from tdp_xlsx.report.words import NOTHING
from tdp_xlsx.styles import DECIMAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tdp_xlsx.model import Group
    from tdp_xlsx.papers.outcome import Outcome, Outcomes
    from tdp_xlsx.report.book import Page

_PIXELS = (48, 36, 50, 46, 46, 50, 46, 50, 54, 164)
"""Widths of the columns, together those of A4 upright between the margins."""
LABEL, TITLE, CLAIMED, MET, APPLICABLE, SHARE, MEDIAN_MET, MEDIAN_SHARE, FINAL, LAST = range(len(_PIXELS))
_PAGE_POINTS, _MOST_SHRUNK = 700, 0.8
"""Height between the margins, a little kept back; what is higher is shrunk to one page, but not below this."""
_SMALL: dict[str, Any] = {"font_size": 10}
_HEADINGS = (
    *("Tự đánh giá đạt", "Kết quả đạt", "Số tiêu chí áp dụng", "Tỷ lệ (%)"),
    *("Trung vị số đạt", "Trung vị tỷ lệ (%)"),
)
_SIGNING_ROWS = 3
_MARK = "tdp-xlsx result"
"""The custom document property that holds a hash of what was written: who changes the file leaves it behind."""
_PRINTED = "LibreOffice".encode("utf-16-be").hex().upper().encode()
"""How LibreOffice names itself in a PDF; a scan has it not."""


def result_book(outcomes: Outcomes, group: Group, *, created: datetime, demo: bool) -> bytes:
    """Return a group's result as a workbook of values; the same outcome and time give the same bytes."""
    unmarked = _book(outcomes, group, "", created=created, demo=demo)
    return _book(outcomes, group, _digest(unmarked), created=created, demo=demo)


def is_untouched(content: bytes) -> bool:
    """Whether a file is a result, or its PDF, as the program made it; where that cannot be told, it is not."""
    if content.startswith(b"%PDF"):
        return _PRINTED in content
    try:
        mark = read_workbook(content, wanted=lambda _: False).properties.get(_MARK)  # which checks every part
    except UnreadableError:
        return False
    return mark is not None and mark == _digest(content)


def _digest(content: bytes) -> str:
    """Return a hash of a workbook's sheets and styles, but for what is told about it."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.startswith("xl/")}
    return hashlib.sha256(b"".join(parts[name] for name in sorted(parts))).hexdigest()


def _book(outcomes: Outcomes, group: Group, mark: str, *, created: datetime, demo: bool) -> bytes:
    content, sheets = BytesIO(), (RESULT,)
    with closing(Ward(content, outcomes.figures, created=created, demo=demo, live=True, sheets=sheets)) as ward:
        _write(ward.pages[RESULT], outcomes, outcomes.of(group.code))
        settings = outcomes.plan.settings
        title = f"Kết quả đánh giá năm {settings.year} – {group.name}"
        about = {"title": title, "author": settings.office, "company": settings.office, "comments": "Lập bằng tdp-xlsx"}
        ward.workbook.set_properties({**about, "created": created.replace(tzinfo=None, microsecond=0)})
        ward.workbook.set_custom_property(_MARK, mark)
        ward.finish()
    return content.getvalue()


def _write(page: Page, outcomes: Outcomes, outcome: Outcome) -> None:
    for col, pixels in enumerate(_PIXELS):
        page.width(col, col, (pixels - 5) / 7)
    head = row = _summary(page, outcome, _heading(page, outcome))
    if outcome.lines:
        head = _standards(page, outcomes, outcome, row)
        row = _items(page, outcome, head)
    end = _closing(page, outcome, row)
    page.print_setup((head, head) if outcome.items else None, fit=False)
    page.sheet.set_portrait()
    page.sheet.center_horizontally()
    page.sheet.print_area(0, 0, end, LAST)
    needed = page.heights()
    heights = {at: needed.get(at, USUAL_ROW) for at in range(end + 1)}
    if sum(heights.values()) * _MOST_SHRUNK <= _PAGE_POINTS or not outcome.items:
        page.sheet.fit_to_pages(1, 1)
    else:
        block = Block(head=(head, head), rows=(head + 1, row - 1), closing=(row, end))
        page.sheet.set_h_pagebreaks(page_breaks(block, heights, _PAGE_POINTS))


def _heading(page: Page, outcome: Outcome) -> int:
    """Write the official heading and the title; return the next row."""
    plan, one, row = page.ward.plan, outcome.result, page.top
    settings = plan.settings
    plain: dict[str, Any] = {"bold": False, "italic": False, "font_size": 12}
    bold, lined = {**plain, "bold": True}, {**plain, "bold": True, "underline": 1}
    period = f" ({plan.period_label.upper()})" if plan.period_label else ""
    pairs = (
        (settings.authority.upper(), plain, official.NATION, bold),
        (settings.ward.upper() or " ", lined, official.MOTTO, lined),
        ("", plain, official.place_and_date(settings), {**plain, "italic": True}),
    )
    for left, left_look, right, right_look in pairs:
        page.merged(row, LABEL, APPLICABLE, left, "subtitle", **left_look)
        page.merged(row, SHARE, LAST, right, "subtitle", **right_look)
        row += 1
    page.height(row, 8)
    row += 1
    titles = [
        (f"KẾT QUẢ ĐÁNH GIÁ TỔ DÂN PHỐ, BẢN\nPHÁT TRIỂN TOÀN DIỆN NĂM {settings.year}{period}", {"font_size": 13}),
        (f"{one.name} ({one.code})", {"font_size": 13}),
    ]
    if not outcome.is_final:
        told = "(dự kiến: chưa thẩm định xong mọi đơn vị, thứ hạng và trung vị có thể thay đổi)"
        titles.append((told, {"bold": False, "italic": True, "font_size": 12}))
    for text, look in titles:
        page.merged(row, LABEL, LAST, text, "title", **look)
        row += 1
    page.height(row, 6)
    return row + 1


def _summary(page: Page, outcome: Outcome, row: int) -> int:
    """Write what the result is, in short; return the next row, one left blank."""
    for label, text in _told(page, outcome):
        page.merged(row, LABEL, CLAIMED, label, "cell", bold=True, font_size=11)
        page.merged(row, MET, LAST, text, "cell", font_size=11)
        row += 1
    page.height(row, 8)
    return row + 1


def _told(page: Page, outcome: Outcome) -> Iterator[tuple[str, str]]:
    one, figures = outcome.result, page.ward.figures
    own = DetailColumns(page.ward)
    yield "Kết luận", str(conclusion(own, one).value)
    if outcome.reason:
        yield "Lý do", outcome.reason
    if outcome.advice:
        yield "Việc cần làm", outcome.advice
    yield "Thứ hạng", outcome.place
    if not one.is_read:
        return
    yield "Mục I", _cases(page, outcome)
    score = f", tỷ lệ {percent_text(one.points_met, one.points_applicable)}" if one.is_counted else ""
    is_weighed = {each.points for each in page.ward.plan.scored} != {1}
    weighed = " (tính theo điểm của tiêu chí)" if score and is_weighed else ""
    yield "Phần II", f"Đạt {one.met}/{one.applicable} tiêu chí áp dụng{score}{weighed}."
    yield "Nguồn kết quả", str(source(own, one, figures).value)
    changed = [item.label for item in outcome.items if item.is_changed]
    if one.is_verified:
        told = f"{one.changed:02d} nội dung: {', '.join(changed)}." if changed else "Không có nội dung nào."
        yield "Thẩm định thay đổi", told


def _cases(page: Page, outcome: Outcome) -> str:
    labels = [case.label for case in page.ward.plan.cases]
    happened = [page.ward.plan.by_code[code].label for code in outcome.result.disqualified_by]
    unclear = [item.label for item in outcome.items if item.label in labels and item.final not in {YES, NO}]
    if happened:
        return f"Có trường hợp tại mục {', '.join(happened)}."
    return f"Chưa rõ ở mục {', '.join(unclear)}." if unclear else f"Không thuộc trường hợp nào ({', '.join(labels)})."


def _standards(page: Page, outcomes: Outcomes, outcome: Outcome, row: int) -> int:
    """Write the table by standard; return the next row, one left blank."""
    page.merged(row, LABEL, TITLE, "Nội dung", "heading", **_SMALL)
    for col, heading in enumerate(_HEADINGS, start=CLAIMED):
        page.text(row, col, heading, "heading", **_SMALL)
    page.merged(row, FINAL, LAST, "Các tiêu chí đạt", "heading", **_SMALL)
    for at, line in enumerate(outcome.lines, start=row + 1):
        bold = {**_SMALL, "bold": line is outcome.lines[-1]}
        page.merged(at, LABEL, TITLE, line.title, "cell", **bold)
        for col, count in ((CLAIMED, line.claimed), (MET, line.met), (APPLICABLE, line.applicable)):
            page.number(at, col, count, "count", **bold)
        for col, figure in ((SHARE, line.share), (MEDIAN_MET, line.median_met), (MEDIAN_SHARE, line.median_share)):
            is_whole = col == MEDIAN_MET and figure == int(figure or 0)
            if figure is None:
                page.text(at, col, NOTHING, "cell_middle", **bold)
            else:
                page.number(at, col, figure, "count", num_format="0" if is_whole else DECIMAL, **bold)
        page.merged(at, FINAL, LAST, ", ".join(line.fulfilled), "cell", **_SMALL)
    ward = page.ward.plan.settings.unit_level
    notes = [f"Trung vị: của {outcomes.counted:02d} đơn vị có kết quả được tính trong toàn {ward}."]
    if outcome.exempt:
        notes.append(f"Không áp dụng cho đơn vị: {', '.join(outcome.exempt)}.")
    row += len(outcome.lines) + 1
    page.merged(row, LABEL, LAST, " ".join(notes), "text", italic=True, **_SMALL)
    page.height(row + 1, 8)
    return row + 2


def _items(page: Page, outcome: Outcome, row: int) -> int:
    """Write the criteria of which there is something to tell; return the next row."""
    if not outcome.items:
        page.merged(row, LABEL, LAST, "Mọi tiêu chí áp dụng đều đạt.", "text", bold=True, font_size=11)
        return row + 1
    page.text(row, LABEL, "Mục", "heading", **_SMALL)
    page.merged(
        row, TITLE, MEDIAN_MET, "Nội dung không đạt, chưa rõ, hoặc do cơ quan thẩm định ghi", "heading", **_SMALL
    )
    for col, heading in ((MEDIAN_SHARE, "Tự đánh giá"), (FINAL, "Kết quả"), (LAST, "Lý do")):
        page.text(row, col, heading, "heading", **_SMALL)
    for at, item in enumerate(outcome.items, start=row + 1):
        page.text(at, LABEL, item.label, "code", text_wrap=True, **_SMALL)
        page.merged(at, TITLE, MEDIAN_MET, item.text, "cell", **_SMALL)
        page.text(at, MEDIAN_SHARE, item.claimed, "cell_middle", **_SMALL)
        page.text(at, FINAL, item.final, "cell_middle", bold=item.is_changed, **_SMALL)
        page.text(at, LAST, item.reason, "cell", **_SMALL)
    return row + len(outcome.items) + 1


def _closing(page: Page, outcome: Outcome, row: int) -> int:
    """Write to whom it goes and who signs; return the last row."""
    settings = page.ward.plan.settings
    page.height(row, 8)
    titles, start = official.lines(settings.signer_title), row + 1
    bold = {"bold": True, "italic": False, "font_size": 12}
    addressed = (official.RECIPIENTS, f"- {outcome.result.name};", "- Lưu: VT.")
    for at, text in enumerate(addressed, start=start):
        look = {"bold": True, "italic": True, "font_size": 12} if at == start else {"font_size": 11}
        page.merged(at, LABEL, APPLICABLE, text, "text", **look)
    for at, text in enumerate(titles, start=start):
        page.merged(at, MEDIAN_MET, LAST, text, "subtitle", **bold)
    end = max(start + len(addressed) - 1, start + len(titles) + _SIGNING_ROWS)
    page.merged(end, MEDIAN_MET, LAST, settings.signer_name, "subtitle", **bold)
    return end
