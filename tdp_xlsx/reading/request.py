"""What goes to the isolated process and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tdp_xlsx.reading.cells import Book, Cause
    from tdp_xlsx.reading.kinds import Kind

MEMORY = 2 * 1024**3
"""Bytes of address space a worker may have."""
MOST_CELLS = 100_000
"""Cells of a workbook that goes back to the parent: a form has a thousand."""
AT_ONCE = 40
"""Files of one container read in one go; larger ones are read in several, so that no answer is large."""


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read: where it is, what people call it, and which members of it (from, to) if it is a container.

    ``then`` is where the step lies that the worker is to do with each workbook; "" to have the workbook itself back.
    ``most`` is how many cells a workbook may have.
    """

    path: str
    name: str
    members: tuple[int, int] | None = None
    then: str = ""
    most: int = MOST_CELLS


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file turned out to be: its cells, or why there are none (``cause``, and ``reason`` for people).

    ``outcome`` is what the step of the request made of the workbook, which then stays with the worker.
    ``modified`` is the file's time stamp in seconds; ``ignored`` tells a container's leftovers of other systems.
    """

    name: str
    size: int = 0
    sha256: str | None = None
    modified: float | None = None
    kind: Kind | None = None
    book: Book | None = None
    outcome: Any = None
    cause: Cause | None = None
    reason: str = ""
    sender: str = ""
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The readings of one request; or, for a container to be read in several goes, only its members' names."""

    readings: tuple[Reading, ...] = ()
    members: tuple[str, ...] = ()
