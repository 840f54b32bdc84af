"""Open the entries of the inbox: ignore each, keep it, refuse it with the reason, or hand over its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tdp_xlsx.findings import files as rules
from tdp_xlsx.model import Place
from tdp_xlsx.reading import isolated, workers
from tdp_xlsx.reading.cells import Cause
from tdp_xlsx.reading.inbox import moment
from tdp_xlsx.reading.kinds import SIGNED_COPIES, Kind
from tdp_xlsx.reading.request import MOST_CELLS, Reading, Request
from tdp_xlsx.submission import FileStatus, InboxFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tdp_xlsx.findings import Rule
    from tdp_xlsx.model import Finding
    from tdp_xlsx.reading.cells import Book
    from tdp_xlsx.reading.inbox import Entry

_REFUSALS = {
    "link": rules.NOT_A_FILE,
    "large": rules.TOO_LARGE,
    "deep": rules.TOO_DEEP,
    "closed": rules.UNOPENABLE,
}
_CAUSES: dict[Cause, Rule] = {
    Cause.DAMAGED: rules.UNREADABLE,
    Cause.PASSWORD: rules.PASSWORD,
    Cause.UNSAFE: rules.UNSAFE,
    Cause.UNCERTAIN: rules.UNCERTAIN,
    Cause.SAVING: rules.STILL_SAVING,
    Cause.CLOSED: rules.UNOPENABLE,
    Cause.LARGE: rules.TOO_LARGE,
    Cause.LOCKED: rules.LOCKED_MEMBER,
    Cause.PACKED: rules.NOT_UNPACKED,
    Cause.NESTED: rules.NESTED,
    Cause.BARE: rules.NOTHING_INSIDE,
    Cause.DEADLY: rules.DEADLY,
}
_KINDS: dict[Kind, Rule] = {
    Kind.EMPTY: rules.EMPTY,
    Kind.ENCRYPTED: rules.PASSWORD,
    Kind.ARCHIVE: rules.OTHER_ARCHIVE,
    Kind.OUTLOOK: rules.OUTLOOK_MESSAGE,
    Kind.TNEF: rules.OUTLOOK_MESSAGE,
    Kind.TNEF_WITH_FILE: rules.OUTLOOK_MESSAGE,
    Kind.SEALED: rules.SEALED_MAIL,
    Kind.OLD_SHEET: rules.OTHER_FORMAT,
    Kind.NUMBERS: rules.OTHER_FORMAT,
    Kind.XML_SHEET: rules.OTHER_FORMAT,
    Kind.WEB_ARCHIVE: rules.OTHER_FORMAT,
}
_NO_TASK: dict[Kind, Rule] = {
    **dict.fromkeys(SIGNED_COPIES, rules.SIGNED_COPY),
    **dict.fromkeys((Kind.SIGNATURE, Kind.CARD, Kind.CALENDAR, Kind.OF_MACS), rules.OF_THE_MAIL),
    Kind.IN_TEXT: rules.PICTURE_IN_TEXT,
}
_PICTURES = SIGNED_COPIES | {Kind.IN_TEXT}
_BESIDE_A_FORM = frozenset({Kind.TNEF, Kind.LETTER})
"""What is nobody's task where its mail brought a workbook: most hold nothing but the mail's text, or its looks."""
_LEFTOVER = "tệp tạm của hệ thống hoặc chương trình"


@dataclass(frozen=True, slots=True)
class Opened:
    """One file after opening: its cells (``book``), what a step made of them, or what became of the file and why."""

    file: InboxFile
    status: FileStatus
    book: Book | None = None
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    outcome: Any = None


def open_entries(
    entries: Iterable[Entry], then: Callable[[Reading], object] | None = None, most: int = MOST_CELLS
) -> Iterator[Opened]:
    """Open entries in their order; never raises for anything that may lie in an inbox.

    The files in a zip archive or a mail take its place, named ``archive.zip/member.xlsx``. With ``then``, the workers
    do that step with each workbook, and hand over what comes of it instead of the cells. A workbook has ``most`` cells
    at most.

    Raises:
        IsolationError: No process to read in can be started on this system.
    """
    with workers.handed_over(then) as place:
        for entry, readings in isolated.read_in_order(list(entries), lambda entry: _request(entry, place, most)):
            if readings:
                brought = {_mail_of(one) for one in readings if one.book is not None or one.outcome is not None}
                for reading in readings:
                    yield _opened(reading, entry, is_beside_a_form=_mail_of(reading) in brought)
            else:
                yield _unread(entry)


def _request(entry: Entry, then: str, most: int) -> tuple[Request, int] | None:
    if entry.ignored or entry.refusal:
        return None
    return Request(entry.path, entry.name, then=then, most=most), entry.size


def _unread(entry: Entry) -> Opened:
    file = InboxFile(entry.name, None, entry.size, entry.modified)
    if entry.ignored:
        return Opened(file, FileStatus.IGNORED, reason=_LEFTOVER)
    megabytes = f"{entry.size / 1024 / 1024:.0f}"
    rule = _REFUSALS[entry.refusal]
    return _refused(file, rule.at(Place(entry.name), file=entry.name, size=megabytes, reason="không có quyền đọc"))


def _mail_of(reading: Reading) -> str:
    return reading.name.rpartition("/")[0]


def _opened(reading: Reading, entry: Entry, *, is_beside_a_form: bool) -> Opened:
    file = file_of(reading, entry)
    place = Place(reading.name)
    kind = reading.kind or Kind.UNKNOWN
    noted = _NO_TASK.get(kind)
    if kind in _BESIDE_A_FORM and is_beside_a_form:
        noted = rules.OF_THE_MAIL
    if reading.ignored:
        return Opened(file, FileStatus.IGNORED, reason=_LEFTOVER)
    if reading.cause is Cause.BARE and kind is Kind.MAIL and reading.name != entry.name:
        noted = rules.MAIL_WITHOUT_FILES
    elif reading.cause is not None:
        rule = _CAUSES[reading.cause]
        return _refused(file, rule.at(place, file=reading.name, size=reading.reason, reason=reading.reason))
    if reading.outcome is not None:
        return Opened(file, FileStatus.ACCEPTED, outcome=reading.outcome)
    if reading.book is not None:
        return opened_workbook(reading, file)
    if noted:
        found = noted.at(place, file=reading.name, kind=kind.value)
        status = FileStatus.KEPT if kind in _PICTURES else FileStatus.IGNORED
        return Opened(file, status, None, found.message, (found,))
    rule = _KINDS.get(kind, rules.NOT_A_WORKBOOK)
    return _refused(file, rule.at(place, file=reading.name, kind=kind.value))


def file_of(reading: Reading, entry: Entry | None = None) -> InboxFile:
    """Return the file a reading is of; its entry tells what the reading could not find out."""
    when, size = reading.modified, reading.size
    if entry is not None and not reading.sha256 and reading.name == entry.name:
        size = entry.size
    found = entry.modified if entry is not None and when is None else moment(when or 0)
    return InboxFile(reading.name, reading.sha256, size, found, reading.sender)


def opened_workbook(reading: Reading, file: InboxFile) -> Opened:
    """Return a workbook that was read, and what is good to know of it."""
    active = ", ".join(reading.book.active) if reading.book else ""
    remarks = (rules.ACTIVE_CONTENT.at(Place(reading.name), file=reading.name, what=active),) if active else ()
    return Opened(file, FileStatus.ACCEPTED, reading.book, findings=remarks)


def _refused(file: InboxFile, found: Finding) -> Opened:
    return Opened(file, FileStatus.REJECTED, None, found.message, (found,))
