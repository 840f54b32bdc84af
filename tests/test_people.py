"""Personal data stand where the docs say and nowhere else; `find-person` and `doctor` point at them."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from tests.kit.office import pdf_pages
from tests.kit.ward import FORM, Line, Ward, call

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kit.office import Office

LEADER, PHONE, ADDRESS = "Lường Thị Bí Ẩn", "0911 222 333", "bi.an@rieng.example.vn"
OTHER, OTHER_PHONE, OTHER_ADDRESS = "Vàng A Kín", "0977 888 999", "kin@rieng.example.vn"
STRANGER = "la.mat@khac.example.vn"
SECRETS = (LEADER, PHONE, "0911222333", ADDRESS, OTHER, OTHER_PHONE, OTHER_ADDRESS, STRANGER)
REGISTER = [Line("TDP-01", "Tổ dân phố số 1"), Line("TDP-02", "Tổ dân phố số 2"), Line("B-1", "Bản Thượng", "Bản")]


def registered(root: Path, **settings: str) -> Ward:
    """Make a folder whose register names two leaders; the third group has none."""
    ward = Ward.make(root, REGISTER, settings)
    book = openpyxl.load_workbook(ward.template)
    sheet = book["Danh sách đơn vị"]
    for row, person in ((2, (LEADER, PHONE, ADDRESS)), (3, (OTHER, OTHER_PHONE, OTHER_ADDRESS))):
        for column, value in enumerate(person, start=7):
            sheet.cell(row, column).value = value
    book.save(ward.template)
    return ward.generate()


def signed(ward: Ward, code: str, name: str, who: str, **answers: str | None) -> Path:
    """Fill a group's form and sign it, as its leader does."""
    book = openpyxl.load_workbook(ward.form(code))
    key = next(cell for row in book[FORM].iter_rows() for cell in row if str(cell.value).startswith("NL-ho_ten"))
    place = f"B{key.row}"
    return ward.send(
        code, {key.replace("_", "."): value for key, value in answers.items()}, name=name, cells={place: who}
    )


