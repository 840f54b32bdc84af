"""What files say beside their values, in every format and spelling: strokes, fills, merged cells, comments."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import UnreadableError
from tests.kit import grid
from tests.kit.returned import Office as Desk
from tests.kit.returned import codes, values
from tests.kit.ward import FORM, answer_cells, key_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tdp_xlsx.intake.understand import Understood
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
    from tdp_xlsx.submission import InboxFile
    from tests.kit.returned import MOMENT

    return read(desk.expected, InboxFile("inbox/a", "0" * 64, 1, MOMENT), read_workbook(path))[0]


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


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_how_cells_look_is_read_in_every_format(
    desk: Desk, office: Office, tmp_path: Path, edit: Callable[[Any, dict[str, int]], None], suffix: str
) -> None:
    path = returned(desk, tmp_path, edit)
    if suffix != "xlsx":
        path = office.convert(path, tmp_path / f"a.{suffix}")
    understood = understand(desk, path)
    # A mark in .xls may be the value of a formula that the file's writer left out.
    doubtful = suffix == "xls" and edit in {wingdings, merged}
    assert codes(understood) == (["A510"] if doubtful else EDITS[edit])
    assert understood.submission is not None
    if edit is percent:
        assert understood.submission.answers["2.3"].evidence == "95,5%"
    if edit is wingdings and not doubtful:
        assert values(understood.submission)["2.3"] == "Không"


def struck_as_a_column(sheet: Any, rows: dict[str, int]) -> None:
    for row in rows.values():
        sheet[f"E{row}"].style = "Normal"
        sheet[f"E{row}"].font = Font(strike=True)
    sheet.column_dimensions["E"].font = Font(strike=True)


def test_a_column_struck_as_a_whole_is_asked_back(desk: Desk, office: Office, tmp_path: Path) -> None:
    """LibreOffice writes the look of such cells once, with their column."""
    path = office.convert(returned(desk, tmp_path, struck_as_a_column), tmp_path / "b.ods")
    assert set(codes(understand(desk, path), "error")) == {"A512"}


def struck_in_part(sheet: Any, rows: dict[str, int]) -> None:
    sheet[f"E{rows['2.3']}"] = CellRichText(TextBlock(InlineFont(strike=True), "Có"))


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_a_word_struck_through_in_part_is_asked_back(desk: Desk, office: Office, tmp_path: Path, suffix: str) -> None:
    # LibreOffice keeps such texts in the shared strings of an .xlsx.
    path = office.convert(returned(desk, tmp_path, struck_in_part), tmp_path / f"b.{suffix}")
    assert codes(understand(desk, path), "error") == ["A512"]


def test_a_word_struck_through_in_an_inline_text_is_asked_back(desk: Desk, tmp_path: Path) -> None:
    """As openpyxl writes it."""
    assert codes(understand(desk, returned(desk, tmp_path, struck_in_part))) == ["A512"]


def rewritten(path: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    """Change names and contents of a workbook's parts."""
    target = path.with_name("rewritten.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return target


def single_quotes(name: str, part: bytes) -> tuple[str, bytes]:
    if not name.endswith(("styles.xml", "sheet1.xml")):
        return name, part
    plain = ET.tostring(ET.fromstring(part), encoding="unicode")  # noqa: S314 - our own
    # No attribute of these parts holds a quotation mark of either kind but in formulas, which are elements.
    head, *others = plain.split("<")
    return name, (head + "".join("<" + _in_single_quotes(one) for one in others)).encode()


def _in_single_quotes(markup: str) -> str:
    tag, closed, text = markup.partition(">")
    return (tag if "'" in tag else tag.replace('"', "'")) + closed + text


def uid_before_ref(name: str, part: bytes) -> tuple[str, bytes]:
    return name, part.replace(b"<mergeCell ref=", b'<mergeCell xmlns:q="urn:q" q:uid="{1}" ref=')


def prefixed(name: str, part: bytes) -> tuple[str, bytes]:
    """With the namespace's prefix spelled out in every tag, as some libraries write."""
    if not name.startswith("xl/worksheets/sheet"):
        return name, part
    ET.register_namespace("x", "http://schemas.openxmlformats.org/spreadsheetml/2006/main")
    return name, ET.tostring(ET.fromstring(part), encoding="UTF-8")  # noqa: S314 - likewise


@pytest.mark.parametrize("spelling", [single_quotes, uid_before_ref, prefixed], ids=lambda one: one.__name__)
@pytest.mark.parametrize(("edit", "code"), [(struck, "A512"), (merged, "A513"), (coloured, "A514")])
def test_strokes_merged_cells_and_fills_are_seen_however_the_xml_is_spelled(
    desk: Desk,
    tmp_path: Path,
    spelling: Callable[[str, bytes], tuple[str, bytes]],
    edit: Callable[[Any, dict[str, int]], None],
    code: str,
) -> None:
    path = rewritten(returned(desk, tmp_path, edit), spelling)
    assert codes(understand(desk, path)) == [code]


def shared_strings_in_another_case(name: str, part: bytes) -> tuple[str, bytes]:
    return name.replace("sharedStrings", "SharedStrings"), part


def workbook_with_another_name(name: str, part: bytes) -> tuple[str, bytes]:
    if name.endswith((".rels", "[Content_Types].xml")):
        part = part.replace(b"workbook.xml", b"workbook2.xml")
    return name.replace("xl/workbook.xml", "xl/workbook2.xml").replace("/workbook.xml.", "/workbook2.xml."), part


def everything_elsewhere(name: str, part: bytes) -> tuple[str, bytes]:
    if name.endswith((".rels", "[Content_Types].xml")):
        part = part.replace(b"xl/", b"so/").replace(b"worksheets/", b"trang/")
    return name.replace("xl/", "so/").replace("worksheets/", "trang/"), part


def in_per_cent_signs(name: str, part: bytes) -> tuple[str, bytes]:
    if name.endswith((".rels", "[Content_Types].xml")):
        part = part.replace(b"sharedStrings.xml", b"s%C3%A9%20s.xml")
    return name.replace("sharedStrings", "s%C3%A9%20s"), part


@pytest.mark.parametrize(
    "naming",
    [in_per_cent_signs, shared_strings_in_another_case, workbook_with_another_name, everything_elsewhere],
    ids=lambda one: one.__name__,
)
def test_parts_are_found_by_their_relationships(
    desk: Desk, office: Office, tmp_path: Path, naming: Callable[[str, bytes], tuple[str, bytes]]
) -> None:
    path = office.convert(returned(desk, tmp_path, struck), tmp_path / "b.xlsx")
    assert codes(understand(desk, rewritten(path, naming))) == ["A512"]


@pytest.mark.parametrize(
    ("number_format", "evidence"),
    [('0.0"%"', "95.5"), ("0.0\\%", "95.5"), ("[Red]0.0_%", "95.5"), ("0.0%", "9550%"), ('0.0%" đạt"', "9550%")],
)
def test_only_a_real_percent_sign_of_a_number_format_counts(
    desk: Desk, tmp_path: Path, number_format: str, evidence: str
) -> None:
    def edit(sheet: Any, rows: dict[str, int]) -> None:
        cell = sheet[f"F{rows['2.3']}"]
        cell.value, cell.number_format = 95.5, number_format

    submission = understand(desk, returned(desk, tmp_path, edit)).submission
    assert submission is not None
    assert submission.answers["2.3"].evidence == evidence


def test_a_date_typed_as_evidence_is_told_as_a_date(desk: Desk, office: Office, tmp_path: Path) -> None:
    def edit(sheet: Any, rows: dict[str, int]) -> None:
        sheet[f"F{rows['2.3']}"] = dt.date(2021, 11, 5)

    path = returned(desk, tmp_path, edit)
    for name in ("a.xlsx", "b.xlsx", "b.ods", "b.xls"):
        read = understand(desk, path if name == "a.xlsx" else office.convert(path, tmp_path / name))
        assert read.submission is not None
        assert read.submission.answers["2.3"].evidence == "05/11/2021"


# --- things beside the cells ------------------------------------------------------------------------------------------

DRAWING = b'<xdr:wsDr xmlns:xdr="urn:d"><xdr:twoCellAnchor>\n</xdr:twoCellAnchor></xdr:wsDr>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("drawing", DRAWING, {"hình vẽ, ảnh": 1}),
        ("drawing", b"<xdr:wsDr xmlns:xdr='urn:d'></xdr:wsDr>", {}),  # what Google Sheets writes
        ("comments", b"<comments><comment ref='A1'/><comment ref='A2'/></comments>", {"ghi chú gắn vào ô": 2}),
        ("threadedComment", b"<a><threadedComment/><threadedComment parentId='1'/></a>", {"ghi chú gắn vào ô": 1}),
        ("vmlDrawing", b"<xml xmlns:x='urn:x'><x:ClientData ObjectType=\"Note\"/></xml>", {}),
        (
            "vmlDrawing",
            b"<xml xmlns:x='urn:x'><x:ClientData ObjectType='Checkbox'/></xml>",
            {"nút, ô đánh dấu (điều khiển)": 1},
        ),
        ("vmlDrawing", b"<xml><br></xml>", {"nút, ô đánh dấu (điều khiển)": 1}),  # no XML: told rather than passed over
        ("ctrlProp", b"<formControlPr/>", {"nút, ô đánh dấu (điều khiển)": 1}),
    ],
)
def test_things_beside_the_cells_are_counted(
    desk: Desk, tmp_path: Path, kind: str, content: bytes, expected: dict[str, int]
) -> None:
    path = returned(desk, tmp_path, lambda _sheet, _rows: None)
    relation = f'<Relationship Id="rId9" Type="{OFFICE}/{kind}" Target="/la/phan.bin"/>'
    links = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relation}'
    path = grid.replace_part(path, tmp_path / "b.xlsx", "la/phan.bin", content)
    path = grid.replace_part(
        path, tmp_path / "c.xlsx", "xl/worksheets/_rels/sheet1.xml.rels", f"{links}</Relationships>".encode()
    )
    told = read_workbook(path).sheets[0].additions
    assert {kind: len(cells) for kind, cells in told.items()} == expected
    assert codes(understand(desk, path)) == (["I316"] if expected else [])


