"""Each group's result: every figure is that of `--json`, nothing in it is another group's, and none goes out stale."""

from __future__ import annotations

import os
import re
import shutil
import sys
import zipfile
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest

from tdp_xlsx.findings import mail as rules
from tdp_xlsx.report import pdf
from tests.kit.office import pdf_pages
from tests.kit.post_office import PASSWORD, TRUSTED, Clerk, PostOffice, address, attached, log_rows, read, text_of
from tests.kit.ward import Done, Line, Ward, decide

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.kit.office import Office

CLAIMED, MET, APPLICABLE, SHARE, MEDIAN, MEDIAN_SHARE, FULFILLED = "CDEFGHI"
EXEMPT = frozenset({"2.9", "2.10"})
"""What does not apply to a town group."""
STANDARDS = {"1": 2, "2": 11, "3": 20, "4": 7, "5": 5}


@pytest.fixture(autouse=True)
def _alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be on a machine without LibreOffice, but where a test asks for it."""
    if "office" not in request.fixturenames:
        monkeypatch.setattr(pdf, "find_office", lambda: None)


ANSWERS: dict[str, dict[str, str | None]] = {
    "TDP-01": {"2.3": "Không", "4.2": "Không"},
    "TDP-02": {"2.3": "Không", "3.1": "Không"},
    "TDP-03": {"I.2": "Có", "3.15": "Không"},
    "TDP-04": {"2.7": None, "3.3": "một phần", "5.1": "Không"},
    "B-1": {"2.9": "Không", "2.1": "Không", "3.2": "Không", "3.4": "Không"},
}


DECISIONS = (
    ("TDP-02", "3.1", "Có", "Đã đăng ký, Biên bản 12/BB-UBND", "Cầm Thị Xét", "01/12/2021"),
    ("TDP-02", "4.2", "Không", "Còn 03 hộ nghèo", "Cầm Thị Xét", "01/12/2021"),
    ("TDP-02", "2.3", "Giữ nguyên", "Mới có 01 mô hình", "Cầm Thị Xét", "01/12/2021"),
)


class Made(NamedTuple):
    """A ward with its results, not to be changed, and what the last `consolidate --json` said of its groups."""

    ward: Ward
    groups: dict[str, dict[str, Any]]
    said: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two groups that tie, one with a case, one incomplete, a village, one that sent nothing; a word of the office."""
    lines = [Line(f"TDP-0{n}", f"Tổ dân phố số {n}") for n in range(1, 5)]
    lines += [Line("B-1", "Bản Thượng", "Bản", farming="Có"), Line("B-2", "Bản Hạ", "Bản")]
    ward = Ward.make(tmp_path_factory.mktemp("phuong") / "phuong", lines).generate()
    for code, answers in ANSWERS.items():
        ward.send(code, answers)
    assert ward.call("consolidate").code == 0
    decide(ward, *DECISIONS)
    groups = ward.call("consolidate", "--json").groups()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "find_office", lambda: None)
        return Made(ward, groups, results(ward).err)


@pytest.fixture
def ward(made: Made, tmp_path: Path) -> Ward:
    """The round with its results, to do with as a test likes."""
    return Ward(shutil.copytree(made.ward.root, tmp_path / "phuong"))


def file(ward: Ward, code: str, suffix: str = "xlsx") -> Path:
    return ward.root / "outbox" / "ket_qua" / f"2021_{code}_ket-qua.{suffix}"


def results(ward: Ward, *codes: str) -> Done:
    done = ward.call("results", *codes)
    assert done.code == 0, done.err
    return done


class Told:
    """A result as a person finds it: words by their label, figures by the standard, items by their number."""

    def __init__(self, path: Path) -> None:
        (self.sheet,) = openpyxl.load_workbook(path)
        rows = [[cell.value for cell in row] for row in self.sheet.iter_rows()]
        self.words = {str(row[0]): str(row[3]) for row in rows if row[0] and row[3]}
        self.lines = {
            str(row[0].value): {cell.column_letter: cell.value for cell in row[1:] if cell.value is not None}
            for row in self.sheet.iter_rows()
            if str(row[0].value).startswith(("Tiêu chuẩn ", "Cả phần II"))
        }
        head = next((at for at, row in enumerate(rows) if row[0] == "Mục"), len(rows))
        body = rows[head + 1 : next((at for at, row in enumerate(rows) if row[0] == "Nơi nhận:"), None)]
        self.items = {str(row[0]): tuple(str(row[at] or "") for at in (1, 7, 8, 9)) for row in body if row[0]}
        self.text = "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def middle(values: Sequence[Any]) -> float:
    """Return the median, as a schoolbook has it."""
    ordered, half = sorted(values), len(values) // 2
    return float(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2)


