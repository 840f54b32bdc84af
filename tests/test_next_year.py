"""From one year's folder to the next: what `new-year` keeps, empties and lays, and what the links of the years say."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

import openpyxl
import openpyxl.styles
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tdp_xlsx.links import CriterionChange, GroupChange, Link
from tests.kit.template_book import LINKS, bad, edited, good, links
from tests.kit.ward import Line, Ward, answer_cells, call

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.office import Office

REGISTER = (Line("TDP-01", "Tổ dân phố số 1"), Line("TDP-02", "Tổ dân phố số 2"), Line("BAN-01", "Bản Lùng", "Bản"))
SETTINGS = {
    "Hạn nộp": dt.date(2021, 11, 25),
    "Số báo cáo": "05",
    "Ngày báo cáo": "30/12/2021",
    "Dòng kèm theo kế hoạch": "(Kèm theo Kế hoạch số 25/KH-UBND ngày 24 tháng 4 năm 2021 của UBND phường Tân Phong)",
    "Người lập biểu": "Ví Thị Dụ",
    "Địa chỉ nhận bảng": "phuong@example.vn",
    "Nơi nhận": "- Lưu: VT (theo Kế hoạch năm 2021).",
}


def prints(root: Path) -> dict[str, str]:
    """Every file below a folder with a hash of its content."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def this_year(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """A ward's folder of 2021: restyled, two of three forms in, the ward workbook written."""
    ward = Ward.make(tmp_path_factory.mktemp("year") / "2021", REGISTER, SETTINGS)
    book = openpyxl.load_workbook(ward.template)
    form = book["Bảng tự đánh giá"]
    form["B13"].font = openpyxl.styles.Font(name="Arial", size=15, color="FF0000")
    form["B20"] = CellRichText("Chỉ tiêu ", TextBlock(InlineFont(b=True), "đậm"), " của năm 2021")
    form.column_dimensions["F"].width = 51
    book["Thư"]["B2"] = "Gửi {don_vi}, năm {nam}"
    book.save(ward.template)
    ward.generate()
    ward.send("TDP-01")
    ward.send("BAN-01", {"2.3": "Không"})
    assert ward.call("consolidate").code == 0
    return ward


def values(path: Path, sheet: str) -> dict[str, Any]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(max_col=2, values_only=True)
    return {str(label): value for label, value in rows if label}


def test_next_years_template_is_this_years_with_the_year_moved_on_and_its_dates_and_numbers_emptied(
    this_year: Ward, tmp_path: Path
) -> None:
    before = prints(this_year.root)
    done = this_year.call("new-year", tmp_path / "2022")
    assert done.code == 0, done.err
    assert prints(this_year.root) == before, "nothing of this year's folder changes"
    following = Ward(tmp_path / "2022")
    settings = values(following.template, "Cấu hình")
    assert (settings["Năm đánh giá"], settings["Người lập biểu"]) == (2022, "Ví Thị Dụ")
    assert [settings[label] for label in ("Hạn nộp", "Số báo cáo", "Ngày báo cáo")] == [None, None, None]
    assert settings["Dòng kèm theo kế hoạch"] == (
        "(Kèm theo Kế hoạch số   /KH-UBND ngày   tháng   năm      của UBND phường Tân Phong)"
    )
    assert "NĂM {nam}" in settings["Tên biểu"]
    assert values(following.template, "Thư")["Thư gửi bảng: tiêu đề"] == "Gửi {don_vi}, năm {nam}"
    old, new = good(this_year.template).plan, good(following.template).plan
    assert (new.groups, new.codes, new.relations, new.letters) == (old.groups, old.codes, old.relations, old.letters)
    form = openpyxl.load_workbook(following.template, rich_text=True)["Bảng tự đánh giá"]
    assert (form["B13"].font.name, form["B13"].font.color.rgb, form.column_dimensions["F"].width) == (
        "Arial",
        "00FF0000",
        51,
    )
    assert [type(part).__name__ for part in form["B20"].value] == ["str", "TextBlock", "str"]
    assert (following.root / "nam_truoc/tong_hop_2021.xlsx").read_bytes() == this_year.workbook.read_bytes()
    assert list(following.inbox.iterdir()) == []


