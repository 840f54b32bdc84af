"""The three kinds of mail: the form goes out, the reminder, the form to mend goes back."""

from __future__ import annotations

from enum import StrEnum


class MailKind(StrEnum):
    """A kind of mail; its value is the beginning of the keys of its texts in the plan."""

    SEND = "send"
    REMIND = "remind"
    RETURN = "return"

    @property
    def suffix(self) -> str:
        """What a draft's file name ends with, after the group's code."""
        return {MailKind.SEND: "", MailKind.REMIND: "_nhac", MailKind.RETURN: "_tra-lai"}[self]

    @property
    def word(self) -> str:
        """The kind as the officer reads it in the log."""
        return {MailKind.SEND: "gửi bảng", MailKind.REMIND: "nhắc nộp", MailKind.RETURN: "trả lại"}[self]
