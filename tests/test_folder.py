"""What the officer does with files and folders otherwise than meant: nothing filled is lost, each is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.kit.post_office import address, attached, read, text_of
from tests.kit.ward import FORM, Line, Ward, answer_cells, call, key_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.kit.office import Office

REGISTER = [Line("TDP-001", "Tổ dân phố số 1"), Line("TDP-002", "Tổ dân phố số 2"), Line("B-1", "Bản Thượng", "Bản")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    return Ward.make(tmp_path_factory.mktemp("ward") / "phuong", REGISTER).generate()


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """A copy to change."""
    return Ward(shutil.copytree(made.root, tmp_path / "phường"))


def fill(office: Office, form: Path, target: Path, answers: Mapping[str, str | None] | None = None) -> Path:
    """Fill a form with LibreOffice, completely but for ``answers``; the target may be the form itself."""
    cells = answer_cells(openpyxl.load_workbook(form)[FORM], answers)
    typed = office.fill(form, target.parent / f"dang-dien{target.suffix}", {FORM: cells})
    return typed.replace(target)


@pytest.mark.parametrize(
    "name", ["2021_TDP-002_bang-tu-danh-gia.ods", "2021_TDP-002_bang-tu-danh-gia_lan-2.xlsx", "to2.zip"]
)
def test_a_form_under_another_groups_name_counts_for_whom_it_says_and_both_are_told(
    ward: Ward, office: Office, name: str
) -> None:
    inside = "inbox/" + name
    if name == "to2.zip":
        form = fill(office, ward.form("TDP-001"), ward.root / ward.form("TDP-002").name)
        shutil.make_archive(str(ward.inbox / "to2"), "zip", ward.root, form.name)
        form.unlink()
        inside = f"inbox/to2.zip/{form.name}"
    else:
        fill(office, ward.form("TDP-001"), ward.inbox / name)
    fill(office, ward.form("B-1"), ward.inbox / "2021_B-1_bang-tu-danh-gia (1).xlsx")
    done = ward.call("check", "--json")
    assert {code: group["status"] for code, group in done.groups().items()} == {
        "TDP-001": "valid",
        "TDP-002": "missing",
        "B-1": "valid",
    }
    (told,) = done.json["findings"]
    assert (told["code"], told["severity"], told["group"], told["file"]) == ("G406", "warning", "TDP-001", inside)
    assert told["message"] == (
        f"Tệp “{inside}” mang tên bảng của Tổ dân phố số 2 (TDP-002) nhưng bên trong là bảng của Tổ dân phố số 1 "
        "(TDP-001); kết quả là của Tổ dân phố số 1 (TDP-001), không phải của Tổ dân phố số 2 (TDP-002)."
    )
    assert ward.call("consolidate").code == 0
    sheet = openpyxl.load_workbook(ward.workbook)["Nội dung cần làm rõ"]
    assert any("TDP-002" in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_a_copy_under_another_groups_name_is_told_though_it_is_a_duplicate(ward: Ward, office: Office) -> None:
    """The second leader sent the first one's form: that it is told once already must not hide it."""
    form = fill(office, ward.form("TDP-001"), ward.inbox / ward.form("TDP-001").name)
    shutil.copy2(form, ward.inbox / ward.form("TDP-002").name)
    assert "G406" in ward.call("check", "--json").codes()


def test_a_form_filled_in_place_is_kept_told_and_not_mailed_until_it_is_moved(ward: Ward, office: Office) -> None:
    form = ward.form("TDP-001")
    fill(office, form, form)
    office.fill(ward.form("B-1"), ward.root / "b.xlsx")  # opened and saved as it is: nothing to lose
    (ward.root / "b.xlsx").replace(ward.form("B-1"))
    held, blank = form.read_bytes(), ward.form("B-1").read_bytes()
    done = ward.call("generate")
    assert done.code == 2
    assert form.read_bytes() == held
    assert ward.form("B-1").read_bytes() != blank
    assert "F237: “outbox/bieu_mau/2021_TDP-001_bang-tu-danh-gia.xlsx”" in done.err
    assert "inbox" in done.err
    assert "Giữ nguyên 01 bảng" in done.err

    done = ward.call("mail")
    assert done.code == 2
    assert "F237: “outbox/bieu_mau/2021_TDP-001_bang-tu-danh-gia.xlsx”" in done.out
    assert [path.name for path in sorted((ward.root / "outbox" / "thu").glob("*.txt"))] == [
        "2021_B-1.txt",
        "2021_TDP-002.txt",
    ]
    assert [f["file"] for f in ward.call("status", "--json").json["findings"]] == [
        "outbox/bieu_mau/2021_TDP-001_bang-tu-danh-gia.xlsx"
    ]

    form.replace(ward.inbox / form.name)
    assert ward.call("generate").code == ward.call("mail").code == 0
    assert ward.call("status", "--json").groups()["TDP-001"]["status"] == "valid"


