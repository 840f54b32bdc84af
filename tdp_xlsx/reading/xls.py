"""The workbook of an ``.xls`` file: values through python-calamine; what it does not tell, from the records."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx.reading import cells
from tdp_xlsx.reading.cells import MAX_CELLS, Book, Cause, Sheet, UnreadableError, too_wide
from tdp_xlsx.reading.looks import CellFormat, Looks, Styles
from tdp_xlsx.reading.ole import read_stream, storage_names
from tdp_xlsx.reading.xlsb import ERRORS, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from python_calamine import CalamineWorkbook

    from tdp_xlsx.reading.cells import Area, Position, Value

# Records, as [MS-XLS] numbers them.
_BOF, _EOF, _SHEET, _PASSWORD, _CONTINUE = 0x0809, 0x000A, 0x0085, 0x002F, 0x003C
_FONT, _FORMAT, _CELL_FORMAT, _STRINGS = 0x0031, 0x041E, 0x00E0, 0x00FC
_SHARED, _LABEL, _RICH, _NUMBER, _RK, _BLANK, _BOOL, _FORMULA = 0xFD, 0x0204, 0xD6, 0x0203, 0x027E, 0x0201, 0x0205, 0x06
_SINGLE = frozenset({_SHARED, _LABEL, _RICH, _NUMBER, _RK, _BLANK, _BOOL, _FORMULA})
_SEVERAL = {0x00BD: 6, 0x00BE: 2}
"""Records of several cells in a row, and how many bytes each cell has there: numbers, blanks."""
_MERGED, _NOTE, _OBJECT, _ARRAY = 0x00E5, 0x001C, 0x005D, 0x0221
_WORKSHEET, _MACRO_SHEET = 0, 1
_CONTROLS, _NO_PICTURES = frozenset({7, *range(0x0B, 0x14)}), frozenset({0x14, 0x19})
"""Kinds of objects: buttons, boxes and lists; the arrows of drop-down lists, and comments (told by their notes)."""
_BIFF8, _STRIKE, _WIDE, _ASIAN, _HAS_RUNS, _ERROR_RESULT = 0x0600, 0x08, 0x01, 0x04, 0x08, 2
_NO_FONT = 4  # which no file has: numbers above it are one too high
_at = struct.unpack_from


class _Globals(NamedTuple):
    """What stands before the sheets: name, offset and kind of each; styles; the numbers of struck texts and fonts."""

    sheets: tuple[tuple[str, int, int], ...]
    styles: Styles
    struck: frozenset[int]
    struck_fonts: set[int]


def read_xls(content: bytes, most: int) -> Book:
    """Read all sheets, which may have ``most`` cells at most.

    Raises:
        UnreadableError: The file is damaged, encrypted, ambiguous, or a sheet is far too large.
        LookupError, ValueError, struct.error: Its records are damaged.
    """
    import python_calamine  # noqa: PLC0415 - with the first such file

    stream = read_stream(content, "Workbook")
    common = _globals(stream)
    budget = [most]
    names = storage_names(content)
    facts = [
        (name, _Facts(common, budget).read(stream, offset))
        for name, offset, kind in common.sheets
        if kind == _WORKSHEET
    ]
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as workbook:
            sheets = tuple(_sheet(workbook, name, one) for name, one in facts)
    except python_calamine.PasswordError as fault:
        raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD) from fault
    except UnreadableError:
        raise
    except BaseException as fault:
        # A panic inside the reader is no Exception; only what the user pressed must pass.
        if isinstance(fault, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise UnreadableError("tệp bị hỏng hoặc không đúng định dạng") from fault
    active = []
    if any("_vba_project" in name for name in names) or any(kind == _MACRO_SHEET for *_, kind in common.sheets):
        active.append(cells.MACRO)
    if any(name.startswith("mbd") for name in names):
        active.append(cells.EMBEDDED)
    return Book("xls", sheets, {}, tuple(active))


def _sheet(workbook: CalamineWorkbook, name: str, facts: _Facts) -> Sheet:
    """Return a sheet's values with what its records say of them.

    Raises:
        UnreadableError: A cell that the records fill is read as blank, or the other way round.
    """
    sheet = workbook.get_sheet_by_name(name)
    margin: tuple[Value, ...] = ("",) * (sheet.start[1] if sheet.start else 0)  # it pads the rows above, not these
    rows = tuple([(*margin, *row) for row in sheet.iter_rows()])
    rows = tuple([tuple([facts.figures.get((r, c), v) for c, v in enumerate(row, 1)]) for r, row in enumerate(rows, 1)])
    read = {(r, c) for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value != ""}
    for position in (read ^ facts.filled) - facts.doubtful:
        raise UnreadableError(
            f"không đọc chắc chắn được ô {cells.cell_name(*position)} của trang “{name}”", Cause.UNCERTAIN
        )
    looks = Looks(facts.numbers, facts.common.styles, facts.struck)
    merged, additions = tuple(facts.merged), facts.additions
    return Sheet(name, rows, facts.formulas, facts.errors, looks, merged, keeps_formulas=False, additions=additions)


class _Facts:
    """What the records of one sheet say of its cells; ``filled`` are those that hold something, by position.

    ``doubtful`` are cells of which it is not told here whether their text is empty. ``figures`` are numbers and dates:
    python-calamine takes some number formats of Gnumeric for those of dates.
    """

    def __init__(self, common: _Globals, budget: list[int]) -> None:
        self.common, self._budget = common, budget
        self._last = (0, 0)
        self.formulas: dict[Position, str] = {}
        self.errors: dict[Position, str] = {}
        self.figures: dict[Position, Value] = {}
        self.numbers: dict[Position, int] = {}
        self.struck: set[Position] = set()
        self.filled: set[Position] = set()
        self.doubtful: set[Position] = set()
        self.merged: list[Area] = []
        self.additions: dict[str, list[str]] = {}

    def read(self, stream: bytes, offset: int) -> _Facts:
        """Read the records from the sheet's beginning to its end; raises as :func:`read_xls`."""
        depth = 0
        for number, (kind, payload) in enumerate(_records(stream, offset)):
            if kind == _BOF:
                depth += 1
            elif number == 0:
                break
            elif kind == _EOF:
                depth -= 1
                if depth == 0:
                    return self
            elif depth == 1:  # deeper are a chart's own cells
                self._record(kind, payload)
        raise ValueError(offset)

    def _record(self, kind: int, payload: bytes) -> None:
        if kind in _SINGLE:
            row, column, number = _at("<HHH", payload)
            self._cell((row + 1, column + 1), number, kind, payload)
        elif kind in _SEVERAL:
            row, column = _at("<HH", payload)
            size = _SEVERAL[kind]
            for n in range((len(payload) - 6) // size):
                one = payload[4 + size * n : 4 + size * (n + 1)]
                kind = _RK if size > 2 else _BLANK  # noqa: PLR2004 - a number, or nothing
                self._cell((row + 1, column + 1 + n), _at("<H", one)[0], kind, payload[:4] + one)
        elif kind == _MERGED:
            for n in range(_at("<H", payload)[0]):
                top, bottom, left, right = _at("<4H", payload, 2 + 8 * n)
                self.merged.append((top + 1, left + 1, bottom + 1, right + 1))
        elif kind == _NOTE:
            row, column = _at("<HH", payload)
            self.additions.setdefault(cells.COMMENTS, []).append(cells.cell_name(row + 1, column + 1))
        elif kind == _OBJECT and len(payload) >= 6:  # noqa: PLR2004 - its kind stands third
            which = _at("<H", payload, 4)[0]
            if which not in _NO_PICTURES:
                self.additions.setdefault(cells.CONTROLS if which in _CONTROLS else cells.PICTURES, []).append("")

    def _cell(self, position: Position, number: int, kind: int, payload: bytes) -> None:
        if position in self.numbers:
            raise UnreadableError(f"ô {cells.cell_name(*position)} được ghi hai lần", Cause.UNCERTAIN)
        self.numbers[position] = number
        self._budget[0] -= 1
        self._last = max(self._last[0], position[0]), max(self._last[1], position[1])
        if self._budget[0] < 0 or self._last[0] * self._last[1] > MAX_CELLS:
            raise too_wide()
        if kind == _BLANK:
            return
        self.filled.add(position)
        if kind in {_RK, _NUMBER} or (kind == _FORMULA and payload[12:14] != b"\xff\xff"):
            figure = unpacked(_at("<I", payload, 6)[0]) if kind == _RK else _at("<d", payload, 6)[0]
            self.figures[position] = self.common.styles.value(figure, number)
        self._text(position, kind, payload)

    def _text(self, position: Position, kind: int, payload: bytes) -> None:
        """Note what a cell says that is no number: formula, error, strokes."""
        if kind == _FORMULA:
            self.formulas[position] = ""
            self.doubtful.add(position)
            if payload[12:14] == b"\xff\xff" and payload[6] == _ERROR_RESULT:
                self.errors[position] = ERRORS.get(payload[8], "#?")
        elif kind == _BOOL and payload[7]:
            self.errors[position] = ERRORS.get(payload[6], "#?")
            self.doubtful.add(position)
        elif kind in {_LABEL, _RICH}:
            length, flags = _at("<HB", payload, 6)
            if not length:
                self.doubtful.add(position)
            runs = payload[11 + length * (2 if flags & _WIDE else 1) :] if kind == _RICH else b""
            if {font for _, font in struct.iter_unpack("<HH", runs)} & self.common.struck_fonts:
                self.struck.add(position)
        elif kind == _SHARED:
            if _at("<I", payload, 6)[0] in self.common.struck:
                self.struck.add(position)
            self.doubtful.add(position)


def _globals(stream: bytes) -> _Globals:
    if _at("<HHH", stream)[::2] != (_BOF, _BIFF8):
        raise ValueError(stream[:6])
    fonts, formats, codes = [], [], {}
    sheets: list[tuple[str, int, int]] = []
    strings: list[bytes] = []
    last = 0
    for kind, payload in _records(stream, 0):
        if kind == _PASSWORD:
            raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD)
        if kind == _SHEET:
            offset, _, family = _at("<IBB", payload)
            sheets.append((_text(payload, 7, payload[6]), offset, family))
        elif kind == _FONT:
            fonts.append((_text(payload, 15, payload[14]), bool(payload[2] & _STRIKE)))
        elif kind == _FORMAT:
            codes[_at("<H", payload)[0]] = _text(payload, 4, _at("<H", payload, 2)[0])
        elif kind == _CELL_FORMAT:
            font, code = _at("<HH", payload)
            pattern, colours = _at("<IH", payload, 14)
            own = fonts[font - (font > _NO_FONT)] if font - (font > _NO_FONT) < len(fonts) else ("", False)
            formats.append(CellFormat(own, code, f"{pattern >> 26}-{colours & 0x3FFF}"))
        elif kind == _STRINGS or (kind == _CONTINUE and last == _STRINGS):
            strings.append(payload)
        elif kind == _EOF:
            struck = {n + (n >= _NO_FONT) for n, (_, is_struck) in enumerate(fonts) if is_struck}
            runs = _struck_texts(strings, struck) if strings and struck else ()
            return _Globals(tuple(sheets), Styles.of(formats, codes), frozenset(runs), struck)
        last = kind if kind != _CONTINUE else last
    raise ValueError(last)


