"""One real round: forms filled and saved by LibreOffice, read, evaluated and consolidated by the command line."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.kit import office as office_kit
from tests.kit.grid import part as read_part
from tests.kit.grid import replace_part, sheet_part
from tests.kit.ward import FORM, NO, YES, Line, Ward, answer_cells, key_rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.node import Node
    from tests.kit.office import Office

REGISTER = [
    Line("TDP-01", "Tổ dân phố số 1"),
    Line("TDP-02", "Tổ dân phố số 2"),
    Line("TDP-03", "Tổ dân phố số 3"),
    Line("TDP-04", "Tổ dân phố số 4"),
    Line("TDP-05", "Tổ dân phố số 5"),
    Line("TDP-06", "Tổ dân phố số 6"),
    Line("B-1", "Bản Thượng", "Bản", farming=YES, countryside=YES),
    Line("B-2", "Bản Trung", "Bản", farming=YES),
    Line("B-3", "Bản Hạ", "Bản", countryside=YES),
    Line("B-4", "Bản Đông", "Bản"),
    Line("B-5", "Bản Tây", "Bản", farming=YES, countryside=YES),
    Line("B-6", "Bản Nam", "Bản"),
]
# What differs from Không to all cases and Có to all criteria.
ANSWERS: dict[str, dict[str, str | None]] = {
    "TDP-01": {},
    "TDP-02": {"2.1": NO},
    "TDP-03": {"3.20": NO},
    "TDP-04": {"2.1": NO, "3.2": NO, "4.5a": NO},
    "TDP-05": {"I.2": YES},
    "TDP-06": {"3.10": None, "4.5b": None},
    "B-1": {},
    "B-2": {"2.10": NO, "2.9": NO},  # 2.10 does not apply to it: its cell is locked, so nobody can answer it
    "B-3": {"2.10": NO},
    "B-4": {"5.5": NO},
    "B-5": {"2.9": NO, "2.10": NO},
    "B-6": {"I.1": YES, "3.17": YES, "5.3": NO},
}
SUFFIXES = ["xlsx", "xls", "ods"]
# Three criteria are for some groups only (the words in brackets in the ward's form).
APPLICABLE = {
    "TDP-01": 43, "TDP-02": 43, "TDP-03": 43, "TDP-04": 43, "TDP-05": 43, "TDP-06": 43,
    "B-1": 44, "B-2": 43, "B-3": 43, "B-4": 42, "B-5": 44, "B-6": 42,
}  # fmt: skip
MET = {
    "TDP-01": 43, "TDP-02": 42, "TDP-03": 42, "TDP-04": 40, "TDP-05": 43, "TDP-06": 41,
    "B-1": 44, "B-2": 42, "B-3": 42, "B-4": 41, "B-5": 42, "B-6": 41,
}  # fmt: skip


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory, office: Office) -> Ward:
    """Twelve groups; a third of the forms comes back in each format."""
    ward = Ward.make(tmp_path_factory.mktemp("round"), REGISTER).generate()
    for index, (code, answers) in enumerate(ANSWERS.items()):
        form = ward.form(code)
        cells = answer_cells(openpyxl.load_workbook(form)[FORM], answers)
        name = f"{code}.{SUFFIXES[index % 3]}"
        office.fill(form, ward.inbox / name, {FORM: cells})
    return ward


def test_statuses_counts_scores_and_ranks_are_those_reckoned_by_hand(ward: Ward) -> None:
    done = ward.call("consolidate", "--json")
    assert done.code == 0
    groups = done.groups()
    assert {code: group["status"] for code, group in groups.items()} == {
        **dict.fromkeys(ANSWERS, "valid"),
        "TDP-05": "disqualified",
        "TDP-06": "incomplete",
        "B-6": "disqualified",
    }
    assert {code: group["applicable"] for code, group in groups.items()} == APPLICABLE
    assert {code: group["met"] for code, group in groups.items()} == MET
    scores = {
        code: Fraction(MET[code], APPLICABLE[code]) for code, group in groups.items() if group["status"] == "valid"
    }
    for code, score in scores.items():
        assert groups[code]["score"] == pytest.approx(float(score), abs=1e-12)
        assert groups[code]["rank"] == 1 + sum(other > score for other in scores.values())
    assert {code: groups[code]["rank"] for code in ("TDP-01", "B-1", "TDP-02", "B-2", "B-4", "B-5", "TDP-04")} == {
        "TDP-01": 1, "B-1": 1, "TDP-02": 3, "B-2": 3, "B-4": 7, "B-5": 8, "TDP-04": 9,
    }  # fmt: skip
    assert groups["TDP-06"]["rank"] is groups["TDP-06"]["score"] is groups["B-6"]["rank"] is None
    assert groups["TDP-05"]["disqualified_by"] == ["I.2"]
    assert groups["B-5"]["standards"] == {"1": [2, 2], "2": [8, 10], "3": [20, 20], "4": [7, 7], "5": [5, 5]}


def test_every_file_is_accounted_for_and_the_blank_answers_are_named(ward: Ward) -> None:
    done = ward.call("check", "--json")
    assert done.code == 1
    assert done.files() == {
        f"inbox/{code}.{SUFFIXES[index % 3]}": "incomplete" if code == "TDP-06" else "accepted"
        for index, code in enumerate(ANSWERS)
    }
    missing = [f for f in done.json["findings"] if f["code"] == "A501"]
    assert [(f["criterion"], f["severity"], f["file"]) for f in missing] == [
        ("3.10", "error", "inbox/TDP-06.ods"),
        ("4.5b", "error", "inbox/TDP-06.ods"),
    ]
    assert "4.5 (dòng thứ hai)" in missing[1]["message"]


def test_the_inbox_is_only_read(ward: Ward) -> None:
    def state() -> dict[str, tuple[bytes, int]]:
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in ward.inbox.iterdir()}

    before = state()
    for command in ("status", "check", "consolidate"):
        ward.call(command)
    assert state() == before


def test_libreoffice_reckons_every_formula_of_the_ward_workbook_as_written(ward: Ward, office: Office) -> None:
    assert ward.call("consolidate").code == 0
    office_kit.assert_recalculates(office, ward.workbook)


def test_no_formula_of_a_blank_or_filled_form_fails(ward: Ward, office: Office) -> None:
    assert office_kit.formula_errors(office, ward.form("B-3")) == []
    assert office_kit.formula_errors(office, ward.inbox / "TDP-01.xlsx") == []


@pytest.mark.exhaustive
def test_microsofts_validator_finds_no_fault(ward: Ward, node: Node) -> None:
    assert ward.call("consolidate").code == 0
    assert node.validate(ward.template, ward.form("TDP-01"), ward.form("B-4"), ward.workbook) == []


@pytest.fixture
def filled(tmp_path: Path, office: Office) -> tuple[Ward, Path, int]:
    """One group's form, answered Có throughout part II in LibreOffice, not yet in the inbox; the row of 2.3."""
    ward = Ward.make(tmp_path, REGISTER[:1]).generate()
    form = ward.form("TDP-01")
    sheet = openpyxl.load_workbook(form)[FORM]
    return ward, office.fill(form, tmp_path / "filled.xlsx", {FORM: answer_cells(sheet)}), key_rows(sheet)["2.3"]


