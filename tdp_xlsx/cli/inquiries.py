"""The commands that only look: how the round stands, what is to be mended, what differs, whose data lie where."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from tdp_xlsx import layout
from tdp_xlsx.cli.terminal import UNMET, assessed, document_of, placed, print_json, say, show, tell_of_folder
from tdp_xlsx.cli.usage import Command


@click.command(cls=Command, options_metavar="[TÙY CHỌN]")
@click.option("--json", "as_json", is_flag=True, help="In một tài liệu JSON ra đầu ra chuẩn.")
@click.pass_obj
def status(root: Path, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Cho biết đơn vị nào đã nộp, chưa nộp, còn phải sửa gì."""
    from tdp_xlsx.reading.workers import start_for

    start_for(root / layout.INBOX)  # they start while the rest is loaded
    from tdp_xlsx import console
    from tdp_xlsx.findings.decisions import EDITION_CHANGED
    from tdp_xlsx.findings.files import FILLED_OUTSIDE
    from tdp_xlsx.folder import strays, told_of_program

    tell_of_folder(root)
    done = assessed(root)
    done = done.noting(*strays(root, done.intake))
    if as_json:
        print_json(document_of(done, None))
        return
    from tdp_xlsx.mail.journal import mail_days
    from tdp_xlsx.mail.words import days_left

    plan = done.template.plan
    show(console.status_lines(done.evaluation, done.intake, mail_days(root, plan)))
    click.echo("Gửi, Nhắc: ngày gửi thư. Lỗi: phải sửa mới được tính. Rõ: cần làm rõ.")
    click.echo(console.count_line(done.evaluation))
    if told := days_left(plan.settings.deadline, dt.datetime.now().astimezone().date()):
        click.echo(told)
    strangers = [o for o in done.intake.files if o.group is None and o.status.value in {"rejected", "kept"}]
    show("Chưa rõ của đơn vị nào: " + console.file_line(outcome) for outcome in strangers)
    changed = console.of_rule(done.findings, EDITION_CHANGED)
    show((*changed, *console.of_rule(done.findings, FILLED_OUTSIDE)))
    if lost := told_of_program(root, done.template):
        say(" ".join(lost))
    if not changed:
        say(console.next_step(root, done.evaluation, done.intake))


@click.command(cls=Command, options_metavar="[TÙY CHỌN]")
@click.argument("files", metavar="[TỆP]…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="In một tài liệu JSON ra đầu ra chuẩn.")
@click.pass_obj
def check(root: Path, files: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Kiểm tra các tệp được nêu, hoặc cả thư mục inbox; không tổng hợp."""
    from tdp_xlsx.reading.workers import start_for

    if not files:
        start_for(root / layout.INBOX)
    from tdp_xlsx import console, workflow
    from tdp_xlsx.findings.decisions import EDITION_CHANGED

    tell_of_folder(root)
    done = workflow.assess(root, [placed(root, file) for file in files]) if files else assessed(root)
    if as_json:
        groups = frozenset(o.group for o in done.intake.files if o.group) if files else None
        print_json(document_of(done, None, groups))
    else:
        changed = console.of_rule(done.findings, EDITION_CHANGED)
        show(changed or console.check_lines(done.evaluation, done.intake))
        if not files and not changed:
            say(console.next_step(root, done.evaluation, done.intake))
    if done.has_errors:
        sys.exit(UNMET)


@click.command("compare", cls=Command, options_metavar="[TÙY CHỌN]")
@click.argument("before", metavar="TỆP-TRƯỚC", type=click.Path(path_type=Path))
@click.argument("after", metavar="TỆP-SAU", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="In một tài liệu JSON ra đầu ra chuẩn.")
@click.pass_obj
def compare(root: Path, before: Path, after: Path, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """So hai bảng của một đơn vị, hoặc hai sổ tổng hợp.

    Nêu các câu trả lời, kết quả thẩm định, tình trạng, tỷ lệ, hạng khác nhau; không so số liệu, minh chứng. Mã thoát 0:
    giống nhau; 1: khác nhau.
    """
    from dataclasses import asdict

    from tdp_xlsx import console
    from tdp_xlsx.compare import compare as found

    done = found(placed(root, before), placed(root, after))
    if as_json:
        print_json(asdict(done))
    elif done.differences:
        show(console.difference_lines(done.differences))
    count = len(done.differences)
    say(f"Hai tệp khác nhau {count:02d} chỗ." if count else "Hai tệp không có gì khác nhau.")
    if count:
        sys.exit(UNMET)


@click.command("find-person", cls=Command, options_metavar="[TÙY CHỌN]")
@click.argument("words", metavar="HỌ-TÊN|ĐIỆN-THOẠI|THƯ", nargs=-1, required=True)
@click.pass_obj
def find_person(root: Path, words: tuple[str, ...]) -> None:
    """Nêu mọi chỗ có dữ liệu của một người.

    Tìm trong danh sách đơn vị, thư, nhật ký gửi thư, bảng đã gửi và nhận về, sổ tổng hợp và sổ đã lưu; tìm theo họ tên
    thì tìm cả số điện thoại, địa chỉ thư ghi cùng dòng trong danh sách đơn vị.
    """
    from tdp_xlsx import console
    from tdp_xlsx.people import find_person as find

    tell_of_folder(root)
    found = find(root, " ".join(words))
    held = [(one.file, one.places) for one in found if one.places]
    for file, places in held:
        show(console.wrapped(f"{file}: {', '.join(places)}", first="- ", rest="  "))
    closed = [one.file for one in found if one.places is None]
    show(console.wrapped("; ".join(closed), first="Tự xem, chương trình không tìm bên trong: ", rest="  "))
    count = sum(len(places) for _, places in held)
    nowhere = "Không thấy ở đâu trong những tệp đã tìm." if closed else "Không thấy ở đâu."
    say(f"Thấy ở {count:02d} chỗ trong {len(held):02d} tệp." if count else nowhere)
    say("Giữ bao lâu, xóa thế nào: docs/du-lieu-ca-nhan.md")


@click.command(cls=Command, options_metavar="[TÙY CHỌN]")
@click.pass_obj
def doctor(root: Path) -> None:
    """Khám thư mục làm việc và máy: sổ mẫu, quyền ghi, dung lượng, thư viện."""
    from tdp_xlsx.doctor import Verdict, examine, lines

    checks = examine(root)
    show(lines(checks))
    bad = sum(one.verdict is Verdict.MEND for one in checks)
    if bad:
        say(f"Có {bad:02d} chỗ phải sửa, đánh dấu SỬA ở trên. Sửa xong chạy lại: tdp-xlsx doctor")
        sys.exit(UNMET)
    made = any((root / layout.FORMS).glob("*.xlsx"))
    say(f"Không có chỗ nào phải sửa. Tiếp theo: tdp-xlsx {'status' if made else 'generate'}")
