"""What lies in a working folder otherwise than meant."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.findings import files as rules
from tdp_xlsx.findings.decisions import EDITION_CHANGED
from tdp_xlsx.model import Place
from tdp_xlsx.reading.inbox import is_ignored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tdp_xlsx.model import Finding, Intake, Plan, Template

    Meant = Callable[[Finding], bool]

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


def editions(root: Path) -> set[str]:
    """Return the editions (``2021-so-ket``) of the forms and ward workbooks in the outbox."""
    forms = [
        path for place in (layout.FORMS, layout.RETURNS) for path in (root / place).glob("*_*_bang-tu-danh-gia*.xlsx")
    ]
    wards = [path.stem.removeprefix(_WARD) for path in (root / "outbox").glob(f"{_WARD}*.xlsx")]
    return {path.name.partition("_")[0] for path in forms} | set(wards)


def edition_changed(root: Path, plan: Plan, intake: Intake) -> Finding | None:
    """Tell where all forms that came in are of another edition, which the outbox still is of too."""
    others = Counter(found.message for found in intake.findings if found.code == rules.OTHER_EDITION.code)
    if intake.submissions or len(others) != 1:
        return None
    ((told, count),), now = others.items(), plan.settings.edition
    for edition in editions(root) - {now}:
        if told == rules.OTHER_EDITION.at(Place(), form=edition, plan=now).message:
            place = Place(layout.TEMPLATE_PATH, layout.SETTINGS)
            return EDITION_CHANGED.at(place, plan=now, edition=edition, count=f"{count:02d}")
    return None


def refuse_other_edition(root: Path, template: Template, is_meant: Meant | None, read: Callable[[], Intake]) -> None:
    """Refuse where all that was read is of another edition, unless the officer says yes; read only if that may be.

    Raises:
        CannotRunError: It is, and ``is_meant`` does not say that this is so.
    """
    plan = template.plan
    if editions(root) <= {plan.settings.edition}:
        return
    told = edition_changed(root, plan, read())
    if told and not (is_meant and is_meant(told)):
        raise CannotRunError(
            "Chưa ghi gì. Nếu đúng là làm kỳ mới trong thư mục này, chạy lại lệnh, thêm --yes.", (told,)
        )


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
