"""Make one group's form: the template's own sheet, with its fields filled, office columns gone, and live help set."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.datavalidation import DataValidation, DataValidationList
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.properties import PageSetupProperties

from tdp_xlsx import layout
from tdp_xlsx.forms.guide import add_guide
from tdp_xlsx.forms.help import Columns, Reminder, mark_formula
from tdp_xlsx.identity import PROPERTY, Identity, identity_of, text_hash
from tdp_xlsx.metrics import line_count, row_height
from tdp_xlsx.model import NO, YES
from tdp_xlsx.outputs import put
from tdp_xlsx.styles import INPUT_FILL, LOCKED_FILL, MUTED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.model import Criterion, FormGrid, Group, Plan, Template

_ANSWER_PROMPT = "Bấm mũi tên, chọn Có hoặc Không."
_CASE_PROMPT = "Chọn Có nếu CÓ xảy ra trường hợp này; chọn Không nếu không xảy ra."
_ANSWER_ERROR = "Chỉ chọn Có hoặc Không trong danh sách."
_MARK_PROMPT = "Tự đánh dấu theo cột “Trả lời”. Cũng có thể gõ x vào một trong hai ô Có, Không."
_MARK_ERROR = "Chỉ gõ chữ x, hoặc để trống."
_NO_DEADLINE = "…/…/……"
_DEFAULT_SIZE = 11.0
_PROMPT_LIMIT = 255  # characters Excel allows in an input message

_UNLOCKED = Protection(locked=False)
_LOCKED = Protection(locked=True)


def write_form(template: Template, group: Group, target: Path, *, number: int = 1) -> bool:
    """Write a group's form, made from the template workbook as the officer left it.

    ``number`` is the sending number, 1 for the first form. Returns whether the file changed.

    Raises:
        OutputError: The form could not be written.
    """
    identity = identity_of(template.plan, group, number)
    workbook = load_workbook(template.path, keep_links=False)
    sheet = workbook[template.grid.sheet]
    for other in workbook.sheetnames:
        if other != sheet.title:
            del workbook[other]
    _Form(template, group, sheet).build(identity)
    add_guide(workbook, template.plan, group)
    _add_identity(workbook, template.plan, identity)
    _describe(workbook, template.plan, group)
    return put(target, workbook.save)


class _FreeRow(RowDimension):
    """A row whose stored height is no fixed one; openpyxl would call any stored height fixed."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 - openpyxl's name
        return False


