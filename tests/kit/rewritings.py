"""The same form written otherwise, as other programs would: `REWRITINGS` by what they do."""

from __future__ import annotations

import re
from collections.abc import Callable  # noqa: TC003 - a field of a dataclass
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.kit.mutations import Parts

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KNOWN = {"http://www.w3.org/XML/1998/namespace": "xml", _OFFICE: "r"}


@dataclass(frozen=True)
class _Style:
    """How a program writes XML."""

    prefix: str = ""
    """Of the part's main namespace."""
    reverse: bool = False
    """Attributes from last to first."""
    quote: str = '"'
    end_tags: bool = False
    """Empty elements have an end tag of their own."""
    gap: str = ""
    """Between elements."""
    space: str = " "
    """Between attributes."""
    text: Callable[[str], str] = escape

    def write(self, part: bytes) -> bytes:
        """Return an XML part written so."""
        root = ET.fromstring(part)  # noqa: S314 - a form of a test
        spaces = {name.partition("}")[0][1:] for one in root.iter() for name in (one.tag, *one.attrib) if "}" in name}
        prefixes = {space: _KNOWN.get(space, f"n{n}") for n, space in enumerate(sorted(spaces))}
        prefixes[root.tag.partition("}")[0][1:]] = self.prefix
        declared = [(f"xmlns:{p}".rstrip(":"), space) for space, p in prefixes.items() if p != "xml"]
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{self._element(root, prefixes, declared)}'.encode()

    def _element(self, one: ET.Element, prefixes: Mapping[str, str], declared: Sequence[tuple[str, str]] = ()) -> str:
        attributes = [(_named(name, prefixes), value) for name, value in one.attrib.items()]
        attributes = [*declared, *(found for found in attributes if not found[0].endswith(":Ignorable"))]
        if self.reverse:
            attributes.reverse()
        tag = _named(one.tag, prefixes)
        start = tag + "".join(f"{self.space}{name}={self._quoted(value)}" for name, value in attributes)
        if not len(one) and not one.text and not self.end_tags:
            return f"<{start}/>"
        gap = self.gap if len(one) and not (one.text or "").strip() else ""
        inside = "".join(self._element(child, prefixes) + self.text(child.tail or "") + gap for child in one)
        return f"<{start}>{self.text(one.text or '')}{gap}{inside}</{tag}>"

    def _quoted(self, value: str) -> str:
        return self.quote + escape(value, {"'": "&apos;", '"': "&quot;"}) + self.quote


def _named(name: str, prefixes: Mapping[str, str]) -> str:
    space, _, local = name[1:].partition("}") if "}" in name else ("", "", name)
    prefix = prefixes.get(space, "")
    return f"{prefix}:{local}" if prefix else local


def _as_references(text: str) -> str:
    return "".join(f"&#x{ord(letter):x};" if letter.isalpha() else escape(letter) for letter in text)


def _all_parts(style: _Style) -> Callable[[Parts], Parts]:
    def rewrite(parts: Parts) -> Parts:
        return {
            name: style.write(part) if name.startswith("xl/") and name.endswith(".xml") else part
            for name, part in parts.items()
        }

    return rewrite


def _with_mark(parts: Parts) -> Parts:
    return {name: b"\xef\xbb\xbf" + part if name.endswith(".xml") else part for name, part in parts.items()}


def _backwards(parts: Parts) -> Parts:
    return dict(reversed(parts.items()))


def _renamed(new: Mapping[str, str]) -> Callable[[Parts], Parts]:
    """Rename parts of the folder `xl`, and what refers to them."""

    def rewrite(parts: Parts) -> Parts:
        made = {}
        for name, part in parts.items():
            content = part
            if name == "[Content_Types].xml" or name.endswith(".rels"):
                for old, other in new.items():
                    content = content.replace(f'xl/{old}"'.encode(), f'xl/{other}"'.encode())
                    content = content.replace(f'"{old}"'.encode(), f'"{other}"'.encode())
                    content = content.replace(f'"../{old}"'.encode(), f'"/xl/{other}"'.encode())
                content = content.replace(b'"../', b'"/xl/')
            target = name.removeprefix("xl/")
            folder, _, file = target.rpartition("/_rels/") if "/_rels/" in target else ("", "", "")
            if f"{folder}/{file.removesuffix('.rels')}" in new:
                head, _, tail = new[f"{folder}/{file.removesuffix('.rels')}"].rpartition("/")
                made[f"xl/{head}/_rels/{tail}.rels"] = content
            elif target == "_rels/workbook.xml.rels" and "workbook.xml" in new:
                made[f"xl/_rels/{new['workbook.xml']}.rels"] = content
            else:
                made[f"xl/{new[target]}" if target in new else name] = content
        return made

    return rewrite


