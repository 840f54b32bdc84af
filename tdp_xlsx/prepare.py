"""What init, new-year and generate do: a working folder laid out, and the forms in it."""

from __future__ import annotations

import datetime as dt
import filecmp
import shutil
import sys
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx import api, layout, paths, workflow
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.folder import filled as filled_forms
from tdp_xlsx.folder import load_template, named_groups, refuse_other_edition, unused
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.outputs import OutputError, exclusive, put, put_bytes, refuse_if_open, settle
from tdp_xlsx.template.items import LATEST_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tdp_xlsx.folder import Meant
    from tdp_xlsx.model import Group

STARTER = "Bấm vào đây.bat"

# The first line that runs makes cmd read the rest as UTF-8. -P: no file of the working folder passes for a module.
_LINES = """\
@echo off
chcp 65001 >nul
setlocal disabledelayedexpansion
title tdp-xlsx
if not exist "{program}" goto moved
"{program}"{arguments} -C "%~dp0." menu %*
if errorlevel 1 pause
exit /b
:moved
echo Không thấy chương trình tdp-xlsx ở chỗ cũ:
echo {program}
echo Chương trình đã được chuyển chỗ hoặc gỡ bỏ. Các tệp trong thư mục này vẫn còn nguyên.
echo Mở chương trình ở chỗ mới rồi thả thư mục này vào bảng chọn; hoặc cài lại vào chỗ cũ.
pause
exit /b 1
"""

_WRITERS = 4
"""Threads that write forms: most of the time of each goes by waiting for the disk."""
_BATCH = 12
"""Forms a thread writes before it tells of them; five such batches are under way at most."""


def init(root: Path, *, year: int | None = None, force: bool = False) -> Path:
    """Make a working folder with the default template and return the template's path.

    Raises:
        CannotRunError: A template is there already (and ``force`` is not given), or it cannot be written.
    """
    target = root / layout.TEMPLATE_PATH
    if target.exists() and not force:
        raise CannotRunError(f"Đã có “{target}”, không ghi đè. Muốn thay bằng sổ mẫu mới, thêm --force.")
    _lay_folder(root)
    try:
        if target.exists():
            stamp = dt.datetime.now().astimezone()
            shutil.copy2(target, unused(target.with_name(f"{target.stem}_{stamp:%Y%m%d-%H%M%S}{target.suffix}")))
    except OSError as fault:
        raise CannotRunError(f"Không lưu được sổ mẫu cũ “{target}” ({fault.strerror or fault}).") from fault
    put(target, lambda path: api.build_template(path, year=year))
    return target


def _lay_folder(root: Path, folders: Sequence[str] = (layout.INBOX, layout.FORMS)) -> None:
    """Make a working folder's own folders, and on Windows the file to double-click.

    Raises:
        CannotRunError: A name is none Windows knows, or a folder cannot be made.
    """
    for part in root.absolute().parts[1:] if paths.IS_WINDOWS else ():
        if part != ".." and (wrong := paths.name_fault(part)):
            raise CannotRunError(f"Không tạo được thư mục “{part}”: {wrong}. Chọn tên khác.")
    try:
        for name in folders:
            (root / name).mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise CannotRunError(
            f"Không tạo được thư mục “{root}” ({fault.strerror or fault}). Chọn thư mục khác hoặc kiểm tra quyền ghi."
        ) from fault
    lay_starter(root)


def lay_starter(folder: Path, *, windows: bool = paths.IS_WINDOWS) -> None:
    """Lay the file into a working folder, on Windows only; it names the program that laid it, be it a bundle's.

    Raises:
        OutputError: It cannot be written.
    """
    if windows:
        bundle = paths.bundle()
        program, is_packed = str(bundle or sys.executable), bundle is not None or getattr(sys, "frozen", False)
        put_bytes(folder / STARTER, starter(program, is_packed=is_packed))


def starter(program: str, *, is_packed: bool) -> bytes:
    """Return the file's content: UTF-8 without mark, lines as cmd wants them; a packed program is itself started."""
    quoted = paths.shown(program).replace("%", "%%")
    lines = _LINES.format(program=quoted, arguments="" if is_packed else " -P -m tdp_xlsx")
    return lines.replace("\n", "\r\n").encode()


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
    if any(folder.resolve().is_relative_to((root / name).resolve()) for name in layout.FOLDERS):
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
    _lay_folder(folder, (layout.INBOX, layout.FORMS, layout.LAST_YEAR))
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


@dataclass(frozen=True, slots=True)
class Generated:
    """What ``generate`` did: by group, the form's path, whether it is new, changed or as before; of how many forms.

    ``noted`` counts last year's notes in it, None without that column.
    """

    group: Group
    path: Path
    change: str
    of: int
    noted: int | None = None


def generate(
    root: Path,
    codes: Sequence[str] = (),
    on_form: Callable[[Generated], None] | None = None,
    *,
    prefill: bool = False,
    is_meant: Meant | None = None,
) -> None:
    """Write the forms of all groups, or of those named, and tell each as it is done.

    With ``prefill``, they show what the same group noted a year ago.

    Raises:
        CannotRunError: The template has mistakes, a code is unknown, last year's workbook is missing or not to be
            relied on, or a form could not be written, or is left as somebody filled it (the others are written).
    """
    template = load_template(root)
    groups = named_groups(template, codes) if codes else template.plan.groups
    refuse_other_edition(root, template, is_meant, lambda: workflow.read_all(root, template))
    edition = template.plan.settings.edition
    places = {group: root / layout.FORMS / layout.form_name(edition, group.code) for group in groups}
    failures: list[str] = []
    noted = None
    if prefill:
        from tdp_xlsx.ward_book.last_year import evidence_again  # loads pandas

        noted = evidence_again(root, template.plan)
    forms = api.FormWriter(template, noted)

    def write(group: Group) -> Generated | OutputError:
        target = places[group]
        existed = target.exists()
        try:
            changed = forms.write(group, target, settle=False)
        except OutputError as fault:
            return fault
        change = ("thay mới" if existed else "tạo mới") if changed else "không đổi"
        return Generated(group, target, change, len(groups), None if noted is None else len(noted.get(group.code, ())))

    with exclusive(root):
        try:
            filled = filled_forms(root, [path for path in places.values() if path.is_file()])
            names = {group: f"{layout.FORMS}/{path.name}" for group, path in places.items()}
            for done in _at_once(write, [group for group, name in names.items() if name not in filled]):
                if isinstance(done, OutputError):
                    failures.append(str(done))
                elif on_form:
                    on_form(done)
        finally:
            settle(root / layout.FORMS)
    if filled:
        failures.append(
            f"Giữ nguyên {len(filled):02d} bảng đã có nội dung điền, nêu ở trên; các bảng khác đã lập xong."
        )
    if failures:
        raise CannotRunError("\n".join(failures), tuple(filled.values()))


def _at_once(
    write: Callable[[Group], Generated | OutputError], groups: Sequence[Group]
) -> Iterator[Generated | OutputError]:
    """Write some forms at a time, and yield what came of each in the groups' order; never far ahead of who asks."""
    from concurrent.futures import Future, ThreadPoolExecutor

    under_way: deque[Future[list[Generated | OutputError]]] = deque()
    with ThreadPoolExecutor(_WRITERS) as writers:
        # Handed over a few at a time: to take turns costs threads as much as to write a form.
        for start in range(0, len(groups), _BATCH):
            under_way.append(writers.submit(lambda batch: [*map(write, batch)], groups[start : start + _BATCH]))
            if len(under_way) > _WRITERS:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()
