"""Formulas that carry the value they come to: written side by side, so that workbook and program cannot drift apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

LIVE_LIMIT = 300
"""With more groups than this, values are written instead of formulas: those of the ranks grow with the square."""

Value: TypeAlias = str | int | float


@dataclass(frozen=True, slots=True)
class Live:
    """An expression without its ``=``, and the value a spreadsheet reckons for it."""

    formula: str
    value: Value

    @property
    def count(self) -> int:
        """The value of an expression that counts."""
        return int(self.value)


@lru_cache(maxsize=1024)  # the same words stand in every row
def quoted(text: str) -> str:
    """Return text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'


def joined(*parts: str) -> str:
    """Return the expression that puts texts together."""
    return "&".join(parts)


def chosen(test: str, then: str, other: str = '""') -> str:
    """Return the expression of a choice."""
    return f"IF({test},{then},{other})"


def two_formula(count: str) -> str:
    """Return the expression of a count with at least two digits, as official texts have it; no locale matters."""
    return f'TEXT({count},"00")'


def listed_formula(parts: Sequence[str], separator: str = "; ") -> str:
    """Return the expression that puts together those parts that are not empty."""
    if not parts:
        return '""'
    pieces = "&".join(f'IF({part}="","",{quoted(separator)}&{part})' for part in parts)
    return f"MID({pieces},{len(separator) + 1},1000)"


def _live(part: Live | str) -> Live:
    return part if isinstance(part, Live) else Live(quoted(part), part)


def join(*parts: Live | str) -> Live:
    """Put texts together."""
    lives = [_live(part) for part in parts]
    return Live(joined(*(live.formula for live in lives)), "".join(str(live.value) for live in lives))


def when(test: str, holds: bool, then: Live | str, other: Live | str = "") -> Live:  # noqa: FBT001 - test, its outcome
    """Choose; ``test`` is the condition as a formula, ``holds`` whether it does."""
    yes, no = _live(then), _live(other)
    return Live(chosen(test, yes.formula, no.formula), (yes if holds else no).value)


def two(count: Live) -> Live:
    """Write a count with at least two digits."""
    return Live(two_formula(count.formula), f"{count.count:02d}")


def percent(part: Live, whole: Live) -> Live:
    """Write a share as percent with a decimal comma, built from whole numbers so that no locale changes it."""
    part_count, whole_count = part.count, whole.count
    hundredths = (20000 * part_count + whole_count) // (2 * whole_count) if whole_count else 0
    ratio = f"ROUND(10000*{part.formula}/MAX(1,{whole.formula}),0)"
    return Live(f'INT({ratio}/100)&","&TEXT(MOD({ratio},100),"00")&"%"', f"{hundredths // 100},{hundredths % 100:02d}%")


def listed(parts: list[Live], separator: str = "; ") -> Live:
    """Put together those parts that are not empty, with a separator between them."""
    value = separator.join(str(part.value) for part in parts if part.value != "")
    return Live(listed_formula([part.formula for part in parts], separator), value)


def share(part: int, whole: int) -> float:
    """Return 100 × part ÷ whole, reckoned in the order a formula does it, to the last bit."""
    return 100 * part / whole if whole else 0.0


def number_text(number: float) -> str:
    """Return a number with a decimal comma, without needless zeros."""
    return f"{number:g}".replace(".", ",")
