"""Every entry of the inbox, once: what it is called, its bytes, hash and time; nothing is ever written there."""

from __future__ import annotations

import datetime as dt
import fnmatch
import os
import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 50 * 1024 * 1024
MAX_CONTAINER = 200 * 1024 * 1024
"""Of a zip archive or a mailbox, which may hold many photographs; only its content tells that it is one."""
MAX_DEPTH = 4
"""How many folders deep below the inbox files are read."""

_IGNORED = (
    "thumbs.db",
    "desktop.ini",
    ".ds_store",
    ".gitkeep",
    "._*",
    "*.tmp",
    "*.part",
    "*.crdownload",
    ".~lock.*#",
)
_OWNER_FILE_BYTES = 1024  # Excel's owner files (~$name.xlsx) hold 165 bytes; a real workbook never is that small
_EARLIEST, _LATEST = 2 * 86_400, 4_000_000_000  # 1970 and 2096, in any time zone


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its path on disk as text, its name for people (relative, with ``/``), and whether it is to be ignored.

    ``refusal`` says why it is not opened: ``link``, ``large``, ``deep``, ``closed`` (a folder); else "".
    """

    path: str
    name: str
    size: int
    modified: dt.datetime
    ignored: bool = False
    refusal: str = ""


def entries(folder: Path, root: Path) -> Iterator[Entry]:
    """Yield every entry below a folder, in natural order of names; a missing folder is empty."""
    if folder.is_dir():
        yield from _below(str(folder), _name(folder, root), 1)


def entry(path: Path, root: Path) -> Entry:
    """Return one entry, named relative to the root where it stands below it."""
    return _entry(str(path), path.name, _name(path, root), path.lstat())


def is_ignored(name: str, status: os.stat_result | None) -> bool:
    """Whether a file is a leftover of a system or program, by its name; ``status`` is None inside a container."""
    low = name.lower()
    if low.startswith("~$"):
        return status is not None and stat.S_ISREG(status.st_mode) and status.st_size <= _OWNER_FILE_BYTES
    return any(fnmatch.fnmatchcase(low, pattern) for pattern in _IGNORED)


def _below(folder: str, called: str, depth: int) -> Iterator[Entry]:
    try:
        names = sorted(os.listdir(folder), key=_natural)  # noqa: PTH208 - no object an entry
    except OSError:
        yield Entry(folder, called, 0, _time(os.lstat(folder)), refusal="closed")
        return
    before = "" if called == "." else f"{called}/"
    for name in names:
        path, full = os.path.join(folder, name), before + _shown(name)  # noqa: PTH118 - as above
        try:
            status = os.lstat(path)
        except FileNotFoundError:
            continue  # gone meanwhile, as programs' own temporary files are
        if not stat.S_ISDIR(status.st_mode):
            yield _entry(path, name, full, status)
        elif depth >= MAX_DEPTH:
            yield Entry(path, full, 0, _time(status), refusal="deep")
        else:
            yield from _below(path, full, depth + 1)


def _entry(path: str, own: str, name: str, status: os.stat_result) -> Entry:
    refusal = ""
    if not stat.S_ISREG(status.st_mode):
        refusal = "link"
    elif status.st_size > MAX_CONTAINER:
        refusal = "large"
    return Entry(path, name, status.st_size, _time(status), ignored=is_ignored(own, status), refusal=refusal)


def _shown(name: str) -> str:
    # Bytes that are no UTF-8 come as lone surrogates, which no output could hold.
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _name(path: Path, root: Path) -> str:
    absolute, base = Path(os.path.abspath(path)), Path(os.path.abspath(root))  # noqa: PTH100 - resolve() follows links
    name = absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else absolute.as_posix()
    return _shown(name)


def _time(status: os.stat_result) -> dt.datetime:
    return moment(status.st_mtime)


def moment(seconds: float) -> dt.datetime:
    """Return a file's time stamp; one no workbook could show is moved to the nearest it can."""
    when = dt.datetime.fromtimestamp(int(min(max(seconds, _EARLIEST), _LATEST))).astimezone()
    return when.replace(tzinfo=_same_zone(when.tzinfo))


@lru_cache(maxsize=64)
def _same_zone(zone: dt.tzinfo | None) -> dt.tzinfo | None:
    """Return one object for times of the same zone: each time comes with one of its own."""
    return zone


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a sorting key under which "2" stands before "10"."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name.casefold())]