def check_figures(ward: Ward, said: dict[str, dict[str, str | None]], groups: dict[str, dict[str, Any]]) -> None:
    """Hold every figure of every result against `--json`, what was claimed against what was sent."""
    counted = [one for one in groups.values() if one["status"] in {"valid", "disqualified"}]
    for code, group in groups.items():
        told = Told(file(ward, code))
        if group["status"] in {"missing", "rejected"}:
            assert told.lines == {}
            continue
        lines = {**{f"Tiêu chuẩn {n}": tuple(group["standards"][n]) for n in STANDARDS}}
        for number, size in STANDARDS.items():
            line = told.lines[f"Tiêu chuẩn {number}"]
            met, applicable = lines[f"Tiêu chuẩn {number}"]
            assert (line[MET], line[APPLICABLE]) == (met, applicable)
            missed = {one for one, word in said[code].items() if one.startswith(f"{number}.") and word != "Có"}
            assert line[CLAIMED] == applicable - len(missed), (code, number)
            assert applicable <= size
            assert line[SHARE] == pytest.approx(100 * met / applicable)
            assert line[MEDIAN] == middle([one["standards"][number][0] for one in counted])
            shares = [Fraction(100 * one["standards"][number][0], one["standards"][number][1]) for one in counted]
            assert line[MEDIAN_SHARE] == pytest.approx(middle(shares))
            assert len(re.findall(r"\d\.\d+", str(line.get(FULFILLED, "")))) == met
        whole = told.lines["Cả phần II"]
        assert (whole[MET], whole[APPLICABLE]) == (group["met"], group["applicable"])
        assert whole[SHARE] == ("–" if group["score"] is None else pytest.approx(100 * group["score"]))
        assert whole[MEDIAN] == middle([one["met"] for one in counted])
        assert whole[MEDIAN_SHARE] == pytest.approx(100 * middle([one["score"] for one in counted]))
        assert told.words["Phần II"].startswith(f"Đạt {group['met']}/{group['applicable']} tiêu chí áp dụng")
        ranked = sum(one["rank"] is not None for one in groups.values())
        place = "Không xếp hạng." if group["rank"] is None else f"{group['rank']}/{ranked} đơn vị được xếp hạng"
        assert told.words["Thứ hạng"].split(";")[0] == place
        assert [one for one in ("I.1", "I.2", "I.3") if f"mục {one}" in told.words["Mục I"]] == group["disqualified_by"]


# --- the figures ----------------------------------------------------------------------------------------------------


def test_every_figure_is_that_of_consolidate(made: Made) -> None:
    check_figures(made.ward, ANSWERS, made.groups)
    assert {code: one["status"] for code, one in made.groups.items()} == {
        **dict.fromkeys(("TDP-01", "TDP-02", "B-1"), "valid"),
        "TDP-03": "disqualified",
        "TDP-04": "incomplete",
        "B-2": "missing",
    }


@pytest.mark.exhaustive
def test_in_a_ward_of_two_the_median_is_the_mean_and_all_is_provisional_until_both_are_verified(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path, [Line("TDP-1", "Tổ dân phố số 1"), Line("B-1", "Bản 1", "Bản")]).generate()
    said: dict[str, dict[str, str | None]] = {"TDP-1": {"3.1": "Không"}, "B-1": {}}
    for code, answers in said.items():
        ward.send(code, answers)
    assert ward.call("consolidate").code == 0
    for verified in (["TDP-1"], ["TDP-1", "B-1"]):
        decide(ward, *((code, "Tất cả", "Giữ nguyên", "Biên bản 05/BB-UBND") for code in verified))
        groups = ward.call("consolidate", "--json").groups()
        done = results(ward)
        check_figures(ward, said, groups)
        told = [Told(file(ward, code)) for code in said]
        is_open = len(verified) < 2
        assert ["dự kiến" in one.text for one in told] == [is_open] * 2
        assert ("dự kiến" in done.err) == is_open
    assert told[1].lines["Tiêu chuẩn 3"][MEDIAN] == 19.5
    assert told[1].items == {
        "Cả bảng": (
            "Công nhận như đơn vị tự đánh giá, trừ những nội dung ghi khác dưới đây.",
            *("", "Giữ nguyên", "Biên bản 05/BB-UBND"),
        )
    }


