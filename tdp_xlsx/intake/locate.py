"""Where the form stands in a returned workbook, found by keys and headings; and who it says it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx import identity as id_
from tdp_xlsx import layout
from tdp_xlsx.findings import files as rules
from tdp_xlsx.model import Place
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.identity import Identity
    from tdp_xlsx.model import Finding
    from tdp_xlsx.reading.cells import Book, Position, Sheet

_HEADINGS = {match_key(heading): heading for heading in layout.FORM_HEADINGS}
_NEEDED = (layout.TEXT, layout.YES_COLUMN, layout.NO_COLUMN, layout.ANSWER)
_ENOUGH = 4  # headings in one row that make it the heading row


@dataclass(frozen=True, slots=True)
class Located:
    """The form's sheet, its heading row, its columns by heading, and every position of each criterion's key."""

    sheet: Sheet
    heading_row: int
    columns: Mapping[str, int]
    keys: Mapping[str, tuple[Position, ...]]

    def row(self, code: str) -> int:
        """Return the row of a criterion whose key stands there once."""
        return self.keys[code][0][0]

    def number_keys(self) -> list[tuple[str, str]]:
        """Return cell and value of numbers that stand between the keys, in their column."""
        ((column, _),) = Counter(p[1] for positions in self.keys.values() for p in positions).most_common(1)
        rows = [p[0] for positions in self.keys.values() for p in positions]
        return [
            (cell_name(row, column), self.sheet.text(row, column))
            for row in range(min(rows), max(rows) + 1)
            if isinstance(self.sheet.at(row, column), (int, float))
        ]


def keys_of(sheet: Sheet) -> dict[str, tuple[Position, ...]]:
    """Return the positions of every criterion key on a sheet, by code."""
    found: dict[str, list[Position]] = {}
    for r, row in enumerate(sheet.rows, 1):
        for c, value in enumerate(row, 1):
            if isinstance(value, str) and value.lstrip().startswith(layout.KEY_PREFIX):
                found.setdefault(display(value).removeprefix(layout.KEY_PREFIX), []).append((r, c))
    return {code: tuple(positions) for code, positions in found.items()}


def locate(book: Book, name: str) -> tuple[Located | None, tuple[Finding, ...]]:
    """Find the form in a workbook; ``name`` is the file's, for the findings."""
    forms = [(sheet, keys) for sheet in book.sheets if (keys := keys_of(sheet)) and not _identity_fields(sheet)]
    if not forms:
        return None, (rules.NOT_OUR_FORM.at(Place(name), file=name),)
    if len(forms) > 1:
        titles = ", ".join(f"“{sheet.name}”" for sheet, _ in forms)
        return None, (rules.SEVERAL_FORMS.at(Place(name), sheets=titles),)
    sheet, keys = forms[0]
    heading_row, columns, wrong = _heading_row(sheet)
    if wrong:
        place = Place(name, sheet.name)
        return None, (rules.HEADINGS_MISSING.at(place, headings=", ".join(f"“{h}”" for h in wrong)),)
    return Located(sheet, heading_row, columns, keys), ()


def _heading_row(sheet: Sheet) -> tuple[int, dict[str, int], list[str]]:
    """Return the heading row, the columns by heading, and the headings that are missing or doubled."""
    best: list[tuple[str, int]] = []
    best_row = 0
    for r, row in enumerate(sheet.rows, 1):
        headings = [
            (_HEADINGS[match_key(value)], c)
            for c, value in enumerate(row, 1)
            if isinstance(value, str) and match_key(value) in _HEADINGS
        ]
        if len({heading for heading, _ in headings}) > len({heading for heading, _ in best}):
            best, best_row = headings, r
    counts = Counter(heading for heading, _ in best)
    if len(counts) < _ENOUGH:
        return 0, {}, list(_NEEDED)
    wrong = [h for h in _NEEDED if counts[h] != 1] + [h for h in counts if counts[h] > 1 and h not in _NEEDED]
    return best_row, dict(best), wrong


def _identity_fields(sheet: Sheet) -> dict[str, str]:
    """Return the rows of the hidden identity sheet, or nothing if this sheet is another."""
    fields = {sheet.text(r, 1).strip(): sheet.text(r, 2).strip() for r in range(1, len(sheet.rows) + 1)}
    return fields if fields.get(id_.VERSION_FIELD, "").startswith("tdp-xlsx-") else {}


@dataclass(frozen=True, slots=True)
class Claims:
    """Every identity a workbook claims, and the wording hash its hidden sheet keeps of each criterion."""

    identities: tuple[Identity, ...]
    hashes: Mapping[str, str]


def claims(book: Book, located: Located) -> Claims:
    """Collect what a workbook says of itself: hidden sheet, document property, heading of the keys."""
    found: list[Identity | None] = [id_.parse_token(book.properties.get(id_.PROPERTY, ""))]
    hashes: dict[str, str] = {}
    for sheet in book.sheets:
        fields = _identity_fields(sheet)
        if fields:
            found.append(id_.parse_fields(fields))
            hashes |= {
                key.removeprefix(layout.KEY_PREFIX): value
                for key, value in fields.items()
                if key.startswith(layout.KEY_PREFIX)
            }
    row = located.heading_row
    found += [id_.parse_token(located.sheet.text(row, c)) for c in range(1, len(located.sheet.rows[row - 1]) + 1)]
    return Claims(tuple(identity for identity in found if identity), hashes)
