"""Reads the office's decisions back from a ward workbook, whichever program saved it last."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tdp_xlsx.layout import DECISION_HEADINGS, DECISION_HELPERS, DECISIONS
from tdp_xlsx.model import Decision, Place
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import as_text, column_name
from tdp_xlsx.reading.package import OWN
from tdp_xlsx.spelling import NUMERIC
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tdp_xlsx.reading.book import Book, Sheet

_GROUP, _CRITERION, _, _RESULT, _REASON, _BY, _ON = DECISION_HEADINGS
_KEPT = (_GROUP, _CRITERION, _RESULT, _REASON, _BY, _ON)
_NO_HEADING = "(cột {letters})"
_STRUCK = "{result} (gạch ngang)"
"""How the result of a row is read back whose entries are struck through: whether it still holds is for the office."""


class NoDecisionsSheetError(Exception):
    """The workbook has no sheet ``Thẩm định``, or its headings are gone; the message says which, for people."""


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Return every row of ``Thẩm định`` that has an entry, in the sheet's order, as text.

    A criterion's code that is stored as a number could be 2.1 as well as 2.10: it is returned marked, such as
    ``2.1 (dạng số)``, which is no criterion, so that it is asked about and never applied; so is the result of a row
    that is struck through. Columns that are the office's own come with their headings.

    Raises:
        UnreadableError: It is no workbook, or one that cannot be read.
        NoDecisionsSheetError: The sheet or one of its headings is gone.
        OSError: The file cannot be opened.
    """
    return decisions_in(read_workbook(path, wanted=_is_decisions, limits=OWN), path.name)


def decisions_in(book: Book, file: str) -> tuple[Decision, ...]:
    """Return the same of a workbook that was read.

    Raises:
        NoDecisionsSheetError: The sheet or one of its headings is gone.
    """
    sheet = next((sheet for sheet in book.sheets if _is_decisions(sheet.name)), None)
    if sheet is None:
        raise NoDecisionsSheetError(f"không có trang “{DECISIONS}”")
    head, columns = _headings(sheet)
    own = _own_columns(sheet, head, set(columns.values()))
    decisions = []
    for number, cells in enumerate(sheet.rows[head + 1 :], start=head + 2):
        # A formula that no program has reckoned is kept as it stands: it is asked about, and not lost.
        formulas = [sheet.formulas.get((number, columns[heading] + 1)) for heading in _KEPT]
        texts = [_text(cells, columns[heading], heading) for heading in _KEPT]
        entry = [text or (formula and f"={formula}") or "" for text, formula in zip(texts, formulas, strict=True)]
        more = tuple((heading, as_text(sheet.at(number, col + 1)).strip()) for heading, col in own.items())
        places = [(number, columns[heading] + 1) for heading in (_GROUP, _CRITERION, _RESULT)]
        if entry[2] and any(place in sheet.looks and sheet.looks[place].struck for place in places):
            entry[2] = _STRUCK.format(result=entry[2])
        if any(entry) or any(value for _, value in more):
            place = Place(file, DECISIONS, f"A{number}", entry[0] or None, entry[1] or None)
            decisions.append(Decision(entry[0], entry[1], entry[2], entry[3], entry[4], entry[5], place, more))
    return tuple(decisions)


def _is_decisions(name: str) -> bool:
    """Whether a sheet of this name holds decisions."""
    return match_key(name) == match_key(DECISIONS)


def _own_columns(sheet: Sheet, head: int, known: set[int]) -> Mapping[str, int]:
    """Return the columns (from 0) that the program did not make, by heading; each heading is told once."""
    made = {match_key(heading) for heading in (*DECISION_HEADINGS, *DECISION_HELPERS)}
    found: dict[str, int] = {}
    for col in range(max(map(len, sheet.rows[head:]))):
        heading = display(sheet.text(head + 1, col + 1))
        if col in known or match_key(heading) in made:
            continue
        if not any(sheet.text(row, col + 1).strip() for row in range(head + 2, len(sheet.rows) + 1)):
            continue
        named = heading or _NO_HEADING.format(letters=column_name(col + 1))
        same = sum(other == named or other.startswith(f"{named} [") for other in found)
        found[f"{named} [{same + 1}]" if same else named] = col
    return found


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
    return NUMERIC.format(number=number) if heading == _CRITERION else number
