"""What a file is, by its content and not by its name."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from enum import StrEnum

from tdp_xlsx.reading.cells import Cause, UnreadableError
from tdp_xlsx.reading.markup import root_name
from tdp_xlsx.reading.package import STRANGERS, Limits, directory, open_package
from tdp_xlsx.reading.parts import Parts


class Kind(StrEnum):
    """What a file turned out to be; the value is what people call it."""

    XLSX = "sổ tính Excel (.xlsx)"
    XLSB = "sổ tính Excel nhị phân (.xlsb)"
    XLS = "sổ tính Excel 97-2003 (.xls)"
    ODS = "sổ tính LibreOffice (.ods)"
    EMPTY = "tệp rỗng (0 byte)"
    ENCRYPTED = "tệp có mật khẩu"
    PDF = "tệp PDF"
    IMAGE = "tệp ảnh"
    WORD = "văn bản Word"
    SLIDES = "bài trình chiếu"
    OLD_SHEET = "sổ tính Excel đời trước 97"
    NUMBERS = "sổ tính Numbers của Apple"
    WEB_PAGE = "trang web (HTML)"
    XML = "tệp XML"
    MAIL = "thư điện tử (.eml)"
    OUTLOOK = "thư Outlook (.msg)"
    ZIP = "tệp nén (.zip)"
    ARCHIVE = "tệp nén RAR, 7z, GZ hoặc TAR"
    SHORTCUT = "lối tắt, không phải tệp thật"
    PROGRAM = "chương trình"
    TEXT = "tệp văn bản thuần (CSV, TXT)"
    UNKNOWN = "tệp không rõ loại"


WORKBOOKS = frozenset({Kind.XLSX, Kind.XLSB, Kind.XLS, Kind.ODS})
SIGNED_COPIES = frozenset({Kind.PDF, Kind.IMAGE})
"""What a signed copy or a photograph of the form looks like."""
CONTAINERS = frozenset({Kind.ZIP, Kind.MAIL})
"""What holds other files that are read."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 4096
_SIGNATURES = (
    (b"%PDF-", Kind.PDF),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE),
    (b"GIF8", Kind.IMAGE),
    (b"BM", Kind.IMAGE),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"{\\rtf", Kind.WORD),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"\x1f\x8b\x08", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ\x00", Kind.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE),
    (b"\x78\x9f\x3e\x22", Kind.OUTLOOK),  # winmail.dat
    (b"L\x00\x00\x00\x01\x14\x02\x00", Kind.SHORTCUT),
    (b"[InternetShortcut]", Kind.SHORTCUT),
    (b"[Desktop Entry]", Kind.SHORTCUT),
    (b"MZ", Kind.PROGRAM),
    (b"\x7fELF", Kind.PROGRAM),
    (b"\x09\x08", Kind.OLD_SHEET),
    (b"\x09\x04", Kind.OLD_SHEET),
    (b"\x09\x02", Kind.OLD_SHEET),
    (b"\x09\x00", Kind.OLD_SHEET),
)
_IMAGE_BRANDS = frozenset({b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"})
_HEADER = re.compile(rb"(?:From [^\n]*\n)?[A-Za-z][\w-]*:[^\n]*\r?\n")
_MAIL = re.compile(rb"^(?:mime-version|received|from|x-unsent|return-path)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_WEB = re.compile(rb"^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<html|<table|<meta|<head|<body)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<(?:\?xml|[A-Za-z_][\w.:-]*[\s>])")


def kind_of(content: bytes, limits: Limits = STRANGERS) -> Kind:
    """Tell what a file's content is.

    Raises:
        UnreadableError: It is an archive or an OLE file, but damaged or unsafe.
    """
    if not content:
        return Kind.EMPTY
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _kind_of_zip(content, limits)
    if content.startswith(_OLE):
        return _kind_of_ole(content)
    for signature, kind in _SIGNATURES:
        # Two letters alone could begin a text; the formats that begin so have zero bytes soon after.
        if content.startswith(signature) and (len(signature) > 2 or b"\0" in content[:64]):  # noqa: PLR2004
            return kind
    if content[4:12] in _IMAGE_BRANDS or content[8:12] == b"WEBP":
        return Kind.IMAGE
    if content[257:262] == b"ustar":
        return Kind.ARCHIVE
    if b"PK\x03\x04" in content and b"PK\x05\x06" in content[-66_000:] and not _HEADER.match(content):
        directory(content)  # says what is wrong with an archive that does not begin the file
    return _kind_of_text(content)


def _kind_of_text(content: bytes) -> Kind:
    start = content[:65_536].removeprefix(b"\xef\xbb\xbf")
    head = start[:_HEAD]
    if _WEB.match(head):
        return Kind.WEB_PAGE
    if _HEADER.match(start) and _MAIL.search(start):
        return Kind.MAIL
    if _XML.match(head):
        return Kind.XML
    return Kind.TEXT if _is_text(content[:_HEAD]) else Kind.UNKNOWN


def _kind_of_zip(content: bytes, limits: Limits) -> Kind:
    held = open_package(content, limits)
    mimetype = held["mimetype"] if "mimetype" in held and held.size("mimetype") < _HEAD else b""
    if b"opendocument.spreadsheet" in mimetype:
        return Kind.ODS
    if b"opendocument.text" in mimetype:
        return Kind.WORD
    if b"opendocument.presentation" in mimetype:
        return Kind.SLIDES
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in held):
        return Kind.NUMBERS
    parts = Parts(held)
    if "_rels/.rels" in parts or "[Content_Types].xml" in parts or parts.workbook in parts:
        return _kind_of_package(parts)
    if {"content.xml", "META-INF/manifest.xml"} <= set(held):
        return Kind.ODS
    return Kind.ZIP


def _kind_of_package(parts: Parts) -> Kind:
    """Tell what an Office package is by its main part; what is damaged in a workbook is the reader's to tell."""
    try:
        main = parts[parts.workbook]
    except (KeyError, ET.ParseError):
        folders = {name.partition("/")[0] for name in parts.names}
        return Kind.WORD if "word" in folders else Kind.SLIDES if "ppt" in folders else Kind.XLSX
    if main[:1] not in b"<\xef\xfe\xff \r\n\t\0":
        return Kind.XLSB
    return {"document": Kind.WORD, "presentation": Kind.SLIDES}.get(root_name(main), Kind.XLSX)


def _kind_of_ole(content: bytes) -> Kind:
    from tdp_xlsx.reading.ole import stream_names  # noqa: PLC0415 - with the first such file

    names = stream_names(content)
    if names & {"encryptedpackage", "encryptioninfo"}:
        return Kind.ENCRYPTED
    if names & {"workbook", "book"}:
        return Kind.XLS
    if "worddocument" in names:
        return Kind.WORD
    if "powerpoint document" in names:
        return Kind.SLIDES
    if any(name.startswith(("__substg1.0_", "__properties_version1.0")) for name in names):
        return Kind.OUTLOOK
    return Kind.UNKNOWN


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in head)  # noqa: PLR2004 - ASCII control characters


def refuse_unless_workbook(kind: Kind) -> None:
    """Refuse what is no workbook.

    Raises:
        UnreadableError: It is none.
    """
    if kind is Kind.ENCRYPTED:
        raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD)
    if kind not in WORKBOOKS:
        raise UnreadableError(f"đây là {kind.value}, không phải sổ tính", Cause.NO_WORKBOOK)
