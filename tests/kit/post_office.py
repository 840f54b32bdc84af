"""A real SMTP server in the test's own process, and what it saw; a ward whose groups have addresses."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import ssl
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import openpyxl
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.message import EmailMessage

    from aiosmtpd.smtp import Envelope, Session

    from tests.kit.ward import Ward

DATA = Path(__file__).parents[1] / "data" / "smtp"
TRUSTED, ELSEWHERE = DATA / "localhost.pem", DATA / "elsewhere.pem"
ACCOUNT, PASSWORD = "ubnd@tanphong.example.vn", "mat khau rat dai 2021"


@dataclass
class Clerk:
    """What the server does with mails, and all it saw.

    ``refused`` recipients get 550; the connection breaks at mails for ``hang_up_before`` (before they are taken) and
    for ``hang_up_after`` (they are taken, the client never learns); ``spam`` gets 554 after its content.
    """

    refused: frozenset[str] = frozenset()
    hang_up_before: set[str] = field(default_factory=set)
    hang_up_after: set[str] = field(default_factory=set)
    spam: frozenset[str] = frozenset()
    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    logins: list[bool] = field(default_factory=list)
    was_secure: list[bool] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails taken, read by Python's parser, in their order."""
        return [read(content) for _, _, content in self.taken]

    @property
    def recipients(self) -> list[str]:
        """To whom the mails went that were taken, in their order."""
        return [address for _, addresses, _ in self.taken for address in addresses]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 Không có hộp thư này"
        if address in self.hang_up_before:
            self.hang_up_before.discard(address)
            _hang_up(server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        address = envelope.rcpt_tos[0]
        if address in self.spam:
            return "554 5.7.1 Thư bị coi là thư rác"
        assert server.transport is not None
        self.was_secure.append(server.transport.get_extra_info("sslcontext") is not None)
        self.taken.append((str(envelope.mail_from), list(envelope.rcpt_tos), cast("bytes", envelope.content)))
        if address in self.hang_up_after:
            self.hang_up_after.discard(address)
            _hang_up(server)
        return "250 OK"

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: Any) -> AuthResult:
        """Let in whoever knows the password."""
        known = isinstance(said, LoginPassword) and said == LoginPassword(ACCOUNT.encode(), PASSWORD.encode())
        self.logins.append(known)
        return AuthResult(success=known, handled=known)


def _hang_up(server: SMTP) -> None:
    transport = server.transport
    assert isinstance(transport, asyncio.Transport)
    transport.abort()


class _Connection(SMTP):
    """The server for one connection; it adds what it talks through to ``transports``."""

    def __init__(self, transports: list[asyncio.Transport], handler: Clerk, **settings: Any) -> None:
        self._transports = transports
        super().__init__(handler, **settings)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transports.append(cast("asyncio.Transport", transport))
        super().connection_made(transport)


class PostOffice(Controller):
    """The server; a context manager. ``mode`` is STARTTLS, SSL/TLS or Không mã hóa (then there is no login)."""

    def __init__(
        self, clerk: Clerk, *, mode: str = "STARTTLS", certificate: Path = TRUSTED, port: int | None = None
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, DATA / "key.pem")
        login = {"authenticator": clerk.authenticate, "auth_required": True}
        ways: dict[str, dict[str, Any]] = {
            "STARTTLS": {"tls_context": context, "require_starttls": True, **login},
            "SSL/TLS": {"ssl_context": context, "auth_require_tls": False, **login},
            "Không mã hóa": {},
        }
        super().__init__(
            clerk, hostname="127.0.0.1", port=port or free_port(), server_hostname="localhost", **ways[mode]
        )
        self.mode = mode
        self.transports: list[asyncio.Transport] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close_all(), self.loop).result()
        self.stop()

    def factory(self) -> SMTP:
        """Make the server for one connection."""
        with warnings.catch_warnings():
            # It warns of logins without TLS: where the whole connection is TLS, that is no matter.
            warnings.simplefilter("ignore", UserWarning)
            return _Connection(self.transports, self.handler, **self.SMTP_kwargs)

    async def _close_all(self) -> None:
        """Close what is still closing: it would outlive its loop, and Python warn of it in another test."""
        for transport in self.transports:
            transport.abort()
        for _ in range(5):  # a turn for the socket, one for TLS, one for the server on it; two to spare
            await asyncio.sleep(0)

    def settings(self) -> dict[str, Any]:
        """Return the template's settings for this server, by label."""
        return settings(self.port, self.mode)


def settings(port: int, mode: str = "STARTTLS") -> dict[str, Any]:
    """Return the template's settings for a server here, by label."""
    return {
        "Máy chủ thư (SMTP)": "localhost",
        "Cổng": port,
        "Bảo mật": mode,
        "Tài khoản": ACCOUNT if mode != "Không mã hóa" else None,
        "Địa chỉ gửi": ACCOUNT,
        "Nghỉ giữa hai thư (giây)": 0,
    }


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return cast("int", free.getsockname()[1])


def read(content: bytes) -> EmailMessage:
    """Read a mail with Python's parser; a defect is a failure."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert mail.defects == []
    return mail


def text_of(mail: EmailMessage) -> str:
    """Return a mail's text with plain line ends."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def attached(mail: EmailMessage) -> dict[str, bytes]:
    """Return the attachments by file name."""
    return {str(part.get_filename()): part.get_content() for part in mail.iter_attachments()}


def address(ward: Ward, people: Mapping[str, Iterable[str | None]], settings: Mapping[str, Any] | None = None) -> Ward:
    """Write leaders, telephones and addresses into the register, by code, and settings by label."""
    book = openpyxl.load_workbook(ward.template)
    for row in book["Danh sách đơn vị"].iter_rows(min_row=2):
        for cell, value in zip(row[6:9], people.get(str(row[0].value), ()), strict=False):
            cell.value = value
    write_settings(book, settings or {})
    book.save(ward.template)
    return ward


def write_settings(book: openpyxl.Workbook, settings: Mapping[str, Any]) -> None:
    """Set settings by their label."""
    labels = {str(row[0].value): row[1] for row in book["Cấu hình"].iter_rows()}
    for label, value in settings.items():
        labels[label].value = value


def log_rows(ward: Ward) -> list[list[str]]:
    """Return the log's rows below its headings, after a look at how it is written."""
    content = (ward.root / "outbox" / "thu" / "nhat_ky.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Thời gian,Mã đơn vị,Địa chỉ,Loại thư,Mã thư,Kết quả"
    assert lines[-1] == ""
    import csv

    return list(csv.reader(lines[1:-1]))
