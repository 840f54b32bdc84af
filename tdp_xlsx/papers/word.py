"""Word templates of the office: refused as files, or filled in and mended."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import jinja2
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docxtpl.template import DocxTemplate

from tdp_xlsx.papers.fields import ENVIRONMENT, is_allowed
from tdp_xlsx.reading.cells import UnreadableError
from tdp_xlsx.reading.kinds import Kind, kind_of
from tdp_xlsx.reading.package import Limits, open_package
from tdp_xlsx.report.words import DEMO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docx.document import Document as Opened

_LIMITS = Limits(64 * 1024 * 1024, 16 * 1024 * 1024, 200)
"""Of a template, unpacked: letterheads have pictures."""
_LARGEST_TEXT = 4 * 1024 * 1024
"""Bytes of a part with fields; a report of a hundred pages has less."""
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_P, _TBL, _TR = (qn(f"w:{name}") for name in ("p", "tbl", "tr"))
_HOLDERS = [qn(f"w:{name}") for name in ("tc", "txbxContent", "hdr", "ftr")]
"""What must end with a paragraph, or Word takes the document for damaged."""


class TemplateFaultError(Exception):
    """A template cannot be used; the argument says why."""


def opened(content: bytes) -> Opened:
    """Return a template that can be filled in.

    Raises:
        TemplateFaultError: It is no Word document, or one that is damaged, locked, unsafe or has macros.
    """
    try:
        kind = kind_of(content, _LIMITS)
        if kind is Kind.ENCRYPTED:
            raise TemplateFaultError("tệp có mật khẩu; bỏ mật khẩu rồi lưu lại")
        if kind is not Kind.WORD:
            raise TemplateFaultError(f"đây là {kind.value}, không phải văn bản Word .docx")
        if not content.startswith(b"PK"):
            raise TemplateFaultError("đây là văn bản Word đời cũ (.doc, .rtf); mở bằng Word, lưu dạng .docx")
        held = open_package(content, _LIMITS)
        types = held.get("[Content_Types].xml", b"")
        if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in held):
            raise TemplateFaultError("văn bản có macro (.docm); lưu lại dạng .docx, không kèm macro")
        if _MAIN not in types:
            raise TemplateFaultError("không phải văn bản .docx; mở bằng Word, lưu dạng .docx")
        if max(len(part) * name.endswith(".xml") for name, part in held.items()) > _LARGEST_TEXT:  # each is unpacked
            raise TemplateFaultError(f"phần chữ lớn hơn {_LARGEST_TEXT >> 20} MB; lập lại từ mẫu mặc định")
        return Document(io.BytesIO(content))
    except UnreadableError as fault:
        raise TemplateFaultError(str(fault)) from fault
    except (LookupError, ValueError, AttributeError, TypeError, SyntaxError) as fault:
        raise TemplateFaultError("tệp bị hỏng; mở bằng Word, lưu lại") from fault


def filled(content: bytes, fields: Mapping[str, object], *, title: str, author: str, demo: bool) -> Opened:
    """Return a template filled in; with ``demo``, every page says that all is made up.

    Raises:
        TemplateFaultError: It cannot be filled in, for a reason that no paragraph shows.
    """
    paper = _Paper(io.BytesIO(content))
    document: Any = paper.get_docx()  # type: ignore[no-untyped-call]
    try:
        if demo:
            _mark(document)
        paper.render(dict(fields), ENVIRONMENT, autoescape=True)
        for part in document.part.package.iter_parts():
            _mend(getattr(part, "element", None))
        known = document.core_properties
        known.title, known.author, known.last_modified_by = title[:255], author[:255], author[:255]
        known.comments = known.subject = known.keywords = known.category = ""
    except (jinja2.TemplateError, SyntaxError, ValueError, LookupError, AttributeError, RecursionError) as fault:
        raise TemplateFaultError("có thẻ làm hỏng văn bản; lập lại từ mẫu mặc định rồi sửa dần") from fault
    return document  # type: ignore[no-any-return]


class _Paper(DocxTemplate):
    """A template whose every part is held, once more as it is to be run, to what is allowed in it."""

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> Any:
        if not is_allowed(src_xml):
            raise TemplateFaultError("có thẻ nằm ngoài chữ của đoạn văn; xóa thẻ đó hoặc lập lại từ mẫu mặc định")
        return super().render_xml_part(src_xml, part, context, jinja_env)  # type: ignore[no-untyped-call]

    def fix_tables(self, xml: str) -> Any:
        parse_xml(xml)  # which the other parser would mend by leaving text out
        return super().fix_tables(xml)  # type: ignore[no-untyped-call]

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Leave the properties alone: nobody reads fields there."""


def _mark(document: Opened) -> None:
    """Say at the head of the text and of the pages after it that all is made up."""
    first = document.add_paragraph()
    document.element.body.insert(0, first._p)  # noqa: SLF001 - as python-docx's own documentation does
    headers = [
        one.header for place, one in enumerate(document.sections) if not (place and one.header.is_linked_to_previous)
    ]
    for paragraph in (first, *(header.paragraphs[0].insert_paragraph_before() for header in headers)):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(DEMO).bold = True


def _mend(root: Any) -> None:
    """Take away tables whose rows are all left out; end with a paragraph what must."""
    if root is None:
        return
    for table in [one for one in root.iter(_TBL) if one.find(_TR) is None]:
        table.getparent().remove(table)
    for holder in root.iter(*_HOLDERS):
        if len(holder) == 0 or holder[-1].tag != _P:
            holder.append(OxmlElement("w:p"))