class _Form:
    """The sheet under work, with what all the steps need to know of it."""

    def __init__(self, template: Template, group: Group, sheet: Worksheet) -> None:
        self.plan: Plan = template.plan
        self.grid: FormGrid = template.grid
        self.group = group
        self.sheet = sheet
        self.key_column = self.grid.columns[layout.CODE]
        letter = {heading: get_column_letter(column) for heading, column in self.grid.columns.items()}
        self.columns = Columns(
            letter[layout.YES_COLUMN], letter[layout.NO_COLUMN], letter[layout.ANSWER], letter[layout.CODE]
        )
        applicable = self.plan.criteria_for(group)
        self.rows = {criterion.code: self.grid.rows[criterion.code] for criterion in applicable}
        labels = {criterion.code: criterion.label for criterion in applicable}
        self.reminder = Reminder(self.columns, self.rows, labels, self.plan.relations)

    def build(self, identity: Identity) -> None:
        """Turn the template's sheet into the group's form."""
        sheet = self.sheet
        sheet.data_validations = DataValidationList()
        self._clear_office_columns()
        self._lock_everything()
        self._set_keys(identity)
        self._fill_fields()
        for criterion in self.plan.criteria:
            if criterion.code in self.rows:
                self._open(criterion)
            else:
                self._close(criterion)
        self._add_choices()
        self._fit_heights()
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
        first = min(self.grid.columns[heading] for heading in layout.OFFICE_HEADINGS)
        office = {self.grid.columns[heading] for heading in layout.OFFICE_HEADINGS}
        last_own = max(self.grid.columns[heading] for heading in layout.FORM_HEADINGS)
        if first > last_own:  # nothing of the leader's stands right of the form's last column
            office |= set(range(last_own + 1, sheet.max_column + 1))
        for merged in list(sheet.merged_cells.ranges):
            if merged.min_col in office:
                sheet.unmerge_cells(str(merged))
        for row in range(1, sheet.max_row + 1):
            for column in office:
                sheet._cells.pop((row, column), None)  # noqa: SLF001 - openpyxl has no public way to drop a cell
        for column in office:
            sheet.column_dimensions.pop(get_column_letter(column), None)

    def _lock_everything(self) -> None:
        for row in self.sheet.iter_rows():
            for cell in row:
                if not cell.protection.locked:
                    cell.protection = _LOCKED

    def _set_keys(self, identity: Identity) -> None:
        heading = self.sheet.cell(self.grid.heading_row, self.key_column)
        heading.value = identity.token
        for code, row in self.grid.rows.items():
            self.sheet.cell(row, self.key_column).value = layout.KEY_PREFIX + code
        self.sheet.column_dimensions[self.columns.key].hidden = True

    def _fill_fields(self) -> None:
        settings = self.plan.settings
        fields = {
            layout.FIELD_YEAR: str(settings.year),
            layout.FIELD_PERIOD: f" ({self.plan.period_label})" if self.plan.period_label else "",
            layout.FIELD_GROUP: self.group.name,
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
                    self._set_progress(cell, text)
                elif layout.FIELD_LEADER in text or layout.FIELD_DATE in text:
                    cell.value = None
                    cell.protection = _UNLOCKED
                else:
                    for field, value in fields.items():
                        text = text.replace(field, value)
                    _set_text(cell, text)

    def _set_progress(self, cell: Cell, text: str) -> None:
        before, _, after = text.partition(layout.FIELD_PROGRESS)
        rows = self.grid.rows.values()
        cell.value = self.reminder.progress(min(rows), max(rows), before, after)

    def _open(self, criterion: Criterion) -> None:
        """Make a criterion's row answerable."""
        row = self.rows[criterion.code]
        answer = self._cell(row, layout.ANSWER)
        answer.value = None
        answer.number_format = "@"
        for heading, value in ((layout.YES_COLUMN, YES), (layout.NO_COLUMN, NO)):
            mark = self._cell(row, heading)
            mark.value = mark_formula(self.columns, row, value)
            mark.number_format = "General"  # in a text cell a formula would stay text
            mark.protection = _UNLOCKED
        evidence = self._cell(row, layout.EVIDENCE)
        evidence.value = None
        evidence.number_format = "@"
        for cell in (answer, evidence):
            cell.protection = _UNLOCKED
            cell.fill = _fill(INPUT_FILL)
        reminder = self._cell(row, layout.HELP)
        reminder.value = self.reminder.formula(criterion)
        reminder.number_format = "General"

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

    def _fit_heights(self) -> None:
        """Give every row the height its text needs now, fixed only where cells are merged.

        A height that is not fixed lets Excel fit the row anew as soon as something is typed in it; without any,
        LibreOffice and phones would show one line.
        """
        sheet = self.sheet
        spans = {(m.min_row, m.min_col): m.max_col for m in sheet.merged_cells.ranges if m.min_row == m.max_row}
        merged_rows = {row for m in sheet.merged_cells.ranges for row in range(m.min_row, m.max_row + 1)}
        for line in sheet.iter_rows():
            lines = [(self._lines(cell, spans), float(cell.font.sz or _DEFAULT_SIZE)) for cell in line]
            needed = max(row_height(count, size) for count, size in lines)
            row = line[0].row or 1
            old = sheet.row_dimensions[row]
            if row in merged_rows:
                old.height = max(old.height or 0.0, needed)
            else:
                sheet.row_dimensions[row] = _FreeRow(sheet, index=row, ht=needed, hidden=old.hidden)

    def _lines(self, cell: Cell | MergedCell, spans: Mapping[tuple[int, int], int]) -> int:
        if not isinstance(cell, Cell) or cell.data_type != "s" or not isinstance(cell.value, str):
            return 1
        if not (cell.alignment.wrap_text or cell.alignment.horizontal == "justify"):
            return 1
        last = spans.get((cell.row, cell.column), cell.column)
        width = sum(self._width(column) for column in range(cell.column, last + 1))
        return line_count(cell.value, width, float(cell.font.sz or _DEFAULT_SIZE), bold=bool(cell.font.b))

    def _width(self, column: int) -> float:
        letter = get_column_letter(column)
        for dimension in self.sheet.column_dimensions.values():
            # A run of equal columns is kept as one dimension under its first letter.
            if dimension.min is not None and dimension.max is not None and dimension.min <= column <= dimension.max:
                return float(dimension.width)
        return float(self.sheet.column_dimensions[letter].width) if letter in self.sheet.column_dimensions else 8.43

    def _set_page(self) -> None:
        sheet = self.sheet
        last_column = get_column_letter(self.grid.columns[layout.NO_COLUMN])
        last_row = max(
            cell.row or 1
            for row in sheet.iter_rows(max_col=self.grid.columns[layout.NO_COLUMN])
            for cell in row
            if cell.value is not None or not cell.protection.locked
        )
        sheet.print_area = f"A1:{last_column}{last_row}"
        sheet.print_title_rows = f"{self.grid.heading_row}:{self.grid.heading_row}"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.orientation = "portrait"
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        properties = sheet.sheet_properties.pageSetUpPr or PageSetupProperties()
        properties.fitToPage = True
        sheet.sheet_properties.pageSetUpPr = properties


def _set_text(cell: Cell, text: str) -> None:
    """Write text that stays text, whatever it begins with."""
    cell.value = text
    cell.data_type = "s"


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour.lstrip("#"))


def _add_identity(workbook: Workbook, plan: Plan, identity: Identity) -> None:
    sheet = workbook.create_sheet(layout.IDENTITY)
    rows = [*identity.fields().items()]
    rows += [(layout.KEY_PREFIX + criterion.code, text_hash(criterion.text)) for criterion in plan.criteria]
    for row in rows:
        sheet.append(row)
    for line in sheet.iter_rows():
        for cell in line:
            cell.data_type = "s"
            cell.number_format = "@"
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True
    properties = workbook.custom_doc_props  # type: ignore[attr-defined]
    properties.append(StringProperty(name=PROPERTY, value=identity.token))


def _describe(workbook: Workbook, plan: Plan, group: Group) -> None:
    workbook.defined_names.clear()
    workbook.active = 0
    workbook.calculation = CalcProperties(fullCalcOnLoad=True)
    properties = workbook.properties
    properties.title = f"{layout.FORM} năm {plan.settings.year} - {group.name}"
    properties.creator = plan.settings.appraiser or "tdp-xlsx"
    properties.lastModifiedBy = None
    properties.created = dt.datetime(plan.settings.year, 1, 1)  # noqa: DTZ001 - openpyxl writes naive times
