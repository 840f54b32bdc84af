"""The menu, through the command line: fed line by line, and on a terminal of 80 columns and 25 lines."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tdp_xlsx import layout
from tdp_xlsx.prepare import STARTER, lay_starter, starter
from tests.kit.ward import Line, Ward, call

if TYPE_CHECKING:
    from pathlib import Path

TWO = [Line("TDP-05", "Tổ dân phố số 5"), Line("TDP-16", "Tổ dân phố số 16")]


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """Two groups, no form made yet."""
    return Ward.make(tmp_path / "phường Tân Phong", TWO)


def chosen(root: Path, *lines: str, dropped: tuple[Path, ...] = ()) -> list[str]:
    """Feed the menu these lines; return what it shows before each, and after the last."""
    done = subprocess.run(
        [sys.executable, "-m", "tdp_xlsx", "-C", str(root), "menu", *map(str, dropped)],
        input="".join(f"{line}\n" for line in lines),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "Traceback" not in done.stdout
    assert "ngoài dự kiến" not in done.stdout
    return re.split(r"(?<=: )\n", done.stdout)


def proposed(shown: str) -> list[str]:
    """Return the number of the step that is proposed."""
    return re.findall(r"^→ +(\d+)\.", shown, re.MULTILINE)


# --- a round ----------------------------------------------------------------------------------------------------------


def test_a_whole_round_is_done_by_taking_what_is_proposed(tmp_path: Path) -> None:
    root = tmp_path / "phường mới"
    shown = chosen(tmp_path, "", "phường mới", "2021", "", "", "0")
    assert "Chưa có sổ mẫu" in shown[0]
    assert [proposed(one) for one in shown if proposed(one)] == [["1"], ["2"], ["3"], ["4"]]
    assert "UBND phường Tân Phong, năm 2021" in shown[3]
    assert "Đã lập 00/02 bảng" in shown[3]
    ward = Ward(root)
    assert [path.name for path in sorted((root / "outbox" / "thu").iterdir())] == ["2021_TDP-05.txt", "2021_TDP-16.txt"]
    ward.send("TDP-05", {"2.3": None})
    shown = chosen(root, "", "", "", "", "", "0")
    assert [proposed(one) for one in shown if proposed(one)] == [["5"], ["7"], ["9"], ["10"], ["4"], ["4"]]
    assert "A501" in shown[1]
    assert "Đã lập 02/02 bảng, soạn 00 thư; inbox có 01 tệp." in shown[0]
    assert "Tổng số 02 đơn vị: chưa nộp 01; đề nghị bổ sung 01." in shown[0]
    assert ward.workbook.is_file()
    assert (root / "outbox" / "thu" / "2021_TDP-05_tra-lai.txt").is_file()
    assert (root / "outbox" / "thu" / "2021_TDP-16_nhac.txt").is_file()
    time.sleep(0.02)
    ward.send("TDP-05")
    ward.send("TDP-16")
    shown = chosen(root, "", "co", "0")
    assert "sau đó inbox, sổ mẫu có thay đổi" in shown[0]
    assert [proposed(one) for one in shown if proposed(one)] == [["7"], ["8"]]
    assert "Tổng số 02 đơn vị: hợp lệ 02." in shown[2]


def test_the_end_of_input_ends_it_wherever_it_stands(ward: Ward) -> None:
    ward.generate()
    assert proposed(chosen(ward.root)[0]) == ["3"]
    assert "sẽ được thay" in chosen(ward.root, "2")[1]


def test_a_wrong_word_is_told_and_asked_again(ward: Ward) -> None:
    shown = chosen(ward.root, "99", "tổng hợp", "²", "x" * 5000, "a\0b", "0")
    assert "Không có bước “99”. Gõ một số từ 0 đến 13." in shown[1]
    assert "Không có bước “tổng hợp”" in shown[2]
    assert "Không có bước “²”" in shown[3]
    assert "Không có bước “xxx" in shown[4]
    assert "Không có bước “a" in shown[5]


@pytest.mark.exhaustive
def test_nothing_is_replaced_unless_the_officer_says_so(ward: Ward) -> None:
    ward.generate().send("TDP-05")
    assert ward.call("consolidate").code == 0
    before = ward.workbook.read_bytes()
    for said in ("", "không", "0", "Thôi"):
        chosen(ward.root, "7", said, "0")
        assert ward.workbook.read_bytes() == before
    chosen(ward.root, "7", "Có", "0")
    assert ward.workbook.read_bytes() != before


def test_what_follows_the_ward_workbook_is_made_from_the_menu_too(ward: Ward) -> None:
    ward.generate()
    for code in ("TDP-05", "TDP-16"):
        ward.send(code)
    shown = chosen(ward.root, "12", "13", "0")
    assert "consolidate" in shown[1]
    assert "consolidate" in shown[2]
    assert not (ward.root / layout.RESULTS).exists()
    assert ward.call("consolidate").code == 0
    shown = chosen(ward.root, "12", "13", "", "13", "co", "0")
    assert f"Ở đây: {ward.root / layout.DRAFTS}" in shown[1]
    assert len(list((ward.root / layout.DRAFTS).glob("*.docx"))) == 3
    assert f"Ở đây: {ward.root / layout.RESULTS}" in shown[2]
    assert len(list((ward.root / layout.RESULTS).glob("*.xlsx"))) == 2
    assert "Thư" not in shown[3]
    assert f"Ở đây: {ward.root / layout.MAIL}" in shown[5]
    assert len(list((ward.root / layout.MAIL).glob("*_ket-qua.txt"))) == 2


def test_mistakes_of_the_template_are_shown_and_the_template_is_proposed(ward: Ward) -> None:
    ward.template.write_bytes(b"no workbook")
    shown = chosen(ward.root, "2", "0")
    assert "Không đọc được sổ mẫu" in shown[0]
    assert proposed(shown[0]) == ["1"]
    assert "Không đọc được sổ mẫu" in shown[1]


def test_another_working_folder_is_entered_by_its_path(ward: Ward, tmp_path: Path) -> None:
    shown = chosen(tmp_path, f'"{ward.root}"', "0")
    assert "Chưa có sổ mẫu" in shown[0]
    assert "UBND phường Tân Phong" in shown[1]


# --- dropped files ----------------------------------------------------------------------------------------------------


def test_dropped_files_are_copied_never_over_another_and_checked(ward: Ward, tmp_path: Path) -> None:
    ward.generate()
    first = ward.send("TDP-05", {"2.3": None}, name="bảng.xlsx")
    second = first.rename(tmp_path / "bảng.xlsx")
    (ward.inbox / "bảng.xlsx").write_bytes(b"another")
    os.utime(second, (1_600_000_000, 1_600_000_000))
    (tmp_path / "thư mục").mkdir()
    shown = chosen(ward.root, "0", dropped=(second, tmp_path / "thư mục"))[0]
    assert "Đã chép vào inbox: bảng_2.xlsx" in shown
    assert "A501" in shown
    assert "không phải một tệp" in shown
    assert (ward.inbox / "bảng.xlsx").read_bytes() == b"another"
    assert (ward.inbox / "bảng_2.xlsx").read_bytes() == second.read_bytes()
    assert (ward.inbox / "bảng_2.xlsx").stat().st_mtime == 1_600_000_000
    again = chosen(ward.root, "0", dropped=(ward.inbox / "bảng_2.xlsx",))[0]
    assert "Đã chép" not in again
    assert "A501" in again
    assert len(list(ward.inbox.iterdir())) == 2
    typed = chosen(ward.root, f'"{second}"', "0")[1]
    assert "Đã chép vào inbox: bảng_3.xlsx" in typed


def test_nothing_is_copied_where_there_is_no_round(tmp_path: Path) -> None:
    (tmp_path / "bảng.xlsx").write_bytes(b"x")
    shown = chosen(tmp_path, "0", dropped=(tmp_path / "bảng.xlsx",))[0]
    assert "Không chép tệp nào" in shown
    assert not (tmp_path / "inbox").exists()


# --- a terminal -------------------------------------------------------------------------------------------------------


def on_a_terminal(folder: Path, keys: list[str], *arguments: str, **environment: str) -> tuple[int, str]:
    """Run the program on a terminal and type these lines, each when it asks; return the status and what is shown."""
    pty = pytest.importorskip("pty", reason="no such terminals")
    ours, theirs = pty.openpty()
    opener = folder / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" >> "{folder}/opened"\n', encoding="utf-8")
    opener.chmod(0o755)
    told = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", **environment}
    program = [sys.executable, "-m", "tdp_xlsx", *arguments]
    shown, typed = b"", 0
    with subprocess.Popen(program, stdin=theirs, stdout=theirs, stderr=theirs, env=told) as process:
        os.close(theirs)
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            shown += piece
            if shown.endswith((b": ", b"-- ", "… ".encode())):
                os.write(ours, f"{keys[typed]}\n".encode() if typed < len(keys) else b"\x04")  # then end the input
                typed += 1
    os.close(ours)
    return process.returncode, shown.decode()


def test_without_a_command_a_terminal_gets_the_menu_and_what_was_made_is_opened(ward: Ward, tmp_path: Path) -> None:
    status, shown = on_a_terminal(tmp_path, ["", "", "4", "", "0"], "-C", str(ward.root), NO_COLOR="")
    assert status == 0
    assert "\x1b[1m→  2. Lập bảng" in shown
    assert "Bấm Enter để về bảng chọn…" in shown
    assert (tmp_path / "opened").read_text(encoding="utf-8").splitlines() == [
        str(ward.root / "outbox" / "bieu_mau"),
        str(ward.root / "inbox"),
    ]


def test_the_menu_fits_an_old_console_and_heeds_no_color(ward: Ward, tmp_path: Path) -> None:
    for line in TWO:
        ward.generate().send(line.code, {"2.3": None, "2.4": None, "3.1": None, "3.2": None, "3.3": None})
    assert ward.call("consolidate").code == 0
    status, shown = on_a_terminal(tmp_path, ["5", "0", "", "0"], "-C", str(ward.root), "menu", NO_COLOR="1")
    assert status == 0
    assert "\x1b" not in shown
    first, _, rest = shown.partition("--- Kiểm tra các tệp đã nhận")
    assert len(first.splitlines()) <= 25
    assert max(map(len, first.splitlines())) <= 80
    page, _, after = rest.partition("-- còn ")
    assert len(page.splitlines()) <= 25
    assert "A501" in page
    assert "0: thôi --" in after


def test_a_terminal_without_the_letters_shows_them_without_their_marks(ward: Ward, tmp_path: Path) -> None:
    status, shown = on_a_terminal(tmp_path, ["0"], "-C", str(ward.root), PYTHONIOENCODING="iso8859-7")
    assert status == 0
    assert "2. Lap bang tu danh gia de gui cac don vi" in shown
    assert "UBND phuong Tan Phong" in shown


# --- the file to double-click -----------------------------------------------------------------------------------------


def test_the_file_to_double_click_names_the_program_and_is_laid_on_windows_only(tmp_path: Path) -> None:
    lay_starter(tmp_path, windows=False)
    assert list(tmp_path.iterdir()) == []
    lay_starter(tmp_path, windows=True)
    content = (tmp_path / "Bấm vào đây.bat").read_bytes()
    lines = content.decode().split("\r\n")
    assert lines[1] == "chcp 65001 >nul"
    assert not any("\n" in line for line in lines)
    assert "".join(lines[:2]).isascii()
    assert f'"{sys.executable}" -P -m tdp_xlsx -C "%~dp0." menu %*' in lines
    packed = starter("\\\\?\\C:\\100% Đức\\tdp-xlsx.exe", is_packed=True).decode()
    assert '"C:\\100%% Đức\\tdp-xlsx.exe" -C "%~dp0." menu %*' in packed


@pytest.mark.skipif(sys.platform != "win32", reason="cmd is Windows'")
def test_the_file_to_double_click_opens_the_menu_and_says_kindly_that_the_program_moved(tmp_path: Path) -> None:
    root = tmp_path / "Phường Tân Phong"
    assert call("init", root).code == 0
    for folder, content in ((root, None), (tmp_path, starter(str(tmp_path / "gone.exe"), is_packed=True))):
        if content:
            (folder / STARTER).write_bytes(content)
        done = subprocess.run(
            [os.environ["COMSPEC"], "/c", str(folder / STARTER)], input=b"0\r\n", capture_output=True, check=False
        )
        shown = done.stdout.decode()
        if content:
            assert "Không thấy chương trình tdp-xlsx ở chỗ cũ" in shown
        else:
            assert "UBND phường Tân Phong" in shown
            assert done.returncode == 0
