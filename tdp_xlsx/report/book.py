"""The workbook while it is written: its sheets, formats, names and print set-up; every cell is written through here.

xlsxwriter keeps a workbook of formulas in memory and writes one of values, which is large, row by row: the rows of
each sheet are therefore given to it in their order, with the heights they need.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from inspect import signature
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from tdp_xlsx.layout import PREVIOUS, WARD_SHEETS
from tdp_xlsx.report.live import Live
from tdp_xlsx.report.words import DEMO
from tdp_xlsx.styles import FONT, MEANINGS, Formats, characters, column_pixels, lines_within, points, row_height
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import BytesIO
    from pathlib import Path

    from xlsxwriter.format import Format

    from tdp_xlsx.report.figures import Figures
    from tdp_xlsx.report.live import Value

# One colour a purpose: what is signed, what explains it, what the office fills in, what it rests on.
_EXPLAINED, _LISTED, _GROUND = "#2E75B6", "#548235", "#7F7F7F"
_TABS = ("#1F3864", _EXPLAINED, _EXPLAINED, _LISTED, _LISTED, _LISTED, "#BF8F00", "#C55A11", _GROUND, _GROUND, _GROUND)
_BODY_SIZE = 12
_MM = 1 / 25.4
_FIRST_DAY, _DAY = datetime(1899, 12, 30), 24 * 60 * 60  # noqa: DTZ001 - a day before the first, which no cell holds
PAGE_PIXELS = 900
"""Width between the margins of an A4 page lying on its side; LibreOffice makes columns a little wider than Excel."""
PAGE_POINTS = 470
"""Height between the margins, with a little kept back because printers differ."""
_MARGINS = {"left": 30 * _MM, "right": 15 * _MM, "top": 20 * _MM, "bottom": 20 * _MM}
_PAGE_NUMBER = '&C&"Times New Roman,Regular"&13 &P'
_DEMO_HEADER = f'&L&"Times New Roman,Bold"&12{DEMO}'
_DEFAULT_WIDTH = 48.0
LAST_ROW = 1_048_575
"""The last row of any sheet, from 0."""
USUAL_ROW = 15.0
"""Height in points of a row that was given none; LibreOffice makes it a little higher for the font."""
LEAST_ROW, TALLEST_ROW = 17.0, 400.0
"""Heights in points: of a row of one line, and what no row exceeds (Excel's own limit is 409)."""
_SHORTEST_WRAPPED, _MOST_LINES = 7, 60
"""Characters below which no text is taken to need a second line; lines of any size that make the tallest row."""


class Look(NamedTuple):
    """How a cell looks; ``size`` is the font's where its text is wrapped, else 0."""

    format: Format
    size: float
    bold: bool


class _Cell(NamedTuple):
    """A cell that waits for its row to be written; with ``last``, it is merged up to that column."""

    value: Value
    look: Look
    formula: str = ""
    last: int | None = None


class _PlainFormulas(Worksheet):
    """Takes formulas as they are: xlsxwriter searches each for functions that Excel 2010 has not, and ours use none."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        return formula.removeprefix("=")


def sheet_class() -> type[Worksheet]:
    """Return the class of our sheets: xlsxwriter's own where it does not search formulas the way that is passed by."""
    search = getattr(Worksheet, "_prepare_formula", None)
    is_known = search and list(signature(search).parameters) == ["self", "formula", "expand_future_functions"]
    return _PlainFormulas if is_known else Worksheet


def put(sheet: Worksheet, row: int, col: int, value: Value, look: Format, formula: str = "") -> None:  # noqa: PLR0913, PLR0917
    """Write a formula with the value it comes to, or the value alone; text stays text."""
    fault: int
    if isinstance(value, str):
        value = storable(value)
        if formula:
            fault = sheet.write_formula(row, col, formula, look, value)
        elif not value:
            fault = sheet.write_blank(row, col, None, look)
        elif value.startswith("<r>"):  # xlsxwriter would take it for XML of its own
            fault = sheet.write_rich_string(row, col, value[0], look, value[1:], look)
        else:
            fault = sheet.write_string(row, col, value, look)
    elif formula:
        fault = sheet.write_formula(row, col, formula, look, value)
    else:
        fault = sheet.write_number(row, col, value, look)
    if fault:
        raise ValueError(f"{sheet.name}: {row + 1}, {col + 1}")  # nothing may be lost unsaid


def needed_height(value: object, width: float, look: Look) -> float:
    """Return how high in points a row must be for what a cell holds; 0 if it does not matter."""
    if not isinstance(value, str) or len(value) < _SHORTEST_WRAPPED:
        return 0.0
    return _usual_height(value, width, look) if len(value) <= _USUAL_LENGTH else _text_height(value, width, look)


def _text_height(text: str, width: float, look: Look) -> float:
    lines = lines_within(text, width, look.size, bold=look.bold, most=_MOST_LINES)
    return min(max(LEAST_ROW, row_height(lines, look.size)), TALLEST_ROW)


_usual_height = lru_cache(maxsize=4096)(_text_height)
_USUAL_LENGTH = 200
"""Characters of texts that stand in many rows; longer ones would only fill the memory."""


class Page:
    """One sheet. Rows and columns count from 0; text is never taken for a formula, a link or a number."""

    def __init__(self, ward: Ward, sheet: Worksheet) -> None:
        self.ward = ward
        self.sheet = sheet
        self.look = ward.look
        self.top = ward.top
        """The first row that is free for the sheet's own content."""
        self.fits_rows = True
        """Whether rows become as high as their texts need, since no program sees to that in every file."""
        self._widths: dict[int, float] = {}
        self.given: dict[int, float] = {}
        """Heights in points that rows were given, also of those that are written."""
        self._heights: dict[int, float] = {}
        self._waiting: dict[int, dict[int, _Cell]] = {}
        sheet.hide_gridlines(2)
        if sheet.name in WARD_SHEETS:
            sheet.set_tab_color(_TABS[WARD_SHEETS.index(str(sheet.name))])
        if ward.demo:
            self.height(0, 20)
            self.text(0, 0, DEMO, "warning", text_wrap=False, font_size=14)

    def text(self, row: int, col: int, text: str, meaning: str = "cell", **changes: Any) -> None:
        """Write text as text."""
        self._wait(row, col, _Cell(text, self.look(meaning, **changes)))

    def number(self, row: int, col: int, number: float, meaning: str = "count", **changes: Any) -> None:
        """Write a number."""
        self._wait(row, col, _Cell(number, self.look(meaning, **changes)))

    def live(self, row: int, col: int, live: Live, meaning: str = "cell", **changes: Any) -> None:
        """Write a formula with its value, or the value alone where the workbook is too large to be live."""
        self._wait(row, col, _Cell(live.value, self.look(meaning, **changes), live.formula))

    def merged(self, row: int, first: int, last: int, text: str | Live, meaning: str, **changes: Any) -> None:
        """Write text or a formula over several columns."""
        live = text if isinstance(text, Live) else Live("", text)
        merged_to = last if last > first else None
        self._wait(row, first, _Cell(live.value, self.look(meaning, **changes), live.formula, merged_to))

    def headings(self, row: int, headings: tuple[str, ...], col: int = 0, meaning: str = "heading") -> None:
        """Write a table's headings."""
        for place, heading in enumerate(headings, start=col):
            self.text(row, place, heading, meaning)

    def moment(self, moment: datetime) -> float:
        """Return a moment as the number that stands for it in a cell, as the wall clock showed it."""
        since = moment.replace(tzinfo=None, microsecond=0) - _FIRST_DAY
        return since.days + since.seconds / _DAY

    def _wait(self, row: int, col: int, cell: _Cell) -> None:
        self._waiting.setdefault(row, {})[col] = cell

    def begin_row(self, row: int) -> Worksheet:
        """Write all that waits above a row, whose cells are to follow; return the sheet."""
        if self._waiting or self._heights:
            self._write_waiting(row)
        return self.sheet

    def finish(self) -> None:
        """Write all that still waits."""
        self._write_waiting(LAST_ROW + 1)

    def _write_waiting(self, end: int) -> None:
        sheet = self.sheet
        for row in sorted(row for row in {*self._waiting, *self._heights} if row < end):
            if (height := self.height_of(row)) or row in self._heights:
                sheet.set_row(row, height)
            self._heights.pop(row, None)
            cells = self._waiting.pop(row, {})
            if not cells and not self.ward.live:  # written row by row, a row without a cell would lose its height
                cells = {0: _Cell("", self.look("plain"))}
            for col, cell in sorted(cells.items()):
                if cell.last is not None:
                    sheet.merge_range(row, col, row, cell.last, "", cell.look.format)
                put(sheet, row, col, cell.value, cell.look.format, cell.formula if self.ward.live else "")

    def height_of(self, row: int) -> float:
        """Return the height set for a row that waits, or the one its texts need; 0 if it stays as high as others."""
        if row in self._heights or not self.fits_rows:
            return min(self._heights.get(row, 0.0), TALLEST_ROW)
        wrapped = [(col, cell) for col, cell in self._waiting.get(row, {}).items() if cell.look.size]
        needed = [needed_height(cell.value, self.room(col, cell.last or col), cell.look) for col, cell in wrapped]
        return max(needed, default=0.0)

    def heights(self) -> Mapping[int, float]:
        """Return the heights in points of the rows that wait and have one of their own."""
        return {row: height for row in {*self._waiting, *self._heights} if (height := self.height_of(row))}

    def widths(self, *widths: float, first: int = 0) -> None:
        """Set the widths of columns side by side, in characters."""
        for col, width in enumerate(widths, start=first):
            self.width(col, col, width)

    def width(self, first: int, last: int, width: float, *, hidden: bool = False) -> None:
        """Set the width of columns, in characters."""
        self.sheet.set_column(first, last, width, None, {"hidden": True} if hidden else {})
        self._widths.update(dict.fromkeys(range(first, last + 1), points(column_pixels(width))))

    def code_width(self, least: float = 11, beside: str = "") -> float:
        """Return the width, in characters, in which every group's code stands whole, with what is put beside it."""
        return max([least, *(characters(group.code + beside, _BODY_SIZE) for group in self.ward.plan.groups)])

    def height(self, row: int, height: float) -> None:
        """Set a row's height in points, whatever its texts need; 0 hides it."""
        self._heights[row] = self.given[row] = height

    def room(self, first: int, last: int) -> float:
        """Return how wide columns are together, in points."""
        return sum(self._widths.get(col, _DEFAULT_WIDTH) for col in range(first, last + 1))

    def title(self, text: str, note: str = "") -> int:
        """Write the sheet's title and a line that says what it is for; return the next free row, one left blank."""
        self.height(self.top, 24)
        self.text(self.top, 0, text, "section", font_size=14)
        row = self.top + 1
        if note:
            self.text(row, 0, note, "note", text_wrap=False)
            row += 1
        return row + 1

    def name(self, name: str, col: int, first: int, last: int) -> None:
        """Name a column's rows for the formulas of every sheet."""
        rows = xl_range_abs(first, col, max(first, last), col)
        self.ward.workbook.define_name(name, f"='{self.sheet.name}'!{rows}")

    def print_setup(self, heading_rows: tuple[int, int] | None = None, *, fit: bool = True) -> None:
        """Set the page up: A4 landscape, official margins, repeated headings, page number above in the middle."""
        self.sheet.set_paper(9)
        self.sheet.set_landscape()
        self.sheet.set_margins(**_MARGINS)
        header = (_DEMO_HEADER if self.ward.demo else "") + _PAGE_NUMBER
        self.sheet.set_header(header, {"margin": 10 * _MM})
        if fit:
            self.sheet.fit_to_pages(1, 0)
        if heading_rows:
            self.sheet.repeat_rows(*heading_rows)

    def texts_that_look_like_numbers(self, first: int, col: int, last: int, last_col: int) -> None:
        """Spare the reader Excel's green corners on codes such as 2.10."""
        area = xl_range(first, col, max(first, last), last_col)
        self.sheet.ignore_errors({"number_stored_as_text": area if ":" in area else f"{area}:{area}"})


class Ward:
    """The ward workbook while it is being written, with what all its sheets draw on."""

    def __init__(  # noqa: PLR0913 - the ingredients of one workbook
        self,
        path: Path | BytesIO,
        figures: Figures,
        *,
        created: datetime,
        demo: bool,
        live: bool,
        sheets: tuple[str, ...] = (),
    ) -> None:
        self._rows = TemporaryDirectory(prefix="tdp-", ignore_cleanup_errors=True)
        how = {"in_memory": True} if live else {"constant_memory": True, "tmpdir": self._rows.name}
        default = {"font_name": FONT, "font_size": 11}
        self.workbook = Workbook(path, {**how, "default_format_properties": default})
        self.figures = figures
        self.evaluation, self.intake, self.plan = figures.evaluation, figures.intake, figures.evaluation.plan
        self.created = created
        self.demo = demo
        self.live = live
        self.top = 1 if demo else 0
        """The first row of every sheet that is free for its own content."""
        self._formats = Formats(self.workbook)
        self._looks: dict[tuple[str, tuple[tuple[str, Any], ...]], Look] = {}
        kind = sheet_class()
        self.pages = {name: Page(self, self.workbook.add_worksheet(name, kind)) for name in sheets or self._sheets()}

    def _sheets(self) -> tuple[str, ...]:
        return tuple(name for name in WARD_SHEETS if name != PREVIOUS or self.evaluation.previous)

    def finish(self) -> None:
        """Write the file.

        Raises:
            FileCreateError: It cannot be written.
        """
        for page in self.pages.values():
            page.finish()
        self.workbook.close()

    def close(self) -> None:
        """Let go of the rows that wait in temporary files."""
        self._rows.cleanup()

    def look(self, meaning: str, **changes: Any) -> Look:
        """Return how a cell of a meaning looks, with single properties changed."""
        key = (meaning, tuple(changes.items()))
        if key not in self._looks:
            known = {**MEANINGS[meaning], **changes}
            size = known.get("font_size", _BODY_SIZE) if known.get("text_wrap") else 0
            self._looks[key] = Look(self._formats(meaning, **changes), size, bool(known.get("bold")))
        return self._looks[key]
