"""A form made from that of its kind is what openpyxl makes of the group's own words, whatever they are."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment

from tdp_xlsx import outputs, prepare
from tdp_xlsx.folder import load_template
from tdp_xlsx.forms import writer
from tdp_xlsx.forms.book import Words, form_parts, load_form, lone_form
from tdp_xlsx.forms.writer import FormWriter
from tests.kit.ward import FORM, Line, Ward

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.model import Group
    from tdp_xlsx.template import Template

_LONG = "Bản tái định cư số 2 thuộc khu quy hoạch trung tâm hành chính phường, gồm hai điểm dân cư ven quốc lộ và chợ"
_REGISTER = (
    Line("TDP-05", "Tổ dân phố số 5"),
    Line("BAN-01", "Bản Nà & <Bó>", kind="Bản", farming="Có"),
    Line("BAN-02", "Bản Sin Câu", kind="Bản", countryside="Có"),
    Line("BAN-03", "Bản Thẳm", kind="Bản", farming="Có", countryside="Có"),
    Line("BAN-04", "Bản “Mới” - 'Chín' \"Chu\"", kind="Bản"),
    Line("BAN-09", _LONG, kind="Bản"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    return Ward.make(tmp_path_factory.mktemp("ward") / "phuong", _REGISTER).generate()


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """A copy to change."""
    return Ward(shutil.copytree(made.root, tmp_path / "phuong"))


@pytest.fixture(scope="module")
def template(made: Ward) -> Template:
    return load_template(made.root)


def parts(content: bytes) -> dict[str, bytes]:
    """Unpack a workbook, each part held against its checksum."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def made_by_openpyxl(template: Template, group: Group) -> dict[str, bytes]:
    """Make a group's form the plain way: its own words written by openpyxl, nothing put in afterwards."""
    workbook = load_form(lone_form(template), template)
    return form_parts(workbook, template, group, Words(group.name, group.name, group.code, "1"))


# --- equal to the plain way -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [line.code for line in _REGISTER])
def test_a_form_is_part_for_part_what_openpyxl_makes_of_the_groups_own_words(
    made: Ward, template: Template, code: str
) -> None:
    plain = made_by_openpyxl(template, template.plan.group_by_code[code])
    form = parts(made.form(code).read_bytes())
    assert sorted(form) == sorted(plain)
    assert next(iter(form)) == "docProps/app.xml"
    for name, content in plain.items():
        assert form[name] == content, name


def test_a_name_that_looks_like_an_escape_is_read_as_it_is(template: Template, tmp_path: Path) -> None:
    group = replace(template.plan.groups[0], name="Tổ _x0041_ & “B”")
    target = tmp_path / "a.xlsx"
    assert FormWriter(template).write(group, target)
    assert parts(target.read_bytes()) == made_by_openpyxl(template, group)
    book = openpyxl.load_workbook(target)
    assert book[FORM]["A3"].value == "Đơn vị: Tổ _x005F_x0041_ & “B”"
    assert book["Hướng dẫn điền"]["B2"].value == "Đơn vị: Tổ _x005F_x0041_ & “B”"
    assert book.properties.title == "Bảng tự đánh giá năm 2021 - Tổ _x0041_ & “B”"


