"""The default Word templates, built from ``data/van_ban.toml``, laid out as official documents are."""

from __future__ import annotations

import io
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tdp_xlsx import layout
from tdp_xlsx.outputs import put_bytes
from tdp_xlsx.styles import FONT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from docx.document import Document as Opened
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

_LEFT, _MIDDLE, _BOTH = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
_BODY, _CELL = "Nội dung", "Chữ trong bảng"
_SLOTS = ("ascii", "hAnsi", "cs", "eastAsia")
"""Where a run names its font; in a slot left open, accented letters may come in another one."""
_BLANK, _WIDTH = "__", 165
"""Stands in the data for a dotted line up to the next stop; millimetres between the margins."""
_HEAD_LEFT, _HEAD_RIGHT = 65, 100
"""Millimetres of the two halves of the head; the right one takes the name of the state in one line."""


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
    texts = tomllib.loads((files("tdp_xlsx") / "data" / "van_ban.toml").read_text(encoding="utf-8"))
    paper, document = texts[name], _blank()
    _head(document, {**texts["head"], **paper})
    _line(document.add_paragraph(), paper["kind"], bold=True).paragraph_format.space_before = Pt(12)
    _line(document.add_paragraph(), paper["subject"], bold=True)
    _rule(document.add_paragraph(), _WIDTH, 50).paragraph_format.space_after = Pt(10)
    last = None
    for line in paper["body"].strip().splitlines():
        last = _body_line(document, line, texts["tables"])
    if last is not None:
        last.paragraph_format.keep_with_next = True
    _signatures(document, paper)
    document.core_properties.author = document.core_properties.last_modified_by = "tdp-xlsx"
    document.core_properties.title, document.core_properties.comments = layout.PAPERS[name], ""
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _blank() -> Opened:
    """Return an empty page A4 with official margins, its fonts, and the page's number from the second page on."""
    document = Document()
    for fonts in [*document.styles.element.iter(qn("w:rFonts"))]:
        fonts.attrib.clear()
        for slot in _SLOTS:
            fonts.set(qn(f"w:{slot}"), FONT)
    normal = document.styles["Normal"]
    normal.font.size = Pt(14)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for slot in _SLOTS:
        fonts.set(qn(f"w:{slot}"), FONT)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    body = document.styles.add_style(_BODY, WD_STYLE_TYPE.PARAGRAPH)
    body.base_style = normal
    how = body.paragraph_format
    how.alignment, how.first_line_indent, how.space_before, how.space_after = _BOTH, Mm(12.7), Pt(3), Pt(6)
    how.line_spacing = 1.15
    cell = document.styles.add_style(_CELL, WD_STYLE_TYPE.PARAGRAPH)
    cell.base_style, cell.font.size = normal, Pt(12)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(20)
    page.left_margin, page.right_margin, page.header_distance = Mm(30), Mm(15), Mm(10)
    page.different_first_page_header_footer = True
    number = page.header.paragraphs[0]
    number.alignment = _MIDDLE
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = number.add_run()
        run.font.size = Pt(13)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)  # noqa: SLF001 - python-docx has no fields
    return document


def _line(paragraph: Paragraph, text: str, *, size: float = 14, align: Any = _MIDDLE, **look: bool) -> Paragraph:
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    for name, value in look.items():
        setattr(run.font, name, value)
    return paragraph


def _rule(paragraph: Paragraph, room: float, length: float) -> Paragraph:
    """Draw a line of a length in millimetres in the middle of the room, as the border of an empty paragraph."""
    how = paragraph.paragraph_format
    how.left_indent = how.right_indent = Mm((room - length) / 2)
    how.space_before, how.line_spacing = Pt(3), Pt(2)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    return paragraph


def _halves(document: Opened, left: float, right: float) -> tuple[_Cell, ...]:
    """Add a table without borders, of one row and two cells that stay on one page."""
    table = _sized(document.add_table(1, 2), (left, right))
    _whole(table.rows[0])
    return tuple(table.rows[0].cells)


