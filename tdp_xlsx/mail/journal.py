"""The log of mails, a table for the officer: one line a mail that was handed to the server, and what became of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.mail.letter import MailKind
from tdp_xlsx.outputs import OutputError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from tdp_xlsx.model import Plan

HEADINGS = ("Thời gian", "Mã đơn vị", "Địa chỉ", "Loại thư", "Mã thư", "Kết quả")
_TIME = "%Y-%m-%d %H:%M:%S"
_TIMES = (_TIME, "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")  # the others: as Excel saves them


class Result(StrEnum):
    """What became of a mail; in the log the reason follows after a colon."""

    SENT = "đã gửi"
    REFUSED = "không gửi được"
    UNKNOWN = "chưa rõ đã đến hay chưa"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log; ``time`` is None where it cannot be read any more."""

    time: dt.datetime | None
    group: str
    address: str
    kind: str
    message_id: str
    result: Result
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """What the log says; ``unreadable`` holds the numbers of lines that say nothing."""

    lines: tuple[Line, ...] = ()
    unreadable: tuple[int, ...] = ()

    def last(self, digest: str) -> Line | None:
        """Return what weighs most about a mail: sent, else perhaps sent, else the last refusal; None if untried."""
        about = [line for line in self.lines if line.message_id.startswith(f"<{digest}.")]
        for result in Result:
            if found := [line for line in about if line.result is result]:
                return found[-1]
        return None

    def last_sent(self, group: str, edition: str, kinds: Collection[str]) -> dt.datetime | None:
        """Return when a group was last sent a mail of these kinds (words of the log) in an edition."""
        times = [
            line.time
            for line in self.lines
            if line.group == group
            and line.kind in kinds
            and line.result is Result.SENT
            and line.time
            and f".{edition}." in line.message_id
        ]
        return max(times, default=None)


def read_journal(path: Path) -> Journal:
    """Read the log, also as Excel saves it; without one, nothing was sent.

    Raises:
        OutputError: It is there and cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Journal()
    except OSError as fault:
        raise OutputError(
            f"Không đọc được nhật ký gửi thư “{path}” ({fault.strerror or fault}). "
            "Đóng nhật ký trong Excel rồi chạy lại."
        ) from fault
    text = content.decode("utf-8-sig", "replace")
    first = text.splitlines()[0] if text else ""
    delimiter = ";" if first.count(";") > first.count(",") else ","
    lines: list[Line] = []
    unreadable: list[int] = []
    # Line by line, so that one cut off within quotes does not swallow those after it.
    for number, written in enumerate(text.splitlines(), start=1):
        row = next(csv.reader([written], delimiter=delimiter), [])
        if not any(cell.strip() for cell in row) or row[0] == HEADINGS[0]:
            continue
        if line := _line(row):
            lines.append(line)
        else:
            unreadable.append(number)
    return Journal(tuple(lines), tuple(unreadable))


def mail_days(root: Path, plan: Plan) -> dict[str, tuple[dt.date | None, dt.date | None]]:
    """Return, by group code, the days its form was last mailed and it was last reminded (a form sent back reminds too).

    None: not in this edition, or not by this program. A log that cannot be read tells nothing.
    """
    try:
        journal = read_journal(root / layout.MAIL_LOG)
    except OutputError:
        return {}
    edition = plan.settings.edition
    sent, reminded = (MailKind.SEND.word,), (MailKind.REMIND.word, MailKind.RETURN.word)
    return {
        group.code: (journal.last_sent(group.code, edition, sent), journal.last_sent(group.code, edition, reminded))
        for group in plan.groups
    }


def _line(row: list[str]) -> Line | None:
    if len(row) < len(HEADINGS):
        return None
    time, group, address, kind, message_id, told = (cell.strip() for cell in row[: len(HEADINGS)])
    word, _, reason = told.partition(": ")
    if word not in set(Result) or not message_id.startswith("<"):
        return None
    return Line(_parsed(time), group, address.lstrip("'"), kind, message_id, Result(word), reason)


def _parsed(text: str) -> dt.datetime | None:
    for pattern in _TIMES:
        try:
            return dt.datetime.strptime(text, pattern)  # noqa: DTZ007 - the wall clock's, as people read it
        except ValueError:
            continue
    return None


def append(path: Path, lines: Iterable[Line] = ()) -> None:
    """Add lines at the end of the log and have them on the disk; without lines, only make sure that it can be done.

    Raises:
        OutputError: It cannot be written, most often because it is open in Excel.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as file:
            end = file.seek(0, os.SEEK_END)
            if not end:
                file.write(b"\xef\xbb\xbf" + _row(HEADINGS))
            else:
                file.seek(end - 1)
                if file.read(1) != b"\n":
                    file.write(b"\r\n")  # a line that was cut off stays apart
            for line in lines:
                file.write(_row(_cells(line)))
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        raise OutputError(
            f"Không ghi được nhật ký gửi thư “{path}” ({fault.strerror or fault}). "
            "Đóng nhật ký trong Excel, kiểm tra ổ đĩa rồi chạy lại."
        ) from fault


def _cells(line: Line) -> tuple[str, ...]:
    # An address may begin with + or -: Excel must not take it for a formula.
    address = f"'{line.address}" if line.address[:1] in "+-%=@" else line.address
    told = f"{line.result}: {line.reason}" if line.reason else str(line.result)
    time = line.time.strftime(_TIME) if line.time else ""
    return (time, line.group, address, line.kind, line.message_id, told)


def _row(cells: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
