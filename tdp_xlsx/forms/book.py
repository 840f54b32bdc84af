"""Make a form as a workbook: the template's own form sheet turned into a group's, the guide, the hidden identity."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import load_workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.properties import CalcProperties
from openpyxl.xml.functions import tostring

from tdp_xlsx import layout
from tdp_xlsx.forms.correction import NO_CORRECTION
from tdp_xlsx.forms.form import FormSheet
from tdp_xlsx.forms.guide import add_guide
from tdp_xlsx.forms.last_year import fill, make_room
from tdp_xlsx.identity import (
    ADDITION_PREFIX,
    INPUTS_FIELD,
    NUMBER_FIELD,
    PROPERTY,
    Identity,
    identity_of,
    inputs_hash,
    text_hash,
)
from tdp_xlsx.reading.cells import COMMENTS, PICTURES
from tdp_xlsx.reading.parts import worksheets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.forms.correction import Correction
    from tdp_xlsx.model import Group, Plan, Template

_CORE = "docProps/core.xml"
_EMPTY = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'


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
                archive.writestr(name, _EMPTY)
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
        template = replace(template, grid=make_room(sheet, template.grid))
    identity = identity_of(plan, group)
    own = Identity(identity.version, identity.edition, words.code, identity.fingerprint, 0)
    token = own.token.removesuffix("0") + words.number
    shown = {words.name: group.name}
    FormSheet(template, group, sheet, name=words.name, token=token, correction=correction).build()
    if notes is not None:
        fill(sheet, template.grid, {code: notes[code] for code in plan.asked(group)})
    add_guide(workbook, plan, words.name, shown, correction, is_prefilled=notes is not None)
    fields = own.fields() | {NUMBER_FIELD: words.number}
    if inputs := inputs_hash(correction.answers, correction.evidence, correction.leader, correction.date):
        fields[INPUTS_FIELD] = inputs
    _add_identity(workbook, plan, fields, token)
    _describe(workbook, plan, words.title)
    content = io.BytesIO()
    workbook.save(content)
    with zipfile.ZipFile(content) as archive:
        parts = {name: _unix_lines(name, archive.read(name)) for name in archive.namelist()}
    # openpyxl notes the time of saving; without it, the same template makes the same form, byte for byte.
    workbook.properties.modified = workbook.properties.created
    return parts | {_CORE: tostring(workbook.properties.to_tree())}


def _unix_lines(name: str, part: bytes) -> bytes:
    """Return a part with the ends of lines it has elsewhere: openpyxl writes sheets as text, on Windows in its way.

    What reads XML takes both for the same.
    """
    return part.replace(b"\r\n", b"\n") if name.endswith(".xml") else part


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
