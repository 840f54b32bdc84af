"""Play the leaders: fill the generated forms and send them back in the ways leaders do."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from tdp_xlsx import layout
from tdp_xlsx.demo.groups import GROUPS, Demo, Manner
from tdp_xlsx.demo.open_document import write_ods
from tdp_xlsx.model import NO, YES

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.model import Template

_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def send_back(template: Template, forms: Path, inbox: Path) -> None:
    """Fill every made-up group's form and put it into the inbox as its leader would."""
    for demo in GROUPS:
        name = layout.form_name(template.plan.settings.edition, demo.code)
        target = inbox / name
        match demo.manner:
            case Manner.NOT_AT_ALL:
                continue
            case Manner.AS_PDF:
                target.write_bytes(_PDF)
                continue
        workbook = load_workbook(forms / name)
        _answer(template, demo, workbook[template.grid.sheet])
        if demo.manner is Manner.OPEN_DOCUMENT:
            write_ods(target.with_suffix(".ods"), workbook)
            continue
        workbook.save(target)
        if demo.manner is Manner.TWICE:
            shutil.copy2(target, target.with_name(f"{target.stem} (1).xlsx"))


def _answer(template: Template, demo: Demo, sheet: Worksheet) -> None:
    plan, grid = template.plan, template.grid
    group = plan.group_by_code[demo.code]
    for criterion in plan.criteria_for(group):
        code, row = criterion.code, grid.rows[criterion.code]
        if code in demo.blank:
            continue
        yes = code in demo.cases if criterion.is_case else code not in demo.unmet
        if code in demo.unclear:
            sheet.cell(row, grid.columns[layout.ANSWER]).value = "một phần"
        elif demo.manner is Manner.MARKS:
            sheet.cell(row, grid.columns[layout.YES_COLUMN if yes else layout.NO_COLUMN]).value = "x"
        else:
            sheet.cell(row, grid.columns[layout.ANSWER]).value = YES if yes else NO
