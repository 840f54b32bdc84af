"""What we read of a form's cells is what other programs read, whichever program saved it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tdp_xlsx.reading.book import read_workbook
from tests.kit.seen import Seen, by_gnumeric, by_libreoffice, by_openpyxl, by_us, by_xlrd, convert_with_gnumeric
from tests.kit.ward import FORM, Line, Ward, answer_cells, key_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.reading.cells import Position
    from tests.kit.node import Node
    from tests.kit.office import Office


# --- what leaders do to a form ----------------------------------------------------------------------------------------


def answered(sheet: Worksheet) -> None:
    """Every item answered, evidence in words."""
    for n, (address, value) in enumerate(answer_cells(sheet).items()):
        sheet[address] = value
        if n % 2:
            sheet[address.replace("E", "F")] = f"Biên bản số {n}, “tổ” & <bản> họp đủ"


def dressed(sheet: Worksheet) -> None:
    """Struck answers, wholly and in part; cells merged, figures shown as a percentage."""
    answered(sheet)
    rows = key_rows(sheet)
    sheet[f"E{rows['1.1']}"].font = Font(name="Times New Roman", strike=True)
    sheet[f"F{rows['1.1']}"].font = Font(name="Arial", strike=True, bold=True)
    sheet[f"E{rows['1.2']}"] = CellRichText(TextBlock(InlineFont(strike=True), "Có"), " Không")
    sheet[f"F{rows['2.1']}"] = CellRichText("mới đạt ", TextBlock(InlineFont(b=True), "một nửa"))
    sheet[f"E{rows['2.2']}"] = CellRichText("Có", TextBlock(InlineFont(strike=True), " Không"))
    for code, value, shown in (("2.4", 0.955, "0.0%"), ("2.6", 0.5, "0%"), ("2.8", 0.25, "0.00 %")):
        cell = sheet[f"F{rows[code]}"]
        cell.value, cell.number_format = value, shown
    sheet.merge_cells(f"C{rows['3.1']}:D{rows['3.1']}")
    sheet.merge_cells(f"F{rows['3.2']}:F{rows['3.4']}")
    sheet.merge_cells(f"E{rows['3.5']}:E{rows['3.6']}")


def marked(sheet: Worksheet) -> None:
    """An x typed over the form's own formulas, by turns in either column, some rows also with a word."""
    for n, (address, value) in enumerate(answer_cells(sheet).items()):
        sheet[address.replace("E", "C" if value == "Có" else "D")] = ("x", "X", " x ", "✓")[n % 4]
        if n % 5 == 0:
            sheet[address] = value


def of_all_kinds(sheet: Worksheet) -> None:
    """Values of every type, odd texts, formulas and errors where evidence goes."""
    answered(sheet)
    values: list[Any] = [
        1,
        0,
        -0.1,
        0.1 + 0.2,
        1e15,
        123456789.25,
        True,
        False,
        dt.datetime(2021, 11, 20),  # noqa: DTZ001 - a cell knows no time zone
        dt.datetime(2021, 11, 20, 8, 30),  # noqa: DTZ001 - likewise
        "0012",
        "'Có",
        "  hai đầu  ",
        "hai  khoảng   trắng",
        "dòng một\ndòng hai",
        "tab\tở giữa",
        "Có",  # decomposed
        "😀 tốt",
        "&amp; <b>",
        "=1+1",
        '=IF(1=1,"Không","")',
        "=1/0",
        '=""',
        "=TRUE",
        "x" * 4000,
        "\u00a0",
        "#N/A",
    ]
    for address, value in zip(answer_cells(sheet), values, strict=False):
        sheet[address.replace("E", "F")] = value
    rows = key_rows(sheet)
    for code, shown in (("4.1", '0.0" %"'), ("4.2", r"0\%"), ("4.3", "0%")):  # a mere sign, twice
        cell = sheet[f"F{rows[code]}"]
        cell.value, cell.number_format = 95.5, shown


FILLINGS: tuple[Callable[[Worksheet], None], ...] = (answered, dressed, marked, of_all_kinds)


# --- programs that save it --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Programs:
    """The programs at hand, and a folder to save in."""

    office: Office
    node: Node
    folder: Path

    def save(self, form: Path, writer: str) -> Path:
        """Have a program open a form and save it; all but openpyxl begin from what LibreOffice has reckoned."""
        program, suffix = writer.split()
        target = self.folder / f"{form.stem}-{program}{suffix}"
        if program == "openpyxl":
            return form
        if program == "LibreOffice":
            return self.office.convert(form, target)
        reckoned = self.folder / f"{form.stem}-reckoned.xlsx"
        if not reckoned.exists():
            self.office.convert(form, reckoned)
        if program == "Gnumeric":
            return convert_with_gnumeric(reckoned, target)
        if program == "exceljs":
            return self.node.exceljs_edit(reckoned, target, {})
        if program == "SheetJS":
            return self.node.sheetjs_save(reckoned, target)
        return _rewritten(reckoned, target)

    def look(self, path: Path) -> tuple[Seen, frozenset[Position]]:
        """Return what another program reads of a file, and the cells it has reckoned anew."""
        if path.suffix == ".xlsx":
            return by_openpyxl(path), frozenset()
        if path.suffix == ".xls":
            return by_xlrd(path), frozenset()
        if "Gnumeric" in path.name:  # LibreOffice loses the texts that stand in a span in a span
            seen = by_gnumeric(path, self.folder)
        else:
            seen = by_libreoffice(self.office, path, self.folder)
        if path.suffix == ".xlsb":  # of its styles we read nothing
            seen = replace(seen, struck=None, merged=None, percent=None)
        return seen, seen.formulas or frozenset()


