"""Formulas with the values they come to, put together from parts so that both stay the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from xlsxwriter.utility import xl_col_to_name

if TYPE_CHECKING:
    from collections.abc import Sequence

LIVE_LIMIT = 300
"""With more groups than this, values are written instead of formulas: those of the ranks grow with the square."""

OWN_ROW, ROW_BELOW = "\x01", "\x02"
"""Stand in a table's formulas for the number of the row, and of the next; no text that is stored holds them."""

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


@lru_cache(maxsize=256)
def letter(col: int) -> str:
    """Return a column's letters with the column fixed: ``$AB``."""
    return f"${xl_col_to_name(col)}"


def _live(part: Live | str) -> Live:
    return part if isinstance(part, Live) else Live(quoted(part), part)


def join(*parts: Live | str) -> Live:
    """Put texts together."""
    lives = [_live(part) for part in parts]
    return Live("&".join(live.formula for live in lives), "".join(str(live.value) for live in lives))


def when(test: str, holds: bool, then: Live | str, other: Live | str = "") -> Live:  # noqa: FBT001 - test, its outcome
    """Choose; ``test`` is the condition as a formula, ``holds`` whether it does."""
    yes, no = _live(then), _live(other)
    return Live(f"IF({test},{yes.formula},{no.formula})", (yes if holds else no).value)


def listed(parts: Sequence[Live], separator: str = "; ") -> Live:
    """Put together those parts that are not empty, with a separator between them."""
    value = separator.join(str(part.value) for part in parts if part.value != "")
    pieces = "&".join(f'IF({part.formula}="","",{quoted(separator)}&{part.formula})' for part in parts)
    return Live(f"MID({pieces},{len(separator) + 1},1000)" if parts else '""', value)


def two(count: Live) -> Live:
    """Write a count with at least two digits, as official texts have it; no locale matters."""
    return Live(f'TEXT({count.formula},"00")', f"{count.count:02d}")


def percent(part: Live, whole: Live) -> Live:
    """Write a share as percent with a decimal comma, built from whole numbers so that no locale changes it."""
    ratio = f"ROUND(10000*{part.formula}/MAX(1,{whole.formula}),0)"
    formula = f'INT({ratio}/100)&","&TEXT(MOD({ratio},100),"00")&"%"'
    return Live(formula, percent_text(part.count, whole.count))


def percent_text(part: int, whole: int) -> str:
    """Return a share as percent with two decimals, halves rounded up."""
    hundredths = (20000 * part + whole) // (2 * whole) if whole else 0
    return f"{hundredths // 100},{hundredths % 100:02d}%"


def share(part: int, whole: int) -> float:
    """Return 100 × part ÷ whole, reckoned in the order a formula does it, to the last bit."""
    return 100 * part / whole if whole else 0.0


def rate(part_cell: str, whole_cell: str, part: int, whole: int) -> Live:
    """Give a share in percent of two cells."""
    return Live(f"IF({whole_cell}=0,0,100*{part_cell}/{whole_cell})", share(part, whole))


def number_text(number: float) -> str:
    """Return a number with a decimal comma, without needless zeros."""
    return f"{number:g}".replace(".", ",")
