"""What a workbook says beside its cells' values: fonts, strokes, fills, merged cells, and things only an eye can read.

Also mends what python-calamine cannot take in files other programs write rightly.
"""

from __future__ import annotations

import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Book, ByPosition, Look, UnreadableError
from tdp_xlsx.reading.kinds import Kind
from tdp_xlsx.reading.usual import REMEMBERED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tdp_xlsx.reading.cells import Area, Line, Position
    from tdp_xlsx.reading.facts import BookFacts, RowFacts

PICTURES, COMMENTS, CONTROLS, INK = "hình vẽ, ảnh", "ghi chú gắn vào ô", "nút, ô đánh dấu (điều khiển)", "nét viết tay"
"""The kinds of things in a workbook that no program reads as answers, as people call them."""

_FAULTS = (zipfile.BadZipFile, ET.ParseError, KeyError, IndexError, OSError, ValueError, RuntimeError, EOFError)
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(/?)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_SHARED = re.compile(rb"<(?:\w+:)?c\s([^>]*?)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>(\d+)</", re.DOTALL)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_REFERENCE = re.compile(rb"([A-Z]{1,3})(\d{1,7})\Z")
_PERCENT_FORMATS = frozenset({9, 10})  # built in: 0% and 0.00%

_COUNTED: tuple[tuple[re.Pattern[str], re.Pattern[bytes], str], ...] = tuple(
    (re.compile(part), re.compile(mark), kind)
    for part, mark, kind in (
        # Google Sheets writes a drawing part without any drawing in it; what counts is what is anchored.
        (r"xl/drawings/[^/]+\.xml", rb"<(?:\w+:)?(?:twoCellAnchor|oneCellAnchor|absoluteAnchor)\b", PICTURES),
        (r"xl/comments[^/]*\.xml|xl/comments/[^/]+\.xml", rb"<(?:\w+:)?comment\s", COMMENTS),
        (r"xl/drawings/[^/]+\.vml", rb'ObjectType="(?!Note"|Pict")\w+"', CONTROLS),
        (r"xl/ink/[^/]+\.xml", rb"<(?:\w+:)?trace\b", INK),
    )
)
_ODS_COUNTED = (
    (re.compile(rb"<draw:(?!control\b)(?:frame|custom-shape|line|ellipse|circle|path|rect|polyline|g)\b"), PICTURES),
    (re.compile(rb"<office:annotation\b"), COMMENTS),
    (re.compile(rb"<draw:control\b"), CONTROLS),
)


def mended(content: bytes, kind: Kind) -> bytes:
    """Return a workbook as python-calamine can read it; the same bytes where nothing needs mending.

    In ``.ods``, white space between table elements goes (Gnumeric, SheetJS), and line breaks, which it drops, become
    characters (Gnumeric); in ``.xlsb``, cells that leave their column out because they follow their left neighbour
    (SheetJS) get it.
    """
    if kind is Kind.ODS:
        return _with_parts(content, lambda name: name == "content.xml", _with_plain_text)
    if kind is Kind.XLSB:
        return _with_parts(content, lambda name: bool(_XLSB_SHEET.fullmatch(name)), _with_columns)
    return content


def enriched(book: Book, parts: Mapping[str, bytes], facts: BookFacts, kind: Kind) -> Book:
    """Return a workbook with what its cells look like, and what it holds that cannot be read.

    Only zipped workbooks tell; what is damaged there tells nothing.

    Raises:
        UnreadableError: The styles are unsafe XML.
    """
    if kind not in {Kind.XLSX, Kind.ODS}:
        return book
    try:
        return _xlsx(book, parts, facts) if kind is Kind.XLSX else _ods(book, parts)
    except _FAULTS:
        return book


# --- mending ----------------------------------------------------------------------------------------------------------

_LAYOUT_SPACES = re.compile(rb">\s+(?=</?table:|<text:p\b|</?office:(?:spreadsheet|body)\b)")
_LINE_BREAKS = re.compile(rb"<text:line-break\s*/>")
_XLSB_SHEET = re.compile(r"xl/worksheets/[^/]+\.bin")
_LONG, _SHORT = range(1, 12), range(12, 19)  # record types: cells with their column, and without
_SHIFT = 11  # from the type of a cell without column to that of one with it


def _with_parts(content: bytes, is_wanted: Callable[[str], bool], mend: Callable[[bytes], bytes]) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            held = [(entry, archive.read(entry)) for entry in archive.infolist()]
    except _FAULTS:
        return content
    mends = [(entry, part, mend(part) if is_wanted(entry.filename) else part) for entry, part in held]
    if all(old == new for _, old, new in mends):
        return content
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for entry, _, part in mends:
            archive.writestr(entry.filename, part)
    return target.getvalue()