def test_a_comment_is_counted_in_every_format(desk: Desk, office: Office, tmp_path: Path) -> None:
    def edit(sheet: Any, rows: dict[str, int]) -> None:
        sheet[f"E{rows['2.3']}"].comment = Comment("có, nhưng ít", "Tổ trưởng")

    path = returned(desk, tmp_path, edit)
    assert codes(understand(desk, path)) == ["I316"]
    for name in ("b.ods", "b.xls", "b.xlsx"):
        assert codes(understand(desk, office.convert(path, tmp_path / name))) == ["I316"]


def test_formulas_that_became_values_and_empty_texts_are_read_from_xls(
    desk: Desk, office: Office, tmp_path: Path
) -> None:
    """As after copying and pasting values: marks are constants, among them empty texts."""

    def edit(sheet: Any, rows: dict[str, int]) -> None:
        for row in rows.values():
            if str(sheet[f"C{row}"].value).startswith("="):
                word = sheet[f"E{row}"].value
                sheet[f"C{row}"], sheet[f"D{row}"] = ("x", "") if word == "Có" else ("", "x")
                sheet[f"C{row}"].data_type = sheet[f"D{row}"].data_type = "s"

    understood = understand(desk, office.convert(returned(desk, tmp_path, edit), tmp_path / "b.xls"))
    assert codes(understood) == []
    assert understood.outcome.status == "accepted"


