"""Where the form stands in a returned workbook: found by its headings and keys, or by the printed texts alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx import layout
from tdp_xlsx.findings import files as rules
from tdp_xlsx.intake.claims import identity_fields
from tdp_xlsx.model import Place
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.reading.usual import REMEMBERED
from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.intake.expected import Expected
    from tdp_xlsx.intake.shape import Shape
    from tdp_xlsx.model import Finding
    from tdp_xlsx.reading.cells import Book, Line, Position, Sheet, Value

OLD_LIMIT = 255
"""Characters some programs keep of a text in ``.xls``."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Heading row, columns by heading, and every position of each criterion; the same object for forms alike in this.

    ``keys`` holds the positions of each criterion's key, or, for criteria without one (``by_text``), of its text.
    ``text_rows`` holds the rows of each criterion's text. ``key_column`` is 0 where no key is left. ``inputs`` are row,
    field and heading of what the leader is asked for beside the answers. ``sound`` holds the criteria whose row is, for
    sure, as the plan has it: one key, the whole text beside it, and that text nowhere else.
    """

    heading_row: int
    columns: Mapping[str, int]
    keys: Mapping[str, tuple[Position, ...]]
    key_column: int
    by_text: frozenset[str]
    text_rows: Mapping[str, tuple[int, ...]]
    inputs: tuple[tuple[int, str, str], ...]
    sound: frozenset[str]


@dataclass(frozen=True, slots=True)
class Located:
    """The form's sheet, and where what stands on it."""

    sheet: Sheet
    table: Table

    @property
    def columns(self) -> Mapping[str, int]:
        """The columns, by heading."""
        return self.table.columns

    def row(self, code: str) -> int:
        """Return the row of a criterion whose key stands there once."""
        return self.table.keys[code][0][0]

    def number_keys(self) -> list[tuple[str, str]]:
        """Return cell and value of numbers that stand between the keys, in their column."""
        key_column = self.table.key_column
        rows = [row for positions in self.table.keys.values() for row, column in positions if column == key_column]
        return [
            (cell_name(row, key_column), self.sheet.text(row, key_column))
            for row in range(min(rows, default=1), max(rows, default=0) + 1)
            if isinstance(self.sheet.at(row, key_column), (int, float))
        ]

    def texts_around(self) -> list[str]:
        """Return the texts printed above and below the table."""
        heading_row = self.table.heading_row
        last = max((row for positions in self.table.keys.values() for row, _ in positions), default=heading_row)
        return [
            value
            for row in (*self.sheet.rows[: heading_row - 1], *self.sheet.rows[last:])
            for value in row
            if isinstance(value, str) and value
        ]


def locate(
    expected: Expected, book: Book, shapes: Iterable[Shape], name: str
) -> tuple[Located | None, tuple[Finding, ...]]:
    """Find the form in a workbook with sheets of these shapes; ``name`` is the file's, for the findings."""
    pairs = [pair for pair in zip(book.sheets, shapes, strict=True) if not identity_fields(*pair)]
    forms = [Located(sheet, table) for sheet, shape in pairs if (table := _table(expected, sheet, shape)) is not None]
    if not forms:
        keyed = [(sheet, shape) for sheet, shape in pairs if shape.keys]
        if not keyed:
            return None, (rules.NOT_OUR_FORM.at(Place(name), file=name),)
        sheet, shape = keyed[0]
        missing = ", ".join(f"“{heading}”" for heading in shape.wrong)
        return None, (rules.HEADINGS_MISSING.at(Place(name, sheet.name), headings=missing),)
    if len(forms) > 1:
        titles = ", ".join(f"“{form.sheet.name}”" for form in forms)
        return None, (rules.SEVERAL_FORMS.at(Place(name), sheets=titles),)
    return forms[0], ()


class _Text(NamedTuple):
    """Whose text a row holds, by code, and whether it may be only the beginning of one that was cut."""

    codes: tuple[str, ...] = ()
    may_be_cut: bool = False


_NO_TEXT = _Text()


def _table(expected: Expected, sheet: Sheet, shape: Shape) -> Table | None:
    """Return where the form stands on a sheet, or None if none does."""
    if shape.wrong:
        return None
    column = shape.columns[layout.TEXT]
    if not sheet.lines:
        texts = tuple(_text(expected, values, column) for values in sheet.rows[shape.heading_row :])
        return _made_out(expected, shape, texts)
    found = tuple([_text_of_line(expected, line, column) for line in sheet.lines[shape.heading_row :]])
    return _remembered_table(expected, shape, found)


def _text(expected: Expected, values: tuple[Value, ...], column: int) -> _Text:
    value = values[column - 1] if column <= len(values) else ""
    if not isinstance(value, str) or not value:
        return _NO_TEXT
    return _Text(expected.by_text.get(match_key(value), ()), len(value) == OLD_LIMIT)


@lru_cache(maxsize=REMEMBERED)
def _text_of_line(expected: Expected, line: Line, column: int) -> _Text:
    return _text(expected, line.values, column)


def _made_out(expected: Expected, shape: Shape, texts: tuple[_Text, ...]) -> Table | None:
    """Return where the form stands on a sheet of this shape, with such texts below its headings."""
    keys, column = shape.keys, shape.columns[layout.TEXT]
    text_rows: dict[str, tuple[int, ...]] = {}
    for row, text in enumerate(texts, shape.heading_row + 1):
        for code in text.codes:
            text_rows[code] = (*text_rows.get(code, ()), row)
    keyed_rows = {row for positions in keys.values() for row, _ in positions}
    by_text = {
        code: tuple((row, column) for row in free)
        for code, rows in text_rows.items()
        if code not in keys and expected.is_alone(code) and (free := [row for row in rows if row not in keyed_rows])
    }
    if not keys and not by_text:
        return None
    sound = frozenset(
        code
        for code, positions in keys.items()
        if len(positions) == 1
        and (row := positions[0][0]) in text_rows.get(code, ())
        and (len(text_rows[code]) == 1 or not expected.is_alone(code))
        and not texts[row - shape.heading_row - 1].may_be_cut
    )
    return Table(
        shape.heading_row,
        shape.columns,
        {**keys, **by_text},
        shape.key_column,
        frozenset(by_text),
        text_rows,
        shape.inputs,
        sound,
    )


_remembered_table = lru_cache(maxsize=256)(_made_out)
