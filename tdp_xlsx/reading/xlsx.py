"""The workbook of an ``.xlsx`` or ``.xlsm`` package: every cell of its sheets, read once, through an XML parser."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx.reading.cells import Book, Cause, Grid, Sheet, UnreadableError, cell_name, column_number
from tdp_xlsx.reading.looks import Looks, Styles, is_on, xlsx_styles
from tdp_xlsx.reading.markup import LARGE, elements, local, parse
from tdp_xlsx.reading.parts import additions, listed_sheets

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Callable, Iterator

    from tdp_xlsx.reading.cells import Area, Position, Value
    from tdp_xlsx.reading.parts import Parts

_MAIN = (
    "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "{http://purl.oclc.org/ooxml/spreadsheetml/main}",  # strict
)
_ITEMS = tuple(f"{space}si" for space in _MAIN)
_PLAIN_TEXT = tuple(f"{space}t" for space in _MAIN)
_ROWS = tuple(f"{space}row" for space in _MAIN)
_MERGED = tuple(f"{space}mergeCell" for space in _MAIN)
_CELL_NAMES = frozenset({"row", "c", "v", "f", "is"})
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _Strings(NamedTuple):
    """The shared texts, and the numbers of those some part of which is struck through."""

    texts: list[str]
    struck: set[int]


def read_xlsx(parts: Parts, most: int, wanted: Callable[[str], bool]) -> Book:
    """Read the ``wanted`` sheets, which may have ``most`` cells at most.

    Raises:
        UnreadableError: The file is unsafe, ambiguous, or a sheet is far too large.
        ET.ParseError, LookupError, ValueError: It is damaged.
    """
    main = parts.workbook
    strings = _Strings([], set())
    for part in parts.related(main, "sharedStrings"):
        strings = _strings(parts[part])
    styles = next((xlsx_styles(parts[part]) for part in parts.related(main, "styles")), Styles())
    listed = listed_sheets(parts[main])
    budget = [most]
    sheets = [
        replace(
            _Reader(name, strings, styles._replace(from_1904=listed.from_1904)).read(parts[part], Grid(budget)),
            additions=additions(parts, part),
        )
        for name, part in parts.sheets(listed.sheets)
        if wanted(name)
    ]
    return Book("xlsx", tuple(sheets), parts.properties())


def _strings(content: bytes) -> _Strings:
    found = _Strings([], set())
    texts = found.texts
    for item in elements(content, *_ITEMS):
        first = item[0] if len(item) == 1 else None
        if first is not None and first.tag in _PLAIN_TEXT:
            texts.append(_unescaped(first.text or ""))
            continue
        text, is_struck = _text(item)
        if is_struck:
            found.struck.add(len(texts))
        texts.append(text)
    return found


def _text(item: ET.Element) -> tuple[str, bool]:
    """Return the text of a string item, its runs joined, reading aids left out; and whether a part is struck."""
    texts = []
    is_struck = False
    for child in item:
        if local(child.tag) == "t":
            texts.append(child.text or "")
        elif local(child.tag) == "r":
            run = "".join([one.text or "" for one in child if local(one.tag) == "t"])
            strikes = (one for group in child if local(group.tag) == "rPr" for one in group)
            is_struck |= bool(run.strip()) and any(local(one.tag) == "strike" and is_on(one) for one in strikes)
            texts.append(run)
    return _unescaped("".join(texts)), is_struck


def _unescaped(text: str) -> str:
    """Return text with characters that XML cannot hold, such as ``_x000D_``, as themselves."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _rows_and_areas(content: bytes) -> Iterator[ET.Element]:
    """Yield what stands among the cells of a sheet part, then its merged areas."""
    if len(content) >= LARGE:
        yield from elements(content, *_ROWS, *_MERGED)
        return
    root = parse(content)
    space = root.tag.removesuffix("worksheet")
    data = root.findall(f"{space}sheetData")
    if space not in _MAIN or len(data) > 1:
        raise UnreadableError("trang tính được ghi theo cách lạ", Cause.UNCERTAIN)
    for part in (*data, *root.findall(f"{space}mergeCells")):
        yield from part


