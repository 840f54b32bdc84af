"""Word templates: their tags as people write them, held to our fields and lists, and filled in."""

from __future__ import annotations

import difflib
import io
import re
from typing import TYPE_CHECKING, Any

import jinja2
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docxtpl.template import DocxTemplate
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tdp_xlsx.papers.vocabulary import FIELDS
from tdp_xlsx.reading.cells import UnreadableError
from tdp_xlsx.reading.kinds import Kind, kind_of
from tdp_xlsx.reading.package import Limits, open_package
from tdp_xlsx.report.words import DEMO
from tdp_xlsx.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from docx.document import Document as Opened


_FILTERS = {"upper": jinja2.filters.do_upper, "lower": jinja2.filters.do_lower}
_LISTS = [name for name, field in FIELDS.items() if field.columns]
_COLUMNS = {column for field in FIELDS.values() for column in field.columns or ()}
_TAG = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\{#[^{}]*#\}")
_LOOSE = re.compile(r"\{[{%#]|[}%#]\}")
_BLOCK = re.compile(r"\{%(\w*) +(.*?) *%\}")
_LOOP = re.compile(r"for +([A-Za-z_]\w*) +in +(\w+)")
_P, _T, _TC, _TR, _TBL, _BOX = (qn(f"w:{name}") for name in ("p", "t", "tc", "tr", "tbl", "txbxContent"))
_PARTS = {"header": "đầu trang", "footer": "chân trang", "footnotes": "chú thích cuối trang"}
"""Parts that are filled in besides the text itself, by their type."""
_PLAIN = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Filter)
_ALLOWED = (*_PLAIN, nodes.For, nodes.If, nodes.Not, nodes.And, nodes.Or)
_MOST = 2000
"""Paragraphs with tags in one part; a report has a hundred."""
_SHOWN, _LONGEST = 50, 300
"""Characters of a tag, and of a sentence on it, that are told."""
_DEEPEST = 8
"""Conditions and loops in one another."""
_Scope = dict[str, "Mapping[str, str]"]
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
"""Where templates run: a sandbox without functions, where what is not defined is an error."""
_ENVIRONMENT.globals.clear()
_ENVIRONMENT.filters = {**_FILTERS}
_ENVIRONMENT.tests.clear()


def mistakes(document: Opened) -> tuple[str, ...]:
    """Return what is wrong with the fields of a template, a sentence each, with its place."""
    found = [*_Walk("").through(document.element, document.part.blob)]
    for part in document.part.package.iter_parts():
        kind = part.content_type.rpartition(".")[2].removesuffix("+xml")
        if kind in _PARTS:
            found += _Walk(f"{_PARTS[kind]}, ").through(parse_xml(part.blob), part.blob)
        elif kind == "endnotes" and any(map(_LOOSE.search, map(_text, parse_xml(part.blob).iter(_P)))):
            found.append("chú thích cuối văn bản: không điền được trường ở đây")
    return tuple(dict.fromkeys(found))


def _is_allowed(source: str) -> bool:
    """Whether the text of a part, as it is to be run, holds nothing but fields, conditions and loops over our lists.

    Raises:
        jinja2.TemplateSyntaxError: It cannot be run at all.
    """
    tree = _ENVIRONMENT.parse(source)
    loops = [*tree.find_all(nodes.For)]
    is_ours = all(isinstance(one.iter, nodes.Name) and one.iter.name in _LISTS for one in loops)
    is_flat = not any([*one.find_all(nodes.For)] for one in loops)
    reached = tree.find_all(nodes.Getattr)
    is_known = all(isinstance(one.node, nodes.Name) and one.attr in _COLUMNS for one in reached)
    return is_ours and is_flat and is_known and all(isinstance(node, _ALLOWED) for node in tree.find_all(nodes.Node))


class _Open:
    """A block that was opened: its word and prefix, what it repeats or leaves out is in, its tag and place."""

    def __init__(self, word: str, prefix: str, inside: Any, tag: str, place: str) -> None:
        self.word, self.prefix, self.inside, self.tag, self.place = word, prefix, inside, tag, place
        self.scope: _Scope = {}


