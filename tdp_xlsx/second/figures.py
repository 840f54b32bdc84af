"""What the second reckoning starts from, and what it comes to: plain figures that travel to another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Start(NamedTuple):
    """All that the results hang on.

    ``groups`` are the codes of the groups that were read, ``lists`` the list each is ranked in, ``finals`` their
    answers, one byte (a ``Final``) for each criterion, group after group. ``criteria`` are the codes of criteria and
    cases in the form's order; ``standards``, ``cases`` and ``points`` tell of each its standard's place (-1 of a case),
    whether it is a case, and its weight. ``tie_break``: equal shares are told apart by standards met in full.
    """

    groups: tuple[str, ...]
    lists: tuple[str, ...]
    finals: bytes
    criteria: tuple[str, ...]
    standards: tuple[int, ...]
    cases: tuple[bool, ...]
    points: tuple[int, ...]
    tie_break: bool


class Reckoned(NamedTuple):
    """What pandas comes to.

    ``groups``: of each group that was read, by code: state (a word of PRODUCT section 7), criteria met and applicable,
    points met and applicable, standards met in full, and rank (0 without). ``criteria``: over the groups that count, by
    code of criterion and case: how many it concerns, how many say Có, and Không.
    """

    groups: Mapping[str, tuple[object, ...]]
    criteria: Mapping[str, tuple[int, int, int]]
