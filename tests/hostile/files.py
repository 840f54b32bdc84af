"""Files that could lie in an inbox and must neither be counted nor do harm: name, bytes, and the finding each earns."""

from __future__ import annotations

import gzip
import os
import random
import socket
import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from tests.hostile import mails, markup
from tests.hostile.build import (
    Part,
    archive,
    label,
    number,
    ole,
    package,
    records,
    xls,
    xlsb,
    xlsb_row,
    xlsb_text,
)
from tests.hostile.case import Hostile, one

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MIB = 1024 * 1024


def hostile_files(form: bytes) -> list[Hostile]:
    """Return them all; ``form`` is a good form as `.xlsx`, which many of them started as."""
    with zipfile.ZipFile(BytesIO(form)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    return [
        *_no_workbooks(),
        *_archives(parts, form),
        *markup.xlsx(parts),
        *markup.ods(),
        *_binary(),
        *_ole(),
        *mails.containers(),
    ]


def special_entries(inbox: Path) -> dict[str, str]:
    """Make entries that are no files, or no readable ones, and return what each earns."""
    codes: dict[str, str] = {}
    (inbox / "lien_ket.xlsx").symlink_to(inbox / "khong_co.xlsx")
    (inbox / "lien_ket_thu_muc").symlink_to(inbox.parent)
    (inbox / "lien_ket_he_thong.xlsx").symlink_to("/etc/hostname")
    os.mkfifo(inbox / "ong.xlsx")
    with socket.socket(socket.AF_UNIX) as bound:
        here = os.open(".", os.O_RDONLY)
        os.chdir(inbox)  # the path of a socket must be short
        try:
            bound.bind("o_cam.xlsx")
        finally:
            os.fchdir(here)
            os.close(here)
    for name in ("lien_ket.xlsx", "lien_ket_thu_muc", "lien_ket_he_thong.xlsx", "ong.xlsx", "o_cam.xlsx"):
        codes[name] = "F206"
    with (inbox / "qua_lon.xlsx").open("wb") as file:
        file.truncate(50 * MIB + 1)
    codes["qua_lon.xlsx"] = "F207"
    deep = inbox / "a" / "b" / "c" / "d"
    deep.mkdir(parents=True)
    (deep / "x.xlsx").write_bytes(b"x")
    codes["a/b/c/d"] = "F209"
    return codes


def _no_workbooks() -> Iterator[Hostile]:
    noise = random.Random(5).randbytes(3000)  # noqa: S311 - made-up bytes
    texts = {
        "van_ban.xlsx": "Tổ 5 đã nộp đủ.\n".encode(),
        "bang.csv": "Mã,Trả lời\nTC-1.1,Có\n".encode(),
        "bang_cham_phay.xlsx": "BM;Tên\n1;Có\n".encode(),
        "van_ban_utf16.xls": "Trả lời\tCó".encode("utf-16"),
        "trang_web.xls": b"<html><body><table><tr><td>C\xc3\xb3</td></tr></table></body></html>",
        "trang_web_2.xlsx": b"<!DOCTYPE html><html></html>",
        "chi_khoang_trang.xlsx": b" \n\t" * 400,
        "rtf.xlsx": b"{\\rtf1\\ansi To dan pho}",
        "loi_tat.lnk": b"L\0\0\0\x01\x14\x02\0" + bytes(100),
        "loi_tat.url": b"[InternetShortcut]\r\nURL=http://example.vn/\r\n",
        "chuong_trinh.xlsx": b"MZ\x90\0" + noise,
        "chuong_trinh_elf.xlsx": b"\x7fELF" + noise,
        "ngau_nhien.xlsx": b"\xee" + noise,
        "toan_so_khong.xlsx": bytes(5000),
        "mot_byte.xlsx": b"\x01",
        "co_so_du_lieu.xlsx": b"SQLite format 3\0" + noise,
        "video.xlsx": b"\0\0\0\x18ftypmp42" + noise,
        "font.xlsx": b"\0\x01\0\0" + noise,
        "van_ban.docx": package({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
        "trinh_chieu.xlsx": package({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
        "van_ban.odt": package({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>"}),
        "trinh_chieu.odp": package({"mimetype": b"application/vnd.oasis.opendocument.presentation"}),
    }
    yield one("rong.xlsx", b"", "F204")
    for name, content in texts.items():
        yield one(name, content, "F203")
    others = {
        "biff2.xls": b"\x09\x00\x04\x00\x02\x00\x10\x00" + bytes(60),
        "biff3.xls": b"\x09\x02\x06\x00\x00\x00\x10\x00" + bytes(60),
        "biff4.xls": b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(60),
        "biff5.xls": b"\x09\x08\x08\x00\x00\x05\x10\x00" + bytes(60),
        "bang_xml.xls": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "bang.fods": b'<?xml version="1.0"?><d office:mimetype="application/vnd.oasis.opendocument.spreadsheet"/>',
        "bang.gnumeric": gzip.compress(
            b'<?xml version="1.0"?><gnm:Workbook xmlns:gnm="http://www.gnumeric.org/v10.dtd"/>'
        ),
        "bang.numbers": package({"Index/Document.iwa": b"x", "preview.jpg": b"y"}),
        "excel95.xls": ole({"Book": b"\x09\x08\x08\x00\x00\x05\x05\x00"}),
        "trang_web_goi.xls": b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=a\r\n\r\nx",
        "trang_web_goi.mht": b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\nx",
    }
    for name, content in others.items():
        yield one(name, content, "F232")
    copies = {
        "ban_ky.pdf": b"%PDF-1.7\n",
        "ban_ky_doi_duoi.xlsx": b"%PDF-1.4\n",
        "anh.jpg": b"\xff\xd8\xff\xe0" + noise,
        "anh.png": b"\x89PNG\r\n\x1a\n" + noise,
        "anh.gif": b"GIF89a" + noise,
        "anh.bmp": b"BM" + bytes(60) + noise,
        "anh.tif": b"II*\0" + noise,
        "anh_mm.tif": b"MM\0*" + noise,
        "anh.heic": b"\0\0\0\x18ftypheic" + noise,
        "anh.webp": b"RIFF\0\0\0\0WEBP" + noise,
        "anh.avif.xlsx": b"\0\0\0\x18ftypavif" + noise,
    }
    for name, content in copies.items():
        yield one(name, content, "F205")
    packed = {
        "nen.rar": b"Rar!\x1a\x07\x00" + noise,
        "nen.7z": b"7z\xbc\xaf\x27\x1c" + noise,
        "nen.gz": b"\x1f\x8b\x08" + noise,
        "nen.bz2": b"BZh91AY" + noise,
        "nen.xz": b"\xfd7zXZ\0" + noise,
        "nen.zst": b"\x28\xb5\x2f\xfd" + noise,
        "nen.tar": b"x".ljust(257, b"\0") + b"ustar\0" + bytes(600),
    }
    for name, content in packed.items():
        yield one(name, content, "F214")
    yield one("winmail.dat", b"\x78\x9f\x3e\x22" + noise, "F215")


def _archives(parts: dict[str, bytes], form: bytes) -> Iterator[Hostile]:
    honest = [Part(name, content) for name, content in parts.items()]
    types = "[Content_Types].xml"
    zeros = bytes(MIB)
    sheet = next(name for name in parts if name.startswith("xl/worksheets/"))

    def with_(*more: Part) -> bytes:
        replaced = {part.raw_name for part in more}
        return archive([part for part in honest if part.raw_name not in replaced] + list(more))

    yield one("nhieu_muc.xlsx", with_(*(Part(f"xl/media/{n}.bin", b"x", 0) for n in range(2001))), "F210")
    yield one("mot_phan_qua_lon.xlsx", with_(Part("xl/media/a.bin", b"x" * 1000, 0, size=129 * MIB)), "F210")
    big = [Part(f"xl/media/{n}.bin", b"x", 0, size=100 * MIB) for n in range(3)]
    yield one("tong_qua_lon.xlsx", with_(*big), "F210")
    yield one("bom_nen.xlsx", with_(Part("xl/media/bom.bin", bytes(20 * MIB))), "F210")
    yield one("bom_trang_tinh.xlsx", with_(Part(sheet, parts[sheet] + b" " * 30 * MIB)), "F210")
    hidden = Part("xl/media/a.bin", zeros, size=100)
    yield one("kich_thuoc_gia_nho.xlsx", with_(hidden), "F210")
    yield one("kich_thuoc_gia_lon.xlsx", with_(Part("xl/media/a.bin", b"abc", size=1000)), "F210")
    yield one("kich_thuoc_gia_tho.xlsx", with_(Part("xl/media/a.bin", b"abc", 0, size=1000)), "F210")
    yield one("trang_tinh_gia_nho.xlsx", with_(Part(sheet, parts[sheet], size=50)), "F210")
    yield one("thua_sau_khoi_nen.xlsx", with_(Part("a.bin", b"abc", packed=Part("a", b"abc").body() + b"xyz")), "F210")
    yield one("sai_ma_kiem.xlsx", with_(Part(sheet, parts[sheet], crc=1)), "F201")
    yield one("sai_ma_kiem_phan_khong_doc.xlsx", with_(Part("xl/media/a.bin", b"abc", crc=1)), "F201")
    yield one("trung_ten.xlsx", archive([*honest, Part(sheet, b"<x/>")]), "F210")
    yield one("trung_ten_hoa_thuong.xlsx", archive([*honest, Part(sheet.upper(), b"<x/>")]), "F210")
    yield one(
        "chong_len_nhau.xlsx", archive([*honest, Part("b.bin", honest[0].content, at=0, local_name=b"x")]), "F201"
    )
    first = honest[0]
    twin = Part(first.name, first.content, at=0)
    yield one("chong_len_nhau_2.xlsx", archive([first, twin, *honest[1:]]), "F210")
    inner = archive([Part("trong.xml", b"<a/>", 0)])
    start = len(archive([Part("ngoai.bin", b"", 0)], count=0)) - 46 - 9 - 22
    nested = [Part("ngoai.bin", inner, 0), Part("trong.xml", b"<a/>", 0, at=start)]
    yield one("long_nhau.xlsx", archive([*nested, *honest]), "F210")
    yield one("dung_sau_chu.xlsx", archive(honest, before=b"#!/bin/sh\necho xin chao\n"), "F210")
    yield one("dung_sau_exe.xlsx", b"xx" + form, "F210")
    yield one("co_mat_khau.xlsx", with_(Part(sheet, parts[sheet], flags=0x801)), "F202")
    yield one("nen_bzip2.xlsx", with_(Part("xl/media/a.bin", b"abc", 12)), "F210")
    yield one("nen_lzma.xlsx", with_(Part("xl/media/a.bin", b"abc", 14)), "F210")
    yield one("nen_kieu_la.xlsx", with_(Part("xl/media/a.bin", b"abc", 99)), "F210")
    yield one("hai_ten.xlsx", with_(Part(sheet, parts[sheet], local_name=b"xl/worksheets/khac1.xml")), "F201")
    yield one("ten_co_so_khong.xlsx", with_(Part(b"xl/a\0b.xml", b"<a/>")), "F201")
    yield one("ten_sai_ma.xlsx", with_(Part(b"xl/\xff\xfe.xml", b"<a/>")), "F201")
    yield one("deflate_hong.xlsx", with_(Part(sheet, parts[sheet], packed=b"\xff" * 500)), "F201")
    for share in (1, 10, 25, 50, 75, 90, 99):
        yield one(f"cat_con_{share}.xlsx", form[: len(form) * share // 100], "F201")
    yield one("mat_muc_luc.xlsx", form[: form.index(b"PK\x01\x02")], "F201")
    yield one("chi_muc_luc.xlsx", form[form.index(b"PK\x01\x02") :], "F203")
    yield one("noi_thieu_giua.xlsx", form[:2000] + form[2400:], "F201")
    yield one("cat_dau.xlsx", form[100:], "F201")
    yield one("chi_kieu.xlsx", package({types: parts[types]}), "F201")


def _binary() -> Iterator[Hostile]:
    row = xlsb_row(0)
    yield one("cat_ban_ghi.xlsb", xlsb(records(row, xlsb_text(0, "Có"))[:-2]), "F201")
    yield one("ban_ghi_qua_dai.xlsb", xlsb(b"\x06\xff\xff\xff\x7f"), "F201")
    yield one("chuoi_qua_dai.xlsb", xlsb(records(row, (6, struct.pack("<III", 0, 0, 2**31) + b"ab"))), "F201")
    yield one("cot_ngoai_trang.xlsb", xlsb(records(row, xlsb_text(70000, "Có"))), "F213")
    yield one("o_truoc_dong.xlsb", xlsb(records(xlsb_text(0, "Có"))), "F213")
    yield one("o_hai_lan.xlsb", xlsb(records(row, xlsb_text(0, "Có"), xlsb_text(0, "Không"))), "F213")
    yield one("hai_goc.xlsb", xlsb(records(row, xlsb_text(0, "a"), xlsb_row(1048575), xlsb_text(16383, "b"))), "F201")
    yield one("sai_chuoi_chung.xlsb", xlsb(records(row, (7, struct.pack("<III", 0, 0, 9)))), "F201")
    yield one("chuoi_chung_hong.xlsb", xlsb(records(row), strings=records((19, b"\0\xff\xff"))), "F201")
    yield one("trang_tinh_rong.xlsb", xlsb(b"\x80"), "F201")


def _ole() -> Iterator[Hostile]:
    good = xls(label(0, 0, b"x"))
    yield one("vong.xls", ole({"Workbook": good + bytes(6000)}, circle=True), "F210")
    yield one("mat_khau.xls", ole({"Workbook": xls(label(0, 0, b"x"), extra=[(0x2F, bytes(54))])}), "F202")
    yield one("mat_khau_ole.xlsx", ole({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": bytes(5000)}), "F202")
    yield one("thu.msg", ole({"__properties_version1.0": b"x", "__substg1.0_001A001E": b"IPM.Note"}), "F215")
    yield one("van_ban.doc", ole({"WordDocument": b"\xec\xa5"}), "F203")
    yield one("trinh_chieu.ppt", ole({"PowerPoint Document": b"x"}), "F203")
    yield one("ole_la.xls", ole({"Khac": b"x"}), "F203")
    yield one("ole_rong.xls", ole({}), "F203")
    yield one("luong_rong.xls", ole({"Workbook": b""}), "F201")
    yield one("sai_vi_tri_trang.xls", ole({"Workbook": xls(label(0, 0, b"x"), offset=999_999)}), "F201")
    yield one("vi_tri_trang_la_so_chung.xls", ole({"Workbook": xls(label(0, 0, b"x"), offset=7)}), "F201")
    yield one("ban_ghi_qua_dai.xls", ole({"Workbook": good[:-4] + b"\x03\x02\xff\xff"}), "F201")
    yield one("o_hai_lan.xls", ole({"Workbook": xls(label(0, 0, b"x"), label(0, 0, b"y"))}), "F213")
    yield one("hai_goc.xls", ole({"Workbook": xls(number(0, 0, 1), number(65535, 255, 1))}), "F201")
    yield one("khong_ket_thuc.xls", ole({"Workbook": good[: -len(b"\x0a\0\0\0")] + bytes([9, 9])}), "F201")
    yield one("o_cut.xls", ole({"Workbook": xls((0x0204, b"\0\0"))}), "F201")
    whole = ole({"Workbook": good})
    for share in (20, 50, 80):
        yield one(f"cat_con_{share}.xls", whole[: len(whole) * share // 100], "F201")
    yield one("ole_dau_rac.xls", whole[:8] + bytes(504) + whole[512:], "F201")
    yield one("ole_fat_rac.xls", whole[:76] + b"\x05\x05\x05\x05" + whole[80:], "F201")
