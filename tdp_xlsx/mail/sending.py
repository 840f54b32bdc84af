"""Send what lies ready: which letters the log does not know as sent, through which server; each one into the log."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.findings import mail as rules
from tdp_xlsx.mail.drafts import envelope_of
from tdp_xlsx.mail.journal import Line, Result, append, read_journal
from tdp_xlsx.mail.letter import mail_to_send, why_unfit
from tdp_xlsx.mail.post import PORTS, Delivery, Post, PostError, Server
from tdp_xlsx.model import Place
from tdp_xlsx.outputs import OutputError, exclusive
from tdp_xlsx.template.items import NO_SECURITY, STARTTLS
from tdp_xlsx.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tdp_xlsx.mail.drafts import Prepared
    from tdp_xlsx.mail.letter import Envelope, Letter
    from tdp_xlsx.model import Finding, Settings

_MOST_FAILURES_TO_CONNECT = 3  # in a row; then the server is gone, and waiting for each mail helps nobody


@dataclass(frozen=True, slots=True)
class Choice:
    """What ``--send`` would do: through which server, as whom, which letters; and which ones not, and why.

    ``known`` counts the log's lines so far. ``left`` pairs each letter that will not be sent (it was, or nobody knows
    whether it was) with its line of the log.
    """

    server: Server
    envelope: Envelope
    pause: float
    edition: str
    known: int
    letters: tuple[Letter, ...]
    left: tuple[tuple[Letter, Line], ...]
    findings: tuple[Finding, ...]


def choose(root: Path, prepared: Prepared, *, again: bool = False) -> Choice:
    """Return what is to be sent: letters the log does not know as sent, or, with ``again``, all.

    Raises:
        CannotRunError: The mail server's settings do not suffice, a letter has a blank, or the log cannot be written.
    """
    settings = prepared.plan.settings
    server = _server(settings)
    if any(finding.code == rules.DEADLINE_BLANK.code for finding in prepared.findings):
        raise CannotRunError("Chưa gửi thư nào: thư còn chỗ trống. Sửa như nêu trên rồi chạy lại.", prepared.findings)
    journal = read_journal(root / layout.MAIL_LOG)
    letters: list[Letter] = []
    left: list[tuple[Letter, Line]] = []
    for letter in prepared.letters:
        last = None if again else journal.last(letter.digest)
        if last is None or last.result is Result.REFUSED:
            letters.append(letter)
        else:
            left.append((letter, last))
    found: tuple[Finding, ...] = ()
    if journal.unreadable:
        lines = ", ".join(map(str, journal.unreadable[:10]))
        found = (rules.LOG_LINE_UNREADABLE.at(Place(layout.MAIL_LOG), file=layout.MAIL_LOG, lines=lines),)
    return Choice(
        server=server,
        envelope=envelope_of(settings),
        pause=settings.smtp_pause,
        edition=settings.edition,
        known=len(journal.lines),
        letters=tuple(letters),
        left=tuple(left),
        findings=found,
    )


def send(
    root: Path,
    choice: Choice,
    password: str = "",
    on_mail: Callable[[Letter, Delivery], None] | None = None,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[Delivery, ...]:
    """Send the chosen letters one after the other; each is in the log before the next goes out.

    Returns what became of each letter, in their order; where the server is gone for good, the rest has none.

    Raises:
        CannotRunError: The server cannot be reached, is not to be trusted or refuses the login: nothing was sent;
            or the log cannot be written any more.
    """
    with exclusive(root):
        if len(read_journal(root / layout.MAIL_LOG).lines) != choice.known:
            told = "Một lệnh khác vừa gửi thư; chưa gửi thư nào thêm. Chạy lại để xem thư nào còn phải gửi."
            raise CannotRunError(told)
        append(root / layout.MAIL_LOG)  # before anything is sent, the log must be writable
        return tuple(_deliveries(root, choice, password, on_mail, sleep))


def _deliveries(
    root: Path,
    choice: Choice,
    password: str,
    on_mail: Callable[[Letter, Delivery], None] | None,
    sleep: Callable[[float], None],
) -> Iterator[Delivery]:
    broken = 0
    with Post(choice.server, password) as post:
        post.connect()
        for place, letter in enumerate(choice.letters):
            if place and choice.pause:
                sleep(choice.pause)
            delivery, connected = _send_one(root, choice, post, letter)
            if on_mail:
                on_mail(letter, delivery)
            yield delivery
            broken = 0 if connected else broken + 1
            if broken == _MOST_FAILURES_TO_CONNECT:
                return


def _send_one(root: Path, choice: Choice, post: Post, letter: Letter) -> tuple[Delivery, bool]:
    """Send one letter and log what became of it; also return whether there was a connection."""
    now = dt.datetime.now().astimezone()
    domain = choice.envelope.sender.rpartition("@")[2]
    message_id = f"<{letter.digest}.{choice.edition}.{letter.group}.{now:%Y%m%d%H%M%S%f}@{domain}>"
    content = mail_to_send(letter, choice.envelope, message_id, now)
    delivery, connected = Delivery(Result.UNKNOWN, "bị dừng giữa chừng"), True
    try:
        try:
            delivery = post.hand_over(choice.envelope.sender, letter.address, content)
        except PostError as fault:
            delivery, connected = Delivery(Result.REFUSED, one_line(str(fault), 200)), False
    finally:
        # Also when the officer stops the program: what may have gone out is on record.
        to = letter.group, letter.address, letter.kind.word
        line = Line(now.replace(tzinfo=None), *to, message_id, delivery.result, delivery.reason)
        try:
            append(root / layout.MAIL_LOG, (line,))
        except OutputError as fault:
            raise CannotRunError(f"{fault} Thư cuối: {line.group} ({line.address}), {line.result}.") from fault
    return delivery, connected


def _server(settings: Settings) -> Server:
    needed = {"Máy chủ thư (SMTP)": settings.smtp_host, "Địa chỉ gửi": settings.smtp_sender}
    missing = [f"“{label}”" for label, value in needed.items() if not value]
    if missing:
        raise CannotRunError(
            f"Chưa gửi được thư: trang “{layout.SETTINGS}” chưa ghi {', '.join(missing)}. Hỏi bộ phận tin học, ghi "
            f"vào rồi chạy lại; hoặc mở từng thư trong {layout.MAIL} để gửi."
        )
    for label, address in (("Địa chỉ gửi", settings.smtp_sender), ("Địa chỉ nhận bảng", settings.reply_to)):
        if address and (reason := why_unfit(address)):
            raise CannotRunError(f"Trang “{layout.SETTINGS}”, mục “{label}”: “{one_line(address, 100)}” {reason}.")
    host = settings.smtp_host
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", host):
        raise CannotRunError(
            f"Trang “{layout.SETTINGS}”, mục “Máy chủ thư (SMTP)”: “{one_line(host, 100)}” không phải tên máy chủ. "
            "Ghi tên như mail.laichau.gov.vn rồi chạy lại."
        )
    security = settings.smtp_security or STARTTLS
    if security == NO_SECURITY and settings.smtp_account:
        raise CannotRunError(
            f"Trang “{layout.SETTINGS}”: “Bảo mật” là “{NO_SECURITY}” mà có “Tài khoản”: mật khẩu sẽ đi qua mạng "
            "không mã hóa, nên không gửi. Chọn STARTTLS hoặc SSL/TLS; hoặc để trống “Tài khoản”."
        )
    return Server(host, settings.smtp_port or PORTS[security], security, settings.smtp_account)
