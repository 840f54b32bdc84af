"""The commands that only look: what differs between two files, where a person's data stand."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tdp_xlsx.cli.folders import tell_of_folder
from tdp_xlsx.cli.terminal import UNMET, placed, print_json, say
from tdp_xlsx.usage import Command


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
        for line in console.difference_lines(done.differences):
            click.echo(line)
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
        for line in console.wrapped(f"{file}: {', '.join(places)}", first="- ", rest="  "):
            click.echo(line)
    closed = [one.file for one in found if one.places is None]
    for line in console.wrapped("; ".join(closed), first="Tự xem, chương trình không tìm bên trong: ", rest="  "):
        click.echo(line)
    count = sum(len(places) for _, places in held)
    nowhere = "Không thấy ở đâu trong những tệp đã tìm." if closed else "Không thấy ở đâu."
    say(f"Thấy ở {count:02d} chỗ trong {len(held):02d} tệp." if count else nowhere)
    say("Giữ bao lâu, xóa thế nào: docs/du-lieu-ca-nhan.md")
