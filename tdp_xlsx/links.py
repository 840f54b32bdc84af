"""How last year's groups and criteria became this year's: the sheet ``Đối chiếu năm trước``, an edge a row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class GroupChange(StrEnum):
    """What became of a group, as the sheet says it."""

    KEPT = "Giữ nguyên"
    RENAMED = "Đổi tên"
    RECODED = "Đổi mã"
    MERGED = "Nhập"
    SPLIT = "Chia tách"
    ADJUSTED = "Điều chỉnh một phần"
    DISSOLVED = "Giải thể"
    FOUNDED = "Lập mới"


class CriterionChange(StrEnum):
    """What became of a criterion, as the sheet says it."""

    KEPT = "Như cũ"
    REWORDED = "Đổi lời không đổi nghĩa"
    REDEFINED = "Đổi nghĩa"
    MERGED = "Gộp"
    SPLIT = "Tách"
    DROPPED = "Bỏ"
    ADDED = "Mới"


Change = TypeVar("Change", GroupChange, CriterionChange)

ENDS = frozenset[StrEnum]({GroupChange.DISSOLVED, CriterionChange.DROPPED})
"""Changes after which there is nothing: no code of this year."""
BEGINS = frozenset[StrEnum]({GroupChange.FOUNDED, CriterionChange.ADDED})
"""Changes before which there was nothing: no code of last year."""
JOINS = frozenset[StrEnum]({GroupChange.MERGED, CriterionChange.MERGED})
"""Changes of two or more into one."""
DIVIDES = frozenset[StrEnum]({GroupChange.SPLIT, CriterionChange.SPLIT})
"""Changes of one into two or more."""
ALONE = frozenset[StrEnum]({*GroupChange, *CriterionChange}) - JOINS - DIVIDES - {GroupChange.ADJUSTED}
"""Changes whose codes stand in no other edge."""

CODE_DIFFERS: Mapping[StrEnum, bool] = {GroupChange.KEPT: False, GroupChange.RECODED: True}
"""Changes that say whether the code of this year is another."""


@dataclass(frozen=True, slots=True)
class Link(Generic[Change]):
    """One edge: code of last year, code of this year ("" where there is none), what happened, and in which row.

    ``since`` and ``note`` are said of groups only.
    """

    before: str
    now: str
    change: Change
    row: int
    basis: str = ""
    since: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """What the office says of groups and criteria, in the sheet's order; what no edge names is the same code's."""

    groups: tuple[Link[GroupChange], ...] = ()
    criteria: tuple[Link[CriterionChange], ...] = ()