class _Reader:
    """Reads one sheet part, row by row."""

    def __init__(self, name: str, strings: _Strings, styles: Styles) -> None:
        self._name, self._strings, self._styles = name, strings, styles
        self._formulas: dict[Position, str] = {}
        self._errors: dict[Position, str] = {}
        self._formats: dict[Position, str] = {}
        self._struck: set[Position] = set()
        self._arrays: list[Area] = []

    def read(self, content: bytes, grid: Grid) -> Sheet:
        """Return the sheet; raises as :func:`read_xlsx`."""
        merged = []
        row = 0
        for element in _rows_and_areas(content):
            if element.tag in _ROWS:
                number = element.get("r")
                row = int(number) if number else row + 1
                grid.add(row, self._cells(element, row), len(element))
            elif element.tag in _MERGED:
                merged.append(_area(element.get("ref", "")))
            else:
                _refuse_foreign(element)
        for top, left, bottom, right in self._arrays:
            for at in ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)):
                self._formulas.setdefault(at, "")
        looks = Looks(self._formats, self._styles, self._struck)
        return Sheet(self._name, grid.rows(), self._formulas, self._errors, looks, tuple(merged))

    def _cells(self, element: ET.Element, row: int) -> dict[int, Value]:
        """Return what a row's cells hold, by column, and note what else they say."""
        cells: dict[int, Value] = {}
        formats, texts, struck = self._formats, self._strings.texts, self._strings.struck
        number, column = str(row), 0
        space = element.tag.removesuffix("row")
        cell_tag, value_tag = space + "c", space + "v"
        for cell in element:
            if cell.tag != cell_tag:
                _refuse_foreign(cell)
                continue
            reference = cell.get("r")
            column = column + 1 if reference is None else _column(reference, number)
            position = row, column
            if position in formats:
                raise UnreadableError(f"ô {cell_name(row, column)} được ghi hai lần", Cause.UNCERTAIN)
            formats[position] = cell.get("s", "0")
            if not len(cell):
                continue
            kind, first = cell.get("t", "n"), cell[0]
            if kind == "s" and first.tag == value_tag and len(cell) == 1 and first.text:  # most cells are such
                at = int(first.text)
                value: Value = texts[at if at >= 0 else len(texts)]
                if at in struck:
                    self._struck.add(position)
            else:
                value = self._value(kind, self._content(cell, position, space), position)
            if value != "":
                cells[column] = value
        return cells

    def _content(self, cell: ET.Element, position: Position, space: str) -> str:
        """Return what a cell is said to hold, as text, and note its formula."""
        text = ""
        for child in cell:
            if child.tag == space + "v":
                text = child.text or ""
            elif child.tag == space + "f":
                self._formulas[position] = child.text or ""
                if child.get("t") in {"array", "dataTable"}:
                    self._arrays.append(_area(child.get("ref", "")))
            elif child.tag == space + "is":
                text, is_struck = _text(child)
                if is_struck:
                    self._struck.add(position)
            else:
                _refuse_foreign(child)
        return text

    def _value(self, kind: str, text: str, position: Position) -> Value:
        """Return the value of a cell of any kind, and note an error."""
        if kind in {"inlineStr", "str"} or not text:
            return _unescaped(text) if kind == "str" else text
        if kind == "e":
            self._errors[position] = text
            return ""
        if kind == "s":
            at = int(text)
            if at in self._strings.struck:
                self._struck.add(position)
            return self._strings.texts[at] if at >= 0 else ""
        if kind == "b":
            return text.strip() in {"1", "true"}
        return text if kind == "d" else self._styles.value(float(text), int(self._formats[position]))


def _column(reference: str, row: str) -> int:
    """Return the column of a cell of a row."""
    if not reference.endswith(row):
        raise UnreadableError(f"ô {reference} đứng sai dòng", Cause.UNCERTAIN)
    return column_number(reference[: -len(row)])


def _area(reference: str) -> Area:
    """Return the cells of a reference such as ``A1:B2``."""
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = _corner(first), _corner(last or first)
    return top, left, bottom, right


def _corner(reference: str) -> Position:
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_number(letters)


def _refuse_foreign(element: ET.Element) -> None:
    """Refuse what looks like cells, and is of another namespace; let other things pass."""
    if local(element.tag) in _CELL_NAMES:
        raise UnreadableError("ô thuộc không gian tên XML lạ", Cause.UNCERTAIN)
