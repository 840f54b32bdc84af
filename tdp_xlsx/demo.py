"""The whole round on made-up groups, whose leaders answer in every manner; every page says that it is made up."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, cast
from xml.sax.saxutils import escape, quoteattr

from openpyxl import load_workbook

from tdp_xlsx import layout, prepare, workflow
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.folder import load_template
from tdp_xlsx.layout import TOWN_GROUP, VILLAGE
from tdp_xlsx.model import NO, YES
from tdp_xlsx.outputs import put

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.header_footer import HeaderFooterItem
    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.template import Template


_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
_TAIL = "</office:spreadsheet></office:body></office:document-content>"


MARK = "SỐ LIỆU MINH HỌA"
_MARKER_TEXT = f"{MARK}: mọi đơn vị, câu trả lời và số liệu trong thư mục này đều không có thật.\n"


class Manner(Enum):
    """How a leader sends the form back."""

    DROP_DOWN = auto()
    """Picks the answers in ``Trả lời``."""
    MARKS = auto()
    """Types x into the official columns."""
    OPEN_DOCUMENT = auto()
    """Saves it as ``.ods``."""
    TWICE = auto()
    """Sends the same form twice."""
    AS_PDF = auto()
    """Sends a PDF under the form's name."""
    NOT_AT_ALL = auto()


@dataclass(frozen=True, slots=True)
class Demo:
    """One made-up group: its line in the register and its leader's answers, all Có in part II but for these."""

    code: str
    kind: str
    name: str
    farming: bool = False
    countryside: bool = False
    manner: Manner = Manner.DROP_DOWN
    unmet: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


GROUPS = (
    Demo("MH-01", TOWN_GROUP, "Tổ dân phố Minh Họa 1"),
    Demo("MH-02", TOWN_GROUP, "Tổ dân phố Minh Họa 2", unmet=("2.3", "4.2")),
    Demo("MH-03", TOWN_GROUP, "Tổ dân phố Minh Họa 3", manner=Manner.MARKS, unmet=("3.8", "2.10", "3.20")),
    Demo("MH-04", TOWN_GROUP, "Tổ dân phố Minh Họa 4", unmet=("2.1",), blank=("3.10", "4.5b"), unclear=("2.7",)),
    Demo("MH-05", TOWN_GROUP, "Tổ dân phố Minh Họa 5", unmet=("3.15",), cases=("I.2",)),
    Demo("MH-06", TOWN_GROUP, "Tổ dân phố Minh Họa 6", manner=Manner.TWICE, unmet=("2.3", "2.4", "3.3", "3.18", "4.2")),
    Demo("MH-07", TOWN_GROUP, "Tổ dân phố Minh Họa 7", manner=Manner.OPEN_DOCUMENT, unmet=("2.4", "3.19", "4.5a")),
    Demo("MH-08", TOWN_GROUP, "Tổ dân phố Minh Họa 8", manner=Manner.AS_PDF),
    Demo("MH-09", TOWN_GROUP, "Tổ dân phố Minh Họa 9", manner=Manner.NOT_AT_ALL),
    Demo("MH-11", VILLAGE, "Bản Minh Họa A", farming=True, countryside=True, unmet=()),
    Demo("MH-12", VILLAGE, "Bản Minh Họa B", farming=True, unmet=("2.4", "2.9", "3.2", "4.2")),
    Demo("MH-13", VILLAGE, "Bản Minh Họa C", countryside=True, manner=Manner.MARKS, unmet=("2.10", "3.12")),
    Demo("MH-14", VILLAGE, "Bản Minh Họa D", unmet=("2.3", "3.1", "3.2", "3.3", "3.12", "3.18", "4.2")),
    Demo("MH-15", VILLAGE, "Bản Minh Họa E", farming=True, cases=("I.1",), unmet=("3.17",), manner=Manner.MARKS),
)


