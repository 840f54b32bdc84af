"""XML of unknown origin: only UTF-8 without a document type is parsed; all else is refused, never read as empty."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from tdp_xlsx.reading.cells import Cause, UnreadableError

_DECLARED = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)""")
_TYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_MARKS = (b"\xfe\xff", b"\xff\xfe", b"\x00")


def safe(content: bytes) -> bytes:
    """Return XML that can be parsed without harm, and that every program reads alike.

    Raises:
        UnreadableError: It declares a document type or entities, or is in another encoding than UTF-8.
    """
    if content.startswith(_MARKS) or b"\0" in content[:64]:
        raise UnreadableError("nội dung không ở dạng mã UTF-8", Cause.UNCERTAIN)
    declared = _DECLARED.search(content[:256])
    if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii"}:
        raise UnreadableError("nội dung không ở dạng mã UTF-8", Cause.UNCERTAIN)
    if b"<!" in content and _TYPE.search(content):
        raise UnreadableError("tệp chứa khai báo XML không an toàn (DOCTYPE)", Cause.UNSAFE)
    return content


def parse(content: bytes) -> ET.Element:
    """Return the root of a safe part.

    Raises:
        UnreadableError: As :func:`safe` does.
        ET.ParseError: It is no well-formed XML.
    """
    return ET.fromstring(safe(content))  # noqa: S314 - no DOCTYPE gets here


def local(tag: str) -> str:
    """Return a tag or attribute's name without its namespace."""
    return tag.rpartition("}")[2]


def attribute(element: ET.Element, name: str) -> str:
    """Return an attribute by its local name, whatever its namespace (transitional and strict files differ)."""
    for key, value in element.attrib.items():
        if local(key) == name:
            return value
    return ""
