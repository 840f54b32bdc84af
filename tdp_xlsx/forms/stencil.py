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

# Of the zip format: an entry's header, its line in the directory but for where the entry stands, the directory's end.
_ENTRY = struct.Struct("<4s5H3I2H")
_LINE = struct.Struct("<4s6H3I5HI")
_AT = struct.Struct("<I")
_END = struct.Struct("<4s4H2IH")
_VERSION, _UNIX, _UTF8, _DEFLATED = 20, 3 << 8, 0x800, 8
_TIME = (0, 1 << 5 | 1)  # midnight, 1 January 1980: the first time there is in a zip file
_MODE = 0o600 << 16

_LEVEL = 9  # packed once, sent many times
_MOST_STORED = 0xFFFF


@dataclass(frozen=True, slots=True)
class _Part:
    """A part cut where words go: ``pieces`` as they are and as they are packed, ``places`` which word follows each.

    ``entry`` and ``line`` are what stands of it in every archive alike, where no word goes into it.
    """

    name: bytes
    pieces: tuple[bytes, ...]
    packed: tuple[bytes, ...]
    places: tuple[int, ...]
    checksum: int
    entry: bytes
    line: bytes

    def with_words(self, own: Sequence[bytes], stored: Sequence[bytes]) -> tuple[bytes, bytes]:
        """Return entry and line with a form's own words, given as they are and as they are stored."""
        checksum, size = self.checksum, len(self.pieces[0])
        packed = [self.packed[0]]
        for place, piece, as_packed in zip(self.places, self.pieces[1:], self.packed[1:], strict=True):
            checksum = zlib.crc32(piece, zlib.crc32(own[place], checksum))
            size += len(own[place]) + len(piece)
            packed += (stored[place], as_packed)
        return _entry_and_line(self.name, checksum, size, packed)


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
            entry, line = part.with_words(own, stored) if part.places else (part.entry, part.line)
            entries.append(entry)
            directory += (line, _AT.pack(at), part.name)
            at += len(entry)
        lines = b"".join(directory)
        count = len(self._parts)
        return b"".join((*entries, lines, _END.pack(b"PK\5\6", 0, 0, count, count, len(lines), at, 0)))


def _part(name: str, cut: Sequence[bytes], words: Mapping[bytes, int]) -> _Part:
    pieces = tuple(cut[::2])
    packed = tuple(_packed(piece, is_last=number == len(pieces)) for number, piece in enumerate(pieces, 1))
    places = tuple(words[stand_in] for stand_in in cut[1::2])
    checksum = zlib.crc32(pieces[0])
    entry, line = _entry_and_line(name.encode(), checksum, len(pieces[0]), packed)
    return _Part(name.encode(), pieces, packed, places, checksum, entry, line)


def _entry_and_line(name: bytes, checksum: int, size: int, packed: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return a part as it stands in the archive, and its line in the directory but for its place and name."""
    flags = 0 if name.isascii() else _UTF8
    told = (_VERSION, flags, _DEFLATED, *_TIME, checksum, sum(map(len, packed)), size, len(name), 0)
    line = _LINE.pack(b"PK\1\2", _UNIX | _VERSION, *told, 0, 0, 0, _MODE)
    return b"".join((_ENTRY.pack(b"PK\3\4", *told), name, *packed)), line


def _packed(piece: bytes, *, is_last: bool) -> bytes:
    """Deflate a piece by itself, to whole bytes: nothing in it refers to what stands before, whatever that will be."""
    press = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return press.compress(piece) + press.flush(zlib.Z_FINISH if is_last else zlib.Z_SYNC_FLUSH)


def _stored(word: bytes) -> bytes:
    """Return a word as blocks of a deflated part that hold it as it is."""
    blocks = (word[start : start + _MOST_STORED] for start in range(0, len(word), _MOST_STORED))
    return b"".join(struct.pack("<BHH", 0, len(block), len(block) ^ _MOST_STORED) + block for block in blocks)
