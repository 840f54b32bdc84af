"""What a file is, by its content and not by its name."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum


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
    WEB_PAGE = "trang web (HTML)"
    MAIL = "thư điện tử"
    ZIP = "tệp nén (.zip)"
    ARCHIVE = "tệp nén"
    TEXT = "tệp văn bản thuần (CSV, TXT)"
    UNKNOWN = "tệp không rõ loại"


WORKBOOKS = frozenset({Kind.XLSX, Kind.XLSB, Kind.XLS, Kind.ODS})
SIGNED_COPIES = frozenset({Kind.PDF, Kind.IMAGE})
"""What a signed copy or a photograph of the form looks like."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF_WITHOUT_OLE = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
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
    (b"\x1f\x8b", Kind.ARCHIVE),
)
_MAIL = re.compile(rb"^(?:received|return-path|from|date|subject|mime-version|x-unsent|to):[^\n]*\n", re.IGNORECASE)
_WEB = re.compile(rb"^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<html|<table|<meta|<head|<body)", re.IGNORECASE)


def kind_of(content: bytes) -> Kind:
    """Tell what a file's content is; never raises."""
    if not content:
        return Kind.EMPTY
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(content)
    if content.startswith(_OLE):
        return _kind_of_ole(content)
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"} or content[8:12] == b"WEBP":
        return Kind.IMAGE
    head = content[:4096].removeprefix(b"\xef\xbb\xbf")
    if _WEB.match(head):
        return Kind.WEB_PAGE
    if _MAIL.match(head):
        return Kind.MAIL
    return Kind.TEXT if _is_text(content[:4096]) else Kind.UNKNOWN


def _kind_of_zip(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:200] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return Kind.UNKNOWN
    if b"opendocument.spreadsheet" in mimetype:
        return Kind.ODS
    if b"opendocument.text" in mimetype or any(name.startswith("word/") for name in names):
        return Kind.WORD
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if "[Content_Types].xml" in names:
        return Kind.XLSX
    return Kind.ZIP


def _kind_of_ole(content: bytes) -> Kind:
    # Names in an OLE directory are UTF-16; looking for them spares parsing a stranger's sectors here.
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        return Kind.ENCRYPTED
    if holds("Workbook") or holds("Book"):
        return Kind.XLS
    if holds("WordDocument"):
        return Kind.WORD
    if holds("__substg1.0_"):
        return Kind.MAIL
    return Kind.UNKNOWN


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or 13 < byte < 32 for byte in head)  # noqa: PLR2004 - ASCII control characters
