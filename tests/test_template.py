"""The default template is what `init` makes; any template is read into a plan, or into all its mistakes at once."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tdp_xlsx.findings import template as rules
from tdp_xlsx.findings.rule import Rule
from tdp_xlsx.model import Figure, RatingClass, Severity
from tdp_xlsx.template import build_template, read_template

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from tdp_xlsx.model import Finding, Template

ROOT = Path(__file__).parents[1]
CHECKED_IN = ROOT / "templates" / "self_assessment_template.xlsx"
NAME = "templates/self_assessment_template.xlsx"
SETTINGS, REGISTER, FORM = "Cấu hình", "Danh sách đơn vị", "Bảng tự đánh giá"
RELATIONS, LETTERS = "Quan hệ tiêu chí", "Thư"


@pytest.fixture(scope="session")
def default(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "default.xlsx"
    build_template(path)
    return path


def edited(default: Path, tmp_path: Path, edit: Callable[[Workbook], None]) -> Path:
    """The default template after an edit in another program."""
    book = openpyxl.load_workbook(default)
    edit(book)
    path = tmp_path / "edited.xlsx"
    book.save(path)
    return path


def put(sheet: str, cell: str, value: Any) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        book[sheet][cell] = value

    return edit


def both(*edits: Callable[[Workbook], None]) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        for one in edits:
            one(book)

    return edit


def good(path: Path) -> Template:
    template, findings = read_template(path, NAME)
    assert findings == ()
    assert template is not None
    return template


def bad(path: Path) -> tuple[Finding, ...]:
    template, findings = read_template(path, NAME)
    assert template is None
    return findings


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
    heights = {row for row, size in sheet.row_dimensions.items() if size.height is not None}
    assert heights == {1, 2, 3, 62, 63, 66}, "only rows with merged cells and the input row have a height"


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
    assert plan.letters["remind_subject"] == "{co_quan}: nhắc nộp Bảng tự đánh giá năm {nam} – {don_vi}"
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
        for row in range(2, 11):
            book[LETTERS].cell(row, 2).value = None

    plan = good(edited(default, tmp_path, edit)).plan
    assert (plan.settings.ward, plan.settings.smtp_port, plan.settings.smtp_pause) == ("", None, 0.0)
    assert plan.settings.presentation == "Phụ lục kèm báo cáo"
    assert set(plan.letters.values()) == {""}


def test_a_further_column_of_yes_and_no_is_an_attribute(default: Path, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        register = book[REGISTER]
        for column, values in {"K": ("Vùng cao", "Có", "Không"), "L": ("Số hộ", 120, 98)}.items():
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
        for cell, value in {"A58": "6.1", "B58": "Có tổ công nghệ số.", "I58": "6.1", "K58": 2}.items():
            form[cell] = value
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


# --- mistakes --------------------------------------------------------------


def drop(sheet: str) -> Callable[[Workbook], None]:
    return lambda book: book.remove(book[sheet])


def empty_rows(sheet: str, first: int, last: int) -> Callable[[Workbook], None]:
    return lambda book: book[sheet].delete_rows(first, last - first + 1)


def no_criteria(book: Workbook) -> None:
    for row in range(11, 62):
        for column in range(1, 17):
            book[FORM].cell(row, column).value = None
    book[RELATIONS].delete_rows(2, 8)


MISTAKES: tuple[tuple[Rule, Callable[[Workbook], None], str, str | None], ...] = (
    (rules.SHEET_MISSING, drop(LETTERS), LETTERS, None),
    (rules.SHEET_TWICE, lambda book: book.create_sheet("Thư "), LETTERS, "A1"),
    (rules.HEADING_MISSING, put(SETTINGS, "B1", "Trị giá"), SETTINGS, "A1"),
    (rules.HEADING_MISSING, put(REGISTER, "I1", "Email"), REGISTER, "A1"),
    (rules.HEADING_MISSING, put(FORM, "I5", "Ký hiệu"), FORM, "A5"),
    (rules.HEADING_MISSING, put(RELATIONS, "E1", None), RELATIONS, "A1"),
    (rules.HEADING_MISSING, put(LETTERS, "B1", None), LETTERS, "A1"),
    (rules.HEADING_TWICE, put(REGISTER, "K1", "Ghi chú"), REGISTER, "K1"),
    (rules.HEADING_TWICE, both(put(REGISTER, "K1", "Vùng cao"), put(REGISTER, "L1", "vùng cao")), REGISTER, "L1"),
    (rules.HEADING_TWICE, put(FORM, "H5", "Mã"), FORM, "I5"),
    (rules.ITEM_UNKNOWN, put(SETTINGS, "A19", "Kiểu in"), SETTINGS, "A19"),
    (rules.ITEM_UNKNOWN, put(LETTERS, "A3", "Nội dung thư"), LETTERS, "A3"),
    (rules.ITEM_TWICE, put(SETTINGS, "A4", "Tên phường"), SETTINGS, "A4"),
    (rules.FIELD_UNKNOWN, put(SETTINGS, "B9", "BẢNG NĂM {year}"), SETTINGS, "B9"),
    (rules.FIELD_UNKNOWN, put(FORM, "B13", "Cam kết năm {năm}"), FORM, "B13"),
    (rules.FIELD_UNKNOWN, put(LETTERS, "B2", "Gửi {ten}"), LETTERS, "B2"),
    (rules.YEAR_BAD, put(SETTINGS, "B5", None), SETTINGS, "B5"),
    (rules.YEAR_BAD, put(SETTINGS, "B5", 1989), SETTINGS, "B5"),
    (rules.YEAR_BAD, put(SETTINGS, "B5", "năm nay"), SETTINGS, "B5"),
    (rules.YEAR_BAD, put(SETTINGS, "B5", 2021.5), SETTINGS, "B5"),
    (rules.PERIOD_BAD, put(SETTINGS, "B6", "…"), SETTINGS, "B6"),
    (rules.PERIOD_BAD, put(SETTINGS, "B6", "Sơ kết sáu tháng đầu năm của phường"), SETTINGS, "B6"),
    (rules.CHOICE_UNKNOWN, put(SETTINGS, "B19", "Phụ lục"), SETTINGS, "B19"),
    (rules.DATE_BAD, put(SETTINGS, "B11", "cuối tháng 11"), SETTINGS, "B11"),
    (rules.DATE_BAD, put(SETTINGS, "B11", "31/11/2021"), SETTINGS, "B11"),
    (rules.DATE_BAD, put(SETTINGS, "B21", "11/2021"), SETTINGS, "B21"),
    (rules.PERCENT_BAD, put(SETTINGS, "B16", 101), SETTINGS, "B16"),
    (rules.PERCENT_BAD, put(SETTINGS, "B16", 0.8), SETTINGS, "B16"),
    (rules.PERCENT_BAD, put(SETTINGS, "B16", "tám mươi"), SETTINGS, "B16"),
    (rules.PORT_BAD, put(SETTINGS, "B28", "smtp"), SETTINGS, "B28"),
    (rules.PORT_BAD, put(SETTINGS, "B28", 70000), SETTINGS, "B28"),
    (rules.SECONDS_BAD, put(SETTINGS, "B32", -1), SETTINGS, "B32"),
    (rules.SECONDS_BAD, put(SETTINGS, "B32", "nhanh"), SETTINGS, "B32"),
    (rules.EMAIL_BAD, put(SETTINGS, "B12", "tân phong@gov.vn"), SETTINGS, "B12"),
    (rules.EMAIL_BAD, put(REGISTER, "I3", "0912 345 678"), REGISTER, "I3"),
    (rules.CLASSES_BAD, put(SETTINGS, "B17", "Tốt: nhiều"), SETTINGS, "B17"),
    (rules.CLASSES_BAD, put(SETTINGS, "B17", "Tốt: 90\ntốt: 80"), SETTINGS, "B17"),
    (rules.CLASSES_BAD, put(SETTINGS, "B17", "Tốt: 190"), SETTINGS, "B17"),
    (rules.NO_GROUPS, empty_rows(REGISTER, 2, 3), REGISTER, "A1"),
    (rules.GROUP_CODE_MISSING, put(REGISTER, "A3", None), REGISTER, "A3"),
    (rules.GROUP_CODE_NUMERIC, put(REGISTER, "A3", 16), REGISTER, "A3"),
    (rules.GROUP_CODE_UNFIT, put(REGISTER, "A3", "TDP/16"), REGISTER, "A3"),
    (rules.GROUP_CODE_UNFIT, put(REGISTER, "A3", "TỔ-16"), REGISTER, "A3"),
    (rules.GROUP_CODE_UNFIT, put(REGISTER, "A3", "16"), REGISTER, "A3"),
    (rules.GROUP_CODE_UNFIT, put(REGISTER, "A3", "TC-16"), REGISTER, "A3"),
    (rules.GROUP_CODE_UNFIT, put(REGISTER, "A3", "TDP-" + "1" * 29), REGISTER, "A3"),
    (rules.GROUP_CODE_TWICE, put(REGISTER, "A3", "tdp-05"), REGISTER, "A3"),
    (rules.KIND_UNKNOWN, put(REGISTER, "B3", "Thôn"), REGISTER, "B3"),
    (rules.KIND_UNKNOWN, put(REGISTER, "B3", None), REGISTER, "B3"),
    (rules.GROUP_NAME_MISSING, put(REGISTER, "C3", " "), REGISTER, "C3"),
    (rules.GROUP_NAME_TWICE, put(REGISTER, "C3", "tổ dân phố  số 5"), REGISTER, "C3"),
    (rules.ATTRIBUTE_UNCLEAR, put(REGISTER, "D3", "có lẽ"), REGISTER, "D3"),
    (rules.ATTRIBUTE_UNCLEAR, both(put(REGISTER, "B3", "Bản"), put(REGISTER, "D3", None)), REGISTER, "D3"),
    (rules.ATTRIBUTE_UNCLEAR, both(put(REGISTER, "F3", None), put(FORM, "J13", "Làm điểm")), REGISTER, "F3"),
    (
        rules.ATTRIBUTE_UNCLEAR,
        both(
            put(REGISTER, "K1", "Vùng cao"),
            put(REGISTER, "K2", "Có"),
            put(REGISTER, "K3", "một phần"),
            put(FORM, "J13", "Vùng cao"),
        ),
        REGISTER,
        "K3",
    ),
    (rules.NO_CRITERIA, no_criteria, FORM, "I5"),
    (rules.CRITERION_CODE_MISSING, put(FORM, "I47", None), FORM, "I47"),
    (rules.CRITERION_CODE_MISSING, put(FORM, "I10", None), FORM, "I10"),
    (rules.CRITERION_CODE_NUMERIC, put(FORM, "I25", 2.1), FORM, "I25"),
    (rules.CRITERION_CODE_NUMERIC, put(RELATIONS, "A6", 2.1), RELATIONS, "A6"),
    (rules.CRITERION_CODE_MALFORMED, put(FORM, "I46", "3,19"), FORM, "I46"),
    (rules.CRITERION_CODE_MALFORMED, put(FORM, "I46", "TC-3.19"), FORM, "I46"),
    (rules.CRITERION_CODE_TWICE, put(FORM, "I25", "2.1"), FORM, "I25"),
    (rules.CRITERION_TEXT_MISSING, put(FORM, "B20", None), FORM, "B20"),
    (rules.CRITERION_MISPLACED, put(FORM, "I20", "I.5"), FORM, "I20"),
    (rules.CRITERION_MISPLACED, put(FORM, "I9", "2.12"), FORM, "I9"),
    (rules.STANDARD_TWICE, both(put(FORM, "A27", "2"), put(FORM, "B27", "Tiêu chuẩn 2: Lặp lại")), FORM, "A27"),
    (rules.APPLIES_TO_UNKNOWN, put(FORM, "J25", "Bản vùng cao"), FORM, "J25"),
    (rules.APPLIES_TO_UNKNOWN, put(FORM, "J25", "Ghi chú"), FORM, "J25"),
    (rules.POINTS_BAD, put(FORM, "K25", 1.5), FORM, "K25"),
    (rules.POINTS_BAD, put(FORM, "K25", 0), FORM, "K25"),
    (rules.POINTS_BAD, put(FORM, "K25", "một"), FORM, "K25"),
    (rules.OPERATOR_UNKNOWN, put(FORM, "N25", "trên"), FORM, "N25"),
    (rules.THRESHOLD_BAD, put(FORM, "O25", "tám mươi"), FORM, "O25"),
    (rules.THRESHOLD_BAD, put(FORM, "O25", "1.250"), FORM, "O25"),
    (rules.FIGURE_INCOMPLETE, put(FORM, "O25", None), FORM, "O25"),
    (rules.FIGURE_INCOMPLETE, put(FORM, "M25", None), FORM, "M25"),
    (rules.THRESHOLD_SHARE, put(FORM, "O25", 0.8), FORM, "O25"),
    (rules.FORMULA_UNREADABLE, put(FORM, "A63", "=UPPER(B13)"), FORM, "A63"),
    (rules.GROUP_FIELD_MISSING, put(FORM, "A3", "Đơn vị:"), FORM, "A1"),
    (rules.NUMBER_NUMERIC, put(FORM, "A25", 2.1), FORM, "A25"),
    (rules.TEXT_RESERVED, put(FORM, "E13", "Có"), FORM, "E13"),
    (rules.TEXT_RESERVED, put(FORM, "A64", "tiêu chí "), FORM, "A64"),
    (rules.TEXT_RESERVED, put(FORM, "B64", "TC-2.1"), FORM, "B64"),
    (rules.RELATION_CODE_UNKNOWN, put(RELATIONS, "C3", "5.9"), RELATIONS, "C3"),
    (rules.RELATION_CODE_UNKNOWN, put(RELATIONS, "C3", None), RELATIONS, "C3"),
    (rules.RELATION_ANSWER_UNKNOWN, put(RELATIONS, "D3", "Đạt"), RELATIONS, "D3"),
    (rules.RELATION_ANSWER_UNKNOWN, put(RELATIONS, "B3", None), RELATIONS, "B3"),
    (rules.RELATION_LEVEL_UNKNOWN, put(RELATIONS, "E3", "Nặng"), RELATIONS, "E3"),
)


@pytest.mark.parametrize(
    ("rule", "edit", "sheet", "cell"),
    MISTAKES,
    ids=[f"{rule.code}-{number}" for number, (rule, *_) in enumerate(MISTAKES)],
)
def test_a_mistake_is_named_with_sheet_and_cell(  # noqa: PLR0913, PLR0917 - a table's columns
    rule: Rule,
    edit: Callable[[Workbook], None],
    sheet: str,
    cell: str | None,
    default: Path,
    tmp_path: Path,
) -> None:
    findings = bad(edited(default, tmp_path, edit))
    hits = [finding for finding in findings if finding.code == rule.code and finding.place.cell == cell]
    assert hits, findings
    for finding in findings:
        assert finding.severity is Severity.ERROR
        assert finding.place.file == NAME
        assert f"“{finding.place.sheet.strip()}”" in finding.message if finding.place.sheet else True
        assert finding.fix
    assert sheet in hits[0].message


def test_a_mistake_brings_no_other_finding_than_its_own(default: Path, tmp_path: Path) -> None:
    single = {rules.POINTS_BAD, rules.YEAR_BAD, rules.EMAIL_BAD, rules.KIND_UNKNOWN, rules.GROUP_CODE_TWICE}
    for rule, edit, _, _ in MISTAKES:
        if rule in single:
            assert [finding.code for finding in bad(edited(default, tmp_path, edit))] == [rule.code]


def test_every_rule_about_the_template_is_provoked_above() -> None:
    known = {rule.code for rule in vars(rules).values() if isinstance(rule, Rule)}
    provoked = {rule.code for rule, *_ in MISTAKES}
    assert known - provoked == {"T101"}, "T101 has its own test"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "không phải sổ tính"), (b"khong phai excel", "không phải sổ tính"), (b"PK\x03\x04", "")],
)
def test_a_file_that_is_no_workbook_is_refused_in_words(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    (finding,) = bad(path)
    assert finding.code == "T101"
    assert finding.message.startswith(f"Không đọc được sổ mẫu “{NAME}”: ")
    assert reason in finding.message


def test_a_file_that_is_not_there_is_the_callers_to_tell(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_template(tmp_path / "none.xlsx", NAME)


def test_all_mistakes_are_told_at_once_in_the_order_of_sheets(default: Path, tmp_path: Path) -> None:
    edit = both(
        put(SETTINGS, "B5", "hai nghìn"),
        put(REGISTER, "A3", "TDP-05"),
        put(REGISTER, "I2", "không có"),
        put(FORM, "I25", 2.1),
        put(RELATIONS, "A3", "9.9"),
    )
    findings = bad(edited(default, tmp_path, edit))
    assert [(finding.code, finding.place.cell) for finding in findings] == [
        ("T201", "B5"),
        ("T208", "I2"),
        ("T305", "A3"),
        ("T403", "I25"),
        ("T501", "A3"),
    ]
    assert findings[2].message == "Trang “Danh sách đơn vị”: mã đơn vị “TDP-05” đã có ở ô A2."


def test_a_sheet_that_is_empty_or_gone_stops_nothing_else_from_being_read(default: Path, tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        for sheet in (SETTINGS, REGISTER, FORM):
            book.remove(book[sheet])
        book.create_sheet(FORM)
        book[RELATIONS].delete_rows(1, 200)

    findings = bad(edited(default, tmp_path, edit))
    assert {finding.code for finding in findings} == {"T102", "T104"}
    assert {finding.place.sheet for finding in findings} == {SETTINGS, REGISTER, FORM}
