"""Drafts and messages: who gets which, what they say, how mail programs read them, and what is refused."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tdp_xlsx.checks import note_senders
from tdp_xlsx.findings import mail as rules
from tdp_xlsx.folder import load_template
from tdp_xlsx.forms.writer import FormWriter
from tdp_xlsx.mail.drafts import prepare
from tdp_xlsx.mail.letter import Envelope, Letter, MailKind, check_group, draft, mail_to_send, why_unfit
from tdp_xlsx.mail.words import Standing, days_left, words
from tdp_xlsx.model import Finding, Group, GroupStatus, Place, Severity
from tdp_xlsx.submission import FileOutcome, FileStatus, InboxFile, Intake
from tests.kit.grid import part, replace_part
from tests.kit.post_office import address, attached, read, text_of
from tests.kit.round import default_plan
from tests.kit.ward import Line, Ward

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tdp_xlsx.model import Plan
    from tests.kit.mail_reader import Shown

REGISTER = [Line("TDP-05", "Tổ dân phố số 5"), Line("TDP-16", "Tổ dân phố số 16"), Line("B-1", "Bản Thượng", "Bản")]
PEOPLE = {
    "TDP-05": ("Lò Văn Ví Dụ", "0912 345 678", "to5@example.vn"),
    "TDP-16": ("Hoàng Thị Mẫu", "0987 654 321", None),
    "B-1": (None, None, "ban.thuong@example.vn"),
}
TODAY = dt.datetime(2021, 11, 20, 8, 30, tzinfo=dt.UTC)
ENVELOPE = Envelope("ubnd@example.vn", "UBND phường Tân Phong", "tu-danh-gia@example.vn")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """Three groups with their forms; one has no address."""
    settings = {"Hạn nộp": "25/11/2021", "Địa chỉ nhận bảng": "tu-danh-gia@example.vn"}
    return address(Ward.make(tmp_path_factory.mktemp("ward"), REGISTER), PEOPLE, settings).generate()


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """A copy of that ward."""
    shutil.copytree(made.root, tmp_path, dirs_exist_ok=True)
    return Ward(tmp_path)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The default plan."""
    return default_plan(tmp_path_factory.mktemp("plan"))


def mails(ward: Ward) -> list[str]:
    """Return the names in the mail folder."""
    folder = ward.root / "outbox" / "thu"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def mail(ward: Ward, name: str) -> Path:
    return ward.root / "outbox" / "thu" / name


def sent_back(ward: Ward, code: str, number: int) -> Path:
    """Put a form to mend in its place: the group's form with another sending number."""
    target = ward.root / "outbox" / "tra_lai" / f"2021_{code}_bang-tu-danh-gia_lan-{number}.xlsx"
    target.parent.mkdir(parents=True, exist_ok=True)
    properties = part(ward.form(code), "docProps/custom.xml")
    changed = re.sub(rb"(tdp-xlsx-1\|[^<]*\|)1<", rb"\g<1>%d<" % number, properties)
    assert changed != properties or number == 1
    return replace_part(ward.form(code), target, "docProps/custom.xml", changed)


# --- the form goes out ----------------------------------------------------------------------------------------------


def test_every_group_gets_a_message_and_every_address_a_draft(ward: Ward) -> None:
    done = ward.call("mail")
    assert done.code == 0
    assert mails(ward) == ["2021_B-1.eml", "2021_B-1.txt", "2021_TDP-05.eml", "2021_TDP-05.txt", "2021_TDP-16.txt"]
    assert "Đã soạn 02 thư, 03 tin nhắn" in done.err


