"""What a workbook's own parts say of its cells, gathered beside python-calamine and held against what it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import ByPosition, Cause, Line, Position, UnreadableError, cell_name, trimmed
from tdp_xlsx.reading.usual import REMEMBERED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.reading.cells import Value

MAX_CELLS = 2_000_000
"""Refuse sheets whose used area is larger: a form has five hundred cells, and readers allocate all of the area."""

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_SHOWN = re.compile(r"[\s\x00-\x1f\x7f\u00a0\ufeff\ufffd]+")


@dataclass(slots=True)
class Budget:
    """How many more cells of a workbook are looked at before it is refused as far too large."""

    left: int = MAX_CELLS

    def spend(self, cells: int) -> None:
        """Use some of it up.

        Raises:
            UnreadableError: There is not that much left.
        """
        self.left -= cells
        if self.left < 0:
            raise too_wide()


@dataclass(frozen=True, slots=True, eq=False)
class RowFacts:
    """What one row's part says, by column: as the fields of :class:`SheetFacts`; how many cells the row has.

    ``styles`` are pairs of column and number. ``is_short``: whether it is worth remembering what comes of it.
    """

    filled: Mapping[int, str | None]
    formulas: Mapping[int, str]
    errors: Mapping[int, str]
    styles: tuple[tuple[int, int], ...]
    last_column: int = 0
    is_short: bool = True


NONE: Mapping[int, str] = {}
"""What rows share that have no formula, or no error."""
NO_CELLS = RowFacts(NONE, NONE, NONE, ())


@dataclass(slots=True)
class SheetFacts:
    """Formulas (text without ``=``), error values, and what every filled cell holds, by position.

    ``filled`` has a cell's text where the part tells it as text, None where it holds a number, truth value or date.
    Where the part is written in the usual way, ``rows`` has the same by the number of each row that has cells, and the
    others are empty; else it is None.
    """

    budget: Budget
    formulas: dict[Position, str] = field(default_factory=dict)
    errors: dict[Position, str] = field(default_factory=dict)
    filled: dict[Position, str | None] = field(default_factory=dict)
    rows: Mapping[int, RowFacts] | None = None
    last_row: int = 0
    last_column: int = 0
    _raw: dict[Position, object] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, budget: Budget, rows: Mapping[int, RowFacts], cells: int) -> SheetFacts:
        """Return the facts of a sheet from those of its rows, which have so many cells.

        Raises:
            UnreadableError: The used area, or the number of cells, is larger than any form could have.
        """
        budget.spend(cells)
        facts = cls(budget, rows=rows)
        used = [number for number, row in rows.items() if row.last_column]
        facts.reach(max(used, default=0), max((row.last_column for row in rows.values()), default=0))
        return facts

    @property
    def all_formulas(self) -> Mapping[Position, str]:
        """The formulas, whichever way they were found."""
        if self.rows is None:
            return self.formulas
        return ByPosition({number: row.formulas for number, row in self.rows.items()})

    @property
    def all_errors(self) -> Mapping[Position, str]:
        """The error values, whichever way they were found."""
        if self.rows is None:
            return self.errors
        return ByPosition({number: row.errors for number, row in self.rows.items()})

    def reach(self, row: int, column: int) -> None:
        """Note a used cell.

        Raises:
            UnreadableError: The used area is larger than any form could be.
        """
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        if self.last_row * self.last_column > MAX_CELLS:
            raise too_wide()

    def seen(self, position: Position, raw: object) -> None:
        """Note a cell as its part gives it.

        Raises:
            UnreadableError: The part gives it a second time, otherwise; or there are too many.
        """
        self.budget.spend(1)
        if self._raw.setdefault(position, raw) != raw:
            raise UnreadableError(f"ô {cell_name(*position)} được ghi hai lần, khác nhau", Cause.UNCERTAIN)

    def fill(self, position: Position, text: str | None) -> None:
        """Note what a cell holds; "" is nothing."""
        if text != "":
            self.filled[position] = text


@dataclass(slots=True)
class BookFacts:
    """Facts by sheet name, the custom document properties, and how many cells may be looked at."""

    budget: Budget = field(default_factory=Budget)
    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, facts: SheetFacts) -> None:
        """Add a sheet.

        Raises:
            UnreadableError: There is one of this name.
        """
        if name in self.sheets:
            raise UnreadableError("sổ có hai trang tính trùng tên", Cause.UNCERTAIN)
        self.sheets[name] = facts


def too_wide() -> UnreadableError:
    """Return the error for a sheet larger than any form could be."""
    return UnreadableError("trang tính có vùng dữ liệu quá rộng so với một bảng tự đánh giá")


def check_agreement(name: str, rows: tuple[tuple[Value, ...], ...], facts: SheetFacts) -> tuple[Line, ...]:
    """Hold the cells as read against the parts: nothing lost, nothing added, every text the same.

    Returns the rows as objects to recognise them by, where the facts tell of rows; else nothing.

    Raises:
        UnreadableError: A cell differs; it would be read as blank, or as something else.
    """
    try:
        if facts.rows is None:
            _check_cells(rows, facts)
            return ()
        of_row = facts.rows.get
        lines = [
            remembered_line(number, row, cells)
            if (row := of_row(number, NO_CELLS)).is_short
            else _line(number, row, cells)
            for number, cells in enumerate(rows, 1)
        ]
        if facts.last_row > len(rows):
            for number, row in facts.rows.items():
                if number > len(rows) and row.filled:
                    _line(number, row, ())
    except _DifferingError as fault:
        cell = cell_name(*fault.position)
        raise UnreadableError(f"không đọc chắc chắn được ô {cell} của trang “{name}”", Cause.UNCERTAIN) from None
    return tuple(lines)


class _DifferingError(Exception):
    """A cell is not what its part says."""

    def __init__(self, row: int, column: int) -> None:
        self.position = row, column


def _line(number: int, row: RowFacts, cells: tuple[Value, ...]) -> Line:
    """Return a row's cells with its facts, once they agree."""
    filled = row.filled
    for column, value in enumerate(cells, 1):
        text = filled.get(column, "")
        if value == text:
            continue
        if value == "":
            if column not in row.errors and (text is None or _shown(text)):  # white space may be read as nothing
                raise _DifferingError(number, column)
        elif not _agree(value, text) and (text == "" or column not in row.errors):
            raise _DifferingError(number, column)
    for column, text in filled.items():
        if column > len(cells) and column not in row.errors and (text is None or _shown(text)):
            raise _DifferingError(number, column)
    return Line(*trimmed(cells), row.formulas, row.errors)


