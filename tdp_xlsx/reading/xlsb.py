"""The workbook of an ``.xlsb`` package, from its binary records.

python-calamine misplaces cells whose column is left out because they follow their left neighbour (SheetJS writes so),
and tells neither formulas nor strokes; so the records are read here.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import LAST_COLUMN, MAX_CELLS, Book, Cause, Grid, Sheet, UnreadableError
from tdp_xlsx.reading.looks import CellFormat, Looks, Styles
from tdp_xlsx.reading.parts import additions, records

if TYPE_CHECKING:
    from tdp_xlsx.reading.cells import Area, Position, Value
    from tdp_xlsx.reading.parts import Parts

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
"""Error values by their number in Excel's binary formats."""

# Records, as [MS-XLSB] numbers them. Cells 12 to 18 are 1 to 7 without their column.
_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = range(8)
_FORMULA_TEXT, _FORMULA_REAL, _FORMULA_BOOL, _FORMULA_ERROR = range(8, 12)
_SHORT = range(12, 19)
_STRING, _FONT, _FORMAT, _CELL_FORMAT, _SHEET, _MERGED, _ARRAY, _PROPERTIES = 19, 43, 44, 47, 156, 176, 426, 153
_CELL_FORMATS, _CELL_FORMATS_END, _RICH_TEXT = 617, 618, 62
_STRIKE, _RICH, _FROM_1904 = 0x08, 0x01, 0x01
_number = struct.Struct("<I").unpack_from


def read_xlsb(parts: Parts, most: int) -> Book:
    """Read all sheets, which may have ``most`` cells at most.

    Raises:
        UnreadableError: The file is ambiguous, or a sheet is far too large.
        LookupError, ValueError, struct.error: It is damaged.
    """
    main = parts.workbook
    listed, from_1904 = [], False
    for kind, payload in records(parts[main]):
        if kind == _SHEET:
            key, end = _wide(payload, 8)
            listed.append((_wide(payload, end)[0], key))
        elif kind == _PROPERTIES:
            from_1904 = bool(payload[0] & _FROM_1904)
    fonts, styles = next((_styles(parts[part]) for part in parts.related(main, "styles")), ([], Styles()))
    strings = (record for part in parts.related(main, "sharedStrings") for record in records(parts[part]))
    texts = [_rich(payload, fonts) for kind, payload in strings if kind == _STRING]
    budget, styles = [most], styles._replace(from_1904=from_1904)
    sheets = (
        replace(_Reader(texts, fonts, styles, budget).read(name, parts[part]), additions=additions(parts, part))
        for name, part in parts.sheets(listed)
    )
    return Book("xlsb", tuple(sheets), parts.properties())


def _styles(content: bytes) -> tuple[list[tuple[str, bool]], Styles]:
    """Return the fonts (name, whether struck) and the styles of a styles part."""
    fonts, formats, codes = [], [], {}
    among_cells = False
    for kind, payload in records(content):
        if kind == _FONT:
            fonts.append((_wide(payload, 21)[0], bool(payload[2] & _STRIKE)))
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", payload)[0]] = _wide(payload, 2)[0]
        elif kind in {_CELL_FORMATS, _CELL_FORMATS_END}:
            among_cells = kind == _CELL_FORMATS
        elif kind == _CELL_FORMAT and among_cells:
            _, code, font, fill = struct.unpack_from("<4H", payload)
            formats.append(CellFormat(fonts[font], code, str(fill)))
    return fonts, Styles.of(formats, codes)


def _rich(payload: bytes, fonts: list[tuple[str, bool]]) -> tuple[str, bool]:
    """Return a text with fonts of its own, and whether a part of it is struck."""
    text, end = _wide(payload, 1)
    if not payload[0] & _RICH:
        return text, False
    runs = (struct.unpack_from("<HH", payload, end + 4 + 4 * n)[1] for n in range(_number(payload, end)[0]))
    return text, any(font < len(fonts) and fonts[font][1] for font in runs)


