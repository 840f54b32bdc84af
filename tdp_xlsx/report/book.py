"""The workbook under way: its sheets, formats, names and print set-up; every cell is written through here."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from xlsxwriter.utility import xl_col_to_name, xl_range_abs, xl_rowcol_to_cell

from tdp_xlsx.layout import (
    ANSWERS,
    CHARTS,
    DECISIONS,
    DETAIL,
    METHOD,
    RANKING,
    RECEIVED,
    SUMMARY,
    TO_CLEAR_UP,
    UNMET,
    WARD_SHEETS,
)
from tdp_xlsx.report.live import Live
from tdp_xlsx.report.measure import pixels, points
from tdp_xlsx.report.package import PackedWorkbook
from tdp_xlsx.report.sheet import FastWorksheet, format_number
from tdp_xlsx.report.table import SHORTEST_WRAPPED, TALLEST_ROW, needed_height
from tdp_xlsx.report.words import DEMO
from tdp_xlsx.styles import FONT, MEANINGS, Formats

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlsxwriter.format import Format

    from tdp_xlsx.evaluation import Evaluation
    from tdp_xlsx.model import Intake
    from tdp_xlsx.report.figures import Figures

# One colour a purpose: what is signed, what explains it, what the office fills in, what it rests on.
_TABS = {
    RANKING: "#1F3864",
    SUMMARY: "#2E75B6",
    CHARTS: "#2E75B6",
    DETAIL: "#548235",
    UNMET: "#548235",
    DECISIONS: "#BF8F00",
    TO_CLEAR_UP: "#C55A11",
    RECEIVED: "#7F7F7F",
    ANSWERS: "#7F7F7F",
    METHOD: "#7F7F7F",
}
BODY_SIZE = 12
_MM = 1 / 25.4
_FIRST_DAY, _DAY = datetime(1899, 12, 30), 24 * 60 * 60  # noqa: DTZ001 - a day before the first, which no cell holds
PAGE_PIXELS = 900
"""Width between the margins of an A4 page lying on its side; LibreOffice makes columns a little wider than Excel."""
PAGE_POINTS = 470
"""Height between the margins, with a little kept back because printers differ."""
MARGINS = {"left": 30 * _MM, "right": 15 * _MM, "top": 20 * _MM, "bottom": 20 * _MM}
PAGE_NUMBER = '&C&"Times New Roman,Regular"&13 &P'
_DEMO_HEADER = f'&L&"Times New Roman,Bold"&12{DEMO}'


_DEFAULT_WIDTH = 48.0
LAST_ROW = 1_048_575
"""The last row of any sheet, from 0."""
USUAL_ROW = 15.0
"""Height in points of a row that was given none; LibreOffice makes it a little higher for the font."""


class Look(NamedTuple):
    """How a cell looks; ``xf`` is the format's, ``size`` the font's where its text is wrapped, else 0."""

    format: Format
    xf: int
    size: float
    bold: bool


class _Wrapped(NamedTuple):
    """A text that may take several lines, and the columns it has."""

    row: int
    first: int
    last: int
    text: str
    look: Look


class Page:
    """One sheet. Rows and columns count from 0; text is never taken for a formula, a link or a number."""

    def __init__(self, ward: Ward, sheet: FastWorksheet) -> None:
        self.ward = ward
        self.sheet = sheet
        self.top = ward.top
        """The first row that is free for the sheet's own content."""
        self._widths: dict[int, float] = {}
        self._heights: dict[int, float] = {}
        self._wrapped: list[_Wrapped] = []
        sheet.hide_gridlines(2)
        sheet.set_tab_color(_TABS[str(sheet.name)])
        if ward.demo:
            self.height(0, 20)
            self.text(0, 0, DEMO, "warning", text_wrap=False, font_size=14)

    def text(self, row: int, col: int, text: str, meaning: str = "cell", **changes: Any) -> None:
        """Write text as text."""
        look = self.ward.look(meaning, changes)
        self._note(row, col, col, text, look)
        self.sheet.put_text(row, col, text, look.format)

    def _note(self, row: int, first: int, last: int, text: str, look: Look) -> None:
        """Note a text that may need a higher row."""
        if look.size and len(text) >= SHORTEST_WRAPPED:
            self._wrapped.append(_Wrapped(row, first, last, text, look))

    def number(self, row: int, col: int, number: float, meaning: str = "count", **changes: Any) -> None:
        """Write a number."""
        self.sheet.put_number(row, col, number, self.ward.look(meaning, changes).format)

    def moment(self, moment: datetime) -> float:
        """Return a moment as the number that stands for it in a cell, as the wall clock showed it."""
        since = moment.replace(tzinfo=None, microsecond=0) - _FIRST_DAY
        return since.days + since.seconds / _DAY

    def live(self, row: int, col: int, live: Live, meaning: str = "cell", **changes: Any) -> None:
        """Write a formula with its value, or the value alone where the workbook is too large to be live."""
        look = self.ward.look(meaning, changes)
        self._note(row, col, col, str(live.value), look)
        self._live(row, col, live, look)

    def _live(self, row: int, col: int, live: Live, look: Look) -> None:
        if self.ward.live:
            self.sheet.put_formula(row, col, live.formula, look.format, live.value)
        elif isinstance(live.value, str):
            self.sheet.put_text(row, col, live.value, look.format)
        else:
            self.sheet.put_number(row, col, live.value, look.format)

    def merged(self, row: int, first: int, last: int, text: str | Live, meaning: str, **changes: Any) -> None:
        """Write text or a formula over several columns."""
        look = self.ward.look(meaning, changes)
        if last > first:
            self.sheet.merge_range(row, first, row, last, "", look.format)
        self._note(row, first, last, text if isinstance(text, str) else str(text.value), look)
        if isinstance(text, Live):
            self._live(row, first, text, look)
        else:
            self.sheet.put_text(row, first, text, look.format)

    def headings(self, row: int, headings: tuple[str, ...], col: int = 0, meaning: str = "heading") -> None:
        """Write a table's headings."""
        for offset, heading in enumerate(headings):
            self.text(row, col + offset, heading, meaning)

    def widths(self, *widths: float) -> None:
        """Set the widths of the first columns, in characters."""
        for col, width in enumerate(widths):
            self.width(col, col, width)

    def width(self, first: int, last: int, width: float, *, hidden: bool = False) -> None:
        """Set the width of columns, in characters."""
        self.sheet.set_column(first, last, width, None, {"hidden": True} if hidden else {})
        self._widths.update(dict.fromkeys(range(first, last + 1), points(pixels(width))))

    def height(self, row: int, height: float) -> None:
        """Set a row's height in points, whatever its texts need."""
        self._heights[row] = height

    def room(self, first: int, last: int) -> float:
        """Return how wide columns are together, in points."""
        return sum(self._widths.get(col, _DEFAULT_WIDTH) for col in range(first, last + 1))

    def look(self, meaning: str, **changes: Any) -> Look:
        """Return how a cell of a meaning looks, with single properties changed."""
        return self.ward.look(meaning, changes)

    def fit_rows(self, first: int, last: int | None = None) -> Mapping[int, float]:
        """Make the rows from ``first`` on as high as their texts need, since not every program does so on opening.

        Return the heights in points that were set.
        """
        needed: dict[int, float] = {}
        for cell in self._wrapped:
            if cell.row >= first and (last is None or cell.row <= last):
                height = needed_height(cell.text, self.room(cell.first, cell.last), cell.look)
                needed[cell.row] = max(needed.get(cell.row, 0.0), height)
        heights = {row: min(height, TALLEST_ROW) for row, height in {**needed, **self._heights}.items()}
        for row, height in heights.items():
            self.sheet.set_row(row, height)
        return heights

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
        sheet = str(self.sheet.name).replace("'", "''")
        self.ward.workbook.define_name(name, f"='{sheet}'!{xl_range_abs(first, col, max(first, last), col)}")

    def print_setup(self, heading_rows: tuple[int, int] | None = None, *, fit: bool = True) -> None:
        """Set the page up: A4 landscape, official margins, repeated headings, page number above in the middle."""
        self.sheet.set_paper(9)
        self.sheet.set_landscape()
        self.sheet.set_margins(**MARGINS)
        header = (_DEMO_HEADER if self.ward.demo else "") + PAGE_NUMBER
        self.sheet.set_header(header, {"margin": 10 * _MM})
        if fit:
            self.sheet.fit_to_pages(1, 0)
        if heading_rows:
            self.sheet.repeat_rows(*heading_rows)

    def texts_that_look_like_numbers(self, first: int, col: int, last: int, last_col: int) -> None:
        """Spare the reader Excel's green corners on codes such as 2.10."""
        area = f"{xl_rowcol_to_cell(first, col)}:{xl_rowcol_to_cell(max(first, last), last_col)}"
        self.sheet.ignore_errors({"number_stored_as_text": area})


