"""Mails and mailboxes: every leaf of every message, and what stands where the parser sees none, each as a member."""

from __future__ import annotations

import binascii
import email
import quopri
import re
from email.errors import CloseBoundaryNotFoundDefect, MessageError, StartBoundaryNotFoundDefect
from email.header import decode_header, make_header
from email.policy import Compat32
from email.utils import parseaddr, parsedate_to_datetime
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx.reading.archives import MAX_MEMBERS, Member, printable, safe_name
from tdp_xlsx.reading.cells import Cause, UnreadableError
from tdp_xlsx.reading.kinds import ENVELOPE, Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

MAX_MAIL = 100 * 1024 * 1024
MAX_MAILS = 20_000
_LONGEST_SENDER = 320
_BODIES = frozenset(
    f"text/{kind}" for kind in ("plain", "html", "enriched", "richtext", "calendar", "x-amp-html", "rfc822-headers")
)
_TOLD = {
    "application/pgp-signature": Kind.SIGNATURE,
    "application/pgp-keys": Kind.SIGNATURE,
    "application/pkcs7-signature": Kind.SIGNATURE,
    "application/x-pkcs7-signature": Kind.SIGNATURE,
    "application/pkcs7-mime": Kind.SEALED,
    "application/x-pkcs7-mime": Kind.SEALED,
    "application/pgp-encrypted": Kind.SEALED,
    "application/ms-tnef": Kind.TNEF,
    "application/vnd.ms-tnef": Kind.TNEF,
    "application/ics": Kind.CALENDAR,
    "text/calendar": Kind.CALENDAR,
    "text/vcard": Kind.CARD,
    "text/x-vcard": Kind.CARD,
    "text/directory": Kind.CARD,
    "application/applefile": Kind.OF_MACS,
}
_PLAIN = frozenset({Kind.TEXT, Kind.UNKNOWN, Kind.EMPTY, Kind.WEB_PAGE, Kind.XML, Kind.MAIL})
"""What a mail's own text can look like; anything else in its place is a file."""
_PART = re.compile(rb"\n[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-(?:(?i:type|disposition|transfer-encoding))[ \t]*:")
_AFTER_BASE64 = re.compile(rb"\n(?:-|[A-Za-z][\w-]+:)")
_BASE64 = re.compile(
    rb"(?:^[A-Za-z0-9+/]{40,}[ \t]*(?:\r?\n|\Z))+(?:[A-Za-z0-9+/]*={0,2}[ \t\r]*$)?|^[A-Za-z0-9+/]{40,}={1,2}[ \t\r]*$",
    re.MULTILINE,
)
_LONG = 3_000  # letters from which on a run of base64 is a file, whatever it begins with
_UU = re.compile(rb"(?:^begin [0-7]+ ([^\r\n]*)\r?\n)?((?:^M[ -`]{0,61}\r?\n)+(?:^[!-L][ -`]*\r?\n)?)", re.MULTILINE)
_NAME = re.compile(r"name(?:\*\d*)?\*?\s*=\s*\"?([^\";\r\n]+)", re.IGNORECASE)
_CUT_OFF = re.compile(r"(?:ATT|Untitled attachment )\d+\.(?:txt|html?)$", re.IGNORECASE)
"""What Exchange and Gmail call text that stands behind an attachment."""
_OF_WORD = re.compile(r"\.(?:emz|wmz|mso)$", re.IGNORECASE)  # packed pictures of a text that Outlook wrote
_END = "phần cuối của thư"
_DIRT = 3  # letters in a line of base64 that are none, from which on it is no line of it


_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NO_LETTERS = bytes(set(range(256)) - set(_LETTERS))
_SUFFIXES = {
    Kind.XLSX: ".xlsx",
    Kind.XLSB: ".xlsb",
    Kind.XLS: ".xls",
    Kind.ODS: ".ods",
    Kind.PDF: ".pdf",
    Kind.ZIP: ".zip",
    Kind.MAIL: ".eml",
}


