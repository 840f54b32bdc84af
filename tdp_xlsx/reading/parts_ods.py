"""What the parts of an ``.ods`` say of its cells: formulas, errors, contents; and its custom properties."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Cause, UnreadableError
from tdp_xlsx.reading.facts import MAX_CELLS, BookFacts, Budget, SheetFacts
from tdp_xlsx.reading.markup import attribute, local, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

_CELLS = frozenset({"table-cell", "covered-table-cell"})
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"


def ods_facts(parts: Mapping[str, bytes], most: int = MAX_CELLS) -> BookFacts:
    """Read the facts of an ``.ods`` file from its parts, of ``most`` cells at most.

    Raises:
        UnreadableError: The file is damaged, unsafe, encrypted, or a sheet is far too large.
    """
    facts = BookFacts(Budget(most))
    try:
        if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
            raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD)
        for element in parse(parts["content.xml"]).iter():
            if local(element.tag) == "table":
                if element.tag != f"{{{_TABLE}}}table":
                    raise UnreadableError("bảng thuộc không gian tên XML lạ", Cause.UNCERTAIN)
                facts.add(attribute(element, "name"), _sheet(element, facts.budget))
        if "meta.xml" in parts:
            for element in parse(parts["meta.xml"]).iter():
                if local(element.tag) == "user-defined":
                    facts.properties[attribute(element, "name")] = "".join(element.itertext())
    except (ET.ParseError, LookupError, ValueError) as fault:
        raise UnreadableError("tệp bị hỏng") from fault
    return facts


def _sheet(table: ET.Element, budget: Budget) -> SheetFacts:
    facts = SheetFacts(budget)
    row = 1
    for line in table.iter():
        if local(line.tag) != "table-row":
            continue
        row_count = _count(line, "number-rows-repeated")
        column = 1
        for cell in line:
            if local(cell.tag) not in _CELLS:
                continue
            repeated = _count(cell, "number-columns-repeated")
            _cell(facts, cell, (row, column), (row_count, repeated))
            column += repeated
        row += row_count
    return facts


def _count(element: ET.Element, name: str) -> int:
    count = int(attribute(element, name) or 1)
    if count < 1:
        raise ValueError(name)
    return count


def _cell(facts: SheetFacts, cell: ET.Element, first: tuple[int, int], counts: tuple[int, int]) -> None:
    """Note one cell, and every cell it is repeated for."""
    formula = attribute(cell, "formula")
    kind = attribute(cell, "value-type")
    if not (formula or kind or len(cell)):
        return
    rows, columns = counts
    row, column = first
    facts.reach(row + rows - 1, column + columns - 1)
    facts.budget.spend(rows * columns)
    paragraphs = [child for child in cell if local(child.tag) == "p"]
    shown = "".join("".join(paragraph.itertext()) for paragraph in paragraphs)
    for position in ((row + i, column + j) for i in range(rows) for j in range(columns)):
        if formula:
            facts.formulas[position] = formula.partition("=")[2]
            if shown.startswith(("#", "Err:")):
                facts.errors[position] = shown
        facts.fill(position, _content(kind, attribute(cell, "string-value"), shown))


def _content(kind: str, stored: str, shown: str) -> str | None:
    """Return a cell's text, "" for none, None for what is no text, or text that is not told letter by letter."""
    if kind not in {"", "string"}:
        return None
    return stored or shown
