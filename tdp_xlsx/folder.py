"""A working folder: its template, its archive, its Word templates, and what lies in it otherwise than meant."""

from __future__ import annotations

import datetime as dt
import filecmp
import os
import shutil
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tdp_xlsx import api, layout
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.findings import files as rules
from tdp_xlsx.findings.decisions import EDITION_CHANGED
from tdp_xlsx.model import Place
from tdp_xlsx.outputs import put, put_bytes
from tdp_xlsx.paths import IS_WINDOWS
from tdp_xlsx.reading.cells import UnreadableError
from tdp_xlsx.reading.inbox import is_ignored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tdp_xlsx.model import Finding, Group, Plan
    from tdp_xlsx.submission import Intake
    from tdp_xlsx.template import Template

    Meant = Callable[[Finding], bool]


_GUIDANCE = "Lấy sổ mẫu bằng lệnh: tdp-xlsx init"
_STEM = layout.TEMPLATE_PATH.removeprefix("templates/").removesuffix(".xlsx")
_FAR = 3
"""Folders above to look in."""
_PROGRAM, _PROJECT = ("tdp-xlsx.bat", "tdp-xlsx.cmd", "tdp-xlsx.exe", "windows/tdp-xlsx.bat"), b'name = "tdp-xlsx"'
_WARD = layout.ward_name("").removeprefix("outbox/").removesuffix(".xlsx")


def load_template(root: Path) -> Template:
    """Read the working folder's template.

    Raises:
        CannotRunError: There is none, it cannot be read, or it has mistakes; all of them are told.
    """
    path = root / layout.TEMPLATE_PATH
    if not path.is_file():
        near = f"{_GUIDANCE}, hoặc dùng -C để chỉ đúng thư mục làm việc."
        with suppress(OSError):  # where one may not look
            near = _where_else(root) or near
        raise CannotRunError(f"Không thấy sổ mẫu “{path}”. {near}")
    try:
        status = path.stat()
        template, findings = _template(path, status.st_mtime_ns, status.st_size)
    except UnreadableError as fault:
        raise CannotRunError(
            f"Không đọc được sổ mẫu “{path}”: {fault}. Mở bằng Excel, lưu lại dạng .xlsx; hoặc {_GUIDANCE.lower()}."
        ) from fault
    except OSError as fault:
        raise CannotRunError(
            f"Không mở được sổ mẫu “{path}” ({fault.strerror or fault}). Đóng sổ trong Excel rồi chạy lại."
        ) from fault
    if template is None:
        raise CannotRunError(
            f"Sổ mẫu “{layout.TEMPLATE_PATH}” có {len(findings)} chỗ phải sửa; chưa làm gì. Sửa rồi chạy lại.", findings
        )
    return template


@lru_cache(maxsize=1)
def _template(path: Path, *_: int) -> tuple[Template | None, tuple[Finding, ...]]:
    """Read a template once, as long as its time and size stay the same."""
    return api.read_template(path, layout.TEMPLATE_PATH)


def _where_else(root: Path) -> str:
    """Return where the template may be instead; "" if it is nowhere near."""
    full = root.absolute()
    bases = (full, *full.parents[:_FAR])
    below = [path.parents[1] for path in sorted(full.glob(f"*/{layout.TEMPLATE_PATH}"))] if full.is_dir() else []
    if near := [base for base in (*bases[1:], *below) if (base / layout.TEMPLATE_PATH).is_file()]:
        return f"Thư mục làm việc có lẽ là “{near[0]}”: chuyển vào đó ({change_to(near[0])}) rồi chạy lại."
    for base in bases:
        for place in (base / "templates", base, base / layout.INBOX, base / "outbox"):
            for path in sorted(place.iterdir()) if place.is_dir() else ():
                if _STEM in path.stem.casefold() and path.suffix.lower() in layout.WORKBOOK_SUFFIXES and path.is_file():
                    working = full.parent if full.name in layout.FOLDERS else full
                    return (
                        f"Sổ mẫu có lẽ là “{path}”: nếu đúng, lưu dạng .xlsx, đổi tên, chuyển về thành "
                        f"“{working / layout.TEMPLATE_PATH}” rồi chạy lại."
                    )
    return ""


def change_to(folder: Path) -> str:
    """Return what to type to get to a folder."""
    return f'cd {"/d " if IS_WINDOWS else ""}"{folder}"'


def is_untouched(template: Template) -> bool:
    """Whether a template is as the program makes it, but for the year: nobody's register is in it."""
    from tdp_xlsx.template import default_plan

    plan = template.plan
    register = [
        (one["code"], one["kind"], one["name"], frozenset(one["attributes"])) for one in default_plan()["groups"]
    ]
    if [(one.code, one.kind, one.name, one.attributes) for one in plan.groups] != register:
        return False
    made = None
    with suppress(OSError), TemporaryDirectory() as place:
        path = Path(place) / "so_mau.xlsx"
        api.build_template(path, year=plan.settings.year)
        made, _ = api.read_template(path)
    return made is not None and replace(made.plan, letters=plan.letters) == plan


def _around(root: Path) -> Path | None:
    """Return the folder of the program itself that a working folder lies in, be it unpacked, cloned or bundled."""
    for base in (root.absolute(), *root.absolute().parents):
        if any((base / name).is_file() for name in _PROGRAM):
            return base
        with suppress(OSError):
            if _PROJECT in (base / "pyproject.toml").read_bytes():
                return base
    return None


