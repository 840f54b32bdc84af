"""What runs in the isolated process: one file's bytes read once, hashed, told what they are, and parsed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import signal
import stat
import sys
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tdp_xlsx.reading.archives import open_archive
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import Book, Cause, UnreadableError
from tdp_xlsx.reading.inbox import MAX_BYTES, MAX_CONTAINER, is_ignored
from tdp_xlsx.reading.kinds import CONTAINERS, VAGUE, Kind, kind_of, refuse_unless_workbook
from tdp_xlsx.reading.request import AT_ONCE, MEMORY, Answer, Reading, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tdp_xlsx.reading.archives import Member

TEXT = 80
"""Characters for each cell that a workbook may have."""
DEEPEST = 4
"""How many containers may stand in one another: a mailbox, its mail, an archive attached, a mail packed there."""
MOST_INSIDE = 500
"""Files of the containers in one member of a container."""
_BUILT_IN = "VelvetSweatshop"
"""The password that Excel gives workbooks which are encrypted without one, and tries unasked."""


def prepare(memory: int = MEMORY) -> None:
    """Make ready a new worker: little memory, no core dumps, silence on the officer's terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    void = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(void, stream)
    os.close(void)
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
            _, hard = resource.getrlimit(limit)
            # A system that does not let us is one where the parent watches.
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def read_batch(requests: Sequence[Request]) -> list[Answer]:
    """Read several files; nothing a file does is raised."""
    for then in {request.then for request in requests if request.then}:
        _step(then)  # what goes wrong here is no file's fault
    return [read_request(request) for request in requests]


def read_request(request: Request) -> Answer:
    """Read one file, or members of one container."""
    reading = Reading(request.name)
    try:
        content, modified = _snapshot(request.path)
        digest = hashlib.sha256(content).hexdigest()
        reading = replace(reading, size=len(content), sha256=digest, modified=modified)
        kind = kind_of(content)
        reading = replace(reading, kind=kind)
        if kind in CONTAINERS:
            return _read_container(request, reading, _members(content, kind))
        _refuse_large(content)
        return Answer((_as_book(reading, content, request),))
    except BaseException as fault:  # noqa: BLE001 - a panic of the reader is no Exception
        return Answer((_refused(reading, fault),))


def list_members(request: Request) -> Answer:
    """List the members of a container without reading them; nothing for any other file."""
    try:
        content, _ = _snapshot(request.path)
        kind = kind_of(content)
        if kind in CONTAINERS:
            return Answer(members=tuple(member.name for member in _members(content, kind)))
    except BaseException:  # noqa: BLE001, S110 - the caller knows already that this file is no good
        pass
    return Answer()


def _members(content: bytes, kind: Kind) -> tuple[Member, ...]:
    """Return what a container holds.

    Raises:
        UnreadableError: It cannot be opened, or holds no file.
    """
    if kind is Kind.ZIP:
        members = open_archive(content)
    else:
        from tdp_xlsx.reading.mails import open_mail, open_mailbox  # noqa: PLC0415 - loads all of email

        members = open_mail(content) if kind is Kind.MAIL else open_mailbox(content)
    if not members:
        raise UnreadableError("không có tệp nào bên trong", Cause.BARE)
    return members


def _read_container(request: Request, reading: Reading, members: tuple[Member, ...]) -> Answer:
    if request.members is None and len(members) > AT_ONCE:
        return Answer(members=tuple(member.name for member in members))
    first, last = request.members or (0, AT_ONCE)
    outer = Reading(reading.name, modified=reading.modified)
    readings: list[Reading] = []
    for member in members[first:last]:
        inside = _read_member(member, outer, request, DEEPEST - 1)
        readings += islice(inside, MOST_INSIDE)
        if next(inside, None):
            name, reason = f"{outer.name}/{member.name}", f"có hơn {MOST_INSIDE} tệp bên trong"
            readings.append(replace(outer, name=name, cause=Cause.PACKED, reason=reason))
    return Answer(tuple(readings))


def _read_member(member: Member, outer: Reading, request: Request, deeper: int) -> Iterator[Reading]:
    """Yield the reading of a member, or of each file in it, down to a few levels."""
    name, sent = f"{outer.name}/{member.name}", outer.modified if member.sent is None else member.sent
    reading = Reading(name, modified=sent, sender=member.sender or outer.sender)
    if is_ignored(member.name.rpartition("/")[2], None):
        yield replace(reading, ignored=True)
        return
    inside: tuple[Member, ...] = ()
    try:
        content = member.load()
        reading = replace(reading, size=len(content), sha256=hashlib.sha256(content).hexdigest())
        kind = kind_of(content)
        if member.told and (kind in VAGUE or (kind, member.told) == (Kind.ARCHIVE, Kind.IN_TEXT)):
            kind = member.told
        reading = replace(reading, kind=kind)
        if kind not in CONTAINERS:
            _refuse_large(content)
            reading = _as_book(reading, content, request)
        elif deeper:
            inside = _members(content, kind)
        else:
            reading = replace(reading, cause=Cause.NESTED)
    except BaseException as fault:  # noqa: BLE001 - as above
        reading = _refused(reading, fault)
    if not inside:
        yield reading
    for one in inside:
        outer = replace(outer, name=name, modified=sent, sender=reading.sender)
        yield from _read_member(one, outer, request, deeper - 1)


