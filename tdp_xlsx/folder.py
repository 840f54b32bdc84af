"""What lies in a working folder otherwise than meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.findings import files as rules
from tdp_xlsx.model import Place
from tdp_xlsx.reading.inbox import is_ignored

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tdp_xlsx.model import Finding, Intake

_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
_WARD = layout.ward_name("").removeprefix("outbox/").removesuffix(".xlsx")


def filled(
    root: Path, paths: Iterable[Path], known: Iterable[str | None] = (), *, is_sure: bool = False
) -> dict[str, Finding]:
    """Return findings about filled forms among these paths, by their names below the root; none of a ``known`` hash.

    Raises:
        CannotRunError: No reading process can be started.
    """
    from tdp_xlsx.intake.filled import filled_forms  # noqa: PLC0415 - only where forms may be filled
    from tdp_xlsx.reading.isolated import IsolationError  # noqa: PLC0415 - likewise

    try:
        found = filled_forms(root, paths, is_sure=is_sure)
    except IsolationError as fault:
        raise CannotRunError(str(fault)) from fault
    return {
        name: rules.FILLED_OUTSIDE.at(Place(name), file=name) for name, digest in found.items() if digest not in known
    }


def strays(root: Path, intake: Intake) -> tuple[Finding, ...]:
    """Tell of each filled form that lies in the working folder, but not in the inbox."""
    own = root / layout.TEMPLATE_PATH
    found = [
        path
        for folder in (root, own.parent, root / "outbox", root / layout.FORMS, root / layout.RETURNS)
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _WORKBOOKS and path != own and not path.name.startswith(_WARD)
        if not is_ignored(path.name, path.lstat())
    ]
    known = {outcome.file.sha256 for outcome in intake.files}
    return tuple(filled(root, found, known, is_sure=True).values())
