"""Write a workbook's values as an OpenDocument spreadsheet, as a leader with LibreOffice would send it."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

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


def write_ods(path: Path, workbook: Workbook) -> None:
    """Write every sheet's text cells; formulas are left out, as they were never reckoned."""
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