def test_what_a_person_must_look_at_is_listed(this_year: Ward, tmp_path: Path) -> None:
    told = " ".join(this_year.call("new-year", tmp_path / "2022").out.split())
    for line in (
        "- Cấu hình, ô B11, Hạn nộp: đã xóa “25/11/2021”; ghi của năm 2022.",
        "- Cấu hình, ô B20, Số báo cáo: đã xóa “05”; ghi của năm 2022.",
        "- Cấu hình, ô B25: có nêu năm, sửa nếu cần: “- Lưu: VT (theo Kế hoạch năm 2021).”",
        "- Bảng tự đánh giá, ô B20: có nêu năm, sửa nếu cần: “Chỉ tiêu đậm của năm 2021”",
        "- Danh sách đơn vị: 01 đơn vị năm 2021 chưa nộp: TDP-02.",
    ):
        assert line in told, told
    assert told.count("có nêu năm") == 2, "the program's own explanations are not the officer's to look at"


def test_the_sheet_of_links_lists_last_years_codes_and_says_nothing_of_them(this_year: Ward, tmp_path: Path) -> None:
    assert this_year.call("new-year", tmp_path / "2022").code == 0
    book = openpyxl.load_workbook(Ward(tmp_path / "2022").template)
    assert book.sheetnames[-2:] == ["Thư", LINKS]
    sheet = book[LINKS]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    at = rows.index(["Mã năm trước", "Mã năm nay", "Biến động", "Căn cứ", "Từ ngày", "Ghi chú", "Tên năm trước"])
    assert rows[at + 1 : at + 5] == [
        ["TDP-01", None, None, None, None, None, "Tổ dân phố số 1"],
        ["TDP-02", None, None, None, None, None, "Tổ dân phố số 2"],
        ["BAN-01", None, None, None, None, None, "Bản Lùng"],
        [None] * 7,
    ]
    second = rows.index(
        ["Tiêu chí năm trước", "Tiêu chí năm nay", "Quan hệ", "Căn cứ", None, None, "Lời văn năm trước"]
    )
    assert [row[0] for row in rows[second + 1 : second + 49]][:4] == ["I.1", "I.2", "I.3", "1.1"]
    assert rows[second + 48][0] == "5.5"
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert lists == {
        f"C{at + 2}:C{at + 24}": ('"Giữ nguyên,Đổi tên,Đổi mã,Nhập,Chia tách,Điều chỉnh một phần,Giải thể,Lập mới"'),
        f"C{second + 2}:C{second + 69}": '"Như cũ,Đổi lời không đổi nghĩa,Đổi nghĩa,Gộp,Tách,Bỏ,Mới"',
    }
    read = good(Ward(tmp_path / "2022").template).plan.links
    assert (read.groups, read.criteria) == ((), ())
    assert LINKS not in openpyxl.load_workbook(this_year.template, read_only=True).sheetnames


