"""Put a finished file in its place: written beside it, synced, then moved there in one step."""

from __future__ import annotations

import hashlib
import os
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class OutputError(Exception):
    """An output could not be written; the argument says which, why, and what to do, in Vietnamese."""


def put(target: Path, write: Callable[[Path], None]) -> bool:
    """Have ``write`` make the file beside its place, then move it there; the folder is made if needed.

    A target with the same content is left as it is. Returns whether the target changed.

    Raises:
        OutputError: It could not be written, or the target is open in another program.
    """
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        if target.exists() and content_hash(target) == content_hash(part):
            return False
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, target)  # noqa: PTH105 - Path.replace is the same; this names the guarantee
    except PermissionError as fault:
        raise OutputError(
            f"Không ghi được “{target}”: tệp đang mở trong chương trình khác hoặc thư mục không cho ghi. "
            "Đóng tệp trong Excel rồi chạy lại."
        ) from fault
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise OutputError(
            f"Không ghi được “{target}” ({reason}). Kiểm tra ổ đĩa, dung lượng trống rồi chạy lại."
        ) from fault
    finally:
        part.unlink(missing_ok=True)
    return True


def content_hash(path: Path) -> str:
    """Return a hash of a workbook's parts, leaving out what changes with the clock (core properties, zip dates)."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name != "docProps/core.xml":
                    digest.update(f"{name}\0".encode())
                    digest.update(archive.read(name))
    except zipfile.BadZipFile:
        digest.update(path.read_bytes())
    return digest.hexdigest()
