"""Write a sheet of the default template, and the form's: the official form, what leaders fill, the office's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from xlsxwriter.worksheet import Worksheet

from tdp_xlsx import layout
from tdp_xlsx.model import ALL_GROUPS, NO, YES
from tdp_xlsx.styles import line_count, row_height
from tdp_xlsx.template.items import MOST_POINTS, OPERATORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format

    from tdp_xlsx.styles import Formats


_INDENT = 1.5  # characters one step of indentation takes
_JUSTIFIED = 5
_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 255  # characters Excel takes of an input message


class TemplateSheet(Worksheet):
    """Remembers widths and texts while they are written; merged cells, which no program fits, do not count."""

    def __init__(self) -> None:
        super().__init__()
        self._widths: dict[int, float] = {}
        self._texts: dict[int, dict[int, tuple[str, Format]]] = {}

    def put(self, row: int, column: int, value: str | float, look: Format) -> None:
        """Write a text or a number; an empty text leaves the cell blank."""
        if isinstance(value, str):
            # A text is no formula, link or number, whatever it looks like.
            self.write_string(row, column, value, look) if value else self.write_blank(row, column, None, look)
        else:
            self.write_number(row, column, value, look)

    def put_width(self, column: int, width: float) -> None:
        """Set a column's width, in characters."""
        self._widths[column] = width
        self.set_column(column, column, width)

    def put_merged(self, row: int, first: int, last: int, text: str, look: Format) -> None:
        """Merge cells of one row and write text into them."""
        self.merge_range(row, first, row, last, text, look)
        self._texts.get(row, {}).pop(first, None)

    def put_head(self, widths: Mapping[str, float], look: Format, *, first: int = 0, frozen: int = 0) -> None:
        """Begin a table that fills the sheet: headings with their columns' widths, from the first of these columns on.

        ``frozen`` is how many columns stay in view.
        """
        self.set_landscape()
        for column, (heading, width) in enumerate(widths.items(), start=first):
            self.put_width(column, width)
            self.write_string(0, column, heading, look)
        self.freeze_panes(1, frozen)
        self.repeat_rows(0)

    def ask(self, rows: tuple[int, int], column: int, title: str, message: str, rule: Mapping[str, Any]) -> None:
        """Set what the cells of a column take, as xlsxwriter's ``data_validation`` has it, and what is asked there."""
        asked = {"input_title": title[:_TITLE_LIMIT], "input_message": message[:_MESSAGE_LIMIT]}
        self.data_validation(rows[0], column, rows[1], column, {**rule, **asked})

    def _write_string(self, row: int, col: int, string: str, cell_format: Format | None = None) -> Literal[0, -1, -2]:
        if cell_format:
            self._texts.setdefault(row, {})[col] = string, cell_format
        return super()._write_string(row, col, string, cell_format)

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any = ()) -> None:
        if tag == "row":
            row = int(dict(attributes)["r"]) - 1
            if self._texts.get(row) and "ht" not in dict(attributes):
                attributes = [*attributes, ("ht", f"{self._needed(row):g}")]
        super()._xml_start_tag_unencoded(tag, attributes)

    def _needed(self, row: int) -> float:
        return max(
            row_height(self._lines(col, text, look), look.font_size) for col, (text, look) in self._texts[row].items()
        )

    def _lines(self, col: int, text: str, look: Format) -> int:
        if not (look.text_wrap or look.text_h_align == _JUSTIFIED):
            return 1
        room = self._widths.get(col, 8.43) - _INDENT * look.indent
        return line_count(text, room, look.font_size, bold=bool(look.bold))


_HEADING_ROW = 4
"""The heading row of the default form, counted from 0."""
_OFFICE_BAND = "Phần của cơ quan (không gửi cho tổ dân phố, bản)"
_GROUP_LINE = f"Đơn vị: {layout.FIELD_GROUP}"
_SCREEN_LINES = (
    f"Năm đánh giá: {layout.FIELD_YEAR}{layout.FIELD_PERIOD}",
    f"Hạn nộp: {layout.FIELD_DEADLINE}",
    f"Đã trả lời: {layout.FIELD_PROGRESS}",
)
LEADER_LABEL = "Tổ trưởng, trưởng bản (họ và tên):"
DATE_LABEL = "Ngày lập:"

