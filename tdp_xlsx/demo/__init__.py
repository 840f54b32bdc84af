"""The whole round on made-up groups, through the real commands; every page says that it is made up."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, cast

from openpyxl import load_workbook

from tdp_xlsx import layout, prepare, workflow
from tdp_xlsx.demo.leaders import GROUPS, send_back
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.folder import load_template
from tdp_xlsx.model import NO, YES
from tdp_xlsx.outputs import put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.header_footer import HeaderFooterItem

MARK = "SỐ LIỆU MINH HỌA"
_MARKER_TEXT = f"{MARK}: mọi đơn vị, câu trả lời và số liệu trong thư mục này đều không có thật.\n"


def run_demo(folder: Path, say: Callable[[str], None]) -> workflow.Consolidated:
    """Make a demonstration folder (an earlier one is replaced) and run the round in it.

    Raises:
        CannotRunError: The folder holds something that is no demonstration, or cannot be written.
    """
    _clear(folder)
    say(f"1. Sổ mẫu với {len(GROUPS)} đơn vị không có thật: {prepare.init(folder)}")
    _make_up(folder / layout.TEMPLATE_PATH)
    prepare.generate(folder)
    say(f"2. Bảng tự đánh giá của từng đơn vị: {folder / layout.FORMS}")
    template = load_template(folder)
    send_back(template, folder / layout.FORMS, folder / layout.INBOX)
    say(f"3. Tệp các đơn vị “nộp về” (đủ kiểu đúng, sai): {folder / layout.INBOX}")
    done = workflow.consolidate(folder)
    say("4. Đã tổng hợp.")
    return done


def _clear(folder: Path) -> None:
    try:
        if folder.exists() and any(folder.iterdir()):
            if not (folder / layout.DEMO_MARKER).is_file():
                raise CannotRunError(
                    f"Thư mục “{folder}” có sẵn tệp khác, không dùng để chạy thử. "
                    "Chọn thư mục khác: tdp-xlsx demo TÊN-THƯ-MỤC"
                )
            for child in folder.iterdir():
                shutil.rmtree(child) if child.is_dir() else child.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / layout.DEMO_MARKER).write_text(_MARKER_TEXT, encoding="utf-8-sig")
    except OSError as fault:
        raise CannotRunError(
            f"Không dọn được thư mục “{folder}” ({fault.strerror or fault}). Đóng các tệp đang mở rồi chạy lại."
        ) from fault


def _make_up(path: Path) -> None:
    """Replace the register and mark the form, as an officer would in Excel.

    Raises:
        OutputError: The template could not be written.
    """
    workbook = load_workbook(path)
    register = workbook[layout.REGISTER]
    column = {str(heading): index for index, heading in enumerate(next(register.values), 1)}
    for row, group in enumerate(GROUPS, 2):
        values = {
            layout.GROUP_CODE: group.code,
            layout.GROUP_KIND: group.kind,
            layout.GROUP_NAME: group.name,
            layout.FARMING: YES if group.farming else NO,
            layout.NEW_COUNTRYSIDE: YES if group.countryside else NO,
            layout.PILOT: NO,
            layout.NOTE: MARK,
        }
        for heading, value in values.items():
            register.cell(row, column[heading]).value = value
    for sheet in workbook:
        header = cast("HeaderFooterItem", sheet.oddHeader)
        header.center.text = MARK
        header.center.size = 14
    form = workbook[layout.FORM]
    line = next(cell for row in form.iter_rows(max_row=10) for cell in row if layout.FIELD_GROUP in str(cell.value))
    line.value = f"{line.value} – {MARK}"
    put(path, workbook.save)
