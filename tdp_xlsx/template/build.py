"""Write the default template workbook; its output is the same, byte for byte, on every run."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

import xlsxwriter

from tdp_xlsx import layout
from tdp_xlsx.model import NO, YES
from tdp_xlsx.styles import FONT, Formats
from tdp_xlsx.template import default_plan, items
from tdp_xlsx.template.build_form import ANYTHING, YES_NO, TemplateSheet, write_form
from tdp_xlsx.template.items import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tdp_xlsx.template.items import Setting

REGISTER_ROOM = 200
"""Formatted rows of the register, its heading not counted: every group of a large ward, and some."""
RELATIONS_ROOM = 100

_CREATED = dt.datetime(2021, 4, 24, tzinfo=dt.UTC)  # fixed, so that output never differs
_TABS = {layout.GUIDE: "#7F7F7F", layout.FORM: "#548235"}
_TAB = "#1F3864"
_NUMBER_FORMATS = {
    Kind.YEAR: "0",
    Kind.PORT: "0",
    Kind.PERCENT: "General",
    Kind.SECONDS: "General",
    Kind.DATE: "dd/mm/yyyy",
}
_RANGES = {
    Kind.YEAR: ("integer", items.EARLIEST_YEAR, items.LATEST_YEAR),
    Kind.PORT: ("integer", 1, items.LARGEST_PORT),
    Kind.PERCENT: ("decimal", 0, items.WHOLE),
    Kind.SECONDS: ("decimal", 0, items.LONGEST_PAUSE),
}
_REFUSAL = {"error_title": "Giá trị không đúng", "error_message": "Chọn trong danh sách hoặc ghi theo lời nhắc của ô."}
_REGISTER: dict[str, tuple[float, dict[str, object], str]] = {
    layout.GROUP_CODE: (15, ANYTHING, "Bắt buộc, không trùng: chữ cái không dấu, chữ số, gạch nối. Ví dụ TDP-05."),
    layout.GROUP_KIND: (15, {"validate": "list", "source": [*layout.KINDS]}, "Bắt buộc. Chọn Tổ dân phố hoặc Bản."),
    layout.GROUP_NAME: (34, ANYTHING, "Bắt buộc, không trùng. Ví dụ: Tổ dân phố số 5."),
    layout.FARMING: (16, YES_NO, "Có: phải tự đánh giá tiêu chí 2.9. Tổ dân phố chọn Không hoặc để trống."),
    layout.NEW_COUNTRYSIDE: (16, YES_NO, "Có: phải tự đánh giá tiêu chí 2.10. Tổ dân phố chọn Không hoặc để trống."),
    layout.PILOT: (16, YES_NO, "Có: đơn vị được chọn làm điểm trong kế hoạch."),
    layout.LEADER: (26, ANYTHING, "Họ và tên; có thể để trống."),
    layout.PHONE: (15, ANYTHING, "Có thể để trống."),
    layout.EMAIL: (28, ANYTHING, "Một địa chỉ để gửi bảng; có thể để trống."),
    layout.NOTE: (30, ANYTHING, ""),
}
"""The register's columns in their order: width, what a cell takes, what is asked there ("": nothing)."""
_CODE_ASKED = "Mã tiêu chí như ở trang “Bảng tự đánh giá”, ví dụ I.1, 2.10, 4.5a."
_LEVELS: dict[str, object] = {"validate": "list", "source": [layout.TO_CLEAR, layout.REMARK]}
_RELATIONS: tuple[tuple[str, float, dict[str, object], str], ...] = (
    ("first", 10, ANYTHING, _CODE_ASKED),
    ("first_answer", 12, YES_NO, "Câu trả lời cho tiêu chí ở cột Mã 1."),
    ("second", 10, ANYTHING, _CODE_ASKED),
    ("second_answer", 12, YES_NO, "Câu trả lời cho tiêu chí ở cột Mã 2."),
    ("level", 15, _LEVELS, "Cần làm rõ: hai câu trả lời không thể cùng đúng. Lưu ý: đề nghị xem lại, giải trình."),
    ("explanation", 90, ANYTHING, ""),
)
"""The columns of the relations in the order of their headings: name in the plan, then as for the register."""


def build_template(path: Path, *, year: int | None = None) -> None:
    """Write the default template, for the given year or the plan's own.

    Raises:
        OSError: The file cannot be written.
    """
    plan = default_plan()
    default = {"font_name": FONT, "font_size": 11}  # by which programs reckon widths
    workbook = xlsxwriter.Workbook(str(path), {"default_format_properties": default})
    workbook.set_properties({"title": "Sổ mẫu tự đánh giá tổ dân phố, bản", "author": "tdp-xlsx", "created": _CREATED})
    formats = Formats(workbook)
    sheets = {name: _add_sheet(workbook, name) for name in layout.TEMPLATE_SHEETS}
    _write_guide(sheets[layout.GUIDE], formats, plan)
    homes = _write_settings(sheets[layout.SETTINGS], formats, plan, year)
    _write_register(sheets[layout.REGISTER], formats, plan)
    write_form(sheets[layout.FORM], formats, plan, homes)
    _write_relations(sheets[layout.RELATIONS], formats, plan)
    _write_letters(sheets[layout.LETTERS], formats, plan)
    sheets[layout.GUIDE].activate()
    try:
        workbook.close()
    except xlsxwriter.exceptions.FileCreateError as fault:
        raise OSError(str(fault)) from fault


def _add_sheet(workbook: xlsxwriter.Workbook, name: str) -> TemplateSheet:
    sheet = cast("TemplateSheet", workbook.add_worksheet(name, TemplateSheet))
    sheet.set_tab_color(_TABS.get(name, _TAB))
    sheet.set_paper(9)
    sheet.set_margins(left=1.181, right=0.591, top=0.787, bottom=0.787)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    if name != layout.FORM:
        sheet.set_footer("&C&P/&N")
    return sheet


