"""What the parts of an ``.xlsx`` say of its cells: formulas, errors, contents; and its custom properties."""

from __future__ import annotations

import io
import posixpath
import re
import xml.etree.ElementTree as ET
from functools import lru_cache
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Cause, Position, UnreadableError
from tdp_xlsx.reading.facts import MAX_CELLS, NONE, BookFacts, Budget, RowFacts, SheetFacts, too_wide
from tdp_xlsx.reading.markup import attribute, local, parse, safe
from tdp_xlsx.reading.usual import CELL_TAGS, MAIN, REMEMBERED, WORTH_REMEMBERING, UnusualError, usual_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tdp_xlsx.reading.usual import UsualRow

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})\Z")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_CELLS = "sheetData"


def xlsx_facts(
    parts: Mapping[str, bytes], most: int = MAX_CELLS, wanted: Callable[[str], bool] = lambda _: True
) -> BookFacts:
    """Read the facts of the ``wanted`` sheets of an ``.xlsx`` or ``.xlsm`` file from its parts.

    They may have ``most`` cells at most.

    Raises:
        UnreadableError: The file is damaged, unsafe, ambiguous, or a sheet is far too large.
    """
    facts = BookFacts(Budget(most))
    try:
        roots = dict(_targets(parts, "").values())
        book = roots.get("officeDocument", "xl/workbook.xml")
        relations = _targets(parts, book)
        strings = _shared_strings(parts, {kind: part for kind, part in relations.values() if kind == "sharedStrings"})
        for name, part in worksheets(parts):
            if wanted(name):
                facts.add(name, _sheet(parts[part], strings, facts.budget))
        if "custom-properties" in roots:
            for element in parse(parts[roots["custom-properties"]]):
                facts.properties[attribute(element, "name")] = "".join(element.itertext())
    except (ET.ParseError, LookupError, ValueError) as fault:
        raise UnreadableError("tệp bị hỏng") from fault
    return facts


def worksheets(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the name and the part of each sheet of cells of an ``.xlsx`` file."""
    book = dict(_targets(parts, "").values()).get("officeDocument", "xl/workbook.xml")
    relations = _targets(parts, book)
    for sheet in parse(parts[book]).iter():
        if local(sheet.tag) == "sheet":
            kind, part = relations[attribute(sheet, "id")]
            if kind == "worksheet":
                yield attribute(sheet, "name"), part


def _targets(parts: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """Return a part's relations: id → (kind, target part)."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in parts:
        return {}
    return dict(_relations(parts[path], folder))


@lru_cache(maxsize=64)
def _relations(content: bytes, folder: str) -> Mapping[str, tuple[str, str]]:
    return {
        attribute(relation, "Id"): (
            attribute(relation, "Type").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, attribute(relation, "Target"))).lstrip("/"),
        )
        for relation in parse(content)
    }


def _shared_strings(parts: Mapping[str, bytes], target: Mapping[str, str]) -> list[str]:
    part = target.get("sharedStrings", "")
    if not part:
        return []
    root = parse(parts[part])
    return [_text(item) for item in root if local(item.tag) == "si"]


def _text(item: ET.Element) -> str:
    """Return the text of a string item, its runs joined, reading aids for Asian scripts left out."""
    found = []
    for child in item:
        tag = local(child.tag)
        if tag == "t":
            found.append(child.text or "")
        elif tag == "r":
            found += [run.text or "" for run in child if local(run.tag) == "t"]
    return "".join(found)


def _sheet(content: bytes, strings: list[str], budget: Budget) -> SheetFacts:
    if content.count(b"<c ") > budget.left:
        raise too_wide()
    safe(content)
    rows, cells = {}, 0
    try:
        for row in usual_rows(content):
            if row.number in rows:  # a row that goes on further down is for the parser to put together
                return _walk(content, strings, budget)
            rows[row.number] = _row_facts(row, strings)
            cells += len(row.cells)
    except UnusualError:
        return _walk(content, strings, budget)
    return SheetFacts.of_rows(budget, rows, cells)


def _row_facts(row: UsualRow, strings: list[str]) -> RowFacts:
    """Return the facts of a row that is written in the usual way."""
    if not row.shared:
        return remembered_facts(row, ())
    shared = tuple([_shared(value, strings) for value in row.shared])
    return remembered_facts(row, shared) if sum(map(len, shared)) <= WORTH_REMEMBERING else _facts(row, shared)


