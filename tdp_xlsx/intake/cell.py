"""One cell of a criterion's row, with all the file tells of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tdp_xlsx.layout import ANSWER, HELP, NO_COLUMN, NUMBER, TEXT, YES_COLUMN
from tdp_xlsx.reading.cells import Look, cell_name
from tdp_xlsx.text import display, is_blank

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tdp_xlsx.intake.locate import Located
    from tdp_xlsx.reading.cells import Position

_PLAIN = Look()


@dataclass(frozen=True, slots=True)
class RowCell:
    """A cell: its column's heading, name, text, and what the file says of it.

    ``is_formula`` is None where the format does not tell; ``error`` is the name of an error value, or "".
    """

    heading: str
    name: str
    text: str
    is_formula: bool | None
    error: str
    formula: str = ""
    look: Look = _PLAIN

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all stands there."""
        return is_blank(self.text) and not self.error and not self.is_formula

    @property
    def shown(self) -> str:
        """What a person sees there, or would have to see: the text, the error, the formula without a value."""
        return display(self.text) or self.error or (f"={self.formula}" if self.is_formula else "")


def row_cell(located: Located, row: int, heading: str) -> RowCell:
    """Return the cell of a row in the column with this heading."""
    column = located.columns[heading]
    sheet, position = located.sheet, (row, column)
    return RowCell(
        heading,
        cell_name(row, column),
        sheet.text(row, column),
        None if sheet.formulas is None else position in sheet.formulas,
        sheet.errors.get(position, ""),
        "" if sheet.formulas is None else sheet.formulas.get(position, ""),
        sheet.looks.get(position, _PLAIN),
    )


def evidence_text(located: Located, row: int, column: int) -> str:
    """Return what stands in an evidence cell as a person sees it: 0.955 in a percent cell is 95,5%."""
    sheet, position = located.sheet, (row, column)
    value = sheet.at(row, column)
    if isinstance(value, float | int) and not isinstance(value, bool) and sheet.looks.get(position, _PLAIN).percent:
        number = (Decimal(repr(value)) * 100).normalize()
        return f"{number:f}".replace(".", ",") + "%"
    text = sheet.text(row, column)
    if text:
        return text
    formula = None if sheet.formulas is None else sheet.formulas.get(position)
    return sheet.errors.get(position) or (f"={formula}" if formula else "")


def usual_fill(located: Located, rows: Iterable[int], heading: str) -> str:
    """Return the fill most cells of a column have in these rows."""
    column, lines, looks = located.columns[heading], located.sheet.lines, located.sheet.looks
    if lines:
        fills = Counter([lines[row - 1].looks.get(column, _PLAIN).fill for row in rows])
    else:
        fills = Counter([looks.get((row, column), _PLAIN).fill for row in rows])
    return fills.most_common(1)[0][0] if fills else ""


def is_merged_across(located: Located, row: int, first: str, second: str) -> bool:
    """Whether the cells of a row in two columns are merged to one."""
    one, two = located.columns[first], located.columns[second]
    return any(
        top <= row <= bottom and left <= min(one, two) and max(one, two) <= right
        for top, left, bottom, right in located.sheet.merged
    )


def shown_instead(located: Located, row: int, heading: str) -> Position | None:
    """Return the cell a reader sees in place of this one, which is merged under it; None if it shows itself."""
    column = located.columns[heading]
    for top, left, bottom, right in located.sheet.merged:
        if top <= row <= bottom and left <= column <= right and (row, column) != (top, left):
            return top, left
    return None


def typed_beside(located: Located, row: int) -> Iterator[tuple[str, str]]:
    """Yield name and text of what was typed in a row where the form asks for no answer."""
    sheet = located.sheet
    of_the_form = {located.columns.get(h) for h in (NUMBER, TEXT, YES_COLUMN, NO_COLUMN, ANSWER)} | {
        located.table.key_column
    }
    if sheet.formulas is None:
        of_the_form.add(located.columns.get(HELP))  # perhaps the value of the form's own formula
    for column in range(1, len(sheet.rows[row - 1]) + 1):
        if column not in of_the_form and not (sheet.formulas and (row, column) in sheet.formulas):
            text = sheet.text(row, column)
            if not is_blank(text):
                yield cell_name(row, column), display(text)
