"""Turn the template's own sheet into a group's form: fields filled, office columns gone, live help set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.cell import Cell
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation, DataValidationList

from tdp_xlsx import layout
from tdp_xlsx.forms.help import Columns, Reminder, mark_formula
from tdp_xlsx.forms.room import fit_heights, plan_pages
from tdp_xlsx.model import NO, YES
from tdp_xlsx.styles import ASK_FILL, INPUT_FILL, LOCKED_FILL, MUTED

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.forms.correction import Correction
    from tdp_xlsx.model import Criterion, Group, Plan
    from tdp_xlsx.template import FormGrid, Template

_ANSWER_PROMPT = "Bấm mũi tên, chọn Có hoặc Không."
_CASE_PROMPT = "Chọn Có nếu CÓ xảy ra trường hợp này; chọn Không nếu không xảy ra."
_ANSWER_ERROR = "Chỉ chọn Có hoặc Không trong danh sách."
_MARK_PROMPT = "Tự đánh dấu theo cột “Trả lời”. Cũng có thể gõ x vào một trong hai ô Có, Không."
_MARK_ERROR = "Chỉ gõ chữ x, hoặc để trống."
_NO_DEADLINE = "…/…/……"
_PROMPT_LIMIT = 255  # characters Excel allows in an input message

_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # what programs would read as one character: _x000D_
_UNLOCKED = Protection(locked=False)
_LOCKED = Protection(locked=True)


class FormSheet:
    """The sheet under work, with what all the steps need to know of it.

    ``name`` and ``token`` are what is written for the group's name and the form's identity.
    """

    def __init__(  # noqa: PLR0913 - all of them make the form what it is
        self, template: Template, group: Group, sheet: Worksheet, *, name: str, token: str, correction: Correction
    ) -> None:
        self.plan: Plan = template.plan
        self.grid: FormGrid = template.grid
        self.group = group
        self.sheet = sheet
        self.name = name
        self.token = token
        self.correction = correction
        self.key_column = self.grid.columns[layout.CODE]
        letter = {heading: get_column_letter(column) for heading, column in self.grid.columns.items()}
        self.columns = Columns(
            letter[layout.YES_COLUMN], letter[layout.NO_COLUMN], letter[layout.ANSWER], letter[layout.CODE]
        )
        applicable = self.plan.criteria_for(group)
        self.rows = {criterion.code: self.grid.rows[criterion.code] for criterion in applicable}
        labels = {criterion.code: criterion.label for criterion in applicable}
        self.reminder = Reminder(self.columns, self.rows, labels, self.plan.relations, correction.questions)

    def build(self) -> None:
        """Turn the template's sheet into the group's form."""
        sheet = self.sheet
        sheet.data_validations = DataValidationList()
        self._clear_office_columns()
        for cell in (cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked):
            cell.protection = _LOCKED
        self._set_keys()
        self._fill_fields()
        for criterion in self.plan.criteria:
            if criterion.code in self.rows:
                self._open(criterion)
            else:
                self._close(criterion)
        self._add_choices()
        fit_heights(sheet, {self.name: self.group.name})
        self._set_page()
        sheet.protection.sheet = True
        sheet.protection.formatColumns = False  # False allows it: leaders may widen a column
        sheet.protection.formatRows = False

    def _cell(self, row: int, heading: str) -> Cell:
        cell = self.sheet.cell(row, self.grid.columns[heading])
        assert isinstance(cell, Cell)  # noqa: S101 - rows of criteria are never merged; the template's check says so
        return cell

    def _clear_office_columns(self) -> None:
        """Leave nothing of the office's columns but the one that now holds the keys."""
        sheet = self.sheet
        office = {self.grid.columns[heading] for heading in layout.OFFICE_HEADINGS}
        last_own = max(self.grid.columns[heading] for heading in layout.FORM_HEADINGS)
        is_last = min(office) > last_own  # nothing of the leader's stands right of the form's last column
        if is_last:
            office |= set(range(last_own + 1, sheet.max_column + 1))
        for merged in list(sheet.merged_cells.ranges):
            if merged.min_col in office:
                sheet.unmerge_cells(str(merged))
        if is_last:
            sheet.delete_cols(last_own + 1, sheet.max_column)
        else:
            cells = (cell for row in sheet.iter_rows() for cell in row if cell.column in office)
            for cell in (one for one in cells if isinstance(one, Cell)):
                cell.value = cell.comment = None
                cell.style = "Normal"
        for column in office:
            sheet.column_dimensions.pop(get_column_letter(column), None)

    def _set_keys(self) -> None:
        self.sheet.cell(self.grid.heading_row, self.key_column).value = self.token
        for code, row in self.grid.rows.items():
            self.sheet.cell(row, self.key_column).value = layout.KEY_PREFIX + code
        self.sheet.column_dimensions[self.columns.key].hidden = True

    def _fill_fields(self) -> None:
        settings, rows = self.plan.settings, self.grid.rows.values()
        fields = {
            layout.FIELD_YEAR: str(settings.year),
            layout.FIELD_PERIOD: f" ({self.plan.period_label})" if self.plan.period_label else "",
            layout.FIELD_GROUP: self.name,
            layout.FIELD_DEADLINE: settings.deadline.strftime("%d/%m/%Y") if settings.deadline else _NO_DEADLINE,
        }
        for row in self.sheet.iter_rows():
            for cell in row:
                if not isinstance(cell, Cell):
                    continue
                text = self.grid.texts.get((cell.row, cell.column), cell.value)
                if not isinstance(text, str):
                    continue
                if layout.FIELD_PROGRESS in text:
                    before, _, after = text.partition(layout.FIELD_PROGRESS)
                    cell.value = self.reminder.progress(min(rows), max(rows), before, after)
                elif layout.FIELD_LEADER in text or layout.FIELD_DATE in text:
                    self._open_input(cell, layout.FIELD_LEADER if layout.FIELD_LEADER in text else layout.FIELD_DATE)
                else:
                    for field, value in fields.items():
                        text = text.replace(field, value)
                    set_text(cell, text)

    def _open_input(self, cell: Cell, field: str) -> None:
        """Make a cell the leader's, and note in the key column what is to be found there."""
        kept = self.correction.leader if field == layout.FIELD_LEADER else self.correction.date
        cell.value = None
        if kept:
            set_text(cell, kept)
        cell.protection = _UNLOCKED
        heading = next((h for h in layout.FORM_HEADINGS if self.grid.columns[h] == cell.column), None)
        key = self.sheet.cell(cell.row, self.key_column)
        if heading is None or not isinstance(key, Cell):
            return
        before = f"{key.value};" if key.value else layout.INPUT_PREFIX
        set_text(key, f"{before}{field.strip('{}')}|{heading}")

    def _open(self, criterion: Criterion) -> None:
        """Make a criterion's row answerable."""
        row = self.rows[criterion.code]
        answer = self._cell(row, layout.ANSWER)
        answer.value = self.correction.answers.get(criterion.code)
        answer.number_format = "@"
        for heading, value in ((layout.YES_COLUMN, YES), (layout.NO_COLUMN, NO)):
            mark = self._cell(row, heading)
            mark.value = mark_formula(self.columns, row, value)
            mark.number_format = "General"  # in a text cell a formula would stay text
            mark.protection = _UNLOCKED
        evidence = self._cell(row, layout.EVIDENCE)
        evidence.value = None
        if criterion.code in self.correction.evidence:
            set_text(evidence, self.correction.evidence[criterion.code])
        evidence.number_format = "@"
        for cell in (answer, evidence):
            cell.protection = _UNLOCKED
            cell.fill = _fill(INPUT_FILL)
        reminder = self._cell(row, layout.HELP)
        reminder.value = self.reminder.formula(criterion)
        reminder.number_format = "General"
        if criterion.code in self.correction.questions:
            for cell in (answer, reminder):
                cell.fill = _fill(ASK_FILL)

    def _close(self, criterion: Criterion) -> None:
        """Grey, lock and mark the row of a criterion that does not apply to the group."""
        row = self.grid.rows[criterion.code]
        for heading in layout.FORM_HEADINGS:
            cell = self._cell(row, heading)
            if heading not in {layout.NUMBER, layout.TEXT}:
                cell.value = layout.NOT_APPLICABLE if heading == layout.ANSWER else None
            cell.fill = _fill(LOCKED_FILL)
            font = cell.font
            cell.font = Font(name=font.name, sz=font.sz, b=font.b, i=font.i, color=MUTED.lstrip("#"))
            cell.protection = _LOCKED

    def _add_choices(self) -> None:
        """Set the drop-downs and input messages anew; another program may have dropped the template's."""
        by_prompt: dict[str, list[str]] = {}
        marks: list[str] = []
        for criterion in self.plan.criteria_for(self.group):
            row = self.rows[criterion.code]
            prompt = _CASE_PROMPT if criterion.is_case else _ANSWER_PROMPT
            if criterion.hint:
                prompt = f"{criterion.hint}. {prompt}"
            by_prompt.setdefault(prompt[:_PROMPT_LIMIT], []).append(f"{self.columns.answer}{row}")
            marks += (f"{self.columns.yes}{row}", f"{self.columns.no}{row}")
        for prompt, cells in by_prompt.items():
            self._add_choice(f'"{YES},{NO}"', cells, layout.ANSWER, prompt, _ANSWER_ERROR)
        self._add_choice('"x"', marks, "Đánh dấu x", _MARK_PROMPT, _MARK_ERROR)

    def _add_choice(self, values: str, cells: list[str], title: str, prompt: str, error: str) -> None:
        choice = DataValidation(
            type="list",
            formula1=values,
            allow_blank=True,
            showErrorMessage=True,
            showInputMessage=True,
            errorStyle="stop",
            errorTitle="Chưa đúng",
            error=error,
            promptTitle=title,
            prompt=prompt,
            sqref=" ".join(cells),
        )
        self.sheet.add_data_validation(choice)

    def _set_page(self) -> None:
        sheet = self.sheet
        last = self.grid.columns[layout.NO_COLUMN]
        last_row = max(
            cell.row or 1
            for row in sheet.iter_rows(max_col=last)
            for cell in row
            if cell.value is not None or not cell.protection.locked
        )
        sheet.print_area = f"A1:{get_column_letter(last)}{last_row}"
        sheet.print_title_rows = f"{self.grid.heading_row}:{self.grid.heading_row}"
        plan_pages(sheet, self.grid.heading_row, set(self.grid.rows.values()), last, last_row)


def set_text(cell: Cell, text: str) -> None:
    """Write text that stays text, whatever it begins with or looks like an escape of."""
    cell.value = cell_text(text)
    cell.data_type = "s"


def cell_text(text: str) -> str:
    """Return text as a cell holds it: what looks like an escape is spelled out."""
    return _ESCAPE_LIKE.sub("_x005F_", text)


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour.lstrip("#"))
