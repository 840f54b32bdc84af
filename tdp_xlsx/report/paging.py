"""Where pages end: no row cut in two, no signature alone on a page, no part cut that fits one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEPT_WITH_SIGNATURE = 2
"""Rows of the table that go with the signatures to the next page, so that these do not stand alone."""
_DEFAULT = 15.0


@dataclass(frozen=True, slots=True)
class Block:
    """First and last rows of the repeated heading, of the table's lines, and of what closes it."""

    head: tuple[int, int]
    rows: tuple[int, int]
    closing: tuple[int, int]


def page_breaks(block: Block, heights: Mapping[int, float], room: float) -> list[int]:
    """Return the rows before which a page begins; ``heights`` and ``room`` in points."""

    def height(first: int, last: int) -> float:
        return sum(heights.get(row, _DEFAULT) for row in range(first, last + 1))

    repeated = height(*block.head)
    used = height(0, block.rows[0] - 1)
    breaks: list[int] = []
    for row in range(block.rows[0], block.rows[1] + 1):
        if used + heights.get(row, _DEFAULT) > room:
            breaks.append(row)
            used = repeated
        used += heights.get(row, _DEFAULT)
    if used + height(*block.closing) > room:
        page_start = breaks[-1] if breaks else block.rows[0]
        # At least one line stays on the page that is left.
        at = max(block.rows[1] - KEPT_WITH_SIGNATURE + 1, page_start + 1)
        breaks.append(min(at, block.closing[0]))
    return breaks


def part_breaks(starts: Sequence[int], end: int, sizes: Mapping[int, float], room: float, usual: float) -> list[int]:
    """Return before which of some parts' first lines a page begins, so that none is cut that fits a page.

    ``starts`` are the parts' first lines, the last of them ends with line ``end``; lines are rows or columns, and
    those without a size of their own have the ``usual`` one.
    """
    breaks: list[int] = []
    used = sum(sizes.get(line, usual) for line in range(starts[0])) if starts else 0.0
    for start, following in zip(starts, [*starts[1:], end + 1], strict=True):
        size = sum(sizes.get(line, usual) for line in range(start, following))
        if used and used + size > room:
            breaks.append(start)
            used = 0.0
        used += size
    return breaks
