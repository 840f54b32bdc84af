"""The parts of an Excel package, found by relationship whatever their names; and what it holds beside its cells."""

from __future__ import annotations

import posixpath
import struct
import xml.etree.ElementTree as ET
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from tdp_xlsx.reading import cells
from tdp_xlsx.reading.markup import attribute, children, local, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


class Relation(NamedTuple):
    """One relationship of a part: its id, the last word of its type, and the part (or outside target) it leads to."""

    key: str
    kind: str
    target: str
    is_external: bool


class Parts:
    """Parts by their names in lower case; names differ by more than case in every package that was let in."""

    def __init__(self, held: Mapping[str, bytes]) -> None:
        self._held = held
        self._names = {_plain(name): name for name in held}

    def __getitem__(self, name: str) -> bytes:
        return self._held[self.name(name)]

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._names

    @property
    def names(self) -> Iterable[str]:
        """The names of all parts."""
        return self._names

    def name(self, name: str) -> str:
        """Return a part's name as the package spells it."""
        return self._names[_plain(name)]

    def relations(self, part: str = "") -> tuple[Relation, ...]:
        """Return the relationships of a part; those of the package itself for ``""``."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        return _relations(self[path], folder) if path in self else ()

    def related(self, part: str, *kinds: str) -> Iterator[str]:
        """Yield the parts that a part is related to in these ways, as far as the package has them."""
        for relation in self.relations(part):
            if relation.kind in kinds and not relation.is_external and relation.target in self:
                yield relation.target

    @property
    def workbook(self) -> str:
        """The main part; where no relationship leads to it, the one with the usual name."""
        usual = ("xl/workbook.xml", "xl/workbook.bin")
        return next((name for name in (*self.related("", "officeDocument"), *usual) if name in self), usual[0])

    def properties(self) -> dict[str, str]:
        """Return the custom document properties."""
        return {
            attribute(element, "name"): "".join(element.itertext())
            for part in self.related("", "custom-properties")
            for element in parse(self[part])
        }

    def sheets(self, listed: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield name and part of each sheet of cells, from the names and relationship ids of all sheets.

        Raises:
            KeyError: A sheet has no relationship, or leads to no part.
        """
        by_key = {relation.key: relation for relation in self.relations(self.workbook)}
        for name, key in listed:
            if by_key[key].kind == "worksheet":
                yield name, self.name(by_key[key].target)


