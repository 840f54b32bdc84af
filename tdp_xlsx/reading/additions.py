"""What an Excel package holds beside its cells: things that only an eye can read, and things that could run."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from tdp_xlsx.reading import cells
from tdp_xlsx.reading.markup import local, parse
from tdp_xlsx.reading.parts import records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tdp_xlsx.reading.parts import Parts

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
