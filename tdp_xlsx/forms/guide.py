"""The form's second sheet: how to fill it, for the leader, in large plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.properties import PageSetupProperties

from tdp_xlsx.forms.correction import NO_CORRECTION
from tdp_xlsx.forms.form import set_text
from tdp_xlsx.forms.heights import fit_heights
from tdp_xlsx.layout import FORM_GUIDE
from tdp_xlsx.styles import ACCENT, FONT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook

    from tdp_xlsx.forms.correction import Correction
    from tdp_xlsx.model import Plan

_STEPS = (
    "Lưu tệp về máy, mở bằng Excel, WPS hoặc LibreOffice. Không đổi sang tệp khác, không chép sang Word.",
    "Mở trang “Bảng tự đánh giá”. Ở mỗi mục, bấm vào ô của cột “Trả lời”, bấm mũi tên rồi chọn Có hoặc Không.",
    "Cột “Có”, “Không” của bảng in tự đánh dấu x theo câu trả lời.",
    "Nếu quen đánh dấu như trên giấy: gõ chữ x vào ô “Có” hoặc ô “Không”. Mỗi mục chỉ một câu trả lời.",
    "Phần I (các trường hợp không đảm bảo): chọn Có nếu CÓ xảy ra; chọn Không nếu không xảy ra.",
    "Tiêu chí viết theo lối phủ định (ví dụ “Không lấn chiếm lòng đường…”): Có nghĩa là đạt, không xảy ra vi phạm.",
    "Không để trống: ô trống không được hiểu là “Không”, {level} sẽ gửi lại để bổ sung.",
    "Dòng tô xám ghi “Không áp dụng” là mục không áp dụng cho đơn vị, không phải trả lời.",
    "Cột “Số liệu, minh chứng” không bắt buộc. Nếu ghi số, viết gọn: 95,5 hoặc 95,5% hoặc 50/80 hộ.",
    "Xem cột “Nhắc khi điền”: chỗ nào còn thiếu hoặc mâu thuẫn sẽ hiện ngay. Trên cùng có số mục đã trả lời.",
    "Cuối bảng ghi họ tên người tự đánh giá và ngày lập. Lưu tệp, giữ nguyên tên tệp, gửi lại cho {level}.",
)

_PREFILLED = (
    "Cột “Năm trước” nhắc lại số liệu, minh chứng đơn vị đã ghi năm trước: chỉ để tham khảo, không phải câu trả lời. "
    "Bấm vào ô để xem đủ."
)

_MEND = "{level} đề nghị xem lại {count} mục dưới đây (ô tô màu vàng đậm ở trang “Bảng tự đánh giá”)."
_KEPT = " Các câu trả lời khác đã được giữ, không phải điền lại."
_ANEW = "{level} chưa dùng được tệp đã nhận, lý do ở dưới; bảng này là bảng trống, đề nghị điền lại từ đầu rồi gửi lại."


def add_guide(  # noqa: PLR0913 - all of them are told
    workbook: Workbook,
    plan: Plan,
    name: str,
    shown: Mapping[str, str],
    correction: Correction = NO_CORRECTION,
    *,
    is_prefilled: bool = False,
) -> None:
    """Add the sheet ``Hướng dẫn điền``. What is to be mended is listed first.

    ``name`` is the group's; ``shown`` maps placeholders in it to the words that replace them.
    """
    settings = plan.settings
    sheet = workbook.create_sheet(FORM_GUIDE)
    sheet.column_dimensions["A"].width = 5
    sheet.column_dimensions["B"].width = 88
    large = Font(name=FONT, size=13)
    lines: list[tuple[str, str]] = [("", f"Hướng dẫn điền bảng tự đánh giá năm {settings.year}")]
    lines += [("", f"Đơn vị: {name}")]
    if correction.questions:
        told = _MEND.format(count=f"{len(correction.questions):02d}", level=settings.unit_level.capitalize())
        lines.append(("", told + (_KEPT if correction.answers else "")))
        labels = {criterion.code: criterion.label for criterion in plan.criteria}
        lines += [("–", f"Mục {labels[code]}: {question}.") for code, question in correction.questions.items()]
    elif correction.reasons and not correction.answers:
        lines.append(("", _ANEW.format(level=settings.unit_level.capitalize())))
    lines += [("–", f"{note}.") for note in (*correction.reasons, *correction.notes)]
    lines += [(f"{n}.", step.format(level=settings.unit_level)) for n, step in enumerate(_STEPS, 1)]
    if is_prefilled:
        lines.append(("–", _PREFILLED))
    if settings.deadline:
        lines.append(("", f"Hạn nộp: {settings.deadline:%d/%m/%Y}."))
    if settings.reply_to:
        lines.append(("", f"Nơi nhận: {settings.reply_to}."))
    for row, (number, text) in enumerate(lines, 1):
        for column, value in ((1, number), (2, text)):
            cell = sheet.cell(row, column)
            if value:
                set_text(cell, value)
            cell.font = large
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["B1"].font = Font(name=FONT, size=14, bold=True, color=ACCENT.lstrip("#"))
    sheet["B2"].font = Font(name=FONT, size=13, bold=True)
    fit_heights(sheet, shown)
    sheet.protection.sheet = True
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "portrait"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
