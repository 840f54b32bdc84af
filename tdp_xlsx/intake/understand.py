"""One workbook that could be read: whose its forms are, what they answer, and what becomes of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import files as rules
from tdp_xlsx.model import Place, Severity
from tdp_xlsx.submission import Answer, Answers, AnswerState, FileOutcome, FileStatus, Submission
from tdp_xlsx.text import display

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.intake.expected import Expected
    from tdp_xlsx.intake.identify import Identified
    from tdp_xlsx.intake.locate import Form, Located
    from tdp_xlsx.model import Finding, Group, Plan
    from tdp_xlsx.reading.cells import Book
    from tdp_xlsx.reading.request import Reading
    from tdp_xlsx.submission import InboxFile


@dataclass(frozen=True, slots=True)
class Understood:
    """What became of one file, or of one form of a file that holds several.

    ``submission`` is what it answers, complete or not, if it can be taken; ``heard`` what of it can be trusted if it
    cannot, once it is known whose it is.
    """

    outcome: FileOutcome
    findings: tuple[Finding, ...]
    submission: Submission | None = None
    heard: Submission | None = None


class Understanding:
    """The step of the reading workers for one plan: from a workbook's cells to what its forms say.

    The plan alone travels; what it leads to expect is made ready by each worker, once.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @cached_property
    def _expected(self) -> Expected:
        from tdp_xlsx.intake.expected import Expected  # noqa: PLC0415 - only where forms are read

        return Expected(self._plan)

    def __call__(self, reading: Reading) -> tuple[Understood, ...]:
        """Understand a workbook that was read; what was noted on opening it comes first, once."""
        from tdp_xlsx.intake.opening import file_of, opened_workbook  # noqa: PLC0415 - likewise

        assert reading.book is not None  # noqa: S101 - workers do this step with workbooks only
        opened = opened_workbook(reading, file_of(reading))
        first, *others = understand(self._expected, opened.file, reading.book)
        noted = of_group(opened.findings, first.outcome.group)
        return replace(first, findings=(*noted, *first.findings)), *others


def understand(expected: Expected, file: InboxFile, book: Book) -> tuple[Understood, ...]:
    """Tell whose the forms of a workbook are, and read their answers; a workbook that is no form is refused."""
    from tdp_xlsx.intake.locate import locate  # noqa: PLC0415 - as below

    forms = locate(expected, book, file.path)
    return tuple(_understood(expected, replace(file, sheet=form.sheet), form) for form in forms)


def _understood(expected: Expected, file: InboxFile, form: Form) -> Understood:
    # Loaded with the first form: the parent, which only takes what workers hand over, needs none of it.
    from tdp_xlsx.intake.answers import read_answers  # noqa: PLC0415
    from tdp_xlsx.intake.identify import identify  # noqa: PLC0415

    plan, located, claims = expected.plan, form.located, form.claims
    if located is None:
        group = plan.group_by_code.get(claims.group or "")
        heard = Submission(file, group.code, claims.number, _nothing(plan, group)) if group else None
        return refused(plan, file, form.findings, heard=heard)
    identified = identify(expected, located, claims, file.path)
    group = identified.group
    if group is None:
        return refused(plan, file, identified.findings)
    number = identified.identity.number if identified.identity else claims.number
    if not identified.is_accepted:
        answers = _trusted(expected, group, located, identified, file.path)
        heard = Submission(file, group.code, number, answers, sheet=located.sheet.name)
        return refused(plan, file, identified.findings, heard=heard)
    answers, of_answers = read_answers(expected, group, located, file.path)
    signed_by, signed_on = _signature(located)
    submission = Submission(file, group.code, number, answers, signed_by, signed_on, located.sheet.name)
    findings = (*identified.findings, *of_answers)
    if claims.added:
        place = Place(file.path, file.sheet, group=group.code)
        findings = (*findings, rules.UNREADABLE_THINGS.at(place, kinds=", ".join(claims.added)))
    status, reason = FileStatus.ACCEPTED, ""
    if not submission.is_complete:
        count = sum(finding.severity is Severity.ERROR for finding in findings)
        status, reason = FileStatus.INCOMPLETE, f"{count} nội dung phải bổ sung hoặc làm rõ"
    return Understood(FileOutcome(file, status, group.code, reason, submission.answered), findings, submission)


def _signature(located: Located) -> tuple[str, str]:
    """Return who filled the form and on which date, as far as its keys tell where that stands."""
    leader, date = layout.FIELD_LEADER.strip("{}"), layout.FIELD_DATE.strip("{}")
    said = {leader: "", date: ""}
    for row, name, heading in located.inputs:
        if name in said and heading in located.columns:
            said[name] = display(located.sheet.text(row, located.columns[heading]))
    return said[leader], said[date]


def _nothing(plan: Plan, group: Group) -> Answers:
    asked = plan.asked(group)
    states = {True: AnswerState.MISSING, False: AnswerState.NOT_APPLICABLE}
    return Answers(Answer(one.code, states[one.code in asked], None, "", "") for one in plan.criteria)


def _trusted(expected: Expected, group: Group, located: Located, identified: Identified, file: str) -> Answers:
    """Return the answers of a refused form's rows that are the plan's own; nothing of the others."""
    from tdp_xlsx.intake.answers import read_answers  # noqa: PLC0415 - as above

    answers, _ = read_answers(expected, group, located, file, identified.trusted)
    return Answers({**_nothing(expected.plan, group), **answers}.values())


def refused(
    plan: Plan, file: InboxFile, findings: tuple[Finding, ...], *, heard: Submission | None = None
) -> Understood:
    """Refuse a file. Where its content does not tell whose it is, only the form's exact name ties it to a group.

    The name of a file with several forms says nothing of a single one.
    """
    code = heard.group if heard else None if file.sheet else named_group(plan, file.path)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    reason = errors[0].message + (f" (và {len(errors) - 1} lỗi khác)" if len(errors) > 1 else "")
    answered = heard.answered if heard and heard.answered[0] else None
    outcome = FileOutcome(file, FileStatus.REJECTED, code, reason, answered)
    return Understood(outcome, of_group(findings, code), heard=heard)


def of_group(findings: Iterable[Finding], code: str | None) -> tuple[Finding, ...]:
    """Return findings with the group they belong to, where they do not name one."""
    return tuple(replace(found, place=replace(found.place, group=found.place.group or code)) for found in findings)


def for_leader(plan: Plan, code: str, text: str) -> str:
    """Return words as a group's leader may read them: files without their folders, none by another group's name."""

    def called(match: re.Match[str]) -> str:
        named = named_group(plan, match[1].partition(", trang ")[0])
        return f"“{match[1]}”" if named in {None, code} else "(mang tên đơn vị khác)"

    return re.sub(r"“inbox/(?:[^”]*/)?([^”/]+)”", called, text)


def named_group(plan: Plan, name: str) -> str | None:
    """Return the code of the group whose form has this file name, whatever its suffix, sending number and copy."""
    stem = re.sub(r"(?:_lan-\d{1,6})?(?: \(\d{1,3}\))?\Z", "", PurePosixPath(name).stem, count=1)
    before, after = (part for part in PurePosixPath(layout.form_name(plan.settings.edition, "\0")).stem.split("\0"))
    code = stem.removeprefix(before).removesuffix(after)
    return code if stem == f"{before}{code}{after}" and code in plan.group_by_code else None
