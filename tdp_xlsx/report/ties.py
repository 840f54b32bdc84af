"""Groups of equal rank, named beside each other: the chain of names that the notes on equal ranks draw on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tdp_xlsx.evaluation import GroupResult

CHAIN_LIMIT = 2000
"""A chain longer than this is not continued; a cell holds 32 767 characters."""
_SEPARATOR, _CUT = "; ", "; …"


def tie_key(list_cell: str, rank_cell: str) -> str:
    """Return the expression of a group's list and rank as one text."""
    return f'{list_cell}&"|"&{rank_cell}'


def chains(ordered: Sequence[GroupResult]) -> Iterator[str]:
    """Yield, for each line of the ranking, the names of its equals from this line on."""
    cuts = _cuts(ordered)
    text, left = "", 0
    for line, result in enumerate(ordered):
        if not left:
            # All names up to where the chain ends or is cut; each further line has one name less.
            end = cuts.pop()
            left = end - line + 1
            text = _SEPARATOR.join(other.name for other in ordered[line : end + 1])
            if _goes_on(ordered, end):
                text += _CUT
        yield text
        text = text[len(result.name) + len(_SEPARATOR) :]
        left -= 1


def _goes_on(ordered: Sequence[GroupResult], line: int) -> bool:
    """Whether the next line has the same rank in the same list."""
    if line + 1 == len(ordered):
        return False
    own, other = ordered[line], ordered[line + 1]
    return own.rank is not None and (other.rank, other.list) == (own.rank, own.list)


def _cuts(ordered: Sequence[GroupResult]) -> list[int]:
    """Return the lines at which chains end, whole or cut off, the last one first."""
    ends: list[int] = []
    length = 0
    for line in range(len(ordered) - 1, -1, -1):
        name = len(ordered[line].name)
        if not _goes_on(ordered, line):
            ends.append(line)
            length = name
        elif length >= CHAIN_LIMIT:
            ends.append(line)
            length = name + len(_CUT)
        else:
            length += name + len(_SEPARATOR)
    return ends