def worksheets(held: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the name and the part of each sheet of cells of an ``.xlsx`` package."""
    parts = Parts(held)
    return parts.sheets(listed_sheets(parts[parts.workbook]).sheets)


class Listed(NamedTuple):
    """What the main part of an ``.xlsx`` lists: name and relationship id of each sheet; whether days begin in 1904."""

    sheets: tuple[tuple[str, str], ...]
    from_1904: bool


@lru_cache(maxsize=16)  # the same in every form that one program saved
def listed_sheets(workbook: bytes) -> Listed:
    """Return what the main part lists."""
    root = parse(workbook)
    sheets = tuple((attribute(one, "name"), attribute(one, "id")) for one in children(root, "sheets", "sheet"))
    return Listed(sheets, any(one.get("date1904") in {"1", "true"} for one in children(root, "workbookPr")))


def records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and payload of each record of a binary part.

    Raises:
        LookupError, ValueError: It ends within one.
    """
    at = 0
    while at < len(content):
        kind, at = _seven_bits(content, at, 2)
        size, at = _seven_bits(content, at, 4)
        if at + size > len(content):
            raise ValueError(size)
        yield kind, content[at : at + size]
        at += size


def _seven_bits(content: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number spelled seven bits a byte, in so many bytes at most, and the place after it."""
    number = 0
    for n in range(most):
        number |= (content[at + n] & 0x7F) << (7 * n)
        if content[at + n] < 0x80:  # noqa: PLR2004 - the eighth bit: more follows
            return number, at + n + 1
    return number, at + most


def _plain(name: str) -> str:
    return unquote(name).replace("\\", "/").lower()


@lru_cache(maxsize=64)  # as above
def _relations(content: bytes, folder: str) -> tuple[Relation, ...]:
    found = []
    for relation in parse(content):
        target, is_external = attribute(relation, "Target"), attribute(relation, "TargetMode") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")
        kind = attribute(relation, "Type").rpartition("/")[2]
        found.append(Relation(attribute(relation, "Id"), kind, target, is_external))
    return tuple(found)


_ACTIVE = {
    cells.MACRO: ("vbaproject", "macrosheet"),
    cells.OUTSIDE_LINK: ("externallink",),
    cells.EMBEDDED: (
        "oleobject",
        "embeddings/",
        "activex",
        "ctrlprop",
        "relationships/control",
        "relationships/package",
    ),
    cells.CONNECTION: ("connections", "querytable"),
}
"""What stands in the type of a relationship, or in the name of a part that nothing leads to."""
_ANCHORS = frozenset({"twoCellAnchor", "oneCellAnchor", "absoluteAnchor"})
_COMMENT = 635  # the record that begins a comment of an .xlsb


def additions(parts: Parts, sheet: str) -> Mapping[str, Sequence[str]]:
    """Return what stands on a sheet that no program reads as an answer, by its name for people: the cell of each.

    Raises:
        LookupError, ValueError, struct.error: A binary part is damaged.
    """
    if not parts.relations(sheet):
        return {}
    comments = [cell for part in parts.related(sheet, "comments") for cell in _comments(parts[part])]
    threads = sum(_count(parts[part], _is_thread) for part in parts.related(sheet, "threadedComment"))
    boxes = sum(relation.kind == "ctrlProp" for relation in parts.relations(sheet))
    forms = sum(_count(parts[part], _is_control) for part in parts.related(sheet, "vmlDrawing"))
    pictures = strokes = 0
    for drawing in parts.related(sheet, "drawing"):
        # Google Sheets writes a drawing part without any drawing in it; what counts is what is anchored.
        pictures += _count(parts[drawing], lambda one: local(one.tag) in _ANCHORS)
        for part in parts.related(drawing, "customXml", "ink"):
            strokes += _count(parts[part], lambda one: local(one.tag) == "trace")
    found = {
        # A thread has a plain comment beside it, for older programs.
        cells.COMMENTS: comments + [""] * (threads - len(comments)),
        cells.CONTROLS: [""] * max(boxes, forms),
        cells.PICTURES: [""] * pictures,
        cells.INK: [""] * strokes,
    }
    return {kind: where for kind, where in found.items() if where}


def active_content(parts: Parts) -> tuple[str, ...]:
    """Return what the workbook carries that could run or reach out, as people call it."""
    sheets = parts.related(parts.workbook, "worksheet", "chartsheet", "dialogsheet")
    related = (f"relationships/{one.kind}" for part in (parts.workbook, *sheets) for one in parts.relations(part))
    told = "\n".join((*related, *parts.names)).lower()
    return tuple(what for what, words in _ACTIVE.items() if any(word in told for word in words))


def _count(content: bytes, wanted: Callable[[ET.Element], bool]) -> int:
    """Count elements of a part; a part that cannot be parsed holds something, too."""
    try:
        return sum(map(wanted, parse(content).iter()))
    except ET.ParseError:
        return 1


def _comments(content: bytes) -> list[str]:
    """Return the cells that have a comment; a part that cannot be parsed holds one, too."""
    if not content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        areas = (struct.unpack_from("<4I", payload, 4) for kind, payload in records(content) if kind == _COMMENT)
        return [cells.cell_name(row + 1, column + 1) for row, _, column, _ in areas]
    try:
        return [one.get("ref", "") for one in parse(content).iter() if local(one.tag) == "comment"]
    except ET.ParseError:
        return [""]


def _is_thread(element: ET.Element) -> bool:
    return local(element.tag) == "threadedComment" and "parentId" not in element.attrib


def _is_control(element: ET.Element) -> bool:
    return local(element.tag) == "ClientData" and element.get("ObjectType") not in {"Note", "Pict"}
