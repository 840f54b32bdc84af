"""The file to double-click in a working folder: it opens the menu there, and takes in the files dropped on it."""

from __future__ import annotations

import sys
from pathlib import Path

from tdp_xlsx import paths
from tdp_xlsx.outputs import put_bytes

STARTER = "Bấm vào đây.bat"

# The first line that runs makes cmd read the rest as UTF-8. -P: no file of the working folder passes for a module.
_LINES = """\
@echo off
chcp 65001 >nul
setlocal disabledelayedexpansion
title tdp-xlsx
if not exist "{program}" goto moved
"{program}"{arguments} -C "%~dp0." menu %*
if errorlevel 1 pause
exit /b
:moved
echo Không thấy chương trình tdp-xlsx ở chỗ cũ:
echo {program}
echo Chương trình đã được chuyển chỗ hoặc gỡ bỏ. Các tệp trong thư mục này vẫn còn nguyên.
echo Mở chương trình ở chỗ mới rồi thả thư mục này vào bảng chọn; hoặc cài lại vào chỗ cũ.
pause
exit /b 1
"""


def lay_starter(folder: Path, *, windows: bool = paths.IS_WINDOWS) -> None:
    """Lay the file into a working folder, on Windows only; it names the program that laid it, be it a bundle's.

    Raises:
        OutputError: It cannot be written.
    """
    if windows:
        bundle = Path(sys.executable).parents[1] / "tdp-xlsx.cmd"
        program = str(bundle) if bundle.is_file() else sys.executable
        put_bytes(folder / STARTER, starter(program, is_packed=bundle.is_file() or getattr(sys, "frozen", False)))


def starter(program: str, *, is_packed: bool) -> bytes:
    """Return the file's content: UTF-8 without mark, lines as cmd wants them; a packed program is itself started."""
    quoted = paths.shown(program).replace("%", "%%")
    lines = _LINES.format(program=quoted, arguments="" if is_packed else " -P -m tdp_xlsx")
    return lines.replace("\n", "\r\n").encode()
