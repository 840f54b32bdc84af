"""The workbook of an ``.ods`` package: every cell of its sheets, its look, and what stands beside the cells."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING

from tdp_xlsx.reading import cells
from tdp_xlsx.reading.cells import Book, Cause, Grid, Look, Sheet, UnreadableError
from tdp_xlsx.reading.looks import PLAIN
from tdp_xlsx.reading.markup import local, parse

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterable, Iterator, Mapping

    from tdp_xlsx.reading.cells import Area, Position, Value

_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _TEXT, _OFFICE, _DRAW, _STYLE, _NUMBER = (
    _NAMES % name for name in ("table", "text", "office", "drawing", "style", "datastyle")
)
_CELL_TAGS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_SHAPES = (
    "frame",
    "custom-shape",
    "line",
    "ellipse",
    "circle",
    "path",
    "rect",
    "polyline",
    "g",
    "connector",
    "caption",
)
_COMMENT = f"{_OFFICE}annotation"
_PARAGRAPH, _SPAN, _SPAN_STYLE = f"{_TEXT}p", f"{_TEXT}span", f"{_TEXT}style-name"
_VALUE_TYPE, _STYLE_NAME, _FORMULA = f"{_OFFICE}value-type", f"{_TABLE}style-name", f"{_TABLE}formula"
_COLUMN, _DEFAULT_STYLE = f"{_TABLE}table-column", f"{_TABLE}default-cell-style-name"
_REPEATED_ROWS, _REPEATED_COLUMNS = f"{_TABLE}number-rows-repeated", f"{_TABLE}number-columns-repeated"
_SPANNED_ROWS, _SPANNED_COLUMNS = f"{_TABLE}number-rows-spanned", f"{_TABLE}number-columns-spanned"
_MATRIX_ROWS, _MATRIX_COLUMNS = f"{_TABLE}number-matrix-rows-spanned", f"{_TABLE}number-matrix-columns-spanned"
_SPACES = re.compile(r"[ \t\r\n]+")
_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)")
_DEEPEST = 8  # styles that stand on one another
_MOST_ROWS, _MOST_COLUMNS = 1_000, 256  # how far the look of an empty cell is followed: a form ends long before


def read_ods(parts: Mapping[str, bytes], most: int) -> Book:
    """Read all sheets, which may have ``most`` cells at most.

    Raises:
        UnreadableError: The file is unsafe, encrypted, ambiguous, or a sheet is far too large.
        ET.ParseError, LookupError, ValueError: It is damaged.
    """
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD)
    root = parse(parts["content.xml"])
    looks = _Looks(root, parse(parts["styles.xml"]) if parts.get("styles.xml") else None)
    budget = [most]
    tables = [table for table in root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/*") if local(table.tag) == "table"]
    if any(table.tag != f"{_TABLE}table" for table in tables):
        raise UnreadableError("bảng thuộc không gian tên XML lạ", Cause.UNCERTAIN)
    sheets = tuple(_Reader(looks, Grid(budget)).read(table) for table in tables)
    active = []
    if any(name.startswith(("Basic/", "Scripts/")) for name in parts):
        active.append(cells.MACRO)
    if any(name.startswith("Object ") and "/" in name for name in parts):
        active.append(cells.EMBEDDED)
    return Book("ods", sheets, _properties(parts), tuple(active))


def _properties(parts: Mapping[str, bytes]) -> dict[str, str]:
    if "meta.xml" not in parts:
        return {}
    fields = (one for one in parse(parts["meta.xml"]).iter() if local(one.tag) == "user-defined")
    return {one.get(f"{_NAMES % 'meta'}name", ""): "".join(one.itertext()) for one in fields}


class _Looks:
    """The look of each named style, its parents' followed where it says nothing itself."""

    def __init__(self, *trees: ET.Element | None) -> None:
        self._own: dict[str, tuple[str, dict[str, str]]] = {}
        self._percent: set[str] = set()
        self._known: dict[str, Look] = {"": PLAIN}
        for tree in (tree for tree in trees if tree is not None):
            self._percent.update(one.get(f"{_STYLE}name", "") for one in tree.iter(f"{_NUMBER}percentage-style"))
            for style in tree.iter(f"{_STYLE}style"):
                said = {
                    local(key): value
                    for part in style
                    if local(part.tag) in {"text-properties", "table-cell-properties"}
                    for key, value in part.attrib.items()
                }
                if data_style := style.get(f"{_STYLE}data-style-name"):
                    said["data-style"] = data_style
                parent = style.get(f"{_STYLE}parent-style-name", "")
                self._own.setdefault(style.get(f"{_STYLE}name", ""), (parent, said))

    def __getitem__(self, name: str) -> Look:
        if name not in self._known:
            said = self._said(name, _DEEPEST)
            kind = said.get("text-line-through-type", "none")
            # LibreOffice leaves the line's style out of parts of a text, not its type.
            line = said.get("text-line-through-style", "none" if kind == "none" else "solid")
            fill = said.get("background-color", "")
            font = said.get("font-name") or said.get("font-family", "").strip("'")
            self._known[name] = Look(
                font,
                struck=line != "none",
                percent=said.get("data-style") in self._percent,
                fill="" if fill == "transparent" else fill,
            )
        return self._known[name]

    def _said(self, name: str, depth: int) -> dict[str, str]:
        parent, said = self._own.get(name, ("", {}))
        return (self._said(parent, depth - 1) if parent and depth else {}) | said


