"""Which of two files of a group counts, and which wording of a row is the criterion's: told by the command line."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tdp_xlsx.folder import load_template
from tdp_xlsx.forms.writer import FormWriter
from tests.kit.ward import FORM, Ward, key_rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    return Ward.make(tmp_path_factory.mktemp("ward") / "phuong").generate()


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """A copy to change."""
    return Ward(shutil.copytree(made.root, tmp_path / "phuong"))


def text_cell(ward: Ward, code: str) -> tuple[str, str]:
    """Return the cell of a criterion's text, and the text."""
    sheet = openpyxl.load_workbook(ward.form("TDP-05"))[FORM]
    row = key_rows(sheet)[code]
    return f"B{row}", str(sheet.cell(row, 2).value)


@pytest.mark.parametrize(("number", "refused"), [(1, "rejected"), (2, "superseded")])
def test_a_refused_file_gives_way_to_a_later_sending_alone(ward: Ward, number: int, refused: str) -> None:
    cell, _ = text_cell(ward, "2.3")
    ward.send("TDP-05", name="cu.xlsx", cells={cell: "Lời khác hẳn"})
    template = load_template(ward.root)
    FormWriter(template).write(template.plan.group_by_code["TDP-05"], ward.form("TDP-05"), number=number)
    ward.send("TDP-05", name="moi.xlsx")
    done = ward.call("check", "--json")
    assert done.files() == {"inbox/cu.xlsx": refused, "inbox/moi.xlsx": "accepted"}
    assert done.groups()["TDP-05"]["status"] == "valid"
    assert [finding["file"] for finding in done.json["findings"] if finding["severity"] == "error"] == (
        ["inbox/cu.xlsx"] if number == 1 else []
    )


@pytest.mark.parametrize(
    ("length", "status"), [(255, "accepted"), (254, "rejected"), (256, "rejected"), (120, "rejected"), (0, "rejected")]
)
def test_a_text_is_cut_where_old_programs_cut_it_and_nowhere_else(ward: Ward, length: int, status: str) -> None:
    cell, text = text_cell(ward, "3.17")
    assert len(text) > 256
    ward.send("TDP-05", name="a.xlsx", cells={cell: text[:length]})
    done = ward.call("check", "--json")
    assert done.files() == {"inbox/a.xlsx": status}
    assert ("I320" in done.codes()) is (status == "accepted")
