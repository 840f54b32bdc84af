"""A workbook that holds several forms: each is read as its own, and named by its sheet."""

from __future__ import annotations

import csv
import shutil
import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from tests.kit.returned import REGISTER
from tests.kit.ward import FORM, Line, Ward, answer_cells, key_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from tests.kit.node import Node
    from tests.kit.office import Office
    from tests.kit.ward import Done

COPY = f"{FORM} Copy"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    return Ward.make(tmp_path_factory.mktemp("ward") / "phuong", REGISTER).generate()


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """A copy to change."""
    return Ward(shutil.copytree(made.root, tmp_path / "phuong"))


def filled(
    ward: Ward,
    code: str,
    answers: Mapping[str, str | None] | None = None,
    edit: Callable[[Worksheet, dict[str, int]], None] | None = None,
) -> Path:
    """Fill a form beside the working folder."""
    book = openpyxl.load_workbook(ward.form(code))
    for address, value in answer_cells(book[FORM], answers).items():
        book[FORM][address] = value
    if edit:
        edit(book[FORM], key_rows(book[FORM]))
    path = ward.root.parent / f"{code}.xlsx"
    book.save(path)
    return path


def twice(ward: Ward, name: str, change: Callable[[Worksheet, dict[str, int]], None]) -> None:
    """Put a filled form of TDP-05 into the inbox with a copy of its sheet, changed."""
    book = openpyxl.load_workbook(filled(ward, "TDP-05"))
    copy = book.copy_worksheet(book[FORM])
    change(copy, key_rows(copy))
    book.save(ward.inbox / name)


def replaced(sheet: Worksheet, old: str, new: str) -> None:
    for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
        cell.value = str(cell.value).replace(old, new)


def as_group_16(sheet: Worksheet, rows: dict[str, int]) -> None:  # noqa: ARG001 - as each change has it
    replaced(sheet, "|TDP-05|", "|TDP-16|")
    replaced(sheet, "Tổ dân phố số 5", "Tổ dân phố số 16")


def states(done: Done) -> list[tuple[str, str | None, str]]:
    return [(one["file"].removeprefix("inbox/"), one["group"], one["status"]) for one in done.json["files"]]


def rows_of(ward: Ward, sheet: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(ward.workbook)[sheet].iter_rows(values_only=True))


def told(done: Done, code: str) -> list[tuple[str | None, str]]:
    return [(one["group"], one["message"]) for one in done.json["findings"] if one["code"] == code]


@pytest.mark.parametrize(
    "suffix", [".ods", *(pytest.param(one, marks=pytest.mark.exhaustive) for one in (".xlsx", ".xls", ".xlsb"))]
)
def test_each_form_is_read_as_its_own(ward: Ward, office: Office, request: pytest.FixtureRequest, suffix: str) -> None:
    def noted(sheet: Worksheet, rows: dict[str, int]) -> None:
        sheet[f"F{rows['2.3']}"].comment = Comment("hỏi lại", "Tổ trưởng")
        sheet[f"F{rows['2.6']}"] = "95 %"
        sheet[f"E{rows['2.4']}"].font = Font(strike=True)

    others = [(filled(ward, "TDP-16", {"1.1": "Không"}, noted), FORM), (filled(ward, "BAN-01", {"1.2": "Không"}), FORM)]
    path = ward.inbox / f"ca ba.{'xlsx' if suffix == '.xlsb' else suffix[1:]}"
    office.gather(filled(ward, "TDP-05"), others, path)
    if suffix == ".xlsb":
        node: Node = request.getfixturevalue("node")
        path = node.sheetjs_save(path, path.with_suffix(suffix))
        path.with_suffix(".xlsx").unlink()
    done = ward.call("consolidate", "--json")
    groups = done.groups()
    is_struck = suffix != ".xlsb"  # SheetJS writes neither
    assert states(done) == [
        (path.name, "TDP-05", "accepted"),
        (path.name, "TDP-16", "incomplete" if is_struck else "accepted"),
        (path.name, "BAN-01", "accepted"),
    ]
    assert {one["sha256"] for one in done.json["files"]} == {groups["TDP-05"]["sha256"]}
    met = {code: (groups[code]["met"], groups[code]["file"]) for code in ("TDP-05", "TDP-16", "BAN-01")}
    name = f"inbox/{path.name}"
    assert met == {"TDP-05": (43, name), "TDP-16": (42 - is_struck, name), "BAN-01": (42, name)}
    sheets = [f"{FORM}_2", f"{FORM}_3"]
    if is_struck:
        row = key_rows(openpyxl.load_workbook(ward.form("TDP-16"))[FORM])["2.4"]
        assert [told(done, code) for code in ("A512", "I316")] == [
            [("TDP-16", f"Trang “{sheets[0]}”: Mục 2.4: nội dung “Có” tại ô E{row} bị gạch ngang.")],
            [("TDP-16", f"Trang “{sheets[0]}”: Trong tệp có nội dung không đọc được: ghi chú gắn vào ô.")],
        ]
        (back,) = (ward.root / "outbox" / "tra_lai").iterdir()
        form = openpyxl.load_workbook(back)[FORM]
        keys = key_rows(form)
        assert back.name == "2021_TDP-16_bang-tu-danh-gia_lan-2.xlsx"
        assert [form[f"E{keys[code]}"].value for code in ("1.1", "1.2", "2.4")] == ["Không", "Có", None]
        assert form[f"F{keys['2.6']}"].value == "95 %"
    received = [row for row in rows_of(ward, "Tình hình nộp bảng") if str(row[6]).startswith(name)]
    assert [(row[1], row[6]) for row in received] == 2 * [
        ("TDP-05", f"{name}, trang {FORM}"),
        ("TDP-16", f"{name}, trang {sheets[0]}"),
        ("BAN-01", f"{name}, trang {sheets[1]}"),
    ]
    answers = {
        (str(row[0]).partition("|")[0], sheet)
        for row in rows_of(ward, "Dữ liệu")
        for sheet in (FORM, *sheets)
        if sheet in row
    }
    assert answers == {("TDP-05", FORM), ("TDP-16", sheets[0]), ("BAN-01", sheets[1])}


