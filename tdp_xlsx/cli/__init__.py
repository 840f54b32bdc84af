"""The command line: arguments, words on the terminal, exit status. Nothing else prints or exits."""

from __future__ import annotations

import gc
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from tdp_xlsx import __version__, layout, paths
from tdp_xlsx.cli.inquiries import check, compare, doctor, find_person, status
from tdp_xlsx.cli.outgoing import documents, export, mail, results
from tdp_xlsx.cli.terminal import (
    CANNOT,
    DONE,
    UNMET,
    document_of,
    is_meant,
    placed,
    print_json,
    say,
    show,
    tell_of_folder,
    use_letters,
)
from tdp_xlsx.cli.usage import Commands, explain
from tdp_xlsx.faults import CannotRunError, reason

if TYPE_CHECKING:
    from tdp_xlsx.prepare import Generated
    from tdp_xlsx.workflow import Consolidated

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
    from tdp_xlsx import prepare
    from tdp_xlsx.folder import change_to, lay_templates

    target = prepare.init(root / folder if folder else root, year=year, force=force)
    say(f"Đã tạo sổ mẫu: {target}")
    lay_templates(target.parents[1])
    say("Tiếp theo: mở sổ mẫu bằng Excel, điền Cấu hình và Danh sách đơn vị; rồi gõ lần lượt:")
    made = target.parents[1]
    if made != Path():
        say(f"  {change_to(made)}")
    say("  tdp-xlsx generate")


@cli.command(options_metavar="[TÙY CHỌN]")
@click.argument("codes", metavar="[MÃ-ĐƠN-VỊ]…", nargs=-1)
@click.option(
    "--prefill", is_flag=True, help="Thêm cột “Năm trước”: số liệu, minh chứng cùng đơn vị, cùng tiêu chí ở nam_truoc."
)
@_YES
@click.pass_obj
def generate(root: Path, codes: tuple[str, ...], prefill: bool, yes: bool) -> None:  # noqa: FBT001 - click's way
    """Lập bảng tự đánh giá cho các đơn vị (hoặc những mã được nêu)."""
    from tdp_xlsx import console, prepare

    tell_of_folder(root)
    count = 0
    with console.ProgressLine(sys.stderr) as line:

        def tell(done: Generated) -> None:
            nonlocal count
            count += 1
            if not line.making(count, done.of):
                noted = "" if done.noted is None else f", nhắc lại {done.noted:02d} mục năm trước"
                say(f"{done.path.name}: {done.change}{noted}")

        prepare.generate(root, codes, tell, prefill=prefill, is_meant=partial(is_meant, yes=yes))
    say(f"Đã lập {count:02d} bảng trong {root / layout.FORMS}")
    say("Tiếp theo: soạn thư gửi bảng cho các đơn vị: tdp-xlsx mail")
    say(f"Tệp đơn vị nộp về: chép vào {root / layout.INBOX}, rồi chạy: tdp-xlsx status")


@cli.command(options_metavar="[TÙY CHỌN]")
@click.option(
    "--strict", is_flag=True, help="Báo không đạt (mã thoát 1) nếu còn đơn vị chưa tính, thẩm định chưa áp dụng."
)
@click.option("--pdf", is_flag=True, help="Lập thêm tệp PDF các trang để ký (trang Xếp hạng), nhờ LibreOffice.")
@click.option(
    "--previous",
    metavar="TỆP",
    type=click.Path(path_type=Path),
    help="Sổ tổng hợp của năm trước để so sánh (mặc định: sổ trong nam_truoc).",
)
@click.option("--start-anew", is_flag=True, help="Không lấy lại kết quả thẩm định chỉ còn trong sổ đã lưu.")
@click.option("--json", "as_json", is_flag=True, help="In một tài liệu JSON ra đầu ra chuẩn.")
@_YES
@click.pass_obj
def consolidate(  # noqa: PLR0913, PLR0917 - click's way
    root: Path,
    strict: bool,  # noqa: FBT001
    pdf: bool,  # noqa: FBT001
    previous: Path | None,
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
            root,
            pdf=pdf,
            start_anew=start_anew,
            previous=placed(root, previous) if previous else None,
            on_read=line.reading,
            is_meant=partial(is_meant, yes=yes),
        )
    found = done.round
    if as_json:
        print_json(document_of(found, done.workbook))
    else:
        click.echo(console.count_line(found.evaluation))
    _tell_files(root, done)
    if done.pdf:
        say(f"Các trang để ký: {root / done.pdf}")
    if done.no_office:
        say(done.no_office)
    say("Tiếp theo: mở sổ, xem trang “Xếp hạng” và “Nội dung cần làm rõ”; ghi kết quả thẩm định vào trang “Thẩm định”.")
    if failures := [*done.returned.failures, *filter(None, [done.pdf_fault])]:
        _fail("\n".join(failures))
    if strict and (unmet := list(console.unmet_lines(found.evaluation))):
        say(*unmet)
        sys.exit(UNMET)


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
    from tdp_xlsx.prepare import new_year as make

    done = make(root, root / folder, year)
    say(f"Đã lập thư mục năm {done.year}: {root / folder}")
    if done.copied:
        say(f"Sổ tổng hợp năm trước: {done.copied}")
    else:
        say(f"Không thấy {done.workbook} nên chưa có sổ năm trước; khi có thì chép vào {layout.LAST_YEAR}.")
    click.echo("Cần xem lại trong sổ mẫu:")
    for told in done.to_look_at:
        show(console.wrapped(told, first="- ", rest="  "))
    say(f"Tiếp theo: mở {done.template}, xem lại các chỗ trên, rồi chạy: tdp-xlsx -C {root / folder} generate")


