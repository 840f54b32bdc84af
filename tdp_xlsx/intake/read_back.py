"""Reads the office's decisions back from a ward workbook, whichever program saved it last."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tdp_xlsx.layout import DECISION_HEADINGS, DECISIONS
from tdp_xlsx.model import Decision, Place
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.package import OWN
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tdp_xlsx.reading.book import Sheet

_GROUP, _CRITERION, _, _RESULT, _REASON, _BY, _ON = DECISION_HEADINGS
_KEPT = (_GROUP, _CRITERION, _RESULT, _REASON, _BY, _ON)
_NUMERIC = "{number} (dạng số)"


class NoDecisionsSheetError(Exception):
    """The workbook has no sheet ``Thẩm định``, or its headings are gone; the message says which, for people."""


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Return every row of ``Thẩm định`` that has an entry, in the sheet's order, as text.

    A criterion's code that is stored as a number could be 2.1 as well as 2.10: it is returned marked, such as
    ``2.1 (dạng số)``, which is no criterion, so that it is asked about and never applied.

    Raises:
        UnreadableError: It is no workbook, or one that cannot be read.
        NoDecisionsSheetError: The sheet or one of its headings is gone.
        OSError: The file cannot be opened.
    """
    book = read_workbook(path, wanted=_is_decisions, limits=OWN)
    sheet = next((sheet for sheet in book.sheets if _is_decisions(sheet.name)), None)
    if sheet is None:
        raise NoDecisionsSheetError(f"không có trang “{DECISIONS}”")
    head, columns = _headings(sheet)
    decisions = []
    for number, cells in enumerate(sheet.rows[head + 1 :], start=head + 2):
        entry = {heading: _text(cells, col, heading) for heading, col in columns.items()}
        if any(entry.values()):
            place = Place(path.name, sheet.name, f"A{number}", entry[_GROUP] or None, entry[_CRITERION] or None)
            decisions.append(
                Decision(
                    entry[_GROUP],
                    entry[_CRITERION],
                    entry[_RESULT],
                    entry[_REASON],
                    entry[_BY],
                    entry[_ON],
                    place,
                )
            )
    return tuple(decisions)


def _is_decisions(name: str) -> bool:
    return match_key(name) == match_key(DECISIONS)


def _headings(sheet: Sheet) -> tuple[int, Mapping[str, int]]:
    keys = {match_key(heading): heading for heading in _KEPT}
    best: set[str] = set()
    for row, cells in enumerate(sheet.rows):
        found: dict[str, int] = {}
        for col, cell in enumerate(cells):
            heading = keys.get(match_key(cell)) if isinstance(cell, str) else None
            if heading is not None:
                found.setdefault(heading, col)
        if len(found) == len(_KEPT):
            return row, found
        best = max(best, set(found), key=len)
    lost = ", ".join(f"“{heading}”" for heading in _KEPT if heading not in best)
    raise NoDecisionsSheetError(f"trang “{DECISIONS}” không còn cột {lost}")


def _text(cells: tuple[object, ...], col: int, heading: str) -> str:
    cell = cells[col] if col < len(cells) else ""
    if isinstance(cell, str):
        return display(cell) if heading in {_GROUP, _CRITERION, _RESULT} else cell.strip()
    if isinstance(cell, (dt.datetime, dt.date)):
        return cell.strftime("%d/%m/%Y")
    number = f"{cell:g}" if isinstance(cell, (int, float)) and not isinstance(cell, bool) else str(cell)
    return _NUMERIC.format(number=number) if heading == _CRITERION else number
