"""What ``new-year`` does: next year's working folder from this year's, which is left as it is."""

from __future__ import annotations

import filecmp
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx import api, layout, workflow
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.outputs import exclusive, put, put_bytes, refuse_if_open
from tdp_xlsx.template.items import LATEST_YEAR

if TYPE_CHECKING:
    from pathlib import Path

_OURS = ("templates", layout.INBOX, "outbox", layout.LAST_YEAR)


@dataclass(frozen=True, slots=True)
class NewYear:
    """What was made: the template, the copy of the ward workbook (None where there was none) and its name.

    ``to_look_at`` tells what a person must look at, a sentence each.
    """

    year: int
    template: Path
    copied: Path | None
    workbook: str
    to_look_at: tuple[str, ...]


def new_year(root: Path, folder: Path, year: int | None = None) -> NewYear:
    """Make the folder of the next year, or of the year given, and lay last year's ward workbook in it.

    Raises:
        CannotRunError: The folder has a template or another year's workbook, this year's template has mistakes, the
            year is not a later one, the ward workbook is open, or something cannot be written.
    """
    target = folder / layout.TEMPLATE_PATH
    if target.exists():
        raise CannotRunError(f"Đã có “{target}”, không ghi đè. Nêu một thư mục mới cho năm sau.")
    if any(folder.resolve().is_relative_to((root / name).resolve()) for name in _OURS):
        raise CannotRunError(f"“{folder}” nằm trong thư mục của chương trình. Nêu một thư mục khác cho năm sau.")
    done = workflow.assess(root)
    settings = done.template.plan.settings
    year = year or settings.year + 1
    if not settings.year < year <= LATEST_YEAR:
        raise CannotRunError(f"Năm {year} không sau năm {settings.year} của thư mục này. Nêu năm sau bằng --year.")
    name = layout.ward_name(settings.edition)
    source, copy = root / name, folder / layout.LAST_YEAR / (root / name).name
    refuse_if_open(source)
    to_look_at: list[str] = []
    others = list(copy.parent.iterdir()) if copy.parent.is_dir() else []
    if others and not (others == [copy] and source.is_file() and filecmp.cmp(source, copy, shallow=False)):
        raise CannotRunError(f"Trong “{copy.parent}” đã có tệp khác. Nêu một thư mục mới cho năm sau.")
    papers = [(root / name, folder / name) for name in map(layout.paper_template, layout.PAPERS)]
    workflow.lay_folder(folder, (layout.INBOX, layout.FORMS, layout.LAST_YEAR))
    with exclusive(folder):
        for one, other in ((source, copy), (root / layout.DEMO_MARKER, folder / layout.DEMO_MARKER), *papers):
            if one.is_file() and not other.exists():
                put_bytes(other, one.read_bytes())
        put(target, lambda path: to_look_at.extend(api.renew_template(done.template, path, year)))
    missing = [result.code for result in done.evaluation.results if result.status is GroupStatus.MISSING]
    if missing and done.intake.files:
        told = f"{len(missing):02d} đơn vị năm {settings.year} chưa nộp: {', '.join(missing)}."
        to_look_at.append(f"{layout.REGISTER}: {told}")
    to_look_at.append(
        f"{layout.REGISTER}: đơn vị nào nhập, chia, đổi tên, đổi tổ trưởng thì sửa, rồi ghi ở trang “{layout.LINKS}”."
    )
    return NewYear(year, target, copy if source.is_file() else None, name, tuple(to_look_at))