@pytest.mark.exhaustive
def test_every_figure_of_fourteen_groups_with_weights_and_classes(tmp_path: Path) -> None:
    lines = [Line(f"TDP-{n:02}", f"Tổ dân phố số {n}") for n in range(1, 11)]
    lines += [Line(f"B-{n}", f"Bản {n}", "Bản", countryside="Có") for n in range(1, 5)]
    ward = Ward.make(tmp_path, lines, {"Mức xếp loại": "Tốt: từ 95 %\nKhá: từ 70 %"})
    book = openpyxl.load_workbook(ward.template)
    rows = list(book["Bảng tự đánh giá"].iter_rows())
    code, points = (next(c.column for row in rows for c in row if c.value == word) - 1 for word in ("Mã", "Điểm"))
    for row in rows:
        if row[code].value in {"3.1", "4.2"}:
            row[points].value = 3
    book.save(ward.template)
    ward.generate()
    said: dict[str, dict[str, str | None]] = {}
    for place, line in enumerate(lines):
        missed = ("2.1", "2.3", "3.1", "3.2", "3.5", "4.2", "5.1", "5.3", "1.2")
        said[line.code] = dict.fromkeys(missed[place % 3 : place % 3 + place % 7], "Không")
        ward.send(line.code, said[line.code])
    groups = ward.call("consolidate", "--json").groups()
    results(ward)
    check_figures(ward, said, groups)
    assert {Told(file(ward, code)).words["Kết luận"] for code in groups} == {"Tốt", "Khá"}


@pytest.mark.exhaustive
def test_separate_lists_tell_the_place_in_the_own_one(ward: Ward) -> None:
    book = openpyxl.load_workbook(ward.template)
    row = next(row for row in book["Cấu hình"].iter_rows() if row[0].value == "Danh sách xếp hạng")
    row[1].value = "Riêng tổ dân phố và bản"
    book.save(ward.template)
    assert ward.call("consolidate").code == 0
    results(ward)
    assert Told(file(ward, "B-1")).words["Thứ hạng"] == "1/1 đơn vị được xếp hạng thuộc loại Bản"


# --- the words ------------------------------------------------------------------------------------------------------


def test_what_the_office_changed_kept_and_why_is_told(made: Made) -> None:
    told = Told(file(made.ward, "TDP-02"))
    assert told.words["Kết luận"] == "Đã thẩm định"
    assert told.words["Nguồn kết quả"] == "Thẩm định ngày 01/12/2021, 12/BB-UBND"
    assert told.words["Thẩm định thay đổi"] == "02 nội dung: 3.1, 4.2."
    assert {label: item[1:] for label, item in told.items.items()} == {
        "2.3": ("Không", "Không", "Thẩm định giữ nguyên: Mới có 01 mô hình"),
        "3.1": ("Không", "Có", "Thẩm định thay đổi: Đã đăng ký, Biên bản 12/BB-UBND"),
        "4.2": ("Có", "Không", "Thẩm định thay đổi: Còn 03 hộ nghèo"),
    }
    assert told.items["4.2"][0] == "Bản, Tổ dân phố không có hộ nghèo"
    assert "Không áp dụng cho đơn vị: 2.9, 2.10." in told.text
    assert told.words["Thứ hạng"] == "1/3 đơn vị được xếp hạng; đồng hạng với 01 đơn vị khác"


def test_a_group_that_does_not_count_is_told_why_and_what_to_do(made: Made) -> None:
    assert "Chưa được tính: TDP-04 Tổ dân phố số 4 (Đề nghị bổ sung)" in made.said
    assert "Chưa được tính: B-2 Bản Hạ (Chưa nộp)" in made.said
    open_one, missing, case = (Told(file(made.ward, code)) for code in ("TDP-04", "B-2", "TDP-03"))
    assert open_one.words["Kết luận"] == "Đề nghị bổ sung"
    assert open_one.words["Việc cần làm"].startswith("Bổ sung các nội dung “Trống”, “Chưa rõ” nêu dưới đây")
    assert open_one.items["2.7"][1:] == ("Trống", "Trống", "Cần bổ sung.")
    assert open_one.items["3.3"][1:] == ("Chưa rõ", "Chưa rõ", "Cần làm rõ.")
    assert "%" not in open_one.words["Phần II"]
    assert open_one.words["Mục I"] == "Không thuộc trường hợp nào (I.1, I.2, I.3)."
    assert missing.words == {
        "Kết luận": "Chưa nộp",
        "Việc cần làm": "Điền bảng tự đánh giá và gửi về UBND phường Tân Phong.",
        "Thứ hạng": "Không xếp hạng.",
    }
    assert case.words["Kết luận"] == "Tự khai có trường hợp tại mục I.2, cần xác minh"
    assert case.words["Mục I"] == "Có trường hợp tại mục I.2."
    assert case.items["I.2"][1:3] == ("Có", "Có")


