"""The archive of earlier outputs: copies under their own time stamps, which are never replaced nor deleted."""

from __future__ import annotations

import datetime as dt
import filecmp
import shutil
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.outputs import put

if TYPE_CHECKING:
    from pathlib import Path


def archive(root: Path, target: Path, now: dt.datetime) -> str:
    """Copy an output to the archive, if no equal copy is there; return the copy's path relative to the root.

    Raises:
        OutputError: It could not be copied.
    """
    stamp = dt.datetime.fromtimestamp(target.stat().st_mtime, now.tzinfo)
    copy = root / layout.ARCHIVE / f"{target.stem}_{stamp:%Y%m%d-%H%M%S}{target.suffix}"
    if not (copy.exists() and filecmp.cmp(target, copy, shallow=False)):
        copy = unused(copy)

        def write(part: Path) -> None:
            shutil.copy2(target, part)

        put(copy, write)
    return copy.relative_to(root).as_posix()


def unused(path: Path) -> Path:
    """Return the path, or one with a number after its name where there is such a file already."""
    candidate, count = path, 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.stem}_{count}{path.suffix}")
    return candidate