def test_forms_of_a_template_that_changed_are_made_anew_but_for_filled_ones(ward: Ward, office: Office) -> None:
    filled = fill(office, ward.form("TDP-001"), ward.form("TDP-001"), dict.fromkeys(["1.1"]))
    blank, held = ward.form("B-1"), filled.read_bytes()
    book = openpyxl.load_workbook(ward.template)
    for row in book["Cấu hình"].iter_rows():
        if row[0].value == "Hạn nộp":
            row[1].value = "20/12/2021"
    book.save(ward.template)
    stale = ward.call("mail")
    assert stale.code == 2
    assert stale.out.count("M707") == 2
    assert stale.out.count("F237") == 1
    assert ward.call("generate").code == 2
    assert filled.read_bytes() == held
    assert any(
        "20/12/2021" in str(cell.value) for row in openpyxl.load_workbook(blank)[FORM].iter_rows() for cell in row
    )
    assert ward.call("mail", "B-1", "TDP-002").code == 0


@pytest.mark.parametrize(
    "what", ["evidence", *(pytest.param(what, marks=pytest.mark.exhaustive) for what in ("mark", "name", "sent"))]
)
def test_a_form_to_send_back_that_the_office_filled_is_neither_replaced_removed_nor_mailed(
    ward: Ward, office: Office, what: str
) -> None:
    sent = fill(office, ward.form("TDP-001"), ward.inbox / "to1.xlsx", {"1.1": None})
    assert ward.call("consolidate").code == 0
    form = ward.root / "outbox" / "tra_lai" / "2021_TDP-001_bang-tu-danh-gia_lan-2.xlsx"
    sheet = openpyxl.load_workbook(form)[FORM]
    (asked,) = (cell for cell, said in answer_cells(sheet).items() if sheet[cell].value is None)
    name = next(f"B{c.row}" for row in sheet.iter_rows() for c in row if str(c.value).startswith("NL-ho_ten"))
    typed = {"evidence": {f"F{asked[1:]}": "97 %"}, "mark": {f"C{asked[1:]}": "x"}, "name": {name: "Lò Văn Ví Dụ"}}
    edited = office.fill(form, ward.root / "sua.xlsx", {FORM: typed.get(what, {asked: "Có"})}).replace(form)
    held = edited.read_bytes()
    told = "“outbox/tra_lai/2021_TDP-001_bang-tu-danh-gia_lan-2.xlsx”"
    done = ward.call("mail", "--return")
    assert (done.code, done.out.count(f"F237: {told}")) == (2, 1)
    shutil.copy2(fill(office, ward.form("TDP-001"), ward.root / "x.xlsx", {"1.1": None, "1.2": None}), sent)
    (ward.root / "x.xlsx").unlink()
    done = ward.call("consolidate")
    assert (done.code, done.err.count(told)) == (2, 1)
    assert edited.read_bytes() == held
    if what == "sent":
        shutil.copy2(edited, ward.inbox / edited.name)  # taken in as it is, it need not stay
        assert ward.call("consolidate").code == 0
        assert not edited.exists()
    else:
        sent.unlink()
        assert ward.call("consolidate").code == 2
        assert edited.read_bytes() == held


@pytest.mark.parametrize("place", ["to1.xlsx", "outbox/to1.ods", "templates/to1.xls"])
def test_a_filled_form_that_strayed_is_noticed_by_status(ward: Ward, office: Office, place: str) -> None:
    fill(office, ward.form("TDP-001"), ward.root / place)
    (ward.root / "danh_sach.xlsx").write_bytes(ward.template.read_bytes())
    assert ward.call("consolidate").code == 0
    done = ward.call("status")
    assert done.code == 0
    assert done.out.count("F237") == 1
    assert f"“{place}”" in done.out
    shutil.copy2(ward.root / place, ward.inbox)
    assert "F237" not in ward.call("status").out


def of_year(ward: Ward, year: str) -> None:
    """Write another year into the template."""
    book = openpyxl.load_workbook(ward.template)
    for row in book["Cấu hình"].iter_rows():
        if row[0].value == "Năm đánh giá":
            row[1].value = int(year)
    book.save(ward.template)


