"""The demonstration: a whole round through the real commands, and everything it makes says that it is made up."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.kit.ward import Done, call

if TYPE_CHECKING:
    from pathlib import Path

MARK = "SỐ LIỆU MINH HỌA"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """The demonstration's folder and what the command said."""
    root = tmp_path_factory.mktemp("demo")
    return root / "demo", call("-C", root, "demo")


def test_it_ends_by_telling_where_the_workbook_is_and_what_to_look_at(ran: tuple[Path, Done]) -> None:
    folder, done = ran
    assert done.code == 0
    assert f"Sổ tổng hợp ({MARK}): {folder / 'outbox' / 'tong_hop_2021.xlsx'}" in done.err
    assert "Nên xem" in done.err
    assert "Tổng số 14 đơn vị: chưa nộp 02; đề nghị bổ sung 01; hợp lệ, có mục I 02; hợp lệ 09." in done.out


def test_it_holds_every_kind_of_answer_a_ward_gets(ran: tuple[Path, Done]) -> None:
    done = call("-C", ran[0], "status", "--json")
    groups = done.groups()
    assert {code: (g["status"], g["rank"], g["met"], g["applicable"]) for code, g in groups.items()} == {
        "MH-01": ("valid", 1, 43, 43),
        "MH-02": ("valid", 3, 41, 43),
        "MH-03": ("valid", 3, 41, 43),
        "MH-04": ("incomplete", None, 39, 43),
        "MH-05": ("disqualified", None, 42, 43),
        "MH-06": ("valid", 8, 38, 43),
        "MH-07": ("valid", 6, 40, 43),
        "MH-08": ("missing", None, 0, 43),
        "MH-09": ("missing", None, 0, 43),
        "MH-11": ("valid", 1, 44, 44),
        "MH-12": ("valid", 7, 39, 43),
        "MH-13": ("valid", 3, 41, 43),
        "MH-14": ("valid", 9, 35, 42),
        "MH-15": ("disqualified", None, 42, 43),
    }
    statuses = done.files()
    assert statuses["inbox/2021_MH-08_bang-tu-danh-gia.xlsx"] == "kept"
    assert statuses["inbox/2021_MH-07_bang-tu-danh-gia.ods"] == "accepted"
    assert sorted(statuses[name] for name in statuses if "MH-06" in name) == ["accepted", "duplicate"]


def test_every_sheet_and_form_says_that_it_is_made_up(ran: tuple[Path, Done]) -> None:
    folder = ran[0]
    book = openpyxl.load_workbook(folder / "outbox" / "tong_hop_2021.xlsx", data_only=True)
    for sheet in book.worksheets:
        shown = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
        header = sheet.oddHeader
        assert header is not None
        printed = "".join(str(part.text) for part in (header.left, header.center, header.right))
        assert MARK in printed or any(MARK in text for text in shown), sheet.title
    with zipfile.ZipFile(folder / "outbox" / "bieu_mau" / "2021_MH-01_bang-tu-danh-gia.xlsx") as form:
        assert form.read("xl/worksheets/sheet1.xml").decode().count(MARK) == 2  # the line of the group, the page's head


@pytest.mark.exhaustive
def test_running_again_replaces_it_but_never_a_folder_that_is_something_else(tmp_path: Path) -> None:
    mine = tmp_path / "cua toi"
    mine.mkdir()
    (mine / "quan trong.txt").write_text("x")
    done = call("-C", tmp_path, "demo", "cua toi")
    assert done.code == 2
    assert "không dùng để chạy thử" in done.err
    assert [path.name for path in mine.iterdir()] == ["quan trong.txt"]
    for _ in range(2):
        assert call("-C", tmp_path, "demo", "thử").code == 0
    assert len(list((tmp_path / "thử" / "outbox").glob("*.xlsx"))) == 1


def test_it_says_so_when_its_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("x")
    done = call("-C", tmp_path, "demo", "tep")
    assert done.code == 2
    assert "Không dọn được thư mục" in done.err
