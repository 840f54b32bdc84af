"""How the commands explain themselves: Vietnamese help pages with examples, and the nearest word for a mistyped one."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ROUND: dict[str, dict[str, dict[str, str]]] = {
    "1. Chuẩn bị": {
        "init": {
            "tdp-xlsx init phuong": "Tạo thư mục “phuong” với sổ mẫu.",
            "tdp-xlsx init phuong --year 2026": "Như trên, sổ mẫu ghi năm 2026.",
        },
    },
    "2. Gửi bảng cho đơn vị": {
        "generate": {
            "tdp-xlsx generate": "Lập bảng cho mọi đơn vị trong danh sách.",
            "tdp-xlsx generate TDP-05": "Chỉ lập bảng của đơn vị TDP-05.",
            "tdp-xlsx generate --prefill": "Thêm cột nhắc lại số liệu, minh chứng năm trước.",
        },
        "mail": {
            "tdp-xlsx mail": "Soạn thư gửi bảng cho mọi đơn vị.",
            "tdp-xlsx mail --remind": "Soạn thư nhắc các đơn vị chưa nộp.",
            "tdp-xlsx mail --return": "Soạn thư trả các bảng cần sửa.",
            "tdp-xlsx mail --results": "Soạn thư gửi kết quả cho từng đơn vị.",
            "tdp-xlsx mail --send": "Soạn, hỏi lại rồi gửi ngay.",
        },
    },
    "3. Nhận bảng, kiểm tra": {
        "status": {
            "tdp-xlsx status": "Tình hình nộp, mỗi đơn vị một dòng.",
            "tdp-xlsx status --json": "Cùng nội dung, cho phần mềm khác đọc.",
        },
        "check": {
            "tdp-xlsx check": "Kiểm tra mọi tệp trong inbox.",
            "tdp-xlsx check inbox/bang.xlsx": "Kiểm tra một tệp.",
        },
        "compare": {
            "tdp-xlsx compare inbox/lan-1.xlsx inbox/lan-2.xlsx": "Hai lần gửi của một đơn vị khác nhau ở đâu.",
            "tdp-xlsx compare --json cu.xlsx outbox/tong_hop_2021.xlsx": "Sổ tổng hợp đổi những gì, dạng JSON.",
        },
    },
    "4. Tổng hợp, thẩm định": {
        "consolidate": {
            "tdp-xlsx consolidate": "Lập sổ tổng hợp; giữ mọi kết quả thẩm định đã ghi.",
            "tdp-xlsx consolidate --strict": "Như trên, báo không đạt nếu còn đơn vị chưa được tính.",
            "tdp-xlsx consolidate --pdf": "Như trên, thêm tệp PDF của trang Xếp hạng để in, ký.",
        },
        "documents": {
            "tdp-xlsx documents": "Soạn báo cáo, biên bản, tờ trình trong outbox/van_ban, theo mẫu templates/van_ban.",
        },
        "results": {
            "tdp-xlsx results": "Lập kết quả gửi từng đơn vị trong outbox/ket_qua.",
            "tdp-xlsx results TDP-05": "Chỉ lập kết quả của đơn vị TDP-05.",
        },
        "export": {
            "tdp-xlsx export": "Lập dữ liệu mở (CSV) trong outbox/du_lieu, không có dữ liệu cá nhân.",
            "tdp-xlsx export --evidence": "Như trên, thêm số liệu, minh chứng đơn vị ghi.",
        },
    },
    "Khi cần": {
        "new-year": {"tdp-xlsx new-year ../danh-gia-2022": "Lập thư mục năm sau từ thư mục hiện tại."},
        "menu": {
            "tdp-xlsx menu": "Bảng chọn; cũng hiện khi gõ tdp-xlsx không kèm lệnh.",
            "tdp-xlsx menu bang.xlsx": "Chép tệp vào inbox, kiểm tra, rồi hiện bảng chọn.",
        },
        "doctor": {"tdp-xlsx doctor": "Khám máy và thư mục hiện tại, nói chỗ phải sửa."},
        "find-person": {
            "tdp-xlsx find-person Nguyễn Văn Ví Dụ": "Mọi chỗ có họ tên, điện thoại, địa chỉ của người này.",
            "tdp-xlsx find-person 0900000000": "Như trên, theo số điện thoại.",
        },
        "demo": {"tdp-xlsx demo": "Chạy thử trong thư mục “demo”."},
    },
}
"""By step of the round and command: what to type, and what it does."""
STEPS = tuple(_ROUND)
PAGES = {name: (step, tuple(told.items())) for step, pages in _ROUND.items() for name, told in pages.items()}
"""By command: the step of the round it belongs to, and the examples its help page ends with."""


class Command(click.Command):
    """A command whose help page is Vietnamese and ends with examples; ``step`` is where it stands in a round."""

    def __init__(self, name: str | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(name, *args, **kwargs)
        self.step, self.examples = PAGES.get(name or "", ("", ()))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line of usage."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Cách dùng: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        options = (param for param in self.get_params(ctx) if isinstance(param, click.Option))
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section("Tùy chọn"):
            formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the examples."""
        if self.examples:
            with formatter.section("Ví dụ"):
                formatter.write_dl(self.examples, col_max=36)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the page, explained in Vietnamese."""
        option = super().get_help_option(ctx)
        if option:
            option.help = "Hiện trang trợ giúp này."
        return option


class Commands(Command, click.Group):
    """The commands, listed by the steps of a round."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the round."""
        return list(PAGES)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands step by step."""
        super().format_options(ctx, formatter)
        width = max(map(len, self.commands))
        for step, pages in _ROUND.items():
            with formatter.section(step):
                formatter.write_dl([(name.ljust(width), self.commands[name].get_short_help_str(90)) for name in pages])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed.

        Raises:
            click.UsageError: There is none of that name; the nearest is named.
        """
        name = args[0]
        if ctx.resilient_parsing or name in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        raise click.UsageError(f"Không có lệnh “{name}”.{_nearest(name, self.commands)}", ctx)