def held(ward: Ward) -> dict[str, bytes]:
    """Return all that lies in the outbox, but for the lock."""
    files = (path for path in (ward.root / "outbox").rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(ward.root).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("made_of", ["forms", pytest.param("workbook", marks=pytest.mark.exhaustive)])
def test_a_year_changed_in_mid_round_is_one_sentence_and_nothing_is_written_unasked(
    ward: Ward, office: Office, made_of: str
) -> None:
    for code in ("TDP-001", "B-1"):
        fill(office, ward.form(code), ward.inbox / f"{code}.ods")
    assert ward.call("consolidate").code == 0
    of_year(ward, "2022")
    shutil.rmtree(ward.root / "outbox/bieu_mau") if made_of == "workbook" else ward.workbook.unlink()
    before = held(ward)
    sentence = (
        "Sổ mẫu ghi kỳ đánh giá 2022, nhưng 02 bảng đã nhận đều của kỳ 2021, cùng kỳ với tệp đã lập trong outbox: "
        "có lẽ năm hoặc kỳ đánh giá bị sửa giữa đợt."
    )
    for command in (["generate"], ["generate", "B-1"], ["consolidate"], ["mail"], ["mail", "--remind"]):
        done = ward.call(*command)
        assert (done.code, done.out) == (2, "")
        assert "G407: " + sentence in " ".join(done.err.split())
        assert "--yes" in done.err
        assert held(ward) == before
    for look, exit_status in (("status", 0), ("check", 1)):
        done = ward.call(look)
        told = " ".join(done.out.split())
        assert (done.code, told.count(sentence), told.count("I302")) == (exit_status, 1, 0)
        assert ward.call(look, "--json").codes().count("G407") == 1
    assert held(ward) == before
    assert ward.call("generate", "--yes").code == ward.call("consolidate", "--yes").code == 0
    assert ward.call("mail", "--yes").code == 0
    assert "outbox/tong_hop_2022.xlsx" in held(ward)

    fill(office, ward.form("B-1", "2022"), ward.inbox / "moi.xlsx")  # of the new year: a round of its own has begun
    assert ward.call("consolidate").code == ward.call("generate").code == 0
    assert "G407" not in ward.call("check").out


def test_a_new_year_in_a_folder_with_an_empty_inbox_is_no_mistake(ward: Ward) -> None:
    of_year(ward, "2022")
    assert ward.call("generate").code == ward.call("mail").code == ward.call("consolidate").code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal to answer at")
@pytest.mark.parametrize(("answer", "code"), [(b"co\n", 0), (b"\n", 2)])
def test_at_a_terminal_the_officer_is_asked(ward: Ward, answer: bytes, code: int) -> None:
    ward.send("TDP-001")
    of_year(ward, "2022")
    near, far = os.openpty()
    os.write(near, answer)
    command = [sys.executable, "-m", "tdp_xlsx", "-C", str(ward.root), "generate"]
    done = subprocess.run(command, stdin=far, capture_output=True, check=False)
    os.close(near)
    os.close(far)
    assert (done.returncode, ward.form("TDP-001", "2022").exists()) == (code, code == 0)
    assert "Vẫn làm?" in done.stderr.decode()


@pytest.mark.parametrize("where", ["inbox", "outbox/bieu_mau", "sâu/hơn"])
def test_from_a_folder_inside_the_working_folder_is_named_and_init_is_not_advised(ward: Ward, where: str) -> None:
    (ward.root / where).mkdir(parents=True, exist_ok=True)
    for command in ("status", "generate", "consolidate", "mail", "check"):
        done = call("-C", ward.root / where, command)
        assert done.code == 2
        assert f"“{ward.root}”" in done.err
        assert "init" not in done.err
    assert f'"{ward.root}"' in call("-C", ward.root.parent, "status").err


@pytest.mark.parametrize(
    "name",
    [
        "inbox/self_assessment_template.xlsx",
        "templates/self_assessment_template (1).xlsx",
        "templates/Copy of Self_Assessment_Template.ods",
        "self_assessment_template.xlsx",
        "../self_assessment_template - Bản sao.xlsx",
    ],
)
def test_a_template_that_lies_elsewhere_or_is_called_otherwise_is_named(ward: Ward, name: str) -> None:
    ward.template.rename(ward.root / name)
    for done in (ward.call("generate"), ward.call("doctor"), call("-C", ward.inbox, "status")):
        told = done.out + done.err
        assert Path(name).name in " ".join(told.split())
        assert f"{ward.root}/templates/self_assessment_template.xlsx" in " ".join(told.split())
        assert "init" not in told


def test_where_nothing_is_near_init_is_advised(tmp_path: Path) -> None:
    (tmp_path / "a" / "b" / "c" / "d").mkdir(parents=True)
    assert "tdp-xlsx init" in call("-C", tmp_path / "a" / "b" / "c" / "d", "status").err


@pytest.mark.exhaustive
def test_a_folder_nobody_wrote_into_is_told_with_the_way_to_those_used_before(
    ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "cấu hình"))
    other = Ward.make(tmp_path / "mặc định")
    commands = (["status"], ["generate"], ["check"], ["mail"], ["consolidate"], ["find-person", "Ví Dụ"])
    for command in commands:
        (told,) = (line for line in other.call(*command).err.splitlines() if "còn nguyên" in line)
        assert "tdp-xlsx init" in told
    for command in commands:
        assert "còn nguyên" not in ward.call(*command).err
    for command in commands:
        done = other.call(*command)
        (told,) = (line for line in done.err.splitlines() if "còn nguyên" in line)
        assert told.endswith(f'cd "{ward.root}"')
    for silent in (["doctor"], ["demo"], ["init", "x"]):
        assert "còn nguyên" not in other.call(*silent).err
    of_year(other, "2026")  # a year makes no register
    assert "còn nguyên" in other.call("status").err
    assert other.call("generate", "--yes").code == 0
    book = openpyxl.load_workbook(other.template)
    book["Danh sách đơn vị"].append(["TDP-17", "Tổ dân phố", "Tổ dân phố số 17"])
    book.save(other.template)
    assert "còn nguyên" not in other.call("status").err
    kept = (tmp_path / "cấu hình" / "tdp-xlsx" / "folders.txt").read_text(encoding="utf-8")
    assert kept.splitlines() == [str(other.root), str(ward.root)]


