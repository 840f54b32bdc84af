"""Write the default template workbook; its output is the same, byte for byte, on every run."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from tdp_xlsx import layout
from tdp_xlsx.model import NO, YES
from tdp_xlsx.styles import FONT, Formats
from tdp_xlsx.template.build_form import write_form
from tdp_xlsx.template.default import DefaultPlan, default_plan
from tdp_xlsx.template.items import (
    EARLIEST_YEAR,
    LARGEST_PORT,
    LATEST_YEAR,
    LETTER_FIELDS,
    LETTER_HEADINGS,
    LETTERS,
    LONGEST_PAUSE,
    SECTIONS,
    WHOLE,
    Kind,
    Setting,
)

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter import Workbook

    from tdp_xlsx.template.fitted import FittedWorksheet

REGISTER_ROOM = 200
"""Formatted rows of the register, its heading not counted: every group of a large ward, and some."""
RELATIONS_ROOM = 100

_CREATED = dt.datetime(2021, 4, 24, tzinfo=dt.UTC)  # fixed, so that output never differs
_TABS = {
    layout.GUIDE: "#7F7F7F",
    layout.SETTINGS: "#1F3864",
    layout.REGISTER: "#1F3864",
    layout.FORM: "#548235",
    layout.RELATIONS: "#1F3864",
    layout.LETTERS: "#1F3864",
}
_NUMBER_FORMATS = {
    Kind.YEAR: "0",
    Kind.PORT: "0",
    Kind.PERCENT: "General",
    Kind.SECONDS: "General",
    Kind.DATE: "dd/mm/yyyy",
}
_RANGES = {
    Kind.YEAR: ("integer", EARLIEST_YEAR, LATEST_YEAR),
    Kind.PORT: ("integer", 1, LARGEST_PORT),
    Kind.PERCENT: ("decimal", 0, WHOLE),
    Kind.SECONDS: ("decimal", 0, LONGEST_PAUSE),
}
_ATTRIBUTES = (layout.FARMING, layout.NEW_COUNTRYSIDE, layout.PILOT)


def build_template(path: Path, *, year: int | None = None) -> None:
    """Write the default template, for the given year or the plan's own.

    Raises:
        OSError: The file cannot be written.
    """
    plan = default_plan()
    import xlsxwriter  # noqa: PLC0415 - whoever only reads a template need not load it

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


def _add_sheet(workbook: Workbook, name: str) -> FittedWorksheet:
    from tdp_xlsx.template import fitted  # noqa: PLC0415 - loads xlsxwriter, as above

    sheet = cast("fitted.FittedWorksheet", workbook.add_worksheet(name, fitted.FittedWorksheet))
    sheet.set_tab_color(_TABS[name])
    sheet.set_paper(9)
    sheet.set_margins(left=1.181, right=0.591, top=0.787, bottom=0.787)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    if name != layout.FORM:
        sheet.set_footer("&C&P/&N")
    return sheet


def _write_guide(sheet: FittedWorksheet, formats: Formats, plan: DefaultPlan) -> None:
    sheet.put_width(0, 70)  # what A4 holds upright, whatever the default font
    sheet.write_string(0, 0, plan.guide_title, formats("title"))
    sheet.write_string(1, 0, plan.guide_intro, formats("text"))
    row = 3
    for section in plan.guide:
        sheet.write_string(row, 0, section.title, formats("section"))
        for row, line in enumerate(section.lines, start=row + 1):  # noqa: B020 - the row runs on
            sheet.write_string(row, 0, line, formats("text", indent=1))
        row += 2
    row -= 1
    for row, (number, title) in enumerate(plan.tasks.items(), start=row):  # noqa: B020 - likewise
        sheet.write_string(row, 0, f"{number}  {title}", formats("text", indent=2))


def _write_settings(
    sheet: FittedWorksheet, formats: Formats, plan: DefaultPlan, year: int | None
) -> dict[str, tuple[int, str]]:
    """Write `Cấu hình`; return, by field, the row (from 1) where each value stands, and its text."""
    sheet.put_width(0, 32)
    sheet.put_width(1, 58)
    sheet.put_width(2, 62)
    sheet.set_landscape()
    for column, heading in enumerate(layout.SETTINGS_HEADINGS):
        sheet.write_string(0, column, heading, formats("heading"))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    homes: dict[str, tuple[int, str]] = {}
    row = 1
    for section in SECTIONS:
        sheet.write_string(row, 0, section.title, formats("part", text_wrap=False))
        sheet.write_blank(row, 1, None, formats("part"))
        sheet.write_blank(row, 2, None, formats("part"))
        row += 1
        for setting in section.settings:
            value = year if setting.field == "year" and year else plan.settings.get(setting.field, "")
            value = value or setting.default or next(iter(setting.choices), "")
            sheet.write_string(row, 0, setting.label, formats("cell"))
            _write_value(sheet, row, formats, setting, value)
            sheet.write_string(row, 2, setting.note, formats("cell", italic=True))
            homes[setting.field] = (row + 1, str(value))
            row += 1
    return homes


def _write_value(sheet: FittedWorksheet, row: int, formats: Formats, setting: Setting, value: str | int) -> None:
    cell_format = formats("input", align="left", num_format=_NUMBER_FORMATS.get(setting.kind, "@"))
    if isinstance(value, int):
        sheet.write_number(row, 1, value, cell_format)
    elif value:
        sheet.write_string(row, 1, value, cell_format)
    else:
        sheet.write_blank(row, 1, None, cell_format)
    rule: dict[str, object] = {"validate": "any"}
    if setting.choices:
        rule = {"validate": "list", "source": list(setting.choices)}
    elif setting.kind in _RANGES:
        kind, least, most = _RANGES[setting.kind]
        rule = {"validate": kind, "criteria": "between", "minimum": least, "maximum": most}
    _validate(sheet, (row, 1, row, 1), setting.label, setting.note, rule)


def _validate(
    sheet: FittedWorksheet, area: tuple[int, int, int, int], title: str, message: str, rule: dict[str, object]
) -> None:
    # Excel takes 32 characters of a title and 255 of a message.
    sheet.data_validation(
        *area,
        {
            **rule,
            "input_title": title[:32],
            "input_message": message[:255],
            "error_title": "Giá trị không đúng",
            "error_message": "Chọn trong danh sách hoặc ghi theo lời nhắc của ô.",
        },
    )


def _write_register(sheet: FittedWorksheet, formats: Formats, plan: DefaultPlan) -> None:
    sheet.set_landscape()
    sheet.set_row(0, 50)
    widths = {
        layout.GROUP_CODE: 15,
        layout.GROUP_KIND: 15,
        layout.GROUP_NAME: 34,
        layout.LEADER: 26,
        layout.PHONE: 15,
        layout.EMAIL: 28,
        layout.NOTE: 30,
    }
    for column, heading in enumerate(layout.REGISTER_HEADINGS):
        sheet.write_string(0, column, heading, formats("heading"))
        middle = heading in {layout.GROUP_KIND, *_ATTRIBUTES}
        cell_format = formats("input_middle") if middle else formats("input_text")
        sheet.put_width(column, widths.get(heading, 16))
        for row in range(1, REGISTER_ROOM + 1):
            sheet.write_blank(row, column, None, cell_format)
    for row, group in enumerate(plan.groups, start=1):
        cells = {layout.GROUP_CODE: group.code, layout.GROUP_KIND: group.kind, layout.GROUP_NAME: group.name}
        cells |= {heading: YES if heading in group.attributes else NO for heading in _ATTRIBUTES}
        for heading, value in cells.items():
            middle = heading in {layout.GROUP_KIND, *_ATTRIBUTES}
            cell_format = formats("input_middle") if middle else formats("input_text")
            sheet.write_string(row, layout.REGISTER_HEADINGS.index(heading), value, cell_format)
    sheet.freeze_panes(1, 3)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, REGISTER_ROOM, len(layout.REGISTER_HEADINGS) - 1)
    anything: dict[str, object] = {"validate": "any"}
    yes_no: dict[str, object] = {"validate": "list", "source": [YES, NO]}
    kinds: dict[str, object] = {"validate": "list", "source": list(layout.KINDS)}
    messages = {
        layout.GROUP_CODE: (anything, "Bắt buộc, không trùng: chữ cái không dấu, chữ số, gạch nối. Ví dụ TDP-05."),
        layout.GROUP_KIND: (kinds, "Bắt buộc. Chọn Tổ dân phố hoặc Bản."),
        layout.GROUP_NAME: (anything, "Bắt buộc, không trùng. Ví dụ: Tổ dân phố số 5."),
        layout.FARMING: (yes_no, "Có: phải tự đánh giá tiêu chí 2.9. Tổ dân phố chọn Không hoặc để trống."),
        layout.NEW_COUNTRYSIDE: (yes_no, "Có: phải tự đánh giá tiêu chí 2.10. Tổ dân phố chọn Không hoặc để trống."),
        layout.PILOT: (yes_no, "Có: đơn vị được chọn làm điểm trong kế hoạch."),
        layout.LEADER: (anything, "Họ và tên; có thể để trống."),
        layout.PHONE: (anything, "Có thể để trống."),
        layout.EMAIL: (anything, "Một địa chỉ để gửi bảng; có thể để trống."),
    }
    for heading, (rule, message) in messages.items():
        column = layout.REGISTER_HEADINGS.index(heading)
        _validate(sheet, (1, column, REGISTER_ROOM, column), heading, message, rule)


def _write_relations(sheet: FittedWorksheet, formats: Formats, plan: DefaultPlan) -> None:
    sheet.set_landscape()
    for column, (heading, width) in enumerate(zip(layout.RELATION_HEADINGS, (10, 12, 10, 12, 15, 90), strict=True)):
        sheet.put_width(column, width)
        sheet.write_string(0, column, heading, formats("heading"))
        last = heading == layout.RELATION_HEADINGS[-1]
        cell_format = formats("input_text") if last else formats("input_text", align="center")
        for row in range(1, RELATIONS_ROOM + 1):
            if row <= len(plan.relations):
                sheet.write_string(row, column, plan.relations[row - 1][column], cell_format)
            else:
                sheet.write_blank(row, column, None, cell_format)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    anything: dict[str, object] = {"validate": "any"}
    answers: dict[str, object] = {"validate": "list", "source": [YES, NO]}
    levels: dict[str, object] = {"validate": "list", "source": [layout.TO_CLEAR, layout.REMARK]}
    code = "Mã tiêu chí như ở trang “Bảng tự đánh giá”, ví dụ I.1, 2.10, 4.5a."
    for column, rule, message in (
        (0, anything, code),
        (1, answers, "Câu trả lời cho tiêu chí ở cột Mã 1."),
        (2, anything, code),
        (3, answers, "Câu trả lời cho tiêu chí ở cột Mã 2."),
        (4, levels, "Cần làm rõ: hai câu trả lời không thể cùng đúng. Lưu ý: đề nghị xem lại, giải trình."),
    ):
        heading = layout.RELATION_HEADINGS[column]
        _validate(sheet, (1, column, RELATIONS_ROOM, column), heading, message, rule)


def _write_letters(sheet: FittedWorksheet, formats: Formats, plan: DefaultPlan) -> None:
    sheet.set_landscape()
    for column, (heading, width) in enumerate(zip(LETTER_HEADINGS, (26, 92, 42), strict=True)):
        sheet.put_width(column, width)
        sheet.write_string(0, column, heading, formats("heading"))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for row, letter in enumerate(LETTERS, start=1):
        sheet.write_string(row, 0, letter.label, formats("cell"))
        sheet.write_string(row, 1, plan.letters[letter.key], formats("input_text"))
        sheet.write_string(row, 2, letter.note, formats("cell", italic=True))
    row = len(LETTERS) + 2
    sheet.write_string(row, 0, "Chữ thay thế", formats("section"))
    for row, (field, meaning) in enumerate(LETTER_FIELDS.items(), start=row + 1):  # noqa: B020 - the row runs on
        # In one cell, and B left empty: what stands in B belongs to an item.
        sheet.write_string(row, 0, f"{field}: {meaning}", formats("plain"))
