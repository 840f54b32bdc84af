"""What became of one file: what its form says, or why it is refused; and the reading workers' step that tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.intake.opening import file_of, opened_workbook
from tdp_xlsx.model import FileOutcome, FileStatus, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.intake.expected import Expected
    from tdp_xlsx.model import Finding, InboxFile, Plan, Submission
    from tdp_xlsx.reading.request import Reading


@dataclass(frozen=True, slots=True)
class Understood:
    """What became of one file.

    ``submission`` is what it answers, complete or not, if it can be taken; ``heard`` what of it can be trusted if it
    cannot, once it is known whose it is.
    """

    outcome: FileOutcome
    findings: tuple[Finding, ...]
    submission: Submission | None = None
    heard: Submission | None = None


class Understanding:
    """The step of the reading workers for one plan: from a workbook's cells to what its form says.

    The plan alone travels; what it leads to expect is made ready by each worker, once.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @cached_property
    def _expected(self) -> Expected:
        from tdp_xlsx.intake.expected import Expected  # noqa: PLC0415 - as below

        return Expected(self._plan)

    def __call__(self, reading: Reading) -> Understood:
        """Understand a workbook that was read; what was noted on opening it comes first."""
        from tdp_xlsx.intake.understand import understand  # noqa: PLC0415 - only where forms are read

        assert reading.book is not None  # noqa: S101 - workers do this step with workbooks only
        opened = opened_workbook(reading, file_of(reading))
        understood = understand(self._expected, opened.file, reading.book)
        noted = of_group(opened.findings, understood.outcome.group)
        return replace(understood, findings=(*noted, *understood.findings))


def refused(
    plan: Plan, file: InboxFile, findings: tuple[Finding, ...], *, heard: Submission | None = None
) -> Understood:
    """Refuse a file. Where its content does not tell whose it is, only the form's exact name ties it to a group."""
    code = heard.group if heard else named_group(plan, file.path)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    reason = errors[0].message + (f" (và {len(errors) - 1} lỗi khác)" if len(errors) > 1 else "")
    answered = heard.answered if heard and heard.answered[0] else None
    outcome = FileOutcome(file, FileStatus.REJECTED, code, reason, answered)
    return Understood(outcome, of_group(findings, code), heard=heard)


def of_group(findings: Iterable[Finding], code: str | None) -> tuple[Finding, ...]:
    """Return findings with the group they belong to, where they do not name one."""
    return tuple(replace(found, place=replace(found.place, group=found.place.group or code)) for found in findings)


def named_group(plan: Plan, name: str) -> str | None:
    """Return the code of the group whose form has exactly this file name, whatever its suffix."""
    stem = PurePosixPath(name).stem
    before, after = (part for part in PurePosixPath(layout.form_name(plan.settings.edition, "\0")).stem.split("\0"))
    code = stem.removeprefix(before).removesuffix(after)
    return code if stem == f"{before}{code}{after}" and code in plan.group_by_code else None