class _Reader:
    """Reads one table, row by row."""

    def __init__(self, looks: _Looks, grid: Grid) -> None:
        self._styles, self._grid = looks, grid
        self._formulas: dict[Position, str] = {}
        self._errors: dict[Position, str] = {}
        self._looks: dict[Position, Look] = {}
        self._merged: list[Area] = []
        self._comments: list[str] = []

    def read(self, table: ET.Element) -> Sheet:
        """Return the sheet; raises as :func:`read_ods`."""
        row = 1
        columns = list(_defaults(table))
        for line in table.iter(f"{_TABLE}table-row"):
            down, of_row = _number(line, _REPEATED_ROWS), line.get(_DEFAULT_STYLE)
            column = 1
            held: dict[int, Value] = {}
            for cell in line:
                if cell.tag not in _CELL_TAGS:
                    continue
                across = _number(cell, _REPEATED_COLUMNS)
                if len(cell) or len(cell.attrib) > 1 or across == 1:
                    style = cell.get(_STYLE_NAME) or of_row or (columns[column - 1] if column <= len(columns) else "")
                    self._cell(cell, held, (row, column), (down, across), style)
                column += across
            for at in range(row, row + down if held else row):
                self._grid.add(at, held, len(held))
            row += down
        name, merged = table.get(f"{_TABLE}name", ""), tuple(self._merged)
        additions = {
            cells.PICTURES: [""] * sum(1 for shape in _SHAPES for _ in table.iter(f"{_DRAW}{shape}")),
            cells.COMMENTS: self._comments,
            cells.CONTROLS: [""] * sum(1 for _ in table.iter(f"{_DRAW}control")),
        }
        additions = {kind: where for kind, where in additions.items() if where}
        rows = self._grid.rows()
        return Sheet(name, rows, self._formulas, self._errors, self._looks, merged, additions=additions)

    def _cell(
        self, cell: ET.Element, held: dict[int, Value], first: Position, counts: tuple[int, int], style: str
    ) -> None:
        """Note one cell, and every cell it is repeated for."""
        (row, column), (down, across) = first, counts
        formula = cell.get(_FORMULA)
        kind = cell.get(_VALUE_TYPE, "")
        value = _value(cell, kind) if kind or len(cell) else ""
        look = self._look(cell, kind, style)
        if value == "" and formula is None:
            down, across = (0, 0) if look == PLAIN else (min(down, _MOST_ROWS), min(across, _MOST_COLUMNS))
        elif down * across > cells.MAX_CELLS:
            raise cells.too_wide()
        is_error = formula is not None and isinstance(value, str) and value.startswith(("#", "Err:"))
        if value != "":
            held.update(dict.fromkeys(range(column, column + across), "" if is_error else value))
        positions = [(row + i, column + j) for i in range(down) for j in range(across)]
        if formula is not None:
            self._formulas.update(dict.fromkeys(positions, formula.partition("=")[2]))
        if is_error:
            self._errors.update(dict.fromkeys(positions, str(value)))
        if look != PLAIN:
            self._looks.update(dict.fromkeys(positions, look))
        self._areas(cell, row, column)
        if cell.find(_COMMENT) is not None:
            self._comments.append(cells.cell_name(row, column))

    def _look(self, cell: ET.Element, kind: str, style: str) -> Look:
        look = self._styles[style]
        if kind == "percentage":
            look = replace(look, percent=True)
        if any(self._styles[span.get(_SPAN_STYLE, "")].struck for span in cell.iter(_SPAN)):
            look = replace(look, struck=True)
        return look

    def _areas(self, cell: ET.Element, row: int, column: int) -> None:
        across, down = _number(cell, _SPANNED_COLUMNS), _number(cell, _SPANNED_ROWS)
        if across > 1 or down > 1:
            self._merged.append((row, column, row + down - 1, column + across - 1))
        across, down = _number(cell, _MATRIX_COLUMNS), _number(cell, _MATRIX_ROWS)
        if 1 < across * down <= cells.MAX_CELLS:
            for at in ((row + i, column + j) for i in range(down) for j in range(across)):
                self._formulas.setdefault(at, "")


def _defaults(table: ET.Element) -> Iterator[str]:
    """Yield the style of each column's cells that name none, as far as a form could reach."""
    styles = ((one.get(_DEFAULT_STYLE, ""), _number(one, _REPEATED_COLUMNS)) for one in table.iter(_COLUMN))
    return islice(chain.from_iterable(repeat(style, count) for style, count in styles), _MOST_COLUMNS)


def _number(element: ET.Element, name: str) -> int:
    text = element.get(name)
    count = 1 if text is None else int(text)
    if count < 1:
        raise ValueError(name)
    return count


def _value(cell: ET.Element, kind: str) -> Value:
    if kind in {"float", "percentage", "currency"}:
        return float(cell.get(f"{_OFFICE}value", ""))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "date":
        return dt.datetime.fromisoformat(cell.get(f"{_OFFICE}date-value", "")[:19])
    if kind == "time" and (match := _DURATION.match(cell.get(f"{_OFFICE}time-value", ""))):
        hours, minutes, seconds = map(int, match.groups())
        return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    stored = cell.get(f"{_OFFICE}string-value")
    return stored or "\n".join(["".join(_letters(one)) for one in cell if one.tag == _PARAGRAPH])


def _letters(paragraph: ET.Element) -> Iterable[str]:
    """Yield a paragraph's text: white space in it is one space, what stands for more is spelled out."""
    if paragraph.text:
        yield _SPACES.sub(" ", paragraph.text)
    for child in paragraph:
        if child.tag == f"{_TEXT}s":
            yield " " * min(int(child.get(f"{_TEXT}c") or 1), 1_000)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif not child.tag.startswith(_OFFICE):  # an annotation is no part of the text
            yield from _letters(child)
        yield _SPACES.sub(" ", child.tail or "")