def _send_back(template: Template, forms: Path, inbox: Path) -> None:
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
            _write_ods(target.with_suffix(".ods"), workbook)
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


def _write_ods(path: Path, workbook: Workbook) -> None:
    """Write every sheet's text cells as OpenDocument; formulas are left out, as they were never reckoned."""
    body = []
    for sheet in workbook:
        rows = []
        for row in sheet.iter_rows():
            cells = (
                ""
                if cell.value is None or cell.data_type == "f"
                else "".join(f"<text:p>{escape(line)}</text:p>" for line in str(cell.value).split("\n"))
                for cell in row
            )
            rows.append("<table:table-row>" + "".join(map(_cell, cells)) + "</table:table-row>")
        body.append(f"<table:table table:name={quoteattr(sheet.title)}>{''.join(rows)}</table:table>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _TYPE, zipfile.ZIP_STORED)
        archive.writestr("content.xml", _HEAD + "".join(body) + _TAIL)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)


def _cell(paragraphs: str) -> str:
    if not paragraphs:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def run_demo(folder: Path, say: Callable[[str], None]) -> workflow.Consolidated:
    """Make a demonstration folder (an earlier one is replaced) and run the round in it.

    Raises:
        CannotRunError: The folder holds something that is no demonstration, or cannot be written.
    """
    _clear(folder)
    say(f"1. Sổ mẫu với {len(GROUPS)} đơn vị không có thật: {prepare.init(folder)}")
    _make_up(folder / layout.TEMPLATE_PATH)
    prepare.generate(folder)
    say(f"2. Bảng tự đánh giá của từng đơn vị: {folder / layout.FORMS}")
    template = load_template(folder)
    _send_back(template, folder / layout.FORMS, folder / layout.INBOX)
    say(f"3. Tệp các đơn vị “nộp về” (đủ kiểu đúng, sai): {folder / layout.INBOX}")
    done = workflow.consolidate(folder)
    say("4. Đã tổng hợp.")
    return done


def _clear(folder: Path) -> None:
    try:
        if folder.exists() and any(folder.iterdir()):
            if not (folder / layout.DEMO_MARKER).is_file():
                raise CannotRunError(
                    f"Thư mục “{folder}” có sẵn tệp khác, không dùng để chạy thử. "
                    "Chọn thư mục khác: tdp-xlsx demo TÊN-THƯ-MỤC"
                )
            for child in folder.iterdir():
                shutil.rmtree(child) if child.is_dir() else child.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / layout.DEMO_MARKER).write_text(_MARKER_TEXT, encoding="utf-8-sig")
    except OSError as fault:
        raise CannotRunError(
            f"Không dọn được thư mục “{folder}” ({fault.strerror or fault}). Đóng các tệp đang mở rồi chạy lại."
        ) from fault


def _make_up(path: Path) -> None:
    """Replace the register and mark the form, as an officer would in Excel.

    Raises:
        OutputError: The template could not be written.
    """
    workbook = load_workbook(path)
    register = workbook[layout.REGISTER]
    column = {str(heading): index for index, heading in enumerate(next(register.values), 1)}
    for row, group in enumerate(GROUPS, 2):
        values = {
            layout.GROUP_CODE: group.code,
            layout.GROUP_KIND: group.kind,
            layout.GROUP_NAME: group.name,
            layout.FARMING: YES if group.farming else NO,
            layout.NEW_COUNTRYSIDE: YES if group.countryside else NO,
            layout.PILOT: NO,
            layout.NOTE: MARK,
        }
        for heading, value in values.items():
            register.cell(row, column[heading]).value = value
    for sheet in workbook:
        header = cast("HeaderFooterItem", sheet.oddHeader)
        header.center.text = MARK
        header.center.size = 14
    form = workbook[layout.FORM]
    line = next(cell for row in form.iter_rows(max_row=10) for cell in row if layout.FIELD_GROUP in str(cell.value))
    line.value = f"{line.value} – {MARK}"
    put(path, workbook.save)
