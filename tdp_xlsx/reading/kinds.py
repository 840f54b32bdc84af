"""What a file is, by its content and not by its name."""

from __future__ import annotations

import contextlib
import re
import xml.etree.ElementTree as ET
import zlib
from enum import StrEnum

from tdp_xlsx.reading.cells import Cause, UnreadableError
from tdp_xlsx.reading.markup import root_name
from tdp_xlsx.reading.package import STRANGERS, Limits, open_leniently, open_package
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
    OLD_SHEET = "sổ tính Excel 5.0/95 hoặc cũ hơn"
    NUMBERS = "sổ tính Numbers của Apple"
    XML_SHEET = "sổ tính ghi thành XML (Excel 2003, .fods, Gnumeric)"
    WEB_PAGE = "trang web (HTML)"
    WEB_ARCHIVE = "trang web gói trong một tệp (.mht)"
    XML = "tệp XML"
    MAIL = "thư điện tử (.eml)"
    MAILBOX = "hộp thư (.mbox)"
    OUTLOOK = "thư Outlook (.msg)"
    TNEF = "phần đính kèm kiểu Outlook (winmail.dat)"
    TNEF_WITH_FILE = "phần đính kèm kiểu Outlook (winmail.dat) có tệp bên trong"
    SEALED = "nội dung thư ký số hoặc mã hóa nguyên khối (S/MIME, PGP)"
    SIGNATURE = "chữ ký số của thư"
    CARD = "danh thiếp (vCard)"
    CALENDAR = "lịch hẹn (iCalendar)"
    IN_TEXT = "hình trong nội dung thư"
    LETTER = "phần chữ của thư"
    OF_MACS = "phần phụ của tệp trên máy Mac"
    ZIP = "tệp nén (.zip)"
    ARCHIVE = "tệp nén RAR, 7z, GZ hoặc TAR"
    SHORTCUT = "lối tắt, không phải tệp thật"
    PROGRAM = "chương trình"
    TEXT = "tệp văn bản thuần (CSV, TXT)"
    UNKNOWN = "tệp không rõ loại"


WORKBOOKS = frozenset({Kind.XLSX, Kind.XLSB, Kind.XLS, Kind.ODS})
SIGNED_COPIES = frozenset({Kind.PDF, Kind.IMAGE})
"""What a signed copy or a photograph of the form looks like."""
CONTAINERS = frozenset({Kind.ZIP, Kind.MAIL, Kind.MAILBOX})
"""What holds other files that are read."""
VAGUE = frozenset({Kind.SIGNATURE, Kind.IMAGE, Kind.TEXT, Kind.WEB_PAGE, Kind.XML, Kind.UNKNOWN})
"""What a mail may tell more exactly; anything else is what its content says, whatever the mail says."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 4096
_GZIP = b"\x1f\x8b\x08"
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
    (_GZIP, Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ\x00", Kind.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE),
    (b"\x78\x9f\x3e\x22", Kind.TNEF),
    (b"BEGIN:VCARD", Kind.CARD),
    (b"BEGIN:VCALENDAR", Kind.CALENDAR),
    (b"-----BEGIN PGP SIGNATURE", Kind.SIGNATURE),
    (b"-----BEGIN PGP MESSAGE", Kind.SEALED),
    (b"-----BEGIN PKCS7", Kind.SEALED),
    (b"\x00\x05\x16\x07", Kind.OF_MACS),
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
_OF_PACKAGES = ("[content_types].xml", "_rels/.rels", "mimetype", "meta-inf/manifest.xml", "xl/workb", "docprops/")
"""How parts of a workbook are named that no plain archive holds."""
_IMAGE_BRANDS = frozenset({b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"})
ENVELOPE = re.compile(rb"\nFrom [^\r\n]*\d\d:\d\d[^\r\n]*(?=\r?\n[!-9;-~]+[ \t]*:)")
"""The line before each mail of a mailbox but the first."""
_HEADER = re.compile(rb"(?:From [^\n]*\n)?[A-Za-z][\w-]*:[^\n]*\r?\n")
_OF_MAILS = re.compile(
    rb"^(mime-version|received|return-path|x-unsent|from|to|subject|date|message-id|content-type|delivered-to)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_SURE = frozenset({b"mime-version", b"received", b"return-path", b"x-unsent", b"from"})
_MANY = 3
"""Lines of a mail's head from which on it is one, whatever stands before."""
_SENT = frozenset({b"from", b"to", b"subject", b"received", b"return-path"})
_SAVED_PAGE = re.compile(
    rb"^(?:x-document-type|snapshot-content-location)[ \t]*:|^from:[ \t]*[\"<]*saved by", re.IGNORECASE | re.MULTILINE
)
_CMS = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"  # begins the numbers of all kinds of signed and sealed content
_WEB = re.compile(rb"^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<html|<table|<meta|<head|<body)", re.IGNORECASE)
_XML_SHEETS = (b"urn:schemas-microsoft-com:office:spreadsheet", b"opendocument.spreadsheet", b"www.gnumeric.org")
_XML = re.compile(rb"^\s*<(?:\?xml|[A-Za-z_][\w.:-]*[\s>])")


