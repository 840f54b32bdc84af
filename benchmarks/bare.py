"""A click program with the same commands and options that does nothing: what any command line has to cost."""

from __future__ import annotations

import click

COMMANDS = {
    "init": ("Tạo thư mục làm việc.", ("--year", "--force"), "folder"),
    "generate": ("Lập bảng tự đánh giá cho các đơn vị.", (), "codes"),
    "mail": ("Soạn thư kèm bảng.", ("--remind", "--return", "--send", "--again", "--yes"), "codes"),
    "status": ("Cho biết đơn vị nào đã nộp.", ("--json",), None),
    "check": ("Kiểm tra các tệp.", ("--json",), "files"),
    "consolidate": ("Tổng hợp các bảng đã nộp.", ("--strict", "--json"), None),
    "doctor": ("Khám thư mục làm việc và máy.", (), None),
    "demo": ("Chạy thử cả một đợt.", (), "folder"),
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("-C", "folder", default=".", help="Thư mục làm việc (mặc định: thư mục hiện tại).")
@click.version_option("0")
def cli(folder: str) -> None:
    """Lập, gửi, kiểm tra và tổng hợp bảng tự đánh giá của các tổ dân phố, bản."""


def nothing(**_: object) -> None:
    """Do nothing."""


for _name, (_help, _options, _argument) in COMMANDS.items():
    _params: list[click.Parameter] = [click.Option([option], is_flag=True, help=_help) for option in _options]
    if _argument:
        _params.append(click.Argument([_argument], nargs=-1))
    cli.add_command(click.Command(_name, callback=nothing, params=_params, help=_help))

cli()
