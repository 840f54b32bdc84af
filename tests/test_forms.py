"""The form a leader gets: what is locked, what can be picked, what it says while it is filled, how it prints."""

from __future__ import annotations

import re
import shutil
import unicodedata
from typing import TYPE_CHECKING, Any, cast

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from tdp_xlsx.folder import load_template
from tdp_xlsx.forms.writer import FormWriter, write_form
from tdp_xlsx.styles import column_pixels
from tests.kit import grid
from tests.kit.office import pdf_pages
from tests.kit.ward import FORM, Line, Ward, answer_cells, key_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tests.kit.node import Node
    from tests.kit.office import Office

REGISTER = (
    Line("TDP-05", "Tổ dân phố số 5"),
    Line("BAN-01", "Bản Nà & <Bó>", kind="Bản", farming="Có"),
    Line("BAN-02", "Bản Sin Câu", kind="Bản", countryside="Có"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    settings = {"Hạn nộp": "25/11/2021"}
    return Ward.make(tmp_path_factory.mktemp("ward"), REGISTER, settings).generate()


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """A copy to change."""
    return Ward(shutil.copytree(made.root, tmp_path / "ward"))


def book(ward: Ward, code: str = "TDP-05") -> Workbook:
    return openpyxl.load_workbook(ward.form(code))


def form(ward: Ward, code: str = "TDP-05") -> Worksheet:
    return cast("Worksheet", book(ward, code)[FORM])


def change(ward: Ward, edit: Callable[[Worksheet], None]) -> Worksheet:
    """Edit the template's form sheet as the officer does, make the forms anew, return the first one."""
    template = openpyxl.load_workbook(ward.template)
    edit(cast("Worksheet", template[FORM]))
    template.save(ward.template)
    done = ward.call("generate", "TDP-05")
    assert done.code == 0, done.err
    return form(ward)


# --- what can be typed ------------------------------------------------------------------------------------------------


def test_exactly_the_leaders_cells_are_unlocked_and_there_is_no_password(made: Ward) -> None:
    for code, count in (("TDP-05", 46), ("BAN-01", 46), ("BAN-02", 46)):
        sheet = form(made, code)
        rows = [row for c, row in key_rows(sheet).items() if sheet.cell(row, 5).value != "Không áp dụng"]
        assert len(rows) == count
        foot = next(r for r, row in enumerate(sheet.values, 1) if any(str(v).startswith("NL-") for v in row))
        unlocked = {cell.coordinate for line in sheet.iter_rows() for cell in line if not cell.protection.locked}
        inputs = {f"{letter}{row}" for row in rows for letter in "CDEF"}
        assert unlocked - {f"D{foot}"} == inputs | {f"B{foot}", f"C{foot}"}
        assert sheet.protection.sheet
        assert sheet.protection.password is None


def test_items_that_do_not_apply_are_grey_locked_and_say_so(made: Ward) -> None:
    missing = {"TDP-05": ["2.9", "2.10"], "BAN-01": ["2.10", "2.11"], "BAN-02": ["2.9", "2.11"]}
    for code, expected in missing.items():
        sheet = form(made, code)
        rows = key_rows(sheet)
        assert [c for c, row in rows.items() if sheet.cell(row, 5).value == "Không áp dụng"] == expected
        for c in expected:
            cells = [sheet.cell(rows[c], column) for column in range(1, 8)]
            assert {cell.fill.fgColor.rgb for cell in cells} == {"00D9D9D9"}
            assert all(cell.protection.locked for cell in cells)
            assert cells[2].value is cells[3].value is cells[6].value is None


def test_drop_downs_stand_on_every_cell_to_fill_and_nowhere_else(made: Ward) -> None:
    sheet = form(made)
    lists = {}
    for rule in sheet.data_validations.dataValidation:
        assert rule.type == "list"
        for area in rule.sqref.ranges:
            for row in range(area.min_row, area.max_row + 1):
                for column in range(area.min_col, area.max_col + 1):
                    lists[f"{get_column_letter(column)}{row}"] = rule.formula1
        assert len(str(rule.prompt)) <= 255
        assert len(str(rule.promptTitle)) <= 32
    rows = [row for row in key_rows(sheet).values() if sheet.cell(row, 5).value != "Không áp dụng"]
    assert lists == {f"E{row}": '"Có,Không"' for row in rows} | {f"{c}{row}": '"x"' for row in rows for c in "CD"}


# --- what identifies it -----------------------------------------------------------------------------------------------


def test_identity_stands_in_three_places_and_every_row_has_its_key(made: Ward) -> None:
    made_book = book(made)
    sheet = made_book[FORM]
    token = f"tdp-xlsx-1|2021|TDP-05|{load_template(made.root).plan.fingerprint}|1"
    assert made_book.custom_doc_props["tdp-xlsx"].value == token  # type: ignore[attr-defined]
    assert sheet["I5"].value == token
    fields: dict[Any, Any] = {row[0]: row[1] for row in made_book["_tdp"].iter_rows(max_row=5, values_only=True)}
    assert fields | {"fingerprint": ""} == {
        "version": "tdp-xlsx-1",
        "edition": "2021",
        "group": "TDP-05",
        "fingerprint": "",
        "number": "1",
    }
    assert made_book["_tdp"].sheet_state == "veryHidden"
    assert list(key_rows(sheet))[:4] == ["I.1", "I.2", "I.3", "1.1"]
    assert len(key_rows(sheet)) == 48
    assert sheet.column_dimensions["I"].hidden
    assert made_book.sheetnames == [FORM, "Hướng dẫn điền", "_tdp"]


def test_headings_and_keys_stand_once(made: Ward) -> None:
    headings = ["Số tt", "Tiêu chí", "Có", "Không", "Trả lời", "Số liệu, minh chứng (không bắt buộc)", "Nhắc khi điền"]
    texts = [str(cell.value) for row in form(made).iter_rows() for cell in row if cell.value is not None]
    for heading in headings:
        assert texts.count(heading) == 1, heading
    assert sum(text.startswith("TC-") for text in texts) == 48
    assert not any("{" in text for text in texts if not text.startswith(("=", "NL-")))


def test_names_are_written_as_they_are_wherever_they_stand(made: Ward) -> None:
    made_book = book(made, "BAN-01")
    assert made_book[FORM]["A3"].value == "Đơn vị: Bản Nà & <Bó>"
    assert made_book["Hướng dẫn điền"]["B2"].value == "Đơn vị: Bản Nà & <Bó>"
    assert made_book.properties.title == "Bảng tự đánh giá năm 2021 - Bản Nà & <Bó>"
    for name in grid.parts(made.form("BAN-01")):
        assert "\ue000".encode() not in grid.part(made.form("BAN-01"), name)


def test_every_text_of_the_form_stands_as_the_template_has_it(made: Ward) -> None:
    sheet, rows = form(made), key_rows(form(made))
    for criterion in load_template(made.root).plan.criteria:
        cell = sheet.cell(rows[criterion.code], 2)
        assert (cell.value, cell.data_type) == (criterion.text, "s")
        assert sheet.cell(rows[criterion.code], 1).value == criterion.number
    assert sheet["B7"].value == "Chọn Có nếu CÓ xảy ra trường hợp này"
    assert unicodedata.is_normalized("NFC", " ".join(str(c.value) for row in sheet.iter_rows() for c in row))


@pytest.mark.exhaustive
def test_microsofts_validator_finds_nothing_in_a_form_or_one_to_mend(ward: Ward, node: Node) -> None:
    ward.send("TDP-05", {"2.3": None}, cells={"F20": "=1+1"})
    assert ward.call("consolidate").code == 0
    (back,) = (ward.root / "outbox" / "tra_lai").iterdir()
    assert node.validate(ward.form("TDP-05"), ward.form("BAN-01"), back) == []


# --- what it says while it is filled ----------------------------------------------------------------------------------


def reminders(ward: Ward, office: Office, tmp_path: Path, cells: dict[str, str | None]) -> Callable[[str], str]:
    """Fill the form in LibreOffice and return what it says: by code of a row, or by cell."""
    filled = office.fill(ward.form("TDP-05"), tmp_path / "a.xlsx", {FORM: cells})
    shown = office.recalculate(filled)[FORM]
    assert [at for at, cell in shown.items() if cell.error] == []
    rows = key_rows(form(ward))

    def say(what: str) -> str:
        at = f"G{rows[what]}" if what in rows else what
        return shown[at].text if at in shown else ""

    return say


def test_the_form_says_what_is_missing_or_contradictory(made: Ward, office: Office, tmp_path: Path) -> None:
    rows = key_rows(form(made))
    cells: dict[str, str | None] = {f"E{row}": "Có" for c, row in rows.items() if c not in {"2.9", "2.10"}}
    cells |= {f"E{rows['I.2']}": "Không"}
    say = reminders(
        made,
        office,
        tmp_path,
        cells
        | {
            f"E{rows['2.1']}": None,
            f"D{rows['2.2']}": "x",
            f"E{rows['2.3']}": "một phần",
            f"E{rows['2.4']}": None,
            f"D{rows['2.4']}": "x",
        },
    )
    assert say("2.1").startswith("Chưa trả lời")
    assert say("2.2") == "Vừa Có vừa Không: chỉ để lại một"
    assert say("2.3") == "Chỉ chọn Có hoặc Không"
    assert not say("2.4").startswith("Chưa")
    assert say("I.1") == "Xem lại: mâu thuẫn với mục 3.17, 5.3"
    assert say("3.17") == "Xem lại: mâu thuẫn với mục I.1"
    assert say("5.3") == "Xem lại: mâu thuẫn với mục I.1, I.3"
    assert say("E3") == "Đã trả lời: 43/46"


def test_the_form_names_every_item_to_be_looked_at_again_and_no_other(
    made: Ward, office: Office, tmp_path: Path
) -> None:
    rows = key_rows(form(made))
    cells: dict[str, str | None] = {f"E{rows[code]}": "Có" for code in ("3.17", "I.3")}
    cells |= {f"E{rows[code]}": "Không" for code in ("5.2", "5.3")}
    say = reminders(made, office, tmp_path, cells)
    assert say("3.17") == "Xem lại cùng mục 5.3, 5.2"
    assert say("5.2") == say("5.3") == "Xem lại cùng mục 3.17"
    assert say("I.3") == "Đã báo CÓ xảy ra: thuộc trường hợp không đảm bảo"


def test_a_blank_form_has_no_formula_error_and_counts_nothing(made: Ward, office: Office, tmp_path: Path) -> None:
    say = reminders(made, office, tmp_path, {})
    assert say("E3") == "Đã trả lời: 0/46"
    assert (say("E1"), say("E2")) == ("Năm đánh giá: 2021", "Hạn nộp: 25/11/2021")


def test_official_columns_mark_themselves(made: Ward, office: Office, tmp_path: Path) -> None:
    rows = key_rows(form(made))
    say = reminders(made, office, tmp_path, {f"E{rows['2.1']}": "Có", f"E{rows['2.2']}": "Không"})
    assert (say(f"C{rows['2.1']}"), say(f"D{rows['2.1']}")) == ("x", "")
    assert (say(f"C{rows['2.2']}"), say(f"D{rows['2.2']}")) == ("", "x")


def test_nobody_can_type_where_nothing_is_to_be_typed(made: Ward, office: Office, tmp_path: Path) -> None:
    from tests.kit.office import RefusedError

    rows = key_rows(form(made))
    for cell in (f"B{rows['2.1']}", f"E{rows['2.10']}", f"G{rows['2.1']}", "A3"):
        with pytest.raises(RefusedError):
            office.fill(made.form("TDP-05"), tmp_path / "a.xlsx", {FORM: {cell: "x"}})


# --- how it prints ----------------------------------------------------------------------------------------------------


def test_the_print_area_is_the_official_form_on_a4(made: Ward) -> None:
    sheet = form(made)
    assert re.fullmatch(r"'Bảng tự đánh giá'!\$A\$1:\$D\$\d+", str(sheet.print_area))
    assert sheet.print_title_rows == "$5:$5"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)


@pytest.mark.parametrize("longer", [0, 2, 5, 9])
def test_no_heading_stands_alone_at_a_page_s_foot(ward: Ward, office: Office, tmp_path: Path, longer: int) -> None:
    """However long the texts before it: what follows a heading stands on its page, and a criterion by the signature."""

    def lengthen(sheet: Worksheet) -> None:
        cell = sheet["B13"]
        cell.value = f"{cell.value}{' và các tổ chức, đoàn thể khác ở tổ dân phố, bản' * longer}"

    sheet = change(ward, lengthen)
    printed = pdf_pages(office.convert(ward.form("TDP-05"), tmp_path / "a.pdf"))[:-1]
    pages = [squeezed(without_numbers(page)) for page in printed]
    assert len(pages) == len(sheet.row_breaks.brk) + 1
    rows = sorted(key_rows(sheet).values())
    for row in set(range(6, rows[-1])) - set(rows):
        heading, following = (squeezed(str(sheet.cell(at, 2).value)) for at in (row, row + 1))
        assert any(heading in page and following in page for page in pages), heading
    assert "Ngàylập:" in pages[-1]
    assert squeezed(str(sheet.cell(rows[-1], 2).value)) in pages[-1]


def test_a_page_break_of_the_office_s_own_stays(ward: Ward) -> None:
    sheet = change(ward, lambda sheet: sheet.row_breaks.append(Break(id=10)))
    assert sheet.row_breaks.brk[0].id == 10


def test_the_answer_and_what_is_to_be_minded_are_seen_together_on_a_small_screen(made: Ward) -> None:
    """1366 × 768, with room for LibreOffice's bar at the side, and for what stands above and below the cells."""
    sheet = form(made)
    zoom = (sheet.sheet_view.zoomScale or 100) / 100
    assert sum(column_pixels(sheet.column_dimensions[col].width) for col in "ABCCEFG") * zoom <= 1366 - 290
    assert sheet.freeze_panes == "C6"
    frozen = sum(sheet.row_dimensions[row].height or 15 for row in range(1, 6)) / 0.75 * zoom
    assert frozen <= 220


def test_it_prints_as_the_official_form(made: Ward, office: Office, tmp_path: Path) -> None:
    cells = answer_cells(form(made), {"2.3": "Không"})
    filled = office.fill(made.form("TDP-05"), tmp_path / "a.xlsx", {FORM: cells})
    pages = pdf_pages(office.convert(filled, tmp_path / "a.pdf"))
    printed = [page for page in pages if "Hướng dẫn điền bảng" not in page]
    assert len(printed) == len(pages) - 1
    texts = [squeezed(c.text) for c in load_template(made.root).plan.criteria]
    whole = squeezed("".join(map(without_numbers, printed)))
    places = [whole.index(text) for text in texts]
    assert places == sorted(places)
    for page in printed:
        assert "Tiêuchí" in squeezed(page)  # the heading row is repeated
        assert "Trảlời" not in squeezed(page)
        assert "Nhắckhiđiền" not in squeezed(page)
    assert squeezed("(mục 5.1 đến 5.5 theo quy định của Bộ Công an)") in whole
    assert sum(line.strip().endswith("x") for line in "\n".join(printed).splitlines()) == 46


def without_numbers(page: str) -> str:
    """Return a page's lines without the first column, which stands in the middle of each row, and without marks."""
    lines = (re.sub(r"^\s*(?:\d\.\d{1,2}(?:\s|$)|(?:\d|I{1,2})(?:\s{2,}|$))", "", line) for line in page.splitlines())
    return "\n".join(re.sub(r"(?:^|\s+)x\s*$", "", line) for line in lines)


def squeezed(text: str) -> str:
    """Return text without spaces and accents apart: PDF breaks lines and words where it likes."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def test_no_row_of_a_criterion_has_a_fixed_height(made: Ward) -> None:
    part = grid.part(made.form("TDP-05"), grid.sheet_part(made.form("TDP-05"), FORM)).decode()
    heights = {int(r): tag for tag, r in re.findall(r'(<row r="(\d+)"[^>]*>)', part)}
    for row in key_rows(form(made)).values():
        assert "customHeight" not in heights[row]
        assert re.search(r' ht="\d', heights[row])


# --- the officer's changes survive ------------------------------------------------------------------------------------


def rows_of(sheet: Worksheet) -> dict[str, int]:
    """The template's rows by the codes in its column `Mã`."""
    return {str(row[8].value): r for r, row in enumerate(sheet.iter_rows(), 1) if row[8].value}


def test_wording_and_fonts_of_the_template_come_through(ward: Ward) -> None:
    def edit(sheet: Worksheet) -> None:
        cell = sheet.cell(rows_of(sheet)["3.1"], 2)
        cell.value = "Nội dung sửa lại, dài hơn nhiều: " + "môi trường xanh, sạch, đẹp; " * 12
        cell.font = Font(name="Times New Roman", size=15, italic=True, color="FF0000")

    before = form(ward).row_dimensions[key_rows(form(ward))["3.1"]].height
    sheet = change(ward, edit)
    row = key_rows(sheet)["3.1"]
    cell = sheet.cell(row, 2)
    assert str(cell.value).startswith("Nội dung sửa lại")
    assert (cell.font.sz, cell.font.i, cell.font.color.rgb) == (15, True, "00FF0000")
    height = sheet.row_dimensions[row].height
    assert before is not None
    assert height is not None
    assert height > 2 * before


def test_added_and_removed_criteria_and_notes_come_through(ward: Ward) -> None:
    def edit(sheet: Worksheet) -> None:
        last = rows_of(sheet)["5.5"]
        for column, value in ((1, "5.6"), (2, "Tiêu chí thay thế của phường"), (9, "5.6")):
            sheet.cell(last, column).value = value
        sheet.cell(last + 2, 1).value = "Ghi chú thêm của phường cho {don_vi}"

    sheet = change(ward, edit)
    rows = key_rows(sheet)
    assert "5.5" not in rows
    assert sheet.cell(rows["5.6"], 2).value == "Tiêu chí thay thế của phường"
    assert not sheet.cell(rows["5.6"], 5).protection.locked
    assert sheet.cell(rows["5.6"] + 2, 1).value == "Ghi chú thêm của phường cho Tổ dân phố số 5"
    assert sheet.cell(rows["5.6"] + 2, 1).protection.locked


def test_a_template_saved_by_libreoffice_makes_the_same_form(ward: Ward, office: Office, tmp_path: Path) -> None:
    before = [[c.value for c in row] for row in form(ward).iter_rows(max_col=9)]
    office.convert(ward.template, tmp_path / "t.xlsx")
    shutil.copy(tmp_path / "t.xlsx", ward.template)
    done = ward.call("generate", "TDP-05")
    assert done.code == 0, done.err
    sheet = form(ward)
    assert [[c.value for c in row] for row in sheet.iter_rows(max_col=9)] == before
    part = grid.part(ward.form("TDP-05"), grid.sheet_part(ward.form("TDP-05"), FORM)).decode()
    heights = {int(r): tag for tag, r in re.findall(r'(<row r="(\d+)"[^>]*>)', part)}
    assert not any("customHeight" in heights[row] for row in key_rows(sheet).values())
    assert len(sheet.data_validations.dataValidation) >= 2
    assert sheet.print_area == form(ward).print_area


def test_columns_the_officer_moved_still_make_a_form(ward: Ward) -> None:
    def edit(sheet: Worksheet) -> None:
        # The evidence column and the reminders change places.
        for row in range(5, sheet.max_row + 1):
            one, other = sheet.cell(row, 6), sheet.cell(row, 7)
            if type(one).__name__ == type(other).__name__ == "Cell":
                one.value, other.value = other.value, one.value

    sheet = change(ward, edit)
    row = key_rows(sheet)["2.1"]
    assert sheet.cell(5, 6).value == "Nhắc khi điền"
    assert str(sheet.cell(row, 6).value).startswith("=IF(")
    assert (sheet.cell(row, 6).protection.locked, sheet.cell(row, 7).protection.locked) == (True, False)


def test_the_office_s_columns_are_cleared_where_the_leader_s_stand_right_of_them_too(ward: Ward) -> None:
    def edit(sheet: Worksheet) -> None:
        for row in range(5, sheet.max_row + 1):
            evidence, right = sheet.cell(row, 6), sheet.cell(row, 20)
            if type(evidence).__name__ == "Cell":
                right.value, evidence.value = evidence.value, None

    sheet = change(ward, edit)
    row = key_rows(sheet)["2.1"]
    assert str(sheet.cell(5, 20).value).startswith("Số liệu, minh chứng")
    assert [cell.value for cell in sheet[row][8:19]] == ["TC-2.1", *[None] * 10]
    assert not any(cell.has_style for cell in sheet[row][9:16])


def test_a_comment_of_the_offices_is_kept_and_no_leaders_addition(ward: Ward) -> None:
    def edit(sheet: Worksheet) -> None:
        sheet["B8"].comment = Comment("Xem hướng dẫn số 5", "Phường")

    sheet = change(ward, edit)
    assert sheet["B8"].comment is not None
    ward.send("TDP-05")
    done = ward.call("check")
    assert "I316" not in done.out
    returned = openpyxl.load_workbook(ward.form("TDP-05"))
    for address, value in answer_cells(cast("Worksheet", returned[FORM])).items():
        returned[FORM][address] = value
    returned[FORM]["E9"].comment = Comment("có, nhưng ít", "Tổ trưởng")
    returned.save(ward.inbox / "2021_TDP-05_bang-tu-danh-gia.xlsx")
    assert "I316" in ward.call("check").out


# --- writing ----------------------------------------------------------------------------------------------------------


def test_running_again_says_unchanged_and_touches_no_file(ward: Ward) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in ward.form("TDP-05").parent.iterdir()}
    done = ward.call("generate")
    assert done.err.count("không đổi") == 3
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before} == before


def test_one_writer_makes_what_each_group_alone_would_get(made: Ward, tmp_path: Path) -> None:
    template = load_template(made.root)
    for group in template.plan.groups:
        alone = tmp_path / f"{group.code}.xlsx"
        assert write_form(template, group, alone)
        assert contents(alone) == contents(made.form(group.code))
        assert not FormWriter(template).write(group, alone)


def contents(path: Path) -> dict[str, Any]:
    return {name: grid.part(path, name) for name in grid.parts(path) if name != "docProps/core.xml"}


def test_a_long_name_gets_the_lines_it_needs(tmp_path: Path) -> None:
    long = "Bản tái định cư số 2 thuộc khu quy hoạch trung tâm hành chính phường, gồm hai điểm dân cư ven quốc lộ"
    ward = Ward.make(tmp_path, [Line("TDP-05", "Tổ dân phố số 5"), Line("BAN-09", long, kind="Bản")]).generate()
    short, tall = (form(ward, code).row_dimensions[3].height for code in ("TDP-05", "BAN-09"))
    assert short is not None
    assert tall is not None
    assert tall > short