def _sized(table: Any, widths: Sequence[float]) -> Any:
    """Give the columns of a table their widths in millimetres, in every place where programs look for them."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has none of its own


def _head(document: Opened, paper: dict[str, str]) -> None:
    left, right = _halves(document, _HEAD_LEFT, _HEAD_RIGHT)
    _line(left.paragraphs[0], paper["authority"], size=12, bold=True)
    _line(left.add_paragraph(), paper["ward"], size=12, bold=True)
    _rule(left.add_paragraph(), _HEAD_LEFT - 4, 22)
    _line(left.add_paragraph(), paper["number"], size=13).paragraph_format.space_before = Pt(4)
    _line(right.paragraphs[0], paper["nation"], size=12, bold=True)
    _line(right.add_paragraph(), paper["motto"], size=13, bold=True)
    _rule(right.add_paragraph(), _HEAD_RIGHT - 4, 62)
    _line(right.add_paragraph(), paper["date"], size=13, italic=True).paragraph_format.space_before = Pt(4)


def _body_line(document: Opened, line: str, tables: dict[str, Any]) -> Paragraph | None:
    """Add what a line of the data stands for; return its paragraph, if it is one."""
    mark, _, text = line.partition(" ")
    if mark == "|":
        _table(document, text, tables[text])
        return None
    if mark == "-":
        return _line(document.add_paragraph(style=_BODY), text)
    if mark == "~":
        return _line(document.add_paragraph(style=_BODY), text, size=12, align=_BOTH, italic=True)
    if mark == "#":
        paragraph = _line(document.add_paragraph(style=_BODY), text, align=_LEFT, bold=True)
        paragraph.paragraph_format.keep_with_next = True
        return paragraph
    blanks = line.count(_BLANK)
    paragraph = document.add_paragraph(line.replace(_BLANK, "\t"), style=_BODY)
    if blanks:
        paragraph.alignment = _LEFT
        for place in range(1, blanks + 1):
            paragraph.paragraph_format.tab_stops.add_tab_stop(
                Mm(_WIDTH * place / blanks), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
            )
    return paragraph


def _table(document: Opened, name: str, columns: list[list[Any]]) -> None:
    """Add a table: its headings, repeated on every page, and the row that a loop repeats between two rows of tags."""
    table = _sized(document.add_table(4, len(columns)), [column[2] for column in columns])
    table.style = "Table Grid"
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")  # a millimetre
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")  # noqa: SLF001 - python-docx has no margins
    for number, (heading, fields, _, *align) in enumerate(columns):
        field = "/".join(f"{{{{ dong.{one} }}}}" for one in fields.split("/"))
        for row, text in enumerate((heading, "", field, "")):
            cell = table.cell(row, number)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            cell.paragraphs[0].style = document.styles[_CELL]
            _line(cell.paragraphs[0], text, size=12, align=_LEFT if align and row else _MIDDLE, bold=row == 0)
    for row, tag in ((1, f"for dong in {name}"), (3, "endfor")):
        table.cell(row, 0).paragraphs[0].runs[0].text = f"{{%tr {tag} %}}"
    for row in table.rows:
        _whole(row)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - as above
    document.add_paragraph().paragraph_format.line_spacing = Pt(6)


def _signatures(document: Opened, paper: dict[str, str]) -> None:
    left, right = _halves(document, 75, 90)
    if paper["left"] == "recipients":
        _line(left.paragraphs[0], "Nơi nhận:", size=12, align=_LEFT, bold=True, italic=True)
        _line(left.add_paragraph(), "{{ noi_nhan }}", size=11, align=_LEFT)
    else:
        _line(left.paragraphs[0], paper["left"], bold=True)
        _line(left.add_paragraph(), "(Ký, ghi rõ họ tên)", italic=True)
    _line(right.paragraphs[0], paper["right"], bold=True)
    if not paper["right_name"]:
        _line(right.add_paragraph(), "(Ký, ghi rõ họ tên)", italic=True)
    for _ in range(4):
        right.add_paragraph()
    _line(right.add_paragraph(), paper["right_name"], bold=True)
