"""One cell of a criterion's row, with all the file tells of it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from tdp_xlsx.layout import ANSWER, HELP, NO_COLUMN, NUMBER, TEXT, YES_COLUMN
from tdp_xlsx.reading.cells import Look, as_text, cell_name
from tdp_xlsx.text import display, is_blank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tdp_xlsx.intake.locate import Located
    from tdp_xlsx.reading.cells import Position

PLAIN = Look()


class RowCell:
    """A cell of a row in the column with this heading.

    ``text`` is its value as text; ``is_formula`` is None where a value may be that of a formula the file's writer left
    out; ``error`` is the name of an error value, or "".
    """

    __slots__ = ("_sheet", "error", "heading", "is_blank", "is_formula", "position", "text")

    def __init__(self, located: Located, row: int, heading: str) -> None:
        self._sheet = sheet = located.sheet
        self.heading, self.position = heading, (row, located.columns[heading])
        column, cells = self.position[1], sheet.rows[row - 1]
        value = cells[column - 1] if column <= len(cells) else ""
        self.text = value if isinstance(value, str) else as_text(value)
        self.is_formula = self.position in sheet.formulas or (False if sheet.keeps_formulas else None)
        self.error = sheet.errors.get(self.position, "")
        self.is_blank = not self.is_formula and not self.error and (not self.text or is_blank(self.text))

    @property
    def name(self) -> str:
        """The cell's name, such as ``E12``."""
        return cell_name(*self.position)

    @property
    def look(self) -> Look:
        """How the cell looks."""
        return self._sheet.looks.get(self.position, PLAIN)

    @property
    def shown(self) -> str:
        """What a person sees there, or would have to see: the text, the error, the formula without a value."""
        return (
            display(self.text) or self.error or (f"={self._sheet.formulas[self.position]}" if self.is_formula else "")
        )


def evidence_text(located: Located, row: int, column: int) -> str:
    """Return what stands in an evidence cell as a person sees it: 0.955 in a percent cell is 95,5%."""
    sheet, position = located.sheet, (row, column)
    value = sheet.at(row, column)
    if isinstance(value, float | int) and not isinstance(value, bool) and sheet.looks.get(position, PLAIN).percent:
        number = (Decimal(repr(value)) * 100).normalize()
        return f"{number:f}".replace(".", ",") + "%"
    if value != "":
        return as_text(value)
    return sheet.errors.get(position) or (f"={sheet.formulas[position]}" if sheet.formulas.get(position) else "")


def usual_fill(located: Located, rows: Iterable[int], heading: str) -> str:
    """Return the fill most cells of a column have in these rows."""
    column, looks = located.columns[heading], located.sheet.looks
    fills = Counter([looks.get((row, column), PLAIN).fill for row in rows])
    return fills.most_common(1)[0][0] if fills else ""


def is_merged_across(located: Located, row: int, first: str, second: str) -> bool:
    """Whether the cells of a row in two columns are merged to one."""
    one, two = located.columns[first], located.columns[second]
    return any(
        top <= row <= bottom and left <= min(one, two) and max(one, two) <= right
        for top, left, bottom, right in located.merged
    )


def shown_instead(located: Located, position: Position) -> Position | None:
    """Return the cell a reader sees in place of this one, which is merged under it; None if it shows itself."""
    row, column = position
    for top, left, bottom, right in located.merged:
        if top <= row <= bottom and left <= column <= right and position != (top, left):
            return top, left
    return None


def typed_beside(located: Located, row: int) -> Iterator[tuple[str, str]]:
    """Yield name and text of what was typed in a row where the form asks for no answer."""
    sheet = located.sheet
    of_the_form = {located.columns.get(h) for h in (NUMBER, TEXT, YES_COLUMN, NO_COLUMN, ANSWER)} | {located.key_column}
    if not sheet.keeps_formulas:
        of_the_form.add(located.columns.get(HELP))  # perhaps the value of the form's own formula
    for column in range(1, len(sheet.rows[row - 1]) + 1):
        if column not in of_the_form and (row, column) not in sheet.formulas:
            text = sheet.text(row, column)
            if not is_blank(text):
                yield cell_name(row, column), display(text)
