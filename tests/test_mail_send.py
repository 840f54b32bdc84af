"""Sending through a real SMTP server: what arrives, once and whole; what is refused, trusted, asked and logged."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import smtplib
from typing import TYPE_CHECKING

import click
import openpyxl
import pytest
from aiosmtpd.smtp import SMTP

from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.findings import mail as rules
from tdp_xlsx.mail import post as post_module
from tdp_xlsx.mail import sending
from tdp_xlsx.mail.drafts import prepare
from tdp_xlsx.mail.journal import Journal, Line, Result, append, read_journal
from tdp_xlsx.mail.letter import MailKind
from tdp_xlsx.mail.sending import choose, send
from tdp_xlsx.outputs import OutputError, exclusive
from tests.kit.post_office import (
    ACCOUNT,
    ELSEWHERE,
    PASSWORD,
    TRUSTED,
    Clerk,
    PostOffice,
    address,
    attached,
    free_port,
    log_rows,
    settings,
    text_of,
)
from tests.kit.ward import Line as Entry
from tests.kit.ward import Ward

if TYPE_CHECKING:
    from pathlib import Path


CODES = ("TDP-01", "TDP-02", "TDP-03", "TDP-04")
PORT = free_port()
ADDRESSES = [f"{code.lower()}@example.vn" for code in CODES]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """Four groups with their forms."""
    register = [Entry(code, f"Tổ dân phố số {number}") for number, code in enumerate(CODES, start=1)]
    ward = Ward.make(tmp_path_factory.mktemp("ward"), register)
    people = {code: ("Lò Văn Ví Dụ", None, where) for code, where in zip(CODES, ADDRESSES, strict=True)}
    known = {"Địa chỉ nhận bảng": "tu-danh-gia@example.vn", **settings(PORT)}
    return address(ward, people, known).generate()


@pytest.fixture
def ward(made: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ward:
    """A copy of that ward, on a machine that trusts the server's certificate and knows the password."""
    root = tmp_path / "phường"
    shutil.copytree(made.root, root)
    monkeypatch.setenv("SSL_CERT_FILE", str(TRUSTED))
    monkeypatch.setenv("TDP_SMTP_PASSWORD", PASSWORD)
    return Ward(root)


def results(ward: Ward) -> dict[str, list[str]]:
    """Return the log's results by group, without the reasons."""
    told: dict[str, list[str]] = {}
    for _, group, *_, result in log_rows(ward):
        told.setdefault(group, []).append(result.partition(":")[0])
    return told


def everything_written(ward: Ward) -> bytes:
    return b"".join(path.read_bytes() for path in ward.root.rglob("*") if path.is_file())


# --- what arrives ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["STARTTLS", "SSL/TLS"])
def test_every_mail_arrives_once_and_whole_over_tls(ward: Ward, mode: str) -> None:
    clerk = Clerk()
    with PostOffice(clerk, mode=mode) as office:
        address(ward, {}, office.settings())
        done = ward.call("mail", "--send", "--yes")
    assert done.code == 0, done.err
    assert clerk.recipients == ADDRESSES
    assert clerk.logins == [True]
    assert clerk.was_secure == [True] * 4
    for code, mail in zip(CODES, clerk.mails, strict=True):
        number = int(code[-2:])
        assert mail["From"] == f"UBND phường Tân Phong <{ACCOUNT}>"
        assert mail["To"] == f"Tổ dân phố số {number} <{code.lower()}@example.vn>"
        assert mail["Reply-To"] == "tu-danh-gia@example.vn"
        assert mail["Subject"] == f"UBND phường Tân Phong: đề nghị tự đánh giá năm 2021 – Tổ dân phố số {number}"
        assert mail["X-Unsent"] is None
        assert text_of(mail).startswith("Bấm tải tệp về máy, mở bằng Excel hoặc WPS để điền.\n\nKính gửi: ông (bà) Lò")
        assert attached(mail) == {f"2021_{code}_bang-tu-danh-gia.xlsx": ward.form(code).read_bytes()}
    assert len({mail["Message-ID"] for mail in clerk.mails}) == 4
    assert "Đã gửi 04 thư" in done.err