@pytest.mark.exhaustive
def test_decisions_that_differ_wait_for_the_office(ward: Ward) -> None:
    decide(ward, ("TDP-01", "2.1", "Có", "x"), ("TDP-01", "2.1", "Không", "y"))
    assert ward.call("consolidate").code == 0
    results(ward, "TDP-01")
    told = Told(file(ward, "TDP-01"))
    assert told.words["Kết luận"] == "Chờ thống nhất thẩm định"
    assert told.words["Việc cần làm"] == "UBND phường thống nhất kết quả thẩm định; đơn vị không phải làm gì."
    assert told.items["2.1"][1:] == ("Có", "Trái nhau", "Chờ thống nhất thẩm định.")


@pytest.mark.exhaustive
def test_made_up_figures_are_marked_as_such(ward: Ward) -> None:
    (ward.root / "SO_LIEU_MINH_HOA.txt").write_text("x", encoding="utf-8")
    assert ward.call("consolidate").code == 0
    results(ward, "TDP-01")
    sheet: Any = Told(file(ward, "TDP-01")).sheet
    assert sheet["A1"].value == "SỐ LIỆU MINH HỌA"
    assert sheet.oddHeader.left.text == "SỐ LIỆU MINH HỌA"


# --- people and other groups ----------------------------------------------------------------------------------------

PEOPLE = {
    "TDP-01": ("Lường Văn Bí Ẩn", "0911 222 333", "bi.an@rieng.example.vn"),
    "TDP-02": ("Hoàng Thị Kín", "0977 888 999", "kin@rieng.example.vn"),
}
SECRETS = (
    *("Lường", "Bí Ẩn", "0911 2", "222333", "bi.an@", "Hoàng Thị", "0977 8"),
    *("rieng.example", "Cầm Thị", "hỏi riêng"),
)


MANY = ("2.1", "2.2", "2.3", "2.5", "2.8", "3.1", "3.2", "3.3", "3.15", "3.17", "5.1", "5.2")


def test_printed_on_one_page_if_it_fits_and_nothing_of_another_group_nor_of_anybody(ward: Ward, office: Office) -> None:
    address(ward, PEOPLE)
    evidence = {f"F{row}": f"hỏi riêng {PEOPLE['TDP-01'][0]}, {PEOPLE['TDP-01'][1]}" for row in range(12, 40)}
    ward.send("TDP-01", dict.fromkeys(MANY, "Không"), cells=evidence)
    reason = "Cầm Thị Xét gọi 0911 222 333, ông Lường Văn Bí Ẩn xác nhận"
    decide(ward, ("TDP-02", "3.1", "Có", reason, "Cầm Thị Xét", "01/12/2021"))
    assert ward.call("consolidate").code == 0
    results(ward)
    groups = {"TDP-01": "Tổ dân phố số 1", "TDP-02": "Tổ dân phố số 2", "TDP-03": "Tổ dân phố số 3"}
    groups |= {"TDP-04": "Tổ dân phố số 4", "B-1": "Bản Thượng", "B-2": "Bản Hạ"}
    for code, name in groups.items():
        pages = pdf_pages(file(ward, code, "pdf"))
        assert len(pages) == (2 if code == "TDP-01" else 1), code
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0]
        assert "Nơi nhận:" in pages[-1]
        assert all("Nội dung không đạt, chưa rõ" in page for page in pages) == (code != "B-2")
        with zipfile.ZipFile(file(ward, code)) as archive:
            parts = "\n".join(archive.read(part).decode() for part in archive.namelist())
        for text in (parts, "\n".join(pages), Told(file(ward, code)).text):
            assert [secret for secret in SECRETS if secret in text] == []
            assert [other for pair in groups.items() for other in pair if other in text] == [code, name]
    told = Told(file(ward, "TDP-02")).items["3.1"][3]
    assert told == "Thẩm định thay đổi: (không công bố) gọi (không công bố), ông (không công bố) xác nhận"
    cells = office.recalculate(file(ward, "TDP-02"))["Kết quả"]
    assert [cell for cell in cells.values() if cell.error or cell.formula] == []


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(lambda ward: ward.workbook.unlink(), "Chưa có sổ tổng hợp “", marks=pytest.mark.exhaustive),
        pytest.param(lambda ward: ward.send("B-2"), "các tệp trong “inbox” đã", marks=pytest.mark.exhaustive),
        (lambda ward: decide(ward, ("TDP-01", "2.3", "Có")), "trang “Thẩm định” đã thay đổi;"),
    ],
    ids=["none", "inbox", "decisions"],
)
def test_what_changed_since_the_ward_workbook_is_told_and_nothing_written(
    ward: Ward, change: Callable[[Ward], Any], told: str
) -> None:
    before = contents(ward)
    change(ward)
    for command in (("results",), ("mail", "--results")):
        done = ward.call(*command)
        assert done.code == 2
        assert told in done.err
        assert done.err.endswith("chưa ghi gì. Chạy: tdp-xlsx consolidate, rồi chạy lại lệnh này.\n")
    assert contents(ward) == before
    assert not (ward.root / "outbox" / "thu").exists()


