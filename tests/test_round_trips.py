"""Through the programs leaders use: the same answers out as went in, evidence too, or a named question."""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from tdp_xlsx.folder import load_template
from tdp_xlsx.intake.expected import Expected
from tdp_xlsx.intake.understand import understand
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.submission import InboxFile
from tests.kit.grid import edit
from tests.kit.returned import MOMENT, codes, values
from tests.kit.ward import FORM, Line, Ward, answer_cells, key_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tdp_xlsx.intake.understand import Understood
    from tests.kit.node import Node
    from tests.kit.office import Office

    Fill = Callable[[Path, Path, Mapping[str, Mapping[str, str | None]]], object]

NFD = unicodedata.normalize("NFD", "đã họp tổ, nhân dân đồng thuận")
EVIDENCE = {
    "1.1": "=1+1",
    "1.2": "-5",
    "2.1": "“cong”, \"thẳng\" và 'đơn'",
    "2.2": "dòng một\ndòng hai",
    "2.3": NFD,
    "2.4": "95,5%",
    "2.6": "50/80 hộ",
    "3.1": "+84 900 000 000",
    "3.2": "@gmail <b>&amp;",
    "3.4": "  hai  dấu cách  ",
}
NO_TO = {"1.2": "Không", "2.1": "Không", "3.10": "Không", "3.20": "Không", "4.5b": "Không", "5.5": "Không"}


@dataclass(frozen=True)
class Trip:
    """One ward's blank form, filled and read back."""

    ward: Ward

    @property
    def cells(self) -> dict[str, dict[str, str | None]]:
        """What a leader fills in: every answer, and evidence."""
        sheet = openpyxl.load_workbook(self.ward.form("BAN-02"))[FORM]
        rows = key_rows(sheet)
        return {FORM: answer_cells(sheet, NO_TO) | {f"F{rows[code]}": text for code, text in EVIDENCE.items()}}

    def understand(self, path: Path) -> Understood:
        """Read a returned file."""
        expected = Expected(load_template(self.ward.root).plan)
        return understand(expected, InboxFile("inbox/bang", "0" * 64, 1, MOMENT), read_workbook(path))[0]


@pytest.fixture(scope="module")
def trip(tmp_path_factory: pytest.TempPathFactory) -> Trip:
    line = Line("BAN-02", "Bản Nà Bó", kind="Bản", farming="Có", countryside="Có")
    return Trip(Ward.make(tmp_path_factory.mktemp("ward"), [line]).generate())


@pytest.fixture
def gnumeric() -> str:
    program = shutil.which("ssconvert")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Gnumeric (ssconvert) is not installed")
    return str(program)


def check(trip: Trip, path: Path) -> Understood:
    understood = trip.understand(path)
    assert codes(understood) in ([], ["I320"])  # SheetJS keeps 255 characters of a text in .xls
    assert (understood.outcome.status, understood.outcome.group) == ("accepted", "BAN-02")
    said = values(understood.submission)
    assert len(said) == 47
    usual = {code: "Không" if code.startswith("I.") else "Có" for code in said}
    assert said == usual | NO_TO
    assert understood.submission is not None
    evidence = {c: a.evidence for c, a in understood.submission.answers.items() if a.evidence}
    assert {c: text.strip() for c, text in evidence.items()} == {c: text.strip() for c, text in EVIDENCE.items()}
    return understood


@pytest.mark.parametrize(
    "suffix", ["xlsx", "ods", *(pytest.param(suffix, marks=pytest.mark.exhaustive) for suffix in ("xlsm", "xls"))]
)
def test_libreoffice(trip: Trip, office: Office, tmp_path: Path, suffix: str) -> None:
    check(trip, office.fill(trip.ward.form("BAN-02"), tmp_path / f"a.{suffix}", trip.cells))


@pytest.mark.exhaustive
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_gnumeric(trip: Trip, gnumeric: str, tmp_path: Path, suffix: str) -> None:
    filled, target = tmp_path / "a.xlsx", tmp_path / f"b.{suffix}"
    fill_as_text(trip, filled)
    subprocess.run([gnumeric, str(filled), str(target)], check=True, capture_output=True, timeout=120)
    check(trip, target)


def fill_as_text(trip: Trip, target: Path) -> None:
    """Fill with openpyxl, which would take `=1+1` for a formula unless told."""
    book = openpyxl.load_workbook(trip.ward.form("BAN-02"))
    for address, value in trip.cells[FORM].items():
        cell = book[FORM][address]
        cell.value = value
        if value is not None:
            cell.data_type = "s"
    book.save(target)


def test_openpyxl(trip: Trip, tmp_path: Path) -> None:
    fill_as_text(trip, tmp_path / "a.xlsx")
    check(trip, edit(tmp_path / "a.xlsx", {}))


@pytest.mark.exhaustive
def test_exceljs(trip: Trip, node: Node, tmp_path: Path) -> None:
    check(trip, node.exceljs_edit(trip.ward.form("BAN-02"), tmp_path / "a.xlsx", trip.cells))


