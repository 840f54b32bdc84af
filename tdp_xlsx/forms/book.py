"""Make a form as a workbook: the template's form sheet turned into a group's, last year's notes, guide, identity."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import load_workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.xml.functions import tostring

from tdp_xlsx import layout
from tdp_xlsx.forms.correction import NO_CORRECTION
from tdp_xlsx.forms.form import FormSheet, set_text
from tdp_xlsx.forms.room import column_widths, fit_heights, fit_width
from tdp_xlsx.identity import ADDITION_PREFIX, INPUTS_FIELD, NUMBER_FIELD, PROPERTY, identity_of, inputs_hash, text_hash
from tdp_xlsx.reading.cells import COMMENTS, PICTURES
from tdp_xlsx.reading.parts import worksheets
from tdp_xlsx.styles import ACCENT, FONT, MUTED, PART_FILL, column_pixels
from tdp_xlsx.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.forms.correction import Correction
    from tdp_xlsx.model import Group, Plan
    from tdp_xlsx.template import FormGrid, Template

_CORE = "docProps/core.xml"
_EMPTY_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'

_STEPS = (
    "Lưu tệp về máy, mở bằng Excel, WPS hoặc LibreOffice. Không đổi sang tệp khác, không chép sang Word.",
    "Mở trang “Bảng tự đánh giá”. Ở mỗi mục, bấm vào ô của cột “Trả lời”, bấm mũi tên rồi chọn Có hoặc Không.",
    "Cột “Có”, “Không” của bảng in tự đánh dấu x theo câu trả lời.",
    "Nếu quen đánh dấu như trên giấy: gõ chữ x vào ô “Có” hoặc ô “Không”. Mỗi mục chỉ một câu trả lời.",
    "Phần I (các trường hợp không đảm bảo): chọn Có nếu CÓ xảy ra; chọn Không nếu không xảy ra.",
    "Tiêu chí viết theo lối phủ định (ví dụ “Không lấn chiếm lòng đường…”): Có nghĩa là đạt, không xảy ra vi phạm.",
    "Không để trống: ô trống không được hiểu là “Không”, {level} sẽ gửi lại để bổ sung.",
    "Dòng tô xám ghi “Không áp dụng” là mục không áp dụng cho đơn vị, không phải trả lời.",
    "Cột “Số liệu, minh chứng” không bắt buộc. Nếu ghi số, viết gọn: 95,5 hoặc 95,5% hoặc 50/80 hộ.",
    "Xem cột “Nhắc khi điền”: chỗ nào còn thiếu hoặc mâu thuẫn sẽ hiện ngay. Trên cùng có số mục đã trả lời.",
    "Cuối bảng ghi họ tên người tự đánh giá và ngày lập. Lưu tệp, giữ nguyên tên tệp, gửi lại cho {level}.",
)

_PREFILLED = (
    "Cột “Năm trước” nhắc lại số liệu, minh chứng đơn vị đã ghi năm trước: chỉ để tham khảo, không phải câu trả lời. "
    "Bấm vào ô để xem đủ."
)

_MEND = "{level} đề nghị xem lại {count} mục dưới đây (ô tô màu vàng đậm ở trang “Bảng tự đánh giá”)."
_KEPT = " Các câu trả lời khác đã được giữ, không phải điền lại."
_ANEW = "{level} chưa dùng được tệp đã nhận, lý do ở dưới; bảng này là bảng trống, đề nghị điền lại từ đầu rồi gửi lại."

# The column of last year's notes is to be seen only: never printed or read back.
_NOTE_WIDTH, _NOTE_SIZE = 24.0, 10.0  # characters; points
_LONGEST_NOTE = 2_000  # characters
_LAST_COLUMN = 16_384
_SCREEN = 1366 - 290  # pixels of columns, beside LibreOffice's bar
_LESS_ZOOM = 10  # at most
_LOOKS = ("font", "fill", "border", "alignment")


class Words(NamedTuple):
    """What differs between forms of one kind: the group's name in cells and in the title, its code, sending number."""

    name: str
    title: str
    code: str
    number: str


