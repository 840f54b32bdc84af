"""The command line: arguments, words on the terminal, exit status. Nothing else prints or exits."""

from __future__ import annotations

import datetime as dt
import gc
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tdp_xlsx import __version__, layout, paths
from tdp_xlsx.cli.folders import tell_of_folder
from tdp_xlsx.cli.inquiries import compare, find_person
from tdp_xlsx.cli.mail import mail
from tdp_xlsx.cli.outcomes import assessed, tell_files
from tdp_xlsx.cli.papers import documents, export, results
from tdp_xlsx.cli.terminal import CANNOT, DONE, UNMET, is_meant, placed, use_letters
from tdp_xlsx.cli.terminal import print_json as _print_json
from tdp_xlsx.cli.terminal import say as _say
from tdp_xlsx.faults import CannotRunError, reason
from tdp_xlsx.usage import Commands, explain

if TYPE_CHECKING:
    from tdp_xlsx.api import Round
    from tdp_xlsx.workflow import Generated

_OBJECTS = 100_000
"""New objects between two searches for unreachable cycles: the sheets are large, and nothing in them goes round."""
_YES = click.option("--yes", is_flag=True, help="Không hỏi lại khi bảng đã nhận là của kỳ khác.")


@click.group(
    cls=Commands,
    invoke_without_command=True,
    options_metavar="[TÙY CHỌN]",
    subcommand_metavar="LỆNH [THAM SỐ]…",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-C",
    "folder",
    metavar="THƯ-MỤC",
    default=".",
    type=click.Path(path_type=Path),
    help="Thư mục làm việc (mặc định: thư mục hiện tại).",
)
@click.version_option(__version__, prog_name="tdp-xlsx", message="%(prog)s %(version)s", help="Hiện phiên bản.")
@click.pass_context
def cli(ctx: click.Context, folder: Path) -> None:
    """Lập, gửi, kiểm tra và tổng hợp bảng tự đánh giá của các tổ dân phố, bản.

    Chỉ kết nối mạng khi gửi thư (mail --send); không sửa tệp do đơn vị nộp; mọi chỗ không rõ đều được nêu ra,
    không suy đoán.
    """
    ctx.obj = paths.reachable(folder)
    if ctx.invoked_subcommand is None:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            _fail(ctx.get_help())
        ctx.invoke(menu)


@cli.command(options_metavar="[TÙY CHỌN]")
@click.argument("folder", metavar="[THƯ-MỤC]", required=False, type=click.Path(path_type=Path))
@click.option("--year", type=click.IntRange(1990, 2100), metavar="NĂM", help="Năm đánh giá ghi vào sổ mẫu.")
@click.option("--force", is_flag=True, help="Thay sổ mẫu đã có (sổ cũ được giữ lại dưới tên khác).")
@click.pass_obj
def init(root: Path, folder: Path | None, year: int | None, force: bool) -> None:  # noqa: FBT001 - click's way
    """Tạo thư mục làm việc với sổ mẫu để phường điền."""
    from tdp_xlsx import workflow
    from tdp_xlsx.folder import change_to
    from tdp_xlsx.papers.default_papers import lay_templates

    target = workflow.init(root / folder if folder else root, year=year, force=force)
    _say(f"Đã tạo sổ mẫu: {target}")
    lay_templates(target.parents[1])
    _say("Tiếp theo: mở sổ mẫu bằng Excel, điền Cấu hình và Danh sách đơn vị; rồi gõ lần lượt:")
    made = target.parents[1]
    if made != Path():
        _say(f"  {change_to(made)}")
    _say("  tdp-xlsx generate")


@cli.command(options_metavar="[TÙY CHỌN]")
@click.argument("codes", metavar="[MÃ-ĐƠN-VỊ]…", nargs=-1)
@_YES
@click.pass_obj
def generate(root: Path, codes: tuple[str, ...], yes: bool) -> None:  # noqa: FBT001 - click's way
    """Lập bảng tự đánh giá cho các đơn vị (hoặc những mã được nêu)."""
    from tdp_xlsx import console, workflow

    tell_of_folder(root)
    count = 0
    with console.ProgressLine(sys.stderr) as line:

        def tell(done: Generated) -> None:
            nonlocal count
            count += 1
            if not line.making(count, done.of):
                _say(f"{done.path.name}: {done.change}")

        workflow.generate(root, codes, tell, is_meant=partial(is_meant, yes=yes))
    _say(f"Đã lập {count:02d} bảng trong {root / layout.FORMS}")
    _say("Tiếp theo: soạn thư gửi bảng cho các đơn vị: tdp-xlsx mail")
    _say(f"Tệp đơn vị nộp về: chép vào {root / layout.INBOX}, rồi chạy: tdp-xlsx status")


cli.add_command(mail)