@pytest.mark.exhaustive
@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "xlsb", "xls", "ods"])
def test_sheetjs(trip: Trip, node: Node, tmp_path: Path, suffix: str) -> None:
    check(trip, node.sheetjs_save(trip.ward.form("BAN-02"), tmp_path / f"a.{suffix}", trip.cells))


@pytest.mark.exhaustive
def test_one_program_after_the_other(trip: Trip, office: Office, node: Node, gnumeric: str, tmp_path: Path) -> None:
    first = office.fill(trip.ward.form("BAN-02"), tmp_path / "a.xls", trip.cells)
    second = tmp_path / "b.ods"
    subprocess.run([gnumeric, str(first), str(second)], check=True, capture_output=True, timeout=120)
    third = node.sheetjs_save(second, tmp_path / "c.xlsx")
    check(trip, office.convert(third, tmp_path / "d.ods"))


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        pytest.param("xlsx", "accepted", marks=pytest.mark.exhaustive),
        pytest.param("ods", "accepted", marks=pytest.mark.exhaustive),
        ("xls", "incomplete"),
    ],
)
def test_marks_through_libreoffice(trip: Trip, office: Office, tmp_path: Path, suffix: str, expected: str) -> None:
    rows = key_rows(openpyxl.load_workbook(trip.ward.form("BAN-02"))[FORM])
    cells = trip.cells[FORM] | {f"E{rows['2.3']}": None, f"D{rows['2.3']}": "x"}
    understood = trip.understand(office.fill(trip.ward.form("BAN-02"), tmp_path / f"a.{suffix}", {FORM: cells}))
    assert understood.outcome.status == expected
    if expected == "accepted":
        assert values(understood.submission)["2.3"] == "Không"
    else:
        assert codes(understood, "error") == ["A510"]


@pytest.mark.exhaustive
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "xlsb", "ods"])
def test_stale_marks_of_sheetjs_never_speak(
    trip: Trip, office: Office, node: Node, tmp_path: Path, suffix: str
) -> None:
    """SheetJS changes the word and keeps the old value of the formula beside it."""
    filled = office.fill(trip.ward.form("BAN-02"), tmp_path / "a.xlsx", trip.cells)
    rows = key_rows(openpyxl.load_workbook(filled)[FORM])
    turned = {FORM: {f"E{rows['2.3']}": "Không", f"E{rows['2.4']}": None}}
    understood = trip.understand(node.sheetjs_save(filled, tmp_path / f"b.{suffix}", turned))
    said = values(understood.submission)
    assert (said["2.3"], said["2.4"]) == ("Không", None)
    assert said["2.6"] == "Có"
    assert [f.place.criterion for f in understood.findings if f.severity == "error"] == ["2.4"]


@pytest.mark.parametrize("suffix", ["xlsx", pytest.param("ods", marks=pytest.mark.exhaustive)])
def test_what_leaders_do_to_answer_cells_is_told_the_same_through_libreoffice(
    trip: Trip, office: Office, tmp_path: Path, suffix: str
) -> None:
    fill_as_text(trip, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book[FORM]
    rows = key_rows(sheet)
    for code in ("3.1", "3.4", "3.6", "3.8", "3.12"):
        sheet[f"E{rows[code]}"] = None
    sheet.merge_cells(f"E{rows['2.5']}:E{rows['2.7']}")
    sheet[f"E{rows['3.3']}"].font = Font(strike=True)
    sheet[f"E{rows['3.4']}"].comment = Comment("Có", "Tổ trưởng")
    sheet[f"E{rows['3.5']}"] = f"=E{rows['3.3']}"
    sheet[f"G{rows['3.6']}"] = "Có"
    sheet[f"D{rows['3.7']}"] = "x"
    sheet[f"D{rows['3.8']}"] = "x"
    sheet[f"E{rows['3.9']}"] = "#N/A"
    sheet[f"E{rows['3.11']}"] = 1
    sheet[f"C{rows['3.12']}"] = None
    sheet[f"C{rows['3.12']}"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet.row_dimensions[rows["3.14"]].hidden = True
    sheet.auto_filter.ref = f"A{rows['I.1'] - 1}:G{rows['5.5']}"
    book.save(tmp_path / "b.xlsx")
    understood = trip.understand(office.convert(tmp_path / "b.xlsx", tmp_path / f"c.{suffix}"))
    assert {f.place.criterion: f.code for f in understood.findings if f.severity == "error"} == {
        "2.6": "A517",
        "2.7": "A517",
        "3.1": "A501",
        "3.3": "A512",
        "3.4": "A501",
        "3.5": "A508",
        "3.6": "A518",
        "3.7": "A505",
        "3.9": "A509",
        "3.11": "A503",
        "3.12": "A514",
    }
    assert "I316" in codes(understood, "warning")
    said = values(understood.submission)
    assert (said["2.5"], said["3.8"], said["3.14"], said["3.10"]) == ("Có", "Không", "Có", "Không")