@pytest.mark.parametrize(
    ("change", "statuses", "code"),
    [
        ({}, ["accepted", "duplicate"], "G401"),
        ({"2.3": "Không"}, ["conflict", "conflict"], "G403"),
        ({"2.3": None, "4.1": None}, ["accepted", "superseded"], "G402"),
    ],
)
def test_copies_of_one_group_s_form_are_weighed_like_files(
    ward: Ward, change: dict[str, str | None], statuses: list[str], code: str
) -> None:
    def edit(sheet: Worksheet, rows: dict[str, int]) -> None:
        for criterion, word in change.items():
            sheet[f"E{rows[criterion]}"] = word

    twice(ward, "hai.xlsx", edit)
    done = ward.call("consolidate", "--json")
    assert states(done) == [("hai.xlsx", "TDP-05", status) for status in statuses]
    assert done.groups()["TDP-05"]["status"] == ("rejected" if code == "G403" else "valid")
    assert {found["code"] for found in done.json["findings"]} - {"G405"} == {code}
    for _, message in told(done, code):
        assert f"“inbox/hai.xlsx, trang {FORM}”" in message
        assert f"“inbox/hai.xlsx, trang {COPY}”" in message
    if code == "G403":
        (back,) = (ward.root / "outbox" / "tra_lai").iterdir()
        form = openpyxl.load_workbook(back)[FORM]
        asked = form[f"G{key_rows(form)['2.3']}"].value
        assert f"“hai.xlsx, trang {FORM}” ghi Có; “hai.xlsx, trang {COPY}” ghi Không" in str(asked)


def drop_heading(sheet: Worksheet, rows: dict[str, int]) -> None:
    as_group_16(sheet, rows)
    next(cell for row in sheet.iter_rows() for cell in row if cell.value == "Trả lời").value = None


def other_year(sheet: Worksheet, rows: dict[str, int]) -> None:
    as_group_16(sheet, rows)
    replaced(sheet, "|2021|", "|2020|")


def nobody(sheet: Worksheet, rows: dict[str, int]) -> None:
    del rows
    replaced(sheet, "tdp-xlsx-1|", "")
    replaced(sheet, "Tổ dân phố số 5", "Tổ dân phố ...")


def by_print(sheet: Worksheet, rows: dict[str, int]) -> None:
    as_group_16(sheet, rows)
    replaced(sheet, "tdp-xlsx-1|", "")


def other_print(sheet: Worksheet, rows: dict[str, int]) -> None:
    del rows
    replaced(sheet, "Tổ dân phố số 5", "Tổ dân phố số 16")


