"""The archive of earlier outputs: copies under their own time stamps, which are never replaced nor deleted."""

from __future__ import annotations

import datetime as dt
import filecmp
import os
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
    copy = place(root, target, now)
    if not (copy.exists() and filecmp.cmp(target, copy, shallow=False)):
        copy = unused(copy)
        put(copy, lambda part: copy_content(target, part))
    return copy.relative_to(root).as_posix()


def place(root: Path, target: Path, now: dt.datetime) -> Path:
    """Return where in the archive a copy of an output stands, by the time it was last changed."""
    stamp = dt.datetime.fromtimestamp(target.stat().st_mtime, now.tzinfo)
    return root / layout.ARCHIVE / f"{target.stem}_{stamp:%Y%m%d-%H%M%S}{target.suffix}"


def copy_content(path: Path, copy: Path) -> None:
    """Copy what a file holds and when it was changed, but not the mark that it may only be read."""
    shutil.copyfile(path, copy)
    status = path.stat()
    os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))


def unused(path: Path) -> Path:
    """Return the path, or one with a number after its name where there is such a file already."""
    candidate, count = path, 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.stem}_{count}{path.suffix}")
    return candidate