class Ward:
    """The ward workbook while it is being written, with what all its sheets draw on."""

    def __init__(  # noqa: PLR0913 - the ingredients of one workbook
        self,
        path: Path,
        evaluation: Evaluation,
        intake: Intake,
        figures: Figures,
        *,
        created: datetime,
        demo: bool,
        live: bool,
        sheets: tuple[str, ...] = WARD_SHEETS,
    ) -> None:
        self.workbook = PackedWorkbook(
            path,
            {
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {"font_name": FONT, "font_size": 11},
            },
        )
        self.evaluation = evaluation
        self.plan = evaluation.plan
        self.intake = intake
        self.figures = figures
        self.created = created
        self.demo = demo
        self.live = live
        self.top = 1 if demo else 0
        """The first row of every sheet that is free for its own content."""
        self.formats = Formats(self.workbook)
        self._looks: dict[tuple[str, tuple[tuple[str, Any], ...]], Look] = {}
        self.pages = {
            name: Page(self, cast("FastWorksheet", self.workbook.add_worksheet(name, FastWorksheet))) for name in sheets
        }

    def close(self) -> None:
        """Let go of the rows that wait in temporary files."""
        for page in self.pages.values():
            page.sheet.let_go()

    def look(self, meaning: str, changes: dict[str, Any]) -> Look:
        """Return how a cell of a meaning looks, with single properties changed."""
        key = (meaning, tuple(changes.items()) if changes else ())
        if key not in self._looks:
            known = {**MEANINGS[meaning], **changes}
            size = known.get("font_size", BODY_SIZE) if known.get("text_wrap") else 0
            made = self.formats(meaning, **changes)
            self._looks[key] = Look(made, format_number(made), size, bool(known.get("bold")))
        return self._looks[key]


@lru_cache(maxsize=256)
def letter(col: int) -> str:
    """Return a column's letters with the column fixed: ``$AB``."""
    return f"${xl_col_to_name(col)}"