def test_a_draft_is_the_letter_with_the_form(ward: Ward) -> None:
    ward.call("mail")
    content = mail(ward, "2021_TDP-05.eml").read_bytes()
    letter = read(content)
    assert letter["X-Unsent"] == "1"
    assert letter["To"] == "Tổ dân phố số 5 <to5@example.vn>"
    assert letter["Reply-To"] == "tu-danh-gia@example.vn"
    assert letter["From"] is None  # the program that opens the draft knows its account
    assert letter["Subject"] == "UBND phường Tân Phong: đề nghị tự đánh giá năm 2021 – Tổ dân phố số 5"
    text = text_of(letter)
    assert text.splitlines()[0] == "Bấm tải tệp về máy, mở bằng Excel hoặc WPS để điền."
    assert "Kính gửi: ông (bà) Lò Văn Ví Dụ – Tổ dân phố số 5" in text
    assert "gửi lại đến tu-danh-gia@example.vn" in text
    assert "Có gì chưa rõ, xin hỏi tu-danh-gia@example.vn." in text
    assert "{" not in text
    assert unicodedata.is_normalized("NFC", text)
    assert attached(letter) == {"2021_TDP-05_bang-tu-danh-gia.xlsx": ward.form("TDP-05").read_bytes()}


def test_a_draft_is_plain_enough_for_any_server_and_program(ward: Ward) -> None:
    ward.call("mail")
    content = mail(ward, "2021_TDP-05.eml").read_bytes()
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 80
    head = content.decode().replace("\r\n ", " ")
    name = "2021_TDP-05_bang-tu-danh-gia.xlsx"
    assert f"attachment; filename=\"{name}\"; filename*=utf-8''{name}" in head
    assert f'spreadsheetml.sheet; name="{name}"' in head


def test_another_mail_program_reads_the_same(
    ward: Ward, tmp_path: Path, mail_reader: Callable[[Path, Path], Shown]
) -> None:
    """It once showed "tựđánh giá", and once half a subject: encoded words are read in more than one way."""
    ward.call("mail")
    path = mail(ward, "2021_TDP-05.eml")
    shown = mail_reader(path, tmp_path / "attachments")
    assert shown.headers["To"] == "Tổ dân phố số 5 <to5@example.vn>"
    assert shown.headers["Subject"] == "UBND phường Tân Phong: đề nghị tự đánh giá năm 2021 – Tổ dân phố số 5"
    assert shown.text.strip() == text_of(read(path.read_bytes())).strip()
    assert shown.attachments == {"2021_TDP-05_bang-tu-danh-gia.xlsx": ward.form("TDP-05").read_bytes()}


def test_a_message_is_one_short_paragraph_to_paste(ward: Ward) -> None:
    ward.call("mail")
    content = mail(ward, "2021_TDP-16.txt").read_bytes()
    text = content.decode()
    assert text.endswith("\r\n")
    assert text.count("\r\n") == 1
    assert text.startswith("Bấm tải tệp về máy, mở bằng Excel hoặc WPS để điền. Kính gửi ông (bà) Hoàng Thị Mẫu:")
    assert len(text) < 400


def test_a_group_without_an_address_is_listed_with_its_leader_and_phone(ward: Ward) -> None:
    done = ward.call("mail")
    told = " ".join(done.out.split())
    assert "M701: Tổ dân phố số 16 (TDP-16) chưa có thư điện tử" in told
    assert "tổ trưởng Hoàng Thị Mẫu, điện thoại 0987 654 321" in told
    assert "outbox/thu/2021_TDP-16.txt" in told
    assert "outbox/bieu_mau/2021_TDP-16_bang-tu-danh-gia.xlsx" in told


def test_a_second_run_changes_nothing(ward: Ward) -> None:
    ward.call("mail")
    before = {name: mail(ward, name).stat().st_mtime_ns for name in mails(ward)}
    assert prepare(ward.root).written == ()
    assert {name: mail(ward, name).stat().st_mtime_ns for name in mails(ward)} == before


def test_named_groups_only_and_no_others_are_touched(ward: Ward) -> None:
    ward.call("mail", "b-1")
    assert mails(ward) == ["2021_B-1.eml", "2021_B-1.txt"]
    ward.call("mail", "TDP-05")
    assert mails(ward) == ["2021_B-1.eml", "2021_B-1.txt", "2021_TDP-05.eml", "2021_TDP-05.txt"]
    done = ward.call("mail", "TDP-99")
    assert done.code == 2
    assert "Không có mã đơn vị: TDP-99" in done.err


def test_a_blank_leader_deadline_and_address_read_as_sentences(plan: Plan) -> None:
    group = Group("B-1", "Bản", "Bản Thượng")
    told = words(plan, group, MailKind.SEND, Standing(), TODAY.date())
    assert "Kính gửi: ông (bà) trưởng bản – Bản Thượng" in told.body
    assert "gửi lại đến địa chỉ đã gửi thư này trong thời gian sớm nhất." in told.body
    assert "xin hỏi cán bộ phụ trách của UBND phường Tân Phong." in told.body
    assert told.findings == ()