def test_the_log_is_what_the_server_saw(ward: Ward) -> None:
    clerk = Clerk()
    with PostOffice(clerk, port=PORT):
        ward.call("mail", "--send", "--yes")
    rows = log_rows(ward)
    assert [row[1:4] for row in rows] == [
        [code, where, "gửi bảng"] for code, where in zip(CODES, ADDRESSES, strict=True)
    ]
    assert [row[4] for row in rows] == [mail["Message-ID"] for mail in clerk.mails]
    assert {row[5] for row in rows} == {"đã gửi"}
    times = [dt.datetime.strptime(row[0], "%Y-%m-%d %H:%M:%S") for row in rows]  # noqa: DTZ007 - the wall clock's
    assert all(abs(time - dt.datetime.now()) < dt.timedelta(minutes=5) for time in times)  # noqa: DTZ005 - likewise


def test_a_relay_of_the_house_needs_neither_login_nor_encryption(ward: Ward) -> None:
    clerk = Clerk()
    with PostOffice(clerk, mode="Không mã hóa") as office:
        address(ward, {}, office.settings())
        assert ward.call("mail", "TDP-01", "--send", "--yes").code == 0
    assert clerk.recipients == ["tdp-01@example.vn"]
    assert clerk.was_secure == [False]


# --- once -----------------------------------------------------------------------------------------------------------


def test_a_second_send_sends_nothing_again_unless_asked_to(ward: Ward) -> None:
    clerk = Clerk()
    with PostOffice(clerk, port=PORT):
        ward.call("mail", "--send", "--yes")
        second = ward.call("mail", "--send", "--yes")
        assert clerk.recipients == ADDRESSES
        assert "Không còn thư nào phải gửi" in second.err
        assert second.err.count("Không gửi lại") == 4
        ward.call("mail", "TDP-02", "--send", "--again", "--yes")
    assert clerk.recipients == [*ADDRESSES, "tdp-02@example.vn"]
    assert len({mail["Message-ID"] for mail in clerk.mails}) == 5


def test_what_is_another_mail_is_sent(ward: Ward) -> None:
    """Another address, another form, another kind; a reminder, once a day."""
    clerk = Clerk()
    with PostOffice(clerk, port=PORT):
        ward.call("mail", "--send", "--yes")
        address(ward, {"TDP-01": (None, None, "moi@example.vn")})
        ward.call("mail", "--send", "--yes")
        assert clerk.recipients[4:] == ["moi@example.vn"]
        address(ward, {}, {"Tên phường": "phường Đoàn Kết"})  # the words alone make no other mail
        ward.call("mail", "--send", "--yes")
        assert len(clerk.recipients) == 5
        ward.call("mail", "TDP-02", "--remind", "--send", "--yes")
        ward.call("mail", "TDP-02", "--remind", "--send", "--yes")
        assert clerk.recipients[5:] == ["tdp-02@example.vn"]
        tomorrow = dt.datetime.now().astimezone() + dt.timedelta(days=1)
        prepared = prepare(ward.root, MailKind.REMIND, ["TDP-02"], now=tomorrow)
        assert [letter.group for letter in choose(ward.root, prepared).letters] == ["TDP-02"]


def test_two_runs_at_once_send_nothing_twice(ward: Ward) -> None:
    clerk = Clerk()
    with PostOffice(clerk, port=PORT):
        choice = choose(ward.root, prepare(ward.root))
        with exclusive(ward.root), pytest.raises(CannotRunError, match="Một lệnh tdp-xlsx khác đang ghi"):
            send(ward.root, choice, PASSWORD)
        assert clerk.taken == []
        ward.call("mail", "--send", "--yes")
        with pytest.raises(CannotRunError, match="Một lệnh khác vừa gửi thư"):
            send(ward.root, choice, PASSWORD)
    assert clerk.recipients == ADDRESSES