def _refuse_large(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise UnreadableError(f"{len(content) >> 20}", Cause.LARGE)


def _as_book(reading: Reading, content: bytes, request: Request) -> Reading:
    """Return a reading with its cells; a workbook whose password is the built-in one is opened as Excel does."""
    try:
        read = _with_book(reading, content, request)
    except UnreadableError as fault:
        if fault.cause is not Cause.PASSWORD:
            raise
        read = replace(reading, kind=Kind.ENCRYPTED)
    if read.kind is not Kind.ENCRYPTED:
        return read
    opened = _unlocked(content)
    return _with_book(replace(reading, kind=kind_of(opened)), opened, request)


def _unlocked(content: bytes) -> bytes:
    import msoffcrypto  # noqa: PLC0415 - only for such files

    plain = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(content))  # type: ignore[no-untyped-call]
        file.load_key(password=_BUILT_IN)
        file.decrypt(plain)
    except MemoryError:
        raise
    except Exception as fault:  # a password of its own, or damaged
        raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD) from fault
    opened = plain.getvalue()
    _refuse_large(opened)
    return opened


def _with_book(reading: Reading, content: bytes, request: Request) -> Reading:
    """Return a reading with its cells, or with what the request's step makes of them."""
    if reading.kind is None or not _is_readable(reading.kind):
        return reading
    read = replace(reading, book=_small(read_workbook(content, request.most), request.most))
    if not request.then:
        return read
    try:
        return replace(read, book=None, outcome=_step(request.then)(read))
    except MemoryError:
        raise
    except Exception as fault:  # ours, and yet it costs this file only
        raise UnreadableError(f"làm chương trình gặp lỗi {type(fault).__name__}", Cause.DEADLY) from fault


@lru_cache(maxsize=1)
def _step(then: str) -> Callable[[Reading], Any]:
    """Return the step that was laid down for the workers; it is our own program's."""
    step: Callable[[Reading], Any] = pickle.loads(Path(then).read_bytes())  # noqa: S301
    return step


def _is_readable(kind: Kind) -> bool:
    """Whether a kind of file is to be read as a workbook; what is none is told by its kind alone."""
    try:
        refuse_unless_workbook(kind)
    except UnreadableError:
        return False
    return True


def _refused(reading: Reading, fault: BaseException) -> Reading:
    match fault:
        case UnreadableError():
            return replace(reading, cause=fault.cause, reason=str(fault))
        case MemoryError():
            return replace(reading, cause=Cause.DEADLY, reason="cần quá nhiều bộ nhớ")
        case OSError():
            return replace(reading, cause=Cause.CLOSED, reason=fault.strerror or str(fault))
    return replace(reading, cause=Cause.DAMAGED, reason="tệp bị hỏng hoặc không đúng định dạng")


def _snapshot(path: str) -> tuple[bytes, float]:
    """Return a regular file's bytes and time stamp, read once.

    Raises:
        UnreadableError: It is being written meanwhile, has become something else, or has grown too large.
        OSError: The system does not let us.
    """
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    with open(os.open(path, flags), "rb", buffering=0) as file:  # noqa: PTH123 - a descriptor
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise UnreadableError("không phải tệp thường", Cause.UNSAFE)
        pieces = []
        left = MAX_CONTAINER + 1
        while left and (piece := file.read(min(left, 1 << 20))):
            pieces.append(piece)
            left -= len(piece)
        after = os.fstat(file.fileno())
    content = b"".join(pieces)
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same or len(content) != after.st_size:
        raise UnreadableError("tệp đang được ghi", Cause.SAVING)
    return content, after.st_mtime


def _small(book: Book, most: int) -> Book:
    """Return a workbook that has no more cells, nor more text, than it may have.

    Raises:
        UnreadableError: It is larger.
    """
    rows = [row for sheet in book.sheets for row in sheet.rows]
    text = sum(len(value) for row in rows for value in row if isinstance(value, str))
    if len(rows) + sum(map(len, rows)) > most or text > TEXT * most:
        raise UnreadableError("sổ tính lớn hơn nhiều lần một bảng tự đánh giá")
    return book
