"""The commands that make what leaves the office: letters, sent once the officer agrees, results, drafts, open data."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from tdp_xlsx import layout
from tdp_xlsx.cli.terminal import CANNOT, agreed, is_meant, say, show, tell_of_folder
from tdp_xlsx.cli.usage import Command

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.mail.drafts import Prepared
    from tdp_xlsx.mail.letter import Letter
    from tdp_xlsx.mail.post import Delivery

PASSWORD_VARIABLE = "TDP_SMTP_PASSWORD"  # noqa: S105 - where it is, not what it is


@click.command(cls=Command, options_metavar="[TÙY CHỌN]")
@click.argument("codes", metavar="[MÃ-ĐƠN-VỊ]…", nargs=-1)
@click.option("--remind", is_flag=True, help="Nhắc đơn vị chưa nộp, hoặc đã nộp mà chưa được tính.")
@click.option("--return", "give_back", is_flag=True, help="Trả bảng cần sửa (outbox/tra_lai), nêu rõ cần sửa gì.")
@click.option("--results", is_flag=True, help="Gửi kết quả của từng đơn vị (outbox/ket_qua, do lệnh results lập).")
@click.option("--send", is_flag=True, help="Gửi ngay qua máy chủ thư ghi ở trang Cấu hình, sau khi hỏi lại.")
@click.option("--again", is_flag=True, help="Cùng --send: gửi cả những thư đã gửi.")
@click.option("--yes", is_flag=True, help="Không hỏi lại, khi gửi (--send) hoặc khi bảng đã nhận là của kỳ khác.")
@click.pass_obj
def mail(  # noqa: PLR0913, PLR0917 - click's way
    root: Path,
    codes: tuple[str, ...],
    remind: bool,  # noqa: FBT001
    give_back: bool,  # noqa: FBT001
    results: bool,  # noqa: FBT001
    send: bool,  # noqa: FBT001
    again: bool,  # noqa: FBT001
    yes: bool,  # noqa: FBT001
) -> None:
    """Soạn thư kèm bảng, kết quả (.eml), tin nhắn cho các đơn vị; gửi nếu thêm --send."""
    from tdp_xlsx import console
    from tdp_xlsx.mail.drafts import prepare
    from tdp_xlsx.mail.letter import MailKind

    if remind + give_back + results > 1:
        told = "chỉ chọn một trong ba: --remind, --return hoặc --results."
        raise click.UsageError(told, click.get_current_context())
    if again and not send:
        raise click.UsageError("--again chỉ dùng cùng --send.", click.get_current_context())
    tell_of_folder(root)
    chosen = {MailKind.REMIND: remind, MailKind.RETURN: give_back, MailKind.RESULT: results}
    kind = next((kind for kind, is_chosen in chosen.items() if is_chosen), MailKind.SEND)
    prepared = prepare(root, kind, codes, is_meant=partial(is_meant, yes=yes))
    for letter in prepared.letters:
        click.echo(console.visible(f"{letter.group} {letter.name} <{letter.address}>: {letter.subject}"))
    show(console.finding_lines(prepared.findings))
    show(console.person_line(prepared.plan.group_by_code[letter.group]) for letter in prepared.only_message)
    say(*(f"Đã xóa thư cũ không còn dùng: {name}" for name in prepared.removed))
    if not prepared.concerned:
        say("Không có đơn vị nào cần gửi thư này.")
        return
    count = len(prepared.letters) + len(prepared.only_message)
    say(f"Đã soạn {len(prepared.letters):02d} thư, {count:02d} tin nhắn trong {root / layout.MAIL}")
    failed = _send(root, prepared, again=again, yes=yes) if send else 0
    say(_after_mail(prepared, send=send))
    unwritten = prepared.concerned - count
    if unwritten:
        say(f"Chưa soạn được thư cho {unwritten:02d} đơn vị nêu trên. Sửa theo hướng dẫn rồi chạy lại.")
    if failed or unwritten:
        sys.exit(CANNOT)


def _after_mail(prepared: Prepared, *, send: bool) -> str:
    steps = []
    what = "kết quả" if prepared.kind.value == "result" else "bảng"
    if prepared.letters and not send:
        steps.append("mở từng thư (.eml) để gửi, hoặc gửi tất cả: thêm --send")
    if prepared.only_message:
        steps.append(f"nhắn các đơn vị chưa có thư điện tử qua Zalo: tệp .txt, kèm {what}")
    elif not send:
        steps.append("tin nhắn Zalo: tệp .txt")
    return f"Tiếp theo: {'; '.join([*steps, 'xem đơn vị nào đã nộp: tdp-xlsx status'])}"


def _send(root: Path, prepared: Prepared, *, again: bool, yes: bool) -> int:
    """Show what would go to whom, ask, send; return how many were not sent."""
    from tdp_xlsx import console
    from tdp_xlsx.mail import sending

    choice = sending.choose(root, prepared, again=again)
    show(console.finding_lines(choice.findings))
    for letter, before in choice.left:
        when = f"{before.time:%d/%m/%Y %H:%M}" if before.time else "không rõ lúc nào"
        say(f"Không gửi lại (thêm --again nếu muốn): {letter.group} <{letter.address}>, {before.result} ({when})")
    if not choice.letters:
        say("Không còn thư nào phải gửi.")
        return 0
    server = choice.server
    say(f"Sẽ gửi {len(choice.letters):02d} thư qua {server.host}:{server.port} ({server.security}),")
    say(f"đứng tên {choice.envelope.sender_name} <{choice.envelope.sender}>:")
    say(*(f"  {letter.group} <{letter.address}>: {letter.form.name}" for letter in choice.letters))
    if not yes and not agreed("Gửi các thư trên? Gõ co để gửi, Enter để thôi"):
        say("Chưa gửi thư nào.")
        return 0
    password = ""
    if server.account:
        password = os.environ.get(PASSWORD_VARIABLE) or click.prompt(
            f"Mật khẩu của {server.account}", hide_input=True, err=True
        )

    def tell(letter: Letter, delivery: Delivery) -> None:
        reason = f": {delivery.reason}" if delivery.reason else ""
        say(f"{letter.group} <{letter.address}>: {delivery.result}{reason}")

    deliveries = sending.send(root, choice, password, tell)
    sent = sum(delivery.is_sent for delivery in deliveries)
    failed = len(choice.letters) - sent
    say(f"Đã gửi {sent:02d} thư; nhật ký: {root / layout.MAIL_LOG}")
    if failed:
        say(
            f"Chưa gửi được {failed:02d} thư. Xem lý do nêu trên, rồi chạy lại lệnh này để gửi tiếp; "
            "thư chưa rõ đã đến hay chưa thì hỏi đơn vị trước khi gửi lại bằng --again."
        )
    return failed


@click.command("export", cls=Command, options_metavar="[TÙY CHỌN]")
@click.option("--evidence", is_flag=True, help="Thêm nguyên văn ô trả lời và số liệu, minh chứng đơn vị ghi.")
@click.pass_obj
def export(root: Path, evidence: bool) -> None:  # noqa: FBT001 - click's way
    """Lập dữ liệu mở của đợt: các bảng CSV và tệp mô tả datapackage.json.

    Số liệu là của sổ tổng hợp; nếu tệp trong inbox hoặc kết quả thẩm định đã thay đổi từ khi lập sổ thì không lập, hãy
    chạy consolidate trước. Không có họ tên, điện thoại, địa chỉ thư; giấy phép sử dụng do phường quyết định.
    """
    from tdp_xlsx.papers.open_data import export as write

    say(f"Dữ liệu mở: {write(root, evidence=evidence)}")
    if evidence:
        say("Chữ do đơn vị tự ghi có thể nêu người khác: đọc lại answers.csv trước khi công bố.")


@click.command("documents", cls=Command, options_metavar="[TÙY CHỌN]")
@click.pass_obj
def documents(root: Path) -> None:
    """Soạn dự thảo báo cáo, biên bản họp, tờ trình (Word) theo số liệu của sổ tổng hợp.

    Mẫu ở templates/van_ban, sửa bằng Word; số liệu, câu chữ là của trang Tổng hợp, chỗ phải quyết định thì để trống. Dự
    thảo đã sửa không bị mất: bản cũ lưu ở outbox/luu. Nếu tệp trong inbox hoặc kết quả thẩm định đã thay đổi từ khi lập
    sổ thì không soạn, hãy chạy consolidate trước.
    """
    from tdp_xlsx.papers.drafts import draft

    done = draft(root)
    if done.laid:
        say(f"Đã đặt mẫu văn bản mặc định vào {(root / layout.paper_template('bao_cao')).parent}")
    say(*(f"Dự thảo đã sửa được lưu tại: {root / kept}" for kept in done.archived))
    say(*(f"Dự thảo: {path}" for path in done.drafts))
    if done.uncounted:
        say(f"Còn {done.uncounted:02d} đơn vị chưa được tính: văn bản ghi là tạm xếp hạng.")
    say("Tiếp theo: mở bằng Word, điền các chỗ ……, rà soát rồi trình ký.")


@click.command("results", cls=Command, options_metavar="[TÙY CHỌN]")
@click.argument("codes", metavar="[MÃ-ĐƠN-VỊ]…", nargs=-1)
@click.pass_obj
def results(root: Path, codes: tuple[str, ...]) -> None:
    """Lập kết quả gửi từng đơn vị (hoặc những mã được nêu); PDF nếu có LibreOffice.

    Mỗi tệp chỉ có kết quả của một đơn vị: tự đánh giá, thẩm định, lý do, thứ hạng, trung vị của phường. Ghi “dự kiến”
    cho đến khi mọi đơn vị được tính và đã thẩm định. Số liệu là của sổ tổng hợp; nếu tệp trong inbox hoặc kết quả thẩm
    định đã thay đổi từ khi lập sổ thì không lập, hãy chạy consolidate trước. Bản có người sửa được lưu ở outbox/luu.
    """
    from tdp_xlsx.papers.results import results as write

    def tell(count: int) -> None:
        say(f"Đang in {count:02d} tệp PDF bằng LibreOffice…")

    made = write(root, codes, tell)
    for outcome in made.outcomes:
        if not outcome.result.is_counted:
            say(f"Chưa được tính: {outcome.result.code} {outcome.result.name} ({layout.STATES[outcome.result.state]})")
    count = len(made.outcomes)
    new = f"{made.changed:02d} mới hoặc thay"
    say(f"Kết quả của {count:02d} đơn vị ({new}), {made.printed:02d} tệp PDF: {root / layout.RESULTS}")
    if made.archived:
        say(f"Bản đã có người sửa, lưu tại {root / layout.ARCHIVE}: {len(made.archived):02d} tệp")
    if made.printed < count and not made.failures:
        say("Máy này không có LibreOffice nên chỉ lập tệp .xlsx; cài LibreOffice rồi chạy lại để có thêm tệp .pdf.")
    if not all(outcome.is_final for outcome in made.outcomes):
        say("Các tệp ghi “dự kiến” vì còn đơn vị chưa được tính hoặc chưa thẩm định.")
    say(*made.failures)
    if made.failures:
        sys.exit(CANNOT)
    say("Tiếp theo: xem lại lý do thẩm định trong các tệp, rồi soạn thư gửi đơn vị: tdp-xlsx mail --results")