class _Raw(Compat32):
    """Headers as they stand, also where they are no ASCII."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the policy's own
        return value


class _Leaf(NamedTuple):
    name: str
    content: bytes
    told: Kind | None = None


def open_mailbox(content: bytes) -> tuple[Member, ...]:
    """Return the mails of a mailbox as members."""
    starts = [0, *(found.start() + 1 for found in islice(ENVELOPE.finditer(content), MAX_MAILS))]
    if len(starts) > MAX_MAILS:
        raise UnreadableError(f"có hơn {MAX_MAILS} thư", Cause.PACKED)
    ends = [*starts[1:], len(content)]
    return tuple(
        Member(f"thu-{number}.eml", partial(itemgetter(slice(start, end)), content))
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    )


def open_mail(content: bytes) -> tuple[Member, ...]:
    """Return the files in a mail, those of forwarded mails too, and one that cannot be read where its end is lost.

    Raises:
        UnreadableError: Its parts are nested without end, or far too many.
    """
    if len(content) > MAX_MAIL:
        raise UnreadableError(f"{len(content) >> 20}", Cause.LARGE)
    try:
        message = _parsed(content.removeprefix(b"\xef\xbb\xbf").lstrip())
        leaves = list(_leaves(message))
        is_cut_off = _is_cut_off(message, bare=not leaves)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError) as fault:
        raise UnreadableError("thư bị hỏng", Cause.PACKED) from fault
    if len(leaves) > MAX_MEMBERS:
        raise UnreadableError(f"có hơn {MAX_MEMBERS} tệp đính kèm", Cause.PACKED)
    sender, sent = _sender(message), _sent(message)
    taken: set[str] = set()
    members = [
        Member(_unlike(leaf, number, taken), partial(bytes, leaf.content), sender, sent, leaf.told)
        for number, leaf in enumerate(leaves, 1)
    ]
    if is_cut_off:
        members.append(Member(safe_name(_END, "", taken), _lost, sender, sent))
    return tuple(members)


def _is_cut_off(message: Message, *, bare: bool) -> bool:
    """Whether a mail ends before the boundary that closes its parts, or, where it has no file, before the first one."""
    lost = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect) if bare else CloseBoundaryNotFoundDefect
    return any(isinstance(defect, lost) for part in message.walk() for defect in part.defects)


def _lost() -> bytes:
    raise UnreadableError("không có dấu hết thư, có thể thư bị cắt và mất tệp đính kèm", Cause.PACKED)


def _leaves(part: Message, name: str = "", *, is_related: bool = False) -> Iterator[_Leaf]:
    """Yield the files in a part; ``name`` is one for a file that has none of its own."""
    encoding = re.sub(r"[^a-z0-9-]", "", str(part.get("Content-Transfer-Encoding", "")).lower())
    kind, own_name = part.get_content_type(), _file_name(part)
    is_packed = encoding in {"base64", "quoted-printable"}
    is_mail = kind == "message/rfc822" and is_packed
    if part.is_multipart() and not is_mail:
        yield from _behind(part.preamble)
        for one in part.get_payload():
            yield from _leaves(one, name, is_related=is_related or kind == "multipart/related")  # type: ignore[arg-type]
        yield from _behind(part.epilogue)
        return
    del part["Content-Transfer-Encoding"]
    inner = part.get_payload(decode=True) if not part.is_multipart() else b"\n".join(map(bytes, part.get_payload()))
    raw = inner if isinstance(inner, bytes) else b""
    is_body = (
        not own_name
        and part.get_content_disposition() != "attachment"
        and (kind in _BODIES or kind.startswith(("multipart/", "message/")))
    )
    behind = _AFTER_BASE64 if encoding == "base64" else _PART
    next_part = None if is_mail and behind is _PART else behind.search(b"\n" + raw)  # a mail has headers of its own
    own = raw[: next_part.start()] if next_part and (is_body or is_packed) else raw
    content = _decoded(own, encoding)
    told = _told(part, own_name, is_related=is_related)
    looks = _looks(content)
    if is_body and looks in _PLAIN and not is_mail and not (encoding == "base64" and looks is Kind.MAIL):
        yield from _files_in(content, name, is_html=kind == "text/html")
    elif is_packed or kind in _TOLD or looks not in _PLAIN:
        yield _Leaf(own_name or name, content, told)
    else:
        # A mail is looked into as one; anything else may be what it is for its broken headers, or encoding.
        inside = [] if looks is Kind.MAIL else list(_within(raw, own_name or name))
        yield from inside or [_Leaf(own_name or name, content, told)]
        return
    if encoding == "quoted-printable" and looks not in _PLAIN:
        yield from _files_in(own, "")
    if next_part:
        yield from _within(raw[next_part.start() :], "")


def _told(part: Message, name: str, *, is_related: bool) -> Kind | None:
    """Return what a part is besides a file sent on purpose, as far as the mail tells."""
    kind, disposition = part.get_content_type(), part.get_content_disposition()
    is_shown = is_related or (part["Content-ID"] and disposition != "attachment")
    if is_shown and (kind.startswith("image/") or _OF_WORD.search(name)):
        return Kind.IN_TEXT
    if kind in {"text/plain", "text/html"} and (disposition == "inline" or _CUT_OFF.match(name)):
        return Kind.LETTER
    return _TOLD.get(kind)


def _within(text: bytes, name: str) -> Iterator[_Leaf]:
    """Yield the files in text where the parser saw no part: behind a broken boundary, or below a broken header."""
    header = _PART.search(b"\n" + text)
    yield from _files_in(text[: header.start()] if header else text, name)
    if header:
        # Its name and colon without a blank between: the parser would take that for text, over and over.
        first = header[0].rstrip(b":").strip() + b":"
        yield from _leaves(_parsed(first + text[header.end() - 1 :]), name)


def _behind(text: str | None) -> Iterator[_Leaf]:
    return _within((text or "").encode("ascii", "surrogateescape"), "")


def _files_in(text: bytes, name: str, *, is_html: bool = False) -> Iterator[_Leaf]:
    """Yield what a text holds in uuencode, or in base64 without a word of it."""
    for found in _UU.finditer(text):
        content = _from_uu(found[2])
        if found[1] is not None or _looks(content) not in _PLAIN:
            yield _Leaf(_text(found[1] or b"") or name, content)
    for found in _BASE64.finditer(text):
        content = _decoded(found[0], "base64")
        if (len(found[0]) > _LONG and not is_html) or _looks(content) not in _PLAIN - {Kind.MAIL}:
            yield _Leaf(name, content)


def _decoded(raw: bytes, encoding: str) -> bytes:
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    if encoding != "base64":
        return raw
    if raw.translate(None, _LETTERS + b" \t\r\n"):
        lines = raw.splitlines()
        raw = b"\n".join(line for line in lines if len(line.translate(None, _LETTERS + b" \t")) < _DIRT)
    pieces = re.findall(rb"[^=]+", raw.translate(None, _NO_LETTERS))  # each may have been padded by itself
    return b"".join(binascii.a2b_base64(piece[: len(piece) - (len(piece) % 4 == 1)] + b"==") for piece in pieces)


def _from_uu(lines: bytes) -> bytes:
    return b"".join(binascii.a2b_uu(line[: ((line[0] - 32 & 63) * 4 + 5) // 3]) for line in lines.splitlines())


def _looks(content: bytes) -> Kind:
    try:
        return kind_of(content)
    except UnreadableError:
        return Kind.ZIP  # damaged; what is wrong with it is told when it is read


def _parsed(content: bytes) -> Message:
    return email.message_from_bytes(content, policy=_Raw())


def _text(value: str | bytes) -> str:
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "replace").strip()


def _file_name(part: Message) -> str:
    """Return a part's file name, of a broken header what can be made out."""
    try:
        name = str(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, MessageError):
        name = ""
    if not name and (found := _NAME.search(f"{part['Content-Disposition']}\n{part['Content-Type']}")):
        name = found[1]
    try:
        return _text(str(make_header(decode_header(name))))
    except (ValueError, LookupError, MessageError):
        return _text(name)


def _sender(message: Message) -> str:
    name, address = parseaddr(_text(message["From"] or ""))
    return printable((address or name).strip())[:_LONGEST_SENDER]


def _sent(message: Message) -> float | None:
    try:
        return parsedate_to_datetime(message["Date"]).timestamp()
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _unlike(leaf: _Leaf, number: int, taken: set[str]) -> str:
    suffix = "" if leaf.name else _SUFFIXES.get(_looks(leaf.content), "")
    return safe_name(leaf.name, f"tep-{number}{suffix}", taken)
