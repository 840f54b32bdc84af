"""Write forms: built once for each kind of group, then the group's own name and identity put in place."""

from __future__ import annotations

import datetime as dt
import io
import threading
import zipfile
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.properties import CalcProperties

from tdp_xlsx import layout
from tdp_xlsx.forms.fit import heights_with
from tdp_xlsx.forms.form import FormSheet
from tdp_xlsx.forms.guide import add_guide
from tdp_xlsx.forms.kept import NOTHING_KEPT
from tdp_xlsx.identity import ADDITION_PREFIX, NUMBER_FIELD, PROPERTY, Identity, identity_of, text_hash
from tdp_xlsx.outputs import put
from tdp_xlsx.reading.extras import COMMENTS, PICTURES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.forms.kept import Kept
    from tdp_xlsx.model import Group, Plan, Template

# Private letters no text holds; they stand in the stencil where each group's own words go.
_NAME, _CODE, _NUMBER = "\ue001\ue000\ue001", "\ue002\ue000\ue002", "\ue003\ue000\ue003"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class FormWriter:
    """Writes the forms of one template, which is read once; several threads may write at a time."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._building = threading.Lock()
        self._stencils: dict[object, Mapping[str, bytes]] = {}

    def write(self, group: Group, target: Path, *, number: int = 1, kept: Kept = NOTHING_KEPT) -> bool:
        """Write a group's form, made from the template workbook as the officer left it.

        ``number`` is the sending number, 1 for the first form; ``kept`` what a form to send back keeps and asks.
        Returns whether the file changed.

        Raises:
            OutputError: The form could not be written.
        """
        own = {_NAME: group.name, _CODE: group.code, _NUMBER: str(number)}
        stencil = self._stencil(group) if kept == NOTHING_KEPT else self._build(group, kept)
        return put(target, lambda path: _press(stencil, own, path))

    def _stencil(self, group: Group) -> Mapping[str, bytes]:
        """Return the parts of the form of groups like this one: the same criteria, names that fill as many lines."""
        plan = self._template.plan
        applicable = tuple(criterion.code for criterion in plan.criteria_for(group))
        with self._building:
            kind = (applicable, self._heights(group.name))
            if kind not in self._stencils:
                self._stencils[kind] = self._build(group, NOTHING_KEPT)
            return self._stencils[kind]

    def _build(self, group: Group, kept: Kept) -> Mapping[str, bytes]:
        plan = self._template.plan
        workbook = load_workbook(io.BytesIO(self._form_only))
        sheet = workbook.worksheets[0]
        identity = identity_of(plan, group)
        stand_in = Identity(identity.version, identity.edition, _CODE, identity.fingerprint, 0)
        token = stand_in.token.removesuffix("0") + _NUMBER
        FormSheet(self._template, group, sheet, name=_NAME, token=token, kept=kept).build()
        add_guide(workbook, plan, _NAME, kept)
        _add_identity(workbook, plan, stand_in, token)
        _describe(workbook, plan)
        content = io.BytesIO()
        workbook.save(content)
        with zipfile.ZipFile(content) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @cached_property
    def _form_only(self) -> bytes:
        """The template workbook without its other sheets."""
        workbook = load_workbook(self._template.path, keep_links=False)
        for name in workbook.sheetnames:
            if name != self._template.grid.sheet:
                del workbook[name]
        workbook.defined_names.clear()
        content = io.BytesIO()
        workbook.save(content)
        return content.getvalue()

    @cached_property
    def _heights(self) -> Callable[[str], tuple[float, ...]]:
        """The heights of the rows that hold the group's name, by that name."""
        return heights_with(load_workbook(io.BytesIO(self._form_only)).worksheets[0], layout.FIELD_GROUP)


def write_form(template: Template, group: Group, target: Path, *, number: int = 1, kept: Kept = NOTHING_KEPT) -> bool:
    """Write one group's form, as :meth:`FormWriter.write` does; for many, one writer is quicker."""
    return FormWriter(template).write(group, target, number=number, kept=kept)


def _press(stencil: Mapping[str, bytes], own: Mapping[str, str], target: Path) -> None:
    """Write a stencil's parts with each stand-in replaced by a group's own words."""
    words = {stand_in.encode(): escape(word, quote=False).encode() for stand_in, word in own.items()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for name, part in stencil.items():
            for stand_in, word in words.items():
                part = part.replace(stand_in, word)  # noqa: PLW2901 - the same part, more and more its own
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part)


def _add_identity(workbook: Workbook, plan: Plan, identity: Identity, token: str) -> None:
    form = workbook.worksheets[0]
    sheet = workbook.create_sheet(layout.IDENTITY)
    fields = identity.fields()
    rows = [*(fields | {NUMBER_FIELD: _NUMBER}).items()]
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


def _describe(workbook: Workbook, plan: Plan) -> None:
    workbook.active = 0
    workbook.calculation = CalcProperties(fullCalcOnLoad=True)
    properties = workbook.properties
    properties.title = f"{layout.FORM} năm {plan.settings.year} - {_NAME}"
    properties.creator = plan.settings.appraiser or "tdp-xlsx"
    properties.lastModifiedBy = None
    properties.created = dt.datetime(plan.settings.year, 1, 1)  # noqa: DTZ001 - openpyxl writes naive times