def test_a_period_and_who_prepares_are_named(plan: Plan) -> None:
    settings = replace(plan.settings, period="so-ket", prepared_by="Lê Thị Lập", reply_to="a@example.vn", ward="")
    group = Group("TDP-1", "Tổ dân phố", "Tổ dân phố số 1")
    half_year = replace(plan, settings=settings, period_label="Sơ kết")
    told = words(half_year, group, MailKind.SEND, Standing(), TODAY.date())
    assert told.subject == "UBND phường: đề nghị tự đánh giá năm 2021 (Sơ kết) – Tổ dân phố số 1"
    assert "xin hỏi Lê Thị Lập, a@example.vn." in told.body


def test_what_a_value_holds_is_never_a_field(plan: Plan) -> None:
    group = Group("TDP-1", "Tổ dân phố", "Tổ dân phố {han_nop}", leader="{noi_dung}")
    told = words(plan, group, MailKind.SEND, Standing(), TODAY.date())
    assert "ông (bà) {noi_dung} – Tổ dân phố {han_nop}" in told.body


# --- what is left out, and why --------------------------------------------------------------------------------------


def test_without_forms_nothing_is_written_and_the_next_step_is_told(ward: Ward) -> None:
    for form in (ward.root / "outbox" / "bieu_mau").iterdir():
        form.unlink()
    done = ward.call("mail")
    assert done.code == 2
    assert "M706" in done.out
    assert "tdp-xlsx generate" in done.out
    assert "Chưa soạn được thư cho 03 đơn vị" in done.err
    assert mails(ward) == []


def test_a_form_that_is_not_of_the_template_as_it_is_now_goes_to_nobody(ward: Ward) -> None:
    shutil.copy(ward.form("TDP-05"), ward.form("TDP-16"))
    ward.form("B-1").write_bytes(b"no workbook")
    done = ward.call("mail")
    assert done.code == 2
    assert done.out.count("M707") == 2
    assert mails(ward) == ["2021_TDP-05.eml", "2021_TDP-05.txt"]
    book = openpyxl.load_workbook(ward.template)
    book["Bảng tự đánh giá"]["B13"] = "Tiêu chí đã đổi lời."
    book.save(ward.template)
    assert ward.call("mail").out.count("M707") == 3
    assert mails(ward) == []  # the drafts with the old form are gone


def test_a_draft_of_a_group_no_longer_concerned_is_removed_and_no_other_file(ward: Ward) -> None:
    ward.call("mail")
    others = ("2020_TDP-05.eml", "2021-so-ket_TDP-05.eml", "2021_TDP-05_nhac.eml")
    kept = [*others, "2021_TDP-05 ghi chú.txt", "nhat_ky.csv"]
    for name in kept:
        mail(ward, name).write_text("x")
    address(ward, {"TDP-05": ("Lò Văn Ví Dụ", "0912", None)})
    done = ward.call("mail")
    assert "Đã xóa thư cũ không còn dùng: outbox/thu/2021_TDP-05.eml" in done.err
    assert set(mails(ward)) == {*kept, "2021_B-1.eml", "2021_B-1.txt", "2021_TDP-05.txt", "2021_TDP-16.txt"}


def test_names_and_addresses_no_mail_can_carry_are_findings(ward: Ward) -> None:
    address(ward, {"TDP-05": ("L" * 201, "0912", "to5@example.vn"), "B-1": (None, None, "ban..thuong@example.vn")})
    done = ward.call("mail")
    assert done.code == 2
    assert "M703" in done.out
    assert "M702" in done.out
    assert mails(ward) == ["2021_TDP-16.txt"]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("tổ5@example.vn", "có dấu"),
        ("to5@tổ.vn", "có dấu"),
        ("to5@example.vn\r\nBcc: khac@example.vn", "không đúng dạng"),
        ("to5@example.vn, khac@example.vn", "không đúng dạng"),
        ("to5", "không đúng dạng"),
        (".to5@example.vn", "không đúng quy cách"),
        ("a" * 65 + "@example.vn", "dài quá"),
        ("a@" + "b." * 127 + "vn", "dài quá"),
        ("to5@example.vn", ""),
    ],
)
def test_an_address_is_fit_or_says_why_not(value: str, reason: str) -> None:
    assert reason in why_unfit(value)
    assert bool(reason) is bool(why_unfit(value))
    group = Group("A-1", "Bản", "Bản Thượng", email=value)
    assert [finding.code for finding in check_group(group)] == (["M702"] if reason else [])


