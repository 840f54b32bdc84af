"""What lies in the inbox: ignored, read in its folder, archive or mail, or named; each entry once."""

from __future__ import annotations

import email.message
import hashlib
import io
import itertools
import os
import sys
import zipfile
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tdp_xlsx.intake.opening import open_entries
from tdp_xlsx.reading import isolated, worker
from tdp_xlsx.reading.cells import Cause
from tdp_xlsx.reading.inbox import Entry, entries, entry
from tdp_xlsx.reading.request import Request
from tdp_xlsx.submission import FileStatus
from tests.hostile.build import Part, archive
from tests.kit.grid import replace_part
from tests.kit.ward import Line, Ward

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.intake.opening import Opened


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    ward = Ward.make(tmp_path_factory.mktemp("mau"), [Line(f"TDP-{n:02}", f"Tổ dân phố số {n}") for n in (1, 2, 3)])
    ward.generate()
    for number in (1, 2, 3):
        ward.send(f"TDP-{number:02}", name=f"{number}.xlsx")
    return ward


@pytest.fixture
def ward(forms: Ward, tmp_path: Path) -> Ward:
    """A ward of three groups with an empty inbox."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "templates" / forms.template.name).write_bytes(forms.template.read_bytes())
    return Ward(tmp_path)


def _form(forms: Ward, number: int) -> bytes:
    return (forms.inbox / f"{number}.xlsx").read_bytes()


def _opened(ward: Ward) -> dict[str, Opened]:
    return {one.file.path: one for one in open_entries(entries(ward.inbox, ward.root))}


def _codes(ward: Ward) -> dict[str, list[str]]:
    return {name: [finding.code for finding in one.findings] for name, one in _opened(ward).items()}


def test_members_of_a_zip_are_read_as_files_of_their_own(ward: Ward, forms: Ward) -> None:
    with zipfile.ZipFile(ward.inbox / "zalo.zip", "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("Tổ 1/bảng.xlsx", _form(forms, 1))
        target.writestr("bang 2.xlsx", _form(forms, 2))
        target.writestr("__MACOSX/._bang 2.xlsx", b"x")
        target.mkdir("trong") if sys.version_info >= (3, 11) else None
    done = ward.call("status", "--json")
    assert done.files() == {
        "inbox/zalo.zip/Tổ 1/bảng.xlsx": "accepted",
        "inbox/zalo.zip/bang 2.xlsx": "accepted",
        "inbox/zalo.zip/__MACOSX/._bang 2.xlsx": "ignored",
    }
    assert done.groups()["TDP-01"]["sha256"] == hashlib.sha256(_form(forms, 1)).hexdigest()
    assert [group["status"] for group in done.json["groups"]] == ["valid", "valid", "missing"]
    assert [path.name for path in ward.inbox.iterdir()] == ["zalo.zip"]


def test_names_that_macos_and_phones_pack_are_readable(ward: Ward, forms: Ward) -> None:
    parts = [Part("Tổ 1.xlsx", _form(forms, 1), flags=0), Part(b"T\x93 2.xlsx", _form(forms, 2), flags=0)]
    (ward.inbox / "a.zip").write_bytes(archive(parts))
    assert set(_opened(ward)) == {"inbox/a.zip/Tổ 1.xlsx", "inbox/a.zip/Tô 2.xlsx"}


def test_attachments_of_a_mail_are_read_with_their_sender(ward: Ward, forms: Ward) -> None:
    message = email.message.EmailMessage()
    message["From"] = "Nguyễn Văn Ví Dụ <to1@example.vn>"
    message["Subject"] = "Nộp bảng"
    message.set_content("Em gửi bảng ạ.")
    message.add_alternative("<p>Em gửi bảng ạ.</p>", subtype="html")
    message.add_attachment(_form(forms, 1), maintype="application", subtype="x", filename="Bảng tổ 1.xlsx")
    message.add_attachment(b"\xff\xd8\xff\xe0anh", filename="ký.jpg", maintype="image", subtype="jpeg")
    (ward.inbox / "thu.eml").write_bytes(message.as_bytes())
    opened = _opened(ward)
    assert {name: one.status for name, one in opened.items()} == {
        "inbox/thu.eml/Bảng tổ 1.xlsx": FileStatus.ACCEPTED,
        "inbox/thu.eml/ký.jpg": FileStatus.KEPT,
    }
    assert {one.file.sender for one in opened.values()} == {"to1@example.vn"}
    assert ward.call("status", "--json").groups()["TDP-01"]["status"] == "valid"


def test_a_mail_a_mailing_program_saved_is_known_by_its_headers(ward: Ward) -> None:
    head = b"Delivered-To: phuong@example.vn\r\nX-Anything: 1\r\nReceived: by 10.0.0.1\r\nFrom: a@b.vn\r\n\r\nchao\r\n"
    (ward.inbox / "a.txt").write_bytes(head)
    (ward.inbox / "b.txt").write_bytes(b"From a@b.vn Mon Nov 1\r\n" + head)
    (ward.inbox / "c.txt").write_bytes(b"Note: not a mail\r\n")
    assert _codes(ward) == {"inbox/a.txt": ["F216"], "inbox/b.txt": ["F216"], "inbox/c.txt": ["F203"]}


def test_leftovers_of_systems_are_ignored_and_a_real_workbook_is_not(ward: Ward, forms: Ward) -> None:
    for name in ("Thumbs.db", "DESKTOP.INI", ".DS_Store", "._1.xlsx", "a.tmp", "b.part", "c.crdownload", "~$1.xlsx"):
        (ward.inbox / name).write_bytes(b"x" * 165)
    (ward.inbox / ".~lock.1.xlsx#").write_bytes(b"x")
    (ward.inbox / "~$2.xlsx").write_bytes(_form(forms, 2))
    statuses = {name.removeprefix("inbox/"): one.status for name, one in _opened(ward).items()}
    assert statuses.pop("~$2.xlsx") is FileStatus.ACCEPTED
    assert len(statuses) == 9
    assert set(statuses.values()) == {FileStatus.IGNORED}


def test_subfolders_are_read_to_the_fourth_level(ward: Ward, forms: Ward) -> None:
    deep = ward.inbox / "a" / "b" / "c"
    (deep / "d").mkdir(parents=True)
    (deep / "1.xlsx").write_bytes(_form(forms, 1))
    (deep / "d" / "2.xlsx").write_bytes(_form(forms, 2))
    assert {name: one.status for name, one in _opened(ward).items()} == {
        "inbox/a/b/c/1.xlsx": FileStatus.ACCEPTED,
        "inbox/a/b/c/d": FileStatus.REJECTED,
    }
    assert _codes(ward)["inbox/a/b/c/d"] == ["F209"]


def test_names_are_in_natural_order(ward: Ward) -> None:
    for name in ("10.txt", "9.txt", "b2.txt", "B1.txt"):
        (ward.inbox / name).write_bytes(b"x")
    names = [one.name for one in entries(ward.inbox, ward.inbox)]
    assert names == ["9.txt", "10.txt", "B1.txt", "b2.txt"]


def test_a_file_that_grows_while_it_is_read_is_still_being_saved(
    ward: Ward, forms: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ward.inbox / "1.xlsx"
    path.write_bytes(_form(forms, 1))
    real, sizes = os.fstat, itertools.count(10)

    def fstat(descriptor: int) -> Any:
        found = real(descriptor)
        return SimpleNamespace(st_mode=found.st_mode, st_size=next(sizes), st_mtime_ns=1, st_mtime=1.0)

    monkeypatch.setattr(os, "fstat", fstat)
    (reading,) = worker.read_request(Request(str(path), "1.xlsx")).readings
    assert reading.cause is Cause.SAVING
    monkeypatch.undo()
    monkeypatch.setattr(isolated, "read_in_order", lambda items, _: ((item, (reading,)) for item in items))
    (opened,) = open_entries(entries(ward.inbox, ward.root))
    assert [finding.code for finding in opened.findings] == ["F212"]


def test_a_file_that_became_a_pipe_is_not_read(ward: Ward) -> None:
    if sys.platform == "win32":
        pytest.skip("no such pipes")
    os.mkfifo(ward.inbox / "x")
    (reading,) = worker.read_request(Request(str(ward.inbox / "x"), "x")).readings
    assert reading.cause is Cause.UNSAFE


def test_a_file_that_is_gone_or_closed_to_us_is_named(ward: Ward) -> None:
    path = ward.inbox / "1.xlsx"
    path.write_bytes(b"x")
    found = entry(path, ward.root)
    path.unlink()
    (opened,) = open_entries([found])
    assert [finding.code for finding in opened.findings] == ["F208"]
    assert "No such file" in opened.reason or "cannot find" in opened.reason


def test_a_folder_that_is_closed_to_us_is_named(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    (ward.inbox / "kin").mkdir()
    real = os.listdir

    def listdir(path: str) -> list[str]:
        if path.endswith("kin"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    assert _codes(ward) == {"inbox/kin": ["F208"]}


def test_what_vanishes_while_the_folder_is_listed_is_passed_over(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    (ward.inbox / "a.tmp").write_bytes(b"x")
    monkeypatch.setattr(os, "lstat", lambda _: (_ for _ in ()).throw(FileNotFoundError(2, "gone")))
    assert list(entries(ward.inbox, ward.root)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_utf_8_has_one_that_can_be_written(ward: Ward) -> None:
    with open(os.fsencode(ward.inbox) + b"/\xff\xfe.xlsx", "wb") as file:  # noqa: PTH123 - a name of bytes
        file.write(b"x")
    assert ward.call("consolidate").code == 0
    assert ward.call("status", "--json").files() == {"inbox/\\xff\\xfe.xlsx": "rejected"}


@pytest.mark.parametrize("seconds", [-(2**33), 0, 2**33])
def test_a_time_stamp_no_workbook_can_show_is_moved(ward: Ward, seconds: int) -> None:
    (ward.inbox / "a.txt").write_bytes(b"x")
    os.utime(ward.inbox / "a.txt", (seconds, seconds))
    assert ward.call("consolidate").code == 0


def test_what_a_workbook_carries_that_could_run_is_noted_and_it_counts(ward: Ward, forms: Ward) -> None:
    path = ward.inbox / "1.xlsm"
    path.write_bytes(_form(forms, 1))
    replace_part(path, path, "xl/vbaProject.bin", b"x")
    replace_part(path, path, "xl/externalLinks/externalLink1.xml", b"<x/>")
    replace_part(path, path, "xl/embeddings/oleObject1.bin", b"x")
    (opened,) = _opened(ward).values()
    assert opened.status is FileStatus.ACCEPTED
    assert [finding.code for finding in opened.findings] == ["F219"]
    assert "macro, liên kết tới tệp khác, đối tượng nhúng" in opened.findings[0].message
    assert ward.call("status", "--json").groups()["TDP-01"]["status"] == "valid"


def test_a_strict_workbook_reads_like_any_other(ward: Ward, forms: Ward) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_form(forms, 1))) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for transitional, strict in (
                (b"schemas.openxmlformats.org/spreadsheetml/2006/main", b"purl.oclc.org/ooxml/spreadsheetml/main"),
                (b"schemas.openxmlformats.org/officeDocument/2006/", b"purl.oclc.org/ooxml/officeDocument/"),
            ):
                content = content.replace(transitional, strict)
            new.writestr(name, content)
    (ward.inbox / "1.xlsx").write_bytes(target.getvalue())
    done = ward.call("status", "--json")
    assert done.groups()["TDP-01"]["status"] == "valid", done.codes()


def test_an_entry_outside_the_root_keeps_its_whole_name(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"x")
    (tmp_path / "phuong").mkdir()
    found = entry(tmp_path / "x.txt", tmp_path / "phuong")
    assert isinstance(found, Entry)
    assert found.name == (tmp_path / "x.txt").as_posix()
    assert list(entries(tmp_path / "khong_co", tmp_path)) == []
