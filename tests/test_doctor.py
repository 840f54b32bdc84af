"""The doctor finds what would stop a round, and says in plain words what to mend."""

from __future__ import annotations

import shutil
from collections import namedtuple
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tdp_xlsx import doctor
from tests.kit.ward import Line, Ward, call

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """A folder with nothing wrong."""
    return Ward.make(tmp_path / "phuong", [Line("TDP-05", "Tổ dân phố số 5"), Line("B-1", "Bản 1", kind="Bản")])


def files(root: Path) -> dict[str, bytes]:
    """Return what stands in a folder."""
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_sound_folder_needs_nothing_and_is_left_as_it_is(ward: Ward) -> None:
    before = files(ward.root)
    done = ward.call("doctor")
    assert done.code == 0
    assert "SỬA" not in done.out
    assert "Sổ mẫu đúng: năm 2021, 02 đơn vị (01 tổ dân phố, 01 bản)." in done.out
    assert "Chưa có thư điện tử: TDP-05, B-1" in " ".join(done.out.split())
    assert "Không có chỗ nào phải sửa. Tiếp theo: tdp-xlsx generate" in done.err
    assert files(ward.root) == before
    assert "Tiếp theo: tdp-xlsx status" in ward.generate().call("doctor").err


def test_a_register_with_every_address_is_simply_good(ward: Ward) -> None:
    book = openpyxl.load_workbook(ward.template)
    for row in (2, 3):
        book["Danh sách đơn vị"].cell(row, 9).value = f"to{row}@example.vn"
    book.save(ward.template)
    assert "- ĐƯỢC: Sổ mẫu đúng" in ward.call("doctor").out


def test_no_folder_and_no_template_are_told_with_the_command_that_makes_them(tmp_path: Path) -> None:
    done = call("-C", tmp_path / "khong co", "doctor")
    assert done.code == 1
    assert "tdp-xlsx init" in done.out
    assert call("-C", tmp_path, "doctor").code == 1
    assert "Chưa có thư mục" in call("-C", tmp_path, "doctor").out


def test_every_mistake_of_the_template_is_told(ward: Ward) -> None:
    book = openpyxl.load_workbook(ward.template)
    book["Danh sách đơn vị"]["B2"] = "Thôn"
    book["Danh sách đơn vị"]["C3"] = None
    book.save(ward.template)
    done = ward.call("doctor")
    assert done.code == 1
    assert "ô B2" in done.out
    assert "ô C3" in done.out


@pytest.mark.parametrize("name", ["outbox/~$tong_hop_2021.xlsx", "templates/.~lock.self_assessment_template.xlsx#"])
def test_left_over_lock_files_are_named(ward: Ward, name: str) -> None:
    (ward.root / name).write_bytes(b"x")
    done = ward.call("doctor")
    assert done.code == 1
    assert name.rpartition("/")[2] in done.out


def test_a_folder_that_cannot_be_written_to_is_told(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    done = ward.call("doctor")
    assert done.code == 1
    assert done.out.count("Không ghi được vào") == 3


def test_a_full_disk_is_told_with_what_is_left(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 12 * 1024 * 1024))
    done = ward.call("doctor")
    assert done.code == 1
    assert "Ổ đĩa chỉ còn 12 MB" in done.out


def test_paths_excel_cannot_open_names_windows_refuses_and_synced_folders_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "OneDrive" / ("x" * 120) / "phường."
    assert call("init", folder).code == 0
    told = " ".join(call("-C", folder, "doctor").out.split())
    assert "Excel sẽ không mở được" in told
    assert "kết thúc bằng dấu chấm" in told
    assert "ổ đồng bộ" in told


def test_an_old_python_and_old_or_missing_libraries_are_told_with_the_command_that_mends_them() -> None:
    checks = [
        doctor.check_python((3, 9, 2)),
        *doctor.check_libraries(["click>=99.1", "khong-co>=1.0", "pytest>=9; extra == 'x'"]),
    ]
    told = " ".join(" ".join(doctor.lines(checks)).split())
    assert "Python 3.9.2 quá cũ" in told
    assert "cần từ 99.1" in told
    assert "Thiếu thư viện khong-co" in told
    assert '-m pip install "click>=99.1"' in told
    assert "pytest" not in told


def test_in_a_bundle_libraries_are_mended_by_unpacking_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tdp-xlsx.cmd").touch()
    monkeypatch.setattr("sys.executable", str(tmp_path / "python" / "python.exe"))
    fixes = {check.fix for check in doctor.check_libraries(["click>=99.1", "khong-co>=1.0"])}
    assert fixes == {
        "Giải nén lại gói chương trình vào một thư mục mới, hoặc chạy lại bộ cài; thư mục làm việc giữ nguyên."
    }


def test_every_library_is_looked_at_whatever_versions_are_asked_for() -> None:
    told = " ".join(" ".join(doctor.lines(doctor.check_libraries())).split())
    for name in ("click", "msoffcrypto-tool", "olefile", "openpyxl", "pandas", "pebble", "psutil", "python-calamine"):
        assert f"{name} " in told
    assert "xlsxwriter " in told
    (both,) = doctor.check_libraries(["click<99,>=98.1"])
    assert "cần từ 98.1" in both.message


def test_libreoffice_is_no_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdp_xlsx.report.pdf.find_office", lambda: None)
    assert doctor.check_office().verdict is doctor.Verdict.NOTE


def test_a_console_without_vietnamese_letters_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stream:
        encoding = "cp1258"

    monkeypatch.setattr("sys.stdout", Stream())
    check = doctor.check_terminal()
    assert check.verdict is doctor.Verdict.NOTE
    assert "Windows Terminal" in check.fix
    assert "chcp" not in check.fix
