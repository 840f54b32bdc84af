"""Why a command cannot run; apart from what runs it, so that the command line need not load that to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tdp_xlsx.model import Finding


class CannotRunError(Exception):
    """A command cannot run; the argument says why and what to do, in Vietnamese. Nothing was written.

    ``findings`` holds the template's mistakes, if that is the reason.
    """

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings
