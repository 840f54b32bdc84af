"""What a workbook's own parts say of its cells, gathered beside python-calamine and held against what it reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Cause, Position, UnreadableError, cell_name

if TYPE_CHECKING:
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


@dataclass(slots=True)
class SheetFacts:
    """Formulas (text without ``=``), error values, and what every filled cell holds, by position.

    ``filled`` has a cell's text where the part tells it as text, None where it holds a number, truth value or date.
    ``styles`` has the number of each cell's style where all of them were seen; else None.
    """

    budget: Budget
    formulas: dict[Position, str] = field(default_factory=dict)
    errors: dict[Position, str] = field(default_factory=dict)
    filled: dict[Position, str | None] = field(default_factory=dict)
    styles: dict[Position, int] | None = None
    last_row: int = 0
    last_column: int = 0
    _raw: dict[Position, object] = field(default_factory=dict)

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


def check_agreement(name: str, rows: tuple[tuple[Value, ...], ...], facts: SheetFacts) -> None:
    """Hold the cells as read against the parts: nothing lost, nothing added, every text the same.

    Raises:
        UnreadableError: A cell differs; it would be read as blank, or as something else.
    """
    filled, agreed = facts.filled, 0
    for row, cells in enumerate(rows, 1):
        for column, value in enumerate(cells, 1):
            if value == "":
                continue
            text = filled.get((row, column), "")
            agreed += text != ""
            if text != value and not _agree(value, text) and (text == "" or (row, column) not in facts.errors):
                raise _disagree(name, (row, column))
    if agreed == len(filled):
        return
    for position, text in filled.items():
        row, column = position
        value = rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""
        # Text of white space only may be read as nothing.
        if value == "" and position not in facts.errors and (text is None or _shown(text)):
            raise _disagree(name, position)


def _agree(value: Value, text: str | None) -> bool:
    """Whether a value that is not empty is what the part holds ("" for nothing, None for what is no text)."""
    if isinstance(value, str):
        return text is None or _shown(value) == _shown(text)
    return text != ""


def _disagree(name: str, position: Position) -> UnreadableError:
    return UnreadableError(f"không đọc chắc chắn được ô {cell_name(*position)} của trang “{name}”", Cause.UNCERTAIN)


def _shown(text: str) -> str:
    """Return text without what programs write differently: escapes such as ``_x003D_``, white space, control marks."""
    while "_x" in text and (plain := _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)) != text:
        text = plain
    return _NOT_SHOWN.sub("", text)
