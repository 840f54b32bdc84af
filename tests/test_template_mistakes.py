"""Every mistake in a template is named with its sheet and cell, what is wrong and what to do, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tdp_xlsx.findings import template as rules
from tdp_xlsx.findings.rule import Rule
from tdp_xlsx.model import Severity
from tdp_xlsx.template.build import build_template
from tdp_xlsx.template.read import read_template
from tests.kit.template_book import (
    FORM,
    LETTERS,
    LINKS,
    NAME,
    REGISTER,
    RELATIONS,
    SETTINGS,
    bad,
    both,
    edited,
    links,
    put,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook


@pytest.fixture(scope="session")
def default(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "default.xlsx"
    build_template(path)
    return path


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
    (rules.HEADING_MISSING, both(links([]), put(LINKS, "B1", None)), LINKS, "A1"),
    (rules.SHEET_TWICE, both(links([]), lambda book: book.create_sheet("đối chiếu năm trước ")), "đối chiếu", "A1"),
    (rules.LINK_WORD_UNKNOWN, links([("TDP-01", "TDP-05", "Sáp nhập")]), LINKS, "C2"),
    (rules.LINK_WORD_UNKNOWN, links([("TDP-01", "TDP-05")]), LINKS, "C2"),
    (rules.LINK_WORD_UNKNOWN, links([], [("2.1", None, None, "KH 30")]), LINKS, "C5"),
    (rules.LINK_CODE_UNKNOWN, links([("TDP-05", "TDP-06", "Đổi mã")]), LINKS, "B2"),
    (rules.LINK_CODE_UNKNOWN, links([], [("2.1", "2.99", "Như cũ")]), LINKS, "B5"),
    (rules.LINK_CODE_MISSING, links([("TDP-05", None, "Đổi tên")]), LINKS, "B2"),
    (rules.LINK_CODE_MISSING, links([], [(None, "2.1", "Gộp")]), LINKS, "A5"),
    (rules.LINK_CODE_EXTRA, links([("TDP-05", "TDP-05", "Giải thể")]), LINKS, "B2"),
    (rules.LINK_CODE_EXTRA, links([], [("2.1", "2.1", "Mới")]), LINKS, "A5"),
    (rules.GROUP_CODE_NUMERIC, links([(5, "TDP-05", "Đổi mã")]), LINKS, "A2"),
    (rules.CRITERION_CODE_NUMERIC, links([], [("2.1", 2.1, "Như cũ")]), LINKS, "B5"),
    (rules.DATE_BAD, links([("TDP-05", "TDP-05", "Đổi tên", None, "31/2/2022")]), LINKS, "E2"),
    (rules.LINK_TWICE, links([("TDP-05", "TDP-05", "Đổi tên"), ("tdp-05", "TDP-05", "Nhập")]), LINKS, "A3"),
    (rules.LINK_NOT_ALONE, links([("TDP-05", "TDP-05", "Giữ nguyên"), ("TDP-06", "TDP-05", "Nhập")]), LINKS, "C2"),
    (rules.LINK_NOT_ALONE, links([("TDP-06", "TDP-05", "Đổi mã"), ("TDP-06", None, "Giải thể")]), LINKS, "C3"),
    (rules.LINK_OF_ONE, links([("TDP-06", "TDP-05", "Nhập")]), LINKS, "C2"),
    (rules.LINK_OF_ONE, links([("TDP-06", "TDP-05", "Chia tách")]), LINKS, "C2"),
    (rules.LINK_OF_ONE, links([], [("2.1", "2.1", "Tách")]), LINKS, "C5"),
    (rules.LINK_CODES_CONTRADICT, links([("TDP-05", "TDP-16", "Giữ nguyên")]), LINKS, "C2"),
    (rules.LINK_CODES_CONTRADICT, links([("TDP-05", "TDP-05", "Đổi mã")]), LINKS, "C2"),
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


@pytest.mark.exhaustive
def test_a_mistake_brings_no_other_finding_than_its_own(default: Path, tmp_path: Path) -> None:
    single = {rules.POINTS_BAD, rules.YEAR_BAD, rules.EMAIL_BAD, rules.KIND_UNKNOWN, rules.GROUP_CODE_TWICE}
    for rule, edit, _, _ in MISTAKES:
        if rule in single or rule.code.startswith("T6"):
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
