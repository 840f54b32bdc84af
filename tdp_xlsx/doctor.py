"""Examine the machine and the working folder before a round, and say in plain words what to mend."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from tdp_xlsx import layout, paths, people
from tdp_xlsx.console import finding_lines, visible, wrapped
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.folder import load_template, told_of_program
from tdp_xlsx.reading.workers import IsolationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tdp_xlsx.model import Finding

OLDEST_PYTHON = (3, 11)
ENOUGH_SPACE = 200 * 1024 * 1024
"""Bytes that must be free: a year's forms, letters and archived ward workbooks of a large ward."""

_MEGABYTE = 1024 * 1024
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)[^;>]*>=(?P<least>[0-9.]+)(?!.*extra)")
_LETTERS = "Tiếng Việt: Ặ ẳ Ỡ ự “–”"
_CLOUDS = ("onedrive", "dropbox", "google drive", "googledrive")
_LOCKS = ("~$*.xls*", ".~lock.*#")
_MOST_FILES = 20


class Verdict(Enum):
    """What an examination came to, and the word that stands before it."""

    GOOD = "ĐƯỢC"
    NOTE = "LƯU Ý"
    MEND = "SỬA"


@dataclass(frozen=True, slots=True)
class Check:
    """One examination: what it found, what to do where something is wrong, and the template's mistakes, if any."""

    verdict: Verdict
    message: str
    fix: str = ""
    findings: tuple[Finding, ...] = ()


def examine(root: Path) -> list[Check]:
    """Examine everything; the only file it ever writes is a trial one, gone again at once."""
    checks = [check_python(), *check_libraries(), check_terminal(), check_office()]
    if not root.is_dir():
        return [*checks, Check(Verdict.MEND, f"Không có thư mục “{root}”.", f"Tạo thư mục: tdp-xlsx init {root}")]
    return [*checks, *_name(root), _space(root), *_writing(root), *_left_over(root), *_template(root), *_contacts(root)]


def lines(checks: Iterable[Check]) -> Iterator[str]:
    """Yield the examinations as people read them."""
    for check in checks:
        yield from wrapped(f"{check.verdict.value}: {check.message}", first="- ", rest="  ")
        yield from ("  " + line for line in finding_lines(check.findings))
        if check.fix:
            yield from wrapped(check.fix, first="  → ", rest="    ")


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> Check:
    """Examine the version of Python."""
    shown = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        least = ".".join(map(str, OLDEST_PYTHON))
        return Check(Verdict.MEND, f"Python {shown} quá cũ.", f"Cài Python {least} trở lên từ python.org.")
    return Check(Verdict.GOOD, f"Python {shown}, tdp-xlsx {metadata.version('tdp-xlsx')}.")


def check_libraries(requirements: Iterable[str] | None = None) -> Iterator[Check]:
    """Examine the libraries, by what the package says it needs (``requirements`` in its place)."""
    wanted = metadata.requires("tdp-xlsx") or [] if requirements is None else requirements
    good = []
    for match in filter(None, map(_REQUIREMENT.match, wanted)):
        name, least = match["name"], match["least"]
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Check(Verdict.MEND, f"Thiếu thư viện {name}.", _how_to_get(name, least))
            continue
        if _parts(found) < _parts(least):
            yield Check(Verdict.MEND, f"Thư viện {name} {found} quá cũ (cần từ {least}).", _how_to_get(name, least))
        else:
            good.append(f"{name} {found}")
    if good:
        yield Check(Verdict.GOOD, f"Thư viện: {', '.join(good)}.")


