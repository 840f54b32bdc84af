"""Zip archives and mails whose members are hostile, or that hold none."""

from __future__ import annotations

import base64
import stat
from typing import TYPE_CHECKING

from tests.hostile.build import Part, archive, package
from tests.hostile.case import Hostile, one

if TYPE_CHECKING:
    from collections.abc import Iterator


def containers() -> Iterator[Hostile]:
    """Yield them."""
    yield from _zips()
    yield from _mails()


def _zips() -> Iterator[Hostile]:
    text = b"khong phai bang"
    yield one("khong_co_gi.zip", archive([]), "F216")
    yield one("chi_thu_muc.zip", archive([Part("thu_muc/", b"", 0)]), "F216")
    yield one("nhieu_muc.zip", archive(Part(f"{n}.xlsx", b"x", 0) for n in range(2001)), "F230")
    bomb = archive([Part("a.xlsx", bytes(30 << 20)), Part("b.xlsx", text)])
    yield Hostile("bom.zip", bomb, {"bom.zip/a.xlsx": "F230", "bom.zip/b.xlsx": "F203"})
    doubled = archive([Part("tep/a.xlsx", text), Part("tep/A.XLSX", text), Part("tep\\a.xlsx", text)])
    seen = ("tep/a.xlsx", "tep/A (2).XLSX", "tep/a (3).xlsx")
    yield Hostile("trung_ten.zip", doubled, {f"trung_ten.zip/{name}": "F203" for name in seen})
    locked = archive([Part("a.xlsx", text, flags=1), Part("b.xlsx", text)])
    yield Hostile("co_mat_khau.zip", locked, {"co_mat_khau.zip/a.xlsx": "F231", "co_mat_khau.zip/b.xlsx": "F203"})
    yield one("cut.zip", archive([Part("a.xlsx", text * 99)])[:-30], "F230")
    strange = [Part(f"kieu_{method}.xlsx", text, method) for method in (9, 12, 14, 93, 98, 99)]
    lying = [
        Part("noi_it.xlsx", text, size=3),
        Part("noi_nhieu.xlsx", text, size=900),
        Part("rat_lon.xlsx", text, size=1 << 31),
    ]
    codes = {str(part.name): "F207" if part.name == "rat_lon.xlsx" else "F230" for part in (*strange, *lying)}
    codes["chu.xlsx"] = "F203"
    content = archive([*strange, *lying, Part("chu.xlsx", text)], before=b"\xef\xbb\xbf")
    yield Hostile("moi_kieu.zip", content, {f"moi_kieu.zip/{name}": code for name, code in codes.items()})
    names = {
        "../len_tren.xlsx": "len_tren.xlsx",
        "a/../../b.xlsx": "a/b.xlsx",
        "/goc.xlsx": "goc.xlsx",
        "C:/o_dia.xlsx": "C:/o_dia.xlsx",
        "C:\\o_dia.xlsx": "C:/o_dia (2).xlsx",
        "thu_muc\\tep.xlsx": "thu_muc/tep.xlsx",
        "hai cham:ads?.xlsx": "hai cham:ads?.xlsx",
        "..": "tep-8",
        "x" * 300 + ".xlsx": "x" * 200 + "…" + "x" * 34 + ".xlsx",
        "dao\u202ename.xlsx": "dao\\u202ename.xlsx",
        "chuong\x07.xlsx": "chuong\\u0007.xlsx",
    }
    shown = {f"ten_hiem.zip/{name}": "F203" for name in names.values()}
    yield Hostile("ten_hiem.zip", archive(Part(name, text) for name in names), shown)
    no_utf8 = archive([Part(b"T\xff.xlsx", text), Part("b.xlsx", text)])
    yield Hostile("ten_sai_ma.zip", no_utf8, {"ten_sai_ma.zip/T\u00a0.xlsx": "F203", "ten_sai_ma.zip/b.xlsx": "F203"})
    link = Part("lien_ket.xlsx", b"/etc/passwd", 0, external=(stat.S_IFLNK | 0o777) << 16)
    yield Hostile("lien_ket.zip", archive([link]), {"lien_ket.zip/lien_ket.xlsx": "F203"})
    inner = archive([Part("a.xlsx", text)])
    mail = b"From: a@b.vn\r\nMIME-Version: 1.0\r\n\r\nx\r\n"
    nested = archive([Part("trong.zip", inner), Part("thu.eml", mail), Part("nen.rar", b"Rar!\x1a\x07\0")])
    yield Hostile(
        "long_nhau.zip",
        nested,
        {"long_nhau.zip/trong.zip/a.xlsx": "F203", "long_nhau.zip/thu.eml": "F235", "long_nhau.zip/nen.rar": "F214"},
    )
    deep = inner
    for _ in range(4):
        deep = archive([Part("a.zip", deep)])
    yield Hostile("sau.zip", deep, {"sau.zip/a.zip/a.zip/a.zip/a.zip": "F218"})
    crowd = archive([Part("a.zip", archive(Part(f"{n}.xlsx", b"x", 0) for n in range(501)))])
    yield Hostile(
        "dong.zip",
        crowd,
        {**{f"dong.zip/a.zip/{n}.xlsx": "F203" for n in range(500)}, "dong.zip/a.zip": "F230"},
    )
    mixed = archive(
        [
            Part("rong.xlsx", b""),
            Part("anh.jpg", b"\xff\xd8\xff\xe0x"),
            Part("chu.xlsx", text),
            Part("hong.xlsx", b"PK\x03\x04" + bytes(50)),
            Part("sai_ma_kiem.xlsx", text, crc=1),
        ]
    )
    yield Hostile(
        "lon_xon.zip",
        mixed,
        {
            "lon_xon.zip/rong.xlsx": "F204",
            "lon_xon.zip/anh.jpg": "F205",
            "lon_xon.zip/chu.xlsx": "F203",
            "lon_xon.zip/hong.xlsx": "F201",
            "lon_xon.zip/sai_ma_kiem.xlsx": "F230",
        },
    )
    many = {f"{n:03}.xlsx": text for n in range(100)}
    yield Hostile("mot_tram.zip", package(many), {f"mot_tram.zip/{name}": "F203" for name in many})


