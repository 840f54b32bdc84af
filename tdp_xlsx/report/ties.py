"""Groups of equal rank: the names of all that follow one another, which the notes on equal ranks quote."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tdp_xlsx.evaluation import GroupResult

CHAIN_LIMIT = 2000
"""A chain longer than this is not continued; a cell holds 32 767 characters."""
_SEPARATOR, _CUT = "; ", "; …"


def tie_key(list_cell: str, rank_cell: str) -> str:
    """Return the expression of a group's list and rank as one text."""
    return f'{list_cell}&"|"&{rank_cell}'


def chains(ordered: Iterable[GroupResult]) -> Iterator[str]:
    """Yield, for each line of the ranking, the names of its equals from this line on."""
    for _, equals in groupby(ordered, key=lambda one: one.code if one.rank is None else (one.list, one.rank)):
        texts: list[str] = []
        for one in reversed(list(equals)):
            below = texts[-1] if texts else ""
            more = _SEPARATOR + below if len(below) < CHAIN_LIMIT else _CUT
            texts.append(one.name + (more if below else ""))
        yield from reversed(texts)