@pytest.mark.parametrize(
    "name",
    ["Tổ 5\r\nBcc: khac@example.vn", "Tổ 5\nX-A: b", "Tổ\x00 5", "Tổ \u202e5", "Tổ \ud800", "x" * 40_000],
)
def test_a_name_that_could_break_a_header_is_a_finding(name: str) -> None:
    for group in (Group("A-1", "Bản", name), Group("A-1", "Bản", "Bản Thượng", leader=name)):
        (finding,) = check_group(group)
        assert finding.code == rules.NAME_UNFIT.code
        assert len(finding.message) < 200


def test_a_subject_of_several_lines_becomes_one_and_is_told(ward: Ward) -> None:
    book = openpyxl.load_workbook(ward.template)
    book["Thư"]["B2"] = "Tự đánh giá\nBcc: khac@example.vn\n{don_vi}"
    book.save(ward.template)
    done = ward.call("mail")
    assert "M704" in done.out
    letter = read(mail(ward, "2021_TDP-05.eml").read_bytes())
    assert letter["Subject"] == "Tự đánh giá Bcc: khac@example.vn Tổ dân phố số 5"
    assert letter["Bcc"] is None


def test_a_subject_without_end_is_cut(plan: Plan) -> None:
    letters = {**plan.letters, "send_subject": "Tự đánh giá " * 500}
    told = words(replace(plan, letters=letters), Group("A", "Bản", "Bản A"), MailKind.SEND, Standing(), TODAY.date())
    assert len(told.subject) <= 250
    assert told.subject.endswith("…")
    assert [finding.code for finding in told.findings] == ["M704"]


def test_a_letter_with_a_blank_for_the_deadline_is_told(ward: Ward) -> None:
    book = openpyxl.load_workbook(ward.template)
    book["Thư"]["B3"] = "Gửi trước ngày {han_nop}."
    book.save(ward.template)
    assert "M705" not in ward.call("mail").out
    assert text_of(read(mail(ward, "2021_TDP-05.eml").read_bytes())) == "Gửi trước ngày 25/11/2021.\n"
    address(ward, {}, {"Hạn nộp": None})
    assert ward.call("mail").out.count("M707") == 3  # the forms still name the deadline
    ward.generate()
    done = ward.call("mail")
    assert done.out.count("M705") == 1
    assert text_of(read(mail(ward, "2021_TDP-05.eml").read_bytes())) == "Gửi trước ngày …………….\n"


def test_a_letter_without_text_names_the_row_to_fill(ward: Ward) -> None:
    book = openpyxl.load_workbook(ward.template)
    book["Thư"]["B3"] = None
    book.save(ward.template)
    done = ward.call("mail")
    assert done.code == 2
    assert "Thư gửi bảng: nội dung" in done.err
    assert mails(ward) == []


def test_a_draft_that_cannot_be_written_or_removed_stops_with_a_sentence(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail(ward, "x").parent.write_text("a file where the folder should be")
    done = ward.call("mail")
    assert done.code == 2
    assert "Không ghi được" in done.err
    mail(ward, "x").parent.unlink()
    ward.call("mail")
    address(ward, {"TDP-05": (None, None, None)})

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "đang mở")

    from pathlib import Path as RealPath

    unlink = RealPath.unlink
    monkeypatch.setattr(
        RealPath, "unlink", lambda self, **how: refuse() if self.suffix == ".eml" else unlink(self, **how)
    )
    done = ward.call("mail")
    assert done.code == 2
    assert "Không xóa được thư cũ" in done.err