class _Walk:
    """A walk through the paragraphs of one part, tag by tag, as a person reads them."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._open: list[_Open] = []

    def through(self, root: Any, source: bytes) -> Iterator[str]:
        """Yield what is wrong, with its place; ``source`` is the part as it is stored."""
        tables = list(root.iter(_TBL))
        said = [(number, one, text) for number, one in enumerate(root.iter(_P), 1) if _LOOSE.search(text := _text(one))]
        shown = "".join(text for _, _, text in said)
        if any(source.decode(errors="replace").count(mark) > shown.count(mark) for mark in ("{{", "{%", "{#")):
            yield f"{self._part}có thẻ nằm ngoài chữ của đoạn văn; xóa thẻ đó hoặc lập lại từ mẫu mặc định"
        if len(said) > _MOST:
            yield f"{self._part}có quá {_MOST} đoạn có thẻ"
            return
        for number, paragraph, text in said:
            place = f"{self._part}{_place(paragraph, number, tables)}"
            yield from (one_line(f"{place}: {told}", _LONGEST) for told in self._paragraph(paragraph, text, place))
        yield from (f"{one.place}: “{one.tag}” chưa có thẻ end{one.word} đi cùng" for one in self._open)

    def _paragraph(self, paragraph: Any, text: str, place: str) -> Iterator[str]:
        for tag in _TAG.findall(text):
            if tag.startswith("{{"):
                yield from (f"“{one_line(tag, _SHOWN)}” {told}" for told in self._expression(tag))
            elif told := self._block(paragraph, text, tag, place):
                yield f"“{one_line(tag, _SHOWN)}” {told}"
        rest = _TAG.sub("", text)
        if loose := _LOOSE.search(rest):
            yield f"“{one_line(rest[loose.start() :], _SHOWN)}” thiếu dấu mở hoặc dấu đóng trong cùng đoạn"

    def _expression(self, tag: str, *, is_condition: bool = False) -> Iterable[str]:
        try:
            scope = {name: columns for one in self._open for name, columns in one.scope.items()}
            return [*_faults(_ENVIRONMENT.parse(tag).body, scope, is_condition=is_condition)]
        except (jinja2.TemplateSyntaxError, RecursionError):
            return ["viết chưa đúng; chỉ ghi tên trường, ví dụ {{ nam }}"]

    def _block(self, paragraph: Any, text: str, tag: str, place: str) -> str:
        """Open or close a block; return what is wrong with it."""
        found = _BLOCK.fullmatch(tag)
        prefix, inner = (found[1], found[2]) if found else ("", "")
        word = inner.partition(" ")[0]
        if word not in {"for", "if", "else", "endif", "endfor"} or prefix not in {"", "p", "tr"}:
            return "không dùng được; chỉ có for, endfor, if, else, endif, mở bằng {%, {%p hoặc {%tr"
        told = ""
        holder = paragraph
        if prefix == "tr":
            holder = next(paragraph.iterancestors(_TR), paragraph)
            text = "".join(map(_text, holder.iter(_P)))
            told = "phải nằm trong một dòng của bảng" if holder is paragraph else ""
        if prefix and text.strip() != tag:
            told = told or f"phải đứng riêng một {'dòng của bảng' if prefix == 'tr' else 'đoạn'}: chữ khác ở đó sẽ mất"
        inside = holder.getparent() if prefix else paragraph
        if word in {"for", "if"}:
            opened = _Open(word, prefix, inside, one_line(tag, _SHOWN), place)
            wrong = self._loop(inner, opened) if word == "for" else "; ".join(self._condition(inner[2:]))
            self._open.append(opened)
            return told or wrong or ("lồng quá nhiều lớp" if len(self._open) > _DEEPEST else "")
        last = self._open[-1] if self._open else None
        if last is None or last.word != ("for" if word == "endfor" else "if") or inner != word:
            return told or "không có thẻ mở đi cùng"
        if word != "else":
            self._open.pop()
        if not told and (last.prefix != prefix or last.inside is not inside):
            told = f"không cùng đoạn hoặc cùng bảng với “{last.tag}”; qua nhiều đoạn thì ghi {{%p, nhiều dòng thì {{%tr"
        return told

    def _loop(self, inner: str, opened: _Open) -> str:
        found = _LOOP.fullmatch(inner)
        if not found:
            return "viết chưa đúng; ví dụ {%tr for dong in xep_hang %}"
        columns = FIELDS[found[2]].columns if found[2] in FIELDS else None
        if columns is None:
            return f"không phải danh sách{_nearest(found[2], _LISTS)}"
        opened.scope = {found[1]: columns}
        return "nằm trong một vòng lặp khác; chỉ lặp một lớp" if any(one.scope for one in self._open) else ""

    def _condition(self, said: str) -> Iterable[str]:
        return self._expression(f"{{{{{said} }}}}", is_condition=True)


def _text(paragraph: Any) -> str:
    """Return a paragraph's own text, without that of boxes anchored in it."""
    texts = (one for one in paragraph.iter(_T) if next(one.iterancestors(_P)) is paragraph)
    return "".join(one.text or "" for one in texts)