def _text(payload: bytes, at: int, length: int) -> str:
    if payload[at] & _WIDE:
        return payload[at + 1 : at + 1 + 2 * length].decode("utf-16-le", "surrogatepass")
    return payload[at + 1 : at + 1 + length].decode("latin-1")


def _struck_texts(pieces: list[bytes], struck: set[int]) -> Iterator[int]:
    """Yield the numbers of the shared texts in which a run of letters has a struck font."""
    stock = _Stock(pieces)
    count = struct.unpack("<II", stock.take(8))[1]
    for number in range(count):
        length, flags = struct.unpack("<HB", stock.take(3))
        runs = struct.unpack("<H", stock.take(2))[0] if flags & _HAS_RUNS else 0
        asian = struct.unpack("<I", stock.take(4))[0] if flags & _ASIAN else 0
        stock.skip_letters(length, flags)
        fonts = {struct.unpack("<HH", stock.take(4))[1] for _ in range(runs)}
        stock.take(asian)
        if fonts & struck:
            yield number


class _Stock:
    """The bytes of a record and its continuations, taken from the front."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces, self._piece, self._at = pieces, 0, 0

    def take(self, count: int) -> bytes:
        """Return the next bytes, wherever they are continued.

        Raises:
            IndexError: There are not that many.
        """
        found = b""
        while len(found) < count:
            piece = self._pieces[self._piece]
            part = piece[self._at : self._at + count - len(found)]
            found += part
            self._at += len(part)
            if self._at == len(piece):
                self._piece, self._at = self._piece + 1, 0
        return found

    def skip_letters(self, count: int, flags: int) -> None:
        """Pass over letters; where they are continued, a byte tells anew how wide they are."""
        while count:
            width = 2 if flags & _WIDE else 1
            fit = min(count, (len(self._pieces[self._piece]) - self._at) // width)
            self.take(fit * width)
            count -= fit
            if count:
                flags = self.take(1)[0]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, size = _at("<HH", stream, at)
        at += 4
        if at + size > len(stream):
            raise ValueError(size)
        yield kind, stream[at : at + size]
        at += size