def test_groups_are_named_by_code_in_any_case_and_unknown_ones_refused(ward: Ward) -> None:
    shutil.rmtree(file(ward, "").parent)
    results(ward, "b-1", "TDP-01")
    assert sorted(path.name for path in file(ward, "B-1").parent.iterdir()) == [
        "2021_B-1_ket-qua.xlsx",
        "2021_TDP-01_ket-qua.xlsx",
    ]
    done = ward.call("results", "TDP-77")
    assert done.code == 2
    assert "Không có mã đơn vị: TDP-77." in done.err


# --- the files ------------------------------------------------------------------------------------------------------


def contents(ward: Ward) -> dict[str, tuple[bytes, int]]:
    folder = file(ward, "").parent
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(folder.iterdir())}


def test_a_second_run_changes_nothing_and_the_same_round_gives_the_same_bytes(ward: Ward) -> None:
    before = contents(ward)
    file(ward, "TDP-02").unlink()
    assert "(01 mới hoặc thay)" in results(ward).err
    after = contents(ward)
    assert {name: content for name, (content, _) in after.items()} == {n: c for n, (c, _) in before.items()}
    assert [name for name in after if after[name] != before[name]] == ["2021_TDP-02_ket-qua.xlsx"]


def archived(ward: Ward) -> list[str]:
    names = [path.name for path in (ward.root / "outbox" / "luu").iterdir() if "ket-qua" in path.name]
    return sorted(re.sub(r"_\d{8}-\d{6}", "", name) for name in names)


def test_what_somebody_changed_is_archived_and_what_nobody_did_is_simply_replaced(ward: Ward) -> None:
    book = openpyxl.load_workbook(file(ward, "TDP-01"))
    book.worksheets[0]["A1"].value = "ghi thêm"
    book.save(file(ward, "TDP-01"))
    file(ward, "B-1").write_bytes(b"hong")
    file(ward, "TDP-02", "pdf").write_bytes(b"%PDF-1.7 scanned and signed")
    file(ward, "TDP-03", "pdf").write_bytes(b"%PDF-1.7 /Producer<FEFF" + pdf_producer() + b">")
    decide(ward, ("TDP-01", "2.3", "Có"))
    assert ward.call("consolidate").code == 0
    assert "Bản đã có người sửa, lưu tại" in results(ward).err
    kept = ["2021_B-1_ket-qua.xlsx", "2021_TDP-01_ket-qua.xlsx", "2021_TDP-02_ket-qua.pdf"]
    assert archived(ward) == kept
    assert sorted(contents(ward)) == [f"2021_{code}_ket-qua.xlsx" for code in ("B-1", "B-2", *sorted(ANSWERS)[1:])]
    assert ward.call("status").code == 0  # what is archived there is no ward workbook


def pdf_producer() -> bytes:
    return "LibreOffice 7.4".encode("utf-16-be").hex().upper().encode()


