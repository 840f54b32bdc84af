"""The sheet ``Nội dung cần làm rõ``: every finding, with what to do about it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from tdp_xlsx.layout import TO_CLEAR_UP
from tdp_xlsx.model import Severity
from tdp_xlsx.report.table import Column, Table
from tdp_xlsx.report.words import SEVERITIES
from tdp_xlsx.styles import ASK_FILL, BAD_FILL

if TYPE_CHECKING:
    from tdp_xlsx.report.book import Page, Ward

HEADINGS = ("Mã", "Mức", "Đơn vị", "Tiêu chí", "Nội dung", "Cách xử lý", "Tệp", "Ô")
_FILLS = {Severity.ERROR: {"bg_color": BAD_FILL}, Severity.WARNING: {"bg_color": ASK_FILL}, Severity.INFO: {}}


MOST = 200_000
"""Findings that stand on the sheet, the most serious first; of more, it is told where they are listed."""
_MORE = (
    "Còn {count} nội dung khác, không nêu hết ở đây; xem đủ bằng lệnh: tdp-xlsx check, hoặc từng tệp: "
    "tdp-xlsx check inbox/TÊN-TỆP"
)


def write_to_clear_up(ward: Ward) -> None:
    """Write the findings, in the order they were found."""
    page, plan = ward.pages[TO_CLEAR_UP], ward.plan
    head = page.title(
        "NỘI DUNG CẦN LÀM RÕ",
        "Lỗi: bảng chưa được tính tới khi sửa. Cần làm rõ: bảng vẫn được tính. Lưu ý: để biết.",
    )
    page.headings(head, HEADINGS)
    page.widths(9, 13, 24, 11, 56, 44, 40, 9)
    table = {severity: _table(page, severity) for severity in Severity}
    findings = ward.intake.findings
    row = head
    for row, finding in enumerate(islice(findings, MOST), start=head + 1):
        place = finding.place
        group = plan.group_by_code.get(place.group or "")
        criterion = plan.by_code.get(place.criterion or "")
        cells = (
            finding.code,
            SEVERITIES[finding.severity],
            group.name if group else place.group or "",
            criterion.label if criterion else place.criterion or "",
            finding.message,
            finding.fix,
            place.file or "",
            place.cell or "",
        )
        table[finding.severity].write(row, cells)
    if row == head:
        row += 1
        page.merged(row, 0, len(HEADINGS) - 1, "Không có nội dung nào cần làm rõ.", "cell_middle")
    if (more := len(findings) - MOST) > 0:
        row += 1
        page.merged(row, 0, len(HEADINGS) - 1, _MORE.format(count=more), "cell_middle")
    page.sheet.freeze_panes(head + 1, 0)
    page.sheet.autofilter(head, 0, row, len(HEADINGS) - 1)
    page.texts_that_look_like_numbers(head + 1, 0, row, len(HEADINGS) - 1)
    page.print_setup((head, head))


def _table(page: Page, severity: Severity) -> Table:
    """Return the table for findings of one weight, whose word has a colour of its own."""
    cell, middle = page.look("cell"), page.look("cell_middle")
    weight = page.look("cell_middle", **_FILLS[severity])
    looks = (page.look("code"), weight, cell, middle, cell, cell, cell, middle)
    return Table(page, [Column(col, look) for col, look in enumerate(looks)])
