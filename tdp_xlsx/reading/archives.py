"""What a zip archive holds: each member by itself, so that one that cannot be unpacked costs itself only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Cause, UnreadableError
from tdp_xlsx.reading.package import open_leniently

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable

    from tdp_xlsx.reading.kinds import Kind

MAX_MEMBERS = 2_000
MAX_MEMBER = 50 * 1024 * 1024
_MOST_UNPACKED = 1024**3
_RATIO, _RATIO_FROM = 200, 1024 * 1024
_STEP = 4096  # packed bytes at a time: some methods unpack whatever they are given
_LONGEST_NAME = 240
_LOCKED, _UTF8 = 0x1, 0x800


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a container: its name there, and its bytes on demand, which may raise :class:`UnreadableError`.

    ``sender`` and ``sent`` (in seconds) are those of its mail, ``told`` is what the mail says that it is.
    """

    name: str
    load: Callable[[], bytes]
    sender: str = ""
    sent: float | None = None
    told: Kind | None = None


def open_archive(content: bytes) -> tuple[Member, ...]:
    """Return the files of a zip archive.

    Raises:
        UnreadableError: Its directory is damaged, or far too long.
    """
    archive = open_leniently(content)
    members: list[Member] = []
    taken: set[str] = set()
    total = 0
    for entry in archive.infolist():
        name = _readable(entry)
        if name.endswith(("/", "\\")) and not entry.file_size:
            continue
        refusal = _refusal(entry)
        total += 0 if refusal else entry.file_size
        if total > _MOST_UNPACKED:
            refusal = refusal or UnreadableError(
                f"tệp nén lớn hơn {_MOST_UNPACKED >> 20} MB khi giải nén", Cause.PACKED
            )
        load = partial(_unpacked, archive, entry, refusal)
        members.append(Member(safe_name(name, f"tep-{len(members) + 1}", taken), load))
    if len(members) > MAX_MEMBERS:
        raise UnreadableError(f"có hơn {MAX_MEMBERS} tệp bên trong", Cause.PACKED)
    return tuple(members)


def safe_name(raw: str, otherwise: str, taken: set[str]) -> str:
    """Return what to call a file by: no path, nothing that hides what it says, and not yet taken: ``x (2).xlsx``."""
    pieces = [piece for piece in raw.replace("\\", "/").split("/") if piece.strip() not in {"", ".", ".."}]
    name = printable("/".join(pieces)) or otherwise
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 40]}…{name[-39:]}"
    path, candidate, count = PurePosixPath(name), name, 1
    while candidate.casefold() in taken:
        count += 1
        candidate = str(path.with_name(f"{path.stem} ({count}){path.suffix}"))
    taken.add(candidate.casefold())
    return candidate


def printable(name: str) -> str:
    """Return a name with control and direction characters and lone surrogates spelled out."""
    return "".join(f"\\u{ord(char):04x}" if unicodedata.category(char) in {"Cc", "Cf", "Cs"} else char for char in name)


def _readable(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; phones and macOS write UTF-8 without saying so."""
    try:
        return entry.orig_filename if entry.flag_bits & _UTF8 else entry.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return entry.orig_filename


def _refusal(entry: zipfile.ZipInfo) -> UnreadableError | None:
    if entry.flag_bits & _LOCKED:
        return UnreadableError("có mật khẩu", Cause.LOCKED)
    if entry.file_size > MAX_MEMBER:
        return UnreadableError(f"{entry.file_size >> 20}", Cause.LARGE)
    if entry.file_size > max(_RATIO_FROM, _RATIO * entry.compress_size):
        return UnreadableError(f"nén quá {_RATIO} lần, như bom giải nén", Cause.PACKED)
    return None


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, refusal: UnreadableError | None) -> bytes:
    if refusal:
        raise refusal
    try:
        with archive.open(entry) as file:
            content = b"".join(iter(partial(file.read, _STEP), b""))
    except MemoryError:
        raise
    except Exception as fault:  # each method of packing has faults of its own
        raise UnreadableError("bị hỏng, hoặc nén theo cách chương trình không đọc", Cause.PACKED) from fault
    if len(content) != entry.file_size:
        raise UnreadableError("bị cắt cụt", Cause.PACKED)
    return content
