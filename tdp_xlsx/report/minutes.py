"""Date and minutes of the office's decisions: read out of what was typed, by formula and by the program alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.report.live import Live, join, quoted, when
from tdp_xlsx.spelling import day_of

if TYPE_CHECKING:
    from tdp_xlsx.model import Decision

_SIGN = "/BB"
"""What the number of minutes (biên bản) has in it: 12/BB-UBND."""
SEVERAL = "nhiều biên bản"
"""What is said where the latest decisions, all of one day, name different minutes."""
_SEARCHED, _GAP, _BEFORE = 500, 40, 20
"""Characters of the reason that are searched; blanks put for one; most characters that stand before the sign."""
_STOPS = "\n,;()"
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_DATED = 10
"""The least number of a decision with a date."""


def minutes(decision: Decision) -> str:
    """Return the number of the minutes that a reason names; empty if none."""
    spaced = decision.reason[:_SEARCHED]
    for stop in _STOPS:
        spaced = spaced.replace(stop, " ")
    spaced = spaced.replace(" ", " " * _GAP)
    found = spaced.find(_SIGN)
    if found < 0:
        return ""
    start = max(0, found - _BEFORE)
    return " ".join(spaced[start : start + _GAP].split())


def minutes_formula(cell: str) -> str:
    """Return the expression of the number of the minutes named in a cell: the word around the sign."""
    spaced = f"LEFT({cell},{_SEARCHED})"
    for stop in _STOPS:
        spaced = f'SUBSTITUTE({spaced},{"CHAR(10)" if stop == chr(10) else quoted(stop)}," ")'
    spaced = f'SUBSTITUTE({spaced}," ",REPT(" ",{_GAP}))'
    found = f"FIND({quoted(_SIGN)},{spaced})"
    return f'IFERROR(TRIM(MID({spaced},MAX(1,{found}-{_BEFORE}),{_GAP})),"")'


def standing(decision: Decision) -> int:
    """Return the number by which the latest decision is found: year, month, day, and 1 where it names minutes."""
    day = day_of(decision.decided_on)
    date = day.year * 10000 + day.month * 100 + day.day if day else 0
    return date * 10 + bool(minutes(decision))


def standing_formula(date: str, minutes_cell: str) -> str:
    """Return the expression of the same number for the cells of date and minutes; the date is text or a date."""
    text = f'SUBSTITUTE({date}," ","")'
    one = f'FIND("/",{text})'
    two = f'FIND("/",{text},{one}+1)'
    day, month, year = (
        f"VALUE(LEFT({text},{one}-1))",
        f"VALUE(MID({text},{one}+1,{two}-{one}-1))",
        f"VALUE(MID({text},{two}+1,9))",
    )
    # Written as ISO does, every program takes it for a day in every country, or for none.
    iso = f'VALUE({year}&"-"&TEXT({month},"00")&"-"&TEXT({day},"00"))'
    real = f"AND({year}>={_FIRST_YEAR},{year}<={_LAST_YEAR},DAY({iso})={day})"
    typed = f"YEAR({date})*10000+MONTH({date})*100+DAY({date})"
    key = f"IF(ISNUMBER({date}),{typed},IF({real},{year}*10000+{month}*100+{day},0))"
    return f'IFERROR({key},0)*10+IF({minutes_cell}="",0,1)'


def told(standing_number: Live, minutes_found: Live) -> Live:
    """Say of a group's latest decision, found by this number, its date and minutes, as far as they are known."""
    date, best = f"INT({standing_number.formula}/10)", standing_number.count
    day, month, year = f"MOD({date},100)", f"MOD(INT({date}/100),100)", f"INT({date}/10000)"
    dated = Live(
        f'" ngày "&TEXT({day},"00")&"/"&TEXT({month},"00")&"/"&{year}',
        f" ngày {best // 10 % 100:02d}/{best // 1000 % 100:02d}/{best // 100000}",
    )
    numbered = when(f"MOD({standing_number.formula},10)=1", best % 10 == 1, join(", ", minutes_found))
    return join(when(f"{standing_number.formula}>9", best >= _DATED, dated), numbered)