@cli.command(options_metavar="[TÙY CHỌN]")
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
        _print_json(_document(done, None))
        return
    from tdp_xlsx.mail.journal import mail_days
    from tdp_xlsx.mail.words import days_left

    plan = done.template.plan
    for line in console.status_lines(done.evaluation, done.intake, mail_days(root, plan)):
        click.echo(line)
    click.echo("Gửi, Nhắc: ngày gửi thư. Lỗi: phải sửa mới được tính. Rõ: cần làm rõ.")
    click.echo(console.count_line(done.evaluation))
    if told := days_left(plan.settings.deadline, dt.datetime.now().astimezone().date()):
        click.echo(told)
    strangers = [o for o in done.intake.files if o.group is None and o.status.value in {"rejected", "kept"}]
    for outcome in strangers:
        click.echo("Chưa rõ của đơn vị nào: " + console.file_line(outcome))
    changed = console.of_rule(done.findings, EDITION_CHANGED)
    for line in (*changed, *console.of_rule(done.findings, FILLED_OUTSIDE)):
        click.echo(line)
    if lost := told_of_program(root, done.template):
        _say(" ".join(lost))
    if not changed:
        _say(console.next_step(root, done.evaluation, done.intake))


@cli.command(options_metavar="[TÙY CHỌN]")
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
        _print_json(_document(done, None, groups))
    else:
        changed = console.of_rule(done.findings, EDITION_CHANGED)
        for line in changed or console.check_lines(done.evaluation, done.intake):
            click.echo(line)
        if not files and not changed:
            _say(console.next_step(root, done.evaluation, done.intake))
    if done.has_errors:
        sys.exit(UNMET)


cli.add_command(compare)


@cli.command(options_metavar="[TÙY CHỌN]")
@click.option(
    "--strict",
    is_flag=True,
    help="Báo không đạt (mã thoát 1) nếu còn đơn vị chưa tính, thẩm định chưa áp dụng.",
)
@click.option("--pdf", is_flag=True, help="Lập thêm tệp PDF các trang để ký (trang Xếp hạng), nhờ LibreOffice.")
@click.option("--start-anew", is_flag=True, help="Không lấy lại kết quả thẩm định chỉ còn trong sổ đã lưu.")
@click.option("--json", "as_json", is_flag=True, help="In một tài liệu JSON ra đầu ra chuẩn.")
@_YES
@click.pass_obj
def consolidate(  # noqa: PLR0913, PLR0917 - click's way
    root: Path,
    strict: bool,  # noqa: FBT001
    pdf: bool,  # noqa: FBT001
    start_anew: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    yes: bool,  # noqa: FBT001
) -> None:
    """Tổng hợp các bảng đã nộp thành sổ xếp hạng của phường."""
    from tdp_xlsx.reading.workers import start_for

    start_for(root / layout.INBOX)  # they start while the rest is loaded
    from tdp_xlsx import console, workflow

    tell_of_folder(root)
    with console.ProgressLine(sys.stderr) as line:
        done = workflow.consolidate(
            root, pdf=pdf, start_anew=start_anew, on_read=line.reading, is_meant=partial(is_meant, yes=yes)
        )
    found = done.round
    if as_json:
        _print_json(_document(found, done.workbook))
    else:
        click.echo(console.count_line(found.evaluation))
    tell_files(root, done)
    if done.pdf:
        _say(f"Các trang để ký: {root / done.pdf}")
    if done.no_office:
        _say(done.no_office)
    _say(
        "Tiếp theo: mở sổ, xem trang “Xếp hạng” và “Nội dung cần làm rõ”; ghi kết quả thẩm định vào trang “Thẩm định”."
    )
    if failures := [*done.returned.failures, *filter(None, [done.pdf_fault])]:
        _fail("\n".join(failures))
    if strict and (unmet := list(console.unmet_lines(found.evaluation))):
        for told in unmet:
            _say(told)
        sys.exit(UNMET)


cli.add_command(documents)
cli.add_command(results)
cli.add_command(export)


@cli.command("new-year", options_metavar="[TÙY CHỌN]")
@click.argument("folder", metavar="THƯ-MỤC", type=click.Path(path_type=Path))
@click.option(
    "--year", type=click.IntRange(1990, 2100), metavar="NĂM", help="Năm sau là năm nào (mặc định: năm kế tiếp)."
)
@click.pass_obj
def new_year(root: Path, folder: Path, year: int | None) -> None:
    """Lập thư mục làm việc của năm sau từ thư mục năm nay.

    Giữ sổ mẫu như phường đã sửa, chuyển sang năm sau, để trống hạn nộp, số và ngày báo cáo; chép sổ tổng hợp năm nay
    vào nam_truoc; không đổi gì trong thư mục năm nay.
    """
    from tdp_xlsx import console
    from tdp_xlsx.next_year import new_year as make

    done = make(root, root / folder, year)
    _say(f"Đã lập thư mục năm {done.year}: {root / folder}")
    if done.copied:
        _say(f"Sổ tổng hợp năm trước: {done.copied}")
    else:
        _say(f"Không thấy {done.workbook} nên chưa có sổ năm trước; khi có thì chép vào {layout.LAST_YEAR}.")
    click.echo("Cần xem lại trong sổ mẫu:")
    for told in done.to_look_at:
        for line in console.wrapped(told, first="- ", rest="  "):
            click.echo(line)
    _say(f"Tiếp theo: mở {done.template}, xem lại các chỗ trên, rồi chạy: tdp-xlsx -C {root / folder} generate")