def by_mail(path: Path, sender: str, subject: str = "Bảng tự đánh giá") -> Path:
    """Put a form into a mail, in its place in the inbox."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{LEADER} <{sender}>", "ubnd@example.vn", subject
    mail.set_content(f"Kính gửi phường.\n\nGọi tôi theo số {PHONE}.")
    mail.add_attachment(
        path.read_bytes(),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename=path.name,
    )
    target = path.with_suffix(".eml")
    target.write_bytes(mail.as_bytes())
    path.unlink()
    return target


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """A round under way: three replies, of which one is to be mended, two came by mail from other addresses."""
    ward = registered(tmp_path / "phuong")
    by_mail(signed(ward, "TDP-01", "mot.xlsx", LEADER, **{"5_1": None}), STRANGER)
    by_mail(signed(ward, "TDP-02", "hai.xlsx", OTHER), ADDRESS)
    signed(ward, "B-1", "ba.xlsx", "")
    unknown = ward.inbox / "la.xlsx"
    openpyxl.Workbook().save(unknown)
    by_mail(unknown, OTHER_ADDRESS)
    return ward


def holding(root: Path, words: tuple[str, ...] = SECRETS) -> set[str]:
    """Return the files that hold any of these words: in their bytes, the parts of a workbook, the text of a PDF."""
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and any(word.encode() in text for text in texts(path) for word in words)
    }


def texts(path: Path) -> Iterator[bytes]:
    """Yield all that a file says."""
    yield path.read_bytes()
    yield str(path).encode()
    if path.suffix == ".pdf":
        yield "\n".join(pdf_pages(path)).encode()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())


# --- where private data stand ---------------------------------------------------------------------------------------


def test_a_whole_round_keeps_private_data_where_the_docs_say(
    ward: Ward,
    office: Office,  # noqa: ARG001 - prints the PDF
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tdp_xlsx.report.answers.ROOM", 0)  # so that the table of answers is written too
    ward.call("mail")
    ward.call("mail", "--remind")
    said = [ward.call("consolidate", "--pdf", "--json")]
    ward.call("mail", "--return")
    said += [ward.call(*words.split()) for words in ("consolidate --pdf", "status", "status --json", "check", "doctor")]
    said += [ward.call("export", "--evidence"), ward.call("documents"), ward.call("check", "--json")]
    assert [done.code for done in said] == [0, 0, 0, 0, 1, 0, 0, 0, 1]
    codes = {finding["code"] for finding in said[-1].json["findings"]}
    assert {"M710", "M711", "M712"} <= codes
    leaks = [word for word in SECRETS for done in said if word in done.out + done.err]
    assert leaks == []
    outputs = {path.suffix for path in (ward.root / "outbox").glob("tong_hop*")}
    assert outputs == {".xlsx", ".pdf", ".csv"}
    found = {name for name in holding(ward.root) if not name.startswith(("inbox/", "outbox/thu/"))}
    assert found == {
        "templates/self_assessment_template.xlsx",
        "outbox/tra_lai/2021_TDP-01_bang-tu-danh-gia_lan-2.xlsx",  # what the leader wrote, given back
    }


@pytest.mark.exhaustive
def test_the_name_of_who_filled_a_form_is_written_only_where_the_office_wants_it(tmp_path: Path) -> None:
    for said, expected in (("Không", 0), ("Có", 1)):
        ward = registered(tmp_path / said, **{"Ghi tên người lập vào sổ tổng hợp": said})
        signed(ward, "TDP-01", "mot.xlsx", LEADER)
        assert ward.call("consolidate").code == 0
        rows = list(openpyxl.load_workbook(ward.workbook)["Tình hình nộp bảng"].iter_rows(values_only=True))
        assert sum("Người lập ghi trong bảng" in row for row in rows) == expected
        assert sum(LEADER in row for row in rows) == expected


# --- find-person ----------------------------------------------------------------------------------------------------


def places(ward: Ward, *words: str) -> dict[str, str]:
    """Return what `find-person` lists, by file."""
    done = ward.call("find-person", *words)
    assert done.code == 0, done.err
    lines = done.out.replace("\n  ", " ").splitlines()
    return {name: rest for name, _, rest in (line[2:].partition(": ") for line in lines if line.startswith("- "))}


def test_every_place_of_a_person_is_listed_by_file_and_cell_or_line(ward: Ward) -> None:
    ward.call("mail")
    ward.send("B-1", name="ba.xlsx", cells={"F28": f"Liên hệ {PHONE}"})
    assert ward.call("consolidate").code == 0
    ward.call("mail", "--return")
    log = ward.root / "outbox/thu/nhat_ky.csv"
    line = f"2021-11-20 08:00:00,TDP-01,{ADDRESS},gửi,<x>,đã gửi"
    log.write_text(f"Thời gian,Mã đơn vị,Địa chỉ,Loại thư,Mã thư,Kết quả\r\n{line}\r\n", encoding="utf-8-sig")
    found = places(ward, "lường", "thị", "bí ẩn")
    assert found["templates/self_assessment_template.xlsx"] == (
        "Danh sách đơn vị!G2, Danh sách đơn vị!H2, Danh sách đơn vị!I2"
    )
    assert found["outbox/thu/nhat_ky.csv"] == "dòng 2"
    assert "đầu thư To" in found["outbox/thu/2021_TDP-01.eml"]
    assert "nội dung thư, dòng" in found["outbox/thu/2021_TDP-01.eml"]
    assert "dòng" in found["outbox/thu/2021_TDP-01.txt"]
    assert found["inbox/mot.eml"] == "đầu thư From, nội dung thư, dòng 3"
    assert found["inbox/mot.eml/mot.xlsx"].startswith(f"{FORM}!B")
    assert found["inbox/hai.eml/hai.xlsx"] == "người gửi"
    assert found["inbox/ba.xlsx"] == f"{FORM}!F28"
    assert "Dữ liệu!H" in found["outbox/tong_hop_2021.xlsx"]
    assert FORM in found["outbox/tra_lai/2021_TDP-01_bang-tu-danh-gia_lan-2.xlsx"]
    assert not [name for name in found if name.startswith("outbox/bieu_mau/")]
    assert not [name for name in found if "TDP-02" in name]


@pytest.mark.parametrize("typed", ["0911222333", "+84 911 222 333", "0911.222.333", "(0911) 222-333"])
def test_a_phone_is_found_by_its_digits_however_it_is_written(ward: Ward, typed: str) -> None:
    ward.send("B-1", name="ba.xlsx", cells={"F28": typed, "F29": "0911222334", "F30": 911222333})
    assert places(ward, "0911 222 333")["inbox/ba.xlsx"] == f"{FORM}!F28, {FORM}!F30"


def test_a_name_inside_another_word_is_no_place_and_nobody_is_said_so(ward: Ward) -> None:
    ward.send("B-1", name="ba.xlsx", cells={"F28": "hoàng anh", "F29": "Hoàng An"})
    assert places(ward, "hoàng an")["inbox/ba.xlsx"] == f"{FORM}!F29"
    assert "Không thấy ở đâu." in ward.call("find-person", "Không Có Ai Tên Này").err


def test_what_cannot_be_looked_into_is_named(ward: Ward) -> None:
    assert ward.call("consolidate").code == 0
    (ward.inbox / "bản ký.pdf").write_bytes(b"%PDF-1.4\n" + b"x" * 100)
    (ward.root / "outbox" / "báo cáo.docx").write_bytes(b"PK\x03\x04 hong")
    out = " ".join(ward.call("find-person", LEADER).out.split())
    assert "Tự xem, chương trình không tìm bên trong: inbox/bản ký.pdf" in out
    assert "outbox/báo cáo.docx" in out
    assert ".lock" not in out


def test_what_the_office_wrote_into_a_word_document_is_found_by_paragraph(ward: Ward) -> None:
    path = ward.root / "templates" / "van_ban" / "bien_ban.docx"
    document = docx.Document(str(path))
    document.add_paragraph(f"Có mặt: ông {OTHER}")
    document.sections[0].header.paragraphs[0].text = OTHER
    document.save(str(path))
    place = f"đoạn {sum(1 for _ in document.element.iter(qn('w:p')))}"
    assert set(places(ward, OTHER)["templates/van_ban/bien_ban.docx"].split(", ", 1)) == {
        place,
        "đầu trang, chân trang, ghi chú",
    }


def test_a_mail_with_broken_headers_and_unknown_letters_is_searched_all_the_same(ward: Ward) -> None:
    text = f"From: =?x-none?b?!!?= <a@example.vn>\nX-Ai: {OTHER}\nContent-Type: text/plain; charset=x-none\n\n{OTHER}\n"
    (ward.inbox / "hong.eml").write_bytes(text.encode())
    (ward.inbox / "hop thu.mbox").write_bytes(b"From a Mon\n" + text.encode() + b"\nFrom b Tue\n" + text.encode())
    found = places(ward, OTHER)
    assert found["inbox/hong.eml"] == "đầu thư X-Ai, nội dung thư, dòng 1"
    assert found["inbox/hop thu.mbox"].count("nội dung thư, dòng 1") == 2


def test_a_search_that_cannot_be_done_says_why(ward: Ward, tmp_path: Path) -> None:
    assert ward.call("find-person", "ab").code == 2
    assert "Ghi ít nhất 3 ký tự" in ward.call("find-person", "ab").err
    (tmp_path / "khac").mkdir()
    done = call("-C", tmp_path / "khac", "find-person", LEADER)
    assert (done.code, "không phải thư mục làm việc" in done.err) == (2, True)


def test_the_inbox_is_only_read(ward: Ward) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in ward.inbox.iterdir()}
    ward.call("find-person", LEADER)
    ward.call("doctor")
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in ward.inbox.iterdir()}


# --- doctor ---------------------------------------------------------------------------------------------------------


def test_the_doctor_points_at_phones_and_addresses_in_the_evidence(ward: Ward) -> None:
    assert "số điện thoại, địa chỉ thư" not in ward.call("doctor").out
    evidence = {
        "F28": "ông A, 0912.345.678",
        "F29": "a.b@example.vn",
        "F30": "+84 213 387 6543",
        "F31": "50/80 hộ; 05/12/2021; 1.250.000 đồng",
        "F32": "912345678 đồng",
    }
    ward.send("B-1", name="ba.xlsx", cells=evidence)
    done = ward.call("doctor")
    told = " ".join(done.out.split())
    assert "LƯU Ý: Cột số liệu, minh chứng có số điện thoại, địa chỉ thư: “inbox/ba.xlsx” ô F28, F29, F30." in told
    assert "0912.345.678" not in told
    assert done.code == 0
