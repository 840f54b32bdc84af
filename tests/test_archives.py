"""Zip archives: each member by itself; one that cannot be read costs itself only, and says what to do."""

from __future__ import annotations

import io
import os
import zipfile
from typing import TYPE_CHECKING

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from tests.hostile.build import Part, archive
from tests.kit.ward import Line, Ward

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.kit.office import Office

FORMS = ("TDP-01", "TDP-02", "TDP-03")
BUILT_IN, OWN = "VelvetSweatshop", "khac"
"""The password Excel tries unasked, and one of a leader's own."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """A ward of three groups, their forms filled."""
    ward = Ward.make(tmp_path_factory.mktemp("mau"), [Line(code, f"Tổ dân phố số {code[-1]}") for code in FORMS])
    ward.generate()
    for code in FORMS:
        ward.send(code, name=f"{code}.xlsx")
    return ward


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """That ward with an empty inbox."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "inbox").mkdir()
    (tmp_path / "templates" / made.template.name).write_bytes(made.template.read_bytes())
    return Ward(tmp_path)


def form(made: Ward, number: int) -> bytes:
    return (made.inbox / f"TDP-0{number}.xlsx").read_bytes()


def counted(ward: Ward, content: bytes, name: str = "a.zip") -> tuple[list[str], dict[str, str]]:
    """Return the groups that count, and the errors by member, when this file is all that came in."""
    (ward.inbox / name).write_bytes(content)
    done = ward.call("status", "--json")
    errors = {
        found["file"].removeprefix(f"inbox/{name}/"): found["code"]
        for found in done.json["findings"]
        if found["file"] and found["severity"] == "error"
    }
    return [group["code"] for group in done.json["groups"] if group["status"] == "valid"], errors


def _zipped(members: dict[str, bytes], method: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_are_read_however_python_can_unpack_them(ward: Ward, made: Ward, method: int) -> None:
    assert counted(ward, _zipped({"1.xlsx": form(made, 1), "2.xlsx": form(made, 2)}, method)) == (
        ["TDP-01", "TDP-02"],
        {},
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda one: Part("2.xlsx", one, flags=1), "F231"),
        (lambda one: Part("2.xlsx", one, 9), "F230"),
        (lambda one: Part("2.xlsx", one, crc=1), "F230"),
        (lambda one: Part("2.xlsx", one, size=100), "F230"),
        (lambda one: Part("2.xlsx", one, size=60 << 20), "F207"),
        (lambda one: Part("2.xlsx", one, packed=b"\xff" * 500), "F230"),
        (lambda one: Part("2.xlsx", one, local_name=b"khac.x"), "F230"),
        (lambda _: Part("2.xlsx", bytes(5 << 20)), "F230"),
    ],
    ids=["locked", "Deflate64", "checksum", "larger than told", "too large", "garbled", "two names", "bomb"],
)
def test_one_bad_member_costs_itself_only(ward: Ward, made: Ward, change: Callable[[bytes], Part], code: str) -> None:
    members = [Part("1.xlsx", form(made, 1)), change(form(made, 2)), Part("3.xlsx", form(made, 3))]
    assert counted(ward, archive(members)) == (["TDP-01", "TDP-03"], {"2.xlsx": code})
    found = next(one for one in ward.call("status", "--json").json["findings"] if one["code"] == code)
    assert "Excel" not in found["fix"]
    assert "gây hại" not in found["message"]


def test_no_name_keeps_a_member_from_being_read(ward: Ward, made: Ward) -> None:
    names = ("Tổ 1\\bảng: lần 1?.xlsx", "../../bảng.xlsx", "C:\\CON\\..\\b\u202eảng.xlsx")
    content = archive(Part(name, form(made, number)) for number, name in enumerate(names, 1))
    assert counted(ward, content) == (["TDP-01", "TDP-02", "TDP-03"], {})
    assert [name.removeprefix("inbox/a.zip/") for name in ward.call("status", "--json").files()] == [
        "Tổ 1/bảng: lần 1?.xlsx",
        "bảng.xlsx",
        "C:/CON/b\\u202eảng.xlsx",
    ]


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n\r\n", b"khong phai tep nen\n" * 9])
def test_what_stands_before_an_archive_does_not_refuse_it(ward: Ward, made: Ward, before: bytes) -> None:
    content = archive([Part("1.xlsx", form(made, 1)), Part("2.xlsx", form(made, 2))])
    assert counted(ward, before + content) == (["TDP-01", "TDP-02"], {})


def test_an_archive_of_60_mb_is_read_and_one_of_201_is_named(ward: Ward, made: Ward) -> None:
    photographs = {f"{n}.jpg": b"\xff\xd8\xff\xe0" + os.urandom(3 << 20) for n in range(20)}
    content = _zipped({**photographs, "1.xlsx": form(made, 1)}, zipfile.ZIP_STORED)
    assert len(content) > 60 << 20
    assert counted(ward, content) == (["TDP-01"], {})
    with (ward.inbox / "a.zip").open("r+b") as file:
        file.truncate(201 << 20)
    done = ward.call("status", "--json")
    assert "200 MB một tệp nén" in next(one["message"] for one in done.json["findings"] if one["code"] == "F207")


def test_a_file_that_is_no_container_may_have_50_mb(ward: Ward) -> None:
    content = archive([Part("[Content_Types].xml", b"<Types/>"), Part("xl/media/a.jpg", bytes(51 << 20), 0)])
    assert counted(ward, content, "a.xlsx") == ([], {"inbox/a.xlsx": "F207"})


def test_an_archive_cut_off_is_named_with_what_to_do(ward: Ward, made: Ward) -> None:
    content = archive([Part("1.xlsx", form(made, 1)), Part("2.xlsx", form(made, 2))])
    assert counted(ward, content[:-3000]) == ([], {"inbox/a.zip": "F230"})


# --- passwords --------------------------------------------------------------------------------------------------------


def _encrypted(content: bytes, password: str) -> bytes:
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, target)  # type: ignore[no-untyped-call]
    return target.getvalue()


def test_a_workbook_with_excels_built_in_password_is_read_as_excel_does(ward: Ward, made: Ward) -> None:
    content = archive(
        [
            Part("1.xlsx", _encrypted(form(made, 1), BUILT_IN)),
            Part("2.xlsx", _encrypted(form(made, 2), OWN)),
        ]
    )
    assert counted(ward, content) == (["TDP-01"], {"2.xlsx": "F202"})


@pytest.mark.exhaustive
@pytest.mark.office
def test_so_is_an_xls(ward: Ward, made: Ward, office: Office) -> None:
    source = made.inbox / "TDP-01.xlsx"
    opened = office.fill(source, ward.root / "1.xls", password=BUILT_IN).read_bytes()
    locked = office.fill(source, ward.root / "2.xls", password=OWN).read_bytes()
    assert counted(ward, archive([Part("1.xls", opened), Part("2.xls", locked)])) == (["TDP-01"], {"2.xls": "F202"})
