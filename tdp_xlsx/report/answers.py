"""The sheet ``Dữ liệu``: every answer as it was read, with its file and cell; all formulas look answers up here."""

from __future__ import annotations

import re
from functools import lru_cache
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
_PLAIN = re.compile(r"\w[\w.-]*")
"""Codes that hold neither quotes nor the sign of a formula."""

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
        file.write(_MARK + ",".join(map(csv_cell, HEADINGS)) + "\r\n")
        file.writelines(_csv_lines(evaluation))


_usual_csv_cell = lru_cache(maxsize=4096)(csv_cell)


def _usual(text: str) -> str:
    """Return the cell of a text that mostly repeats; long ones are not worth remembering."""
    return _usual_csv_cell(text) if len(text) < _WORTH_REMEMBERING else csv_cell(text)


_WORTH_REMEMBERING = 200


def _csv_lines(evaluation: Evaluation) -> Iterator[str]:
    """Yield the table's lines; the cells of a group and of a criterion are made once for each."""
    names = {group.code: group.name for group in evaluation.plan.groups}
    criteria = {one.code: f"{csv_cell(one.code)},{csv_cell(one.label)}" for one in evaluation.plan.criteria}
    plain_codes = {one.code for one in evaluation.plan.criteria if _PLAIN.fullmatch(one.code)}
    last, begin, plain, where = "", "", False, ""
    for group, criterion, value, state, raw, evidence, file, sheet, cell, *_ in evaluation.rows:
        if group != last:
            last, where = group, f"{csv_cell(file)},{csv_cell(sheet)}"
            begin, plain = f"{csv_cell(group)},{csv_cell(names[group])}", bool(_PLAIN.fullmatch(group))
        key = f"{group}|{criterion}"
        key = f'"{key}"' if plain and criterion in plain_codes else csv_cell(key)
        word = answer_word(value, state)
        yield (
            f"{key},{begin},{criteria[criterion]},{_usual(word)},{_usual(raw)},{_usual(evidence)},"
            f"{where},{_usual(cell)}\r\n"
        )


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