@pytest.mark.parametrize("options", [("--remind", "--return"), ("--again",)])
def test_options_that_make_no_sense_together_are_refused(ward: Ward, options: tuple[str, ...]) -> None:
    done = ward.call("mail", *options)
    assert done.code == 2
    assert "--help" in done.err
    assert mails(ward) == []


# --- reminders ------------------------------------------------------------------------------------------------------


def test_only_groups_that_do_not_count_are_reminded_each_of_its_own_state(ward: Ward) -> None:
    ward.send("TDP-05", {"1.1": None, "2.1": None})
    ward.send("B-1")
    done = prepare(ward.root, MailKind.REMIND, now=TODAY)
    assert [letter.group for letter in done.letters] == ["TDP-05"]
    assert mails(ward) == ["2021_TDP-05_nhac.eml", "2021_TDP-05_nhac.txt", "2021_TDP-16_nhac.txt"]
    letter = read(mail(ward, "2021_TDP-05_nhac.eml").read_bytes())
    assert letter["Subject"] == "UBND phường Tân Phong: nhắc nộp Bảng tự đánh giá năm 2021 – Tổ dân phố số 5"
    assert (
        "đến nay UBND phường Tân Phong đã nhận bảng nhưng còn 02 nội dung phải bổ sung, sửa. "
        "Còn 05 ngày đến hạn nộp (25/11/2021)." in text_of(letter)
    )
    assert attached(letter) == {"2021_TDP-05_bang-tu-danh-gia.xlsx": ward.form("TDP-05").read_bytes()}
    message = mail(ward, "2021_TDP-16_nhac.txt").read_text(encoding="utf-8")
    assert "đến nay UBND phường Tân Phong chưa nhận được bảng. Còn 05 ngày" in message
    # The group sends what was missing: its reminder goes.
    ward.send("TDP-05")
    assert prepare(ward.root, MailKind.REMIND, now=TODAY).removed == (
        "outbox/thu/2021_TDP-05_nhac.eml",
        "outbox/thu/2021_TDP-05_nhac.txt",
    )


def test_a_rejected_file_is_told_as_such(ward: Ward) -> None:
    (ward.inbox / ward.form("TDP-05").name).write_bytes(b"")
    prepare(ward.root, MailKind.REMIND, ["TDP-05"], now=TODAY)
    text = text_of(read(mail(ward, "2021_TDP-05_nhac.eml").read_bytes()))
    assert "đã nhận tệp nhưng tệp chưa dùng được, cần nộp lại." in text


def test_when_all_groups_count_nobody_is_reminded(ward: Ward) -> None:
    for code in PEOPLE:
        ward.send(code)
    done = ward.call("mail", "--remind")
    assert done.code == 0
    assert "Không có đơn vị nào cần gửi thư này." in done.err
    assert mails(ward) == []


def test_a_reminder_takes_the_form_to_mend_along_where_there_is_one(ward: Ward) -> None:
    ward.send("TDP-05", {"1.1": None})
    assert ward.call("consolidate").code == 0
    second = ward.root / "outbox" / "tra_lai" / "2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx"
    prepare(ward.root, MailKind.REMIND, now=TODAY)
    letter = read(mail(ward, "2021_TDP-05_nhac.eml").read_bytes())
    assert attached(letter) == {"2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx": second.read_bytes()}


@pytest.mark.parametrize(
    ("deadline", "sentence", "by_when"),
    [
        (dt.date(2021, 11, 25), "Còn 05 ngày đến hạn nộp (25/11/2021).", "chậm nhất ngày 25/11/2021"),
        (dt.date(2021, 11, 20), "Hôm nay là hạn nộp (20/11/2021).", "chậm nhất ngày 20/11/2021"),
        (
            dt.date(2021, 11, 8),
            "Đã quá hạn nộp (08/11/2021) 12 ngày.",
            "trong thời gian sớm nhất (hạn nộp 08/11/2021 đã qua)",
        ),
        (None, "", "trong thời gian sớm nhất"),
    ],
)
def test_the_deadline_is_told_in_days(plan: Plan, deadline: dt.date | None, sentence: str, by_when: str) -> None:
    assert days_left(deadline, TODAY.date()) == sentence
    dated = replace(plan, settings=replace(plan.settings, deadline=deadline))
    told = words(dated, Group("A", "Bản", "Bản A"), MailKind.REMIND, Standing(), TODAY.date())
    assert f"chưa nhận được bảng.{' ' if sentence else ''}{sentence}\n" in told.body
    assert f"địa chỉ đã gửi thư này {by_when}." in told.body
    assert "  " not in told.message


