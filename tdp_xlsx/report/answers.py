"""The sheet ``Dữ liệu``: every answer, as it was read, with its file and cell; the ground all formulas stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.layout import ANSWERS, GROUP_CODE, GROUP_NAME
from tdp_xlsx.report.figures import answer_word

if TYPE_CHECKING:
    from tdp_xlsx.report.book import Ward

HEADINGS = (
    "Khóa",
    GROUP_CODE,
    GROUP_NAME,
    "Mã tiêu chí",
    "Tiêu chí",
    "Đọc là",
    "Nguyên văn ô trả lời",
    "Số liệu, minh chứng",
    "Tệp",
    "Trang",
    "Ô",
)


def write_answers(ward: Ward) -> None:
    """Write the sheet and name the columns that formulas look answers up in."""
    page, plan = ward.pages[ANSWERS], ward.plan
    head = page.title(
        "DỮ LIỆU ĐÃ ĐỌC", "Mỗi dòng là một câu trả lời trong bảng đơn vị gửi về, đúng như trong tệp; không sửa tại đây."
    )
    page.headings(head, HEADINGS)
    row = head
    columns = ("group", "criterion", "value", "state", "raw", "evidence", "file", "sheet", "cell")
    frame = ward.evaluation.answers
    for answer in zip(*(frame[column] for column in columns), strict=True):
        row += 1
        group, code, value, state, raw, evidence, file, sheet, cell = answer
        cells = (
            (f"{group}|{code}", "code"),
            (group, "code"),
            (plan.group_by_code[group].name, "cell"),
            (code, "code"),
            (plan.by_code[code].label, "cell_middle"),
            (answer_word(value, state), "cell_middle"),
            (raw, "cell"),
            (evidence, "cell"),
            (file, "cell"),
            (sheet, "cell"),
            (cell, "cell_middle"),
        )
        for col, (text, meaning) in enumerate(cells):
            page.text(row, col, text, meaning)
    last = max(row, head + 1)
    page.name("dl_khoa", 0, head + 1, last)
    page.name("dl_doc_la", 5, head + 1, last)
    page.widths(17, 11, 24, 11, 12, 14, 22, 40, 44, 20, 8)
    page.sheet.freeze_panes(head + 1, 0)
    page.sheet.autofilter(head, 0, last, len(HEADINGS) - 1)
    page.texts_that_look_like_numbers(head + 1, 0, last, len(HEADINGS) - 1)
    page.fit_rows(head)
    page.print_setup((head, head))
