"""Groups of equal rank, named beside each other: the chain of names that the notes on equal ranks draw on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tdp_xlsx.evaluation import GroupResult

CHAIN_LIMIT = 2000
"""A chain longer than this is not continued; a cell holds 32 767 characters."""


def tie_key(list_cell: str, rank_cell: str) -> str:
    """Return the expression of a group's list and rank as one text."""
    return f'{list_cell}&"|"&{rank_cell}'


def chains(ordered: tuple[GroupResult, ...]) -> list[str]:
    """Return, for each line of the ranking, the names of its equals from this line on."""
    texts = [""] * len(ordered)
    for line in range(len(ordered) - 1, -1, -1):
        result = ordered[line]
        texts[line] = result.name
        if line + 1 < len(ordered) and result.rank is not None and ordered[line + 1].code in result.tied:
            rest = texts[line + 1]
            texts[line] += f"; {rest}" if len(rest) < CHAIN_LIMIT else "; …"
    return texts