def _how_to_get(name: str, least: str) -> str:
    if paths.bundle():  # it has no pip
        return "Giải nén lại gói chương trình vào một thư mục mới, hoặc chạy lại bộ cài; thư mục làm việc giữ nguyên."
    return f'Chạy: "{sys.executable}" -m pip install "{name}>={least}"'


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def check_terminal() -> Check:
    """Examine whether the terminal has the letters."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        _LETTERS.encode(encoding)
    except UnicodeEncodeError:
        return Check(
            Verdict.NOTE,
            f"Cửa sổ lệnh dùng bảng mã {encoding}, không đủ chữ tiếng Việt: có chữ hiện thành dấu hỏi; tệp vẫn đúng.",
            "Dùng Windows Terminal; bỏ biến PYTHONIOENCODING, PYTHONLEGACYWINDOWSSTDIO nếu có đặt.",
        )
    return Check(Verdict.GOOD, f"Cửa sổ lệnh hiện được tiếng Việt ({encoding}).")


def check_office() -> Check:
    """Look for LibreOffice, where ``consolidate --pdf`` looks for it."""
    from tdp_xlsx.report.pdf import find_office  # noqa: PLC0415 - loads all that makes reports

    if found := find_office():
        return Check(Verdict.GOOD, f"Có LibreOffice: {found}")
    return Check(
        Verdict.NOTE,
        "Không thấy LibreOffice: không bắt buộc, chỉ cần cho consolidate --pdf, hoặc để mở các sổ khi không có Excel.",
    )


def _name(root: Path) -> Iterator[Check]:
    full = root.absolute()
    for part in full.parts[1:]:
        if fault := paths.name_fault(part):
            yield Check(Verdict.MEND, f"Thư mục “{part}”: {fault}.", "Đổi tên thư mục.")
    size = paths.length(str(full)) + paths.DEEPEST
    if size > paths.LONGEST_FOR_EXCEL:
        yield Check(
            Verdict.MEND,
            f"Đường dẫn thư mục dài {paths.length(str(full))} ký tự: Excel sẽ không mở được các tệp trong đó.",
            "Chuyển thư mục đến chỗ ngắn hơn, ví dụ D:\\danh-gia-2026.",
        )
    if any(cloud in str(full).casefold() for cloud in _CLOUDS):
        yield Check(
            Verdict.NOTE,
            "Thư mục nằm trong ổ đồng bộ (OneDrive, Google Drive, Dropbox): tệp có lúc bị giữ, bảng tự đánh giá của "
            "các đơn vị được chép lên mạng.",
            "Nên để thư mục làm việc ngoài ổ đồng bộ.",
        )


def _space(root: Path) -> Check:
    free = shutil.disk_usage(root).free
    shown = f"{free // _MEGABYTE:,} MB".replace(",", ".")
    if free < ENOUGH_SPACE:
        return Check(
            Verdict.MEND,
            f"Ổ đĩa chỉ còn {shown}.",
            f"Xóa bớt tệp không cần trên ổ này; nên còn ít nhất {ENOUGH_SPACE // _MEGABYTE} MB.",
        )
    return Check(Verdict.GOOD, f"Ổ đĩa còn {shown}.")


def _writing(root: Path) -> Iterator[Check]:
    closed = []
    for folder in (root, root / Path(layout.TEMPLATE_PATH).parent, root / "outbox"):
        if folder.is_dir():
            try:
                with tempfile.TemporaryFile(dir=folder, prefix=".thu-"):
                    pass
            except OSError:
                closed.append(folder)
    for folder in closed:
        yield Check(
            Verdict.MEND,
            f"Không ghi được vào “{folder}”.",
            "Kiểm tra quyền ghi; không đặt thư mục trong Program Files, trong tệp nén hoặc trên ổ chỉ đọc.",
        )
    if not closed:
        yield Check(Verdict.GOOD, f"Ghi được vào “{root.absolute()}”.")
    inbox = root / layout.INBOX
    if not inbox.is_dir():
        yield Check(Verdict.NOTE, f"Chưa có thư mục “{inbox}”.", "Tạo thư mục này để chép tệp đơn vị nộp về.")


def _left_over(root: Path) -> Iterator[Check]:
    for folder in (root / Path(layout.TEMPLATE_PATH).parent, root / "outbox"):
        for pattern in _LOCKS:
            for lock in sorted(folder.glob(pattern)):
                yield Check(
                    Verdict.MEND,
                    f"Có tệp khóa “{lock}”: sổ đang mở, hoặc lần trước chương trình bị tắt đột ngột.",
                    "Lưu và đóng sổ trong Excel, LibreOffice; nếu không mở ở đâu thì xóa tệp khóa này.",
                )


def _template(root: Path) -> Iterator[Check]:
    try:
        template = load_template(root)
    except CannotRunError as fault:
        yield Check(Verdict.MEND, str(fault), findings=fault.findings)
        return
    if lost := told_of_program(root, template):
        yield Check(Verdict.NOTE, *lost)
    plan = template.plan
    kinds = Counter(group.kind for group in plan.groups)
    counts = ", ".join(f"{kinds[kind]:02d} {kind.lower()}" for kind in layout.KINDS)
    unreached = [group.code for group in plan.groups if not group.email]
    told = f"Sổ mẫu đúng: năm {plan.settings.year}, {len(plan.groups):02d} đơn vị ({counts})."
    if unreached:
        yield Check(
            Verdict.NOTE,
            f"{told} Chưa có thư điện tử: {visible(', '.join(unreached))}.",
            "Điền cột “Thư điện tử” nếu gửi bảng bằng thư; không thì gửi tệp qua Zalo, USB.",
        )
    else:
        yield Check(Verdict.GOOD, told)


def _contacts(root: Path) -> Iterator[Check]:
    """Point at personal data that leaders typed into the evidence, which goes on into the ward workbook."""
    try:
        found = people.typed_contacts(root)
    except IsolationError as fault:
        yield Check(Verdict.NOTE, str(fault))
        return
    if found:
        told = [f"“{visible(file)}” ô {', '.join(cells)}" for file, cells in found.items()]
        more = [f"và {len(told) - _MOST_FILES} tệp khác"] if len(told) > _MOST_FILES else []
        yield Check(
            Verdict.NOTE,
            f"Cột số liệu, minh chứng có số điện thoại, địa chỉ thư: {'; '.join([*told[:_MOST_FILES], *more])}.",
            "Là dữ liệu cá nhân, sẽ nằm trong trang “Dữ liệu” của sổ tổng hợp: nếu không cần cho việc đánh giá, "
            "đề nghị đơn vị gửi lại bảng không ghi.",
        )