@pytest.mark.exhaustive
def test_results_of_groups_no_longer_in_the_register_go_away(ward: Ward) -> None:
    other = file(ward, "").parent / "2021-so-ket_B-2_ket-qua.xlsx"
    shutil.copy(file(ward, "B-2"), other)
    book = openpyxl.load_workbook(ward.template)
    book["Danh sách đơn vị"].delete_rows(7)
    book.save(ward.template)
    assert ward.call("consolidate").code == 0
    results(ward, "TDP-01")
    assert file(ward, "B-2").exists()
    results(ward)
    assert not file(ward, "B-2").exists()
    assert other.exists()
    assert archived(ward) == []


@pytest.mark.exhaustive
def test_a_result_that_cannot_be_replaced_is_told_and_the_others_are_written(ward: Ward) -> None:
    before = contents(ward)
    decide(ward, ("TDP-01", "2.3", "Có"))
    assert ward.call("consolidate").code == 0
    file(ward, "TDP-01").chmod(0o444)
    done = ward.call("results")
    assert done.code == 2
    assert f"Không ghi được “{file(ward, 'TDP-01')}”: tệp được đánh dấu chỉ đọc" in done.err
    same = [name for name, told in contents(ward).items() if told == before[name]]
    assert same == ["2021_B-2_ket-qua.xlsx", "2021_TDP-01_ket-qua.xlsx"]


# --- the PDF --------------------------------------------------------------------------------------------------------

