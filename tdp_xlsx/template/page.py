"""One sheet of the template as the readers see it: cells as people read them, columns by heading, findings by cell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tdp_xlsx.findings import template as rules
from tdp_xlsx.layout import FIELD_YEAR
from tdp_xlsx.model import Place
from tdp_xlsx.reading.cells import Sheet, as_text, cell_name
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tdp_xlsx.findings import Rule
    from tdp_xlsx.model import Finding
    from tdp_xlsx.reading.cells import Position, Value

_SEARCHED = 60  # rows in which a heading row is looked for
_FIELD = re.compile(r"\{[^{}\n]*\}")


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet and the findings about it; ``name`` is its proper name, ``overrides`` texts of formula cells."""

    file: str
    name: str
    sheet: Sheet
    found: list[Finding]
    overrides: Mapping[Position, str] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """The number of the last row that may hold anything."""
        return len(self.sheet.rows)

    def value(self, row: int, column: int) -> Value:
        """Return a cell's value, or the text its formula stands for."""
        value = self.sheet.at(row, column)
        return self.overrides.get((row, column), value) if self.overrides else value

    def text(self, row: int, column: int) -> str:
        """Return a cell as people read it, on one line."""
        value = self.value(row, column)
        return display(as_text(value)) if value != "" else ""

    def lines(self, row: int, column: int) -> str:
        """Return a cell's text word for word: NFC, its inner spaces and line breaks kept."""
        return clean_lines(as_text(self.value(row, column)))

    def report(self, rule: Rule, row: int, column: int, **details: object) -> None:
        """Add a finding about a cell."""
        place = Place(file=self.file, sheet=self.name, cell=cell_name(row, column))
        self.found.append(rule.at(place, sheet=self.name, **details))

    def cells(self) -> Iterator[tuple[int, int, str]]:
        """Yield row, column and text of each cell that says something."""
        for row, cells in enumerate(self.sheet.rows, start=1):
            for column in range(1, len(cells) + 1):
                if text := self.text(row, column):
                    yield row, column, text

    def check_fields(self, row: int, column: int, known: Collection[str]) -> None:
        """Report each ``{field}`` in a cell that nothing will be put in place of."""
        for unknown in dict.fromkeys(_FIELD.findall(self.lines(row, column))):
            if unknown not in known:
                self.report(rules.FIELD_UNKNOWN, row, column, field=unknown, known=", ".join(known))


@dataclass(frozen=True, slots=True)
class Header:
    """A table's heading row, the column of each known heading, and the further headings by column."""

    row: int
    columns: Mapping[str, int]
    others: Mapping[int, str]


def find_header(
    page: Page, required: Collection[str], optional: Iterable[str] = (), searched: int = _SEARCHED
) -> Header | None:
    """Find the row, of the first so many, with most of the headings; report what is missing there or stands twice.

    Returns None when a required heading is missing: the table cannot be read.
    """
    known = {match_key(heading): heading for heading in (*required, *optional)}
    wanted = {match_key(heading) for heading in required}

    def hits(row: int) -> int:
        width = len(page.sheet.rows[row - 1])
        return len(wanted & {match_key(page.text(row, column)) for column in range(1, width + 1)})

    # The first of the best: max keeps it.
    best = max(range(1, min(page.height, searched) + 1), key=hits, default=1)
    columns: dict[str, int] = {}
    others: dict[int, str] = {}
    width = len(page.sheet.rows[best - 1]) if page.sheet.rows else 0
    for column in range(1, width + 1):
        text = page.text(best, column)
        heading = known.get(match_key(text))
        if heading is None:
            if text:
                others[column] = text
        elif heading in columns:
            page.report(rules.HEADING_TWICE, best, column, heading=heading)
        else:
            columns[heading] = column
    missing = [heading for heading in required if heading not in columns]
    for heading in missing:
        page.report(rules.HEADING_MISSING, best, 1, heading=heading)
    return None if missing else Header(best, columns, others)


def clean_lines(raw: str) -> str:
    """Return a text word for word: NFC, inner spaces and line breaks kept, white space at the ends of lines dropped."""
    text = unicodedata.normalize("NFC", raw)
    return "\n".join(line.strip() for line in text.splitlines()).strip()


def with_year(text: str, year: int) -> str:
    """Return a text with the year in place of its field."""
    return text.replace(FIELD_YEAR, str(year))