def test_a_refused_recipient_is_told_and_logged_and_the_others_get_theirs(ward: Ward) -> None:
    clerk = Clerk(refused=frozenset({"tdp-02@example.vn"}), spam=frozenset({"tdp-03@example.vn"}))
    with PostOffice(clerk, port=PORT):
        done = ward.call("mail", "--send", "--yes")
        assert done.code == 2
        assert clerk.recipients == ["tdp-01@example.vn", "tdp-04@example.vn"]
        assert "TDP-02 <tdp-02@example.vn>: không gửi được: máy chủ thư trả lời 550 5.1.1 Không có hộp thư" in done.err
        assert "máy chủ thư trả lời 554 5.7.1 Thư bị coi là thư rác" in done.err
        assert "Chưa gửi được 02 thư" in done.err
        assert results(ward) == {
            "TDP-01": ["đã gửi"],
            "TDP-02": ["không gửi được"],
            "TDP-03": ["không gửi được"],
            "TDP-04": ["đã gửi"],
        }
        # Run again, it tries those that surely did not arrive, and only those.
        clerk.refused, clerk.spam = frozenset(), frozenset()
        assert ward.call("mail", "--send", "--yes").code == 0
    assert clerk.recipients == ["tdp-01@example.vn", "tdp-04@example.vn", "tdp-02@example.vn", "tdp-03@example.vn"]


