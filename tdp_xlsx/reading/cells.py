"""What a workbook that was read consists of: sheets of cells, and what the file says beyond their values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta
"""A cell's value; an empty cell is ``""``."""

Position = tuple[int, int]
"""Row and column, both counted from 1."""

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells."""


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


@lru_cache(maxsize=4096)  # the same cells in every form
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


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One row of a sheet with all its file says of it: the same object wherever a process meets the very same row.

    ``values`` end with the last that is not empty, and have ``length`` characters of text. ``formulas``, ``errors`` and
    ``looks`` are by column, as those of a sheet are by position.
    """

    values: tuple[Value, ...]
    length: int
    formulas: Mapping[int, str]
    errors: Mapping[int, str]
    looks: Mapping[int, Look] = field(default_factory=dict)


T = TypeVar("T")


class ByPosition(Mapping[Position, T], Generic[T]):
    """What is known of each row by column, by position; the rows are named by their numbers."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Mapping[int, Mapping[int, T]]) -> None:
        self._rows = rows

    def __getitem__(self, position: Position) -> T:
        return self._rows[position[0]][position[1]]

    def __iter__(self) -> Iterator[Position]:
        return ((row, column) for row, columns in self._rows.items() for column in columns)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))


def trimmed(row: tuple[Value, ...]) -> tuple[tuple[Value, ...], int]:
    """Return a row without its empty end, and how many characters its texts have."""
    end = len(row)
    while end and row[end - 1] == "":
        end -= 1
    return row[:end], sum(len(value) for value in row if isinstance(value, str))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: ``rows`` start at A1, may differ in length, and hold ``""`` for empty cells.

    ``formulas`` maps each formula cell to its text (without ``=``; empty where the file shares another cell's), or is
    None where the format does not tell. ``errors`` likewise maps cells that hold an error value to its name.
    ``looks`` holds cells whose file tells how they look; ``merged`` the areas merged to one cell. ``lines`` are the
    rows as objects to recognise them by, where the file is written in a way that allows it; else there are none.
    """

    name: str
    rows: tuple[tuple[Value, ...], ...]
    formulas: Mapping[Position, str] | None = None
    errors: Mapping[Position, str] = field(default_factory=dict)
    looks: Mapping[Position, Look] = field(default_factory=dict)
    merged: tuple[Area, ...] = ()
    lines: tuple[Line, ...] = ()

    def at(self, row: int, column: int) -> Value:
        """Return a cell's value; ``""`` beyond what the sheet holds."""
        if not (0 < row <= len(self.rows) and 0 < column <= len(self.rows[row - 1])):
            return ""
        return self.rows[row - 1][column - 1]

    def text(self, row: int, column: int) -> str:
        """Return a cell's value as text: whole numbers without a decimal point, True and False as Excel shows them."""
        return as_text(self.at(row, column))


@dataclass(frozen=True, slots=True)
class Book:
    """One workbook: its format (``xlsx``, ``xls``, ``xlsb``, ``ods``), sheets, and custom document properties.

    ``additions`` counts what stands in the file beside cells (pictures, comments …), by its name for people. ``active``
    names what it carries that could run or reach out; none of it is ever used.
    """

    format: str
    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    additions: Mapping[str, int] = field(default_factory=dict)
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