def _absolute(parts: Parts) -> Parts:
    name = "xl/_rels/workbook.xml.rels"
    text = re.sub(r'Target="(?=\w)', 'Target="/xl/', parts[name].decode())
    return parts | {name: text.encode()}


def _without_references(parts: Parts) -> Parts:
    """Leave out where each cell and row stands, as the format allows where none is passed over: fill the gaps."""
    root = ET.fromstring(parts["xl/worksheets/sheet1.xml"])  # noqa: S314 - a form of a test
    data = root.find(f"{{{_MAIN}}}sheetData")
    assert data is not None
    rows = list(data)
    for row in rows:
        data.remove(row)
    expected = 1
    for row in rows:
        while expected < int(row.attrib["r"]):
            data.append(ET.Element(f"{{{_MAIN}}}row"))
            expected += 1
        expected += 1
        cells = list(row)
        for cell in cells:
            row.remove(cell)
        column = 1
        for cell in cells:
            while column < _column(cell.attrib["r"]):
                row.append(ET.Element(f"{{{_MAIN}}}c"))
                column += 1
            column += 1
            del cell.attrib["r"]
            row.append(cell)
        del row.attrib["r"]
        row.attrib.pop("spans", None)
        data.append(row)
    return parts | {"xl/worksheets/sheet1.xml": _Style().write(ET.tostring(root))}


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def _texts_in_cells(parts: Parts) -> Parts:
    """Put each shared text into its cell."""
    shared = re.findall(r"<si>(.*?)</si>", parts["xl/sharedStrings.xml"].decode(), re.DOTALL)
    made = dict(parts)
    for name in [one for one in parts if one.startswith("xl/worksheets/sheet")]:
        made[name] = re.sub(
            r't="s"><v>(\d+)</v>',
            lambda match: f't="inlineStr"><is>{shared[int(match[1])]}</is>',
            parts[name].decode(),
        ).encode()
    return made


def _other_order_of_shared(parts: Parts) -> Parts:
    """Number the shared texts from the other end."""
    content = parts["xl/sharedStrings.xml"].decode()
    shared = re.findall(r"<si>.*?</si>", content, re.DOTALL)
    start = content.index("<si>")
    made = parts | {"xl/sharedStrings.xml": f"{content[:start]}{''.join(reversed(shared))}</sst>".encode()}
    for name in [one for one in parts if one.startswith("xl/worksheets/sheet")]:
        made[name] = re.sub(
            r'(?<=t="s"><v>)(\d+)(?=</v>)',
            lambda match: str(len(shared) - 1 - int(match[1])),
            parts[name].decode(),
        ).encode()
    return made


REWRITINGS: dict[str, Callable[[Parts], Parts]] = {
    "attributes in another order": _all_parts(_Style(reverse=True)),
    "single quotes": _all_parts(_Style(quote="'")),
    "a prefix": _all_parts(_Style("x")),
    "empty elements with an end tag": _all_parts(_Style(end_tags=True)),
    "letters as character references": _all_parts(_Style(text=_as_references)),
    "comments between elements": _all_parts(_Style(gap="<!-- c --><?pi x?>")),
    "line breaks between elements and attributes": _all_parts(_Style(gap="\n  ", space="\n\t")),
    "all of it": _all_parts(_Style("main", reverse=True, quote="'", gap="\n  ", space="\n\t", text=_as_references)),
    "a byte order mark": _with_mark,
    "parts in another order": _backwards,
    "absolute targets": _absolute,
    "a workbook of another name": _renamed({"workbook.xml": "workbook2.xml"}),
    "parts of other names": _renamed(
        {
            "sharedStrings.xml": "texts.xml",
            "styles.xml": "Looks.XML",
            "worksheets/sheet1.xml": "worksheets/form.xml",
            "comments1.xml": "remarks.xml",
        }
    ),
    "parts in other folders": _renamed(
        {"sharedStrings.xml": "a/sharedStrings.xml", "worksheets/sheet1.xml": "b/c/sheet1.xml"}
    ),
    "names in other letters": lambda parts: {
        {"xl/sharedStrings.xml": "xl/SharedStrings.xml", "xl/styles.xml": "xl/Styles.xml"}.get(name, name): part
        for name, part in parts.items()
    },
    "no cell references": _without_references,
    "texts in their cells": _texts_in_cells,
    "shared texts in another order": _other_order_of_shared,
}
