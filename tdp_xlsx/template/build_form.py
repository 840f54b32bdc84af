"""Write the template's form sheet: the official form, what leaders fill beside it, and the office's own columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.model import ALL_GROUPS, NO, YES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.styles import Formats
    from tdp_xlsx.template.default import DefaultCriterion, DefaultPlan
    from tdp_xlsx.template.fitted import FittedWorksheet

HEADING_ROW = 4
"""The heading row of the default form, counted from 0."""
OFFICE_BAND = "Phần của cơ quan (không gửi cho tổ dân phố, bản)"
GROUP_LINE = f"Đơn vị: {layout.FIELD_GROUP}"
SCREEN_LINES = (
    f"Năm đánh giá: {layout.FIELD_YEAR}{layout.FIELD_PERIOD}",
    f"Hạn nộp: {layout.FIELD_DEADLINE}",
    f"Đã trả lời: {layout.FIELD_PROGRESS}",
)
LEADER_LABEL = "Tổ trưởng, trưởng bản (họ và tên):"
DATE_LABEL = "Ngày lập:"
OPERATORS = (">", ">=", "=", "<=", "<")

_PRINTED = 3  # last column of the official form, D
_ANSWER, _EVIDENCE, _HELP = 4, 5, 6
_ZOOM = 90  # at which all that leaders see stands side by side on a screen 1366 pixels wide
_OFFICE = 8  # first of the office's columns, I
_LAST_OFFICE = _OFFICE + len(layout.OFFICE_HEADINGS) - 1


def write_form(
    sheet: FittedWorksheet, formats: Formats, plan: DefaultPlan, homes: Mapping[str, tuple[int, str]]
) -> None:
    """Write the form; ``homes`` tells where on `Cấu hình` the title and the caption have their one home."""
    _set_up(sheet)
    _write_top(sheet, formats, homes)
    row = _write_heading(sheet, formats)
    form = plan.form
    first = row
    row = _write_title_row(sheet, formats, row, form["cases_number"], form["cases_title"])
    sheet.write_blank(row, 0, None, formats("code"))
    sheet.write_string(row, 1, layout.CASES_NOTE, formats("cell", italic=True, bold=True))
    sheet.write_blank(row, 2, None, formats("cell"))
    sheet.write_blank(row, 3, None, formats("cell"))
    row += 1
    for criterion in plan.cases:
        row = _write_criterion(sheet, formats, row, criterion)
    row = _write_title_row(sheet, formats, row, form["criteria_number"], form["criteria_title"])
    for standard in plan.standards:
        row = _write_title_row(sheet, formats, row, standard.number, standard.title)
        for criterion in standard.criteria:
            row = _write_criterion(sheet, formats, row, criterion)
    _validate(sheet, plan, first, row - 1)
    row = _write_foot(sheet, formats, row, form)
    sheet.print_area(0, 0, row, _PRINTED)


def _set_up(sheet: FittedWorksheet) -> None:
    for column, width in enumerate((6, 66, 7.5, 7.5, 14, 22, 32, 3, 8, 26, 8, 18, 34, 8, 10, 13)):
        sheet.put_width(column, width)
    sheet.freeze_panes(HEADING_ROW + 1, 2)
    sheet.set_zoom(_ZOOM)
    sheet.repeat_rows(HEADING_ROW)
    sheet.center_horizontally()
    sheet.set_portrait()


def _write_top(sheet: FittedWorksheet, formats: Formats, homes: Mapping[str, tuple[int, str]]) -> None:
    meanings = (("title", "title", 60), ("caption", "subtitle", 36))
    for row, (field, meaning, height) in enumerate(meanings):
        home, text = homes[field]
        sheet.set_row(row, height)
        sheet.put_merged(row, 0, _PRINTED, "", formats(meaning))
        # One home for the text; `&""` keeps an empty setting from showing as 0.
        sheet.write_formula(row, 0, f"='{layout.SETTINGS}'!$B${home}&\"\"", formats(meaning), text)
    sheet.set_row(2, 24)
    sheet.put_merged(2, 0, _PRINTED, GROUP_LINE, formats("text", bold=True, font_size=13, align="center"))
    for row, line in enumerate(SCREEN_LINES):
        sheet.put_merged(row, _ANSWER, _HELP, line, formats("text", bold=True, align="left"))
    sheet.put_merged(HEADING_ROW - 1, _OFFICE, _LAST_OFFICE, OFFICE_BAND, formats("office_heading"))


def _write_heading(sheet: FittedWorksheet, formats: Formats) -> int:
    for column, heading in enumerate(layout.FORM_HEADINGS):
        sheet.write_string(HEADING_ROW, column, heading, formats("heading"))
    for column, heading in enumerate(layout.OFFICE_HEADINGS, start=_OFFICE):
        sheet.write_string(HEADING_ROW, column, heading, formats("office_heading"))
    return HEADING_ROW + 1


def _write_title_row(sheet: FittedWorksheet, formats: Formats, row: int, number: str, title: str) -> int:
    sheet.write_string(row, 0, number, formats("part_number"))
    sheet.write_string(row, 1, title, formats("part"))
    for column in range(2, _HELP + 1):
        sheet.write_blank(row, column, None, formats("part"))
    return row + 1


def _write_criterion(sheet: FittedWorksheet, formats: Formats, row: int, criterion: DefaultCriterion) -> int:
    sheet.write_string(row, 0, criterion.number, formats("code"))
    sheet.write_string(row, 1, criterion.text, formats("cell", align="justify"))
    sheet.write_blank(row, 2, None, formats("cell_middle"))
    sheet.write_blank(row, 3, None, formats("cell_middle"))
    sheet.write_blank(row, _ANSWER, None, formats("input_middle"))
    sheet.write_blank(row, _EVIDENCE, None, formats("input_text"))
    if criterion.hint:
        sheet.write_string(row, _HELP, criterion.hint, formats("cell", italic=True))
    else:
        sheet.write_blank(row, _HELP, None, formats("cell", italic=True))
    figure = criterion.figure
    cells: dict[str, str | float] = {
        layout.CODE: criterion.code,
        layout.APPLIES_TO: criterion.applies_to,
        layout.POINTS: 1,
        layout.TASKS: "; ".join(criterion.tasks),
        layout.INDICATOR: figure.indicator if figure else "",
        layout.OPERATOR: figure.operator if figure else "",
        layout.THRESHOLD: figure.threshold if figure else "",
        layout.UNIT: figure.unit if figure else "",
    }
    for column, (heading, value) in enumerate(cells.items(), start=_OFFICE):
        numeric = heading in {layout.POINTS, layout.THRESHOLD}
        wide = heading in {layout.APPLIES_TO, layout.INDICATOR}
        cell_format = formats("count", num_format="General") if numeric else formats("code", text_wrap=True)
        if wide:
            cell_format = formats("input_text", bg_color="#FFFFFF")
        if isinstance(value, str):
            if value:
                sheet.write_string(row, column, value, cell_format)
            else:
                sheet.write_blank(row, column, None, cell_format)
        else:
            sheet.write_number(row, column, value, cell_format)
    return row + 1


def _validate(sheet: FittedWorksheet, plan: DefaultPlan, first: int, last: int) -> None:
    tasks = "\n".join(f"{number} {title}" for number, title in plan.tasks.items())
    whom = [ALL_GROUPS, *layout.KINDS, layout.FARMING, layout.NEW_COUNTRYSIDE, layout.PILOT]
    office = {heading: column for column, heading in enumerate(layout.OFFICE_HEADINGS, start=_OFFICE)}
    rules: tuple[tuple[int, str, dict[str, object], str], ...] = (
        (
            _ANSWER,
            layout.ANSWER,
            {"validate": "list", "source": [YES, NO]},
            "Để trống trên sổ mẫu; lãnh đạo tổ, bản điền.",
        ),
        (office[layout.CODE], layout.CODE, {"validate": "any"}, "Bắt buộc, không trùng, là chữ: I.1, 2.10, 4.5a."),
        (
            office[layout.APPLIES_TO],
            layout.APPLIES_TO,
            # Only warns: the register may have got further columns of Có and Không.
            {"validate": "list", "source": whom, "error_type": "warning"},
            "Tất cả, một loại đơn vị, hoặc tên một cột Có/Không của trang “Danh sách đơn vị”.",
        ),
        (
            office[layout.POINTS],
            layout.POINTS,
            {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 1000},
            "Số nguyên từ 1; mặc định 1.",
        ),
        (office[layout.TASKS], "Nhiệm vụ trong kế hoạch", {"validate": "any"}, tasks),
        (office[layout.INDICATOR], layout.INDICATOR, {"validate": "any"}, "Tên số liệu để đối chiếu; có thể để trống."),
        (
            office[layout.OPERATOR],
            layout.OPERATOR,
            {"validate": "list", "source": list(OPERATORS)},
            "Số liệu phải so với ngưỡng thế nào thì được trả lời Có.",
        ),
        (
            office[layout.THRESHOLD],
            layout.THRESHOLD,
            {"validate": "decimal", "criteria": ">=", "value": 0},
            "Một số; phần trăm ghi 50, không ghi 0,5 hay 50%.",
        ),
        (office[layout.UNIT], layout.UNIT, {"validate": "any"}, "Ví dụ: %, hộ, mô hình."),
    )
    for column, title, rule, message in rules:
        sheet.data_validation(
            first, column, last, column, {**rule, "input_title": title[:32], "input_message": message[:255]}
        )


def _write_foot(sheet: FittedWorksheet, formats: Formats, row: int, form: Mapping[str, str]) -> int:
    sheet.set_row(row, 22)
    sheet.put_merged(row, 0, _PRINTED, form["footnote"], formats("subtitle", align="left"))
    row += 1
    sheet.set_row(row, 36)
    sheet.put_merged(row, 0, _PRINTED, form["marking_note"], formats("text"))
    row += 2
    sheet.write_string(row, 1, LEADER_LABEL, formats("text", bold=True))
    sheet.put_merged(row, 2, 3, DATE_LABEL, formats("text", bold=True))
    row += 1
    sheet.set_row(row, 24)
    sheet.write_string(row, 1, layout.FIELD_LEADER, formats("input_text"))
    sheet.put_merged(row, 2, 3, layout.FIELD_DATE, formats("input_text", align="center"))
    return row
