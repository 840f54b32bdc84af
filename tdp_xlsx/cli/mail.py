"""The command ``mail``: drafts, and sending after the officer has agreed."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from tdp_xlsx import layout
from tdp_xlsx.cli.terminal import CANNOT, agreed, is_meant, say, tell_of_folder
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
    for line in console.finding_lines(prepared.findings):
        click.echo(line)
    for letter in prepared.only_message:
        click.echo(console.person_line(prepared.plan.group_by_code[letter.group]))
    for name in prepared.removed:
        say(f"Đã xóa thư cũ không còn dùng: {name}")
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
    for line in console.finding_lines(choice.findings):
        click.echo(line)
    for letter, before in choice.left:
        when = f"{before.time:%d/%m/%Y %H:%M}" if before.time else "không rõ lúc nào"
        say(f"Không gửi lại (thêm --again nếu muốn): {letter.group} <{letter.address}>, {before.result} ({when})")
    if not choice.letters:
        say("Không còn thư nào phải gửi.")
        return 0
    server = choice.server
    say(f"Sẽ gửi {len(choice.letters):02d} thư qua {server.host}:{server.port} ({server.security}),")
    say(f"đứng tên {choice.envelope.sender_name} <{choice.envelope.sender}>:")
    for letter in choice.letters:
        say(f"  {letter.group} <{letter.address}>: {letter.form.name}")
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
