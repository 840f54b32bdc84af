"""Why a command cannot run; apart from what runs it, so that the command line need not load that to tell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tdp_xlsx.model import Finding


def reason(fault: OSError) -> str:
    """Return what the system said, in words where it says no more than that it may not be."""
    if isinstance(fault, PermissionError):
        return "tệp đang bị chương trình khác giữ, hoặc không có quyền mở"
    return fault.strerror or os.strerror(fault.errno or 0)


class CannotRunError(Exception):
    """A command cannot run; the argument says why and what to do, in Vietnamese. Nothing was written.

    ``findings`` holds the template's mistakes, if that is the reason.
    """

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings
