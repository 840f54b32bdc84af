"""Mails and mailboxes: every form in one is read, or its place is named in an error; none is lost, none is wrong."""

from __future__ import annotations

import base64
import binascii
import gzip
import random
from typing import TYPE_CHECKING

import pytest

from tdp_xlsx.api import read_template
from tdp_xlsx.intake.opening import open_entries
from tdp_xlsx.intake.understand import Understanding
from tdp_xlsx.model import Severity
from tdp_xlsx.reading.inbox import entries
from tdp_xlsx.submission import FileStatus
from tests.hostile.build import Part, archive
from tests.kit.ward import Line, Ward

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tdp_xlsx.model import Plan

GROUPS = ("TDP-01", "TDP-02", "TDP-03")
UNMET = {"TDP-01": ("1.1",), "TDP-02": ("2.3", "3.4"), "TDP-03": ()}
HEAD = (
    b"From: To 1 <to1@example.vn>\r\nDate: Sat, 20 Nov 2021 08:30:00 +0700\r\n"
    b"Subject: nop bang\r\nMIME-Version: 1.0\r\n"
)
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Office:
    """Three filled forms, and what opening an inbox comes to."""

    def __init__(self, root: Path) -> None:
        ward = Ward.make(root, [Line(code, f"Tổ dân phố số {code[-1]}") for code in GROUPS]).generate()
        self.forms = {
            code: ward.send(code, dict.fromkeys(UNMET[code], "Không"), name=f"{code}.xlsx").read_bytes()
            for code in GROUPS
        }
        self.plan = _plan(ward)

    def read(self, folder: Path, mails: dict[str, bytes]) -> dict[str, dict[str, tuple[FileStatus, list[str]]]]:
        """Return, by mail and by file in it, what became of it and its findings; forms that were read by group."""
        folder.mkdir(exist_ok=True)
        for name, content in mails.items():
            (folder / name).write_bytes(content)
        found: dict[str, dict[str, tuple[FileStatus, list[str]]]] = {name: {} for name in mails}
        for one in open_entries(entries(folder, folder), Understanding(self.plan)):
            mail, _, name = one.file.path.partition("/")
            codes = [finding.code for finding in one.findings]
            if any(finding.severity is Severity.ERROR for finding in one.findings):
                codes.append("error")
            if one.outcome is not None:
                (understood,) = one.outcome
                submission = understood.submission
                assert submission, understood.findings
                unmet = {code for code, answer in submission.answers.items() if answer.value == "Không"}
                assert {code for code in unmet if code[0] != "I"} == set(UNMET[submission.group]), "an answer changed"
                codes.append(submission.group)
            assert name not in found[mail]
            found[mail][name] = one.status, codes
        return found

    def groups(self, folder: Path, content: bytes, name: str = "thu.eml") -> list[str]:
        """Return the groups whose forms are read from one file, and the codes of errors."""
        codes = [code for _, codes in self.read(folder, {name: content})[name].values() for code in codes]
        return sorted(code for code in codes if code.startswith("TDP") or code == "error")


def _plan(ward: Ward) -> Plan:
    template, _ = read_template(ward.template)
    assert template
    return template.plan


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("phuong"))


def part(content: bytes, name: str = "bang.xlsx", *, kind: bytes = TYPE, encoding: str = "base64") -> bytes:
    """Return a part of a mail."""
    body = {
        "base64": lambda: base64.encodebytes(content).replace(b"\n", b"\r\n"),
        "quoted-printable": lambda: (
            b"=\r\n".join(
                b"".join(b"=%02X" % byte for byte in content[at : at + 25]) for at in range(0, len(content), 25)
            )
            + b"\r\n"
        ),
        "8bit": lambda: content + b"\r\n",
    }[encoding]()
    return (
        b'Content-Type: %s\r\nContent-Disposition: attachment; filename="%s"\r\nContent-Transfer-Encoding: %s\r\n\r\n%s'
        % (kind, name.encode(), encoding.encode(), body)
    )


def mail(*parts: bytes, boundary: bytes = b"bien", kind: bytes = b"mixed") -> bytes:
    """Return a mail of these parts, the first of them its text."""
    text = "Content-Type: text/plain; charset=utf-8\r\n\r\nKính gửi phường, tôi nộp bảng.\r\n".encode()
    body = b"".join(b"--%s\r\n%s" % (boundary, one) for one in (text, *parts))
    head = HEAD + b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind, boundary)
    return head + body + b"--%s--\r\n" % boundary


def uuencoded(content: bytes, name: str = "bang.xlsx") -> bytes:
    lines = (content[at : at + 45] for at in range(0, len(content), 45))
    body = b"".join(binascii.b2a_uu(line, backtick=True).replace(b"\n", b"\r\n") for line in lines)
    return b"begin 644 %s\r\n%s`\r\nend\r\n" % (name.encode(), body)


# --- whole mails, as programs write them ------------------------------------------------------------------------------


def test_every_mail_of_a_mailbox_is_read_whatever_it_is_called(office: Office, tmp_path: Path) -> None:
    envelope = b"From - Sat Nov 20 08:30:00 2021\r\nX-Mozilla-Status: 0001\r\n"
    box = (
        b"\r\n".join(envelope + mail(part(office.forms[code])) for code in GROUPS)
        + b"\r\n"
        + envelope
        + HEAD
        + b"\r\nOk.\r\n"
    )
    found = office.read(tmp_path / "inbox", {"Inbox": box})
    assert found["Inbox"] == {
        "thu-1.eml/bang.xlsx": (FileStatus.ACCEPTED, ["TDP-01"]),
        "thu-2.eml/bang.xlsx": (FileStatus.ACCEPTED, ["TDP-02"]),
        "thu-3.eml/bang.xlsx": (FileStatus.ACCEPTED, ["TDP-03"]),
        "thu-4.eml": (FileStatus.IGNORED, ["F235"]),
    }


def test_a_mailbox_of_more_mails_than_are_read_in_one_go_is_read_whole(office: Office, tmp_path: Path) -> None:
    envelope = b"From a@b.vn Sat Nov 20 08:30:00 2021\n"
    box = (
        b"\n".join(envelope + mail(part(b"chu", "a.txt")) for _ in range(60))
        + envelope
        + mail(part(office.forms["TDP-01"]))
    )
    found = office.read(tmp_path / "inbox", {"a.mbox": box})["a.mbox"]
    assert len(found) == 61
    assert found["thu-61.eml/bang.xlsx"] == (FileStatus.ACCEPTED, ["TDP-01"])


def test_a_line_of_a_text_that_begins_with_from_ends_no_mail(office: Office, tmp_path: Path) -> None:
    envelope = b"From a@b.vn Sat Nov 20 08:30:00 2021\r\n"
    text = b"nop b\xe1\xba\xa3ng.\r\n\r\nFrom 08:30 to 11:30 I am at home.\r\n"
    mails = (mail(part(office.forms[code])).replace("nộp bảng.\r\n".encode(), text) for code in GROUPS)
    assert office.groups(tmp_path / "inbox", b"\r\n".join(envelope + one for one in mails), "a.mbox") == [*GROUPS]


@pytest.mark.parametrize(
    "first",
    [
        lambda form: part(mail(part(form), boundary=b"trong"), "Fwd.eml", kind=b"message/rfc822"),
        lambda form: part(form, encoding="quoted-printable"),
    ],
    ids=["a forwarded mail in base64", "a file in quoted-printable"],
)
def test_what_stands_behind_a_broken_boundary_is_read(
    office: Office, tmp_path: Path, first: Callable[[bytes], bytes]
) -> None:
    encoded = b"\r\n" + base64.encodebytes(office.forms["TDP-02"])
    for number, second in enumerate((part(office.forms["TDP-02"]), encoded)):
        whole = mail(first(office.forms["TDP-01"]), second)
        broken = b"-bien\r\n" + second
        found = office.groups(tmp_path / str(number), whole.replace(b"--bien\r\n" + second, broken))
        assert found == ["TDP-01", "TDP-02"]


def _mended(form: bytes) -> Iterator[tuple[str, bytes]]:
    encoded = base64.encodebytes(form).replace(b"\n", b"\r\n")
    whole = mail(part(form))
    yield (
        "a blank after every eighth letter",
        whole.replace(encoded, b" ".join(encoded[at : at + 8] for at in range(0, len(encoded), 8))),
    )
    half = len(form) // 3 // 2 * 3 + 1
    yield "two padded pieces", whole.replace(encoded, base64.encodebytes(form[:half]) + base64.encodebytes(form[half:]))
    yield "the last padding lost", whole.replace(encoded, encoded.rstrip(b"=\r\n") + b"\r\n")
    yield "words behind the last line", whole.replace(encoded, encoded + b"\r\n-- \r\nSent from my phone\r\n")
    yield "one long line", whole.replace(encoded, base64.b64encode(form) + b"\r\n")
    for damaged in (b"Base64 ", b'"base64"', b"bas64", b"x-base64", b"7bit", b""):
        yield f"encoding {damaged!r}", whole.replace(b"g: base64", b"g: " + damaged)
    for name in (
        b"filename*",
        b"filename*=",
        b"filename*=abc'x",
        b"filename*0*=utf-8''b%E1; filename*1=",
        b'filename="b',
        b"filename=\xff\xfe",
        b'filename="=?utf-8?b?x?="',
    ):
        yield f"name {name!r}", whole.replace(b'filename="bang.xlsx"', name)
    for sender in (b"From: =?utf-8?B?xx?= <<>", b"From: \xff\xfe@\x00", b"From: a@b@c, <d", b"From:"):
        yield f"sender {sender!r}", whole.replace(b"From: To 1 <to1@example.vn>", sender)
    yield "a mark of byte order first", b"\xef\xbb\xbf" + whole
    yield "blank lines first", b"\r\n\r\n" + whole
    yield "a line of something first", b">>> thu chuyen tiep <<<\r\n" + whole
    yield "a first line without its colon", whole.replace(b"From:", b"From", 1)
    yield (
        "before the first boundary",
        whole.replace(b"--bien\r\nContent-Type: text", b"Content-Type: text").replace(
            b"\r\n--bien\r\nContent-Type: app", b"\r\nContent-Type: app"
        ),
    )
    yield "behind the last boundary", mail() + part(form)
    yield "behind a broken boundary", whole.replace(b"--bien\r\nContent-Type: app", b"-bien\r\nContent-Type: app")
    yield "another boundary in the head", whole.replace(b'boundary="bien"', b'boundary="bein"')
    yield "no boundary in the head", whole.replace(b'; boundary="bien"', b"")
    yield "blanks before colons", whole.replace(b"Content-Type: app", b"Content-Type : app")
    yield "said to be text", whole.replace(TYPE, b"text/plain").replace(b'attachment; filename="bang.xlsx"', b"inline")
    yield "as it is, in eight bits", mail(part(form, encoding="8bit"))
    yield "quoted printable", mail(part(form, encoding="quoted-printable"))
    yield "in uuencode, in the text", HEAD + b"\r\nKinh gui.\r\n\r\n" + uuencoded(form)
    yield "in uuencode, its first line lost", HEAD + b"\r\nKinh gui.\r\n" + uuencoded(form).partition(b"\n")[2]
    yield "in base64, in the text", HEAD + b"\r\nKinh gui.\r\n\r\n" + encoded
    inner = mail(part(form), boundary=b"trong")
    forwarded = b"Content-Type: message/rfc822\r\n%s\r\n"
    yield "forwarded", mail(forwarded % b"" + inner)
    for encoding in ("base64", "quoted-printable"):
        yield f"forwarded in {encoding}", mail(part(inner, "Fwd.eml", kind=b"message/rfc822", encoding=encoding))
    yield "forwarded as a file", mail(part(inner, "Fwd.eml", kind=b"application/octet-stream"))
    yield "in an archive", mail(part(archive([Part("bang.xlsx", form)]), "a.zip"))
    yield (
        "in an archive in a mail in an archive",
        archive([Part("a.eml", mail(part(archive([Part("b.xlsx", form)]), "a.zip")))]),
    )
    yield "ends of lines doubled", whole.replace(b"\r\n", b"\r\r\n")
    yield "ends of lines as on Unix", whole.replace(b"\r\n", b"\n")


def test_what_the_parser_gives_up_on_is_mended(office: Office, tmp_path: Path) -> None:
    cases = dict(_mended(office.forms["TDP-01"]))
    names = {f"{number}.eml": told for number, told in enumerate(cases)}
    found = office.read(tmp_path / "inbox", dict(zip(names, cases.values(), strict=True)))
    seen = {names[mail]: [code for _, codes in files.values() for code in codes] for mail, files in found.items()}
    assert {told: codes for told, codes in seen.items() if codes != ["TDP-01"]} == {}


# --- what comes along with a form -------------------------------------------------------------------------------------


def _accompanied(form: bytes) -> bytes:
    """Return a mail with a form, a logo in its text, a card, an invitation, signatures, and Outlook's own part."""
    logo = part(b"\x89PNG\r\n\x1a\nx", "logo.png", kind=b"image/png").replace(b"attachment", b"inline")
    related = mail(logo, boundary=b"lien", kind=b"related").partition(b"MIME-Version: 1.0\r\n")[2]
    return mail(
        related,
        part(form),
        part(b"BEGIN:VCARD\r\nEND:VCARD\r\n", "to1.vcf", kind=b"text/vcard"),
        part(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "hop.ics", kind=b"text/calendar"),
        part(b"x", "smime.p7s", kind=b"application/pkcs7-signature"),
        part(
            b"-----BEGIN PGP SIGNATURE-----\n" + b"iQEz" * 16 + b"\n", "chu-ky.asc", kind=b"application/pgp-signature"
        ),
        part(b"\x00\x05\x16\x07\x00\x02", "._bang", kind=b"application/applefile"),
        part(b"\x00\x05\x16\x07\x00\x02", "bang", kind=b"application/applefile"),
        part(b"\x78\x9f\x3e\x22" + bytes(50), "winmail.dat", kind=b"application/ms-tnef"),
        part(b"Tran trong", "ATT00001.txt", kind=b"text/plain"),
        part(b"Tran trong", "Untitled attachment 00002.txt", kind=b"text/plain"),
        part(gzip.compress(b"\x01\x00\x00\x00"), "image002.emz", kind=b"image/x-emz")
        .replace(b"\r\n\r\n", b"\r\nContent-ID: <a>\r\n\r\n", 1)
        .replace(b"attachment", b"inline"),
        part(b"<p>Tran trong</p>", "a.html", kind=b"text/html").replace(b"attachment", b"inline"),
        kind=b"signed",
    )


def test_what_comes_along_with_a_form_is_told_by_what_it_is(office: Office, tmp_path: Path) -> None:
    found = office.read(tmp_path / "inbox", {"a.eml": _accompanied(office.forms["TDP-01"])})["a.eml"]
    of_the_mail = (FileStatus.IGNORED, ["F233"])
    assert found == {
        "logo.png": (FileStatus.KEPT, ["F234"]),
        "bang.xlsx": (FileStatus.ACCEPTED, ["TDP-01"]),
        "to1.vcf": of_the_mail,
        "hop.ics": of_the_mail,
        "smime.p7s": of_the_mail,
        "chu-ky.asc": of_the_mail,
        "._bang": (FileStatus.IGNORED, []),
        "bang": of_the_mail,
        "winmail.dat": of_the_mail,
        "ATT00001.txt": of_the_mail,
        "Untitled attachment 00002.txt": of_the_mail,
        "image002.emz": (FileStatus.KEPT, ["F234"]),
        "a.html": of_the_mail,
    }


def test_what_may_hold_a_form_is_an_error_that_says_how_to_get_at_it(office: Office, tmp_path: Path) -> None:
    number = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
    sealed = b"0\x80" + number + b"\x02\xa0\x800\x80\x02\x01\x01" + b"0\x80" + number + b"\x01\xa0\x80$\x80From: a"
    apart = b"0\x80" + number + b"\x02\xa0\x800\x80\x02\x01\x01" + b"0\x0b" + number + b"\x01\xa0\x80"
    pgp = b"-----BEGIN PGP MESSAGE-----\n\nhQEM\n"
    whole = HEAD + part(sealed, "smime.p7m", kind=b"application/pkcs7-mime; smime-type=signed-data")
    found = office.read(
        tmp_path / "inbox",
        {
            "ky.eml": whole,
            "ma_hoa.eml": mail(part(b"Version: 1\r\n", "v", kind=b"application/pgp-encrypted"), part(pgp, "a.asc")),
            "outlook.eml": mail(part(b"\x78\x9f\x3e\x22" + bytes(50), "winmail.dat", kind=b"application/ms-tnef")),
            "bang_va_outlook.eml": mail(
                part(office.forms["TDP-01"]),
                part(b"\x78\x9f\x3e\x22" + office.forms["TDP-02"], "winmail.dat", kind=b"application/ms-tnef"),
            ),
            "gia_chu_ky.eml": mail(part(sealed, "smime.p7s", kind=b"application/pkcs7-signature")),
            "smime.p7s": apart,
            "chu.eml": mail(
                part(b"1.1 co, 1.2 khong", "tra-loi.txt", kind=b"text/plain").replace(b"attachment", b"inline")
            ),
        },
    )
    told = {f"{mail}/{name}": codes for mail, files in found.items() for name, (_, codes) in files.items()}
    assert told == {
        "ky.eml/smime.p7m": ["F236", "error"],
        "ma_hoa.eml/v": ["F236", "error"],
        "ma_hoa.eml/a.asc": ["F236", "error"],
        "outlook.eml/winmail.dat": ["F215", "error"],
        "bang_va_outlook.eml/bang.xlsx": ["TDP-01"],
        "bang_va_outlook.eml/winmail.dat": ["F215", "error"],
        "gia_chu_ky.eml/smime.p7s": ["F236", "error"],
        "smime.p7s/": ["F233"],
        "chu.eml/tra-loi.txt": ["F203", "error"],
    }


def test_a_form_is_read_whatever_the_mail_says_it_is(office: Office, tmp_path: Path) -> None:
    for number, kind in enumerate((b"application/pgp-signature", b"text/calendar", b"image/png", b"text/vcard"), 1):
        assert office.groups(tmp_path / str(number), mail(part(office.forms["TDP-02"], kind=kind))) == ["TDP-02"]


def test_a_mail_tells_its_sender_and_its_date_and_no_finding_repeats_them(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(part(b"chu", "a.txt"), part(mail(part(b"chu", "b.txt")), "b.eml")))
    opened = list(open_entries(entries(tmp_path, tmp_path)))
    assert [one.file.path for one in opened] == ["a.eml/a.txt", "a.eml/b.eml/b.txt"]
    assert {one.file.sender for one in opened} == {"to1@example.vn"}
    assert {one.file.modified.timestamp() for one in opened} == {1637371800.0}
    assert not [one for one in opened for found in one.findings if "@" in found.message + found.fix]


def test_a_mail_that_ends_before_its_end_is_an_error_whatever_was_read(office: Office, tmp_path: Path) -> None:
    form, other = part(office.forms["TDP-01"]), part(office.forms["TDP-02"])
    whole = mail(form, other)
    second = whole.rindex(b"--bien\r\n")
    found = office.read(
        tmp_path / "inbox",
        {
            "giua-hai-tep.eml": whole[:second],
            "giua-dau-muc.eml": whole[: second + 30],
            "truoc-tep-dau.eml": whole[: whole.index(b"--bien")],
            "chuyen-tiep.eml": mail(
                b"Content-Type: message/rfc822\r\n\r\n" + mail(form, other, boundary=b"trong")
            ).replace(b"--trong--\r\n", b""),
            "du.eml": whole,
        },
    )
    lost = (FileStatus.REJECTED, ["F230", "error"])
    assert found["giua-hai-tep.eml"] == {
        "bang.xlsx": (FileStatus.ACCEPTED, ["TDP-01"]),
        "phần cuối của thư": lost,
    }
    assert found["giua-dau-muc.eml"]["phần cuối của thư"] == lost
    assert found["truoc-tep-dau.eml"] == {"phần cuối của thư": lost}
    assert found["chuyen-tiep.eml"]["phần cuối của thư"] == lost
    assert found["du.eml"].keys() == {"bang.xlsx", "bang (2).xlsx"}


def test_a_mail_too_large_or_nested_without_end_is_named_as_a_whole(office: Office, tmp_path: Path) -> None:
    large = HEAD + b"\r\n" + b"x" * (100 << 20)
    deep = HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1500)
    )
    crowd = mail(*(part(b"", f"{n}.txt") for n in range(2_001)))
    found = office.read(tmp_path / "inbox", {"lon.eml": large, "sau.eml": deep, "dong.eml": crowd})
    codes = {name: codes for name, files in found.items() for _, codes in files.values()}
    assert codes == {"lon.eml": ["F207", "error"], "sau.eml": ["F230", "error"], "dong.eml": ["F230", "error"]}


# --- mails of two forms, one thing damaged ----------------------------------------------------------------------------