def test_a_register_inside_the_programs_own_folder_is_warned_of(ward: Ward, tmp_path: Path) -> None:
    assert "thư mục của chương trình" not in ward.call("status").err + ward.call("doctor").out
    (tmp_path / "tdp-xlsx.bat").touch()
    for done in (ward.call("status"), ward.call("doctor")):
        assert "thư mục của chương trình" in " ".join((done.out + done.err).split())
    (tmp_path / "tdp-xlsx.bat").unlink()
    shutil.copy2(Path(__file__).parent.parent / "pyproject.toml", ward.root)
    assert "thư mục của chương trình" in ward.call("status").err


def test_init_ends_with_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("-C", tmp_path, "init", "phường 1").err.splitlines()[-2:] == [
        f'  cd "{tmp_path / "phường 1"}"',
        "  tdp-xlsx generate",
    ]
    (tmp_path / "x").mkdir()
    monkeypatch.chdir(tmp_path / "x")
    assert "cd " not in call("init").err


def sent_back(ward: Ward, code: str) -> tuple[str, str, str]:
    """Return what goes to a group: the letter's text, the short message, the help sheet of the form attached."""
    assert ward.call("consolidate").code == 0
    assert ward.call("mail", "--return").code == 0
    mails = ward.root / "outbox" / "thu"
    letter = read((mails / f"2021_{code}_tra-lai.eml").read_bytes())
    ((_, content),) = attached(letter).items()
    form = ward.root / "gui-lai.bin"
    form.write_bytes(content)
    with form.open("rb") as file:
        sheet = openpyxl.load_workbook(file)["Hướng dẫn điền"]
    form.unlink()
    shown = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    return text_of(letter), (mails / f"2021_{code}_tra-lai.txt").read_text(encoding="utf-8"), shown


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("password", "Tệp “2021_TDP-001_bang-tu-danh-gia.xls” có mật khẩu."),
        ("docx", "Tệp “2021_TDP-001_bang-tu-danh-gia.docx” không phải bảng tính"),
        ("two forms", "Trang “Bảng tự đánh giá Copy”: Bảng của kỳ đánh giá 2020, khác kỳ đang làm (2021)."),
        ("empty", "Tệp “2021_TDP-001_bang-tu-danh-gia.xlsx” rỗng (0 byte)."),
    ],
)
@pytest.mark.parametrize("template", [pytest.param("today's", marks=pytest.mark.exhaustive), "an earlier one's words"])
def test_a_letter_with_a_blank_form_does_not_promise_answers_and_the_form_gives_the_reason(
    ward: Ward, office: Office, kind: str, reason: str, template: str
) -> None:
    if template != "today's":
        old_words(ward)
    address(ward, {"TDP-001": ("Lò Văn Ví Dụ", None, "to1@example.vn")}).generate()
    name = ward.inbox / ward.form("TDP-001").name
    if kind == "password":
        office.fill(ward.form("TDP-001"), name.with_suffix(".xls"), password="bi mat")  # noqa: S106 - made up
    elif kind == "two forms":
        book = openpyxl.load_workbook(ward.form("TDP-001"))
        for sheet in (book[FORM], book.copy_worksheet(book[FORM])):
            (token,) = (cell for row in sheet.iter_rows() for cell in row if "|2021|" in str(cell.value))
            token.value = str(token.value).replace("|2021|", "|2020|")
        book.save(name)
    elif kind == "empty":
        name.touch()
    else:
        with zipfile.ZipFile(name.with_suffix(".docx"), "w") as archive:
            archive.writestr(
                "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
            )
            archive.writestr("word/document.xml", "<document/>")
    body, message, form = sent_back(ward, "TDP-001")
    assert reason in body
    assert "bảng gửi kèm thư này là bảng trống, cần điền lại từ đầu." in body
    assert "chưa dùng được, phải điền lại từ đầu" in message
    assert reason.removesuffix(".") in form
    assert "bảng này là bảng trống" in form
    for text in (body, message, form):
        assert "inbox/" not in text
        assert "đã được giữ" not in text
        assert "đánh dấu" not in text.replace("đánh dấu x", "").replace("quen đánh dấu như", "").replace(
            "tự đánh dấu", ""
        )


