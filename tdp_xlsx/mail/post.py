"""Hand mails to an SMTP server: verified TLS, one connection while it lasts, and for each mail what became of it."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.mail.journal import Result
from tdp_xlsx.template.items import NO_SECURITY, STARTTLS, TLS
from tdp_xlsx.text import one_line

if TYPE_CHECKING:
    from typing import Self

SECONDS = 60
PORTS = {STARTTLS: 587, TLS: 465, NO_SECURITY: 25}
_LONGEST_REASON = 200
# The machine's own name is nobody's business, and may hold letters that SMTP does not know.
_HELO = "[127.0.0.1]"


class PostError(CannotRunError):
    """No mail can be handed over: no connection, no trust, no login; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """The server of the settings; ``security`` is one of the template's choices, ``account`` "" for no login."""

    host: str
    port: int
    security: str
    account: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one mail, and the reason if it was not sent."""

    result: Result
    reason: str = ""

    @property
    def is_sent(self) -> bool:
        """Whether the server has taken the mail."""
        return self.result is Result.SENT


@dataclass(slots=True)
class Post:
    """A connection, opened when needed and opened again after it broke; a context manager that ends it."""

    server: Server
    password: str = field(repr=False)
    _smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def connect(self) -> smtplib.SMTP:
        """Return the connection; connect, secure the connection and log in, if that is not done already.

        Raises:
            PostError: It cannot be done; nothing was sent.
        """
        if self._smtp is None:
            self._smtp = _connected(self.server, self.password)
        return self._smtp

    def hand_over(self, sender: str, recipient: str, content: bytes) -> Delivery:
        """Hand one mail to the server.

        Where the connection breaks while the mail is under way, nobody knows whether it arrived: the result says so.

        Raises:
            PostError: There is no connection and none can be made.
        """
        smtp = self.connect()
        under_way = False
        try:
            smtp.ehlo_or_helo_if_needed()
            for answer in (smtp.mail(sender), smtp.rcpt(recipient)):
                if answer[0] // 100 != 2:  # noqa: PLR2004 - 2xx is SMTP's yes
                    self._reset()
                    return Delivery(Result.REFUSED, _answered(*answer))
            under_way = True
            code, text = smtp.data(content)
        except smtplib.SMTPDataError as fault:  # refused before the mail went out
            self._reset()
            return Delivery(Result.REFUSED, _answered(fault.smtp_code, fault.smtp_error))
        except (OSError, smtplib.SMTPException) as fault:
            self._close()
            result = Result.UNKNOWN if under_way else Result.REFUSED
            return Delivery(result, f"mất kết nối với máy chủ thư ({_told(fault)})")
        if code // 100 != 2:  # noqa: PLR2004 - likewise
            self._reset()
            return Delivery(Result.REFUSED, _answered(code, text))
        return Delivery(Result.SENT)

    def _reset(self) -> None:
        """Clear a refused mail away; a server that has had enough is left."""
        try:
            if self._smtp is not None and self._smtp.rset()[0] // 100 != 2:  # noqa: PLR2004 - likewise
                self._close()
        except (OSError, smtplib.SMTPException):
            self._close()

    def _close(self) -> None:
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._smtp.close()
            self._smtp = None


def _connected(server: Server, password: str) -> smtplib.SMTP:
    where = f"máy chủ thư {server.host}:{server.port}"
    smtp: smtplib.SMTP | None = None
    try:
        context = ssl.create_default_context()
        if server.security == TLS:
            smtp = smtplib.SMTP_SSL(server.host, server.port, _HELO, timeout=SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, _HELO, timeout=SECONDS)
        if server.security == STARTTLS:
            smtp.starttls(context=context)
        if server.account:
            smtp.login(server.account, password)
    except (OSError, ValueError, smtplib.SMTPException) as fault:
        if smtp is not None:
            smtp.close()
        raise PostError(_why(where, fault)) from fault
    return smtp


def _why(where: str, fault: Exception) -> str:
    match fault:
        case ssl.SSLCertVerificationError():
            return (
                f"Không gửi thư nào: chứng thư của {where} không hợp lệ ({fault.verify_message}). "
                "Kiểm tra tên máy chủ ở trang “Cấu hình”, ngày giờ của máy; hỏi bộ phận tin học."
            )
        case ssl.SSLError():
            return (
                f"Không thiết lập được kết nối mã hóa với {where} ({_told(fault)}). "
                "Kiểm tra “Cổng” và “Bảo mật” ở trang “Cấu hình” (587: STARTTLS; 465: SSL/TLS)."
            )
        case smtplib.SMTPAuthenticationError():
            return (
                f"Máy chủ thư không nhận tài khoản hoặc mật khẩu ({_answered(fault.smtp_code, fault.smtp_error)}). "
                "Kiểm tra “Tài khoản” ở trang “Cấu hình” và mật khẩu rồi chạy lại."
            )
        case smtplib.SMTPNotSupportedError():
            return (
                f"Không gửi thư nào: {where} không có cách mã hóa hoặc đăng nhập đã đặt. "
                "Kiểm tra “Bảo mật”, “Tài khoản” ở trang “Cấu hình”."
            )
        case UnicodeError():
            return "Tài khoản hoặc mật khẩu có chữ có dấu, máy chủ thư không nhận. Kiểm tra lại rồi chạy lại."
    return (
        f"Không kết nối được {where} ({_told(fault)}). "
        "Kiểm tra mạng, “Máy chủ thư”, “Cổng” và “Bảo mật” ở trang “Cấu hình” rồi chạy lại."
    )


def _told(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        return _answered(fault.smtp_code, fault.smtp_error)
    return one_line(getattr(fault, "strerror", None) or str(fault) or type(fault).__name__, _LONGEST_REASON)


def _answered(code: int, text: bytes | str) -> str:
    """Return a server's answer as one line; what it says is not ours and is only ever shown."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(f"máy chủ thư trả lời {code} {words}", _LONGEST_REASON)
