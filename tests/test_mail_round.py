"""A whole round by mail: sent, answered with LibreOffice, returned as mails, mended, until every group counts."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.kit.post_office import (
    ACCOUNT,
    PASSWORD,
    TRUSTED,
    Clerk,
    PostOffice,
    address,
    attached,
    log_rows,
    read,
    text_of,
)
from tests.kit.ward import FORM, Line, Ward, answer_cells

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.kit.office import Office

REGISTER = [
    Line("TDP-01", "Tổ dân phố số 1"),
    Line("TDP-02", "Tổ dân phố số 2"),
    Line("B-1", "Bản Thượng", "Bản", farming="Có"),
]
PEOPLE = {
    "TDP-01": ("Lò Văn Ví Dụ", "0912 345 678", "to1@example.vn"),
    "TDP-02": ("Hoàng Thị Mẫu", "0987 654 321", "to2@example.vn"),
    "B-1": (None, None, "ban.thuong@example.vn"),
}


@pytest.fixture
def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ward:
    monkeypatch.setenv("SSL_CERT_FILE", str(TRUSTED))
    monkeypatch.setenv("TDP_SMTP_PASSWORD", PASSWORD)
    return Ward.make(tmp_path / "phường", REGISTER)


def answer(  # noqa: PLR0913 - who answers what, and from where
    ward: Ward,
    office: Office,
    mail: bytes,
    *,
    name: str,
    sender: str,
    answers: Mapping[str, str | None] | None = None,
    only: Mapping[str, str] | None = None,
) -> None:
    """Take the form out of a mail, fill it with LibreOffice, and drop the reply into the inbox as a mail.

    All items are answered, but for ``answers``; with ``only``, just these.
    """
    letter = read(mail)
    ((form, content),) = attached(letter).items()
    taken = ward.root.parent / form
    taken.write_bytes(content)
    sheet = openpyxl.load_workbook(taken)[FORM]
    cells = answer_cells(sheet, answers)
    if only is not None:
        at = {code: cell for cell, code in answer_cells(sheet, {code: code for code in only}).items() if code in only}
        cells = {at[code]: said for code, said in only.items()}
    filled = office.fill(taken, taken.with_stem(f"{taken.stem} (1)"), {FORM: cells})
    reply = EmailMessage()
    reply["From"] = f"Tổ trưởng <{sender}>"
    reply["To"] = str(letter["From"])
    reply["Subject"] = f"Trả lời: {letter['Subject']}"
    reply["In-Reply-To"] = str(letter["Message-ID"])
    reply.set_content("Kính gửi phường.\n")
    reply.add_attachment(filled.read_bytes(), maintype="application", subtype="octet-stream", filename=filled.name)
    (ward.inbox / name).write_bytes(reply.as_bytes())


def states(ward: Ward) -> dict[str, str]:
    return {code: group["status"] for code, group in ward.call("status", "--json").groups().items()}


def test_a_round_by_mail_from_the_first_letter_to_the_last_form(ward: Ward, office: Office) -> None:
    clerk = Clerk()
    with PostOffice(clerk) as server:
        address(ward, PEOPLE, server.settings()).generate()

        # The forms go out; two leaders answer, one incompletely and from an address nobody knows.
        assert ward.call("mail", "--send", "--yes").code == 0
        first, second, third = (content for _, _, content in clerk.taken)
        answer(ward, office, first, name="Tra loi 1.eml", sender="TO1@example.vn")
        answer(ward, office, second, name="Tra loi 2.eml", sender="chau@example.com", answers={"1.1": None})
        assert states(ward) == {"TDP-01": "valid", "TDP-02": "incomplete", "B-1": "missing"}
        findings = ward.call("check", "--json").json["findings"]
        strangers = [(f["code"], f["group"]) for f in findings if f["code"].startswith("M")]
        assert strangers == [("M710", "TDP-02")]

        # Who is missing or not counted is reminded, each in its own words.
        assert ward.call("mail", "--remind", "--send", "--yes").code == 0
        assert clerk.recipients[3:] == ["to2@example.vn", "ban.thuong@example.vn"]
        incomplete, missing = map(text_of, clerk.mails[3:])
        assert "đã nhận bảng nhưng còn 01 nội dung phải bổ sung, sửa" in incomplete
        assert "đến nay UBND phường Tân Phong chưa nhận được bảng." in missing
        answer(ward, office, third, name="ban.eml", sender="ban.thuong@example.vn")

        # A consolidation makes the form to mend; it goes back with what is to be mended.
        done = ward.call("consolidate", "--json")
        assert {code: g["status"] for code, g in done.groups().items()} == {
            "TDP-01": "valid",
            "TDP-02": "incomplete",
            "B-1": "valid",
        }
        assert ward.call("mail", "--return", "--send", "--yes").code == 0
        assert clerk.recipients[5:] == ["to2@example.vn"]
        returned = clerk.taken[5][2]
        assert list(attached(read(returned))) == ["2021_TDP-02_bang-tu-danh-gia_lan-2.xlsx"]
        words = text_of(read(returned))
        assert "- Mục 1.1 chưa được trả lời.\n  Cách sửa: Chọn Có hoặc Không" in words

        # The leader answers only what was marked; the rest stood there already.
        answer(ward, office, returned, name="Tra loi 3.eml", sender="to2@example.vn", only={"1.1": "Có"})
        done = ward.call("consolidate", "--strict", "--json")
        assert done.code == 0, done.err
        assert {code: (g["status"], g["met"]) for code, g in done.groups().items()} == {
            "TDP-01": ("valid", 43),
            "TDP-02": ("valid", 43),
            "B-1": ("valid", 43),
        }
        assert sorted(done.files().values()) == ["accepted", "accepted", "accepted", "superseded"]

        # Nobody is left to remind, to ask, or to be sent anything twice.
        for options in (("--remind",), ("--return",), ()):
            assert ward.call("mail", *options, "--send", "--yes").code == 0
    assert len(clerk.taken) == 6
    assert {str(mail["From"]) for mail in clerk.mails} == {f"UBND phường Tân Phong <{ACCOUNT}>"}
    assert {code: [row[3] for row in log_rows(ward) if row[1] == code] for code in PEOPLE} == {
        "TDP-01": ["gửi bảng"],
        "TDP-02": ["gửi bảng", "nhắc nộp", "trả lại"],
        "B-1": ["gửi bảng", "nhắc nộp"],
    }
