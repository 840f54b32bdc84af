"""Forms that somebody filled where the program writes them: what is in them must not be lost, nor sent away."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from tdp_xlsx.findings import files as rules
from tdp_xlsx.identity import INPUTS_FIELD, inputs_hash
from tdp_xlsx.intake.alone import understand_alone
from tdp_xlsx.intake.opening import file_of, open_entries
from tdp_xlsx.reading.cells import as_text
from tdp_xlsx.reading.inbox import entry
from tdp_xlsx.submission import AnswerState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tdp_xlsx.reading.request import Reading
    from tdp_xlsx.submission import Submission

_CORE = "docProps/core.xml"
_PACKED = (1980, 1, 1, 0, 0, 0)  # the time in our archives: none
_MADE = b"-01-01T00:00:00Z"  # of a form's year: when it was made and changed, as it says itself


def is_as_made(path: Path) -> bool:
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
    found = [entry(path, root) for path in paths if not is_as_made(path)]
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