def _write_guide(sheet: TemplateSheet, formats: Formats, plan: Mapping[str, Any]) -> None:
    guide = plan["guide"]
    sheet.put_width(0, 70)  # what A4 holds upright, whatever the default font
    sheet.write_string(0, 0, guide["title"], formats("title"))
    sheet.write_string(1, 0, guide["intro"], formats("text"))
    row = 3
    for section in guide["sections"]:
        sheet.write_string(row, 0, section["title"], formats("section"))
        for row, line in enumerate(section["lines"], start=row + 1):  # noqa: B020 - the row runs on
            sheet.write_string(row, 0, line, formats("text", indent=1))
        row += 2
    for row, (number, title) in enumerate(plan["tasks"].items(), start=row - 1):  # noqa: B020 - likewise
        sheet.write_string(row, 0, f"{number}  {title}", formats("text", indent=2))


def _write_settings(
    sheet: TemplateSheet, formats: Formats, plan: Mapping[str, Any], year: int | None
) -> dict[str, tuple[int, str]]:
    """Write `Cấu hình`; return, by field, the row (from 1) where each value stands, and its text."""
    sheet.put_head(dict(zip(layout.SETTINGS_HEADINGS, (32, 58, 62), strict=True)), formats("heading"))
    homes: dict[str, tuple[int, str]] = {}
    row = 1
    for title, settings in items.SECTIONS.items():
        sheet.write_string(row, 0, title, formats("part", text_wrap=False))
        for column in (1, 2):
            sheet.write_blank(row, column, None, formats("part"))
        for row, setting in enumerate(settings, start=row + 1):  # noqa: B020 - the row runs on
            value = year if setting.field == "year" and year else plan["settings"].get(setting.field, "")
            value = value or setting.default or next(iter(setting.choices), "")
            sheet.write_string(row, 0, setting.label, formats("cell"))
            number_format = _NUMBER_FORMATS.get(setting.kind, "@")
            sheet.put(row, 1, value, formats("input", align="left", num_format=number_format))
            sheet.ask((row, row), 1, setting.label, setting.note, {**_rule(setting), **_REFUSAL})
            sheet.write_string(row, 2, setting.note, formats("cell", italic=True))
            homes[setting.field] = (row + 1, str(value))
        row += 1
    return homes


def _rule(setting: Setting) -> dict[str, object]:
    if setting.choices:
        return {"validate": "list", "source": list(setting.choices)}
    if setting.kind in _RANGES:
        kind, least, most = _RANGES[setting.kind]
        return {"validate": kind, "criteria": "between", "minimum": least, "maximum": most}
    return ANYTHING


def _write_register(sheet: TemplateSheet, formats: Formats, plan: Mapping[str, Any]) -> None:
    sheet.put_head({heading: width for heading, (width, _, _) in _REGISTER.items()}, formats("heading"), frozen=3)
    sheet.set_row(0, 50)
    attributes = (layout.FARMING, layout.NEW_COUNTRYSIDE, layout.PILOT)
    groups = plan["groups"]
    for row in range(1, REGISTER_ROOM + 1):
        cells = {}
        if row <= len(groups):
            group = groups[row - 1]
            cells = {layout.GROUP_CODE: group["code"], layout.GROUP_KIND: group["kind"]}
            cells[layout.GROUP_NAME] = group["name"]
            cells |= {heading: YES if heading in group["attributes"] else NO for heading in attributes}
        for column, heading in enumerate(_REGISTER):
            middle = heading in {layout.GROUP_KIND, *attributes}
            sheet.put(row, column, cells.get(heading, ""), formats("input_middle" if middle else "input_text"))
    sheet.autofilter(0, 0, REGISTER_ROOM, len(_REGISTER) - 1)
    for column, (heading, (_, rule, message)) in enumerate(_REGISTER.items()):
        if message:
            sheet.ask((1, REGISTER_ROOM), column, heading, message, {**rule, **_REFUSAL})


def _write_relations(sheet: TemplateSheet, formats: Formats, plan: Mapping[str, Any]) -> None:
    relations = plan["relations"]
    columns = zip(layout.RELATION_HEADINGS, _RELATIONS, strict=True)
    for column, (heading, (name, width, rule, message)) in enumerate(columns):
        # Column by column: the workbook keeps its texts in the order in which they are written.
        sheet.put_head({heading: width}, formats("heading"), first=column)
        look = formats("input_text", align="center") if message else formats("input_text")
        for row in range(1, RELATIONS_ROOM + 1):
            sheet.put(row, column, relations[row - 1][name] if row <= len(relations) else "", look)
        if message:
            sheet.ask((1, RELATIONS_ROOM), column, heading, message, {**rule, **_REFUSAL})


def _write_letters(sheet: TemplateSheet, formats: Formats, plan: Mapping[str, Any]) -> None:
    sheet.put_head(dict(zip(items.LETTER_HEADINGS, (26, 92, 42), strict=True)), formats("heading"))
    for row, letter in enumerate(items.LETTERS, start=1):
        sheet.write_string(row, 0, letter.label, formats("cell"))
        sheet.write_string(row, 1, plan["letters"][letter.key], formats("input_text"))
        sheet.write_string(row, 2, letter.note, formats("cell", italic=True))
    row = len(items.LETTERS) + 2
    sheet.write_string(row, 0, "Chữ thay thế", formats("section"))
    for row, (field, meaning) in enumerate(items.LETTER_FIELDS.items(), start=row + 1):  # noqa: B020 - the row runs on
        # In one cell, and B left empty: what stands in B belongs to an item.
        sheet.write_string(row, 0, f"{field}: {meaning}", formats("plain"))
