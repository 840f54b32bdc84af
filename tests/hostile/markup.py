"""Workbooks of well-packed but hostile or damaged XML: `.xlsx` and `.ods`."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

from tests.hostile.build import package
from tests.hostile.case import Hostile, one

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "xx">]>'
_BOMB = b'<!DOCTYPE x [<!ENTITY a "xxxxxxxxxx">' + b"".join(
    b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(98, 110)
)
_OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "xl/worksheets/sheet1.xml"
_BOOK = "xl/workbook.xml"
_LINKS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedStrings.xml"


def _sheet_xml(rows: bytes) -> bytes:
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (_MAIN, rows)


def small(rows: bytes, **parts: bytes) -> bytes:
    """Return an `.xlsx` of one sheet with these rows."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006/relationships"
    links = "".join(
        f'<Relationship Id="{key}" Type="{office}/{kind}" Target="{target}"/>'
        for key, kind, target in (
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "sharedStrings.xml"),
        )
    )
    whole = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": (
            f'<Relationships xmlns="{packages}"><Relationship Id="rId1" Type="{office}/officeDocument" '
            f'Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        _BOOK: (
            f'<workbook xmlns="{_MAIN.decode()}" xmlns:r="{office}"><sheets><sheet name="Trang" sheetId="1" '
            f'r:id="rId1"/></sheets></workbook>'
        ).encode(),
        _LINKS: f'<Relationships xmlns="{packages}">{links}</Relationships>'.encode(),
        _SHEET: _sheet_xml(rows),
        _STRINGS: b'<sst xmlns="%s"><si><t>C\xc3\xb3</t></si></sst>' % _MAIN,
    }
    names = {"sheet": _SHEET, "book": _BOOK, "links": _LINKS, "strings": _STRINGS}
    return package(whole | {names.get(key, key): content for key, content in parts.items()})


def _in_head(content: bytes, declaration: bytes) -> bytes:
    """Return XML with a declaration before its root."""
    head = re.match(rb"\s*(<\?xml[^>]*\?>)?", content)
    end = head.end() if head else 0
    return content[:end] + declaration + content[end:]


def xlsx(parts: dict[str, bytes]) -> Iterator[Hostile]:
    """Yield hostile `.xlsx` files, made from a good form's parts or from nothing."""
    yield from _declarations(parts)
    yield from _damaged(parts)
    yield from _ambiguous(parts)
    yield from _huge()


def _declarations(parts: dict[str, bytes]) -> Iterator[Hostile]:
    read = {"trang": _SHEET, "so": _BOOK, "lien_ket": _LINKS, "goc": "_rels/.rels", "chuoi": _STRINGS}
    for word, name in read.items():
        if name in parts:
            yield one(f"doctype_{word}.xlsx", package(parts | {name: _in_head(parts[name], _DOCTYPE)}), "F210")
    sheet = parts[_SHEET]
    yield one("bom_thuc_the.xlsx", package(parts | {_SHEET: _in_head(sheet, _BOMB + b"]>")}), "F210")
    yield one("thuc_the_ngoai.xlsx", package(parts | {_SHEET: _in_head(sheet, _OUTSIDE)}), "F210")
    yield one("doctype_chu_thuong.xlsx", package(parts | {_SHEET: _in_head(sheet, b"<!doctype x>")}), "F210")
    late = sheet.replace(b"<sheetData>", b"<sheetData>" + _DOCTYPE)
    yield one("doctype_giua_trang.xlsx", package(parts | {_SHEET: late}), "F210")
    body = re.sub(rb"<\?xml[^>]*\?>", b"", sheet).decode()
    for word, encoding in (
        ("utf16", "utf-16"),
        ("utf16le", "utf-16-le"),
        ("utf16be", "utf-16-be"),
        ("utf32", "utf-32"),
    ):
        yield one(f"trang_{word}.xlsx", package(parts | {_SHEET: body.encode(encoding)}), "F213")
    named = '<?xml version="1.0" encoding="UTF-16"?>' + body
    yield one("trang_utf16_khai_bao.xlsx", package(parts | {_SHEET: named.encode("utf-16")}), "F213")
    lies = b'<?xml version="1.0" encoding="UTF-16"?>' + body.encode()
    yield one("noi_doi_utf16.xlsx", package(parts | {_SHEET: lies}), "F213")
    for encoding in ("windows-1258", "utf-7", "iso-8859-1"):
        other = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + body.encode()
        yield one(f"ma_{encoding}.xlsx", package(parts | {_SHEET: other}), "F213")
    if _STRINGS in parts:
        text = re.sub(rb"<\?xml[^>]*\?>", b"", parts[_STRINGS]).decode()
        yield one("chuoi_utf16.xlsx", package(parts | {_STRINGS: text.encode("utf-16")}), "F213")


