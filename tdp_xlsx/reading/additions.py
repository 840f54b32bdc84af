"""What an Excel package holds beside its cells: things that only an eye can read, and things that could run."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from typing import TYPE_CHECKING

from tdp_xlsx.reading import cells
from tdp_xlsx.reading.kinds import Kind, kind_of
from tdp_xlsx.reading.markup import local, parse
from tdp_xlsx.reading.package import OWN, open_package
from tdp_xlsx.reading.parts import Parts, listed_sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

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


def additions(parts: Parts) -> Mapping[str, int]:
    """Count what stands on the sheets that no program reads as an answer, by its name for people."""
    found: Counter[str] = Counter()
    for sheet in parts.related(parts.workbook, "worksheet"):
        if not parts.relations(sheet):
            continue
        comments = sum(_comments(parts[part]) for part in parts.related(sheet, "comments"))
        threads = sum(_count(parts[part], _is_thread) for part in parts.related(sheet, "threadedComment"))
        found[cells.COMMENTS] += max(comments, threads)  # a thread has a plain comment beside it, for older programs
        boxes = sum(relation.kind == "ctrlProp" for relation in parts.relations(sheet))
        forms = sum(_count(parts[part], _is_control) for part in parts.related(sheet, "vmlDrawing"))
        found[cells.CONTROLS] += max(boxes, forms)
        for drawing in parts.related(sheet, "drawing"):
            # Google Sheets writes a drawing part without any drawing in it; what counts is what is anchored.
            found[cells.PICTURES] += _count(parts[drawing], lambda one: local(one.tag) in _ANCHORS)
            for part in parts.related(drawing, "customXml", "ink"):
                found[cells.INK] += _count(parts[part], lambda one: local(one.tag) == "trace")
    return +found


def comment_cells(path: Path) -> Mapping[str, list[str]]:
    """Return the cells of an Excel workbook that have a comment, by sheet; none where the format is another.

    Raises:
        UnreadableError: It is no workbook.
        OSError: The file cannot be opened.
    """
    content = path.read_bytes()
    if kind_of(content, OWN) is not Kind.XLSX:
        return {}
    parts = Parts(open_package(content, OWN))
    found: dict[str, list[str]] = {}
    for name, sheet in parts.sheets(listed_sheets(parts[parts.workbook]).sheets):
        for part in parts.related(sheet, "comments"):
            found[name] = [one.get("ref", "") for one in parse(parts[part]).iter() if local(one.tag) == "comment"]
    return found


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


def _comments(content: bytes) -> int:
    if content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return _count(content, lambda one: local(one.tag) == "comment")
    from tdp_xlsx.reading.xlsb import records  # noqa: PLC0415 - with the first such file

    return sum(kind == _COMMENT for kind, _ in records(content))


def _is_thread(element: ET.Element) -> bool:
    return local(element.tag) == "threadedComment" and "parentId" not in element.attrib


def _is_control(element: ET.Element) -> bool:
    return local(element.tag) == "ClientData" and element.get("ObjectType") not in {"Note", "Pict"}
