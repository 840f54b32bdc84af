"""Zip archives of unknown origin: the directory is checked first, then every byte is unpacked once within limits."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Cause, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ENTRIES = 2_000
RATIO_FROM = 1024 * 1024
"""Bytes of an entry from which on the ratio counts: small parts of repeated text pack far better."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an archive may be, unpacked (bytes), and one part of it; how many times a part may be packed."""

    archive: int
    part: int
    ratio: int


STRANGERS = Limits(256 * 1024 * 1024, 128 * 1024 * 1024, 200)
OWN = Limits(16 * 1024**3, 2 * 1024**3, 2_000)
"""For the office's own workbooks: a large ward's, or one full of long texts, is larger than any form.

Nothing can be packed two thousand times.
"""

_LOCAL = struct.Struct("<4s5H3I2H")
_ENCRYPTED, _UTF8 = 0x1, 0x800
_LISTING_FAULTS = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    IndexError,
    struct.error,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of an archive: name, place of its packed bytes, sizes, checksum, and what it is."""

    name: str
    start: int
    packed: int
    size: int
    crc: int
    is_deflated: bool
    is_folder: bool


def directory(content: bytes, limits: Limits = STRANGERS) -> tuple[Item, ...]:
    """Return what an archive says it holds, checked without unpacking anything.

    Raises:
        UnreadableError: It is damaged, encrypted, larger than any workbook, or two programs could read it differently.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
        _check_sizes(entries, limits)
        items = tuple(_item(content, entry) for entry in entries)
    except _LISTING_FAULTS as fault:
        raise UnreadableError("tệp bị hỏng") from fault
    _check_layout(entries, items)
    return items


def unpack(content: bytes, item: Item) -> bytes:
    """Return one entry's bytes, if they are exactly what the directory says.

    Raises:
        UnreadableError: They are not.
    """
    packed = content[item.start : item.start + item.packed]
    plain = _inflate(packed, item.size) if item.is_deflated else packed
    if len(plain) != item.size:
        raise _lying()
    if zlib.crc32(plain) != item.crc:
        raise UnreadableError("tệp bị hỏng")
    return plain


class Package(Mapping[str, bytes]):
    """The parts of an archive by name, each unpacked and checked when it is first asked for.

    Those of the office's own workbooks, which may be large, are unpacked anew each time.
    """

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._content, self._limits = content, limits
        self._items = {item.name: item for item in directory(content, limits) if not item.is_folder}
        self._unpacked: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        if name in self._unpacked:
            return self._unpacked[name]
        part = unpack(self._content, self._items[name])
        if self._limits is not OWN:
            self._unpacked[name] = part
        return part

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __len__(self) -> int:
        return len(self._items)

    def size(self, name: str) -> int:
        """Return how large a part is."""
        return self._items[name].size


@lru_cache(maxsize=1)  # asked for again as soon as it is known what the file is
def open_package(content: bytes, limits: Limits = STRANGERS) -> Package:
    """Return the parts of an archive.

    Raises:
        UnreadableError: As :func:`directory`.
    """
    return Package(content, limits)


def _lying() -> UnreadableError:
    return UnreadableError("kích thước ghi trong tệp không đúng với nội dung", Cause.UNSAFE)


def _inflate(packed: bytes, size: int) -> bytes:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = engine.decompress(packed, size + 1)
    except zlib.error as fault:
        raise UnreadableError("tệp bị hỏng") from fault
    if engine.unconsumed_tail or engine.unused_data or (size and len(plain) > size):
        raise _lying()
    if not engine.eof:
        raise UnreadableError("tệp bị hỏng")
    return plain


def _check_sizes(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > MAX_ENTRIES:
        raise UnreadableError(f"tệp nén có hơn {MAX_ENTRIES} mục", Cause.UNSAFE)
    if any(entry.file_size > limits.part for entry in entries):
        raise UnreadableError(f"một phần của tệp lớn hơn {limits.part >> 20} MB khi giải nén", Cause.UNSAFE)
    if sum(entry.file_size for entry in entries) > limits.archive:
        raise UnreadableError(f"tệp lớn hơn {limits.archive >> 20} MB khi giải nén", Cause.UNSAFE)
    for entry in entries:
        if entry.file_size > RATIO_FROM and entry.file_size > limits.ratio * entry.compress_size:
            raise UnreadableError(f"tệp nén quá {limits.ratio} lần, như bom giải nén", Cause.UNSAFE)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD)


def _item(content: bytes, entry: zipfile.ZipInfo) -> Item:
    """Return an entry of the directory after comparing it with the header that stands before its bytes."""
    start = entry.header_offset
    mark, _, flags, method, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack_from(content, start)
    name = content[start + _LOCAL.size : start + _LOCAL.size + name_length]
    listed = entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8 else "cp437")
    if mark != b"PK\x03\x04" or name != listed or method != entry.compress_type or b"\0" in name:
        raise UnreadableError("tệp bị hỏng: hai nơi ghi mục lục không khớp nhau")
    if flags & _ENCRYPTED:
        raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD)
    if method not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UnreadableError("tệp nén theo cách mà sổ tính không dùng", Cause.UNSAFE)
    first = start + _LOCAL.size + name_length + extra_length
    if first + entry.compress_size > len(content):
        raise UnreadableError("tệp bị cắt cụt")
    return Item(
        _readable(name, is_utf8=bool(entry.flag_bits & _UTF8)),
        first,
        entry.compress_size,
        entry.file_size,
        entry.CRC,
        is_deflated=method == zipfile.ZIP_DEFLATED,
        is_folder=entry.is_dir(),
    )


def _readable(name: bytes, *, is_utf8: bool) -> str:
    """Return an entry's name; phones and macOS write UTF-8 without saying so."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        if is_utf8:
            raise
        return name.decode("cp437")


def _check_layout(entries: list[zipfile.ZipInfo], items: tuple[Item, ...]) -> None:
    if len({item.name.casefold() for item in items}) < len(items):
        raise UnreadableError("tệp nén có hai mục trùng tên", Cause.UNSAFE)
    spans = sorted((entry.header_offset, item.start + item.packed) for entry, item in zip(entries, items, strict=True))
    if spans and spans[0][0] > 0:
        raise UnreadableError("có nội dung lạ đứng trước tệp nén", Cause.UNSAFE)
    if any(end > start for (_, end), (start, _) in pairwise(spans)):
        raise UnreadableError("tệp nén có các mục chồng lên nhau", Cause.UNSAFE)


_FLAGS = re.compile(rb"(PK(?:\x01\x02..|\x03\x04)...)(.)", re.DOTALL)


def open_leniently(content: bytes) -> zipfile.ZipFile:
    """Open a plain archive, of which a damaged or strange member may cost itself only.

    Raises:
        UnreadableError: Its directory is damaged.
    """
    try:
        try:
            return zipfile.ZipFile(io.BytesIO(content))
        except UnicodeDecodeError:  # names said to be UTF-8 that are not: taken for what they are
            return zipfile.ZipFile(io.BytesIO(_FLAGS.sub(lambda m: m[1] + bytes([m[2][0] & ~(_UTF8 >> 8)]), content)))
    except (*_LISTING_FAULTS, LookupError) as fault:
        raise UnreadableError("tệp nén bị hỏng hoặc thiếu phần", Cause.PACKED) from fault
