"""What the office wrote into a ward workbook beside decisions, and no run carries over: by sheet, which cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import COMMENTS, UnreadableError, as_text, cell_name
from tdp_xlsx.reading.package import OWN
from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tdp_xlsx.reading.cells import Position, Sheet

_FIXED = frozenset(map(match_key, (layout.RANKING, layout.SUMMARY, layout.DECISIONS)))
"""Sheets whose cells are formulas or the same in each run: whatever else stands there was typed."""
_CARRIED = match_key(layout.DECISIONS)
_MADE = frozenset(map(match_key, layout.WARD_SHEETS))
_NAMED = 6
_LARGE = 4 << 20
"""Bytes from which on only the office's own sheets are read: the tables hold values, which change by themselves."""


def leftovers(earlier: Path, written: Path) -> Mapping[str, str]:
    """Return, by sheet, the cells of an earlier workbook that the new one has no place for, as people name them."""
    is_large = earlier.stat().st_size > _LARGE

    def wanted(name: str) -> bool:
        return not (is_large and match_key(name) in _MADE)

    try:
        before = read_workbook(earlier, wanted=wanted, limits=OWN)
        now = read_workbook(written, wanted=wanted, limits=OWN)
    except (UnreadableError, OSError):
        return {}  # its decisions were read, and it is archived with all that it holds
    made = {match_key(sheet.name): sheet for sheet in now.sheets}
    found = {}
    for sheet in before.sheets:
        key = match_key(sheet.name)
        cells = [cell_name(*at) for at in _filled(sheet)] if key not in _MADE else []
        if key in made:
            last = _heading_row(sheet) if key == _CARRIED else len(sheet.rows)  # rows of decisions are carried over
            cells = list(_added(sheet, made[key], last, compare=key in _FIXED))
        notes = [] if key == match_key(layout.DETAIL) else sheet.additions.get(COMMENTS, ())
        if cells or notes:
            found[sheet.name] = "; ".join(filter(None, (_told("ô", cells), _told("ghi chú gắn ở ô", notes))))
    return found


def _filled(sheet: Sheet, first: int = 1) -> Iterator[Position]:
    """Yield the places that hold something, from a column on."""
    for row, values in enumerate(sheet.rows, start=1):
        for column, value in enumerate(values[first - 1 :], start=first):
            if as_text(value).strip():
                yield row, column


def _added(sheet: Sheet, made: Sheet, last_row: int, *, compare: bool) -> Iterator[str]:
    """Yield the cells beyond what the program fills, and with ``compare`` those whose text it does not write."""
    last = max(map(len, made.rows), default=0)
    is_compared = compare and bool(sheet.formulas)
    said = {match_key(made.text(*at)) for at in _filled(made) if at not in made.formulas} if is_compared else set()
    for at in _filled(sheet, 1 if is_compared else last + 1):
        if at[0] > last_row:
            return
        is_typed = is_compared and at not in sheet.formulas
        if at[1] > last or (is_typed and match_key(sheet.text(*at)) not in said):
            yield cell_name(*at)


def _heading_row(sheet: Sheet) -> int:
    heading = match_key(layout.GROUP_CODE)
    return next((row - 1 for row in range(1, len(sheet.rows) + 1) if match_key(sheet.text(row, 1)) == heading), 0)


def _told(what: str, cells: Sequence[str]) -> str:
    more = f" và {len(cells) - _NAMED:02d} ô khác" if len(cells) > _NAMED else ""
    return f"{what} {', '.join(cells[:_NAMED])}{more}" if cells else ""