def _damaged(parts: dict[str, bytes]) -> Iterator[Hostile]:
    sheet = parts[_SHEET]
    for name in (_SHEET, _BOOK, _LINKS, _STRINGS):
        word = name.rpartition("/")[2].replace(".", "_")
        if name in parts:
            yield one(f"thieu_{word}.xlsx", package({k: v for k, v in parts.items() if k != name}), "F201")
            yield one(f"cut_{word}.xlsx", package(parts | {name: parts[name][: len(parts[name]) // 2]}), "F201")
            yield one(f"rong_{word}.xlsx", package(parts | {name: b""}), "F201")
            yield one(f"rac_{word}.xlsx", package(parts | {name: b"\x01\x02\x03" * 50}), "F201")
    yield one("the_khong_dong.xlsx", package(parts | {_SHEET: sheet.replace(b"</sheetData>", b"")}), "F201")
    yield one("byte_la.xlsx", package(parts | {_SHEET: sheet.replace(b"<sheetData>", b"<sheetData>\xff\xfe")}), "F201")
    yield one("utf8_hong.xlsx", small(b'<row r="1"><c r="A1" t="str"><v>\xc3\x28</v></c></row>'), "F201")
    yield one("chuoi_chung_qua_so.xlsx", small(b'<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'), "F201")
    yield one("chuoi_chung_so_am.xlsx", small(b'<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), "F201")
    yield one("chuoi_chung_khong_so.xlsx", small(b'<row r="1"><c r="A1" t="s"><v>x</v></c></row>'), "F201")
    yield one("so_khong_so.xlsx", small(b'<row r="1"><c r="A1"><v>mot</v></c></row>'), "F201")
    yield one("dong_khong_so.xlsx", small(b'<row r="mot"><c><v>1</v></c></row>'), "F201")
    many = b'<sst xmlns="%s" count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>' % _MAIN
    yield one("dem_chuoi_4_ty.xlsx", small(b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=many), "I301")
    outside = (
        b'<Relationships><Relationship Id="rId1" Type="a/worksheet" Target="../../../etc/passwd"/></Relationships>'
    )
    yield one("lien_ket_ra_ngoai.xlsx", small(b"", links=outside), "F201")
    nowhere = (
        b'<Relationships><Relationship Id="rId9" Type="a/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    yield one("khong_co_lien_ket.xlsx", small(b"", links=nowhere), "F201")
    yield one("the_long_sau.xlsx", small(_nested(60_000)), "I301")


def _nested(depth: int) -> bytes:
    opened = b"".join(b"<a%x>" % (n * 7919) for n in range(depth))
    return opened + b"".join(b"</a%x>" % (n * 7919) for n in reversed(range(depth)))


def _ambiguous(parts: dict[str, bytes]) -> Iterator[Hostile]:
    sheet = parts[_SHEET]
    cell = b'<c r="A1" t="inlineStr"><is><t>a</t></is></c>'
    other = b'<c r="A1" t="inlineStr"><is><t>b</t></is></c>'
    yield one("o_hai_lan.xlsx", small(b'<row r="1">' + cell + other + b"</row>"), "F213")
    yield one("dong_hai_lan.xlsx", small(b'<row r="1">%s</row><row r="1">%s</row>' % (cell, other)), "F213")
    yield one("o_sai_dong.xlsx", small(b'<row r="5">' + cell + b"</row>"), "F213")
    yield one("o_dia_chi_la.xlsx", small(b'<row r="1"><c r="1A"><v>1</v></c></row>'), "F213")
    yield one("o_cot_qua_xa.xlsx", small(b'<row r="1"><c r="ZZZ1"><v>1</v></c></row>'), "F213")
    yield one("o_dong_qua_xa.xlsx", small(b'<row r="9999999"><c r="A9999999"><v>1</v></c></row>'), "F213")
    yield one("o_dong_0.xlsx", small(b'<row r="0"><c r="A0"><v>1</v></c></row>'), "F213")
    foreign = sheet.replace(_MAIN, b"urn:khong-phai-so-tinh")
    yield one("khong_gian_ten_la.xlsx", package(parts | {_SHEET: foreign}), "F213")
    bare = re.sub(rb'xmlns="[^"]*"', b"", sheet, count=1)
    yield one("khong_khong_gian_ten.xlsx", package(parts | {_SHEET: bare}), "F213")
    mixed = b'<row r="1"><y:c xmlns:y="urn:y" r="A1"><v>1</v></y:c></row>'
    yield one("o_khong_gian_ten_la.xlsx", small(mixed), "F213")
    names = re.findall(rb"<sheet [^>]*/>", parts[_BOOK])
    doubled = parts[_BOOK].replace(b"</sheets>", names[0] + b"</sheets>")
    yield one("hai_trang_trung_ten.xlsx", package(parts | {_BOOK: doubled}), "F213")


def _huge() -> Iterator[Hostile]:
    corners = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    yield one("hai_goc.xlsx", small(corners), "F201")
    yield one("mot_o_o_cuoi.xlsx", small(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "F201")
    column = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 400_000))
    yield one("cot_rat_dai.xlsx", small(column), "F201")
    text = b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>'
    letters = Random(7).randbytes(6_000_000).hex().encode()  # noqa: S311 - made-up text
    yield one("o_rat_dai.xlsx", small(text % letters), "F201")
    many = b"".join(b"<a b%d='1'/>" % n for n in range(80_000))
    yield one("rat_nhieu_the.xlsx", small(many), "I301")
    attributes = b"".join(b" a%d='1'" % n for n in range(100_000))
    yield one("rat_nhieu_thuoc_tinh.xlsx", small(b"<row r='1'%s/>" % attributes), "I301")
    sheets = b"".join(b'<sheet name="T%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(2000))
    book = (
        b'<workbook xmlns="%s" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        b"<sheets>%s</sheets></workbook>" % (_MAIN, sheets)
    )
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 3000))
    yield one("hai_nghin_trang.xlsx", small(rows, book=book), "F201")


# --- .ods -------------------------------------------------------------------------------------------------------------

_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>'
    '<office:spreadsheet><table:table table:name="Trang">{rows}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:m"><manifest:file-entry>{entry}</manifest:file-entry></manifest:manifest>'
)


def small_ods(rows: str, *, manifest: str = "", content: bytes | None = None, **parts: bytes) -> bytes:
    """Return an `.ods` of one sheet with these rows; ``parts`` are further ones by their name without `.xml`."""
    whole = {
        "mimetype": _TYPE.encode(),
        "content.xml": _ODS.format(rows=rows).encode() if content is None else content,
        "META-INF/manifest.xml": _MANIFEST.format(entry=manifest).encode(),
    }
    return package(whole | {f"{name}.xml": part for name, part in parts.items()})


def ods() -> Iterator[Hostile]:
    """Yield hostile `.ods` files."""

    def row(attributes: str = "", cell: str = "", text: str = "a") -> str:
        return (
            f"<table:table-row {attributes}><table:table-cell {cell} office:value-type='string'>"
            f"<text:p>{text}</text:p></table:table-cell></table:table-row>"
        )

    plain = _ODS.format(rows=row()).encode()
    yield one("mat_khau.ods", small_ods(row(), manifest="<manifest:encryption-data/>"), "F202")
    yield one("doctype.ods", small_ods("", content=_DOCTYPE + plain), "F210")
    yield one("bom_thuc_the.ods", small_ods("", content=_BOMB + b"]>" + plain), "F210")
    yield one("utf16.ods", small_ods("", content=plain.decode().encode("utf-16")), "F213")
    yield one("lap_cot.ods", small_ods(row(cell="table:number-columns-repeated='1000000000'")), "F201")
    yield one("lap_dong.ods", small_ods(row("table:number-rows-repeated='1000000000'")), "F201")
    both = row("table:number-rows-repeated='1400'", "table:number-columns-repeated='1400'")
    yield one("lap_ca_hai.ods", small_ods(both), "F201")
    yield one("lap_am.ods", small_ods(row(cell="table:number-columns-repeated='-3'")), "F201")
    yield one("lap_khong.ods", small_ods(row(cell="table:number-columns-repeated='0'")), "F201")
    yield one("lap_chu.ods", small_ods(row("table:number-rows-repeated='mot'")), "F201")
    yield one("xml_cut.ods", small_ods("", content=plain[:-40]), "F201")
    yield one("thieu_noi_dung.ods", package({"mimetype": _TYPE.encode()}), "F201")
    foreign = plain.replace(b"xmlns:table:1.0", b"xmlns:khac:1.0")
    yield one("khong_gian_ten_la.ods", small_ods("", content=foreign), "F213")
    double = plain.replace(b"</table:table>", b"</table:table><table:table table:name='Trang'/>")
    yield one("hai_trang_trung_ten.ods", small_ods("", content=double), "F213")