def kind_of(content: bytes, limits: Limits = STRANGERS) -> Kind:
    """Tell what a file's content is.

    Raises:
        UnreadableError: It is an archive or an OLE file, but damaged or unsafe.
    """
    if not content:
        return Kind.EMPTY
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _kind_of_archive(content, limits)
    if content.startswith(_OLE):
        return _kind_of_ole(content)
    for signature, kind in _SIGNATURES:
        # Two letters alone could begin a text; the formats that begin so have zero bytes soon after.
        if content.startswith(signature) and (len(signature) > 2 or b"\0" in content[:64]):  # noqa: PLR2004
            return _exactly(kind, content)
    if content[4:12] in _IMAGE_BRANDS or content[8:12] == b"WEBP":
        return Kind.IMAGE
    if content[257:262] == b"ustar":
        return Kind.ARCHIVE
    if content[:1] == b"0" and _CMS in content[:64]:
        is_apart = b"0\x0b" + _CMS + b"\x01" in content[:400] or _CMS + b"\x01\0\0" in content[:400]
        return Kind.SIGNATURE if is_apart else Kind.SEALED
    kind = _kind_of_text(content)
    if kind not in CONTAINERS and b"PK\x03\x04" in content and b"PK\x05\x06" in content[-66_000:]:
        return _kind_of_archive(content, limits)
    return kind


def _kind_of_text(content: bytes) -> Kind:
    start = content[:65_536].removeprefix(b"\xef\xbb\xbf").lstrip()
    head = start[:_HEAD]
    if _WEB.match(head):
        return Kind.WEB_PAGE
    if start.startswith(b"From ") and ENVELOPE.search(content):
        return Kind.MAILBOX
    told = _headers(start)
    if (_HEADER.match(start) and told & _SURE) or (len(told) >= _MANY and _is_text(start[:256])):
        block = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
        is_page = _SAVED_PAGE.search(block) or (b"multipart/related" in block and not _headers(block) & _SENT)
        return Kind.WEB_ARCHIVE if is_page else Kind.MAIL
    if _XML.match(head):
        return Kind.XML_SHEET if any(mark in start for mark in _XML_SHEETS) else Kind.XML
    return Kind.TEXT if _is_text(content[:_HEAD]) else Kind.UNKNOWN


def _exactly(kind: Kind, content: bytes) -> Kind:
    """Tell what the first bytes alone do not."""
    if kind is Kind.TNEF and (b"PK\x03\x04" in content or _OLE in content):
        return Kind.TNEF_WITH_FILE
    if content.startswith(_GZIP):
        with contextlib.suppress(zlib.error):
            packed = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content[:_HEAD], _HEAD)
            return Kind.XML_SHEET if _XML_SHEETS[-1] in packed else kind
    return kind


def _headers(text: bytes) -> set[bytes]:
    return {name.lower() for name in _OF_MAILS.findall(text)}


def _kind_of_archive(content: bytes, limits: Limits) -> Kind:
    """Tell a package from a plain archive, of which a damaged or strange member costs only itself.

    Raises:
        UnreadableError: A package that is damaged or unsafe, or an archive that cannot be opened at all.
    """
    try:
        return _kind_of_zip(content, limits)
    except UnreadableError as strict:
        try:
            names = {entry.filename.lower() for entry in open_leniently(content).infolist()}
        except UnreadableError as packed:
            first = content[30 : 30 + int.from_bytes(content[26:28], "little")].decode("latin-1").lower()
            is_plain = content.startswith(b"PK") and "." in first and not first.startswith(_OF_PACKAGES)
            raise (packed if is_plain else strict) from None
        if any(name.startswith(_OF_PACKAGES) for name in names):
            raise
        return Kind.ZIP


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
    if "workbook" in names:
        return Kind.XLS
    if "book" in names:
        return Kind.OLD_SHEET
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
