"""What python-calamine does not tell of a zipped workbook: which cells are formulas or errors, custom properties."""

from __future__ import annotations

import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass, field

from tdp_xlsx.reading.cells import Position, UnreadableError

MAX_CELLS = 2_000_000
"""Refuse sheets whose used area is larger: a form has five hundred cells, and readers allocate all of the area."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})\Z")


@dataclass(slots=True)
class SheetFacts:
    """Formulas (text without ``=``), error values by position, and the last used row and column."""

    formulas: dict[Position, str] = field(default_factory=dict)
    errors: dict[Position, str] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0

    def reach(self, row: int, column: int) -> None:
        """Note a used cell.

        Raises:
            UnreadableError: The used area is larger than any form could be.
        """
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        if self.last_row * self.last_column > MAX_CELLS:
            raise UnreadableError("trang tính có vùng dữ liệu quá rộng so với một bảng tự đánh giá")


@dataclass(slots=True)
class BookFacts:
    """Facts by sheet name, and the custom document properties."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str:
    """Return an attribute by its local name, whatever its namespace (transitional and strict files differ)."""
    for key, value in element.attrib.items():
        if _local(key) == name:
            return value
    return ""


def _safe(content: bytes) -> bytes:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnreadableError("tệp chứa khai báo XML không an toàn (DOCTYPE)")
    return content


def _parse(archive: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(_safe(archive.read(name)))  # noqa: S314 - no DOCTYPE gets here


def _targets(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return a part's relations: id → (kind, target part)."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in archive.namelist():
        return {}
    return {
        _attribute(relation, "Id"): (
            _attribute(relation, "Type").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, _attribute(relation, "Target"))).lstrip("/"),
        )
        for relation in _parse(archive, path)
    }


def xlsx_facts(content: bytes) -> BookFacts:
    """Read the facts of an ``.xlsx`` or ``.xlsm`` file.

    Raises:
        UnreadableError: The file is damaged, unsafe, or a sheet is far too large.
    """
    facts = BookFacts()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            roots = dict(_targets(archive, "").values())
            book = roots.get("officeDocument", "xl/workbook.xml")
            relations = _targets(archive, book)
            for sheet in _parse(archive, book).iter():
                if _local(sheet.tag) == "sheet":
                    kind, part = relations[_attribute(sheet, "id")]
                    if kind == "worksheet":
                        facts.sheets[_attribute(sheet, "name")] = _xlsx_sheet(archive.read(part))
            if "custom-properties" in roots:
                for element in _parse(archive, roots["custom-properties"]):
                    facts.properties[_attribute(element, "name")] = "".join(element.itertext())
    except (
        zipfile.BadZipFile,
        ET.ParseError,
        KeyError,
        OSError,
        ValueError,
        RuntimeError,
        EOFError,
    ) as fault:
        raise UnreadableError("tệp bị hỏng") from fault
    return facts


def _xlsx_sheet(content: bytes) -> SheetFacts:
    facts = SheetFacts()
    row = 0
    column = 0
    for event, element in ET.iterparse(io.BytesIO(_safe(content)), events=("start", "end")):  # noqa: S314 - no DOCTYPE
        tag = _local(element.tag)
        if event == "start":
            if tag == "row":
                row = int(element.get("r") or row + 1)
                column = 0
            elif tag == "c":
                reference = _REFERENCE.match(element.get("r", ""))
                column = _column_number(reference[1]) if reference else column + 1
                row = int(reference[2]) if reference else row
        elif tag == "c":
            _xlsx_cell(facts, element, (row, column))
            element.clear()
        elif tag == "row":
            element.clear()
    return facts


def _xlsx_cell(facts: SheetFacts, cell: ET.Element, position: Position) -> None:
    value = None
    for child in cell:
        tag = _local(child.tag)
        if tag == "f":
            facts.formulas[position] = child.text or ""
        elif tag == "v":
            value = child.text
    if len(cell):
        facts.reach(*position)
    if cell.get("t") == "e":
        facts.errors[position] = value or ""


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def ods_facts(content: bytes) -> BookFacts:
    """Read the facts of an ``.ods`` file.

    Raises:
        UnreadableError: The file is damaged, unsafe, encrypted, or a sheet is far too large.
    """
    facts = BookFacts()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise UnreadableError("tệp có mật khẩu")
            for element in _parse(archive, "content.xml").iter():
                if _local(element.tag) == "table":
                    facts.sheets[_attribute(element, "name")] = _ods_sheet(element)
            if "meta.xml" in names:
                for element in _parse(archive, "meta.xml").iter():
                    if _local(element.tag) == "user-defined":
                        facts.properties[_attribute(element, "name")] = "".join(element.itertext())
    except (
        zipfile.BadZipFile,
        ET.ParseError,
        KeyError,
        OSError,
        ValueError,
        RuntimeError,
        EOFError,
    ) as fault:
        raise UnreadableError("tệp bị hỏng") from fault
    return facts


def _ods_sheet(table: ET.Element) -> SheetFacts:
    facts = SheetFacts()
    row = 1
    for line in table.iter():
        if _local(line.tag) != "table-row":
            continue
        column = 1
        for cell in line:
            if _local(cell.tag) not in {"table-cell", "covered-table-cell"}:
                continue
            repeated = int(_attribute(cell, "number-columns-repeated") or 1)
            formula = _attribute(cell, "formula")
            if formula or len(cell) or _attribute(cell, "value-type"):
                facts.reach(row, column + repeated - 1)
                for offset in range(repeated if formula else 0):
                    facts.formulas[row, column + offset] = formula.partition("=")[2]
            shown = "".join(cell.itertext())
            if formula and shown.startswith(("#", "Err:")):
                facts.errors[row, column] = shown
            column += repeated
        row += int(_attribute(line, "number-rows-repeated") or 1)
    return facts