def _with_plain_text(content: bytes) -> bytes:
    return _LINE_BREAKS.sub(b"&#10;", _LAYOUT_SPACES.sub(b">", content))


def _with_columns(content: bytes) -> bytes:
    """Return a binary sheet with the column in every cell record; what is no list of records is left alone."""
    written = bytearray()
    at, column = 0, 0
    while at < len(content):
        kind, at = _number(content, at, 2)
        size, at = _number(content, at, 4)
        payload = content[at : at + size]
        if len(payload) < size:
            return content
        at += size
        if kind in _LONG:
            column = int.from_bytes(payload[:4], "little")
        elif kind in _SHORT:
            column += 1
            kind, payload = kind - _SHIFT, column.to_bytes(4, "little") + payload
        for number in (kind, len(payload)):
            written += _as_bytes(number)
        written += payload
    return bytes(written)


def _number(content: bytes, at: int, most: int) -> tuple[int, int]:
    """Return the number at a place, seven bits a byte, and the place after it."""
    number = 0
    for n in range(most):
        byte = content[at + n] if at + n < len(content) else 0
        number |= (byte & 0x7F) << (7 * n)
        if byte < 0x80:  # noqa: PLR2004 - the eighth bit: more follows
            return number, at + n + 1
    return number, at + most


def _as_bytes(number: int) -> bytes:
    written = bytearray()
    while number >= 0x80:  # noqa: PLR2004 - as above
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


# --- .xlsx ------------------------------------------------------------------------------------------------------------


def _xlsx(book: Book, parts: Mapping[str, bytes], facts: BookFacts) -> Book:
    styles = _styles(parts["xl/styles.xml"]) if "xl/styles.xml" in parts else _NO_STYLES
    struck = _struck_strings(parts["xl/sharedStrings.xml"]) if "xl/sharedStrings.xml" in parts else frozenset()
    names = _sheet_parts(parts)
    sheets = []
    for sheet in book.sheets:
        content = parts[names[sheet.name]] if sheet.name in names else b""
        merged = _merged(content[max(0, content.rfind(b"</sheetData>")) :])
        rows = facts.sheets[sheet.name].rows if sheet.name in facts.sheets else None
        if rows is None or struck:
            looks = _xlsx_looks(content, styles.looks, struck)
            sheets.append(replace(sheet, looks=looks, merged=merged, lines=()))
        else:
            # A row without cells has no style.
            lines = tuple(
                dressed(line, rows[number], styles) if number in rows else line
                for number, line in enumerate(sheet.lines, 1)
            )
            seen = ByPosition({number: line.looks for number, line in enumerate(lines, 1)})
            sheets.append(replace(sheet, looks=seen, merged=merged, lines=lines))
    found: Counter[str] = Counter()
    for name, mark, kind in _counted(tuple(parts)):
        found[kind] += len(mark.findall(parts[name]))
    return replace(book, sheets=tuple(sheets), additions=+found)


@lru_cache(maxsize=64)
def _counted(names: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[bytes], str], ...]:
    """Return which parts hold things to count, by which mark, and of what kind they are."""
    return tuple((name, mark, kind) for name in names for part, mark, kind in _COUNTED if part.fullmatch(name))


@lru_cache(maxsize=REMEMBERED)
def dressed(line: Line, row: RowFacts, styles: _Styles) -> Line:
    """Return a line with its cells' looks."""
    return replace(line, looks=_looks(row.styles, styles))


@lru_cache(maxsize=REMEMBERED)
def _looks(numbers: tuple[tuple[int, int], ...], styles: _Styles) -> Mapping[int, Look]:
    """Return the looks of a row's cells, by column."""
    return {column: styles.looks[number] for column, number in numbers if number < len(styles.looks)}


def _sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the part that holds each sheet, by the sheet's name."""
    book = _targets(parts, "").get("officeDocument", "xl/workbook.xml")
    targets = _targets(parts, book)
    return {name: targets[link] for name, link in _sheet_links(parts[book]) if link in targets}


@lru_cache(maxsize=64)
def _sheet_links(book: bytes) -> tuple[tuple[str, str], ...]:
    """Return the name of each sheet, and the id of the link to its part."""
    return tuple(
        (_attribute(sheet, "name"), _attribute(sheet, "id"))
        for sheet in _tree(book).iter()
        if sheet.tag.endswith("}sheet")
    )


