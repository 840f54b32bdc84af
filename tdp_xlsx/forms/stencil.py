"""A workbook packed once, into which each form's own words are put without packing anything anew."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Of the zip format: headers of an entry, of its line in the directory, of the directory's end; all of them begin alike.
_ENTRY = struct.Struct("<4s5H3I2H")
_LINE = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION, _UNIX, _UTF8, _DEFLATED = 20, 3 << 8, 0x800, 8
_TIME = (0, 1 << 5 | 1)  # midnight, 1 January 1980: the first time there is in a zip file
_MODE = 0o600 << 16

_LEVEL = 9  # packed once, sent many times
_MOST_STORED = 0xFFFF


@dataclass(frozen=True, slots=True)
class _Part:
    """A part cut where words go: ``pieces`` as they are and as they are packed, ``places`` which word follows each."""

    name: bytes
    flags: int
    pieces: tuple[bytes, ...]
    packed: tuple[bytes, ...]
    places: tuple[int, ...]
    checksum: int


class Stencil:
    """The parts of a workbook with stand-ins in them; ``stand_ins`` tells them in the order words are given later."""

    def __init__(self, parts: Mapping[str, bytes], stand_ins: Sequence[str]) -> None:
        words = {stand_in.encode(): place for place, stand_in in enumerate(stand_ins)}
        cut = re.compile(b"(" + b"|".join(map(re.escape, words)) + b")")
        self._parts = tuple(_part(name, cut.split(content), words) for name, content in parts.items())

    def pressed(self, words: Sequence[str]) -> bytes:
        """Return the workbook with a form's own words, the same bytes for the same words."""
        own = [escape(word, quote=False).encode() for word in words]
        stored = [_stored(word) for word in own]
        entries: list[bytes] = []
        directory: list[bytes] = []
        at = 0
        for part in self._parts:
            checksum, size = part.checksum, len(part.pieces[0])
            packed = [part.packed[0]]
            for place, piece, as_packed in zip(part.places, part.pieces[1:], part.packed[1:], strict=True):
                checksum = zlib.crc32(piece, zlib.crc32(own[place], checksum))
                size += len(own[place]) + len(piece)
                packed += (stored[place], as_packed)
            content = b"".join(packed)
            told = (_VERSION, part.flags, _DEFLATED, *_TIME, checksum, len(content), size, len(part.name), 0)
            entries += (_ENTRY.pack(b"PK\3\4", *told), part.name, content)
            directory += (_LINE.pack(b"PK\1\2", _UNIX | _VERSION, *told, 0, 0, 0, _MODE, at), part.name)
            at += _ENTRY.size + len(part.name) + len(content)
        lines = b"".join(directory)
        count = len(self._parts)
        return b"".join((*entries, lines, _END.pack(b"PK\5\6", 0, 0, count, count, len(lines), at, 0)))


def _part(name: str, cut: Sequence[bytes], words: Mapping[bytes, int]) -> _Part:
    pieces = tuple(cut[::2])
    return _Part(
        name=name.encode(),
        flags=0 if name.isascii() else _UTF8,
        pieces=pieces,
        packed=tuple(_packed(piece, is_last=number == len(pieces)) for number, piece in enumerate(pieces, 1)),
        places=tuple(words[stand_in] for stand_in in cut[1::2]),
        checksum=zlib.crc32(pieces[0]),
    )


def _packed(piece: bytes, *, is_last: bool) -> bytes:
    """Deflate a piece by itself, to whole bytes: nothing in it refers to what stands before, whatever that will be."""
    press = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return press.compress(piece) + press.flush(zlib.Z_FINISH if is_last else zlib.Z_SYNC_FLUSH)


def _stored(word: bytes) -> bytes:
    """Return a word as blocks of a deflated part that hold it as it is."""
    blocks = (word[start : start + _MOST_STORED] for start in range(0, len(word), _MOST_STORED))
    return b"".join(struct.pack("<BHH", 0, len(block), len(block) ^ _MOST_STORED) + block for block in blocks)
