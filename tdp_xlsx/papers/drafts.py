"""The drafts of report, minutes and proposal: the office's templates filled in with the round that stands."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.faults import CannotRunError, reason
from tdp_xlsx.folder import archive, lay_templates
from tdp_xlsx.outputs import exclusive, put_bytes, refuse_if_open
from tdp_xlsx.papers.told import Told, standing
from tdp_xlsx.papers.vocabulary import context
from tdp_xlsx.papers.word import TemplateFaultError, filled, mistakes, opened
from tdp_xlsx.report.words import DEMO

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document

_LARGEST = 32 * 1024 * 1024
_CLOCK = "docProps/core.xml"


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was made: the drafts; where earlier ones that somebody changed went; whether templates were laid first."""

    drafts: tuple[Path, ...]
    archived: tuple[str, ...]
    laid: bool
    uncounted: int


def draft(root: Path, *, now: dt.datetime | None = None) -> Drafted:
    """Write the drafts; one that somebody changed goes to the archive before it is replaced.

    Raises:
        CannotRunError: The ward workbook does not show the round as it is, a template has mistakes (all are told), or
            a draft is open or cannot be written. Nothing was written but default templates where there were none.
    """
    with exclusive(root):
        stands = standing(root, compared=True)
        settings = stands.round.template.plan.settings
        laid = lay_templates(root)
        templates = _templates(root)
        told = Told(stands)
        fields = context(told)
        contents: dict[Path, bytes] = {}
        for name, content in templates.items():
            title = f"{layout.PAPERS[name]} {fields['dot']}" + (f" – {DEMO}" if stands.demo else "")
            try:
                made = filled(content, fields, title=title, author=settings.office, demo=stands.demo)
            except TemplateFaultError as fault:
                raise _faulty([f"{layout.paper_template(name)}: {fault}"]) from fault
            contents[root / layout.draft_name(settings.edition, name)] = _marked(made)
        for target in contents:
            refuse_if_open(target)
        when = now or dt.datetime.now().astimezone()
        changed = [path for path in contents if path.is_file() and not _is_ours(path.read_bytes())]
        archived = [archive(root, path, when) for path in changed]
        for target, content in contents.items():
            put_bytes(target, content)
    uncounted = sum(not one.is_counted for one in told.evaluation.results)
    return Drafted(tuple(contents), tuple(archived), laid, uncounted)


def _templates(root: Path) -> dict[str, bytes]:
    """Return the templates by their names.

    Raises:
        CannotRunError: One is missing, or cannot be read, or has mistakes; all of them are told.
    """
    found: dict[str, bytes] = {}
    faults: list[str] = []
    for name in layout.PAPERS:
        path = root / layout.paper_template(name)
        try:
            if path.stat().st_size > _LARGEST:
                raise TemplateFaultError(f"tệp lớn hơn {_LARGEST >> 20} MB; bớt hình trong tệp")  # noqa: TRY301 - one way out
            content = found[name] = path.read_bytes()
            told = mistakes(opened(content))
        except FileNotFoundError:
            told = ("không có tệp; trả về đúng tên, hoặc chép mẫu mặc định từ một thư mục mới (tdp-xlsx init)",)
        except OSError as fault:
            told = (f"không mở được: {reason(fault)}",)
        except TemplateFaultError as fault:
            told = (str(fault),)
        faults += (f"{layout.paper_template(name)}: {one}." for one in told)
    if faults:
        raise _faulty(faults)
    return found


def _faulty(faults: list[str]) -> CannotRunError:
    return CannotRunError("\n".join([*faults, "Chưa ghi gì. Sửa mẫu bằng Word rồi chạy lại: tdp-xlsx documents"]))


def _marked(document: Document) -> bytes:
    """Return a draft that names in a property the hash of what it holds; whoever saves it writes other parts."""
    document.core_properties.identifier = _hash(_saved(document))
    return _saved(document)


def _saved(document: Document) -> bytes:
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _is_ours(content: bytes) -> bool:
    """Whether a draft is as it was written."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            return _hash(content).encode() in held.read(_CLOCK)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, RuntimeError, NotImplementedError):
        return False


def _hash(content: bytes) -> str:
    """Return a hash of the parts of a document, but for the one of its properties."""
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        parts = sorted((one.filename, one.file_size, one.CRC) for one in held.infolist() if one.filename != _CLOCK)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
