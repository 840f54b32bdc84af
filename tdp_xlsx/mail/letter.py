"""One letter: its kind, its words, and its bytes as a draft, as the mail that is sent, as a message to paste."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

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
