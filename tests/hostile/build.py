"""Builds archives, OLE files and binary workbooks byte by byte, with every field free to lie."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")


@dataclass(frozen=True)
class Part:
    """One entry of an archive; every field the headers repeat may be given otherwise than it is."""

    name: str | bytes
    content: bytes = b""
    method: int = 8
    flags: int = 0x800
    size: int | None = None
    crc: int | None = None
    packed: bytes | None = None
    local_name: bytes | None = None
    external: int = 0
    at: int | None = None

    @property
    def raw_name(self) -> bytes:
        """The name as it stands in the headers."""
        return self.name.encode() if isinstance(self.name, str) else self.name

    def body(self) -> bytes:
        """The bytes that stand in the archive."""
        if self.packed is not None:
            return self.packed
        if self.method != 8:
            return self.content
        engine = zlib.compressobj(6, zlib.DEFLATED, -15)
        return engine.compress(self.content) + engine.flush()


def archive(parts: Iterable[Part], *, before: bytes = b"", after: bytes = b"", count: int | None = None) -> bytes:
    """Return an archive of these parts."""
    written = bytearray(before)
    central = bytearray()
    number = 0
    for part in parts:
        number += 1
        start = len(written) if part.at is None else part.at
        body = part.body()
        crc = zlib.crc32(part.content) if part.crc is None else part.crc
        size = len(part.content) if part.size is None else part.size
        name = part.raw_name
        local = part.local_name or name
        if part.at is None:
            written += _LOCAL.pack(
                b"PK\x03\x04", 20, part.flags, part.method, 0, 0x21, crc, len(body), size, len(local), 0
            )
            written += local + body
        central += _CENTRAL.pack(
            b"PK\x01\x02",
            0x0314,
            20,
            part.flags,
            part.method,
            0,
            0x21,
            crc,
            len(body),
            size,
            len(name),
            0,
            0,
            0,
            0,
            part.external,
            start,
        )
        central += name
    place = len(written)
    total = number if count is None else count
    return bytes(
        written
        + central
        + _END.pack(b"PK\x05\x06", 0, 0, total & 0xFFFF, total & 0xFFFF, len(central), place, 0)
        + after
    )


def package(parts: Mapping[str, bytes]) -> bytes:
    """Return an honest archive of these parts."""
    return archive(Part(name, content) for name, content in parts.items())


# --- OLE --------------------------------------------------------------------------------------------------------------

_SECTOR = 512
_END_OF_CHAIN, _FREE, _IS_FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def ole(streams: Mapping[str, bytes], *, circle: bool = False) -> bytes:
    """Return an OLE file of these streams, padded to 4096 bytes or more; ``circle`` bends the first one's chain."""
    chains: list[tuple[str, int, int]] = []
    sectors = bytearray()
    fat: list[int] = []
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // _SECTOR) * _SECTOR), b"\0")
        first, count = len(fat), len(padded) // _SECTOR
        chains.append((name, first, len(padded)))
        fat += [first + n + 1 for n in range(count - 1)] + [_END_OF_CHAIN]
        sectors += padded
    if circle:
        fat[chains[0][1] + 3] = chains[0][1]
    directory = _entry("Root Entry", 5, _END_OF_CHAIN, 0, child=1 if chains else -1)
    for number, (name, first, size) in enumerate(chains, 1):
        directory += _entry(name, 2, first, size, right=number + 1 if number < len(chains) else -1)
    directory = directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0")
    place = len(fat)
    count = len(directory) // _SECTOR
    fat += [place + n + 1 for n in range(count - 1)] + [_END_OF_CHAIN]
    sectors += directory
    fat_sectors = -(-(len(fat) + 1) // 127)
    fat_place = len(fat)
    fat += [_IS_FAT] * fat_sectors
    fat += [_FREE] * (fat_sectors * 128 - len(fat))
    header = struct.pack(
        "<8s16s6H10I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        0,
        0,
        fat_sectors,
        place,
        0,
        4096,
        _END_OF_CHAIN,
        0,
        _END_OF_CHAIN,
        0,
    )
    table = [fat_place + n for n in range(fat_sectors)]
    header += struct.pack("<109I", *table, *[_FREE] * (109 - len(table)))
    return bytes(header + sectors + struct.pack(f"<{len(fat)}I", *fat))


def _entry(name: str, kind: int, first: int, size: int, *, child: int = -1, right: int = -1) -> bytes:  # noqa: PLR0913 - its fields
    raw = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBB3i16sIQQIQ", raw, len(raw) + 2, kind, 1, -1, right, child, b"", 0, 0, 0, first & 0xFFFFFFFF, size
    )


# --- binary workbooks -------------------------------------------------------------------------------------------------


def biff(*records: tuple[int, bytes]) -> bytes:
    """Return records of an `.xls` stream."""
    return b"".join(struct.pack("<HH", kind, len(payload)) + payload for kind, payload in records)


BOF_BOOK = (0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
BOF_SHEET = (0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
EOF = (0x000A, b"")


def xls(*cells: tuple[int, bytes], extra: Sequence[tuple[int, bytes]] = (), offset: int | None = None) -> bytes:
    """Return an `.xls` stream of one sheet with these records in it."""

    def globals_(place: int) -> bytes:
        sheet = (0x0085, struct.pack("<IBBBB", place, 0, 0, 5, 0) + b"Trang")
        return biff(BOF_BOOK, *extra, sheet, EOF)

    place = len(globals_(0))
    return globals_(place if offset is None else offset) + biff(BOF_SHEET, *cells, EOF)


def label(row: int, column: int, text: bytes) -> tuple[int, bytes]:
    """Return a text cell of an `.xls`."""
    return 0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text


def number(row: int, column: int, value: float) -> tuple[int, bytes]:
    """Return a number cell of an `.xls`."""
    return 0x0203, struct.pack("<HHHd", row, column, 0, value)


def records(*pairs: tuple[int, bytes]) -> bytes:
    """Return records of a part of an `.xlsb`."""
    return b"".join(_varint(kind) + _varint(len(payload)) + payload for kind, payload in pairs)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def wide(text: str, *, length: int | None = None) -> bytes:
    """Return a text as `.xlsb` holds it."""
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2 if length is None else length) + raw


def xlsb(sheet: bytes, *, strings: bytes = b"") -> bytes:
    """Return an `.xlsb` of one sheet."""
    bundle = (156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Trang"))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}/worksheet" Target="worksheets/sheet1.bin"/>'
        f'<Relationship Id="rId2" Type="{kind}/sharedStrings" Target="sharedStrings.bin"/></Relationships>'
    )
    return package(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.bin": records((131, b""), (143, b""), bundle, (144, b""), (132, b"")),
            "xl/_rels/workbook.bin.rels": links.encode(),
            "xl/worksheets/sheet1.bin": sheet,
            "xl/sharedStrings.bin": strings,
        }
    )


def xlsb_text(column: int, text: str) -> tuple[int, bytes]:
    """Return a text cell of an `.xlsb`."""
    return 6, struct.pack("<II", column, 0) + wide(text)


def xlsb_row(row: int) -> tuple[int, bytes]:
    """Return the head of a row of an `.xlsb`."""
    return 0, struct.pack("<I", row) + bytes(21)