@pytest.mark.parametrize(
    ("change", "outcome", "message"),
    [
        (as_group_16, ("TDP-16", "accepted"), None),
        (by_print, ("TDP-16", "accepted"), "nhận ra là bảng của Tổ dân phố số 16"),
        (drop_heading, ("TDP-16", "rejected"), "Không tìm thấy dòng tiêu đề"),
        (other_year, ("TDP-16", "rejected"), "Bảng của kỳ đánh giá 2020"),
        (nobody, (None, "rejected"), "Bảng không còn thông tin nhận dạng"),
        (other_print, ("TDP-05", "rejected"), "Bảng in tên “Tổ dân phố số 16” nhưng mang mã của TDP-05"),
    ],
)
def test_a_form_says_by_itself_whose_it_is_and_costs_no_other(
    ward: Ward,
    change: Callable[[Worksheet, dict[str, int]], None],
    outcome: tuple[str | None, str],
    message: str | None,
) -> None:
    """The property and the hidden sheet are those of TDP-05, as is the file's name."""
    name = ward.form("TDP-05").name
    twice(ward, name, change)
    done = ward.call("check", "--json")
    assert states(done) == [(name, "TDP-05", "accepted"), (name, *outcome)]
    assert done.groups()["TDP-05"]["status"] == "valid"
    messages = [found["message"] for found in done.json["findings"]]
    assert len(messages) == (message is not None)
    for text in messages:
        assert text.startswith(f"Trang “{COPY}”: {message}") or message in text
    lines = ward.call("check").out.splitlines()
    assert [line.partition(" [")[0] for line in lines if line.startswith("inbox")] == [
        f"inbox/{name}, trang {sheet}" for sheet in (FORM, COPY)
    ]


def test_what_the_office_s_form_holds_is_no_news_in_any_of_its_forms(ward: Ward) -> None:
    book = openpyxl.load_workbook(ward.template)
    book[FORM]["A1"].comment = Comment("Mẫu của phường", "UBND")
    book.save(ward.template)
    ward.generate()

    def both(sheet: Worksheet, rows: dict[str, int]) -> None:
        as_group_16(sheet, rows)
        sheet["A1"].comment = Comment("Mẫu của phường", "UBND")

    twice(ward, "hai.xlsx", both)
    done = ward.call("check", "--json")
    assert states(done) == [("hai.xlsx", "TDP-05", "accepted"), ("hai.xlsx", "TDP-16", "accepted")]
    assert done.codes() == []


@pytest.mark.exhaustive
def test_a_whole_ward_in_one_workbook_in_an_archive_in_a_mail_counts(tmp_path: Path, office: Office) -> None:
    """Beside a sheet that is no form; two hidden sheets, as where both were brought along."""
    codes = [f"TDP-{number:02d}" for number in range(1, 21)]
    ward = Ward.make(tmp_path / "phuong", [Line(code, f"Tổ dân phố số {int(code[4:])}") for code in codes]).generate()
    forms = [filled(ward, code, {"1.1": None} if code == "TDP-20" else None) for code in codes]
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Danh sách hộ nghèo"])
    book.save(tmp_path / "khac.xlsx")
    others = [*((path, FORM) for path in forms[1:]), (forms[3], "_tdp"), (tmp_path / "khac.xlsx", "Sheet")]
    path = office.gather(forms[0], others, tmp_path / "ca phuong.ods")
    with zipfile.ZipFile(tmp_path / "ca.zip", "w") as archive:
        archive.write(path, path.name)
    mail = EmailMessage()
    mail["From"] = "to1@example.vn"
    mail.set_content("Gửi cả phường.")
    mail.add_attachment((tmp_path / "ca.zip").read_bytes(), maintype="application", subtype="zip", filename="ca.zip")
    (ward.inbox / "thu.eml").write_bytes(mail.as_bytes())
    done = ward.call("check", "--json")
    name = "thu.eml/ca.zip/ca phuong.ods"
    assert states(done) == [(name, code, "incomplete" if code == "TDP-20" else "accepted") for code in codes]
    assert [found["code"] for found in done.json["findings"] if found["severity"] == "error"] == ["A501"]


def test_open_data_tell_the_sheet_and_the_right_file_of_each_answer(ward: Ward) -> None:
    twice(ward, "hai.xlsx", as_group_16)
    for command in ("consolidate", "export"):
        done = ward.call(command)
        assert done.code == 0, done.err
    tables: dict[str, list[dict[str, str]]] = {}
    for name in ("files", "answers", "groups"):
        with (ward.root / "outbox" / "du_lieu" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    assert [(row["path"], row["sheet"], row["group"]) for row in tables["files"]] == [
        ("inbox/hai.xlsx", FORM, "TDP-05"),
        ("inbox/hai.xlsx", COPY, "TDP-16"),
    ]
    assert {(row["group"], row["file"]) for row in tables["answers"]} == {("TDP-05", "1"), ("TDP-16", "2")}
    assert [row["file"] for row in tables["groups"]] == ["1", "2", "", ""]


def test_compare_and_forms_kept_outside_the_inbox_know_of_several(ward: Ward) -> None:
    twice(ward, "hai.xlsx", as_group_16)
    done = ward.call("compare", ward.inbox / "hai.xlsx", ward.form("TDP-05"))
    assert (done.code, "trong tệp có nhiều bảng, hãy chép riêng ra" in done.err) == (2, True)
    shutil.move(ward.inbox / "hai.xlsx", ward.form("TDP-05"))
    done = ward.call("generate", "TDP-05")
    assert (done.code, "Giữ nguyên 01 bảng đã có nội dung điền" in done.err) == (2, True)