def _shapes(first: bytes, second: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield mails that hold two forms, as programs send them."""
    one, two = part(first, "Bảng 1.xlsx"), part(second, "bang2.xlsx")
    yield "attached", mail(one, two)
    yield "attached, Unix", mail(one, two).replace(b"\r\n", b"\n")
    swapped = two.split(b"\r\n", 3)
    yield "other order of headers", mail(one, b"\r\n".join((swapped[2], swapped[0], swapped[1], swapped[3])))
    yield "named by type", mail(one.replace(b"\r\nContent-Disposition: attachment; filename=", b"; name="), two)
    yield "text first", mail(two, part(first, encoding="quoted-printable"))
    logo = part(b"\x89PNG\r\n\x1a\n", "a.png", kind=b"image/png")
    related = mail(logo, boundary=b"lien", kind=b"related").partition(b"MIME-Version: 1.0\r\n")[2]
    yield "behind a text with a picture", mail(related, one, two)
    yield "one forwarded", mail(one, b"Content-Type: message/rfc822\r\n\r\n" + mail(two, boundary=b"trong"))
    yield "one forwarded in base64", mail(one, part(mail(two, boundary=b"trong"), "Fwd.eml", kind=b"message/rfc822"))
    envelope = b"From - Sat Nov 20 08:30:00 2021\r\n"
    yield "a mailbox", envelope + mail(one) + b"\r\n" + envelope + mail(two)
    yield "one in uuencode", mail(one).replace("bảng.".encode(), b"bang.\r\n\r\n" + uuencoded(second))


def _damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a mail with one line damaged: mostly a header, a boundary, the blank between; seldom one of content."""
    lines = content.splitlines(keepends=True)
    of_content = chance.random() < 0.05
    at = chance.choice([n for n, line in enumerate(lines) if of_content or not _is_content(line)])
    line, spot = lines[at], chance.randrange(max(len(lines[at]), 1))
    some = chance.choice(
        (b"\n", b" ", b"\t", b'"', b";", b":", b"=", b"-", b"\0", b"\xff", b"x", b"(", b"<", b"%", b"\r\n")
    )
    changes: tuple[Callable[[], bytes], ...] = (
        lambda: b"",
        lambda: line + line,
        lambda: line[:spot] + line[spot + chance.randint(1, 12) :],
        lambda: line[:spot] + some + line[spot:],
        lambda: line[:spot] + some + line[spot + 1 :],
        lambda: line.rstrip(b"\r\n"),
        lambda: line + b"\r\n",
        lambda: b" " + line,
        lambda: line[:spot] + b"\r\n",
        line.swapcase,
    )
    lines[at] = chance.choice(changes)()
    return b"".join(lines)


def _is_content(line: bytes) -> bool:
    bare = line.strip()
    is_encoded = bare.startswith((b"M", b"=")) or not bare.strip(LETTERS)
    return len(bare) > 20 and not bare.startswith((b"MIME", b"--")) and is_encoded


def _sweep(office: Office, folder: Path, count: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - made-up damage
    mails, holds = {}, {}
    for number in range(count):
        two = chance.sample(GROUPS, 2)
        shapes = list(_shapes(*(office.forms[code] for code in two)))
        shape, whole = shapes[number % len(shapes)]
        mails[f"{number} {shape}.eml"] = _damaged(whole, chance)
        holds[f"{number} {shape}.eml"] = set(two)
    lost = {}
    for name, files in office.read(folder, mails).items():
        codes = [code for _, found in files.values() for code in found]
        read = {code for code in codes if code in GROUPS}
        if not read <= holds[name] or (read != holds[name] and "error" not in codes):
            lost[name] = files
    assert lost == {}


@pytest.mark.exhaustive
def test_of_two_forms_in_a_mail_cut_off_anywhere_none_is_lost(office: Office, tmp_path: Path) -> None:
    """A mailbox has nothing that tells its end: cut between two mails, it is one of the first mail alone."""
    mails = {}
    shapes = (one for one in _shapes(*(office.forms[code] for code in GROUPS[:2])) if one[0] != "a mailbox")
    for shape, whole in shapes:
        lines = whole.splitlines(keepends=True)
        heads = [at for at, line in enumerate(lines) if at > HEAD.count(b"\n") and not _is_content(line)]
        for at in (*heads, *range(heads[0], len(lines), 97)):
            mails[f"{shape} {at}.eml"] = b"".join(lines[:at])
    lost = {}
    for name, files in office.read(tmp_path / "inbox", mails).items():
        codes = [code for _, found in files.values() for code in found]
        if "error" not in codes and {code for code in codes if code in GROUPS} != set(GROUPS[:2]):
            lost[name] = files
    assert lost == {}


@pytest.mark.exhaustive
def test_of_two_forms_in_a_damaged_mail_none_is_lost(office: Office, tmp_path: Path) -> None:
    _sweep(office, tmp_path / "inbox", 200, 1)


@pytest.mark.exhaustive
def test_of_two_forms_in_thousands_of_damaged_mails_none_is_lost(office: Office, tmp_path: Path) -> None:
    _sweep(office, tmp_path / "inbox", 2_000, 2)
