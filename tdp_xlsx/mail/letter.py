"""One letter: to whom, with what, as a message and as text to copy; whether its addresses can be written to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.charset import QP, Charset
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import mail as rules
from tdp_xlsx.model import Place
from tdp_xlsx.template.read_settings import is_email
from tdp_xlsx.text import one_line, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from tdp_xlsx.model import Finding, Group


_LONGEST_ADDRESS, _LONGEST_LOCAL_PART = 254, 64  # RFC 5321, 4.5.3.1
LONGEST_NAME = 200


def why_unfit(address: str) -> str:
    """Return why no mail can go to an address, in words; "" if one can."""
    if not address.isascii():
        return "có chữ có dấu hoặc ký tự lạ"
    if not is_email(address):
        return "không đúng dạng ten@noi-gui.vn"
    if len(address) > _LONGEST_ADDRESS or len(address.partition("@")[0]) > _LONGEST_LOCAL_PART:
        return "dài quá mức cho phép"
    try:
        Address(addr_spec=address)
    except (MessageError, ValueError):
        return "không đúng quy cách thư điện tử"
    return ""


def check_group(group: Group) -> Iterator[Finding]:
    """Yield what keeps a letter to the group from being written: its name, its leader's, its address."""
    place = Place(layout.TEMPLATE_PATH, layout.REGISTER, group=group.code)
    for heading, text in ((layout.GROUP_NAME, group.name), (layout.LEADER, group.leader)):
        if len(text) > LONGEST_NAME:
            yield rules.NAME_UNFIT.at(place, code=group.code, heading=heading, reason=f"dài quá {LONGEST_NAME} ký tự")
        elif plain(text) != text or "\n" in text:
            reason = "có xuống dòng hoặc ký tự điều khiển"
            yield rules.NAME_UNFIT.at(place, code=group.code, heading=heading, reason=reason)
    if group.email and (reason := why_unfit(group.email)):
        value = one_line(group.email, _LONGEST_ADDRESS)
        yield rules.ADDRESS_UNFIT.at(place, name=one_line(group.name, LONGEST_NAME), value=value, reason=reason)


# Nothing is refolded that was set raw. The attachment's name must stand there twice, plain and by RFC 2231; and the
# policy's own folding drops the space between two encoded words, so that "tự đánh giá" arrives as "tựđánh giá".
_POLICY = SMTP.clone(refold_source="none")
_TYPES = {".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".pdf": "pdf"}


class MailKind(StrEnum):
    """A kind of mail: form, reminder, form to correct, result; its value begins the keys of its texts in the plan."""

    SEND = "send"
    REMIND = "remind"
    RETURN = "return"
    RESULT = "result"

    @property
    def suffix(self) -> str:
        """What a draft's file name ends with, after the group's code."""
        return {"send": "", "remind": "_nhac", "return": "_tra-lai", "result": "_ket-qua"}[self]

    @property
    def word(self) -> str:
        """The kind as the officer reads it in the log."""
        return {"send": "gửi bảng", "remind": "nhắc nộp", "return": "trả lại", "result": "gửi kết quả"}[self]


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to one group: the words, the file attached, and where to; ``address`` is "" for a message only.

    ``digest`` (32 hexadecimal digits) is equal for letters that are the same mail: kind, group, address, and the
    attached form or result, or for a reminder the day.
    """

    kind: MailKind
    group: str
    name: str
    address: str
    subject: str
    body: str
    message: str
    form: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends, under which name, where answers go; all addresses are plain ASCII."""

    sender: str
    sender_name: str
    reply_to: str


def draft(letter: Letter, envelope: Envelope) -> bytes:
    """Return the letter as an ``.eml`` that Outlook and Thunderbird open for sending; the same bytes every time.

    It names no sender: the program that opens it fills in its own account.
    """
    mail = _mail(letter)
    mail["X-Unsent"] = "1"
    if envelope.reply_to:
        mail["Reply-To"] = envelope.reply_to
    return mail.as_bytes()


def mail_to_send(letter: Letter, envelope: Envelope, message_id: str, now: datetime) -> bytes:
    """Return the letter as it goes to the server."""
    mail = _mail(letter)
    mail.set_raw("From", _mailbox(envelope.sender_name, envelope.sender))
    if envelope.reply_to and envelope.reply_to != envelope.sender:
        mail["Reply-To"] = envelope.reply_to
    mail["Date"] = format_datetime(now)
    mail.set_raw("Message-ID", message_id)  # folding would break a long one
    return mail.as_bytes()


def message_text(letter: Letter) -> bytes:
    """Return the short message as a text file."""
    return (letter.message + "\n").replace("\n", "\r\n").encode()


def _mail(letter: Letter) -> EmailMessage:
    mail = EmailMessage(policy=_POLICY)
    mail.set_raw("Subject", _encoded(letter.subject, "Subject"))
    mail.set_raw("To", _mailbox(letter.name, letter.address))
    # Encoded as plain letters: a server without 8BITMIME has nothing to alter.
    mail.set_content(letter.body + "\n", cte="base64")
    maintype, subtype = "application", _TYPES[letter.form.suffix]
    mail.add_attachment(letter.form.read_bytes(), maintype=maintype, subtype=subtype)
    (attachment,) = mail.iter_attachments()
    name = letter.form.name
    del attachment["Content-Disposition"], attachment["Content-Type"]
    attachment.set_raw("Content-Type", f'{maintype}/{subtype};\n name="{name}"')
    attachment.set_raw("Content-Disposition", f"attachment;\n filename=\"{name}\";\n filename*=utf-8''{name}")
    mail.set_boundary(f"=_{hashlib.sha256(f'{letter.digest}{letter.body}'.encode()).hexdigest()[:32]}")
    return mail


def _mailbox(name: str, address: str) -> str:
    return f"{_encoded(name, 'Reply-To')}\n <{address}>"


def _encoded(text: str, header: str) -> str:
    """Return one line of text as encoded words (RFC 2047), spaces and all, folded.

    Quoted-printable, since GMime joins base64 words before it decodes them, and stops at the first one's padding.
    """
    letters = Charset("utf-8")
    letters.header_encoding = QP
    return Header(text, letters, header_name=header).encode()