def _mails() -> Iterator[Hostile]:
    head = b"From: To 5 <to5@example.vn>\r\nSubject: nop bang\r\nMIME-Version: 1.0\r\n"
    yield one("khong_dinh_kem.eml", head + b"Content-Type: text/plain\r\n\r\nEm gui bang.\r\n", "F216")
    html = b"Content-Type: text/html\r\n\r\n<b>Em gui bang.</b>\r\n"
    yield one("chi_html.eml", head + html, "F216")
    yield one("rong.eml", b"From: a@b.vn\r\n\r\n", "F216")
    yield one("long_sau.eml", head + _deep(1500), "F230")

    def attached(name: bytes, content: bytes, encoding: bytes = b"base64") -> bytes:
        body = base64.encodebytes(content) if encoding == b"base64" else content
        return (
            b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=%s\r\n"
            b"Content-Transfer-Encoding: %s\r\n\r\n%s\r\n" % (name, encoding, body)
        )

    def mail(*parts: bytes, boundary: bytes = b"bien") -> bytes:
        body = b"".join(b"--%s\r\n%s" % (boundary, part) for part in parts)
        return head + b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n%s--%s--\r\n' % (boundary, body, boundary)

    zipped = archive([Part("a.xlsx", b"x")])
    yield Hostile("dinh_kem_zip.eml", mail(attached(b'"a.zip"', zipped)), {"dinh_kem_zip.eml/a.zip/a.xlsx": "F203"})
    yield Hostile("ten_hiem.eml", mail(attached(b'"../../a.xlsx"', b"x")), {"ten_hiem.eml/a.xlsx": "F203"})
    same = mail(attached(b'"a.xlsx"', b""), attached(b'"a.xlsx"', b"chu"))
    yield Hostile("trung_ten.eml", same, {"trung_ten.eml/a.xlsx": "F204", "trung_ten.eml/a (2).xlsx": "F203"})
    broken = mail(attached(b'"a.xlsx"', b"PK\x03\x04***khong phai base64***", b"7bit"))
    yield Hostile("base64_hong.eml", broken, {"base64_hong.eml/a.xlsx": "F201"})
    odd = mail(attached(b'"a.xlsx"', b"chu thuong", b"kieu-la"))
    yield Hostile("ma_la.eml", odd, {"ma_la.eml/a.xlsx": "F203"})
    nameless = mail(b"Content-Type: application/pdf\r\n\r\n%PDF-1.4\r\n")
    yield Hostile("khong_ten.eml", nameless, {"khong_ten.eml/tep-1.pdf": "F205"})
    yield Hostile(
        "chuyen_tiep.eml",
        mail(b"Content-Type: message/rfc822\r\n\r\n" + mail(attached(b'"a.xlsx"', b"chu"), boundary=b"trong")),
        {"chuyen_tiep.eml/a.xlsx": "F203"},
    )


def _deep(levels: int) -> bytes:
    """Return parts in parts in parts."""
    return b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(levels))