def _targets(parts: Mapping[str, bytes], part: str) -> Mapping[str, str]:
    """Return the parts a part refers to, by their id and by their kind."""
    folder, name = posixpath.split(part)
    return _links(parts[posixpath.join(folder, "_rels", f"{name}.rels")], folder)


@lru_cache(maxsize=64)
def _links(content: bytes, folder: str) -> Mapping[str, str]:
    found = {}
    for link in _tree(content):
        target = posixpath.normpath(posixpath.join("/", folder, _attribute(link, "Target"))).lstrip("/")
        found[_attribute(link, "Id")] = found[_attribute(link, "Type").rpartition("/")[2]] = target
    return found


def _attribute(element: ET.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _xlsx_looks(content: bytes, styles: tuple[Look, ...], struck: frozenset[int]) -> Mapping[Position, Look]:
    looks: dict[Position, Look] = {}
    for match in _CELL.finditer(content):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        style = int(attributes.get(b"s", b"0"))
        position = _position(attributes.get(b"r", b""))
        if position and style < len(styles):
            looks[position] = styles[style]
    if struck:
        for match in _SHARED.finditer(content):
            attributes = dict(_ATTRIBUTE.findall(match[1]))
            position = _position(attributes.get(b"r", b""))
            if attributes.get(b"t") == b"s" and position and int(match[2]) in struck:
                looks[position] = replace(looks.get(position, Look()), struck=True)
    return looks


@lru_cache(maxsize=64)
def _merged(content: bytes) -> tuple[Area, ...]:
    """Return the merged areas of a sheet part; they stand behind its cells."""
    return tuple(
        (int(match[2]), _column(match[1]), int(match[4]), _column(match[3])) for match in _MERGED.finditer(content)
    )


def _position(reference: bytes) -> Position | None:
    match = _REFERENCE.match(reference)
    return (int(match[2]), _column(match[1])) if match else None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _tree(content: bytes) -> ET.Element:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnreadableError("tệp chứa khai báo XML không an toàn (DOCTYPE)")
    return ET.fromstring(content)  # noqa: S314 - no DOCTYPE gets here


def _children(element: ET.Element, name: str) -> list[ET.Element]:
    return [child for child in element if child.tag.rpartition("}")[2] == name]


@dataclass(frozen=True, slots=True, eq=False)
class _Styles:
    """The look of each cell style, by its number; the same object for the same part."""

    looks: tuple[Look, ...] = ()


_NO_STYLES = _Styles()


@lru_cache(maxsize=16)
def _styles(content: bytes) -> _Styles:
    root = _tree(content)

    def listed(name: str, item: str) -> list[ET.Element]:
        return [one for group in _children(root, name) for one in _children(group, item)]

    percent = {
        int(one.get("numFmtId", "0")) for one in listed("numFmts", "numFmt") if "%" in one.get("formatCode", "")
    } | _PERCENT_FORMATS
    fonts = []
    for font in listed("fonts", "font"):
        name = next((one.get("val", "") for one in _children(font, "name")), "")
        fonts.append((name, any(one.get("val", "1") not in {"0", "false"} for one in _children(font, "strike"))))
    fills = [ET.tostring(fill, encoding="unicode") for fill in listed("fills", "fill")]
    looks = []
    for style in listed("cellXfs", "xf"):
        name, strike = fonts[int(style.get("fontId", "0"))] if fonts else ("", False)
        fill = fills[int(style.get("fillId", "0"))] if fills else ""
        looks.append(Look(name, strike, int(style.get("numFmtId", "0")) in percent, fill))
    return _Styles(tuple(looks))


def _struck_strings(content: bytes) -> frozenset[int]:
    """Return the numbers of shared strings some part of which is struck through."""
    if b"strike" not in content:
        return frozenset()
    return frozenset(
        number
        for number, item in enumerate(_children(_tree(content), "si"))
        if any(one.tag.endswith("}strike") and one.get("val", "1") not in {"0", "false"} for one in item.iter())
    )


# --- .ods -------------------------------------------------------------------------------------------------------------


def _ods(book: Book, parts: Mapping[str, bytes]) -> Book:
    from tdp_xlsx.reading.extras_ods import ods_looks  # noqa: PLC0415 - with the first such file

    content = parts["content.xml"]
    root = _tree(content)
    styles = parts.get("styles.xml", b"")
    found = ods_looks(root, _tree(styles) if styles else None)
    sheets = tuple(
        replace(sheet, looks=found[sheet.name][0], merged=found[sheet.name][1]) if sheet.name in found else sheet
        for sheet in book.sheets
    )
    counts = Counter({kind: len(mark.findall(content)) for mark, kind in _ODS_COUNTED})
    return replace(book, sheets=sheets, additions=+counts)
