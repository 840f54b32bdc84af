"""The sheet ``Tình hình nộp bảng``: every group and every entry of the inbox, accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.layout import GROUP_CODE, GROUP_KIND, GROUP_NAME, RECEIVED
from tdp_xlsx.report.live import Live
from tdp_xlsx.report.words import FILE_STATUSES, NOTHING

if TYPE_CHECKING:
    from tdp_xlsx.evaluation import GroupResult
    from tdp_xlsx.model import InboxFile
    from tdp_xlsx.report.book import Page, Ward

GROUP_HEADINGS = (
    "Số tt",
    GROUP_CODE,
    GROUP_NAME,
    GROUP_KIND,
    "Tình trạng",
    "Tệp được tính",
    "Thời gian của tệp",
    "Lần gửi",
    "Người lập ghi trong bảng",
    "Ngày lập ghi trong bảng",
    "SHA-256",
)
FILE_HEADINGS = (
    "Số tt",
    GROUP_CODE,
    GROUP_NAME,
    "Dung lượng (byte)",
    "Kết quả xử lý",
    "Tệp",
    "Thời gian của tệp",
    "Lý do",
    "",
    "",
    "SHA-256",
)
_HASH_FONT = {"font_name": "Courier New", "font_size": 9}


def write_received(ward: Ward) -> None:
    """Write both tables, one below the other."""
    page = ward.pages[RECEIVED]
    head = page.title(
        "TÌNH HÌNH NỘP BẢNG",
        "Tệp trong thư mục inbox chỉ được đọc, không bị sửa; mã SHA-256 để đối chiếu đúng tệp đã tính.",
    )
    page.text(head, 0, "A. Theo đơn vị", "section")
    page.headings(head + 1, GROUP_HEADINGS)
    row = head + 1
    for place, result in enumerate(ward.evaluation.results, start=1):
        row += 1
        _group(page, row, place, result)
    row += 2
    page.text(row, 0, "B. Theo tệp nhận được", "section")
    row += 1
    page.headings(row, FILE_HEADINGS)
    page.merged(row, 7, 9, "Lý do", "heading")
    _files(page, row)
    page.widths(6, 11, 24, 14, 24, 46, 17, 11, 24, 16, 68)
    page.sheet.freeze_panes(head + 2, 3)
    page.fit_rows(head + 1)
    page.print_setup((head + 1, head + 1))


def _group(page: Page, row: int, place: int, result: GroupResult) -> None:
    page.number(row, 0, place)
    page.text(row, 1, result.code, "code")
    page.text(row, 2, result.name)
    page.text(row, 3, result.kind, "cell_middle")
    state = page.ward.figures.state(result)
    page.live(row, 4, Live(f"INDEX(ct_tinh_trang,MATCH($B{row + 1},ct_ma,0))", state), "cell_middle")
    submission = page.ward.intake.submissions.get(result.code) if result.is_read else None
    if submission is None:
        for col in range(5, len(GROUP_HEADINGS)):
            page.text(row, col, NOTHING, "cell_middle")
        return
    page.text(row, 5, submission.file.path)
    page.time(row, 6, submission.file.modified)
    page.number(row, 7, submission.number)
    page.text(row, 8, submission.signed_by)
    page.text(row, 9, submission.signed_on, "cell_middle")
    _hash(page, row, submission.file)


def _hash(page: Page, row: int, file: InboxFile) -> None:
    page.text(row, 10, file.sha256 or NOTHING, "cell", text_wrap=False, **_HASH_FONT)


def _files(page: Page, row: int) -> None:
    by_code = page.ward.plan.group_by_code
    if not page.ward.intake.files:
        page.merged(row + 1, 0, len(FILE_HEADINGS) - 1, "Chưa nhận được tệp nào.", "cell_middle")
    for place, outcome in enumerate(page.ward.intake.files, start=1):
        row += 1
        group = by_code.get(outcome.group or "")
        page.number(row, 0, place)
        page.text(row, 1, outcome.group or NOTHING, "code")
        page.text(row, 2, group.name if group else NOTHING)
        page.number(row, 3, outcome.file.size, "count", num_format="#,##0")
        page.text(row, 4, FILE_STATUSES[outcome.status], "cell_middle")
        page.text(row, 5, outcome.file.path)
        page.time(row, 6, outcome.file.modified)
        page.merged(row, 7, 9, outcome.reason, "cell")
        _hash(page, row, outcome.file)
