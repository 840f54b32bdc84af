"""Open one entry of the inbox: ignore it, keep it, refuse it with the reason, or hand over its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx.findings import files as rules
from tdp_xlsx.model import FileStatus, InboxFile, Place
from tdp_xlsx.reading.book import UnreadableError, read_workbook
from tdp_xlsx.reading.inbox import Entry, snapshot
from tdp_xlsx.reading.kinds import SIGNED_COPIES, WORKBOOKS, Kind, kind_of

if TYPE_CHECKING:
    from tdp_xlsx.model import Finding
    from tdp_xlsx.reading.cells import Book

_REFUSALS = {
    "link": rules.NOT_A_FILE,
    "large": rules.TOO_LARGE,
    "deep": rules.TOO_DEEP,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry after opening: its cells (``book``), or what became of it and why."""

    file: InboxFile
    status: FileStatus
    book: Book | None = None
    reason: str = ""
    findings: tuple[Finding, ...] = ()


def open_entry(entry: Entry) -> Opened:
    """Open an entry; never raises for anything that may lie in an inbox."""
    file = InboxFile(entry.name, None, entry.size, entry.modified)
    if entry.ignored:
        return Opened(file, FileStatus.IGNORED, reason="tệp tạm của hệ thống hoặc chương trình")
    place = Place(entry.name)
    if entry.refusal:
        megabytes = f"{entry.size / 1024 / 1024:.0f}"
        return _refused(file, _REFUSALS[entry.refusal].at(place, file=entry.name, size=megabytes))
    try:
        taken = snapshot(entry)
    except OSError as fault:
        return _refused(file, rules.UNOPENABLE.at(place, file=entry.name, reason=fault.strerror or fault))
    file = InboxFile(entry.name, taken.sha256, len(taken.content), entry.modified)
    kind = kind_of(taken.content)
    if kind in SIGNED_COPIES:
        found = rules.SIGNED_COPY.at(place, file=entry.name, kind=kind.value)
        return Opened(file, FileStatus.KEPT, None, found.message, (found,))
    if kind is Kind.EMPTY:
        return _refused(file, rules.EMPTY.at(place, file=entry.name))
    if kind is Kind.ENCRYPTED:
        return _refused(file, rules.PASSWORD.at(place, file=entry.name))
    if kind not in WORKBOOKS:
        return _refused(file, rules.NOT_A_WORKBOOK.at(place, file=entry.name, kind=kind.value))
    try:
        book = read_workbook(taken.content)
    except UnreadableError as fault:
        return _refused(file, rules.UNREADABLE.at(place, file=entry.name, reason=fault))
    return Opened(file, FileStatus.ACCEPTED, book)


def _refused(file: InboxFile, found: Finding) -> Opened:
    return Opened(file, FileStatus.REJECTED, None, found.message, (found,))