def test_a_group_that_counts_after_all_is_told_so(plan: Plan) -> None:
    group = Group("A", "Bản", "Bản A")
    told = words(plan, group, MailKind.REMIND, Standing(GroupStatus.VALID), TODAY.date())
    assert "UBND phường Tân Phong đã nhận được bảng." in told.body


# --- forms sent back ------------------------------------------------------------------------------------------------


def test_a_form_goes_back_with_its_findings_in_words(ward: Ward) -> None:
    template = load_template(ward.root)
    FormWriter(template).write(template.plan.group_by_code["TDP-05"], ward.form("TDP-05"), number=9)
    ward.send("TDP-05", {"1.1": None, "1.2": None, "2.1": "một phần", "I.2": "Có"})
    ward.send("B-1")
    assert ward.call("consolidate").code == 0
    sent_back(ward.generate(), "TDP-05", 2)
    form = ward.root / "outbox/tra_lai/2021_TDP-05_bang-tu-danh-gia_lan-10.xlsx"  # ten comes after two
    done = ward.call("mail", "--return")
    assert done.code == 0
    assert mails(ward) == ["2021_TDP-05_tra-lai.eml", "2021_TDP-05_tra-lai.txt"]
    letter = read(mail(ward, "2021_TDP-05_tra-lai.eml").read_bytes())
    assert letter["Subject"] == "UBND phường Tân Phong: đề nghị hoàn thiện Bảng tự đánh giá năm 2021 – Tổ dân phố số 5"
    assert attached(letter) == {"2021_TDP-05_bang-tu-danh-gia_lan-10.xlsx": form.read_bytes()}
    text = text_of(letter)
    assert (
        "vì còn các nội dung sau:\n"
        "- Mục 1.1 chưa được trả lời.\n"
        "- Mục 1.2 chưa được trả lời.\n"
        "- Mục 2.1: không hiểu nội dung “một phần” tại ô "
    ) in text
    assert text.count("Cách sửa: Chọn Có hoặc Không ở cột “Trả lời” của mục này.") == 1
    assert "- Mục I.2 trả lời “Có”" in text  # to be cleared up, after what must be mended
    message = mail(ward, "2021_TDP-05_tra-lai.txt").read_text(encoding="utf-8")
    assert "còn 03 nội dung cần bổ sung, sửa" in message


def test_without_a_form_to_mend_or_with_one_already_answered_consolidate_comes_first(ward: Ward) -> None:
    ward.send("TDP-05", {"1.1": None})
    done = ward.call("mail", "--return")
    assert done.code == 2
    assert "M708" in done.out
    assert "tdp-xlsx consolidate" in done.out
    sent_back(ward, "TDP-05", 1)  # what it answered with
    assert "M709" in ward.call("mail", "--return").out
    sent_back(ward, "TDP-05", 2).write_bytes(b"no workbook")
    done = ward.call("mail", "--return")
    assert "M707" in done.out
    assert "tdp-xlsx consolidate" in done.out
    assert mails(ward) == []


def test_findings_of_any_length_and_number_leave_a_letter_that_can_be_read(plan: Plan, tmp_path: Path) -> None:
    group = Group("TDP-1", "Tổ dân phố", "Tổ dân phố số 1", email="a@example.vn")
    raw = "ghi chú\x07\u202e " * 5000
    place = Place(group="TDP-1", criterion="1.1")
    found = [Finding("A503", Severity.ERROR, f"Mục 1.1: không hiểu nội dung “{raw}”.", "Chọn " + raw, place)] * 100
    standing = Standing(GroupStatus.INCOMPLETE, (*found, Finding("A506", Severity.INFO, "đọc rộng", "", place)))
    told = words(plan, group, MailKind.RETURN, standing, TODAY.date())
    assert "- Và 40 nội dung khác đã đánh dấu trong bảng." in told.body
    assert "đọc rộng" not in told.body
    assert len(told.body) < 30_000
    form = tmp_path / "2021_TDP-1_bang-tu-danh-gia_lan-2.xlsx"
    form.write_bytes(bytes(range(256)) * 300)
    letter = Letter(
        MailKind.RETURN, "TDP-1", group.name, group.email, told.subject, told.body, told.message, form, "0" * 32
    )
    content = draft(letter, ENVELOPE)
    assert content.isascii()
    again = read(content)
    assert text_of(again) == told.body + "\n"
    assert not {"\x07", "\u202e"} & set(text_of(again))
    assert attached(again) == {form.name: form.read_bytes()}


