"""The sheet ``Tình hình nộp bảng``: every group and every entry of the inbox, accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.layout import GROUP_CODE, GROUP_KIND, GROUP_NAME, RECEIVED, STATES
from tdp_xlsx.report.book import LAST_ROW
from tdp_xlsx.report.live import OWN_ROW
from tdp_xlsx.report.table import Column, Table
from tdp_xlsx.report.words import FILE_STATUSES, NOTHING
from tdp_xlsx.styles import THOUSANDS

if TYPE_CHECKING:
    from tdp_xlsx.report.book import Page, Ward

GROUP_HEADINGS = (
    *("Số tt", GROUP_CODE, GROUP_NAME, GROUP_KIND, "Tình trạng", "Tệp được tính", "Thời gian của tệp", "Lần gửi"),
    *("Thay đổi so với lần gửi trước", "Ngày lập ghi trong bảng", "SHA-256"),
)
SIGNED_BY = "Người lập ghi trong bảng"
"""Stands in a further column, where the settings want it there: a name is personal data."""
FILE_HEADINGS = (
    *("Số tt", GROUP_CODE, GROUP_NAME, "Dung lượng (byte)", "Kết quả xử lý", "Tệp", "Thời gian của tệp"),
    *("Lý do", "", "", "SHA-256"),
)
_HASH_FONT = {"font_name": "Courier New", "font_size": 9}
_MORE = "Còn {count} tệp khác, không nêu hết ở đây; xem đủ bằng lệnh: tdp-xlsx status --json"


def write_received(ward: Ward) -> None:
    """Write both tables, one below the other."""
    page = ward.pages[RECEIVED]
    head = page.title(
        "TÌNH HÌNH NỘP BẢNG",
        "Tệp trong thư mục inbox chỉ được đọc, không bị sửa; mã SHA-256 để đối chiếu đúng tệp đã tính.",
    )
    page.text(head, 0, "A. Theo đơn vị", "section")
    named = ward.plan.settings.names_leaders
    page.headings(head + 1, (*GROUP_HEADINGS, SIGNED_BY) if named else GROUP_HEADINGS)
    page.widths(6, 11, 24, 14, 24, 46, 17, 11, 40, 16, 68, *([24] if named else []))
    row = _groups(page, head + 2) + 2
    page.text(row, 0, "B. Theo tệp nhận được", "section")
    row += 1
    page.headings(row, FILE_HEADINGS)
    page.merged(row, 7, 9, "Lý do", "heading")
    _files(page, row)
    page.sheet.freeze_panes(head + 2, 3)
    page.print_setup((head + 1, head + 1))


def _groups(page: Page, first: int) -> int:
    """Write a row for each group; return the last one."""
    ward = page.ward
    named = ward.plan.settings.names_leaders
    code, cell, middle = (page.look(meaning) for meaning in ("code", "cell", "cell_middle"))
    count, time, digits = page.look("count"), page.look("time"), page.look("cell", text_wrap=False, **_HASH_FONT)
    known = [Column(col, look) for col, look in enumerate((count, code, cell, middle))]
    known.append(Column(4, middle, f"INDEX(ct_tinh_trang,MATCH($B{OWN_ROW},ct_ma,0))"))
    looks = (cell, time, count, cell, middle, digits, *([cell] if named else []))
    last = len(GROUP_HEADINGS) + named
    read = Table(page, [*known, *(Column(col, look) for col, look in enumerate(looks, start=5))])
    not_read = Table(page, [*known, *(Column(col, middle) for col in range(5, last))])
    nothing = [NOTHING] * (last - len(known))
    row = first - 1
    for row, result in enumerate(ward.evaluation.results, start=first):
        own = (result.position, result.code, result.name, result.kind, STATES[result.status])
        submission = ward.intake.submissions.get(result.code) if result.is_read else None
        if submission is None:
            not_read.write(row, [*own, *nothing])
            continue
        file = submission.file
        sent = submission.number, _changes(ward, result.code), submission.signed_on
        signed = [submission.signed_by] if named else []
        read.write(row, [*own, file.path, page.moment(file.modified), *sent, file.sha256 or NOTHING, *signed])
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


def _files(page: Page, head: int) -> None:
    files, by_code = page.ward.intake.files, page.ward.plan.group_by_code
    if not files:
        page.merged(head + 1, 0, len(FILE_HEADINGS) - 1, "Chưa nhận được tệp nào.", "cell_middle")
        return
    cell, count, code, size = (
        page.look("cell"),
        page.look("count"),
        page.look("code"),
        page.look("count", num_format=THOUSANDS),
    )
    looks = (count, code, cell, size, page.look("cell_middle"), cell, page.look("time"))
    digits = Column(10, page.look("cell", text_wrap=False, **_HASH_FONT))
    columns = [Column(col, look) for col, look in enumerate(looks)]
    table = Table(page, [*columns, Column(7, cell, last=9), digits])
    shown = files[: LAST_ROW - head - 1] if len(files) > LAST_ROW - head else files
    for place, outcome in enumerate(shown, start=1):
        group, file = by_code.get(outcome.group or ""), outcome.file
        sent_by = outcome.group or NOTHING, group.name if group else NOTHING
        became = FILE_STATUSES[outcome.status], file.path, page.moment(file.modified), outcome.reason
        table.write(head + place, (place, *sent_by, file.size, *became, file.sha256 or NOTHING))
    last = head + len(shown)
    if more := len(files) - len(shown):
        page.merged(last + 1, 0, len(FILE_HEADINGS) - 1, _MORE.format(count=more), "cell_middle")
