"""Findings that note what was settled without anyone: a copy, an office's edit, lost keys, an unreadable log line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from tdp_xlsx.mail.drafts import prepare
from tdp_xlsx.mail.sending import choose
from tests.kit.ward import FORM, Line, Ward, key_rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """One group, its form made."""
    return Ward.make(tmp_path, [Line("TDP-05", "Tổ dân phố số 5")]).generate()


def test_a_copy_of_a_file_is_noted(ward: Ward) -> None:
    ward.send("TDP-05")
    ward.send("TDP-05", name="Bản sao của bảng.xlsx")
    assert ward.call("check", "--json").codes() == ["G401"]


def test_a_row_that_lost_its_key_is_known_by_its_text_and_noted(ward: Ward) -> None:
    row = key_rows(openpyxl.load_workbook(ward.form("TDP-05"))[FORM])["3.4"]
    ward.send("TDP-05", cells={f"I{row}": None})
    done = ward.call("check", "--json")
    assert done.codes() == ["I317"]
    assert done.groups()["TDP-05"]["status"] == "valid"


def test_a_log_line_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    server = {"Máy chủ thư (SMTP)": "localhost", "Địa chỉ gửi": "phuong@example.vn", "Hạn nộp": "25/11/2021"}
    ward = Ward.make(tmp_path, [Line("TDP-05", "Tổ dân phố số 5")], server).generate()
    log = ward.root / "outbox" / "thu" / "nhat_ky.csv"
    log.parent.mkdir(parents=True)
    log.write_text("Thời gian,Mã đơn vị\nkhông phải một dòng nhật ký\n", encoding="utf-8-sig")
    choice = choose(ward.root, prepare(ward.root))
    assert [finding.code for finding in choice.findings] == ["M713"]