@pytest.mark.exhaustive
def test_the_next_round_runs_and_the_year_after_it_too_with_libreoffice_in_between(
    this_year: Ward, tmp_path: Path, office: Office
) -> None:
    second = Ward(tmp_path / "2022")
    assert this_year.call("new-year", second.root).code == 0
    saved = office.fill(
        second.template,
        tmp_path / "saved.xlsx",
        {LINKS: {"B10": "TDP-01", "C10": "Đổi tên", "E10": "01/07/2022"}, "Danh sách đơn vị": {"C2": "Tổ dân phố Một"}},
    )
    saved.replace(second.template)
    second.generate()
    form = openpyxl.load_workbook(second.form("TDP-01", "2022"))["Bảng tự đánh giá"]
    assert "NĂM 2022" in str(form["A1"].value)
    for code in ("TDP-01", "TDP-02", "BAN-01"):
        send(second, code)
    done = second.call("consolidate", "--strict", "--json")
    assert done.code == 0, done.err
    assert (done.json["year"], done.json["workbook"]) == (2022, "outbox/tong_hop_2022.xlsx")
    (link,) = good(second.template).plan.links.groups
    assert link == Link("TDP-01", "TDP-01", GroupChange.RENAMED, 10, since=dt.date(2022, 7, 1))
    third = Ward(tmp_path / "2023")
    done = second.call("new-year", third.root)
    assert done.code == 0, done.err
    plan = good(third.template).plan
    assert (plan.settings.year, plan.groups[0].name, plan.links.groups) == (2023, "Tổ dân phố Một", ())
    assert [path.name for path in (third.root / "nam_truoc").iterdir()] == ["tong_hop_2022.xlsx"]


def send(ward: Ward, code: str) -> None:
    """Fill and send a form of 2022."""
    book = openpyxl.load_workbook(ward.form(code, "2022"))
    for address, value in answer_cells(book["Bảng tự đánh giá"]).items():
        book["Bảng tự đánh giá"][address] = value
    book.save(ward.inbox / ward.form(code, "2022").name)


def refused(ward: Ward, *arguments: str | Path) -> str:
    """What `new-year` says when it cannot be done; no file is made or changed."""
    before = prints(ward.root.parent)
    done = ward.call("new-year", *arguments)
    assert done.code == 2
    assert prints(ward.root.parent) == before
    return " ".join(done.err.split())


def test_what_is_there_is_never_overwritten_and_the_year_only_moves_on(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path / "2021")
    assert "không ghi đè" in refused(ward, ward.root)
    assert "Năm 2021 không sau năm 2021" in refused(ward, tmp_path / "2022", "--year", "2021")
    assert "trong thư mục của chương trình" in refused(ward, "inbox/2022")
    other = tmp_path / "2023" / "nam_truoc" / "khac.xlsx"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"x")
    assert "đã có tệp khác" in refused(ward, tmp_path / "2023")
    done = ward.call("new-year", tmp_path / "2024", "--year", "2024")
    assert done.code == 0
    assert "Không thấy outbox/tong_hop_2021.xlsx nên chưa có sổ năm trước" in done.err
    assert "chưa nộp" not in done.out, "of an empty inbox nothing is known"
    assert values(Ward(tmp_path / "2024").template, "Cấu hình")["Năm đánh giá"] == 2024
    assert "không ghi đè" in refused(ward, tmp_path / "2024")
    assert call("-C", tmp_path / "2024", "generate").code == 0