def test_a_server_that_takes_no_more_for_now_is_left_and_tried_anew(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(server: SMTP, _said: str | None) -> None:
        await server.push("451 4.3.0 Đang bận")

    async def closing(server: SMTP, _said: str | None) -> None:
        await server.push("421 4.3.2 Nghỉ")

    clerk = Clerk()
    with monkeypatch.context() as patched, PostOffice(clerk, port=PORT):
        patched.setattr(SMTP, "smtp_DATA", busy)
        patched.setattr(SMTP, "smtp_RSET", closing)
        done = ward.call("mail", "TDP-01", "TDP-02", "--send", "--yes")
    assert done.code == 2
    assert done.err.count("máy chủ thư trả lời 451 4.3.0 Đang bận") == 2
    assert clerk.logins == [True, True]
    assert results(ward) == {"TDP-01": ["không gửi được"], "TDP-02": ["không gửi được"]}


def test_a_connection_that_breaks_goes_on_with_the_next_and_doubts_are_not_sent_twice(ward: Ward) -> None:
    clerk = Clerk(hang_up_before={"tdp-02@example.vn"}, hang_up_after={"tdp-03@example.vn"})
    with PostOffice(clerk, port=PORT):
        done = ward.call("mail", "--send", "--yes")
        assert done.code == 2
        assert clerk.recipients == ["tdp-01@example.vn", "tdp-03@example.vn", "tdp-04@example.vn"]
        assert clerk.logins == [True] * 3
        assert results(ward) == {
            "TDP-01": ["đã gửi"],
            "TDP-02": ["không gửi được"],
            "TDP-03": ["chưa rõ đã đến hay chưa"],
            "TDP-04": ["đã gửi"],
        }
        assert "mất kết nối với máy chủ thư" in done.err
        second = ward.call("mail", "--send", "--yes")
    assert second.code == 0
    assert "TDP-03 <tdp-03@example.vn>, chưa rõ đã đến hay chưa" in second.err
    assert clerk.recipients == [*(ADDRESSES[i] for i in (0, 2, 3)), "tdp-02@example.vn"]


def test_a_server_that_is_gone_for_good_ends_the_run(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    connect, connections = post_module._connected, []  # noqa: SLF001 - the network's part

    def once(server: post_module.Server, password: str) -> smtplib.SMTP:
        connections.append(server)
        if len(connections) > 1:
            raise post_module.PostError("Không kết nối được máy chủ thư.")
        return connect(server, password)

    monkeypatch.setattr(post_module, "_connected", once)
    monkeypatch.setattr(sending, "_MOST_FAILURES_TO_CONNECT", 1)
    clerk = Clerk(hang_up_before={"tdp-02@example.vn"})
    with PostOffice(clerk, port=PORT):
        done = ward.call("mail", "--send", "--yes")
    assert done.code == 2
    assert "Đã gửi 01 thư" in done.err
    assert "Chưa gửi được 03 thư" in done.err
    assert results(ward) == {"TDP-01": ["đã gửi"], "TDP-02": ["không gửi được"], "TDP-03": ["không gửi được"]}


def test_the_pause_between_two_mails_is_kept(ward: Ward) -> None:
    slept: list[float] = []
    address(ward, {}, {"Nghỉ giữa hai thư (giây)": "2,5"})
    with PostOffice(Clerk(), port=PORT):
        send(ward.root, choose(ward.root, prepare(ward.root)), PASSWORD, sleep=slept.append)
    assert slept == [2.5, 2.5, 2.5]


def test_stopping_in_the_middle_leaves_on_record_what_may_have_gone_out(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with PostOffice(Clerk(), port=PORT):
        monkeypatch.setattr(smtplib.SMTP, "data", stop)
        done = ward.call("mail", "--send", "--yes")
    assert done.code == 2
    assert "Đã dừng theo yêu cầu" in done.err
    assert results(ward) == {"TDP-01": ["chưa rõ đã đến hay chưa"]}


# --- trust ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["STARTTLS", "SSL/TLS"])
def test_a_wrong_certificate_is_refused_before_the_password_is_told(
    ward: Ward, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = Clerk()
    with PostOffice(clerk, mode=mode, certificate=ELSEWHERE) as office:
        address(ward, {}, office.settings())
        monkeypatch.setenv("SSL_CERT_FILE", str(ELSEWHERE))  # trusted, but for another name
        another_name = ward.call("mail", "--send", "--yes")
        monkeypatch.delenv("SSL_CERT_FILE")
        unknown = ward.call("mail", "--send", "--yes")
    for done in (another_name, unknown):
        assert done.code == 2
        assert "chứng thư của máy chủ thư localhost" in done.err
    assert clerk.logins == []
    assert clerk.taken == []
    assert log_rows(ward) == []


def test_a_wrong_password_is_told_and_nothing_is_sent(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = Clerk()
    monkeypatch.setenv("TDP_SMTP_PASSWORD", "sai")
    with PostOffice(clerk, port=PORT):
        done = ward.call("mail", "--send", "--yes")
    assert done.code == 2
    assert "không nhận tài khoản hoặc mật khẩu" in done.err
    assert set(clerk.logins) == {False}
    assert clerk.taken == []


def test_a_password_no_server_takes_is_told(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TDP_SMTP_PASSWORD", "mật khẩu")
    with PostOffice(Clerk(), port=PORT):
        done = ward.call("mail", "--send", "--yes")
    assert done.code == 2
    assert "có chữ có dấu" in done.err
    assert "mật khẩu" not in done.err.replace("hoặc mật khẩu có chữ", "")


def test_encryption_that_is_not_offered_is_never_done_without(ward: Ward) -> None:
    clerk = Clerk()
    with PostOffice(clerk, mode="Không mã hóa", port=PORT):
        no_starttls = ward.call("mail", "--send", "--yes")
        address(ward, {}, settings(PORT, "SSL/TLS"))
        no_tls = ward.call("mail", "--send", "--yes")
        address(ward, {}, settings(PORT, "Không mã hóa") | {"Tài khoản": ACCOUNT})
        password_in_the_open = ward.call("mail", "--send", "--yes")
    assert [done.code for done in (no_starttls, no_tls, password_in_the_open)] == [2, 2, 2]
    assert "không có cách mã hóa" in no_starttls.err
    assert "kết nối mã hóa" in no_tls.err
    assert "không mã hóa, nên không gửi" in password_in_the_open.err
    assert clerk.taken == []


def test_a_server_that_is_not_there_is_told(ward: Ward) -> None:
    done = ward.call("mail", "--send", "--yes")
    assert done.code == 2
    assert f"Không kết nối được máy chủ thư localhost:{PORT}" in done.err


@pytest.mark.parametrize(
    ("host", "sender", "words"),
    [
        (None, None, "chưa ghi “Máy chủ thư (SMTP)”, “Địa chỉ gửi”"),
        ("localhost", None, "chưa ghi “Địa chỉ gửi”"),
        ("mail tân phong", ACCOUNT, "không phải tên máy chủ"),
        ("localhost", "a..b@example.vn", "“Địa chỉ gửi”"),
    ],
)
def test_settings_that_do_not_suffice_are_told_by_name(
    ward: Ward, host: str | None, sender: str | None, words: str
) -> None:
    address(ward, {}, {"Máy chủ thư (SMTP)": host, "Địa chỉ gửi": sender})
    done = ward.call("mail", "--send", "--yes")
    assert done.code == 2
    assert words in done.err


def test_a_letter_with_a_blank_is_not_sent(ward: Ward) -> None:
    clerk = Clerk()
    with PostOffice(clerk, port=PORT):
        book = openpyxl.load_workbook(ward.template)
        book["Thư"]["B3"] = "Gửi trước ngày {han_nop}."
        book.save(ward.template)
        done = ward.call("mail", "--send", "--yes")
    assert done.code == 2
    assert done.out.count(rules.DEADLINE_BLANK.code) == 1
    assert "còn chỗ trống" in done.err
    assert clerk.taken == []


# --- what is asked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "count"), [("co", 4), ("Có", 4), ("y", 4), ("", 0), ("không", 0)])
def test_it_shows_what_would_go_to_whom_and_asks(
    ward: Ward, answer: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def prompt(text: str, **_: object) -> str:
        asked.append(text)
        return answer

    monkeypatch.setattr(click, "prompt", prompt)
    clerk = Clerk()
    with PostOffice(clerk, port=PORT):
        done = ward.call("mail", "--send")
    assert done.code == 0
    assert len(clerk.taken) == count
    assert asked == ["Gửi các thư trên? Gõ co để gửi, Enter để thôi"]
    assert f"Sẽ gửi 04 thư qua localhost:{PORT} (STARTTLS)" in done.err
    assert "TDP-03 <tdp-03@example.vn>: 2021_TDP-03_bang-tu-danh-gia.xlsx" in done.err
    assert ("Chưa gửi thư nào." in done.err) is (count == 0)


def test_nobody_to_ask_means_nothing_is_sent(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with PostOffice(Clerk(), port=PORT):
        done = ward.call("mail", "--send")
    assert done.code == 2
    assert "Đã dừng theo yêu cầu" in done.err


def test_the_password_is_asked_for_unseen_and_stands_nowhere(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TDP_SMTP_PASSWORD")
    hidden: list[object] = []

    def prompt(_text: str, *, hide_input: bool = False, **_: object) -> str:
        hidden.append(hide_input)
        return PASSWORD

    monkeypatch.setattr(click, "prompt", prompt)
    clerk = Clerk()
    with PostOffice(clerk, port=PORT):
        done = ward.call("mail", "--send", "--yes")
    assert (done.code, hidden, clerk.logins) == (0, [True], [True])
    assert PASSWORD not in done.out + done.err
    assert PASSWORD.encode() not in everything_written(ward)
    assert PASSWORD not in repr(post_module.Post(choose(ward.root, prepare(ward.root), again=True).server, PASSWORD))


# --- the log --------------------------------------------------------------------------------------------------------


ONE = Line(
    dt.datetime(2021, 11, 20, 8, 30, 5),  # noqa: DTZ001 - the wall clock's
    "TDP-01",
    "+to1@example.vn",
    "gửi bảng",
    f"<{'a' * 32}.2021.TDP-01.20211120083005000000@example.vn>",
    Result.REFUSED,
    'máy chủ thư trả lời 550 "không, không"',
)


def test_what_the_log_holds_is_read_back_and_is_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "thu" / "nhat_ky.csv"
    append(path)
    append(path, (ONE,))
    assert path.read_bytes().decode("utf-8-sig").splitlines()[1].split(",")[2] == "'+to1@example.vn"
    assert read_journal(path) == Journal((ONE,))


def test_a_log_as_excel_saves_it_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "nhat_ky.csv"
    path.write_text(
        "Thời gian;Mã đơn vị;Địa chỉ;Loại thư;Mã thư;Kết quả\n"
        f"20/11/2021 08:30;TDP-01;to1@example.vn;gửi bảng;{ONE.message_id};đã gửi\n"
        f"hôm qua;TDP-01;to1@example.vn;nhắc nộp;{ONE.message_id};đã gửi\n"
        ";;;;;\n"
        "20/11/2021 08:30;TDP-01;to1@example.vn;gửi bảng;mất mã;đã gửi\n",
        encoding="utf-8",
    )
    first, second = read_journal(path).lines
    assert (first.time, first.result) == (dt.datetime(2021, 11, 20, 8, 30), Result.SENT)  # noqa: DTZ001 - likewise
    assert second.time is None
    assert read_journal(path).unreadable == (5,)
    assert read_journal(path).last_sent("TDP-01", "2021", ["gửi bảng", "nhắc nộp"]) == first.time
    assert read_journal(path).last_sent("TDP-01", "2021-so-ket", ["gửi bảng"]) is None


def test_a_line_cut_off_harms_no_other_and_is_told(ward: Ward) -> None:
    clerk = Clerk()
    with PostOffice(clerk, port=PORT):
        ward.call("mail", "--send", "--yes")
        log = ward.root / "outbox" / "thu" / "nhat_ky.csv"
        log.write_bytes(log.read_bytes() + b'2021-11-20 08:30:05,TDP-01,"to')
        done = ward.call("mail", "TDP-01", "--send", "--again", "--yes")
    assert done.code == 0
    assert rules.LOG_LINE_UNREADABLE.code in done.out
    assert "dòng 6" in done.out
    journal = read_journal(log)
    assert journal.unreadable == (6,)
    assert [line.group for line in journal.lines] == [*CODES, "TDP-01"]


def test_without_a_log_that_can_be_written_nothing_is_sent(ward: Ward) -> None:
    clerk = Clerk()
    log = ward.root / "outbox" / "thu" / "nhat_ky.csv"
    with PostOffice(clerk, port=PORT):
        prepared = prepare(ward.root)
        choice = choose(ward.root, prepared)
        log.mkdir(parents=True)
        with pytest.raises(CannotRunError, match="Không đọc được nhật ký gửi thư"):
            send(ward.root, choice, PASSWORD)
        with pytest.raises(CannotRunError, match="Không đọc được nhật ký gửi thư"):
            choose(ward.root, prepared)
        with pytest.raises(OutputError, match="Không ghi được nhật ký gửi thư"):
            append(log)
        assert "TDP-01" in ward.call("status").out  # which then tells no days
    assert clerk.taken == []


def test_a_log_that_fails_in_the_middle_says_which_mail_it_lacks(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, lines: tuple[Line, ...] = ()) -> None:
        if lines:
            raise OutputError(f"Không ghi được nhật ký gửi thư “{path}” (đĩa đầy).")

    monkeypatch.setattr(sending, "append", full)
    clerk = Clerk()
    with PostOffice(clerk, port=PORT):
        done = ward.call("mail", "--send", "--yes")
    assert done.code == 2
    assert re.search(r"đĩa đầy\)\. Thư cuối: TDP-01 \(tdp-01@example.vn\), đã gửi\.", done.err)
    assert len(clerk.taken) == 1