def _place(paragraph: Any, number: int, tables: list[Any]) -> str:
    if next(paragraph.iterancestors(_BOX), None) is not None:
        return "hộp chữ"
    cell = next(paragraph.iterancestors(_TC), None)
    if cell is None:
        return f"đoạn {number}"
    row = cell.getparent()
    table = next(row.iterancestors(_TBL))
    column = list(row.iter(_TC)).index(cell) + 1
    return f"bảng {tables.index(table) + 1}, dòng {list(table.iter(_TR)).index(row) + 1}, ô {column}"


def _faults(found: Iterable[nodes.Node], scope: _Scope, *, is_condition: bool) -> Iterator[str]:  # noqa: C901, PLR0912 - a line a kind
    """Yield what is wrong with the parts of a tag: only fields, columns in their loop, and few filters."""
    for node in found:
        match node:
            case nodes.TemplateData():
                continue
            case nodes.Output() | nodes.Not() | nodes.And() | nodes.Or():
                yield from _faults(node.iter_child_nodes(), scope, is_condition=is_condition)
            case nodes.Name(name=name) if name in scope:
                yield f"thiếu tên cột, ví dụ {name}.{next(iter(scope[name]))}"
            case nodes.Name(name=name) if name in FIELDS:
                if FIELDS[name].columns and not is_condition:
                    yield f"là danh sách: dùng trong vòng lặp, ví dụ {{%tr for dong in {name} %}}"
            case nodes.Name(name=name):
                in_loop = f"; trong vòng lặp thì ghi kèm tên dòng, ví dụ dong.{name}"
                yield f"không có trường “{name}”{in_loop if name in _COLUMNS else _nearest(name, FIELDS)}"
            case nodes.Getattr(node=nodes.Name(name=name), attr=attr) if name in scope:
                if attr not in scope[name]:
                    yield f"không có cột “{attr}” trong danh sách{_nearest(attr, scope[name])}"
            case nodes.Getattr(node=nodes.Name(name=name)):
                yield f"không dùng được dấu chấm sau “{name}” ở ngoài vòng lặp"
            case nodes.Filter(
                node=nodes.Node() as inner, name=name, args=[], kwargs=[], dyn_args=None, dyn_kwargs=None
            ):
                if name not in _FILTERS:
                    yield f"không có bộ lọc “{name}”{_nearest(name, _FILTERS)}"
                yield from _faults([inner], scope, is_condition=False)
            case _:
                yield "không dùng được; chỉ ghi tên trường, không ghi phép tính hay lệnh"


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name.lower(), [*known], n=1, cutoff=0.5)
    return f"; có phải là “{near[0]}”?" if near else "; xem các trường ở docs/van-ban.md"


_LIMITS = Limits(64 * 1024 * 1024, 16 * 1024 * 1024, 200)
"""Of a template, unpacked: letterheads have pictures."""
_LARGEST_TEXT = 4 * 1024 * 1024
"""Bytes of a part with fields; a report of a hundred pages has less."""
_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
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
        paper.render(dict(fields), _ENVIRONMENT, autoescape=True)
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
        if not _is_allowed(src_xml):
            raise TemplateFaultError("có thẻ nằm ngoài chữ của đoạn văn; xóa thẻ đó hoặc lập lại từ mẫu mặc định")
        return super().render_xml_part(src_xml, part, context, jinja_env)  # type: ignore[no-untyped-call]

    def fix_tables(self, xml: str) -> Any:
        parse_xml(xml)  # which the other parser would mend by leaving text out
        return super().fix_tables(xml)  # type: ignore[no-untyped-call]

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Leave the properties alone: nobody reads fields there."""


def _mark(document: Opened) -> None:
    """Say at the head of the text and of the pages after it that all is made up."""
    document.element.body.insert(0, OxmlElement("w:p"))
    first = document.paragraphs[0]
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