def old_words(ward: Ward) -> None:
    """Give the template the words its letters had before."""
    book = openpyxl.load_workbook(ward.template)
    for row in book["Thư"].iter_rows():
        if row[0].value == "Thư trả lại: nội dung":
            row[1].value = str(row[1].value).replace(
                "{bang_kem}",
                "Các câu trả lời rõ ràng đã được giữ lại trong bảng gửi kèm thư này; những ô cần bổ sung hoặc sửa đã "
                "được đánh dấu.",
            )
        elif row[0].value == "Thư trả lại: tin nhắn":
            row[1].value = str(row[1].value).replace(
                "{can_sua}", "còn {so_noi_dung} nội dung cần bổ sung, sửa (đã đánh dấu trong tệp kèm theo)"
            )
    book.save(ward.template)


def test_a_letter_about_a_conflict_tells_it_once_counts_what_is_marked_and_names_no_other_group(
    ward: Ward, office: Office
) -> None:
    address(ward, {"TDP-001": ("Lò Văn Ví Dụ", None, "to1@example.vn")}).generate()
    fill(office, ward.form("TDP-001"), ward.inbox / "a.xlsx", {"2.3": "Không", "1.1": "Không"})
    fill(office, ward.form("TDP-001"), ward.inbox / ward.form("TDP-002").name)
    body, message, form = sent_back(ward, "TDP-001")
    assert body.count("- Các tệp đã nộp trả lời khác nhau ở mục: 1.1, 2.3.\n") == 1
    assert body.count("khác nhau") == 1
    assert "Các câu trả lời rõ ràng đã được giữ lại" in body
    assert "còn 02 nội dung cần bổ sung, sửa (đã đánh dấu trong tệp kèm theo)" in message
    assert "đề nghị xem lại 02 mục dưới đây" in form
    for text in (body, message, form):
        assert "inbox" not in text
        assert "TDP-002" not in text


def test_a_letter_about_a_row_too_many_says_that_answers_are_kept_and_marks_none(ward: Ward) -> None:
    """All answers can be taken, yet the file is refused: nothing in the form to send back is marked."""
    address(ward, {"TDP-001": ("Lò Văn Ví Dụ", None, "to1@example.vn")}).generate()
    sheet = openpyxl.load_workbook(ward.form("TDP-001"))[FORM]
    last = list(key_rows(sheet).values())[-1]
    column = next(cell.coordinate for cell in sheet[last] if str(cell.value).startswith("TC-")).rstrip("0123456789")
    ward.send("TDP-001", cells={f"{column}{last + 1}": "TC-9.9"})
    body, message, form = sent_back(ward, "TDP-001")
    assert "Các câu trả lời đã được giữ lại trong bảng gửi kèm thư này, xin xem lại." in body
    assert "các câu trả lời đã được giữ" in message
    assert "“TC-9.9” không có trong bộ tiêu chí" in form
    assert "đã được đánh dấu" not in body
