"""The sheet ``Tình hình nộp bảng``: every group and every entry of the inbox, accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.layout import GROUP_CODE, GROUP_KIND, GROUP_NAME, RECEIVED, STATES
from tdp_xlsx.report.book import LAST_ROW
from tdp_xlsx.report.live import OWN_ROW
from tdp_xlsx.report.table import Column, Fixed, Table
from tdp_xlsx.report.words import FILE_STATUSES, NOTHING
from tdp_xlsx.styles import THOUSANDS

if TYPE_CHECKING:
    from tdp_xlsx.report.book import Page, Ward
    from tdp_xlsx.report.table import Entry
    from tdp_xlsx.submission import InboxFile, Submission

HEADINGS = (
    *("Số tt", GROUP_CODE, GROUP_NAME, GROUP_KIND, "Tình trạng", "Kết quả xử lý", "Tệp", "Dung lượng (byte)"),
    *("Thời gian của tệp", "Lần gửi", "Thay đổi so với lần gửi trước", "Lý do", "Ngày lập ghi trong bảng", "SHA-256"),
)
"""Of both tables, as every page repeats them."""
SIGNED_BY = "Người lập ghi trong bảng"
"""Stands in a further column, where the settings want it there: a name is personal data."""
_HASH_FONT = {"font_name": "Courier New", "font_size": 9}
_MORE = "Còn {count} tệp khác, không nêu hết ở đây; xem đủ bằng lệnh: tdp-xlsx status --json"


def write_received(ward: Ward) -> None:
    """Write both tables, one below the other."""
    page = ward.pages[RECEIVED]
    head = page.title(
        "TÌNH HÌNH NỘP BẢNG",
        "Tệp trong thư mục inbox chỉ được đọc, không bị sửa; mã SHA-256 để đối chiếu đúng tệp đã tính.",
    )
    named = ward.plan.settings.names_leaders
    page.text(head, 0, "A. Theo đơn vị", "section")
    head += 1
    page.headings(head, (*HEADINGS, SIGNED_BY) if named else HEADINGS)
    page.widths(6, page.code_width(), 22, 11, 16, 18, 34, 13, 17, 8, 30, 30, 13, 36, *([24] if named else []))
    table = _table(page, named=named)
    row = _groups(page, table, head + 1) + 2
    page.text(row, 0, "B. Theo tệp nhận được", "section")
    _files(page, table, row)
    page.sheet.freeze_panes(head + 1, 3)
    page.print_setup((head, head))


def _table(page: Page, *, named: bool) -> Table:
    code, cell, middle, time = (page.look(meaning) for meaning in ("code", "cell", "cell_middle", "time"))
    count, size = page.look("count"), page.look("count", num_format=THOUSANDS)
    looks = (count, code, cell, middle, middle, middle, cell, size, time, count, cell, cell, middle)
    digits, signed = page.look("cell", **_HASH_FONT), [cell] if named else []
    columns = [Column(col, look) for col, look in enumerate((*looks, digits, *signed))]
    columns[4] = Column(4, middle, f"INDEX(ct_tinh_trang,MATCH($B{OWN_ROW},ct_ma,0))")
    return Table(page, columns)


def _cells(page: Page, file: InboxFile | None, said: Submission | None, became: str, reason: str) -> list[Entry]:
    """Return what is told of a file, and of what was read in it, a dash for what is not known."""
    of_file: list[Entry] = [NOTHING] * 3
    if file:
        of_file = [file.called, file.size, page.moment(file.modified)]
    sent = (said.number, _changes(page.ward, said.group)) if said else (NOTHING, NOTHING)
    signed = [said.signed_by if said else NOTHING] if page.ward.plan.settings.names_leaders else []
    day, digits = said.signed_on if said else NOTHING, file.sha256 if file else ""
    return [became, *of_file, *sent, reason or NOTHING, day, digits or NOTHING, *signed]


def _groups(page: Page, table: Table, first: int) -> int:
    """Write a row for each group; return the last one."""
    ward = page.ward
    became = {(one.file.path, one.file.sheet): FILE_STATUSES[one.status] for one in ward.intake.files}
    row = first - 1
    for row, result in enumerate(ward.evaluation.results, start=first):
        own = (result.position, result.code, result.name, result.kind, STATES[result.state])
        said = ward.intake.submissions.get(result.code) if result.is_read else None
        file = said.file if said else None
        outcome = became.get((file.path, file.sheet), NOTHING) if file else NOTHING
        table.write(row, [*own, *_cells(page, file, said, outcome, ward.figures.reason(result))])
    return row


def _changes(ward: Ward, code: str) -> str:
    """Say what the file that counts answers otherwise than those before it; first what nobody had asked to change."""
    told = sorted(ward.intake.changes.get(code, ()), key=lambda change: change.is_asked)
    lines = [
        f"{ward.plan.by_code[change.criterion].label}: {change.before} → {change.after}"
        + ("" if change.is_asked else " (không được đề nghị sửa)")
        for change in told
    ]
    return "; ".join(lines) or NOTHING


def _files(page: Page, table: Table, above: int) -> None:
    files, by_code = page.ward.intake.files, page.ward.plan.group_by_code
    if not files:
        page.merged(above + 1, 0, len(HEADINGS) - 1, "Chưa nhận được tệp nào.", "cell_middle")
        return
    shown = files[: LAST_ROW - above - 1] if len(files) > LAST_ROW - above else files
    for place, outcome in enumerate(shown, start=1):
        group, file = by_code.get(outcome.group or ""), outcome.file
        sent_by = (group.name, group.kind) if group else (NOTHING, NOTHING)
        own: list[Entry] = [place, outcome.group or NOTHING, *sent_by, Fixed(NOTHING)]
        became = FILE_STATUSES[outcome.status]
        table.write(above + place, [*own, *_cells(page, file, None, became, outcome.reason)])
    if more := len(files) - len(shown):
        page.merged(above + len(shown) + 1, 0, len(HEADINGS) - 1, _MORE.format(count=more), "cell_middle")