class _Reader:
    """Reads one sheet part, record by record."""

    def __init__(
        self, texts: list[tuple[str, bool]], fonts: list[tuple[str, bool]], styles: Styles, budget: list[int]
    ) -> None:
        self._texts, self._fonts, self._styles, self._grid = texts, fonts, styles, Grid(budget)
        self._formulas: dict[Position, str] = {}
        self._errors: dict[Position, str] = {}
        self._formats: dict[Position, int] = {}
        self._struck: set[Position] = set()
        self._merged: list[Area] = []
        self._row = self._column = 0
        self._cells: dict[int, Value] = {}

    def read(self, name: str, content: bytes) -> Sheet:
        """Return the sheet; raises as :func:`read_xlsb`."""
        for kind, payload in records(content):
            if kind == _ROW:
                self._end_row()
                self._row, self._column = _number(payload)[0] + 1, 0
            elif kind in {_MERGED, _ARRAY}:
                top, bottom, left, right = (number + 1 for number in struct.unpack_from("<4I", payload))
                if kind == _MERGED:
                    self._merged.append((top, left, bottom, right))
                elif (bottom - top + 1) * (right - left + 1) <= MAX_CELLS:
                    area = ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
                    self._formulas.update(dict.fromkeys(area, ""))
            elif kind in _SHORT:
                after = self._column + 1 if self._column else 0  # with nothing before it, programs place it differently
                self._cell(kind - _SHORT[0] + _BLANK, after, payload)
            elif _BLANK <= kind <= _FORMULA_ERROR or kind == _RICH_TEXT:
                self._cell(kind, _number(payload)[0] + 1, payload[4:])
        self._end_row()
        looks = Looks(self._formats, self._styles, self._struck)
        rows, merged = self._grid.rows(), tuple(self._merged)
        return Sheet(name, rows, self._formulas, self._errors, looks, merged, keeps_formulas=False)

    def _end_row(self) -> None:
        if self._row:
            self._grid.add(self._row, self._cells, len(self._cells))
        self._cells = {}

    def _cell(self, kind: int, column: int, payload: bytes) -> None:
        """Note a cell from its format on."""
        self._column, position = column, (self._row, column)
        if not (self._row and 0 < column <= LAST_COLUMN) or position in self._formats:
            raise UnreadableError("địa chỉ ô sai hoặc được ghi hai lần", Cause.UNCERTAIN)
        self._formats[position] = int.from_bytes(payload[:3], "little")
        if _FORMULA_TEXT <= kind <= _FORMULA_ERROR:
            self._formulas[position] = ""
        if kind in {_ERROR, _FORMULA_ERROR}:
            self._errors[position] = ERRORS.get(payload[4], "#?")
        elif kind != _BLANK and (value := self._value(kind, payload, position)) != "":
            self._cells[column] = value

    def _value(self, kind: int, payload: bytes, position: Position) -> Value:
        """Return what a cell holds, and note whether a part of its text is struck."""
        if kind in {_SHARED, _RICH_TEXT}:
            text, is_struck = (
                self._texts[_number(payload, 4)[0]] if kind == _SHARED else _rich(payload[4:], self._fonts)
            )
            if is_struck:
                self._struck.add(position)
            return text
        if kind in {_TEXT, _FORMULA_TEXT}:
            return _wide(payload, 4)[0]
        if kind in {_BOOL, _FORMULA_BOOL}:
            return bool(payload[4])
        number = unpacked(_number(payload, 4)[0]) if kind == _RK else struct.unpack_from("<d", payload, 4)[0]
        return self._styles.value(number, self._formats[position])


def unpacked(packed: int) -> float:
    """Return the number that 30 bits and two flags stand for: whole or not, a hundredth or not."""
    if packed & 2:
        number = float((packed >> 2) - (1 << 30 if packed >> 31 else 0))
    else:
        number = float(struct.unpack("<d", bytes(4) + (packed & 0xFFFFFFFC).to_bytes(4, "little"))[0])
    return number / 100 if packed & 1 else number


def _wide(payload: bytes, at: int) -> tuple[str, int]:
    """Return a text of 16-bit letters behind their number, and the place after it."""
    end = at + 4 + 2 * _number(payload, at)[0]
    if end > len(payload):
        raise ValueError(end)
    return payload[at + 4 : end].decode("utf-16-le", "surrogatepass"), end