_STAND_IN = """
import pathlib, sys
folder = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
sources = sys.argv[sys.argv.index("--outdir") + 2:]
with open({log!r}, "a") as log:
    print(len(sources), file=log)
for source in sources[:{most}]:
    printed = folder / pathlib.Path(source).with_suffix(".pdf").name
    printed.write_bytes(b"%PDF-1.7 " + pathlib.Path(source).read_bytes())
"""


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int = 99) -> Path:
    """Put a script in LibreOffice's place; return the file that tells how many workbooks each start was given."""
    log, program = tmp_path / "log.txt", tmp_path / "soffice"
    program.write_text(f"#!{sys.executable}\n{_STAND_IN.format(log=str(log), most=most)}", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(pdf, "find_office", lambda: str(program))
    return log


posix = pytest.mark.skipif(os.name == "nt", reason="a script stands for the program")


@posix
def test_all_are_printed_at_few_starts_and_only_what_changed_is_printed_again(
    ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = stand_in(tmp_path, monkeypatch)
    monkeypatch.setattr(pdf, "_AT_ONCE", 4)
    assert "06 tệp PDF" in results(ward).err
    assert log.read_text(encoding="utf-8").split() == ["4", "2"]
    assert file(ward, "B-1").read_bytes() in file(ward, "B-1", "pdf").read_bytes()
    file(ward, "B-1", "pdf").unlink()
    results(ward)
    assert log.read_text(encoding="utf-8").split() == ["4", "2", "1"]


@pytest.mark.exhaustive
@posix
def test_where_libreoffice_fails_it_is_told_and_the_workbooks_stay(
    ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, most=3)
    done = ward.call("results")
    assert done.code == 2
    assert "không lập được tệp PDF. Tệp .xlsx vẫn đầy đủ" in done.err
    assert file(ward, "B-2").is_file()


def test_without_libreoffice_one_sentence_says_so(made: Made) -> None:
    told = "Máy này không có LibreOffice nên chỉ lập tệp .xlsx; cài LibreOffice rồi chạy lại để có thêm tệp .pdf."
    assert made.said.splitlines().count(told) == 1
    assert list(file(made.ward, "").parent.glob("*.pdf")) == []


# --- the letters ----------------------------------------------------------------------------------------------------


@pytest.fixture
def addressed(ward: Ward) -> Ward:
    """The round, its groups with addresses."""
    people = {code: ("Lò Văn Ví Dụ", None, f"{code.lower()}@example.vn") for code in (*ANSWERS, "B-2")}
    return address(ward, people)


def draft_of(ward: Ward, code: str) -> Path:
    return ward.root / "outbox" / "thu" / f"2021_{code}_ket-qua.eml"


@posix
def test_each_letter_brings_its_groups_result_printed_where_it_is(
    addressed: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = addressed
    assert ward.call("mail", "--results").code == 0
    letter = read(draft_of(ward, "TDP-02").read_bytes())
    assert letter["Subject"] == "UBND phường Tân Phong: kết quả đánh giá năm 2021 – Tổ dân phố số 2"
    assert attached(letter) == {"2021_TDP-02_ket-qua.xlsx": file(ward, "TDP-02").read_bytes()}
    told = "đạt 41/43 tiêu chí, tỷ lệ 95,35%, hạng 1/3 đơn vị được xếp hạng; đồng hạng với 01 đơn vị khác (dự kiến)."
    assert f"kết quả đánh giá năm 2021 của Tổ dân phố số 2: {told}" in text_of(letter)
    assert "chưa được tính, chưa nộp (dự kiến)." in text_of(read(draft_of(ward, "B-2").read_bytes()))
    assert "tỷ lệ 97,67%, không xếp hạng (dự kiến)" in text_of(read(draft_of(ward, "TDP-03").read_bytes()))
    stand_in(tmp_path, monkeypatch)
    results(ward)
    assert ward.call("mail", "--results").code == 0
    letter = read(draft_of(ward, "TDP-02").read_bytes())
    assert attached(letter) == {"2021_TDP-02_ket-qua.pdf": file(ward, "TDP-02", "pdf").read_bytes()}
    (part,) = letter.iter_attachments()
    assert part.get_content_type() == "application/pdf"


def test_letters_bring_no_result_that_is_missing_or_not_the_rounds_own(addressed: Ward) -> None:
    ward = addressed
    file(ward, "B-1").unlink()
    book = openpyxl.load_workbook(file(ward, "TDP-01"))
    book.worksheets[0]["A1"].value = "ghi thêm"
    book.save(file(ward, "TDP-01"))
    done = ward.call("mail", "--results")
    assert done.code == 2
    assert f"{rules.RESULT_MISSING.code}: Chưa có kết quả của Bản Thượng" in done.out
    assert f"{rules.RESULT_UNFIT.code}: Tệp “outbox/ket_qua/2021_TDP-01_ket-qua.xlsx”" in done.out
    assert not draft_of(ward, "TDP-01").exists()
    assert draft_of(ward, "TDP-02").exists()
    decide(ward, ("TDP-02", "3.1", "Không"))
    assert ward.call("consolidate").code == 0
    assert ward.call("mail", "--results").code == 2
    assert not draft_of(ward, "TDP-02").exists()  # a draft of the earlier result goes away


@pytest.mark.exhaustive
def test_a_template_made_before_there_were_such_letters_uses_the_usual_words(addressed: Ward) -> None:
    ward = addressed
    book = openpyxl.load_workbook(ward.template)
    rows = [int(row[0].row or 0) for row in book["Thư"].iter_rows() if str(row[0].value).startswith("Thư kết quả")]
    assert len(rows) == 3
    book["Thư"].delete_rows(rows[0], 3)
    book.save(ward.template)
    assert ward.call("consolidate").code == 0
    results(ward)
    assert ward.call("mail", "--results").code == 0
    assert "gửi kèm thư này kết quả đánh giá năm 2021 của Bản Thượng" in text_of(
        read(draft_of(ward, "B-1").read_bytes())
    )


def test_one_kind_of_letter_at_a_time(ward: Ward) -> None:
    done = ward.call("mail", "--results", "--remind")
    assert done.code == 2
    assert "chỉ chọn một trong ba: --remind, --return hoặc --results." in done.err


@pytest.mark.exhaustive
@posix
def test_no_result_is_sent_twice_unless_it_changed(
    addressed: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TRUSTED))
    monkeypatch.setenv("TDP_SMTP_PASSWORD", PASSWORD)
    ward, clerk = addressed, Clerk()
    with PostOffice(clerk) as server:
        address(ward, {}, server.settings())
        assert ward.call("consolidate").code == 0
        results(ward)
        for sent in (6, 6):
            assert ward.call("mail", "--results", "--send", "--yes").code == 0
            assert len(clerk.taken) == sent
        stand_in(tmp_path, monkeypatch)  # the same results, now printed, are the same letters
        results(ward)
        assert ward.call("mail", "--results", "--send", "--yes").code == 0
        assert len(clerk.taken) == 6
        decide(ward, *DECISIONS, ("TDP-04", "5.1", "Có", "Đã có"))
        assert ward.call("consolidate").code == 0
        results(ward)
        assert ward.call("mail", "--results", "--send", "--yes").code == 0
    assert clerk.recipients[6:] == ["tdp-04@example.vn"]
    assert {row[3] for row in log_rows(ward)} == {"gửi kết quả"}
