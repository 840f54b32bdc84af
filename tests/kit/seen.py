"""What another program sees on a form's sheet, told in the same terms as what we read: the oracles of tests.

openpyxl reads .xlsx, xlrd .xls; what LibreOffice or Gnumeric make of any format is read by openpyxl from what they
save as .xlsx.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlrd
from openpyxl.cell.rich_text import CellRichText, TextBlock

from tdp_xlsx.reading.cells import as_text
from tests.kit.ward import FORM

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from tdp_xlsx.reading.cells import Area, Book, Position
    from tests.kit.office import Office

SECONDS = 120
_GNUMERIC = {".xlsx": "Gnumeric_Excel:xlsx2", ".xls": "Gnumeric_Excel:excel_biff8", ".ods": "Gnumeric_OpenCalc:odf"}
_BESIDES = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')  # literals and conditions in a number format


@dataclass(frozen=True)
class Seen:
    """A sheet: texts of cells that are not empty, which of these are struck through, formulas, errors, merged areas.

    Values of formulas are among the texts, errors are not. ``percent`` are the numbers shown as a percentage. What is
    None is not told.
    """

    texts: dict[Position, str]
    errors: frozenset[Position]
    formulas: frozenset[Position] | None
    struck: frozenset[Position] | None
    merged: frozenset[Area] | None
    percent: frozenset[Position] | None

    def differences(self, other: Seen, *, besides: frozenset[Position] = frozenset()) -> list[str]:
        """Return what differs in another's view, one line each; ``besides`` are cells whose text may differ."""
        lines = [
            f"{at}: {self.texts.get(at, '')!r} is {other.texts.get(at, '')!r}"
            for at in sorted(self.texts.keys() | other.texts.keys())
            if at not in besides and _folded(self.texts.get(at, "")) != _folded(other.texts.get(at, ""))
        ]
        for what in ("errors", "formulas", "struck", "merged", "percent"):
            one, two = getattr(self, what), getattr(other, what)
            if what == "formulas" and one is not None and two is not None:
                # LibreOffice keeps an error that was typed as a formula.
                one, two = one - self.errors, two - other.errors
            if one is not None and two is not None and one != two:
                lines.append(f"{what}: only one {sorted(one - two)}, only the other {sorted(two - one)}")
        return lines


def by_us(book: Book, sheet: str = FORM) -> Seen:
    """Return what we read of a sheet."""
    page = next(one for one in book.sheets if one.name == sheet)
    positions = [(r, c) for r, row in enumerate(page.rows, 1) for c in range(1, len(row) + 1)]
    texts = {at: page.text(*at) for at in positions if page.text(*at) and at not in page.errors}
    return Seen(
        texts,
        frozenset(page.errors),
        frozenset(page.formulas),
        frozenset(at for at, look in page.looks.items() if look.struck and at in texts),
        frozenset(page.merged),
        frozenset(at for at, look in page.looks.items() if look.percent and isinstance(page.at(*at), float | int)),
    )


def by_openpyxl(path: Path, sheet: str = FORM) -> Seen:
    """Return what openpyxl sees."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # extensions it drops
        # From memory: openpyxl leaves a file open that it cannot read.
        shown = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True, rich_text=True)[sheet]
        written = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))[sheet]
    cells = [cell for row in shown.iter_rows() for cell in row]
    values = {(cell.row, cell.column): cell for cell in cells if cell.value not in (None, "")}
    errors = frozenset(at for at, cell in values.items() if cell.data_type == "e")
    held = {at: cell for at, cell in values.items() if at not in errors}
    formulas: list[Any] = [cell for row in written.iter_rows() for cell in row if cell.data_type == "f"]
    return Seen(
        {at: _text(cell.value) for at, cell in held.items()},
        errors,
        frozenset((cell.row, cell.column) for cell in formulas),
        frozenset(at for at, cell in held.items() if _is_struck(cell)),
        frozenset((one.min_row, one.min_col, one.max_row, one.max_col) for one in shown.merged_cells.ranges),
        frozenset(at for at, cell in held.items() if cell.data_type == "n" and _is_percent(cell.number_format)),
    )


def by_xlrd(path: Path, sheet: str = FORM) -> Seen:
    """Return what xlrd sees, which does not tell formulas from constants."""
    book = xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO())
    page = book.sheet_by_name(sheet)
    texts: dict[Position, str] = {}
    errors, struck, percent = set(), set(), set()
    for row in range(page.nrows):
        for column in range(page.row_len(row)):
            cell, at = page.cell(row, column), (row + 1, column + 1)
            style = book.xf_list[cell.xf_index or 0]
            if cell.ctype == xlrd.XL_CELL_ERROR:
                errors.add(at)
            elif cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) and cell.value != "":
                texts[at] = _xls_text(book, cell)
                runs = page.rich_text_runlist_map.get((row, column), [])
                fonts = [style.font_index, *(font for start, font in runs if start < len(texts[at]))]
                if any(book.font_list[font].struck_out for font in fonts):
                    struck.add(at)
                if cell.ctype == xlrd.XL_CELL_NUMBER and _is_percent(book.format_map[style.format_key].format_str):
                    percent.add(at)
    merged = frozenset((top + 1, left + 1, end, right) for top, end, left, right in page.merged_cells)
    return Seen(texts, frozenset(errors), None, frozenset(struck), merged, frozenset(percent))


def by_libreoffice(office: Office, path: Path, folder: Path, sheet: str = FORM) -> Seen:
    """Return what LibreOffice sees, after it has reckoned every formula anew."""
    return by_openpyxl(office.convert(path, folder / f"{path.name}.seen.xlsx"), sheet)


def by_gnumeric(path: Path, folder: Path, sheet: str = FORM) -> Seen:
    """Return what Gnumeric sees."""
    return by_openpyxl(convert_with_gnumeric(path, folder / f"{path.name}.seen.xlsx"), sheet)


def convert_with_gnumeric(source: Path, target: Path) -> Path:
    """Open a workbook with Gnumeric and save it under the format of the target's suffix."""
    program = shutil.which("ssconvert")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Gnumeric (ssconvert) is not installed")
    command = [program, "-T", _GNUMERIC[target.suffix], str(source), str(target)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return target


def _folded(text: str) -> str:
    """Return a text without white space, which programs keep or drop as they like."""
    return "".join(text.split())


def _text(value: Any) -> str:
    if isinstance(value, CellRichText):
        return str(value)
    return as_text(float(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def _xls_text(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return as_text(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment: dt.datetime = xlrd.xldate.xldate_as_datetime(float(cell.value), book.datemode)
        return as_text(moment)
    return as_text(cell.value)


def _is_struck(cell: Any) -> bool:
    if cell.font.strike:
        return True
    if not isinstance(cell.value, CellRichText):
        return False
    return any(isinstance(one, TextBlock) and one.text and one.font.strike for one in cell.value)


def _is_percent(number_format: str) -> bool:
    return "%" in _BESIDES.sub("", number_format)
