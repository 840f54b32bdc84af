"""The public interface: read a template, read submissions, evaluate, write forms and the ward workbook.

The commands read, reckon and write through these functions; what is theirs alone is where files lie. Everything read
is returned with its findings; exceptions are for what could not be done at all. Files are read in processes of their
own, started anew: a script that reads any must keep its work under ``if __name__ == "__main__":``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tdp_xlsx.model import Severity
from tdp_xlsx.reading.inbox import entries, entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from tdp_xlsx.evaluation import Evaluation
    from tdp_xlsx.forms.returns import write_returns
    from tdp_xlsx.forms.writer import FormWriter, write_form
    from tdp_xlsx.intake import Progress
    from tdp_xlsx.model import Decision, Finding, Plan
    from tdp_xlsx.reading.inbox import Entry
    from tdp_xlsx.submission import Intake, LastYear, Submission
    from tdp_xlsx.template import Template
    from tdp_xlsx.template.build import build_template
    from tdp_xlsx.template.renew import renew_template
    from tdp_xlsx.ward_book.decisions import read_decisions
    from tdp_xlsx.ward_book.last_year import last_year

__all__ = [
    "FormWriter",
    "Round",
    "answers_fit",
    "assess",
    "build_template",
    "last_year",
    "read_decisions",
    "read_entries",
    "read_inbox",
    "read_submission",
    "read_template",
    "renew_template",
    "write_answers_file",
    "write_form",
    "write_pdf",
    "write_returns",
    "write_workbook",
]

_LOADED_WHEN_USED = {
    "FormWriter": "tdp_xlsx.forms.writer",
    "build_template": "tdp_xlsx.template.build",
    "last_year": "tdp_xlsx.ward_book.last_year",
    "read_decisions": "tdp_xlsx.ward_book.decisions",
    "renew_template": "tdp_xlsx.template.renew",
    "write_form": "tdp_xlsx.forms.writer",
    "write_returns": "tdp_xlsx.forms.returns",
}
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def __getattr__(name: str) -> Any:
    """Return what other modules give as it is; they and their libraries are loaded when it is used."""
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LOADED_WHEN_USED[name]), name)


@dataclass(frozen=True, slots=True)
class Round:
    """The round as it stands: the template, the inbox accounted for, the evaluation; all findings, worst first."""

    template: Template
    intake: Intake
    evaluation: Evaluation

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, most serious first, then in the register's order."""
        return self.intake.findings

    def noting(self, *findings: Finding) -> Round:
        """Return the round with further findings, which come first."""
        return replace(self, intake=replace(self.intake, findings=(*findings, *self.findings)))

    @property
    def has_errors(self) -> bool:
        """Whether any finding keeps a file from counting."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def read_template(path: Path, name: str | None = None) -> tuple[Template | None, tuple[Finding, ...]]:
    """Read a template workbook; None where it has mistakes, all of which are told. ``name`` stands in the findings.

    Raises:
        UnreadableError: It is no workbook, or one that cannot be read.
        OSError: It cannot be opened.
    """
    from tdp_xlsx.template.read import read_template as read

    return read(path, name or path.name)


def read_submission(plan: Plan, path: Path) -> tuple[Submission | None, tuple[Finding, ...]]:
    """Read one returned form; None where its identity is not accepted, as the findings say.

    Raises:
        OSError: There is no such file.
        IsolationError: No reading process can be started.
    """
    intake = read_entries(plan, [entry(path, path.parent)])
    return next(iter(intake.submissions.values()), None), intake.findings


def read_inbox(plan: Plan, folder: Path, root: Path | None = None) -> Intake:
    """Read every file below a folder and account for each; files are named relative to ``root`` (the folder's parent).

    Raises:
        IsolationError: No reading process can be started.
    """
    return read_entries(plan, list(entries(folder, root or folder.parent)))


def read_entries(plan: Plan, found: Sequence[Entry], on_read: Callable[[Progress], None] | None = None) -> Intake:
    """Read these entries, choose the file that speaks for each group, and check what it says.

    ``on_read`` is told how far it is after each entry.

    Raises:
        IsolationError: No reading process can be started.
    """
    from tdp_xlsx.checks import check, note_senders
    from tdp_xlsx.intake import naming_sheets, take_in

    intake = take_in(plan, found, on_read)
    findings = [*intake.findings, *note_senders(plan, intake)]
    for submission in intake.submissions.values():
        findings += check(plan, submission)
    return replace(intake, findings=tuple(naming_sheets(intake.files, findings)))


def assess(
    template: Template, intake: Intake, decisions: Iterable[Decision] = (), last: LastYear | None = None
) -> Round:
    """Evaluate what came in and what the office decided: states, scores, ranks, and every finding in order.

    With what last year's ward workbook says (``last_year``), both years are compared: ``evaluation.previous``.
    """
    from tdp_xlsx.evaluation import compare_years, evaluate, explain

    plan = template.plan
    evaluation = evaluate(plan, intake, tuple(decisions))
    if last:
        evaluation = replace(evaluation, previous=compare_years(evaluation, last))
    order = {group.code: index for index, group in enumerate(plan.groups)}
    findings = sorted(
        [*intake.findings, *explain(evaluation)],
        key=lambda finding: (_WEIGHT[finding.severity], order.get(finding.place.group or "", -1)),
    )
    return Round(template, replace(intake, findings=tuple(findings)), evaluation)


def write_workbook(path: Path, assessed: Round, *, created: datetime, demo: bool = False) -> None:
    """Write the ward workbook; the same round and time give the same bytes. ``demo`` marks every page as made up.

    Raises:
        OSError: The file cannot be written.
    """
    from tdp_xlsx.report import write_report

    write_report(path, assessed.evaluation, assessed.intake, created=created, demo=demo)


def answers_fit(assessed: Round) -> bool:
    """Whether the ward workbook has room for all answers; if not, they go to a table beside it."""
    from tdp_xlsx.report import fits_a_sheet

    return fits_a_sheet(assessed.evaluation)


def write_answers_file(path: Path, assessed: Round) -> None:
    """Write the table of all answers, as CSV that Excel opens in Vietnamese.

    Raises:
        OSError: The file cannot be written.
    """
    from tdp_xlsx.report import write_answers_file as write

    write(path, assessed.evaluation)


def write_pdf(path: Path, assessed: Round, *, created: datetime, demo: bool = False) -> None:
    """Print the pages to sign to a PDF, through the LibreOffice of the machine.

    Raises:
        NoOfficeError: There is none.
        PrintError: It made no PDF.
        OSError: The file cannot be written.
    """
    from tdp_xlsx.report import write_pdf as write

    write(path, assessed.evaluation, assessed.intake, created=created, demo=demo)