def test_where_openpyxl_writes_letters_as_references_the_form_has_its_own_words_all_the_same(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As openpyxl does where lxml is installed."""

    def as_references(*arguments: Any) -> dict[str, bytes]:
        made = form_parts(*arguments)
        return {name: part.decode().encode("ascii", "xmlcharrefreplace") for name, part in made.items()}

    monkeypatch.setattr(writer, "form_parts", as_references)
    group = template.plan.groups[0]
    assert FormWriter(template).write(group, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book[FORM]["A3"].value == f"Đơn vị: {group.name}"
    assert group.code in [cell.value for cell in book["_tdp"]["B"]]


@pytest.mark.parametrize(
    "name", ["\ue003\ue000\ue003 & \ue001\ue000\ue001", "<a>&amp;]]>\"'", "ộ" * 30_000, "Tổ\n5", "🙂 5"]
)
def test_a_name_stands_as_it_is_where_the_group_is_named_and_nowhere_else(
    template: Template, tmp_path: Path, name: str
) -> None:
    group = replace(template.plan.groups[0], name=name)
    target = tmp_path / "a.xlsx"
    assert FormWriter(template).write(group, target)
    book = openpyxl.load_workbook(target)
    assert book[FORM]["A3"].value == f"Đơn vị: {name}"
    assert book["Hướng dẫn điền"]["B2"].value == f"Đơn vị: {name}"
    assert book.properties.title == f"Bảng tự đánh giá năm 2021 - {name}"
    assert {str(cell.value).count("|TDP-05|") for cell in book[FORM]["I"]} == {0, 1}
    assert [row[1].value for row in book["_tdp"].iter_rows(max_row=5)].count("TDP-05") == 1
    content = target.read_bytes()
    assert FormWriter(template).write(replace(group, name="khác"), target)
    assert FormWriter(template).write(group, target)
    assert target.read_bytes() == content


def test_what_no_workbook_can_hold_is_no_part_of_a_name(template: Template, tmp_path: Path) -> None:
    group = replace(template.plan.groups[0], name="Tổ\x01 5")
    target = tmp_path / "a.xlsx"
    assert FormWriter(template).write(group, target)
    assert openpyxl.load_workbook(target)[FORM]["A3"].value == "Đơn vị: Tổ\ufffd 5"


def test_a_long_name_gets_the_lines_it_needs_on_both_sheets(made: Ward) -> None:
    short, tall = (openpyxl.load_workbook(made.form(code)) for code in ("BAN-04", "BAN-09"))
    for sheet, row in ((FORM, 3), ("Hướng dẫn điền", 2)):
        heights = [book[sheet].row_dimensions[row].height for book in (short, tall)]
        assert heights[0] < heights[1], sheet


def test_sheets_the_officer_added_leave_no_trace_in_a_form(ward: Ward) -> None:
    before = ward.form("TDP-05").read_bytes()
    book = openpyxl.load_workbook(ward.template)
    sheet = book.create_sheet("Nháp", 0)
    sheet["A1"].value = "riêng của phường"
    sheet["A1"].comment = Comment("không gửi", "Phường")
    sheet.add_chart(BarChart(), "C3")
    book.save(ward.template)
    done = ward.call("generate", "TDP-05")
    assert done.code == 0, done.err
    assert parts(ward.form("TDP-05").read_bytes()) == parts(before)


# --- the archive ------------------------------------------------------------------------------------------------------


def test_a_forms_archive_is_as_zipfile_writes_it(made: Ward) -> None:
    with zipfile.ZipFile(made.form("BAN-01")) as archive:
        assert archive.testzip() is None
        for entry in archive.infolist():
            plain = zipfile.ZipInfo(entry.filename)
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert (entry.compress_type, entry.flag_bits, entry.extra) == (zipfile.ZIP_DEFLATED, 0, b"")
            assert (entry.create_version, entry.extract_version) == (plain.create_version, plain.extract_version)
            assert (entry.create_system, entry.external_attr) == (3, 0o600 << 16)
    assert made.form("BAN-01").stat().st_size < 25_000


def test_the_same_template_makes_the_same_bytes_at_any_time(made: Ward, ward: Ward) -> None:
    shutil.rmtree(ward.form("TDP-05").parent)
    ward.generate()
    for line in _REGISTER:
        assert ward.form(line.code).read_bytes() == made.form(line.code).read_bytes()
    properties = openpyxl.load_workbook(ward.form("TDP-05")).properties
    assert (str(properties.created), str(properties.modified)) == ("2021-01-01 00:00:00", "2021-01-01 00:00:00")


def test_a_form_as_it_was_written_is_read_and_counted(ward: Ward) -> None:
    shutil.copy(ward.form("BAN-01"), ward.inbox / "a.xlsx")
    done = ward.call("check", "--json")
    assert done.files() == {"inbox/a.xlsx": "incomplete"}
    assert done.groups()["BAN-01"]["status"] == "incomplete"
    assert [finding["code"][0] for finding in done.json["findings"] if finding["severity"] == "info"] == []


# --- writing ----------------------------------------------------------------------------------------------------------


def repack(form: Path, old: bytes = b"", new: bytes = b"") -> None:
    """Pack a form anew, as an earlier version did: otherwise, and with the time it was saved."""
    content = parts(form.read_bytes())
    with zipfile.ZipFile(form, "w") as archive:
        for name in sorted(content):
            stale = b"2021-01-01T00:00:00Z</dcterms:modified>"
            part = content[name].replace(stale, stale.replace(b"2021", b"2022"))
            archive.writestr(name, part.replace(old, new) if old else part)


def test_a_form_packed_otherwise_is_unchanged_and_one_that_differs_in_a_letter_is_not(ward: Ward) -> None:
    form, fresh = ward.form("TDP-05"), ward.form("TDP-05").read_bytes()
    repack(form)
    repacked = form.read_bytes()
    assert repacked != fresh
    assert "bang-tu-danh-gia.xlsx: không đổi" in ward.call("generate", "TDP-05").err
    assert form.read_bytes() == repacked
    repack(form, "Tổ dân phố số 5".encode(), "Tổ dân phố số 6".encode())
    assert "bang-tu-danh-gia.xlsx: thay mới" in ward.call("generate", "TDP-05").err
    assert form.read_bytes() == fresh
    form.write_bytes(fresh[:-30])
    assert "bang-tu-danh-gia.xlsx: thay mới" in ward.call("generate", "TDP-05").err
    assert form.read_bytes() == fresh


@pytest.mark.parametrize("lost", [0, 10_000, -1])
def test_a_form_the_disk_lost_a_byte_of_is_noticed_before_the_earlier_one_is_replaced(
    ward: Ward, lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.form("TDP-05").write_bytes(b"cu")
    folder = ward.form("TDP-05").parent

    def lose(descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        if lost < 0:
            os.truncate(descriptor, size - 1)
        else:
            os.lseek(descriptor, lost, os.SEEK_SET)
            os.write(descriptor, b"\xff\0")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lose)
        done = ward.call("generate", "TDP-05")
    assert done.code == 2
    assert "đọc lại bị lỗi" in " ".join(done.err.split())
    assert ward.form("TDP-05").read_bytes() == b"cu"
    assert not list(folder.glob("*.part"))
    assert ward.call("generate", "TDP-05").code == 0


def test_forms_are_never_made_far_ahead_of_what_is_told(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path, [Line(f"TDP-{n:03}", f"Tổ dân phố số {n}") for n in range(1, 121)])

    def stop(_: prepare.Generated) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare.generate(ward.root, on_form=stop)
    forms = list(ward.form("TDP-001").parent.iterdir())
    assert 1 <= len(forms) <= 64
    assert all(zipfile.ZipFile(form).testzip() is None for form in forms)


def test_the_folder_is_settled_once_when_all_forms_are_in_it(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ward.form("TDP-05").parent
    shutil.rmtree(folder)
    seen: list[int] = []
    settle = outputs.settle

    def settled(path: Path) -> None:
        assert path == folder
        seen.append(len(list(folder.iterdir())))
        settle(path)

    for module in (outputs, prepare):
        monkeypatch.setattr(module, "settle", settled)
    assert ward.call("generate").code == 0
    assert seen == [len(_REGISTER)]
