"""Where the form stands in a returned workbook: found by its headings and keys, or by the printed texts alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import files as rules
from tdp_xlsx.intake.claims import identity_fields
from tdp_xlsx.model import Place
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.intake.expected import Expected
    from tdp_xlsx.model import Finding
    from tdp_xlsx.reading.cells import Book, Position, Sheet

_HEADINGS = {match_key(heading): heading for heading in layout.FORM_HEADINGS}
_NEEDED = (layout.TEXT, layout.YES_COLUMN, layout.NO_COLUMN, layout.ANSWER)
_ENOUGH = 4  # headings in one row that make it the heading row


@dataclass(frozen=True, slots=True)
class Located:
    """The form's sheet, its heading row, its columns by heading, and every position of each criterion.

    ``keys`` holds the positions of each criterion's key, or, for criteria without one (``by_text``), of its text.
    ``text_rows`` holds the rows of each criterion's text. ``key_column`` is 0 where no key is left.
    """

    sheet: Sheet
    heading_row: int
    columns: Mapping[str, int]
    keys: Mapping[str, tuple[Position, ...]]
    key_column: int = 0
    by_text: frozenset[str] = frozenset()
    text_rows: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def row(self, code: str) -> int:
        """Return the row of a criterion whose key stands there once."""
        return self.keys[code][0][0]

    def number_keys(self) -> list[tuple[str, str]]:
        """Return cell and value of numbers that stand between the keys, in their column."""
        rows = [row for positions in self.keys.values() for row, column in positions if column == self.key_column]
        return [
            (cell_name(row, self.key_column), self.sheet.text(row, self.key_column))
            for row in range(min(rows, default=1), max(rows, default=0) + 1)
            if isinstance(self.sheet.at(row, self.key_column), (int, float))
        ]

    def texts_around(self) -> list[str]:
        """Return the texts printed above and below the table."""
        rows = {row for positions in self.keys.values() for row, _ in positions}
        last = max(rows, default=self.heading_row)
        return [
            value
            for row in (*self.sheet.rows[: self.heading_row - 1], *self.sheet.rows[last:])
            for value in row
            if isinstance(value, str) and value
        ]


def locate(expected: Expected, book: Book, name: str) -> tuple[Located | None, tuple[Finding, ...]]:
    """Find the form in a workbook; ``name`` is the file's, for the findings."""
    sheets = [sheet for sheet in book.sheets if not identity_fields(sheet)]
    forms = [found for sheet in sheets if (found := _form(expected, sheet)) is not None]
    if not forms:
        keyed = [sheet for sheet in sheets if keys_of(sheet)[1]]
        if not keyed:
            return None, (rules.NOT_OUR_FORM.at(Place(name), file=name),)
        wrong = _heading_row(keyed[0])[2]
        place = Place(name, keyed[0].name)
        return None, (rules.HEADINGS_MISSING.at(place, headings=", ".join(f"“{h}”" for h in wrong)),)
    if len(forms) > 1:
        titles = ", ".join(f"“{form.sheet.name}”" for form in forms)
        return None, (rules.SEVERAL_FORMS.at(Place(name), sheets=titles),)
    return forms[0], ()


def _form(expected: Expected, sheet: Sheet) -> Located | None:
    """Return where the form stands on a sheet, or None if none does."""
    heading_row, columns, wrong = _heading_row(sheet)
    if wrong:
        return None
    key_column, keys = keys_of(sheet)
    text_rows: dict[str, tuple[int, ...]] = {}
    for row in range(heading_row + 1, len(sheet.rows) + 1):
        value = sheet.at(row, columns[layout.TEXT])
        for code in expected.by_text.get(match_key(value), ()) if isinstance(value, str) and value else ():
            text_rows[code] = (*text_rows.get(code, ()), row)
    keyed_rows = {row for positions in keys.values() for row, _ in positions}
    by_text = {
        code: tuple((row, columns[layout.TEXT]) for row in free)
        for code, rows in text_rows.items()
        if code not in keys
        and len(expected.by_text[expected.text_keys[code]]) == 1
        and (free := [row for row in rows if row not in keyed_rows])
    }
    if not keys and not by_text:
        return None
    return Located(sheet, heading_row, columns, {**keys, **by_text}, key_column, frozenset(by_text), text_rows)


def keys_of(sheet: Sheet) -> tuple[int, dict[str, tuple[Position, ...]]]:
    """Return the column that holds the criterion keys, and the positions of each, by code; (0, {}) without any.

    What looks like a key elsewhere is something a leader wrote.
    """
    found: list[tuple[str, Position]] = [
        (display(value).removeprefix(layout.KEY_PREFIX), (r, c))
        for r, row in enumerate(sheet.rows, 1)
        for c, value in enumerate(row, 1)
        if isinstance(value, str) and layout.KEY_PREFIX in value and value.lstrip().startswith(layout.KEY_PREFIX)
    ]
    if not found:
        return 0, {}
    ((column, _),) = Counter(position[1] for _, position in found).most_common(1)
    keys: dict[str, tuple[Position, ...]] = {}
    for code, position in found:
        if position[1] == column:
            keys[code] = (*keys.get(code, ()), position)
    return column, keys


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