def _facts(row: UsualRow, shared: tuple[str, ...]) -> RowFacts:
    """Return the facts of a row whose shared strings are these, from left to right."""
    texts = iter(shared)
    filled: dict[int, str | None] = {}
    formulas: dict[int, str] = {}
    errors: dict[int, str] = {}
    last_column = 0
    for (_, column), (_, kind, value, formula, inline, is_filled) in row.cells:
        if not is_filled:
            continue
        last_column = max(last_column, column)
        if formula is not None:
            formulas[column] = formula
        if kind == "e":
            errors[column] = value or ""
        text = next(texts) if kind == "s" and value else _content(kind, value, inline)
        if text != "":
            filled[column] = text
    length = sum(len(text) for text in (*formulas.values(), *filled.values()) if text)
    styles = _same(tuple((column, style) for (_, column), (style, *_) in row.cells))
    return RowFacts(filled, formulas or NONE, errors or NONE, styles, last_column, length <= WORTH_REMEMBERING)


@lru_cache(maxsize=REMEMBERED)
def _same(styles: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Return the same object for the same styles, which most rows of a table share."""
    return styles


remembered_facts = lru_cache(maxsize=REMEMBERED)(_facts)


def _walk(content: bytes, strings: list[str], budget: Budget) -> SheetFacts:
    """Return the facts of a sheet part, whatever way its cells are written."""
    facts = SheetFacts(budget)
    row = 0
    column = 0
    among_cells = False
    for event, element in ET.iterparse(io.BytesIO(content), events=("start", "end")):  # noqa: S314 - no DOCTYPE
        space, _, tag = element.tag.rpartition("}")
        if tag == _CELLS:
            among_cells = event == "start"
        elif tag not in CELL_TAGS or not among_cells:
            # Behind the cells Excel itself writes such names in other namespaces: `xm:f` in its newer lists.
            continue
        if event == "start":
            if space[1:] not in MAIN:
                raise UnreadableError("ô thuộc không gian tên XML lạ", Cause.UNCERTAIN)
            if tag == "row":
                row = int(element.get("r") or row + 1)
                column = 0
            elif tag == "c":
                row, column = _position(element.get("r"), row, column)
        elif tag == "c":
            _cell(facts, element, (row, column), strings)
            element.clear()
        elif tag == "row":
            element.clear()
    return facts


def _position(reference: str | None, row: int, column: int) -> Position:
    if reference is None:
        return row, column + 1
    match = _REFERENCE.match(reference)
    if match is None:
        raise UnreadableError("địa chỉ ô sai", Cause.UNCERTAIN)
    at = int(match[2]), column_number(match[1])
    if at[0] != row or at[1] > _LAST_COLUMN or row > _LAST_ROW:
        raise UnreadableError(f"ô {reference} đứng sai dòng", Cause.UNCERTAIN)
    return at


def _cell(facts: SheetFacts, cell: ET.Element, position: Position, strings: list[str]) -> None:
    kind = cell.get("t", "n")
    value: str | None = None
    formula: str | None = None
    inline = ""
    for child in cell:
        tag = local(child.tag)
        if tag == "f":
            formula = child.text or ""
        elif tag == "v":
            value = child.text or ""
        elif tag == "is":
            inline = _text(child)
    facts.seen(position, (kind, value, formula, inline))
    if formula is not None:
        facts.formulas[position] = formula
    if len(cell):
        facts.reach(*position)
    if kind == "e":
        facts.errors[position] = value or ""
    facts.fill(position, _shared(value, strings) if kind == "s" and value else _content(kind, value, inline))


def _content(kind: str, value: str | None, inline: str) -> str | None:
    """Return the text of a cell that shares no string, "" for none, None for what is no text."""
    if kind == "inlineStr":
        return inline
    if not value:
        return ""
    if kind == "n":
        float(value)  # readers differ in what they make of anything else
    return value if kind == "str" else None


def _shared(value: str, strings: list[str]) -> str:
    number = int(value)
    if number < 0:
        raise IndexError(value)
    return strings[number]


def column_number(letters: str) -> int:
    """Return a column's number: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
