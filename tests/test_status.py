"""The command `status`: one table on any terminal, the counts, the deadline, and what to do next."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING

import pytest

from tdp_xlsx.console import table
from tdp_xlsx.mail.journal import Line, Result, append
from tests.kit.post_office import address
from tests.kit.ward import Line as Entry
from tests.kit.ward import Ward

if TYPE_CHECKING:
    from pathlib import Path

REGISTER = [
    Entry("TDP-05", "Tổ dân phố số 5"),
    Entry("TDP-16", "Tổ dân phố số 16 phường Tân Phong (khu Đông)"),
    Entry("B-1", "Bản Thượng", "Bản"),
    Entry("BAN-SUNG-PHAI-TRUNG-DONG-TAY-NAM", "Bản Sùng Phài", "Bản"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """Four groups with their forms."""
    return Ward.make(tmp_path_factory.mktemp("ward"), REGISTER).generate()


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """A copy of that ward."""
    shutil.copytree(made.root, tmp_path, dirs_exist_ok=True)
    return Ward(tmp_path)


def log(  # noqa: PLR0913 - what a line of the log says
    ward: Ward, day: dt.datetime, group: str, kind: str, *, result: Result = Result.SENT, edition: str = "2021"
) -> None:
    """Have a mail on record."""
    line = Line(day, group, "a@example.vn", kind, f"<{'0' * 32}.{edition}.{group}.1@example.vn>", result)
    append(ward.root / "outbox" / "thu" / "nhat_ky.csv", (line,))


def test_the_table_tells_of_each_group_its_state_file_mails_and_findings(ward: Ward) -> None:
    ward.send("TDP-05", {"I.2": "Có"})
    ward.send("B-1", {"1.1": None, "1.2": None, "I.2": "Có"}, name="ban_thuong.xlsx")
    for day, kind in ((3, "gửi bảng"), (5, "nhắc nộp"), (9, "trả lại")):
        log(ward, dt.datetime(2021, 11, day, 8), "B-1", kind)  # noqa: DTZ001 - the wall clock's
    log(ward, dt.datetime(2021, 11, 4, 8), "TDP-05", "gửi bảng")  # noqa: DTZ001 - likewise
    log(ward, dt.datetime(2021, 11, 4, 8), "TDP-16", "gửi bảng", result=Result.REFUSED)  # noqa: DTZ001 - likewise
    log(ward, dt.datetime(2021, 6, 4, 8), "TDP-16", "gửi bảng", edition="2021-so-ket")  # noqa: DTZ001 - likewise
    done = ward.call("status")
    assert done.code == 0
    assert done.out.splitlines() == [
        "Đơn vị                   Tình trạng       Tệp                Gửi   Nhắc  Lỗi Rõ",
        "------------------------ ---------------- ------------------ ----- ----- --- ---",
        "TDP-05 Tổ dân phố số 5   Hợp lệ, có mục I 2021_TDP-05_bang-… 04/11           1",
        "TDP-16 Tổ dân phố số 16… Chưa nộp",
        "B-1 Bản Thượng           Đề nghị bổ sung  ban_thuong.xlsx    03/11 09/11 2   1",
        "BAN-SUNG-PHAI-TRUNG-DON… Chưa nộp",
        "Gửi, Nhắc: ngày gửi thư. Lỗi: phải sửa mới được tính. Rõ: cần làm rõ.",
        "Tổng số 04 đơn vị: chưa nộp 02; đề nghị bổ sung 01; hợp lệ, có mục I 01.",
    ]


def test_a_table_fits_whatever_stands_in_it() -> None:
    """Wide letters take two columns, marks that combine none."""
    rows = [("a" * 40, "b"), ("漢字" * 20, "b"), ("Tổ dân phố 5", "b"), ("q\u0303uỵ\u0301" * 4, "b")]
    assert list(table(rows, (12, 1))) == [
        "aaaaaaaaaaa… b",
        "------------ -",
        "漢字漢字漢…  b",
        "Tổ dân phố 5 b",
        f"{'q̃uỵ́' * 4} b",
    ]


def test_any_name_of_a_file_keeps_the_table_in_eighty_columns(ward: Ward) -> None:
    ward.send("TDP-05", name="漢字漢字漢字漢字漢字漢字漢字漢字漢字.xlsx")
    ward.send("B-1", name="thư mục/" + "bảng " * 30 + ".xlsx")
    for line in ward.call("status").out.splitlines()[:6]:
        assert sum(2 if char >= "\u2e80" else 1 for char in line) <= 80


@pytest.mark.parametrize(
    ("days", "words"),
    [(5, "Còn 05 ngày đến hạn nộp ("), (0, "Hôm nay là hạn nộp ("), (-12, ") 12 ngày."), (None, "")],
)
def test_the_deadline_is_told_and_that_it_has_passed(ward: Ward, days: int | None, words: str) -> None:
    today = dt.datetime.now().astimezone().date()
    deadline = None if days is None else f"{today + dt.timedelta(days=days):%d/%m/%Y}"
    address(ward, {}, {"Hạn nộp": deadline})
    out = ward.call("status").out
    assert words in out
    assert ("Đã quá hạn nộp" in out) is (days == -12)
    assert ("hạn nộp" in out) is (days is not None)


def test_the_next_step_follows_the_round(ward: Ward) -> None:
    assert "Tiếp theo: gửi bảng (tdp-xlsx mail); chép các tệp" in ward.call("status").err
    ward.send("TDP-05")
    assert "tdp-xlsx mail --remind" in ward.call("status").err
    ward.send("TDP-16", {"1.1": None})
    assert "tdp-xlsx mail --return" in ward.call("status").err
    for code in ("TDP-16", "B-1", "BAN-SUNG-PHAI-TRUNG-DONG-TAY-NAM"):
        ward.send(code)
    assert ward.call("status").err == "Tiếp theo: tdp-xlsx consolidate\n"
    shutil.rmtree(ward.root / "outbox")
    shutil.rmtree(ward.inbox)
    assert "Tiếp theo: lập bảng (tdp-xlsx generate), gửi bảng (tdp-xlsx mail)" in ward.call("status").err


def test_the_document_of_status_is_the_contracts_and_nothing_else(ward: Ward) -> None:
    log(ward, dt.datetime(2021, 11, 4, 8), "TDP-05", "gửi bảng")  # noqa: DTZ001 - the wall clock's
    done = ward.call("status", "--json")
    assert list(done.json) == ["year", "workbook", "groups", "files", "findings", "previous"]
    assert done.json["workbook"] is None
    assert done.err == ""


def test_a_file_of_nobody_knows_whom_is_named(ward: Ward) -> None:
    (ward.inbox / "la.xlsx").write_bytes(b"")
    assert "Chưa rõ của đơn vị nào: inbox/la.xlsx [từ chối]" in ward.call("status").out