_WIDTHS = (6, 66, 7.5, 7.5, 14, 22, 32, 3, 8, 26, 8, 18, 34, 8, 10, 13)
_PRINTED = 3  # last column of the official form, D
_ANSWER, _EVIDENCE, _HELP = 4, 5, 6
_ZOOM = 90  # at which all that leaders see stands side by side on a screen 1366 pixels wide
_OFFICE = 8  # first of the office's columns, I
ANYTHING: dict[str, object] = {"validate": "any"}
YES_NO: dict[str, object] = {"validate": "list", "source": [YES, NO]}
_WHOM = [ALL_GROUPS, *layout.KINDS, layout.FARMING, layout.NEW_COUNTRYSIDE, layout.PILOT]
_OFFICE_ASKS: dict[str, tuple[dict[str, object], str]] = {
    layout.CODE: (ANYTHING, "Bắt buộc, không trùng, là chữ: I.1, 2.10, 4.5a."),
    layout.APPLIES_TO: (
        # Only warns: the register may have got further columns of Có and Không.
        {"validate": "list", "source": _WHOM, "error_type": "warning"},
        "Tất cả, một loại đơn vị, hoặc tên một cột Có/Không của trang “Danh sách đơn vị”.",
    ),
    layout.POINTS: (
        {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": MOST_POINTS},
        "Số nguyên từ 1; mặc định 1.",
    ),
    layout.TASKS: (ANYTHING, ""),
    layout.INDICATOR: (ANYTHING, "Tên số liệu để đối chiếu; có thể để trống."),
    layout.OPERATOR: (
        {"validate": "list", "source": list(OPERATORS)},
        "Số liệu phải so với ngưỡng thế nào thì được trả lời Có.",
    ),
    layout.THRESHOLD: (
        {"validate": "decimal", "criteria": ">=", "value": 0},
        "Một số; phần trăm ghi 50, không ghi 0,5 hay 50%.",
    ),
    layout.UNIT: (ANYTHING, "Ví dụ: %, hộ, mô hình."),
}
"""The office's columns in their order: what a cell takes, and what is asked there ("": the plan's own tasks)."""


def write_form(
    sheet: TemplateSheet, formats: Formats, plan: Mapping[str, Any], homes: Mapping[str, tuple[int, str]]
) -> None:
    """Write the form; ``homes`` tells where on `Cấu hình` the title and the caption have their one home."""
    _set_up(sheet)
    _write_top(sheet, formats, homes)
    form, first = plan["form"], _HEADING_ROW + 1
    row = _write_title_row(sheet, formats, first, form["cases_number"], form["cases_title"])
    sheet.write_blank(row, 0, None, formats("code"))
    sheet.write_string(row, 1, layout.CASES_NOTE, formats("cell", italic=True, bold=True))
    sheet.write_blank(row, 2, None, formats("cell"))
    sheet.write_blank(row, 3, None, formats("cell"))
    row += 1
    for criterion in plan["cases"]:
        row = _write_criterion(sheet, formats, row, criterion)
    row = _write_title_row(sheet, formats, row, form["criteria_number"], form["criteria_title"])
    for standard in plan["standards"]:
        row = _write_title_row(sheet, formats, row, standard["number"], standard["title"])
        for criterion in standard["criteria"]:
            row = _write_criterion(sheet, formats, row, criterion)
    rows = (first, row - 1)
    sheet.ask(rows, _ANSWER, layout.ANSWER, "Để trống trên sổ mẫu; lãnh đạo tổ, bản điền.", YES_NO)
    tasks = "\n".join(f"{number} {title}" for number, title in plan["tasks"].items())
    for column, (heading, (rule, message)) in enumerate(_OFFICE_ASKS.items(), start=_OFFICE):
        sheet.ask(rows, column, heading, message or tasks, rule)
    row = _write_foot(sheet, formats, row, form)
    sheet.print_area(0, 0, row, _PRINTED)


def _set_up(sheet: TemplateSheet) -> None:
    for column, width in enumerate(_WIDTHS):
        sheet.put_width(column, width)
    sheet.freeze_panes(_HEADING_ROW + 1, 2)
    sheet.set_zoom(_ZOOM)
    sheet.repeat_rows(_HEADING_ROW)
    sheet.center_horizontally()
    sheet.set_portrait()


def _write_top(sheet: TemplateSheet, formats: Formats, homes: Mapping[str, tuple[int, str]]) -> None:
    meanings = (("title", "title", 60), ("caption", "subtitle", 36))
    for row, (field, meaning, height) in enumerate(meanings):
        home, text = homes[field]
        sheet.set_row(row, height)
        sheet.put_merged(row, 0, _PRINTED, "", formats(meaning))
        # One home for the text; `&""` keeps an empty setting from showing as 0.
        sheet.write_formula(row, 0, f"='{layout.SETTINGS}'!$B${home}&\"\"", formats(meaning), text)
    sheet.set_row(2, 24)
    sheet.put_merged(2, 0, _PRINTED, _GROUP_LINE, formats("text", bold=True, font_size=13, align="center"))
    for row, line in enumerate(_SCREEN_LINES):
        sheet.put_merged(row, _ANSWER, _HELP, line, formats("text", bold=True, align="left"))
    last = _OFFICE + len(_OFFICE_ASKS) - 1
    sheet.put_merged(_HEADING_ROW - 1, _OFFICE, last, _OFFICE_BAND, formats("office_heading"))
    for column, heading in enumerate(layout.FORM_HEADINGS):
        sheet.write_string(_HEADING_ROW, column, heading, formats("heading"))
    for column, heading in enumerate(_OFFICE_ASKS, start=_OFFICE):
        sheet.write_string(_HEADING_ROW, column, heading, formats("office_heading"))


def _write_title_row(sheet: TemplateSheet, formats: Formats, row: int, number: str, title: str) -> int:
    sheet.write_string(row, 0, number, formats("part_number"))
    sheet.write_string(row, 1, title, formats("part"))
    for column in range(2, _HELP + 1):
        sheet.write_blank(row, column, None, formats("part"))
    return row + 1


def _write_criterion(sheet: TemplateSheet, formats: Formats, row: int, criterion: Mapping[str, Any]) -> int:
    sheet.write_string(row, 0, criterion["number"], formats("code"))
    sheet.write_string(row, 1, criterion["text"], formats("cell", align="justify"))
    sheet.write_blank(row, 2, None, formats("cell_middle"))
    sheet.write_blank(row, 3, None, formats("cell_middle"))
    sheet.write_blank(row, _ANSWER, None, formats("input_middle"))
    sheet.write_blank(row, _EVIDENCE, None, formats("input_text"))
    sheet.put(row, _HELP, criterion.get("hint", ""), formats("cell", italic=True))
    figure = criterion.get("figure", {})
    text, number = formats("code", text_wrap=True), formats("count", num_format="General")
    wide = formats("input_text", bg_color="#FFFFFF")
    cells = (
        (criterion["code"], text),
        (criterion.get("applies_to", ALL_GROUPS), wide),
        (1, number),
        ("; ".join(criterion["tasks"]), text),
        (figure.get("indicator", ""), wide),
        (figure.get("operator", ""), text),
        (figure.get("threshold", ""), number),
        (figure.get("unit", ""), text),
    )
    for column, (value, look) in enumerate(cells, start=_OFFICE):
        sheet.put(row, column, value, look)
    return row + 1


def _write_foot(sheet: TemplateSheet, formats: Formats, row: int, form: Mapping[str, str]) -> int:
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
