"""What the office means by a code, a name or a date as people write them: the one it can be, or all it might be."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from tdp_xlsx.model import ALL_GROUPS
from tdp_xlsx.text import bare, display, match_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tdp_xlsx.model import Plan

NUMERIC = "{number} (dạng số)"
"""How a criterion is read back from a cell that holds a number: 2.1 may be 2.10."""
_NUMERIC = re.compile(r"(\d+)[.,]?(\d*) \(dạng số\)")
_WORDS = re.compile(r"\d+|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
_LEFT_OUT = frozenset({match_key("số"), "so"})
_BEFORE_CODE = re.compile(r"^(?:tiêu chí|trường hợp|mục|mã|tc)[\s:.-]*(?=[\di])")
_DAY = r"(?:(?:ngày|hôm|vào)\s+)*"
_DAYS = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[ t]0?0:00(?::00)?)?"),
    re.compile(_DAY + r"(?P<d>\d{1,2})\s*[-/.]\s*(?P<m>\d{1,2})\s*[-/.]\s*(?P<y>\d{4})"),
    re.compile(_DAY + r"(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s*(?:,|năm|/)?\s*(?P<y>\d{4})"),
)
_AS_WRITTEN = re.compile(r"\d{1,2} */ *\d{1,2} */ *\d{4}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_SERIAL, _EXCEL_EPOCH = re.compile(r"[3-6]\d{4}"), dt.date(1899, 12, 30)


def day_of(raw: str) -> dt.date | None:
    """Return the one day a text says, in any of the usual ways; None where it is none, or none of the calendar."""
    text = display(raw).casefold().rstrip(".")
    if _SERIAL.fullmatch(text):
        return _EXCEL_EPOCH + dt.timedelta(int(text))
    for way in _DAYS:
        if said := way.fullmatch(text):
            year = int(said["y"])
            try:
                day = dt.date(year, int(said["m"]), int(said["d"]))
            except ValueError:
                return None
            return day if _FIRST_YEAR <= year <= _LAST_YEAR else None
    return None


def written_day(raw: str) -> str:
    """Return a day as the workbook's formulas read it, ``01/12/2026``; what is so, or is no day, stays as it stands."""
    day = None if _AS_WRITTEN.fullmatch(raw) else day_of(raw)
    return f"{day:%d/%m}/{day.year}" if day else raw


Meant = tuple[str | None, tuple[str, ...]]
"""The one code that is meant, or None and all that might be."""


class Spelling:
    """The register's groups and the plan's criteria by all that people call them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._codes = {match_key(code): code for code in plan.group_by_code}
        self._criteria: defaultdict[str, set[str]] = defaultdict(set)
        self._parts: defaultdict[tuple[int, ...], set[str]] = defaultdict(set)
        for one in plan.criteria:
            for called in (one.label, one.number):
                self._criteria[match_key(called)].add(one.code)
            if re.fullmatch(r"\d+\.\d+", one.number):
                self._parts[_ints(one.number)].add(one.code)
        # A code is itself, whatever else is called so.
        self._criteria.update({match_key(code): {code} for code in (*plan.by_code, ALL_GROUPS)})
        self._order = {code: place for place, code in enumerate((*plan.group_by_code, *plan.by_code))}

    @cached_property
    def _groups(self) -> Mapping[str, set[str]]:
        """The groups by what they are called; a country has ninety thousand, and most are called by their codes."""
        return self._called(match_key)

    @cached_property
    def _nearly(self) -> Mapping[str, set[str]]:
        return self._called(bare)

    def _called(self, key: Callable[[str], str]) -> Mapping[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for group in self._plan.groups:
            for called in (group.code, group.name, f"{group.code} {group.name}", f"{group.name} {group.code}"):
                found[_words(key(called))].add(group.code)
        return found

    def group(self, raw: str) -> Meant:
        """Return which group is meant."""
        if (key := match_key(raw)) in self._codes:
            return self._codes[key], ()
        if found := self._groups.get(_words(key)):
            return self._meant(found)
        # Without its accents a name may be another's: it is asked about, even if there is only one.
        return None, self._sorted(self._nearly.get(_words(bare(raw)), ()))

    def criterion(self, raw: str) -> Meant:
        """Return which criterion is meant."""
        if found := self._criteria.get(match_key(raw)):
            return self._meant(found)
        text = display(raw).casefold()
        if number := _NUMERIC.fullmatch(text):  # it may have lost zeros
            parts = [(int(number[1]), int(f"{number[2] or 0}{zeros}")) for zeros in ("", "0")]
            return self._meant({code for part in parts for code in self._parts.get(part, ())})
        if day := day_of(text):  # a code that a program took for a date
            parts = [(day.day, day.month), (day.month, day.day)]
            return None, self._sorted({code for part in parts for code in self._parts.get(part, ())})
        plain = re.sub(r"\s*[.,]\s*", ".", _BEFORE_CODE.sub("", text)).strip(".")
        return self._meant(self._criteria.get(match_key(plain), ()))

    def _meant(self, codes: Collection[str]) -> Meant:
        return (next(iter(codes)), ()) if len(codes) == 1 else (None, self._sorted(codes))

    def _sorted(self, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(codes, key=lambda code: self._order.get(code, -1)))


def _words(key: str) -> str:
    """Return the words and numbers of a code or name, without what people leave out: signs, leading zeros, "số"."""
    words = (str(int(word)) if word.isdecimal() else word for word in _WORDS.findall(key))
    return " ".join(word for word in words if word not in _LEFT_OUT)


def _ints(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.split(".")))