def test_a_stale_mark_kept_by_exceljs_says_nothing_against_a_changed_answer(
    filled: tuple[Ward, Path, int], node: Node
) -> None:
    ward, form, row = filled
    changed = ward.inbox / "changed.xlsx"
    node.exceljs_edit(form, changed, {FORM: {f"E{row}": NO}})
    assert openpyxl.load_workbook(changed, data_only=True)[FORM][f"C{row}"].value == "x"
    done = ward.call("check", "--json")
    assert (done.groups()["TDP-01"]["status"], done.groups()["TDP-01"]["met"]) == ("valid", 42)
    assert done.codes() == []


def test_a_stale_mark_kept_by_exceljs_is_no_answer_where_the_answer_was_cleared(
    filled: tuple[Ward, Path, int], node: Node
) -> None:
    ward, form, row = filled
    changed = ward.inbox / "changed.xlsx"
    node.exceljs_edit(form, changed, {FORM: {f"E{row}": None}})
    assert openpyxl.load_workbook(changed, data_only=True)[FORM][f"C{row}"].value == "x"
    done = ward.call("check", "--json")
    assert done.groups()["TDP-01"]["status"] == "incomplete"
    assert [(f["code"], f["criterion"], f["cell"]) for f in done.json["findings"]] == [("A501", "2.3", f"E{row}")]


@pytest.mark.parametrize("answer", [b"", "<is><t>Không</t></is>".encode()])
def test_a_stale_mark_is_no_answer_when_the_part_itself_was_edited(
    filled: tuple[Ward, Path, int], answer: bytes
) -> None:
    ward, form, row = filled
    part = sheet_part(form, FORM)
    cell = re.compile(rb'<c r="E%d"([^>]*?) t="[^"]*"[^>]*>.*?</c>' % row)
    kind = b' t="inlineStr"' if answer else b""
    content, count = cell.subn(rb'<c r="E%d"\1%b>%b</c>' % (row, kind, answer), read_part(form, part))
    assert count == 1
    replace_part(form, ward.inbox / "edited.xlsx", part, content)
    group = ward.call("check", "--json").groups()["TDP-01"]
    assert (group["status"], group["met"]) == (("valid", 42) if answer else ("incomplete", 42))