def test_marks_of_formulas_in_xls_say_nothing_whatever_they_hold(desk: Desk, office: Office, tmp_path: Path) -> None:
    """As after the sheet was copied to another workbook: the formulas hold zeros."""

    def edit(sheet: Any, rows: dict[str, int]) -> None:
        for row in rows.values():
            if str(sheet[f"C{row}"].value).startswith("="):
                sheet[f"C{row}"] = sheet[f"D{row}"] = "=0"

    understood = understand(desk, office.convert(returned(desk, tmp_path, edit), tmp_path / "b.xls"))
    assert codes(understood) == []
    assert understood.outcome.status == "accepted"


@pytest.mark.parametrize("part", [b"<x", b"<styleSheet><cellXfs><xf fontId='9'/></cellXfs></styleSheet>"])
def test_damaged_styles_cost_no_answer(desk: Desk, tmp_path: Path, part: bytes) -> None:
    path = returned(desk, tmp_path, lambda _sheet, _rows: None)
    understood = understand(desk, grid.replace_part(path, tmp_path / "b.xlsx", "xl/styles.xml", part))
    assert understood.outcome.status == "accepted"


def test_unsafe_styles_refuse_the_file(desk: Desk, tmp_path: Path) -> None:
    path = returned(desk, tmp_path, lambda _sheet, _rows: None)
    with pytest.raises(UnreadableError):
        read_workbook(grid.replace_part(path, tmp_path / "b.xlsx", "xl/styles.xml", b"<!DOCTYPE x><x/>"))


# --- sheets of macros of Excel 4 --------------------------------------------------------------------------------------


def with_a_macro_sheet(name: str, part: bytes) -> tuple[str, bytes]:
    kind = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
    if name == "xl/workbook.xml":
        sheet = b'<sheet xmlns:q="%s" name="Macro1" sheetId="99" q:id="rId99"/></sheets>' % OFFICE.encode()
        part = part.replace(b"</sheets>", sheet)
    if name == "xl/_rels/workbook.xml.rels":
        link = f'<Relationship Id="rId99" Type="{kind}" Target="macrosheets/sheet1.xml"/></Relationships>'
        part = part.replace(b"</Relationships>", link.encode())
    return name, part


def with_macros_in_the_second_sheet(xls: bytes) -> bytes:
    """The guide's sheet of an .xls made one of macros: its kind stands three bytes before its name."""
    at = xls.index("Hướng dẫn điền".encode("utf-16-le")) - 3
    return xls[:at] + b"\x01" + xls[at + 1 :]


def test_a_form_with_a_sheet_of_macros_counts_and_says_so(desk: Desk, office: Office, tmp_path: Path) -> None:
    plain = returned(desk, tmp_path, lambda _sheet, _rows: None)
    old = office.convert(plain, tmp_path / "b.xls")
    old.write_bytes(with_macros_in_the_second_sheet(old.read_bytes()))
    for path in (rewritten(plain, with_a_macro_sheet), old):
        assert read_workbook(path).active == ("macro",)
        assert understand(desk, path).outcome.status == "accepted"