@cli.command(options_metavar="[TÙY CHỌN]")
@click.argument("files", metavar="[TỆP]…", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def menu(root: Path, files: tuple[Path, ...] = ()) -> None:
    """Bảng chọn từng bước; tệp nêu kèm được chép vào inbox rồi kiểm tra."""
    from tdp_xlsx.cli.menu import Menu

    Menu(root, main).show(files)


for command in (mail, status, check, compare, documents, results, export, doctor, find_person):
    cli.add_command(command)


@cli.command(options_metavar="[TÙY CHỌN]")
@click.argument("folder", metavar="[THƯ-MỤC]", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def demo(root: Path, folder: Path | None) -> None:
    """Chạy thử cả một đợt trên các đơn vị không có thật (SỐ LIỆU MINH HỌA)."""
    from tdp_xlsx import console
    from tdp_xlsx.demo import run_demo

    where = root / (folder or "demo")
    done = run_demo(where, say)
    show(console.status_lines(done.round.evaluation, done.round.intake))
    click.echo(console.count_line(done.round.evaluation))
    say(f"Sổ tổng hợp (SỐ LIỆU MINH HỌA): {where / done.workbook}")
    say("Nên xem: trang “Xếp hạng” (đồng hạng, đơn vị bị loại, đơn vị chưa tính), “Nội dung cần làm rõ”, “Thẩm định”.")
    say(f"Thử tiếp: sửa một tệp trong {where / layout.INBOX} rồi chạy: tdp-xlsx -C {where} consolidate")


def _tell_files(root: Path, done: Consolidated) -> None:
    """Say what became of the files: those of the inbox, forms to send back, earlier workbooks, the new one."""
    from tdp_xlsx import console

    if not done.round.intake.files:
        say(f"Thư mục {root / layout.INBOX} chưa có tệp nào: sổ chỉ liệt kê các đơn vị chưa nộp.")
    say(*console.uncounted_lines(done.round.intake.files), *console.decision_lines(done.round.findings))
    if previous := done.round.evaluation.previous:
        year, of = previous.last.year, f"{len(previous.groups)} đơn vị, {len(previous.criteria)}"
        asked = f"; {len(previous.findings):02d} nội dung cần làm rõ (mã N…)" if previous.findings else ""
        whole = len(done.round.template.plan.scored)
        say(f"So với năm {year}: so sánh được {len(previous.compared)}/{of}/{whole} tiêu chí{asked}.")
    if done.returned.standing:
        say(f"Bảng gửi lại để đơn vị sửa: {len(done.returned.standing):02d} tệp trong {root / layout.RETURNS}")
    if done.archived:
        say(f"Sổ cũ lưu tại: {root / done.archived}")
    for name, kept in done.others:
        say(f"Kết quả thẩm định lấy từ “{name}”; sổ này nay lưu tại: {root / kept}")
    for told in done.left:
        say(f"Phần ghi thêm không chuyển sang sổ mới, vẫn còn trong sổ đã lưu: trang {told}")
    say(f"Sổ tổng hợp: {root / done.workbook}")


def _fail(message: str) -> NoReturn:
    say(message)
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

        say(*finding_lines(fault.findings))
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