def explain(fault: click.UsageError) -> str:
    """Return what was mistyped, in one Vietnamese sentence or two."""
    match fault:
        case click.NoSuchOption(option_name="-C"):
            return "-C đứng trước tên lệnh: tdp-xlsx -C THƯ-MỤC LỆNH."
        case click.NoSuchOption():
            return f"Không có tùy chọn {fault.option_name}.{_nearest(fault.option_name, _options(fault.ctx))}"
        case click.MissingParameter():
            return f"Thiếu tham số {fault.param.human_readable_name if fault.param else ''}."
        case click.BadParameter():
            name = fault.param.opts[0] if fault.param else ""
            return f"Giá trị của {name} không hợp lệ{_range(fault.param)}."
        case click.BadOptionUsage():
            return f"Tùy chọn {fault.option_name} thiếu giá trị hoặc dùng sai."
    if fault.message.startswith("Không có lệnh"):
        return fault.message
    if extra := re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", fault.message):
        return f"Thừa chữ: {extra[1]}."
    return f"Lệnh gõ chưa đúng: {fault.message}"


def _range(param: click.Parameter | None) -> str:
    kind = param.type if param else None
    return f": phải là số nguyên từ {kind.min} đến {kind.max}" if isinstance(kind, click.IntRange) else ""


def _options(ctx: click.Context | None) -> list[str]:
    return [option for param in ctx.command.get_params(ctx) for option in param.opts] if ctx else []


def _nearest(typed: str, known: Iterable[str]) -> str:
    near: Sequence[str] = difflib.get_close_matches(typed.lower(), list(known), n=1, cutoff=0.5)
    return f" Có phải ý bạn là: {near[0]}?" if near else ""
