"""How cells look where that changes what they say: struck through, filled, in another font; and what is a date."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx.reading.cells import Look, Position
from tdp_xlsx.reading.markup import children, local, parse

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from tdp_xlsx.reading.cells import Value

PLAIN = Look()
_PERCENT = frozenset({9, 10})  # built in: 0% and 0.00%
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})  # built in, East Asian ones too
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[(?![hms]+\])[^]]*\]', re.IGNORECASE)
_FIRST, _FIRST_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001 - the wall clock's
_LEAP_1900, _LAST = 60, 2_958_466  # the day 1900 never had; the day after the year 9999


class CellFormat(NamedTuple):
    """A cell format: font (name, whether it strikes through), number of the number format, fill as any text."""

    font: tuple[str, bool]
    number: int
    fill: str


class Styles(NamedTuple):
    """The look of each cell format, by its number, and the numbers of those that show dates."""

    looks: tuple[Look, ...] = ()
    dates: frozenset[int] = frozenset()
    from_1904: bool = False

    @classmethod
    def of(cls, formats: Iterable[CellFormat], codes: Mapping[int, str]) -> Styles:
        """Return styles from cell formats and the number formats (by number) that are not built in."""
        formats = tuple(formats)
        shown = {number: _LITERAL.sub("", code).lower() for number, code in codes.items()}
        percent = _PERCENT - shown.keys() | {number for number, code in shown.items() if "%" in code}
        dates = _DATES - shown.keys() | {n for n, code in shown.items() if set(code.partition(";")[0]) & set("dmyhs")}
        looks = tuple(Look(*one.font, one.number in percent, one.fill) for one in formats)
        return cls(looks, frozenset(n for n, one in enumerate(formats) if one.number in dates - percent))

    def value(self, number: float, style: int) -> Value:
        """Return a number as its cell shows it: a date where its format says so."""
        if style not in self.dates or not 0 <= number < _LAST:
            return number
        if number < 1:
            return (_FIRST + dt.timedelta(seconds=round(number * 86_400))).time()
        first = _FIRST_1904 if self.from_1904 else _FIRST
        days = number + 1 if number < _LEAP_1900 and not self.from_1904 else number
        return first + dt.timedelta(seconds=round(days * 86_400))


class Looks(Mapping[Position, Look]):
    """The looks of a sheet's cells by position, each worked out when it is asked for."""

    __slots__ = ("_numbers", "_struck", "_styles")

    def __init__(self, numbers: Mapping[Position, str | int], styles: Styles, struck: Container[Position] = ()) -> None:
        self._numbers, self._styles, self._struck = numbers, styles, struck

    def __getitem__(self, position: Position) -> Look:
        number = int(self._numbers[position])
        look = self._styles.looks[number] if number < len(self._styles.looks) else PLAIN
        return replace(look, struck=True) if position in self._struck else look

    def __iter__(self) -> Iterator[Position]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def is_on(element: ET.Element) -> bool:
    """Whether an element such as ``strike`` says yes."""
    return element.get("val", "1") not in {"0", "false", "off"}


@lru_cache(maxsize=16)  # the same in every form that one program saved
def xlsx_styles(content: bytes) -> Styles:
    """Return the styles of an ``.xlsx`` styles part; none of them where it is damaged: that costs no answer.

    Raises:
        UnreadableError: It is unsafe XML.
    """
    try:
        root = parse(content)
        fonts = [
            (
                next((one.get("val", "") for one in font if local(one.tag) == "name"), ""),
                any(is_on(one) for one in font if local(one.tag) == "strike"),
            )
            for font in children(root, "fonts", "font")
        ]
        fills = [ET.tostring(fill, encoding="unicode") for fill in children(root, "fills", "fill")]
        codes = {
            int(one.get("numFmtId", "0")): one.get("formatCode", "") for one in children(root, "numFmts", "numFmt")
        }
        return Styles.of(
            [
                CellFormat(
                    fonts[int(one.get("fontId", "0"))] if fonts else ("", False),
                    int(one.get("numFmtId", "0")),
                    fills[int(one.get("fillId", "0"))] if fills else "",
                )
                for one in children(root, "cellXfs", "xf")
            ],
            codes,
        )
    except (ET.ParseError, LookupError, ValueError):
        return Styles()