def told_of_program(root: Path, template: Template) -> tuple[str, str] | None:
    """Return what threatens a register kept in the program's own folder, and what to do; None if it is not."""
    program = _around(root)
    if program is None or is_untouched(template):
        return None
    return (
        f"Danh sách đơn vị nằm trong thư mục của chương trình (“{program}”): giải nén bản mới đè lên có thể mất.",
        "Chuyển thư mục làm việc (templates, inbox, outbox) sang chỗ khác, ví dụ D:\\danh-gia-2026.",
    )


def filled(
    root: Path, paths: Iterable[Path], known: Iterable[str | None] = (), *, is_sure: bool = False
) -> dict[str, Finding]:
    """Return findings about filled forms among these paths, by their names below the root; none of a ``known`` hash.

    Raises:
        CannotRunError: No reading process can be started.
    """
    from tdp_xlsx.intake.alone import filled_forms

    found = filled_forms(root, paths, is_sure=is_sure)
    return {
        name: rules.FILLED_OUTSIDE.at(Place(name), file=name) for name, digest in found.items() if digest not in known
    }


def _editions(root: Path) -> set[str]:
    """Return the editions (``2021-so-ket``) of the forms and ward workbooks in the outbox."""
    forms = [
        path for place in (layout.FORMS, layout.RETURNS) for path in (root / place).glob("*_*_bang-tu-danh-gia*.xlsx")
    ]
    wards = [path.stem.removeprefix(_WARD) for path in (root / "outbox").glob(f"{_WARD}*.xlsx")]
    return {path.name.partition("_")[0] for path in forms} | set(wards)


def edition_changed(root: Path, plan: Plan, intake: Intake) -> Finding | None:
    """Tell where all forms that came in are of another edition, which the outbox still is of too."""
    others = [found.message for found in intake.findings if found.code == rules.OTHER_EDITION.code]
    if intake.submissions or not others:
        return None
    now = plan.settings.edition
    for edition in _editions(root) - {now}:
        told = rules.OTHER_EDITION.at(Place(), form=edition, plan=now).message
        if all(one.endswith(told) for one in others):
            place = Place(layout.TEMPLATE_PATH, layout.SETTINGS)
            return EDITION_CHANGED.at(place, plan=now, edition=edition, count=f"{len(others):02d}")
    return None


def refuse_other_edition(root: Path, template: Template, is_meant: Meant | None, read: Callable[[], Intake]) -> None:
    """Refuse where all that was read is of another edition, unless the officer says yes; read only if that may be.

    Raises:
        CannotRunError: It is, and ``is_meant`` does not say that this is so.
    """
    plan = template.plan
    if _editions(root) <= {plan.settings.edition}:
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
        if path.suffix.lower() in layout.WORKBOOK_SUFFIXES and path != own and not path.name.startswith(_WARD)
        if not is_ignored(path.name, path.lstat())
    ]
    known = {outcome.file.sha256 for outcome in intake.files}
    return tuple(filled(root, found, known, is_sure=True).values())


def named_groups(template: Template, codes: Sequence[str]) -> list[Group]:
    """Return the groups named by code, in the register's order.

    Raises:
        CannotRunError: A code is not in the register.
    """
    by_code = {code.casefold(): group for code, group in template.plan.group_by_code.items()}
    unknown = [code for code in codes if code.casefold() not in by_code]
    if unknown:
        known = ", ".join(template.plan.group_by_code)
        raise CannotRunError(f"Không có mã đơn vị: {', '.join(unknown)}. Các mã trong danh sách: {known}.")
    wanted = {code.casefold() for code in codes}
    return [group for key, group in by_code.items() if key in wanted]


def archive(root: Path, target: Path, now: dt.datetime) -> str:
    """Copy an output to the archive, if no equal copy is there; return the copy's path relative to the root.

    Raises:
        OutputError: It could not be copied.
    """
    copy = place(root, target, now)
    if not (copy.exists() and filecmp.cmp(target, copy, shallow=False)):
        copy = unused(copy)
        put(copy, lambda part: copy_content(target, part))
    return copy.relative_to(root).as_posix()


def place(root: Path, target: Path, now: dt.datetime) -> Path:
    """Return where in the archive a copy of an output stands, by the time it was last changed."""
    stamp = dt.datetime.fromtimestamp(target.stat().st_mtime, now.tzinfo)
    return root / layout.ARCHIVE / f"{target.stem}_{stamp:%Y%m%d-%H%M%S}{target.suffix}"


def copy_content(path: Path, copy: Path) -> None:
    """Copy what a file holds and when it was changed, but not the mark that it may only be read."""
    shutil.copyfile(path, copy)
    status = path.stat()
    os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))


def unused(path: Path) -> Path:
    """Return the path, or one with a number after its name where there is such a file already."""
    candidate, count = path, 1
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.stem}_{count}{path.suffix}")
    return candidate


def lay_templates(root: Path) -> bool:
    """Lay the default templates where the folder has none yet; return whether it did.

    Raises:
        OutputError: One cannot be written.
    """
    places = {name: root / layout.paper_template(name) for name in layout.PAPERS}
    if any(place.exists() for place in places.values()):
        return False
    for name, place in places.items():
        put_bytes(place, default_template(name))
    return True


def default_template(name: str) -> bytes:
    """Return the default template of a paper."""
    return (files("tdp_xlsx") / "data" / "van_ban" / PurePosixPath(layout.paper_template(name)).name).read_bytes()
