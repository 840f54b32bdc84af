"""Rows of a sheet that are written already, as XML: a few in memory, many in a temporary file."""

from __future__ import annotations

import tempfile
from array import array
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN_MEMORY, _PIECE = 4 << 20, 1 << 18
"""Bytes of a sheet's rows that are kept in memory; characters that are passed on at once."""


@dataclass(slots=True)
class Block:
    """Rows without a gap: their numbers, where they lie, and the height of each in pixels (0: not set)."""

    first: int
    last: int
    start: int
    end: int
    pixels: array[int]


class Spool:
    """Takes rows in their order, gives them back block by block."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._waiting: list[str] = []
        self._length = 0
        self._file: IO[bytes] | None = None

    def add(self, row: int, xml: str, pixels: int) -> None:
        """Take the next row.

        Raises:
            ValueError: It is not below the row before.
        """
        blocks = self.blocks
        if not blocks or row != blocks[-1].last + 1:
            if blocks and row <= blocks[-1].last:
                raise ValueError(row + 1)
            self._pass_on()
            end = blocks[-1].end if blocks else 0
            blocks.append(Block(row, row, end, end, array("H")))
        block = blocks[-1]
        block.last = row
        block.pixels.append(pixels)
        self._waiting.append(xml)
        self._length += len(xml)
        if self._length > _PIECE:
            self._pass_on()

    @property
    def size(self) -> int:
        """Bytes of all rows."""
        self._pass_on()
        return self.blocks[-1].end if self.blocks else 0

    def pixels(self, row: int) -> int:
        """Return a row's height in pixels; 0 if it has none of its own, or is not here."""
        for block in self.blocks:
            if block.first <= row <= block.last:
                return block.pixels[row - block.first]
        return 0

    def pieces(self, block: Block) -> Iterator[bytes]:
        """Give back a block's rows."""
        self._pass_on()
        if self._file is None:
            return
        self._file.seek(block.start)
        left = block.end - block.start
        while left:
            piece = self._file.read(min(left, _PIECE))
            left -= len(piece)
            yield piece

    def close(self) -> None:
        """Let go of the rows."""
        if self._file is not None:
            self._file.close()

    def _pass_on(self) -> None:
        if not self._waiting:
            return
        if self._file is None:
            self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by close()
        piece = "".join(self._waiting).encode()
        self._waiting.clear()
        self._length = 0
        self._file.seek(0, 2)
        self._file.write(piece)
        self.blocks[-1].end += len(piece)