# The row's facts stand for the letters of its part: what differs there, in kind or format, is another object.
remembered_line = lru_cache(maxsize=REMEMBERED)(_line)


def _check_cells(rows: tuple[tuple[Value, ...], ...], facts: SheetFacts) -> None:
    filled, agreed = facts.filled, 0
    for row, cells in enumerate(rows, 1):
        for column, value in enumerate(cells, 1):
            if value == "":
                continue
            text = filled.get((row, column), "")
            agreed += text != ""
            if text != value and not _agree(value, text) and (text == "" or (row, column) not in facts.errors):
                raise _DifferingError(row, column)
    if agreed == len(filled):
        return
    for position, text in filled.items():
        row, column = position
        value = rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""
        # Text of white space only may be read as nothing.
        if value == "" and position not in facts.errors and (text is None or _shown(text)):
            raise _DifferingError(row, column)


def _agree(value: Value, text: str | None) -> bool:
    """Whether a value that is not empty is what the part holds ("" for nothing, None for what is no text)."""
    if isinstance(value, str):
        return text is None or _shown(value) == _shown(text)
    return text != ""


def _shown(text: str) -> str:
    """Return text without what programs write differently: escapes such as ``_x003D_``, white space, control marks."""
    while "_x" in text and (plain := _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)) != text:
        text = plain
    return _NOT_SHOWN.sub("", text)