def lone_form(template: Template) -> bytes:
    """Return the template workbook with every sheet but the form's emptied: a register of thousands loads slowly."""
    with zipfile.ZipFile(template.path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    others = {part for name, part in worksheets(parts) if name != template.grid.sheet}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            # Pictures and comments of an emptied sheet hang on its relations.
            if name.replace("_rels/", "").removesuffix(".rels") not in others:
                archive.writestr(name, part)
            elif name in others:
                archive.writestr(name, _EMPTY_SHEET)
    return content.getvalue()


def load_form(lone: bytes, template: Template) -> Workbook:
    """Return the template workbook without its other sheets."""
    workbook = load_workbook(io.BytesIO(lone), keep_links=False)
    for name in workbook.sheetnames:
        if name != template.grid.sheet:
            del workbook[name]
    workbook.defined_names.clear()
    return workbook


def form_parts(  # noqa: PLR0913, PLR0917 - all of them make the form what it is
    workbook: Workbook,
    template: Template,
    group: Group,
    words: Words,
    correction: Correction = NO_CORRECTION,
    notes: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """Turn a workbook that holds the template's form sheet alone into a group's form; return its parts.

    ``words`` are written as the group's own, ``notes`` in a column of last year's (None: without it), by criterion:
    they may be placeholders for them.
    """
    plan = template.plan
    sheet = workbook.worksheets[0]
    if notes is not None:
        template = replace(template, grid=_make_room(sheet, template.grid))
    own = replace(identity_of(plan, group, 0), group=words.code)
    token = own.token.removesuffix("0") + words.number
    FormSheet(template, group, sheet, name=words.name, token=token, correction=correction).build()
    if notes is not None:
        _fill_notes(sheet, template.grid, {code: notes[code] for code in plan.asked(group)})
    _add_guide(workbook, plan, words.name, group.name, correction, is_prefilled=notes is not None)
    fields = own.fields() | {NUMBER_FIELD: words.number}
    if inputs := inputs_hash(correction.answers, correction.evidence, correction.leader, correction.date):
        fields[INPUTS_FIELD] = inputs
    _add_identity(workbook, plan, fields, token)
    _describe(workbook, plan, words.title)
    content = io.BytesIO()
    workbook.save(content)
    with zipfile.ZipFile(content) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    # openpyxl writes sheets as text, on Windows with its ends of lines; what reads XML takes both for the same.
    parts = {name: part.replace(b"\r\n", b"\n") if name.endswith(".xml") else part for name, part in parts.items()}
    # openpyxl notes the time of saving; without it, the same template makes the same form, byte for byte.
    workbook.properties.modified = workbook.properties.created
    return parts | {_CORE: tostring(workbook.properties.to_tree())}


def shown_note(evidence: str) -> str:
    """Return what the form shows of last year's evidence, on one line; "" where there is none."""
    line = one_line(evidence, _LONGEST_NOTE)
    return f"{layout.PREFILLED}: {line}" if line else ""


def _make_room(sheet: Worksheet, grid: FormGrid) -> FormGrid:
    """Insert a column right of the evidence and of all that is printed; return where the form, and it, then stand."""
    at = max(grid.columns[layout.EVIDENCE], grid.columns[layout.NO_COLUMN]) + 1
    sheet.insert_cols(at)
    # openpyxl moves the cells alone.
    merged = list(sheet.merged_cells.ranges)
    for area in merged:
        if area.min_col >= at:
            area.shift(col_shift=1)
        elif area.max_col >= at:
            area.expand(right=1)
    sheet.merged_cells.ranges = set(merged)
    widths = sheet.column_dimensions
    for width in sorted(widths.values(), key=lambda one: one.min or 0, reverse=True):
        width.reindex()
        if (width.max or 0) < at:
            continue
        first, last = max(width.min or 0, at) + 1, min((width.max or 0) + 1, _LAST_COLUMN)
        if (width.min or 0) < at:  # one width for columns on both sides
            width.max = at - 1
        else:
            del widths[width.index]
        letter = get_column_letter(first)
        widths[letter] = ColumnDimension(sheet, letter, width.width, hidden=width.hidden, min=first, max=last)
    columns = {heading: column + (column >= at) for heading, column in grid.columns.items()} | {layout.PREFILLED: at}
    texts = {(row, column + (column >= at)): text for (row, column), text in grid.texts.items()}
    return replace(grid, columns=columns, texts=texts)


def _fill_notes(sheet: Worksheet, grid: FormGrid, notes: Mapping[str, str]) -> None:
    """Write the column into a form that is otherwise made; ``notes`` are what it shows, by criterion.

    A note stays on one line, so that rows and pages are those of a form without it.
    """
    column = grid.columns[layout.PREFILLED]
    for row in range(grid.heading_row, max(grid.rows.values()) + 1):
        cell = sheet.cell(row, column)
        for look in _LOOKS:
            setattr(cell, look, copy(getattr(sheet.cell(row, grid.columns[layout.EVIDENCE]), look)))
    sheet.cell(grid.heading_row, column).value = layout.PREFILLED
    for code, note in notes.items():
        cell = sheet.cell(grid.rows[code], column)
        cell.value = note
        cell.fill = PatternFill("solid", fgColor=PART_FILL.lstrip("#"))
        cell.font = Font(name=cell.font.name, sz=_NOTE_SIZE, color=MUTED.lstrip("#"))
        cell.alignment = Alignment(vertical="center")
    letter = get_column_letter(column)
    sheet.column_dimensions[letter] = ColumnDimension(sheet, letter, _NOTE_WIDTH)
    width, shown_columns = column_widths(sheet), (*layout.FORM_HEADINGS, layout.PREFILLED)
    last = max(grid.columns[heading] for heading in shown_columns)
    taken = sum(column_pixels(width(one)) for one in range(1, last + 1))
    view = sheet.sheet_view
    zoom = view.zoomScale or 100
    view.zoomScale = max(zoom - _LESS_ZOOM, min(zoom, 100 * _SCREEN // taken))


def _add_identity(workbook: Workbook, plan: Plan, fields: Mapping[str, str], token: str) -> None:
    form = workbook.worksheets[0]
    sheet = workbook.create_sheet(layout.IDENTITY)
    rows = [*fields.items()]
    rows += [(ADDITION_PREFIX + kind, str(count)) for kind, count in _additions(form).items() if count]
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
    properties.append(StringProperty(name=PROPERTY, value=token))


def _additions(form: Worksheet) -> dict[str, int]:
    """Count what the office put beside the cells, so that only what a leader adds is asked about."""
    comments = sum(cell.comment is not None for row in form.iter_rows() for cell in row)
    pictures = len(getattr(form, "_images", ())) + len(getattr(form, "_charts", ()))  # openpyxl's only lists of them
    return {COMMENTS: comments, PICTURES: pictures}


def _describe(workbook: Workbook, plan: Plan, name: str) -> None:
    workbook.active = 0
    workbook.calculation = CalcProperties(fullCalcOnLoad=True)
    properties = workbook.properties
    properties.title = f"{layout.FORM} năm {plan.settings.year} - {name}"
    properties.creator = plan.settings.appraiser or "tdp-xlsx"
    properties.lastModifiedBy = None
    properties.created = dt.datetime(plan.settings.year, 1, 1)  # noqa: DTZ001 - openpyxl writes naive times


def _add_guide(  # noqa: PLR0913 - all of them are told
    workbook: Workbook, plan: Plan, name: str, shown: str, correction: Correction, *, is_prefilled: bool
) -> None:
    """Add the sheet ``Hướng dẫn điền``. What is to be mended is listed first.

    ``name`` is what is written for the group's, ``shown`` the name itself.
    """
    settings = plan.settings
    sheet = workbook.create_sheet(layout.FORM_GUIDE)
    sheet.column_dimensions["A"].width = 5
    sheet.column_dimensions["B"].width = 88
    large = Font(name=FONT, size=13)
    lines: list[tuple[str, str]] = [("", f"Hướng dẫn điền bảng tự đánh giá năm {settings.year}")]
    lines += [("", f"Đơn vị: {name}")]
    if correction.questions:
        told = _MEND.format(count=f"{len(correction.questions):02d}", level=settings.unit_level.capitalize())
        lines.append(("", told + (_KEPT if correction.answers else "")))
        labels = {criterion.code: criterion.label for criterion in plan.criteria}
        lines += [("–", f"Mục {labels[code]}: {question}.") for code, question in correction.questions.items()]
    elif correction.reasons and not correction.answers:
        lines.append(("", _ANEW.format(level=settings.unit_level.capitalize())))
    lines += [("–", f"{note}.") for note in (*correction.reasons, *correction.notes)]
    lines += [(f"{n}.", step.format(level=settings.unit_level)) for n, step in enumerate(_STEPS, 1)]
    if is_prefilled:
        lines.append(("–", _PREFILLED))
    if settings.deadline:
        lines.append(("", f"Hạn nộp: {settings.deadline:%d/%m/%Y}."))
    if settings.reply_to:
        lines.append(("", f"Nơi nhận: {settings.reply_to}."))
    for row, (number, text) in enumerate(lines, 1):
        for column, value in ((1, number), (2, text)):
            cell = sheet.cell(row, column)
            if value:
                set_text(cell, value)
            cell.font = large
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["B1"].font = Font(name=FONT, size=14, bold=True, color=ACCENT.lstrip("#"))
    sheet["B2"].font = Font(name=FONT, size=13, bold=True)
    fit_heights(sheet, {name: shown})
    sheet.protection.sheet = True
    fit_width(sheet)
