"""The pages to sign as a PDF, printed by the LibreOffice of the machine, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PATIENCE = 180
"""Seconds for LibreOffice to start with an empty profile and to print; on an old machine the start alone takes 30."""
_NAMES = ("soffice", "libreoffice")
_WINDOWS_FOLDERS = ("ProgramW6432", "ProgramFiles", "ProgramFiles(x86)")
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "~/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
)
_WHOLE = "Tệp .xlsx vẫn đầy đủ; mở bằng Excel rồi in hoặc lưu thành PDF (sổ tổng hợp: trang “Xếp hạng”)."
_AT_ONCE = 40
"""Workbooks at one start: a command line has room for their names, and so many are printed in a few seconds."""
_OPTIONAL = "/opt"
"""Where LibreOffice's own packages for Linux go, in a folder with the version in its name."""


class NoOfficeError(Exception):
    """There is no LibreOffice on this machine; the message says so, for people."""

    def __init__(self) -> None:
        super().__init__(
            "Máy này không có LibreOffice nên chưa lập được tệp PDF; sổ tổng hợp vẫn đầy đủ. Mở sổ bằng Excel, "
            "trang “Xếp hạng”, chọn In hoặc Lưu thành PDF; hoặc cài LibreOffice rồi chạy lại với --pdf."
        )


class PrintError(Exception):
    """LibreOffice made no PDF; the message says what happened and what to do, for people."""


def find_office() -> str | None:
    """Return LibreOffice's program: on the search path, or where installers put it; None if there is none."""
    on_path = (found for name in _NAMES if (found := shutil.which(name)))
    return next(on_path, None) or next((str(place) for place in _installed() if place.is_file()), None)


def _installed() -> Iterator[Path]:
    for variable in _WINDOWS_FOLDERS:
        if folder := os.environ.get(variable):
            # soffice.com waits until all is done; an older version may stand beside a newer one.
            for kind in ("com", "exe"):
                yield from sorted(Path(folder).glob(f"LibreOffice*/program/soffice.{kind}"), reverse=True)
    if sys.platform != "win32":  # where such a path may lead to another system's program
        yield from (Path(place).expanduser() for place in _PLACES)
        yield from sorted(Path(_OPTIONAL).glob("libreoffice*/program/soffice"), reverse=True)


def print_workbook(workbook: Path, target: Path, *, office: str | None = None, patience: float = PATIENCE) -> None:
    """Print every page of a workbook to ``target``.

    Raises:
        NoOfficeError: There is no LibreOffice.
        PrintError: It failed, or took longer than ``patience`` seconds.
        OSError: The PDF cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="tdp-pdf-", ignore_cleanup_errors=True) as name:
        (printed,) = print_workbooks([workbook], Path(name), office=office, patience=patience)
        shutil.copyfile(printed, target)


def print_workbooks(
    workbooks: Sequence[Path], folder: Path, *, office: str | None = None, patience: float = PATIENCE
) -> list[Path]:
    """Print every page of each workbook to a PDF of its name in an empty folder, many at one start of LibreOffice.

    It gets a profile of its own, so that it neither joins nor disturbs one that is open, and copies to read.

    Raises:
        NoOfficeError: There is no LibreOffice.
        PrintError: It failed, or took longer than ``patience`` seconds for some of them.
        OSError: There is no room for the copies.
    """
    office = office or find_office()
    if office is None:
        raise NoOfficeError
    copies, printed = folder / "in", [folder / f"{one.stem}.pdf" for one in workbooks]
    copies.mkdir()
    for start in range(0, len(workbooks), _AT_ONCE):
        sources = [shutil.copyfile(one, copies / one.name) for one in workbooks[start : start + _AT_ONCE]]
        command = [
            office,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--nologo", "--norestore", "--nolockcheck", "--nodefault"),
            *("--convert-to", "pdf:calc_pdf_Export", "--outdir", str(folder), *map(str, sources)),
        ]
        said = _run(command, patience)
        if not all(one.is_file() for one in printed[start : start + _AT_ONCE]):
            raise PrintError(f"LibreOffice ({office}) không lập được tệp PDF{f': {said}' if said else ''}. {_WHOLE}")
    return printed


def _run(command: list[str], patience: float) -> str:
    """Run a program to its end; return the last line it said."""
    try:
        process = subprocess.Popen(  # noqa: S603 - a program found by its name, arguments of our own
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
    except OSError as fault:
        raise PrintError(f"Không chạy được LibreOffice ({command[0]}): {fault.strerror or fault}.") from fault
    with process:
        try:
            _, said = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired as fault:
            _end(process.pid)
            raise PrintError(
                f"LibreOffice ({command[0]}) không lập xong tệp PDF sau {patience:.0f} giây. {_WHOLE}"
            ) from fault
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


def _end(pid: int) -> None:
    """End a program and what it started: LibreOffice's own launcher waits for another process."""
    import psutil  # noqa: PLC0415 - only where a program must be ended

    known: Any = psutil  # it tells no types
    try:
        process = known.Process(pid)
        family = [*process.children(recursive=True), process]
    except psutil.NoSuchProcess:
        return
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