def _rewritten(source: Path, target: Path) -> Path:
    """Write a form's cells anew with xlsxwriter: values, formulas, struck letters, merged cells."""
    written, shown = openpyxl.load_workbook(source, rich_text=True), openpyxl.load_workbook(source, data_only=True)
    with xlsxwriter.Workbook(target) as book:
        for page in written:
            sheet = book.add_worksheet(page.title)
            for cell in (one for row in page.iter_rows() for one in row if one.value is not None):
                at = cell.row - 1, cell.column - 1
                look = book.add_format({"font_strikeout": bool(cell.font.strike), "num_format": cell.number_format})
                if cell.data_type == "f":
                    value = shown[page.title].cell(cell.row, cell.column).value
                    sheet.write_formula(*at, str(cell.value), look, "" if value is None else value)
                elif isinstance(cell.value, CellRichText):
                    sheet.write_rich_string(*at, *_fragments(book, cell.value), look)
                elif isinstance(cell.value, dt.datetime):
                    sheet.write_datetime(*at, cell.value, look)
                elif isinstance(cell.value, str):
                    sheet.write_string(*at, cell.value, look)
                else:
                    sheet.write(*at, cell.value, look)
            for area in page.merged_cells.ranges:
                value = page.cell(area.min_row, area.min_col).value
                if area.size["rows"] * area.size["columns"] > 1:
                    corners = (area.min_row - 1, area.min_col - 1, area.max_row - 1, area.max_col - 1)
                    sheet.merge_range(*corners, "" if value is None else str(value))
    return target


def _fragments(book: xlsxwriter.Workbook, value: CellRichText) -> list[Any]:
    found: list[Any] = []
    for one in value:
        if isinstance(one, TextBlock):
            found += [book.add_format({"font_strikeout": bool(one.font.strike), "bold": bool(one.font.b)}), one.text]
        else:
            found.append(str(one))
    return found


WRITERS = (
    "openpyxl .xlsx",
    "xlsxwriter .xlsx",
    "LibreOffice .xlsx",
    "LibreOffice .xls",
    "LibreOffice .ods",
    "Gnumeric .xlsx",
    "Gnumeric .xls",
    "Gnumeric .ods",
    "exceljs .xlsx",
    "SheetJS .xlsx",
    "SheetJS .xls",
    "SheetJS .xlsb",
    "SheetJS .ods",
)


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One form, filled by openpyxl in each way."""
    ward = Ward.make(tmp_path_factory.mktemp("phuong"), [Line("TDP-05", "Tổ dân phố số 5")]).generate()
    folder = tmp_path_factory.mktemp("da-dien")
    for fill in FILLINGS:
        book = openpyxl.load_workbook(ward.form("TDP-05"))
        fill(book[FORM])
        book.save(folder / f"{fill.__name__}.xlsx")
    return {fill.__name__: folder / f"{fill.__name__}.xlsx" for fill in FILLINGS}


@pytest.fixture(scope="module")
def programs(office: Office, node: Node, tmp_path_factory: pytest.TempPathFactory) -> Programs:
    return Programs(office, node, tmp_path_factory.mktemp("da-luu"))


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(
    "filling",  # two of the others begin with the first
    [pytest.param(fill.__name__, marks=[pytest.mark.exhaustive] * (fill is answered)) for fill in FILLINGS],
)
def test_what_is_read_is_what_another_program_reads(
    programs: Programs, forms: dict[str, Path], writer: str, filling: str
) -> None:
    path = programs.save(forms[filling], writer)
    seen, besides = programs.look(path)
    assert seen.differences(by_us(read_workbook(path)), besides=besides) == []


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_a_comment_is_counted_in_every_format_libreoffice_writes(
    programs: Programs, forms: dict[str, Path], suffix: str
) -> None:
    book = openpyxl.load_workbook(forms["answered"])
    book[FORM]["F9"].comment = Comment("hỏi lại", "Tổ trưởng")
    book.save(programs.folder / "commented.xlsx")
    path = programs.save(programs.folder / "commented.xlsx", f"LibreOffice {suffix}")
    assert read_workbook(path).sheets[0].additions == {"ghi chú gắn vào ô": ["F9"]}
