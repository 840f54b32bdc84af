"""What files say beside their values: fonts, strokes, fills, merged cells, pictures, comments, controls."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import Book, Sheet, UnreadableError
from tdp_xlsx.reading.extras import enriched, mended
from tdp_xlsx.reading.facts import BookFacts
from tdp_xlsx.reading.kinds import Kind
from tests.kit import grid
from tests.kit.returned import Office as Desk
from tests.kit.returned import codes, values
from tests.kit.ward import FORM, answer_cells, key_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tdp_xlsx.intake.understood import Understood
    from tests.kit.office import Office


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk.make(tmp_path_factory.mktemp("ward"))


def returned(desk: Desk, tmp_path: Path, edit: Callable[[Any, dict[str, int]], None]) -> Path:
    """A filled form after an edit of its sheet by openpyxl."""
    book = openpyxl.load_workbook(desk.ward.form("TDP-05"))
    sheet = book[FORM]
    for address, value in answer_cells(sheet).items():
        sheet[address] = value
    edit(sheet, key_rows(sheet))
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def understand(desk: Desk, path: Path) -> Understood:
    from tdp_xlsx.intake.understand import understand as read
    from tdp_xlsx.model import InboxFile
    from tests.kit.returned import MOMENT

    return read(desk.expected, InboxFile("inbox/a", "0" * 64, 1, MOMENT), read_workbook(path))


def wingdings(sheet: Any, rows: dict[str, int]) -> None:
    sheet[f"E{rows['2.3']}"] = None
    sheet[f"D{rows['2.3']}"] = "ü"
    sheet[f"D{rows['2.3']}"].font = Font(name="Wingdings")


def struck(sheet: Any, rows: dict[str, int]) -> None:
    sheet[f"E{rows['2.3']}"].font = Font(name="Times New Roman", strike=True)


def coloured(sheet: Any, rows: dict[str, int]) -> None:
    sheet[f"E{rows['2.3']}"] = None
    sheet[f"C{rows['2.3']}"].fill = PatternFill("solid", fgColor="FFFF00")


def merged(sheet: Any, rows: dict[str, int]) -> None:
    row = rows["2.3"]
    sheet[f"E{row}"] = None
    sheet[f"C{row}"] = "x"
    sheet[f"D{row}"] = None
    sheet.merge_cells(f"C{row}:D{row}")


def percent(sheet: Any, rows: dict[str, int]) -> None:
    cell = sheet[f"F{rows['2.3']}"]
    cell.value, cell.number_format = 0.955, "0.0%"


EDITS: dict[Callable[[Any, dict[str, int]], None], list[str]] = {
    wingdings: ["A506"],
    struck: ["A512"],
    coloured: ["A514"],
    merged: ["A513"],
    percent: [],
}


@pytest.mark.parametrize("suffix", ["xlsx", pytest.param("ods", marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_how_cells_look_is_read_from_xlsx_and_ods(
    desk: Desk, office: Office, tmp_path: Path, edit: Callable[[Any, dict[str, int]], None], suffix: str
) -> None:
    path = returned(desk, tmp_path, edit)
    if suffix == "ods":
        path = office.convert(path, tmp_path / "a.ods")
    understood = understand(desk, path)
    assert codes(understood) == EDITS[edit]
    assert understood.submission is not None
    if edit is percent:
        assert understood.submission.answers["2.3"].evidence == "95,5%"
    if edit is wingdings:
        assert values(understood.submission)["2.3"] == "Không"


@pytest.mark.parametrize("suffix", ["xlsx", pytest.param("ods", marks=pytest.mark.exhaustive)])
def test_a_word_struck_through_in_part_is_asked_back(desk: Desk, office: Office, tmp_path: Path, suffix: str) -> None:
    def edit(sheet: Any, rows: dict[str, int]) -> None:
        sheet[f"E{rows['2.3']}"] = CellRichText(TextBlock(InlineFont(strike=True), "Có"))

    # LibreOffice keeps such texts in the shared strings of an .xlsx.
    path = office.convert(returned(desk, tmp_path, edit), tmp_path / f"b.{suffix}")
    assert codes(understand(desk, path), "error") == ["A512"]


DRAWING = "xl/drawings/drawing1.xml"


@pytest.mark.parametrize(
    ("part", "content", "expected"),
    [
        (DRAWING, b"<xdr:wsDr><xdr:twoCellAnchor>\n</xdr:twoCellAnchor></xdr:wsDr>", {"hình vẽ, ảnh": 1}),
        (DRAWING, b"<xdr:wsDr></xdr:wsDr>", {}),  # what Google Sheets writes
        ("xl/comments1.xml", b"<comments><comment ref='A1'/><comment ref='A2'/></comments>", {"ghi chú gắn vào ô": 2}),
        ("xl/drawings/vmlDrawing1.vml", b'<x:ClientData ObjectType="Note">', {}),
        (
            "xl/drawings/vmlDrawing1.vml",
            b'<x:ClientData ObjectType="Checkbox">',
            {"nút, ô đánh dấu (điều khiển)": 1},
        ),
        ("xl/ink/ink1.xml", b"<ink><trace>1 2</trace></ink>", {"nét viết tay": 1}),
    ],
)
def test_things_beside_the_cells_are_counted(
    desk: Desk, tmp_path: Path, part: str, content: bytes, expected: dict[str, int]
) -> None:
    path = returned(desk, tmp_path, lambda _sheet, _rows: None)
    path = grid.replace_part(path, tmp_path / "b.xlsx", part, content)
    book = read_workbook(path)
    assert book.additions == expected
    assert codes(understand(desk, path)) == (["I316"] if expected else [])


def test_a_comment_is_counted_in_xlsx_and_ods(desk: Desk, office: Office, tmp_path: Path) -> None:
    def edit(sheet: Any, rows: dict[str, int]) -> None:
        sheet[f"E{rows['2.3']}"].comment = Comment("có, nhưng ít", "Tổ trưởng")

    path = returned(desk, tmp_path, edit)
    assert codes(understand(desk, path)) == ["I316"]
    assert codes(understand(desk, office.convert(path, tmp_path / "b.ods"))) == ["I316"]


@pytest.mark.parametrize("part", [b"<x", b"<styleSheet><cellXfs><xf fontId='9'/></cellXfs></styleSheet>"])
def test_damaged_styles_cost_no_answer(part: bytes) -> None:
    facts = BookFacts()
    book = Book("xlsx", (Sheet("A", (("Có",),)),))
    assert enriched(book, {"xl/styles.xml": part}, facts, Kind.XLSX) == book
    assert enriched(book, {"content.xml": b"<x"}, facts, Kind.ODS) == book
    assert enriched(book, {}, facts, Kind.XLS) == book


def test_unsafe_styles_refuse_the_file() -> None:
    with pytest.raises(UnreadableError):
        enriched(Book("xlsx", ()), {"xl/styles.xml": b"<!DOCTYPE x><x/>"}, BookFacts(), Kind.XLSX)


@pytest.mark.parametrize("kind", [Kind.ODS, Kind.XLSB])
def test_what_cannot_be_mended_stays_as_it_is(kind: Kind) -> None:
    assert mended(b"PK\x03\x04 broken", kind) == b"PK\x03\x04 broken"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.bin", b"\x0c\xff\x7f" + b"short")
        archive.writestr("content.xml", b"<a><b/></a>")
    assert mended(content.getvalue(), kind) == content.getvalue()
