"""What a workbook that was read consists of: sheets of cells, and what the file says beyond their values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta
"""A cell's value; an empty cell is ``""``."""

Position = tuple[int, int]
"""Row and column, both counted from 1."""

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells."""

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MAX_CELLS = 2_000_000
"""Refuse sheets whose used area is larger: a form has five hundred cells."""

PICTURES, COMMENTS, CONTROLS, INK = "hình vẽ, ảnh", "ghi chú gắn vào ô", "nút, ô đánh dấu (điều khiển)", "nét viết tay"
"""The kinds of things in a workbook that no program reads as answers, as people call them."""
MACRO, OUTSIDE_LINK, EMBEDDED, CONNECTION = "macro", "liên kết tới tệp khác", "đối tượng nhúng", "kết nối dữ liệu"
"""What a workbook carries that could run or reach out, as people call it."""


class Cause(StrEnum):
    """Why a file cannot be read."""

    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    NO_WORKBOOK = "no workbook"
    UNSAFE = "unsafe"
    """Built to do harm, or so oddly that programs may disagree on what it holds."""
    UNCERTAIN = "uncertain"
    """Readable, but not surely as the leader sees it."""
    SAVING = "saving"
    CLOSED = "closed"
    """The system does not let us open it."""
    LARGE = "large"
    """Its size in MB is the reason."""
    LOCKED = "locked"
    PACKED = "packed"
    """A container that cannot be opened, or a member that cannot be taken out of it."""
    NESTED = "nested"
    BARE = "bare"
    """A container with nothing in it."""
    DEADLY = "deadly"
    """It ended the process that read it, or took too long."""


class UnreadableError(Exception):
    """A file that cannot be read as a workbook; the argument says why, in Vietnamese, for people."""

    def __init__(self, reason: str, cause: Cause = Cause.DAMAGED) -> None:
        super().__init__(reason)
        self.cause = cause


def column_name(column: int) -> str:
    """Return the letters of a column: 1 is A, 28 is AB."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@lru_cache(maxsize=4096)  # the same columns in every form
def column_number(letters: str) -> int:
    """Return a column's number: A is 1.

    Raises:
        UnreadableError: There is no such column.
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    if not (letters.isascii() and letters.isalpha() and letters.isupper() and number <= LAST_COLUMN):
        raise UnreadableError("địa chỉ ô sai", Cause.UNCERTAIN)
    return number


@lru_cache(maxsize=4096)  # likewise
def cell_name(row: int, column: int) -> str:
    """Return a cell's name as people write it: ``E12``."""
    return f"{column_name(column)}{row}"


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks where that changes what it says; ``fill`` is any text that differs for different fills."""

    font: str = ""
    struck: bool = False
    percent: bool = False
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: ``rows`` start at A1, may differ in length, and hold ``""`` for empty cells.

    ``formulas`` maps each formula cell to its text (without ``=``; empty where the file does not spell it out).
    ``keeps_formulas`` is False for formats some writers of which keep a formula's value alone (``.xls``, ``.xlsb``):
    there, a value without a formula may still be a formula's. ``errors`` maps cells that hold an error value to its
    name. ``looks`` holds cells whose file tells how they look; ``merged`` the areas merged to one cell. ``additions``
    names the cell of each thing that stands beside the cells' contents (pictures, comments …; "" where it is told of
    none), by what people call such things.
    """

    name: str
    rows: tuple[tuple[Value, ...], ...]
    formulas: Mapping[Position, str] = field(default_factory=dict)
    errors: Mapping[Position, str] = field(default_factory=dict)
    looks: Mapping[Position, Look] = field(default_factory=dict)
    merged: tuple[Area, ...] = ()
    keeps_formulas: bool = True
    additions: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def at(self, row: int, column: int) -> Value:
        """Return a cell's value; ``""`` beyond what the sheet holds."""
        if not (0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1])):
            return ""
        return self.rows[row - 1][column - 1]

    def text(self, row: int, column: int) -> str:
        """Return a cell's value as text: whole numbers without a decimal point, True and False as Excel shows them."""
        return as_text(self.at(row, column))


class Grid:
    """A sheet's rows as they are read, in any order; ``budget`` holds how many cells all sheets may still have."""

    def __init__(self, budget: list[int]) -> None:
        self._budget = budget
        self._rows: dict[int, Mapping[int, Value]] = {}
        self._last_column = 0

    def add(self, row: int, cells: Mapping[int, Value], seen: int) -> None:
        """Add a row: what its cells hold, by column, without the empty ones; and how many cells the file gives it.

        Raises:
            UnreadableError: It was there before, or the sheet is larger than any form could be.
        """
        self._budget[0] -= seen
        if not 0 < row <= LAST_ROW or row in self._rows:
            raise UnreadableError(f"dòng {row} được ghi hai lần hoặc ghi sai", Cause.UNCERTAIN)
        if cells:
            self._rows[row] = cells
            self._last_column = max(self._last_column, *cells)
        if self._budget[0] < 0 or row * self._last_column > MAX_CELLS:
            raise too_wide()

    def rows(self) -> tuple[tuple[Value, ...], ...]:
        """Return all rows up to the last that holds something, each up to its last cell that does."""
        return tuple([_line(self._rows.get(row)) for row in range(1, max(self._rows, default=0) + 1)])


def _line(cells: Mapping[int, Value] | None) -> tuple[Value, ...]:
    return tuple([cells.get(column, "") for column in range(1, max(cells) + 1)]) if cells else ()


def too_wide() -> UnreadableError:
    """Return the error for a sheet larger than any form could be."""
    return UnreadableError("trang tính có vùng dữ liệu quá rộng so với một bảng tự đánh giá")


@dataclass(frozen=True, slots=True)
class Book:
    """One workbook: its format (``xlsx``, ``xls``, ``xlsb``, ``ods``), sheets, and custom document properties.

    ``active`` names what it carries that could run or reach out; none of it is ever used.
    """

    format: str
    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    active: tuple[str, ...] = ()


def as_text(value: Value) -> str:
    """Return a value as text people would recognise."""
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact as an integer
            return str(int(value))
        case dt.datetime() if not (value.hour or value.minute or value.second):
            return value.strftime("%d/%m/%Y")
        case dt.datetime():
            return value.strftime("%d/%m/%Y %H:%M")
        case dt.date():
            return value.strftime("%d/%m/%Y")
    return str(value)