def test_a_ward_workbook_open_in_excel_is_waited_for_and_then_asked_to_be_closed(
    this_year: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tdp_xlsx.outputs.PATIENCE", 0.0)
    lock = this_year.workbook.with_name("~$tong_hop_2021.xlsx")
    lock.touch()
    try:
        assert "đang mở trong Excel" in refused(this_year, tmp_path / "2022")
    finally:
        lock.unlink()


def test_formulas_of_the_officers_own_become_what_they_say(tmp_path: Path, office: Office) -> None:
    """openpyxl keeps no results: a formula would be read as nothing next year."""
    ward = Ward.make(tmp_path / "2021")
    book = openpyxl.load_workbook(ward.template)
    book["Danh sách đơn vị"]["C2"] = '="Tổ dân phố số "&RIGHT(A2,2)'
    book.save(tmp_path / "formula.xlsx")
    office.fill(tmp_path / "formula.xlsx", ward.template)
    done = ward.call("new-year", tmp_path / "2022")
    assert done.code == 0, done.err
    assert "Danh sách đơn vị, ô C2: công thức đã thay bằng kết quả của nó." in " ".join(done.out.split())
    assert good(Ward(tmp_path / "2022").template).plan.groups[0].name == "Tổ dân phố số 05"


@pytest.fixture(scope="module")
def default(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Ward.make(tmp_path_factory.mktemp("default")).template


def test_links_are_read_edge_by_edge_many_to_many(default: Path, tmp_path: Path) -> None:
    edit = links(
        [
            ("TDP-01", None, None, None, None, "chưa có gì để nói"),
            ("TDP-02", "tdp-05", "nhập", "NQ 12/NQ-HĐND", dt.date(2022, 7, 1), "cả hai"),
            ("TDP-05", "TDP-05", "Nhập"),
            ("TDP-08", "TDP-16", "Điều chỉnh một phần", None, "1/7/2022"),
            ("TDP-16", "TDP-16", "Điều chỉnh một phần"),
            ("TDP-09", None, "Giải thể"),
        ],
        [("1.1", "1.2", "Gộp"), ("1.2", "1.2", "Gộp"), ("2.1", "2.1", "Đổi nghĩa", "KH 30"), (None, "5.5", "Mới")],
    )
    read = good(edited(default, tmp_path, edit)).plan.links
    assert read.groups == (
        Link("TDP-02", "TDP-05", GroupChange.MERGED, 3, "NQ 12/NQ-HĐND", dt.date(2022, 7, 1), "cả hai"),
        Link("TDP-05", "TDP-05", GroupChange.MERGED, 4),
        Link("TDP-08", "TDP-16", GroupChange.ADJUSTED, 5, since=dt.date(2022, 7, 1)),
        Link("TDP-16", "TDP-16", GroupChange.ADJUSTED, 6),
        Link("TDP-09", "", GroupChange.DISSOLVED, 7),
    )
    assert read.criteria == (
        Link("1.1", "1.2", CriterionChange.MERGED, 11),
        Link("1.2", "1.2", CriterionChange.MERGED, 12),
        Link("2.1", "2.1", CriterionChange.REDEFINED, 13, "KH 30"),
        Link("", "5.5", CriterionChange.ADDED, 14),
    )


def test_fourteen_mistakes_are_fourteen_sentences_in_the_order_of_the_rows(default: Path, tmp_path: Path) -> None:
    edit = links(
        [
            ("TDP-01", "TDP-99", "Đổi mã"),
            ("TDP-02", "TDP-05", "Sáp nhập"),
            ("TDP-03", "TDP-05", None, "NQ 12"),
            ("TDP-04", None, "Nhập"),
            ("TDP-06", "TDP-05", "Giải thể"),
            ("TDP-07", "TDP-05", "Lập mới"),
            (8.5, "TDP-05", "Điều chỉnh một phần"),
            ("TDP-05", "TDP-05", "Điều chỉnh một phần", None, "tháng bảy"),
            ("TDP-10", "TDP-05", "Điều chỉnh một phần"),
            ("tdp-10", "TDP-05", "Điều chỉnh một phần"),
            ("TDP-16", "TDP-16", "Đổi mã"),
        ],
        [
            ("1.1", "1.1", "Tách"),
            ("2.5", "2.6", "Gộp"),
            ("2.1", "2.1", "Như cũ"),
            ("2.1", "2.2", "Như cũ"),
            ("2.3", "9.9", "Đổi nghĩa"),
        ],
    )
    done = Ward(tmp_path / "w")
    done.template.parent.mkdir(parents=True)
    edited(default, tmp_path, edit).replace(done.template)
    told = done.call("generate")
    assert told.code == 2
    assert "14 chỗ phải sửa" in told.err
    found = bad(done.template)
    assert [(one.code, one.place.cell) for one in found] == [
        ("T602", "B2"),
        ("T601", "C3"),
        ("T601", "C4"),
        ("T603", "B5"),
        ("T604", "B6"),
        ("T604", "A7"),
        ("T303", "A8"),
        ("T204", "E9"),
        ("T605", "A11"),
        ("T608", "C12"),
        ("T607", "C16"),
        ("T607", "C17"),
        ("T606", "C19"),
        ("T602", "B20"),
    ]
