"""Rows of a sheet that are written already, as XML: a few in memory, many in a temporary file."""

from __future__ import annotations

import tempfile
from array import array
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN_MEMORY, _PIECE, _AT_ONCE = 4 << 20, 1 << 18, 64
"""Bytes of a sheet's rows that are kept in memory, and that are given back at once; rows that are passed on at once."""


@dataclass(slots=True)
class Block:
    """Rows without a gap: the first one's number, the height of each in pixels (0: not set), and where they lie."""

    first: int
    pixels: array[int]
    start: int
    end: int

    @property
    def last(self) -> int:
        """The last row's number."""
        return self.first + len(self.pixels) - 1


class Spool:
    """Takes rows in their order, gives them back block by block."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._next = -1
        self._pixels = array("H")
        self._waiting: list[str] = []
        self._file: IO[bytes] | None = None

    def add(self, row: int, xml: str, pixels: int) -> None:
        """Take the next row.

        Raises:
            ValueError: It is not below the row before.
        """
        if row != self._next:
            self._begin(row)
        self._next = row + 1
        self._pixels.append(pixels)
        self._waiting.append(xml)
        if len(self._waiting) >= _AT_ONCE:
            self._pass_on()

    def _begin(self, row: int) -> None:
        if row < self._next:
            raise ValueError(row + 1)
        self._pass_on()
        end = self.blocks[-1].end if self.blocks else 0
        self._pixels = array("H")
        self.blocks.append(Block(row, self._pixels, end, end))

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
        self._file.seek(0, 2)
        self._file.write(piece)
        self.blocks[-1].end += len(piece)
