"""What the officer does with files and folders otherwise than meant: nothing filled is lost, each is named."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.kit.ward import FORM, Line, Ward, answer_cells

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.kit.office import Office

REGISTER = [Line("TDP-001", "Tổ dân phố số 1"), Line("TDP-002", "Tổ dân phố số 2"), Line("B-1", "Bản Thượng", "Bản")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    return Ward.make(tmp_path_factory.mktemp("ward") / "phuong", REGISTER).generate()


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """A copy to change."""
    return Ward(shutil.copytree(made.root, tmp_path / "phường"))


def fill(office: Office, form: Path, target: Path, answers: Mapping[str, str | None] | None = None) -> Path:
    """Fill a form with LibreOffice, completely but for ``answers``; the target may be the form itself."""
    cells = answer_cells(openpyxl.load_workbook(form)[FORM], answers)
    typed = office.fill(form, target.parent / f"dang-dien{target.suffix}", {FORM: cells})
    return typed.replace(target)


@pytest.mark.parametrize(
    "name", ["2021_TDP-002_bang-tu-danh-gia.ods", "2021_TDP-002_bang-tu-danh-gia_lan-2.xlsx", "to2.zip"]
)
def test_a_form_under_another_groups_name_counts_for_whom_it_says_and_both_are_told(
    ward: Ward, office: Office, name: str
) -> None:
    inside = "inbox/" + name
    if name == "to2.zip":
        form = fill(office, ward.form("TDP-001"), ward.root / ward.form("TDP-002").name)
        shutil.make_archive(str(ward.inbox / "to2"), "zip", ward.root, form.name)
        form.unlink()
        inside = f"inbox/to2.zip/{form.name}"
    else:
        fill(office, ward.form("TDP-001"), ward.inbox / name)
    fill(office, ward.form("B-1"), ward.inbox / "2021_B-1_bang-tu-danh-gia (1).xlsx")
    done = ward.call("check", "--json")
    assert {code: group["status"] for code, group in done.groups().items()} == {
        "TDP-001": "valid",
        "TDP-002": "missing",
        "B-1": "valid",
    }
    (told,) = done.json["findings"]
    assert (told["code"], told["severity"], told["group"], told["file"]) == ("G406", "warning", "TDP-001", inside)
    assert told["message"] == (
        f"Tệp “{inside}” mang tên bảng của Tổ dân phố số 2 (TDP-002) nhưng bên trong là bảng của Tổ dân phố số 1 "
        "(TDP-001); kết quả là của Tổ dân phố số 1 (TDP-001), không phải của Tổ dân phố số 2 (TDP-002)."
    )
    assert ward.call("consolidate").code == 0
    sheet = openpyxl.load_workbook(ward.workbook)["Nội dung cần làm rõ"]
    assert any("TDP-002" in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_a_copy_under_another_groups_name_is_told_though_it_is_a_duplicate(ward: Ward, office: Office) -> None:
    """The second leader sent the first one's form: that it is told once already must not hide it."""
    form = fill(office, ward.form("TDP-001"), ward.inbox / ward.form("TDP-001").name)
    shutil.copy2(form, ward.inbox / ward.form("TDP-002").name)
    assert "G406" in ward.call("check", "--json").codes()
