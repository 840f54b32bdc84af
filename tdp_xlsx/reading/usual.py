"""The rows of an ``.xlsx`` sheet part written as programs usually do: a quick way that must account for every letter.

Whatever it does not know is left to the XML parser, which takes several times as long. Forms differ from one another in
a few rows only: a row that was met before, letter for letter, is not read again.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tdp_xlsx.reading.markup import local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tdp_xlsx.reading.cells import Position

MAIN = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
"""The namespaces of a sheet part."""
CELL_TAGS = frozenset({"row", "c", "v", "f", "is", "sheetData"})
"""What cells consist of."""
_LAST_COLUMN = 16_384
_LAST_ROW = 1_048_576
_OPEN, _CLOSE, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
REMEMBERED = 4096
"""Rows of forms that are remembered."""
_LARGE = 1024 * 1024  # bytes of rows from which on they are not held all at once
WORTH_REMEMBERING = 8 * 1024
"""Bytes of a row up to which it is; longer ones are rare, and would take much memory."""
_TOKEN = re.compile(
    r"""<c[ ]r="([A-Z]{1,3}[1-9][0-9]{0,6})"(?:[ ]s="([0-9]{1,5})")?(?:[ ]t="([A-Za-z]+)")?[ ]?(?:/>|>
        (<f(?:[ ]aca="[a-z]+")?(?:[ ]t="[a-z]+")?(?:[ ]ref="[A-Z0-9:]+")?(?:[ ]ca="[01]")?(?:[ ]si="[0-9]+")?[ ]?
            (?:/>|>([^<]*)</f>))?
        (<v[ ]?/>|<v>([^<]*)</v>)?
        (<is><t(?:[ ]xml:space="preserve")?>([^<]*)</t></is>)?
        </c>)
      |<row[ ]r="([1-9][0-9]{0,6})"((?:[ ][A-Za-z0-9:]+="[^"<&]*")*)[ ]?(/?)>
      |</row>""",
    re.VERBOSE | re.ASCII,
)
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9:]+)="')
_DESCENT = "x14ac:dyDescent"  # Excel writes it in every row
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")
# What an XML parser would refuse, or change; and references to characters by number, which are rare.
_ODD_LETTER = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ODD_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


UsualCell = tuple[int, str, str | None, str | None, str, bool]
"""A cell: its style's number, kind, value and formula (None without), inline text, and whether it holds any of them."""


@dataclass(frozen=True, slots=True, eq=False)
class UsualRow:
    """A row as its part writes it: number and cells; the same object wherever the same letters stand again.

    ``shared`` is what its cells hold that refers to shared strings, from left to right.
    """

    number: int
    cells: tuple[tuple[Position, UsualCell], ...]
    shared: tuple[str, ...]


class UnusualError(Exception):
    """A sheet part is written in a way that is left to the parser."""


def usual_rows(content: bytes) -> Iterable[UsualRow]:
    """Return the rows of a sheet part without a document type; those of a large one come one by one.

    Raises:
        UnusualError: Something is written in an unusual way; what came before it is worth nothing.
    """
    if content.count(_OPEN) != 1 or content.count(_CLOSE) != 1:
        raise UnusualError
    first, last = content.index(_OPEN), content.index(_CLOSE)
    head = content[:first]
    if not _is_usual_shell(head, content[last + len(_CLOSE) :]):
        raise UnusualError
    has_descent = b" xmlns:x14ac=" in head
    first += len(_OPEN)
    if last - first > _LARGE:
        return _one_by_one(content, first, last, has_descent=has_descent)
    *pieces, rest = content[first:last].split(_ROW_END)
    rows: list[UsualRow] = []
    for piece in pieces:
        rows += _found(piece, has_descent)
    rows += _found(rest, has_descent, is_last=True)
    return rows


def _one_by_one(content: bytes, at: int, end: int, *, has_descent: bool) -> Iterator[UsualRow]:
    while (found := content.find(_ROW_END, at, end)) >= 0:
        yield from _found(content[at:found], has_descent)
        at = found + len(_ROW_END)
    yield from _found(content[at:end], has_descent, is_last=True)


def _found(piece: bytes, has_descent: bool, *, is_last: bool = False) -> tuple[UsualRow, ...]:  # noqa: FBT001 - as below
    """Return the rows of a piece, read or remembered.

    Raises:
        UnusualError: They are written in an unusual way.
    """
    if is_last or len(piece) > WORTH_REMEMBERING:
        rows = _piece(piece, has_descent, is_last)
    else:
        rows = remembered_piece(piece, has_descent, False)  # noqa: FBT003 - as below
    if rows is None:
        raise UnusualError
    return rows


def _piece(content: bytes, has_descent: bool, is_last: bool) -> tuple[UsualRow, ...] | None:  # noqa: FBT001 - as cached
    """Return the rows of a piece that ends with a row's end; rows without cells may stand before it, or be the last."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    if _ODD_LETTER.search(text) or "]]>" in text or ("&" in text and _ODD_ENTITY.search(text)):
        return None
    return _rows(text if is_last else text + "</row>", has_descent=has_descent)


remembered_piece = lru_cache(maxsize=REMEMBERED)(_piece)


def _rows(text: str, *, has_descent: bool) -> tuple[UsualRow, ...] | None:
    rows: list[UsualRow] = []
    cells: dict[Position, UsualCell] = {}
    at = row = 0  # row 0: between rows
    has_entities = "&" in text
    for match in _TOKEN.finditer(text):
        if match.start() != at:
            return None
        at = match.end()
        reference, style, kind, has_f, formula, has_v, value, has_is, inline, number, others, empty = match.groups()
        if reference is not None:
            place = _place(reference)
            if place[0] != row or place in cells or place[1] > _LAST_COLUMN:
                return None
            if has_entities:
                value, formula, inline = _plain(value), _plain(formula), _plain(inline)
            cells[place] = (
                int(style or 0),
                kind or "n",
                value or "" if has_v else None,
                formula or "" if has_f else None,
                inline or "",
                bool(has_f or has_v or has_is),
            )
        elif number is not None:
            if row or not _are_usual(others, has_descent=has_descent) or int(number) > _LAST_ROW:
                return None
            row = 0 if empty else int(number)
        elif row:
            shared = tuple(value for _, kind, value, *_ in cells.values() if kind == "s" and value)
            rows.append(UsualRow(row, tuple(cells.items()), shared))
            cells = {}
            row = 0
        else:
            return None
    return tuple(rows) if at == len(text) and not row else None


@lru_cache(maxsize=256)
def _are_usual(attributes: str, *, has_descent: bool) -> bool:
    """Whether a row's further attributes are each there once, and of a namespace the part knows."""
    names = _ATTRIBUTE.findall(attributes)
    known = all(":" not in name or (name == _DESCENT and has_descent) for name in names)
    return known and "r" not in names and len(set(names)) == len(names)


@lru_cache(maxsize=4096)
def _place(reference: str) -> Position:
    match = _REFERENCE.match(reference)
    assert match is not None  # noqa: S101 - the token's own pattern
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _plain(text: str | None) -> str | None:
    if text and "&" in text:
        for entity, letter in _ENTITIES:
            text = text.replace(entity, letter)
    return text


@lru_cache(maxsize=64)
def _is_usual_shell(head: bytes, tail: bytes) -> bool:
    """Whether a sheet part around its rows is sound, the rows being its only cells, in the usual namespace."""
    try:
        root = ET.fromstring(head + b"<sheetData/>" + tail)  # noqa: S314 - no DOCTYPE gets here
    except ET.ParseError:
        return False
    space, _, tag = root.tag.rpartition("}")
    held = [child.tag for child in root if local(child.tag) in CELL_TAGS]
    inner = sum(local(element.tag) in CELL_TAGS for element in root.iter())
    return tag == "worksheet" and space[1:] in MAIN and held == [f"{space}}}sheetData"] and inner == 1
