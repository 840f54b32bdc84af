"""Forms read without the template they were made from: by their own keys; those that somebody filled in the outbox."""

from __future__ import annotations

import zipfile
from collections import Counter
from typing import TYPE_CHECKING

from tdp_xlsx import identity as id_
from tdp_xlsx import layout
from tdp_xlsx.findings import files as rules
from tdp_xlsx.identity import INPUTS_FIELD, inputs_hash
from tdp_xlsx.intake.expected import Expected
from tdp_xlsx.intake.opening import file_of, open_entries
from tdp_xlsx.intake.understand import understand
from tdp_xlsx.model import ALL_GROUPS, CASES, Criterion, Group, Plan, Settings
from tdp_xlsx.reading.cells import as_text
from tdp_xlsx.reading.inbox import entry
from tdp_xlsx.submission import AnswerState
from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tdp_xlsx.identity import Identity
    from tdp_xlsx.intake.understand import Understood
    from tdp_xlsx.reading.cells import Book, Sheet
    from tdp_xlsx.reading.request import Reading
    from tdp_xlsx.submission import InboxFile, Submission


_NEEDED = (layout.TEXT, layout.YES_COLUMN, layout.NO_COLUMN, layout.ANSWER)


def heading_row(sheet: Sheet, headings: Sequence[str]) -> tuple[int, Mapping[str, int]] | None:
    """Return the first row (from 1) that has all these headings, and their columns; None if there is none."""
    wanted = {match_key(heading): heading for heading in headings}
    for row, values in enumerate(sheet.rows, start=1):
        found: dict[str, int] = {}
        for column, value in enumerate(values, start=1):
            if isinstance(value, str) and value and (heading := wanted.get(match_key(value))):
                found.setdefault(heading, column)
        if len(found) == len(wanted):
            return row, found
    return None


def understand_alone(file: InboxFile, book: Book) -> tuple[Understood, ...]:
    """Understand forms by themselves; none where no sheet has a form's headings and keys, or nothing says whose."""
    identities = list(filter(None, _identities(book)))
    criteria = next(filter(None, map(_criteria, book.sheets)), ())
    if not identities or not criteria:
        return ()
    year, _, period = identities[0].edition.partition("-")
    settings = Settings("", "", int(year) if year.isdecimal() else 0, period, "", "", None, "", "", "")
    groups = tuple(Group(code, "", code) for code in dict.fromkeys(one.group for one in identities))
    plan = Plan(settings, groups, (), criteria, period_label=period)
    return understand(Expected(plan), file, book)


def _identities(book: Book) -> list[Identity | None]:
    """Return what the document property, the hidden sheet and the cells say of whose form it is."""
    found = [id_.parse_token(book.properties.get(id_.PROPERTY, ""))]
    for sheet in book.sheets:
        found.append(id_.parse_fields({as_text(row[0]): as_text(row[1]) for row in sheet.rows if len(row) > 1}))
        found += [id_.parse_token(value) for row in sheet.rows for value in row if isinstance(value, str)]
    return found


def _criteria(sheet: Sheet) -> tuple[Criterion, ...]:
    """Return the criteria a form's sheet holds, by their keys; what does not apply to its group applies to nobody."""
    head = heading_row(sheet, _NEEDED)
    if head is None:
        return ()
    first, columns = head
    keys = [
        (row, column, value.removeprefix(layout.KEY_PREFIX))
        for row, values in enumerate(sheet.rows[first:], start=first + 1)
        for column, value in enumerate(values, start=1)
        if isinstance(value, str) and value.startswith(layout.KEY_PREFIX)
    ]
    usual = Counter(column for _, column, _ in keys).most_common(1)
    found: dict[str, Criterion] = {}
    for row, column, code in keys:
        if column == usual[0][0] and code not in found:
            is_asked = match_key(sheet.text(row, columns[layout.ANSWER])) != match_key(layout.NOT_APPLICABLE)
            part = CASES if code.startswith(f"{CASES}.") else ""
            text = sheet.text(row, columns[layout.TEXT])
            found[code] = Criterion(code, code, code, part, "", text, ALL_GROUPS if is_asked else "–")
    return tuple(found.values())


_CORE = "docProps/core.xml"
_PACKED = (1980, 1, 1, 0, 0, 0)  # the time in our archives: none
_MADE = b"-01-01T00:00:00Z"  # of a form's year: when it was made and changed, as it says itself


def _is_as_made(path: Path) -> bool:
    """Whether a form was not saved since the program wrote it: each program that does tells when, in one way or two."""
    try:
        with zipfile.ZipFile(path) as archive:
            dates = {one.date_time for one in archive.infolist()}
            return dates == {_PACKED} and archive.read(_CORE).count(_MADE) == len(("created", "modified"))
    except (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile):
        return False


def filled_forms(root: Path, paths: Iterable[Path], *, is_sure: bool = False) -> dict[str, str | None]:
    """Return which forms hold other inputs than they were written with, by their names below the root: their hashes.

    What cannot be told, of a file with a password or a workbook that is no form, counts as filled unless ``is_sure``.

    Raises:
        IsolationError: No reading process can be started.
    """
    found = [entry(path, root) for path in paths if not _is_as_made(path)]
    if not found:
        return {}
    unsure = None if is_sure else ""
    return {
        one.file.path: one.file.sha256
        for one in open_entries(found, Filled())
        if one.outcome in {"filled", unsure} or (not is_sure and one.findings[:1] and _is_locked(one.findings[0].code))
    }


def _is_locked(code: str) -> bool:
    return code in {rules.PASSWORD.code, rules.UNOPENABLE.code}


class Filled:
    """The step of the reading workers: "filled", "as written", or "" for a workbook that is no form."""

    def __call__(self, reading: Reading) -> str:
        """Compare what was typed into a form with what it says it was written with."""
        assert reading.book is not None  # noqa: S101 - workers do this step with workbooks only
        forms = [one.submission or one.heard for one in understand_alone(file_of(reading), reading.book)]
        now = {_typed_into(one) for one in forms if one}
        rows = (row for sheet in reading.book.sheets for row in sheet.rows if len(row) > 1)
        written = [as_text(row[1]) for row in rows if row[0] == INPUTS_FIELD]
        if not now:
            return ""
        return "as written" if now <= ({*written[:1]} or {""} if len(forms) == 1 else {"", *written}) else "filled"


def _typed_into(one: Submission) -> str:
    said = [answer for answer in one.answers.said if answer.state is not AnswerState.NOT_APPLICABLE]
    return inputs_hash(
        {answer.criterion: answer.value or answer.raw for answer in said},
        {answer.criterion: answer.evidence for answer in said},
        one.signed_by,
        one.signed_on,
    )