def test_the_mail_that_goes_out_names_its_sender_and_itself(tmp_path: Path) -> None:
    form = tmp_path / "2021_TDP-1_bang-tu-danh-gia.xlsx"
    form.write_bytes(b"PK")
    letter = Letter(MailKind.SEND, "TDP-1", "Tổ dân phố số 1", "a@example.vn", "Tiêu đề", "Thư", "Tin", form, "0" * 32)
    message_id = f"<{'0' * 32}.2021-so-ket.{'A' * 32}.20211120083000000000@example.vn>"
    mail = read(mail_to_send(letter, ENVELOPE, message_id, TODAY))
    assert mail["From"] == "UBND phường Tân Phong <ubnd@example.vn>"
    assert mail["Reply-To"] == "tu-danh-gia@example.vn"
    assert mail["Message-ID"] == message_id
    assert mail["Date"] == "Sat, 20 Nov 2021 08:30:00 +0000"
    assert mail["X-Unsent"] is None
    own = read(mail_to_send(letter, replace(ENVELOPE, reply_to="ubnd@example.vn"), message_id, TODAY))
    assert own["Reply-To"] is None


# --- whose address it came from -------------------------------------------------------------------------------------


def test_a_strangers_address_is_noted_and_a_known_one_is_not(plan: Plan) -> None:
    groups = (
        Group("A-1", "Bản", "Bản Một", email="mot@example.vn", leader="Lò Văn Ví Dụ"),
        Group("A-2", "Bản", "Bản Hai", email="hai@example.vn"),
        Group("A-3", "Bản", "Bản Ba"),
    )

    def came(sender: str, group: str | None) -> FileOutcome:
        file = InboxFile("inbox/thư.eml", "0" * 64, 1, TODAY, sender=sender)
        return FileOutcome(file, FileStatus.ACCEPTED, group)

    def noted(*outcomes: FileOutcome) -> list[tuple[str, str]]:
        found = note_senders(replace(plan, groups=groups), Intake(outcomes, {}, frozenset(), ()))
        return [(finding.code, finding.message) for finding in found]

    assert noted(came("", "A-1"), came("MOT@example.vn", "A-1"), came("la@example.vn", None)) == []
    assert noted(came("la@example.vn", "A-1"), came("ba@example.vn", "A-3")) == [
        ("M710", "Tệp của Bản Một gửi từ một địa chỉ không có trong danh sách đơn vị."),
        ("M710", "Tệp của Bản Ba gửi từ một địa chỉ không có trong danh sách đơn vị."),
    ]
    assert noted(came("hai@example.vn", "A-1")) == [("M711", "Tệp của Bản Một gửi từ địa chỉ của Bản Hai.")]
    assert noted(came("hai@example.vn", None)) == [
        ("M712", "Tệp chưa rõ của đơn vị nào này gửi từ địa chỉ của Bản Hai.")
    ]


def test_the_next_step_is_the_one_there_is(ward: Ward) -> None:
    some = ward.call("mail").err.splitlines()[-1]
    assert some == (
        "Tiếp theo: mở từng thư (.eml) để gửi, hoặc gửi tất cả: thêm --send; "
        "nhắn các đơn vị chưa có thư điện tử qua Zalo: tệp .txt, kèm bảng; xem đơn vị nào đã nộp: tdp-xlsx status"
    )
    none = ward.call("mail", "TDP-16").err.splitlines()[-1]
    assert none == (
        "Tiếp theo: nhắn các đơn vị chưa có thư điện tử qua Zalo: tệp .txt, kèm bảng; "
        "xem đơn vị nào đã nộp: tdp-xlsx status"
    )
