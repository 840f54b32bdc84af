"""The forms to send back: one for every group whose files do not count; stale ones are taken away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings.files import FILLED_OUTSIDE
from tdp_xlsx.forms.correction import correction_of
from tdp_xlsx.intake.alone import filled_forms
from tdp_xlsx.model import Place
from tdp_xlsx.outputs import OutputError

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.forms.writer import FormWriter
    from tdp_xlsx.model import Plan
    from tdp_xlsx.submission import Intake
    from tdp_xlsx.template import Template


@dataclass(frozen=True, slots=True)
class Returned:
    """The forms to send back as they stand now (names), those taken away, and what could not be done, in words."""

    standing: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def write_returns(root: Path, template: Template, intake: Intake) -> Returned:
    """Write the forms to send back into ``outbox/tra_lai`` of a working folder; never raises for a single one.

    One that somebody filled is neither replaced nor taken away, unless it lies in the inbox as it is.

    Raises:
        IsolationError: No reading process can be started.
    """
    plan, folder = template.plan, root / layout.RETURNS
    taken_in = {outcome.file.sha256 for outcome in intake.files}
    filled = [name for name, digest in filled_forms(root, _returns(folder, plan)).items() if digest not in taken_in]
    writer: FormWriter | None = None
    standing: list[str] = []
    failures: list[str] = []
    for group in plan.groups:
        reply = intake.replies.get(group.code)
        if reply is None:
            continue
        number = reply.number + 1
        name = layout.return_name(plan.settings.edition, group.code, number)
        standing.append(name)
        if f"{layout.RETURNS}/{name}" in filled:
            continue
        if writer is None:
            from tdp_xlsx.forms.writer import FormWriter  # noqa: PLC0415 - loads openpyxl, which most rounds do without

            writer = FormWriter(template)
        try:
            writer.write(group, folder / name, number=number, correction=correction_of(plan, group, reply))
        except OutputError as fault:
            failures.append(str(fault))
    removed: list[str] = []
    for path in _returns(folder, plan):
        if path.name in standing or f"{layout.RETURNS}/{path.name}" in filled:
            continue
        try:
            path.unlink()
            removed.append(path.name)
        except OSError as fault:
            failures.append(
                f"Không bỏ được bảng gửi lại cũ “{path}” ({fault.strerror or fault}). Đóng tệp rồi chạy lại."
            )
    told = (FILLED_OUTSIDE.at(Place(name), file=name) for name in filled)
    failures += [f"{found.message} {found.fix}" for found in told]
    return Returned(tuple(standing), tuple(removed), tuple(failures))


def _returns(folder: Path, plan: Plan) -> list[Path]:
    """Return the forms of this edition that this run or a former one wrote."""
    pattern = re.compile(rf"{re.escape(plan.settings.edition)}_.+_bang-tu-danh-gia_lan-\d{{1,6}}\.xlsx")
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in paths if pattern.fullmatch(path.name)]
