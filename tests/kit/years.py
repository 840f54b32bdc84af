"""Three years of a made-up ward in tests: groups that merge, split and move, criteria that change, forms sent back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl

from tdp_xlsx import api
from tdp_xlsx.document import document
from tdp_xlsx.submission import Intake
from tests.kit.round import Round, submission
from tests.kit.template_book import LINKS, good
from tests.kit.ward import FORM, NO, YES, Line, Ward
from tests.kit.ward_book import CREATED, decision, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tdp_xlsx.model import Plan

Answers = dict[str, dict[str, str | None]]

FIRST: Answers = {
    "TDP-01": {"2.1": NO, "3.1": NO},
    "TDP-02": {"3.1": NO},
    "TDP-03": {"2.1": NO, "4.1": NO},
    "TDP-04": {"2.1": NO, "3.2": NO},
    "TDP-05": {"5.1": NO},
    "TDP-06": {"3.1": NO, "3.2": NO, "3.3": NO},
    "TDP-07": {},
    "TDP-09": {"I.2": YES, "2.2": NO, "5.5": NO},
    "B-01": {"1.1": NO},
    "B-02": {"2.1": NO, "2.2": NO},
    "B-03": {"3.5": NO},
    "B-04": {"3.1": NO},
    "B-05": {"1.2": None},
}
"""Of 2021; TDP-08 sends nothing."""
FIRST_DECIDED = [decision("TDP-02", "Tất cả", "Giữ nguyên"), decision("B-01", "1.1", YES)]
SECOND: Answers = {
    "TDP-01": {"3.1": NO},
    "TDP-02": {"3.1": NO, "4.1": NO},
    "TDP-03": {"2.1": NO},
    "TDP-05": {"5.1": NO},
    "TDP-06": {},
    "TDP-16": {"3.1": NO},
    "TDP-07": {"2.1": NO, "3.2": NO, "5.6": NO},
    "TDP-08": {},
    "TDP-09": {"2.2": NO},
    "TDP-17": {},
    "B-01": {},
    "B-12": {"2.2": NO},
    "B-03": {"3.5": NO},
    "B-05": {},
}
SECOND_DECIDED = [decision("TDP-02", "3.1", YES), decision("B-03", "Tất cả", "Giữ nguyên")]
THIRD: Answers = {code: {} for code in SECOND} | {"TDP-01": {"3.1": NO}, "TDP-02": {"4.1": NO}}
GROUP_LINKS = [
    ("TDP-03", "TDP-03", "Nhập"),
    ("TDP-04", "TDP-03", "Nhập"),
    ("TDP-05", "TDP-05", "Đổi tên"),
    ("TDP-06", "TDP-06", "Chia tách"),
    ("TDP-06", "TDP-16", "Chia tách"),
    ("B-02", "B-12", "Đổi mã"),
    ("B-04", None, "Giải thể"),
    (None, "TDP-17", "Lập mới"),
]
CRITERION_LINKS = [
    ("3.1", "3.1", "Đổi lời không đổi nghĩa"),
    ("3.2", "3.2", "Đổi nghĩa"),
    ("5.5", None, "Bỏ"),
    (None, "5.6", "Mới"),
]


def lines(codes: Sequence[str]) -> list[Line]:
    """Return a register of town groups and villages by their codes."""
    return [
        Line(code, f"Bản {code[2:]}", "Bản") if code.startswith("B-") else Line(code, f"Tổ dân phố số {int(code[4:])}")
        for code in codes
    ]


REGISTER = lines([*sorted({*FIRST, "TDP-08"} - {f"B-0{n}" for n in range(1, 6)}), *(f"B-0{n}" for n in range(1, 6))])


def workbook(ward: Ward, year: int) -> Path:
    """Return where a year's ward workbook lies."""
    return ward.root / "outbox" / f"tong_hop_{year}.xlsx"


def first(root: Path) -> Ward:
    """The ward's year 2021, done: its workbook, without the forms behind it."""
    ward = Ward.make(root, REGISTER)
    plan = good(ward.template).plan
    write(workbook(ward, 2021), Round(plan, intake(plan, FIRST)), FIRST_DECIDED)
    return ward


def intake(plan: Plan, answers: Answers) -> Intake:
    """Return what forms with these answers are read as."""
    groups = [group for group in plan.groups if group.code in answers]
    return Intake((), {one.code: submission(plan, one, answers[one.code]) for one in groups}, frozenset(), ())


def second(before: Ward, root: Path) -> tuple[Ward, dict[str, Any]]:
    """The ward's year 2022 before any decision: its workbook, without the forms, and the JSON that goes with it."""
    ward = second_folder(before, root)
    template = good(ward.template)
    assessed = api.assess(template, intake(template.plan, SECOND), last=api.last_year(root))
    api.write_workbook(workbook(ward, 2022), assessed, created=CREATED)
    return ward, document(assessed.evaluation, (), assessed.findings, workbook=None)


def second_folder(before: Ward, root: Path, *, links: bool = True) -> Ward:
    """The folder of 2022, with its register, its criteria and, unless told otherwise, all that is said of both."""
    assert before.call("new-year", root).code == 0
    ward = Ward(root)
    book = openpyxl.load_workbook(ward.template)
    register = book["Danh sách đơn vị"]
    register.delete_rows(2, register.max_row)
    for line in lines(list(SECOND)):
        name = "Tổ dân phố Sông Đà" if line.code == "TDP-05" else "Bản 02" if line.code == "B-12" else line.name
        register.append([line.code, line.kind, name, line.farming, line.countryside, NO])
    change_form(book[FORM])
    if links:
        lay(book[LINKS], GROUP_LINKS, "Mã năm trước")
        lay(book[LINKS], CRITERION_LINKS, "Tiêu chí năm trước")
    book.save(ward.template)
    return ward


def change_form(sheet: Any) -> None:
    """Reword 3.1 and 3.2, put 5.6 in the place of 5.5, and give 2.1 three points."""
    head = next(row for row in sheet.iter_rows() if any(cell.value == "Mã" for cell in row))
    at = {cell.value: cell.column for cell in head}
    rows = {row[at["Mã"] - 1].value: row for row in sheet.iter_rows(min_row=head[0].row + 1)}
    for code in ("3.1", "3.2"):
        cell = rows[code][at["Tiêu chí"] - 1]
        cell.value = f"{cell.value} (sửa đổi)"
    rows["2.1"][at["Điểm"] - 1].value = 3
    last = rows["5.5"]
    for heading, text in (("Mã", "5.6"), ("Số tt", "5.6"), ("Tiêu chí", "Có tổ công nghệ số cộng đồng hoạt động")):
        last[at[heading] - 1].value = text


def lay(sheet: Any, links: Sequence[Sequence[str | None]], heading: str) -> None:
    """Write links into the table of the sheet that begins with a heading, in place of the codes listed there."""
    top = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == heading)
    for row in range(top + 1, top + 90):
        if sheet.cell(row, 1).value in {"Tiêu chí năm trước", "2. Tiêu chí"}:
            break
        cells = links[row - top - 1] if row - top <= len(links) else (None, None, None)
        for column, text in enumerate(cells, start=1):
            sheet.cell(row, column).value = text


def send_all(ward: Ward, answers: Answers, year: int) -> Ward:
    """Make and send every form."""
    ward.generate()
    for code, own in answers.items():
        ward.send(code, own, edition=str(year))
    return ward


def previous(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says of each group beside the year before."""
    return {group["code"]: group["previous"] for group in document["groups"]}
