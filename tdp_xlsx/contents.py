"""Whether files hold the same: workbooks by their parts, whenever made and however packed; others byte by byte."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from functools import partial
from operator import eq
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    _File: TypeAlias = io.BytesIO | io.BufferedReader

DAMAGE = (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, NotImplementedError, struct.error)
"""What unpacking a damaged workbook, or a file that is none, raises."""

_CLOCK = "docProps/core.xml"
"""The part in which only the time differs."""
_PIECE = 1 << 20
"""Bytes read at once: the parts of a large workbook are no load for the memory."""


def content_hash(path: Path) -> str:
    """Return a hash of a file's content, which does not change with the time a workbook was made."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(_sums(archive)):
                digest.update(f"{name}\0".encode())
                for piece in _parts(archive, [name]):
                    digest.update(piece)
    except DAMAGE:
        with path.open("rb") as file:
            return _digest(file)
    return digest.hexdigest()


def same_content(one: _File, other: _File) -> bool:
    """Whether two files hold the same content."""
    try:
        with zipfile.ZipFile(one) as first, zipfile.ZipFile(other) as second:
            # Most differ in a checksum that their directories tell; what damage changed shows only in the parts.
            sums = _sums(first)
            return sums == _sums(second) and all(map(eq, _parts(first, sums), _parts(second, sums)))
    except DAMAGE:
        return _digest(one) == _digest(other)


def holds(target: Path, content: bytes) -> bool:
    """Whether a file is there and holds this content."""
    try:
        earlier = target.read_bytes()
    except FileNotFoundError:
        return False
    return earlier == content or same_content(io.BytesIO(earlier), io.BytesIO(content))


def _sums(archive: zipfile.ZipFile) -> dict[str, tuple[int, int]]:
    """Return size and checksum of each part by its name, as the directory tells them."""
    return {one.filename: (one.file_size, one.CRC) for one in archive.infolist() if one.filename != _CLOCK}


def _parts(archive: zipfile.ZipFile, names: Iterable[str]) -> Iterator[bytes]:
    """Yield the content of some parts, each held against its checksum."""
    for name in names:
        with archive.open(name) as part:
            yield from iter(partial(part.read, _PIECE), b"")


def _digest(file: _File) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
