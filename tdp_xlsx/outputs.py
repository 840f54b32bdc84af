"""Put finished files in their place: written beside it, synced, checked, moved there in one step; one run at a time."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
import zipfile
from typing import IO, TYPE_CHECKING

from tdp_xlsx.contents import DAMAGE, holds, same_content
from tdp_xlsx.faults import CannotRunError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 2.5
"""Seconds to wait for a program that has the target open: virus scanners and cloud drives let go in that time."""
LOCK = "outbox/.tdp-xlsx.lock"
"""What a run holds while it writes; the system lets go of it when the run ends, however it ends."""

_PACE = 0.1
_WRAPPINGS = 5
_NO_LOCKS = {errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EBADF, errno.EIO}
"""What systems say where there are no locks; whatever else they say, another run may hold it."""
_PART = re.compile(r".+\.\d+\.part")


class OutputError(CannotRunError):
    """An output could not be written; the message says which, why, and what to do."""


def put(target: Path, write: Callable[[Path], None]) -> bool:
    """Have ``write`` make the file beside its place, then move it there; the folder is made if needed.

    A target with the same content is left as it is. Returns whether the target changed.

    Raises:
        OutputError: It could not be written, or the target is open in another program.
    """
    with _beside(target) as part:
        write(part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        _check(part, target)
        if target.exists():
            with part.open("rb") as new, target.open("rb") as earlier:
                if same_content(new, earlier):
                    return False
        _move(part, target)
        settle(target.parent)
    return True


def put_bytes(target: Path, content: bytes, *, settle_folder: bool = True) -> bool:
    """Put a file made in memory in its place, as :func:`put` does; what the disk lost shows byte for byte.

    Where many go to one folder, they need not ``settle_folder`` each: :func:`settle` does it once for all.

    Raises:
        OutputError: It could not be written, or the target is open in another program.
    """
    with _beside(target) as part:
        if holds(target, content):
            return False
        with part.open("wb", buffering=0) as file:
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        with part.open("rb", buffering=0) as file:
            if file.readall() != content:
                raise _lost(target, "khác với nội dung đã ghi")
        _move(part, target)
        if settle_folder:
            settle(target.parent)
    return True


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give the place beside a target to write to; nothing is left there, and what the system says is explained."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
        yield part
    except OutputError:
        raise
    except Exception as fault:
        cause = _system_fault(fault)
        if cause is None:
            raise
        raise _explained(target, cause) from fault
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Make the moves into a folder last, where the system knows how; the files are whole either way."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def take_away(path: Path) -> None:
    """Remove a file of which a copy was kept.

    Raises:
        OutputError: It is open in another program.
    """
    try:
        _patiently(path.unlink)
    except OSError as fault:
        raise _explained(path, fault) from fault


def refuse_if_open(target: Path) -> None:
    """Wait a moment for the program that has a file open to close it: what cannot be replaced is told first.

    Raises:
        OutputError: It stays open, or may only be read.
    """
    if not target.exists():
        return
    if _is_read_only(target):
        raise _marked_read_only(target)
    try:
        _patiently(lambda: target.open("r+b").close())  # where a file that is open can be opened, the marks tell
    except PermissionError as fault:
        raise _explained(target, fault) from fault
    deadline = time.monotonic() + PATIENCE
    while locks := [lock for lock in _owner_files(target) if lock.exists()]:
        if time.monotonic() > deadline:
            what, program = ("Văn bản", "Word") if target.suffix == ".docx" else ("Sổ", "Excel")
            raise OutputError(
                f"{what} “{target.name}” đang mở trong {program} hoặc LibreOffice; chưa ghi gì. "
                f"Lưu và đóng {what.lower()} rồi chạy lại "
                f"(nếu không mở ở đâu, xóa tệp “{locks[0].name}”)."
            )
        time.sleep(_PACE)


@contextlib.contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """Keep every other run from writing in the working folder meanwhile; sweep what a killed run left half written.

    Raises:
        OutputError: Another run is writing, or the folder cannot be written to.
    """
    path = root / LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    except OSError as fault:
        raise _explained(path, fault) from fault
    with file:
        if not _lock(file):
            raise OutputError(
                f"Một lệnh tdp-xlsx khác đang ghi vào “{path.parent}”; chưa ghi gì. Chờ lệnh kia xong rồi chạy lại."
            )
        try:
            sweep(path.parent)
            yield
        finally:
            with contextlib.suppress(OSError):  # the system gives it back anyway; what went wrong before is to be told
                _give_back(file)


def sweep(folder: Path) -> None:
    """Remove half-written files of a killed run; what cannot be removed is left for the next time."""
    for path in folder.rglob("*.part"):
        if _PART.fullmatch(path.name) and not path.is_symlink():
            with contextlib.suppress(OSError):
                path.unlink()


def _check(part: Path, target: Path) -> None:
    """Read a workbook that was just written again: what the disk lost is noticed before the earlier one is replaced."""
    if target.suffix != ".xlsx":
        return
    try:
        with zipfile.ZipFile(part) as archive:
            damaged = archive.testzip()
    except DAMAGE as fault:
        raise _lost(target, str(fault)) from fault
    if damaged:
        raise _lost(target, damaged)


def _lost(target: Path, how: str) -> OutputError:
    return OutputError(
        f"Đã ghi “{target}” nhưng đọc lại bị lỗi ({how}); giữ nguyên tệp cũ. Kiểm tra ổ đĩa rồi chạy lại."
    )


def _owner_files(target: Path) -> tuple[Path, ...]:
    """Return where Excel, Word and LibreOffice leave word that they have a file open; Word leaves out two letters."""
    name = target.name[2:] if target.suffix == ".docx" else target.name
    return target.with_name(f"~${name}"), target.with_name(f".~lock.{target.name}#")


def _patiently(step: Callable[[], None]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            step()
        except PermissionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PACE)
        else:
            return


def _move(part: Path, target: Path) -> None:
    _patiently(lambda: os.replace(part, target))  # noqa: PTH105 - Path.replace is the same; this names the guarantee


def _system_fault(fault: Exception) -> OSError | None:
    """Return what the system said, also where libraries wrap it in errors of their own."""
    found: OSError | None = None
    inner: BaseException | None = fault
    for _ in range(_WRAPPINGS):
        if inner is None:
            break
        if isinstance(inner, OSError):
            found = inner
            if inner.errno is not None:
                break
        wrapped = (one for one in inner.args if isinstance(one, OSError))
        inner = next(wrapped, None) or inner.__cause__ or inner.__context__
    return found


def _is_read_only(path: Path) -> bool:
    """Whether a file bears the mark that it may only be read; Windows replaces and removes none that does."""
    try:
        return not path.stat().st_mode & stat.S_IWRITE
    except OSError:
        return False


def _marked_read_only(target: Path) -> OutputError:
    return OutputError(
        f"Không ghi được “{target}”: tệp được đánh dấu chỉ đọc; chưa ghi gì. "
        "Bấm chuột phải vào tệp, chọn Properties, bỏ dấu Read-only rồi chạy lại."
    )


def _explained(target: Path, fault: OSError) -> OutputError:
    if isinstance(fault, PermissionError) and _is_read_only(target):
        return _marked_read_only(target)
    reason = fault.strerror or str(fault)
    if isinstance(fault, PermissionError):
        return OutputError(
            f"Không ghi được “{target}” ({reason}): tệp đang mở trong chương trình khác hoặc thư mục không cho ghi. "
            "Đóng tệp trong Excel, kiểm tra quyền ghi rồi chạy lại."
        )
    return OutputError(f"Không ghi được “{target}” ({reason}). Kiểm tra ổ đĩa, dung lượng trống rồi chạy lại.")


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _give_back(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give_back(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


def _lock(file: IO[bytes]) -> bool:
    """Take the lock; return whether no other run holds it. A share without locks: better to write than to refuse."""
    try:
        _take(file)
    except OSError as fault:
        return fault.errno in _NO_LOCKS
    return True
