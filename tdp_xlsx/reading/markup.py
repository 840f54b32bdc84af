"""XML of unknown origin, through expat: only UTF-8 without a document type is parsed; all else is refused."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Cause, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGE = 8 * 1024 * 1024
"""Bytes from which on a part is read element by element."""

_OTHER_ENCODINGS = (b"\xfe\xff", b"\xff\xfe", b"\x00")


def _safe(content: bytes) -> bytes:
    """Return XML that can be parsed without harm, and that every program reads alike.

    Raises:
        UnreadableError: It declares a document type or entities, or is in another encoding than UTF-8.
    """
    head = content[: content.find(b"?>")].lower() if content.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else b""
    declared = head.partition(b"encoding")[2].strip(b" \t\r\n=")[1:].partition(b'"')[0].partition(b"'")[0]
    if content.startswith(_OTHER_ENCODINGS) or b"\0" in content[:64] or declared not in {b"", b"utf-8", b"us-ascii"}:
        raise UnreadableError("nội dung không ở dạng mã UTF-8", Cause.UNCERTAIN)
    if b"<!" in content and content.count(b"<!") > content.count(b"<!--") + content.count(b"<![CDATA["):
        raise UnreadableError("tệp chứa khai báo XML không an toàn (DOCTYPE)", Cause.UNSAFE)
    return content


def parse(content: bytes) -> ET.Element:
    """Return the root of a safe part.

    Raises:
        UnreadableError: As :func:`safe` does.
        ET.ParseError: It is no well-formed XML.
    """
    return ET.fromstring(_safe(content))  # noqa: S314 - no DOCTYPE gets here


def elements(content: bytes, *tags: str) -> Iterator[ET.Element]:
    """Yield the elements with one of these tags; those of a large part are let go one by one.

    Raises:
        UnreadableError, ET.ParseError: As :func:`parse`.
    """
    if len(content) < LARGE:
        root = parse(content)
        for tag in tags:
            yield from root.iter(tag)
        return
    for _, element in ET.iterparse(io.BytesIO(_safe(content))):  # noqa: S314 - as above
        if element.tag in tags:
            yield element
            element.clear()


def local(tag: str) -> str:
    """Return a tag or attribute's name without its namespace."""
    return tag.rpartition("}")[2]


def attribute(element: ET.Element, name: str) -> str:
    """Return an attribute by its local name, whatever its namespace (transitional and strict files differ)."""
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def children(element: ET.Element, *names: str) -> Iterator[ET.Element]:
    """Yield the elements found by following local names downwards, from child to child."""
    for child in element:
        if local(child.tag) == names[0]:
            if len(names) > 1:
                yield from children(child, *names[1:])
            else:
                yield child


def root_name(content: bytes) -> str:
    """Return the local name of the outermost element; "" where there is none."""
    try:
        return next(local(element.tag) for _, element in ET.iterparse(io.BytesIO(content), ("start",)))  # noqa: S314
    except (ET.ParseError, StopIteration, ValueError):
        return ""
