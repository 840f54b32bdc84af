"""The default template is what `init` makes, and reads back; so does what an officer makes of it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tdp_xlsx.layout import TEMPLATE_SHEETS
from tdp_xlsx.model import Figure, RatingClass, Severity
from tdp_xlsx.template.build import build_template
from tests.kit.template_book import FORM, LETTERS, REGISTER, RELATIONS, SETTINGS, both, edited, good, put

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).parents[1]
CHECKED_IN = ROOT / "templates" / "self_assessment_template.xlsx"


@pytest.fixture(scope="session")
def default(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "default.xlsx"
    build_template(path)
    return path


# --- what `init` makes --------------------------------------------------------------


def test_the_checked_in_template_is_a_fresh_one_byte_for_byte(default: Path) -> None:
    assert CHECKED_IN.read_bytes() == default.read_bytes(), "write it again: tdp-xlsx init --force at the root"


def test_the_checked_in_template_is_a_fresh_one_cell_for_cell(default: Path) -> None:
    assert _cells(CHECKED_IN) == _cells(default)


def _cells(path: Path) -> dict[tuple[str, str], Any]:
    book = openpyxl.load_workbook(path)
    return {(sheet.title, cell.coordinate): cell.value for sheet in book for row in sheet for cell in row}


def test_the_sheets_stand_in_their_order_with_their_headings(default: Path) -> None:
    book = openpyxl.load_workbook(default)
    assert book.sheetnames == ["Hướng dẫn", SETTINGS, REGISTER, FORM, RELATIONS, LETTERS]
    assert _row(book[SETTINGS], 1) == ["Mục", "Giá trị", "Căn cứ, ghi chú"]
    assert _row(book[REGISTER], 1) == [
        "Mã đơn vị",
        "Loại đơn vị",
        "Tên đơn vị",
        "Bản sản xuất nông nghiệp",
        "Bản thuộc xã xây dựng nông thôn mới",
        "Làm điểm",
        "Tổ trưởng, trưởng bản",
        "Điện thoại",
        "Thư điện tử",
        "Ghi chú",
    ]
    assert _row(book[FORM], 5) == [
        "Số tt",
        "Tiêu chí",
        "Có",
        "Không",
        "Trả lời",
        "Số liệu, minh chứng (không bắt buộc)",
        "Nhắc khi điền",
        None,
        "Mã",
        "Áp dụng cho",
        "Điểm",
        "Nhiệm vụ trong kế hoạch",
        "Chỉ số",
        "Phép so",
        "Ngưỡng",
        "Đơn vị tính",
    ]
    assert _row(book[RELATIONS], 1) == ["Mã 1", "Trả lời 1", "Mã 2", "Trả lời 2", "Mức", "Giải thích"]


def _row(sheet: Worksheet, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row]]


def test_the_form_sheet_prints_the_official_columns_on_a4_upright(default: Path) -> None:
    sheet = openpyxl.load_workbook(default)[FORM]
    assert sheet.print_area == "'Bảng tự đánh giá'!$A$1:$D$66"
    assert sheet.print_title_rows == "$5:$5"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert sheet.page_setup.fitToHeight == 0


def test_every_row_with_text_has_room_for_it_and_only_merged_rows_are_fixed(default: Path) -> None:
    """LibreOffice fits no row of its own accord; Excel fits again when edited, unless the height is fixed."""
    fixed = {}
    for number, name in enumerate(TEMPLATE_SHEETS, start=1):
        part = zipfile.ZipFile(default).read(f"xl/worksheets/sheet{number}.xml").decode()
        rows = re.findall(r'<row r="(\d+)"([^>]*)>(.*?)</row>', part, re.DOTALL)
        assert [row for row, look, cells in rows if 't="s"' in cells and " ht=" not in look and row != "4"] == [], name
        fixed[name] = {int(row) for row, look, _ in rows if "customHeight" in look}
    assert {name: rows for name, rows in fixed.items() if rows} == {REGISTER: {1}, FORM: {1, 2, 3, 62, 63, 66}}
    sheet = openpyxl.load_workbook(default)[SETTINGS]
    heights = {str(sheet.cell(row, 1).value): sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)}
    assert (heights["Tên phường"], heights["Nơi nhận"]) == (16.75, 95.5)


def test_the_register_has_room_for_every_group_of_a_large_ward(default: Path) -> None:
    sheet = openpyxl.load_workbook(default)[REGISTER]
    assert sheet["A201"].number_format == "@"
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation if rule.formula1}
    assert lists["B2:B201"] == '"Tổ dân phố,Bản"'
    assert lists["D2:D201"] == '"Có,Không"'


def test_no_person_is_named_and_no_cell_repeats_a_heading(default: Path) -> None:
    template = good(default)
    assert template.plan.settings.signer_name == ""
    assert template.plan.settings.prepared_by == ""
    assert "Hà Mạnh Hải" not in str(_cells(default).values())


def test_another_year_is_put_in(tmp_path: Path) -> None:
    build_template(tmp_path / "t.xlsx", year=2020)
    plan = good(tmp_path / "t.xlsx").plan
    assert plan.settings.year == 2020
    assert plan.settings.title.endswith("PHÁT TRIỂN TOÀN DIỆN NĂM 2020")
    assert plan.by_code["5.1"].text.endswith("“an toàn về an ninh trật tự” năm 2020;")


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        build_template(tmp_path / "nowhere" / "t.xlsx")


# --- reading the default back --------------------------------------------------------------


def test_the_default_reads_back_as_the_wards_plan(default: Path) -> None:
    template = good(default)
    plan = template.plan
    settings = plan.settings
    assert (settings.ward, settings.place, settings.year) == ("phường Tân Phong", "Tân Phong", 2021)
    assert settings.edition == "2021"
    assert settings.title == ("BẢNG TỰ ĐÁNH GIÁ\nTHỰC HIỆN TIÊU CHÍ BÌNH XÉT TỔ DÂN PHỐ\nPHÁT TRIỂN TOÀN DIỆN NĂM 2021")
    assert settings.caption == ("(Kèm theo kế hoạch số   /KH-UBND ngày   tháng   năm      của UBND phường Tân Phong)")
    assert settings.presentation == "Phụ lục kèm báo cáo"
    assert (settings.tie_break, settings.separate_lists) == (False, False)
    assert (settings.pass_percent, settings.classes, settings.deadline) == (None, (), None)
    assert settings.signer_title == "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"
    assert len(settings.recipients.splitlines()) == 6
    assert settings.basis == {}, "the template's own explanations are no legal basis"
    assert [(group.code, group.kind, group.name, group.attributes) for group in plan.groups] == [
        ("TDP-05", "Tổ dân phố", "Tổ dân phố số 5", frozenset({"Làm điểm"})),
        ("TDP-16", "Tổ dân phố", "Tổ dân phố số 16", frozenset({"Làm điểm"})),
    ]
    assert len(plan.cases) == 3
    assert [sum(c.standard == s.number for c in plan.criteria) for s in plan.standards] == [2, 11, 20, 7, 5]
    assert [len(plan.criteria_for(group)) for group in plan.groups] == [46, 46]
    assert plan.letters["remind_subject"] == "{co_quan}: nhắc nộp Bảng tự đánh giá {dot} – {don_vi}"
    assert all(
        plan.letters[key].startswith("Bấm tải tệp về máy, mở bằng Excel hoặc WPS để điền.")
        for key in ("send_body", "remind_body", "return_body")
    )


def test_the_default_criteria_have_what_the_office_gave_them(default: Path) -> None:
    by_code = good(default).plan.by_code
    case, thirteenth, twice = by_code["I.1"], by_code["2.10"], by_code["4.5b"]
    assert (case.number, case.label, case.part, case.standard, case.figure) == ("1", "I.1", "I", "", None)
    assert (thirteenth.number, thirteenth.label, thirteenth.standard) == ("2.10", "2.10", "2")
    assert thirteenth.applies_to == "Bản thuộc xã xây dựng nông thôn mới"
    assert thirteenth.figure == Figure("Tỷ lệ hộ nông dân tham gia cuộc vận động", ">=", 80.0, "%")
    assert by_code["3.3"].figure == Figure("Tỷ lệ hộ có nhà ở kiên cố", ">", 80.0, "%")
    assert (twice.number, twice.label) == ("4.5", "4.5 (dòng thứ hai)")
    assert by_code["4.5a"].label == "4.5 (dòng thứ nhất)"
    assert by_code["3.20"].tasks == ("III.1.5", "III.1.1")
    assert {code for code, criterion in by_code.items() if criterion.hint} == {"3.8", "4.2", "5.3"}
    assert by_code["4.2"].hint == "Có = đạt, không xảy ra"
    assert {criterion.points for criterion in by_code.values()} == {1}


def test_the_default_relations_are_the_certain_ones_and_the_remarks(default: Path) -> None:
    relations = good(default).plan.relations
    assert [(r.first, r.first_answer, r.second, r.second_answer, r.severity) for r in relations] == [
        ("I.1", "Có", "3.17", "Có", Severity.WARNING),
        ("I.1", "Có", "5.3", "Có", Severity.WARNING),
        ("I.3", "Có", "5.3", "Có", Severity.WARNING),
        ("I.2", "Có", "5.4", "Có", Severity.INFO),
        ("2.1", "Có", "3.11", "Không", Severity.INFO),
        ("3.2", "Có", "3.8", "Không", Severity.INFO),
        ("3.17", "Có", "5.3", "Không", Severity.INFO),
        ("3.17", "Có", "5.2", "Không", Severity.INFO),
    ]


def test_the_grid_tells_where_the_form_stands(default: Path) -> None:
    grid = good(default).grid
    assert (grid.sheet, grid.heading_row) == (FORM, 5)
    assert (grid.columns["Số tt"], grid.columns["Trả lời"], grid.columns["Mã"]) == (1, 5, 9)
    assert (grid.rows["I.1"], grid.rows["2.10"], grid.rows["5.5"]) == (8, 25, 61)
    assert grid.texts[1, 1].startswith("BẢNG TỰ ĐÁNH GIÁ\n")
    assert grid.texts[2, 1].startswith("(Kèm theo kế hoạch số")


# --- what an officer does in Excel --------------------------------------------------------------


def test_cached_values_dropped_by_another_program_are_made_up_for(default: Path, tmp_path: Path) -> None:
    path = edited(default, tmp_path, put(SETTINGS, "B10", "(Kèm theo kế hoạch số 12/KH-UBND)"))
    assert good(path).grid.texts[2, 1] == "(Kèm theo kế hoạch số 12/KH-UBND)"


def test_an_empty_caption_stands_for_nothing(default: Path, tmp_path: Path) -> None:
    assert good(edited(default, tmp_path, put(SETTINGS, "B10", None))).grid.texts[2, 1] == ""


def test_rows_above_blank_rows_and_moved_columns_change_nothing(default: Path, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        register = book[REGISTER]
        register.insert_rows(1, 2)
        register["A1"] = "DANH SÁCH TỔ DÂN PHỐ, BẢN"
        register.insert_rows(5)
        register.move_range("A3:A6", cols=14)
        book[RELATIONS].insert_rows(4, 2)
        book[RELATIONS].insert_cols(1)
        form = book[FORM]
        form.unmerge_cells("I4:P4")
        form.move_range("I5:I61", cols=12)
        book[SETTINGS].insert_rows(5, 3)

    plan = good(edited(default, tmp_path, edit)).plan
    assert [group.code for group in plan.groups] == ["TDP-05", "TDP-16"]
    assert plan.by_code["2.10"].number == "2.10"
    assert len(plan.relations) == 8


def test_decomposed_letters_trailing_spaces_and_case_are_tolerated(default: Path, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        for sheet in book:
            for row in sheet:
                for cell in row:
                    if isinstance(cell.value, str) and not cell.value.startswith("="):
                        cell.value = unicodedata.normalize("NFD", cell.value) + " "
        book[REGISTER]["B2"] = "TỔ DÂN PHỐ "
        book[FORM]["J26"] = "tổ dân phố"
        book[SETTINGS]["B5"] = "2021"
        book[LETTERS].title = "THƯ "

    plan = good(edited(default, tmp_path, edit)).plan
    assert plan == good(default).plan


def test_a_year_may_come_as_a_number_or_as_text(default: Path, tmp_path: Path) -> None:
    for value in (2022, 2022.0, "2022", " 2022 "):
        assert good(edited(default, tmp_path, put(SETTINGS, "B5", value))).plan.settings.year == 2022


def test_a_period_becomes_part_of_the_edition(default: Path, tmp_path: Path) -> None:
    plan = good(edited(default, tmp_path, put(SETTINGS, "B6", "Sơ kết"))).plan
    assert (plan.settings.period, plan.settings.edition, plan.period_label) == ("so-ket", "2021-so-ket", "Sơ kết")


def test_settings_are_read_in_the_forms_people_write(default: Path, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        sheet = book[SETTINGS]
        sheet["B11"] = dt.datetime(2021, 11, 25)  # noqa: DTZ001 - a cell knows no zone
        sheet["B21"] = "05/01/2022"
        sheet["B12"] = "ubnd@tanphong.laichau.gov.vn"
        sheet["B14"] = "theo số tiêu chuẩn đạt đầy đủ"
        sheet["B15"] = "Riêng tổ dân phố và bản"
        sheet["B16"] = "82,5%"
        sheet["C16"] = f"{sheet['C16'].value} Quyết định số 9/QĐ-UBND"
        sheet["B17"] = "Tốt: từ 90 %; mỗi tiêu chuẩn từ 70 %\nKhá: 70"
        sheet["C17"] = "Hướng dẫn số 3"
        sheet["B19"] = "Biểu độc lập"
        sheet["B32"] = "1,5"

    settings = good(edited(default, tmp_path, edit)).plan.settings
    assert (settings.deadline, settings.report_date) == (dt.date(2021, 11, 25), dt.date(2022, 1, 5))
    assert settings.reply_to == "ubnd@tanphong.laichau.gov.vn"
    assert (settings.tie_break, settings.separate_lists) == (True, True)
    assert settings.pass_percent == 82.5
    assert settings.classes == (RatingClass("Tốt", 90.0, 70.0), RatingClass("Khá", 70.0, None))
    assert settings.presentation == "Biểu độc lập"
    assert settings.smtp_pause == 1.5
    assert settings.basis == {"pass_percent": "Quyết định số 9/QĐ-UBND", "classes": "Hướng dẫn số 3"}


def test_all_but_the_year_may_be_empty_or_removed(default: Path, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        for row in (*range(2, 5), *range(6, 33)):
            book[SETTINGS].cell(row, 2).value = None
        book[SETTINGS].delete_rows(27, 6)
        for row in range(2, 14):
            book[LETTERS].cell(row, 2).value = None

    plan = good(edited(default, tmp_path, edit)).plan
    assert (plan.settings.ward, plan.settings.smtp_port, plan.settings.smtp_pause) == ("", None, 0.0)
    assert plan.settings.presentation == "Phụ lục kèm báo cáo"
    assert set(plan.letters.values()) == {""}


def test_a_further_column_of_yes_and_no_is_an_attribute(default: Path, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        register = book[REGISTER]
        columns: dict[str, tuple[str | int, ...]] = {"K": ("Vùng cao", "Có", "Không"), "L": ("Số hộ", 120, 98)}
        for column, values in columns.items():
            for row, value in enumerate(values, start=1):
                register[f"{column}{row}"] = value
        book[FORM]["J13"] = "vùng cao"

    plan = good(edited(default, tmp_path, edit)).plan
    assert plan.by_code["1.1"].applies_to == "Vùng cao"
    assert [plan.applies(plan.by_code["1.1"], group) for group in plan.groups] == [True, False]
    assert plan.groups[0].attributes == {"Làm điểm", "Vùng cao"}


def test_a_blank_about_villages_means_no_for_a_town_group(default: Path, tmp_path: Path) -> None:
    path = edited(default, tmp_path, both(put(REGISTER, "D2", None), put(REGISTER, "E2", None)))
    assert good(path).plan.groups[0].attributes == {"Làm điểm"}


def test_criteria_and_standards_may_be_added_and_removed(default: Path, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        form = book[FORM]
        for merged in ("A62:D62", "A63:D63", "C65:D65", "C66:D66"):
            form.unmerge_cells(merged)
        form.delete_rows(57, 5)
        form.insert_rows(10)
        for cell, value in {"A10": "4", "B10": "Có trường hợp khác.", "I10": "I.4"}.items():
            form[cell] = value
        form["A57"], form["B57"] = "6", "Tiêu chuẩn 6: Chuyển đổi số"
        form.insert_rows(58)
        for cell, value in {"A58": "6.1", "B58": "Có tổ công nghệ số.", "I58": "6.1"}.items():
            form[cell] = value
        form["K58"] = 2
        book[RELATIONS].delete_rows(2, 8)

    plan = good(edited(default, tmp_path, edit)).plan
    assert [standard.number for standard in plan.standards] == ["1", "2", "3", "4", "6"]
    assert (plan.by_code["6.1"].standard, plan.by_code["6.1"].points) == ("6", 2)
    assert [case.code for case in plan.cases] == ["I.1", "I.2", "I.4", "I.3"]


def test_a_form_without_cases_is_allowed(default: Path, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        for row in range(6, 12):
            for column in range(1, 17):
                book[FORM].cell(row, column).value = None
        book[RELATIONS].delete_rows(2, 4)

    assert good(edited(default, tmp_path, edit)).plan.cases == ()


def test_office_cells_left_empty_take_their_defaults(default: Path, tmp_path: Path) -> None:
    edit = both(*(put(FORM, f"{column}13", None) for column in "JKLMNOP"))
    criterion = good(edited(default, tmp_path, edit)).plan.by_code["1.1"]
    assert (criterion.applies_to, criterion.points) == ("Tất cả", 1)
    assert (criterion.tasks, criterion.figure) == ((), None)


def test_a_figure_typed_as_people_write_it_is_understood(default: Path, tmp_path: Path) -> None:
    edit = both(put(FORM, "N13", "≥"), put(FORM, "O13", "95,5%"), put(FORM, "K13", "2"))
    criterion = good(edited(default, tmp_path, edit)).plan.by_code["1.1"]
    assert criterion.figure == Figure("Tỷ lệ chức danh được đào tạo, bồi dưỡng", ">=", 95.5, "%")
    assert criterion.points == 2
