"""Files inside a zip archive or a mail: listed, and read one by one into memory; nothing is ever extracted to disk."""

from __future__ import annotations

import email
import email.policy
import mimetypes
import re
import unicodedata
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Cause, UnreadableError
from tdp_xlsx.reading.kinds import Kind
from tdp_xlsx.reading.package import MAX_ENTRIES, directory, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_MEMBER = 50 * 1024 * 1024
"""Bytes of one file in a container: as for a file that lies in the inbox itself."""
_LONGEST_NAME = 240
_LONGEST_SENDER = 320
_UNSAFE = re.compile(r"[\\:*?\"<>|]|(?:^|/)\.\.?(?:/|$)|^/|//|/$")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a container: its name there, its bytes on demand, and the cause for which it is not opened."""

    name: str
    load: Callable[[], bytes]
    refused: Cause | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """What a zip archive or a mail holds; ``sender`` is the address a mail came from."""

    members: tuple[Member, ...]
    sender: str = ""


def open_container(content: bytes, kind: Kind) -> Container:
    """List the files of a zip archive or a mail.

    Raises:
        UnreadableError: It is damaged, unsafe, or holds no file.
    """
    container = _zip(content) if kind is Kind.ZIP else _mail(content)
    if not container.members:
        raise UnreadableError("không có tệp nào bên trong", Cause.BARE)
    if len(container.members) > MAX_ENTRIES:
        raise UnreadableError(f"có hơn {MAX_ENTRIES} tệp bên trong", Cause.UNSAFE)
    return container


def _zip(content: bytes) -> Container:
    members = []
    for item in directory(content):
        if item.is_folder:
            continue
        refused = Cause.UNSAFE_NAME if item.is_link or not _is_safe(item.name) else None
        members.append(Member(printable(item.name), partial(unpack, content, item), refused or _too_large(item.size)))
    return Container(tuple(members))


def _mail(content: bytes) -> Container:
    try:
        message = email.message_from_bytes(content, EmailMessage, policy=email.policy.default)
        parts = list(_attachments(message))
        sender = _sender(message)
    except (Exception, RecursionError) as fault:  # the parser lets many kinds through on damaged mail
        raise UnreadableError("thư bị hỏng") from fault
    members: list[Member] = []
    taken: set[str] = set()
    for number, part in enumerate(parts, 1):
        raw = _file_name(part) or f"tep-{number}{mimetypes.guess_extension(part.get_content_type()) or ''}"
        name = _unused(printable(raw), taken)
        refused = None if _is_safe(raw) else Cause.UNSAFE_NAME
        members.append(Member(name, partial(_payload, part), refused))
    return Container(tuple(members), sender)


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the leaves that are files: named, said to be attached, or no text; those of a forwarded mail too."""
    for part in message.walk():
        if part.is_multipart() or not isinstance(part, EmailMessage):
            continue
        if _file_name(part) or part.is_attachment() or part.get_content_maintype() != "text":
            yield part


def _file_name(part: EmailMessage) -> str:
    return str(part.get_filename() or "").strip()


def _payload(part: EmailMessage) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except Exception as fault:
        raise UnreadableError("tệp đính kèm bị hỏng") from fault
    if not isinstance(content, bytes):
        raise UnreadableError("tệp đính kèm bị hỏng")
    return content


def _sender(message: EmailMessage) -> str:
    name, address = parseaddr(str(message.get("From", "")))
    return printable((address or name).strip())[:_LONGEST_SENDER]


def _unused(name: str, taken: set[str]) -> str:
    """Return a name no earlier attachment has: ``x (2).xlsx``."""
    path = PurePosixPath(name)
    candidate, count = name, 1
    while candidate.casefold() in taken:
        count += 1
        candidate = f"{path.stem} ({count}){path.suffix}"
    taken.add(candidate.casefold())
    return candidate


def _is_safe(name: str) -> bool:
    return bool(name) and len(name) <= _LONGEST_NAME and not _UNSAFE.search(name) and printable(name) == name


def _too_large(size: int) -> Cause | None:
    return Cause.UNSAFE if size > MAX_MEMBER else None


def printable(name: str) -> str:
    """Return a name with control and direction characters and lone surrogates spelled out."""
    return "".join(f"\\u{ord(char):04x}" if unicodedata.category(char) in {"Cc", "Cf", "Cs"} else char for char in name)
