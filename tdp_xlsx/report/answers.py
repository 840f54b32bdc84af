"""The sheet ``Dữ liệu``: every answer as it was read, with its file and cell; all formulas look answers up here."""

from __future__ import annotations

from itertools import chain
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tdp_xlsx.layout import ANSWERS, GROUP_CODE, GROUP_NAME, answers_name
from tdp_xlsx.report.figures import answer_word
from tdp_xlsx.report.table import Column, Table
from tdp_xlsx.text import csv_cell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tdp_xlsx.evaluation import Evaluation
    from tdp_xlsx.report.book import Ward

ROOM = 20_000
"""Answers written on the sheet, those of some 400 groups; eleven cells each, they would cost more than all the rest."""
_MARK = "\ufeff"
"""Tells Excel that the table is UTF-8; the codec that would put it there is slow."""

HEADINGS = (
    *("Khóa", GROUP_CODE, GROUP_NAME, "Mã tiêu chí", "Tiêu chí", "Đọc là"),
    *("Nguyên văn ô trả lời", "Số liệu, minh chứng", "Tệp", "Trang", "Ô"),
)
_MEANINGS = (
    *("code", "code", "cell", "code", "cell_middle", "cell_middle"),
    *("cell", "cell", "cell", "cell", "cell_middle"),
)


def fits_a_sheet(evaluation: Evaluation) -> bool:
    """Whether all answers are written on the sheet; if not, they go to a table of their own."""
    return len(evaluation.rows) <= ROOM


def _lines(evaluation: Evaluation) -> Iterator[tuple[str, ...]]:
    names = {group.code: group.name for group in evaluation.plan.groups}
    labels = {criterion.code: criterion.label for criterion in evaluation.plan.criteria}
    for group, criterion, value, state, raw, evidence, file, sheet, cell, *_ in evaluation.rows:
        word = answer_word(value, state)
        key, name, label = f"{group}|{criterion}", names[group], labels[criterion]
        yield key, group, name, criterion, label, word, raw, evidence, file, sheet, cell


def write_answers_file(path: Path, evaluation: Evaluation) -> None:
    """Write all answers as a table of text that Excel opens in Vietnamese, for a ward too large for a sheet.

    What would become a formula there stands behind an apostrophe.

    Raises:
        OSError: The file cannot be written.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_MARK)
        file.writelines(",".join(map(csv_cell, line)) + "\r\n" for line in chain([HEADINGS], _lines(evaluation)))


def write_answers(ward: Ward) -> None:
    """Write the sheet and name the columns that formulas look answers up in."""
    page, plan = ward.pages[ANSWERS], ward.plan
    head = page.title(
        "DỮ LIỆU ĐÃ ĐỌC", "Mỗi dòng là một câu trả lời trong bảng đơn vị gửi về, đúng như trong tệp; không sửa tại đây."
    )
    page.headings(head, HEADINGS)
    page.widths(page.code_width(17, "|4.5a"), page.code_width(), 24, 11, 12, 14, 22, 40, 44, 20, 8)
    row = head
    if fits_a_sheet(ward.evaluation):
        columns = [Column(col, page.look(meaning)) for col, meaning in enumerate(_MEANINGS)]
        table = Table(page, columns)
        for row, cells in enumerate(_lines(ward.evaluation), start=head + 1):
            table.write(row, cells)
    else:
        row += 1
        name = PurePosixPath(answers_name(plan.settings.edition)).name
        said = f"{len(ward.evaluation.rows)} câu trả lời là quá nhiều cho một trang; tất cả ghi ở tệp “{name}”."
        page.merged(row, 0, len(HEADINGS) - 1, said, "cell")
    last = max(row, head + 1)
    page.name("dl_khoa", 0, head + 1, last)
    page.name("dl_doc_la", 5, head + 1, last)
    page.sheet.freeze_panes(head + 1, 0)
    page.sheet.autofilter(head, 0, last, len(HEADINGS) - 1)
    page.texts_that_look_like_numbers(head + 1, 0, last, len(HEADINGS) - 1)
    page.print_setup((head, head))