@cli.command(options_metavar="[TÙY CHỌN]")
@click.argument("files", metavar="[TỆP]…", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def menu(root: Path, files: tuple[Path, ...] = ()) -> None:
    """Bảng chọn từng bước; tệp nêu kèm được chép vào inbox rồi kiểm tra."""
    from tdp_xlsx.cli.menu import Menu

    Menu(root, main).show(files)


@cli.command(options_metavar="[TÙY CHỌN]")
@click.pass_obj
def doctor(root: Path) -> None:
    """Khám thư mục làm việc và máy: sổ mẫu, quyền ghi, dung lượng, thư viện."""
    from tdp_xlsx.doctor import Verdict, examine, lines

    checks = examine(root)
    for line in lines(checks):
        click.echo(line)
    bad = sum(one.verdict is Verdict.MEND for one in checks)
    if bad:
        _say(f"Có {bad:02d} chỗ phải sửa, đánh dấu SỬA ở trên. Sửa xong chạy lại: tdp-xlsx doctor")
        sys.exit(UNMET)
    made = any((root / layout.FORMS).glob("*.xlsx"))
    _say(f"Không có chỗ nào phải sửa. Tiếp theo: tdp-xlsx {'status' if made else 'generate'}")


cli.add_command(find_person)


@cli.command(options_metavar="[TÙY CHỌN]")
@click.argument("folder", metavar="[THƯ-MỤC]", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def demo(root: Path, folder: Path | None) -> None:
    """Chạy thử cả một đợt trên các đơn vị không có thật (SỐ LIỆU MINH HỌA)."""
    from tdp_xlsx import console
    from tdp_xlsx.demo import run_demo

    where = root / (folder or "demo")
    done = run_demo(where, _say)
    for line in console.status_lines(done.round.evaluation, done.round.intake):
        click.echo(line)
    click.echo(console.count_line(done.round.evaluation))
    _say(f"Sổ tổng hợp (SỐ LIỆU MINH HỌA): {where / done.workbook}")
    _say("Nên xem: trang “Xếp hạng” (đồng hạng, đơn vị bị loại, đơn vị chưa tính), “Nội dung cần làm rõ”, “Thẩm định”.")
    _say(f"Thử tiếp: sửa một tệp trong {where / layout.INBOX} rồi chạy: tdp-xlsx -C {where} consolidate")


def _document(done: Round, workbook: str | None, groups: frozenset[str] | None = None) -> dict[str, Any]:
    from tdp_xlsx.document import document

    return document(done.evaluation, done.intake.files, done.findings, workbook=workbook, groups=groups)


def _fail(message: str) -> NoReturn:
    _say(message)
    sys.exit(CANNOT)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with its status: 0 done, 1 done but not met, 2 could not be done."""
    gc.set_threshold(_OBJECTS)
    for stream in (sys.stdout, sys.stderr):
        use_letters(stream)
    try:
        outcome = cli.main(arguments, prog_name="tdp-xlsx", standalone_mode=False)
    except click.UsageError as fault:
        command = fault.ctx.command_path if fault.ctx else "tdp-xlsx"
        _fail(f"{explain(fault)} Xem cách dùng: {command} --help")
    except CannotRunError as fault:
        from tdp_xlsx.console import finding_lines

        for line in finding_lines(fault.findings):
            _say(line)
        _fail(str(fault))
    except (click.Abort, KeyboardInterrupt):
        _fail("Đã dừng theo yêu cầu; không có gì bị ghi dở.")
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads any more; say nothing
        sys.exit(CANNOT)
    except PermissionError as fault:
        _fail(f"Không mở được “{fault.filename or ''}”: {reason(fault)}. Đóng tệp ở chương trình kia rồi chạy lại.")
    except Exception as fault:  # noqa: BLE001 - no traceback ever reaches the officer
        _fail(
            f"Lỗi ngoài dự kiến ({type(fault).__name__}: {fault}). Chưa ghi kết quả; báo cho người phụ trách phần mềm."
        )
    sys.exit(outcome if isinstance(outcome, int) else DONE)
