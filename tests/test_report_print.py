"""The pages to sign, as LibreOffice prints them: how many, heads on each, the signatures whole; and `--pdf`."""

from __future__ import annotations

import os
import re
import sys
import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tdp_xlsx.evaluation import evaluate
from tdp_xlsx.model import Group
from tdp_xlsx.report import NoOfficeError, PrintError, pdf, print_workbook, write_signing_sheet
from tdp_xlsx.report.table import Block, page_breaks, part_breaks
from tdp_xlsx.template.items import STANDALONE
from tests.kit.office import pdf_pages
from tests.kit.round import default_plan, made_up_round
from tests.kit.ward import Line, Ward
from tests.kit.ward_book import CREATED, decision, write

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.model import Plan
    from tests.kit.office import Office
    from tests.kit.round import Round

APPENDIX = "Phụ lục kèm báo cáo"
TO_SIGN = ("NGƯỜI LẬP BIỂU", "TM. ỦY BAN NHÂN DÂN", "PHÓ CHỦ TỊCH", "Người Ký Thử", "Người Lập Thử")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return default_plan(tmp_path_factory.mktemp("plan"))


def ward_of(plan: Plan, count: int, presentation: str) -> Round:
    settings = replace(
        plan.settings, presentation=presentation, signer_name="Người Ký Thử", prepared_by="Người Lập Thử"
    )
    return made_up_round(replace(plan, settings=settings), count, seed=3)


def sign_sheet(path: Path, made: Round, *, demo: bool = False) -> Path:
    write_signing_sheet(path, evaluate(made.plan, made.intake), made.intake, created=CREATED, demo=demo)
    return path


@pytest.mark.parametrize("presentation", [APPENDIX, STANDALONE])
@pytest.mark.parametrize(
    ("count", "pages_planned"), [(2, 1), (15, 2), (25, 2), (120, 7), pytest.param(150, 8, marks=pytest.mark.exhaustive)]
)
def test_pages_are_as_planned_with_heads_on_each_and_the_signatures_together(  # noqa: PLR0913, PLR0917
    plan: Plan, tmp_path: Path, office: Office, count: int, presentation: str, pages_planned: int
) -> None:
    made = ward_of(plan, count, presentation)
    path = sign_sheet(tmp_path / "w.xlsx", made)
    pages = pdf_pages(office.convert(path, tmp_path / "w.pdf"))
    sheet = openpyxl.load_workbook(path)["Xếp hạng"]
    assert len(pages) == pages_planned == len(sheet.row_breaks.brk) + 1
    for number, page in enumerate(pages, start=1):
        assert page.split()[0] == str(number)
        assert all(heading in page for heading in ("Tên đơn vị", "Ghi chú", "(1)", "(15)"))
        assert any(group.name in page for group in made.plan.groups)
        assert "(Đã ký)" not in page
    assert all(words in pages[-1] for words in TO_SIGN)
    assert not any(words in page for page in pages[:-1] for words in TO_SIGN)
    text = "".join(pages)
    assert all(group.name in text for group in made.plan.groups)
    assert "Tạm xếp theo kết quả tự đánh giá." in pages[0]
    if presentation == STANDALONE:
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0]
        assert "Độc lập - Tự do - Hạnh phúc" in pages[0]
        assert "- Lưu: VT." in pages[-1]
    else:
        assert "Phụ lục" in pages[0]
        assert "(Kèm theo Báo cáo số" in pages[0]
        assert "Nơi nhận" not in text


def test_rows_that_fill_a_page_to_the_point_stay_on_it() -> None:
    """Two heading rows of 10, rows of 20, 30 for what closes the table: 100 is room for four rows."""
    heights = {0: 10.0, 1: 10.0, **dict.fromkeys(range(2, 6), 20.0), 6: 30.0}
    block = Block(head=(0, 1), rows=(2, 5), closing=(6, 6))
    assert page_breaks(block, heights, 130) == []
    assert page_breaks(block, heights, 129) == [4]
    assert page_breaks(block, heights, 100) == [4]
    assert page_breaks(block, heights, 99) == [5]
    assert page_breaks(block, heights, 60) == [4, 5]


def test_parts_that_fill_a_page_to_the_point_stay_on_it() -> None:
    """Parts of 2, 2 and 3 lines of 10 below a line of 10."""
    assert part_breaks([1, 3, 5], 7, {}, 80, 10) == []
    assert part_breaks([1, 3, 5], 7, {}, 79, 10) == [5]
    assert part_breaks([1, 3, 5], 7, {}, 50, 10) == [5]
    assert part_breaks([1, 3, 5], 7, {}, 49, 10) == [3, 5]
    assert part_breaks([1, 3, 5], 7, {6: 30}, 80, 10) == [5]


@pytest.fixture(scope="module")
def printed(plan: Plan, tmp_path_factory: pytest.TempPathFactory, office: Office) -> list[str]:
    """The text of every page of a whole workbook of made-up groups, with one decision."""
    folder = tmp_path_factory.mktemp("printed")
    path = write(folder / "w.xlsx", ward_of(plan, 15, APPENDIX), (decision("TDP-01", "2.1", "Không"),), demo=True)
    return pdf_pages(office.convert(path, folder / "w.pdf"))


def test_a_demo_says_so_on_every_page(printed: list[str]) -> None:
    assert all("SỐ LIỆU MINH HỌA" in page for page in printed)


def test_figures_have_a_decimal_comma_on_every_page_whatever_the_locale(printed: list[str]) -> None:
    (ranked,) = (page for page in printed if "XẾP HẠNG" in page)
    assert [share for share in ("97,67", "95,35") if share in ranked] == ["97,67", "95,35"]
    assert not re.findall(r"\b\d\d\d?\.\d\d\b", ranked)
    (received,) = (page for page in printed if "B. Theo tệp nhận được" in page)
    assert "21.345" in received


def test_no_part_of_the_figures_is_cut_by_a_page_s_end(printed: list[str]) -> None:
    """`Tổng hợp`: each table and all ready sentences stand on one page, and their heading with them."""
    (page,) = (page for page in printed if "Câu dùng cho báo cáo" in page)
    assert all(words in page for words in ("Tổng số tổ dân phố, bản: 15", "Xếp hạng cao nhất", "Đã thẩm định 01/11"))
    (page,) = (page for page in printed if "05 tiêu chí nhiều đơn vị chưa đạt nhất" in page)
    assert "Nội dung" in page
    (page,) = (page for page in printed if "Kết quả theo nhiệm vụ trong kế hoạch" in page)
    assert "III.1.6" in page


def test_the_detail_prints_whole_standards_side_by_side_with_the_names_on_each_page(printed: list[str]) -> None:
    pages = [page for page in printed if "CHI TIẾT THEO TIÊU CHÍ" in page]
    shown = [[f"Tiêu chuẩn {number}" for number in range(1, 6) if f"Tiêu chuẩn {number}" in page] for page in pages]
    assert shown == [["Tiêu chuẩn 1", "Tiêu chuẩn 2"], ["Tiêu chuẩn 3"], ["Tiêu chuẩn 4", "Tiêu chuẩn 5"]]
    assert all("Bản Sùng Phài 15" in page for page in pages)
    assert ["KAD: không áp dụng" in page for page in pages] == [True, False, False]


@pytest.mark.exhaustive
def test_what_was_received_stands_under_its_own_headings_on_every_page(
    plan: Plan, tmp_path: Path, office: Office
) -> None:
    made = ward_of(plan, 40, APPENDIX)
    ward = replace(made.plan, groups=(*made.plan.groups, Group("TDP-PHUONG-DOAN-KET-SO-12345", "Tổ dân phố", "Tổ 41")))
    path = write(tmp_path / "w.xlsx", replace(made, plan=ward))
    book = openpyxl.load_workbook(path)
    for name in ("Xếp hạng", "Biểu đồ", "Chi tiết", "Thẩm định", "Tình hình nộp bảng", "Dữ liệu"):
        (column,) = {cell.column_letter for row in book[name].iter_rows() for cell in row if cell.value == "Mã đơn vị"}
        assert 30 < book[name].column_dimensions[column].width < 45, name  # the longest takes 196 points
    for name in set(book.sheetnames) - {"Tình hình nộp bảng", "Xếp hạng"}:
        book[name].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    pages = pdf_pages(office.convert(tmp_path / "a.xlsx", tmp_path / "w.pdf"))
    pages = ["".join(page.split()) for page in pages]
    pages = [page for page in pages if "Lầngửi" in page]
    assert len(pages) > 1
    assert all(word in page for page in pages for word in ("Kếtquảxửlý", "Lýdo", "SHA-256", "Tìnhtrạng"))
    assert "TDP-PHUONG-DOAN-KET-SO-12345" in "".join(pages)


def test_charts_share_the_groups_evenly_and_name_each(printed: list[str], plan: Plan, tmp_path: Path) -> None:
    (page,) = ("".join(page.split()) for page in printed if "BIỂU ĐỒ" in page)
    assert all("".join(group.name.split()) in page for group in ward_of(plan, 15, APPENDIX).plan.groups)
    with zipfile.ZipFile(write(tmp_path / "w.xlsx", ward_of(plan, 25, APPENDIX))) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name]
    bars = [text.split('<c:ptCount val="')[1].split('"')[0] for text in texts if "từng đơn vị" in text]
    assert sorted(bars) == ["12", "13"]


@pytest.mark.exhaustive
def test_charts_name_each_group_however_long_its_name(plan: Plan, tmp_path: Path, office: Office) -> None:
    made = ward_of(plan, 24, APPENDIX)
    more = " – khu Đoàn Kết, phường Tân Phong cũ, khu tái định cư số 2"
    named = tuple(replace(group, name=group.name + more) for group in made.plan.groups)
    path = write(tmp_path / "w.xlsx", replace(made, plan=replace(made.plan, groups=named)))
    pages = ["".join(page.split()) for page in pdf_pages(office.convert(path, tmp_path / "w.pdf"))]
    drawn = "".join(page for page in pages if "Tỷlệđạtcủatừngđơnvị(%)(thứtự" in page)
    assert drawn.count("phườngTânPhongcũ") == 24


def test_what_explains_a_sheet_is_not_cut_in_print(printed: list[str]) -> None:
    (page,) = (page for page in printed if "KẾT QUẢ THẨM ĐỊNH" in page)
    closely = "".join(page.split())
    assert "vídụ:Biênbản05/BB-UBND." in closely
    assert "xếplạiởlầntổnghợpsau." in closely


def test_the_sheet_to_sign_is_the_workbook_s_own(plan: Plan, tmp_path: Path) -> None:
    """The PDF is printed from a copy without formulas: the same cells, heights, widths and page breaks."""
    made = ward_of(plan, 15, STANDALONE)
    books = [
        openpyxl.load_workbook(path, data_only=True)
        for path in (sign_sheet(tmp_path / "1.xlsx", made), write(tmp_path / "2.xlsx", made))
    ]
    assert books[0].sheetnames == ["Xếp hạng"]
    alone, among = (book["Xếp hạng"] for book in books)
    assert list(alone.iter_rows(values_only=True)) == list(among.iter_rows(values_only=True))
    assert [brk.id for brk in alone.row_breaks.brk] == [brk.id for brk in among.row_breaks.brk]
    for sheet in (alone, among):
        assert sheet.print_area == "'Xếp hạng'!$A$1:$O$37"
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        margins = sheet.page_margins
        assert [round(25.4 * inches) for inches in (margins.top, margins.bottom, margins.left, margins.right)] == [
            *(20, 20, 30, 15),
        ]
        fit = sheet.sheet_properties.pageSetUpPr
        assert fit is None or not fit.fitToPage
    assert alone.column_dimensions["O"].width == among.column_dimensions["O"].width
    assert {row: d.height for row, d in alone.row_dimensions.items()} == {
        row: d.height for row, d in among.row_dimensions.items()
    }


# --- consolidate --pdf ----------------------------------------------------------------------------------------------


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    ward = Ward.make(tmp_path, [Line("TDP-05", "Tổ dân phố số 5"), Line("B-1", "Bản Thượng", "Bản")]).generate()
    ward.send("TDP-05", {})
    return ward


def test_consolidate_prints_the_pages_to_sign(ward: Ward, office: Office) -> None:  # noqa: ARG001 - LibreOffice is needed
    done = ward.call("consolidate", "--pdf")
    assert done.code == 0, done.err
    printed = ward.root / "outbox" / "tong_hop_2021.pdf"
    assert str(printed) in done.err
    (page,) = pdf_pages(printed)
    assert "Tổ dân phố số 5" in page
    assert "SỐ LIỆU TỔNG HỢP" not in page
    assert ward.call("consolidate").code == 0
    assert not printed.exists()
    assert len(list((ward.root / "outbox" / "luu").glob("tong_hop_2021_*.pdf"))) == 1


def test_without_libreoffice_the_workbook_is_written_and_the_officer_told(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_office", lambda: None)
    done = ward.call("consolidate", "--pdf", "--json")
    assert done.code == 0
    assert done.json["workbook"] == "outbox/tong_hop_2021.xlsx"
    assert "Máy này không có LibreOffice nên chưa lập được tệp PDF; sổ tổng hợp vẫn đầy đủ." in done.err
    assert not (ward.root / "outbox" / "tong_hop_2021.pdf").exists()


def test_a_libreoffice_that_fails_is_an_error_and_the_workbook_stays(
    ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = script(tmp_path / "soffice", "import sys; print('no display', file=sys.stderr); sys.exit(1)")
    monkeypatch.setattr(pdf, "find_office", lambda: str(broken))
    done = ward.call("consolidate", "--pdf")
    assert done.code == 2
    assert "không lập được tệp PDF: no display." in done.err
    assert ward.workbook.is_file()
    assert not (ward.root / "outbox" / "tong_hop_2021.pdf").exists()


def script(path: Path, source: str) -> Path:
    path.write_text(f"#!{sys.executable}\n{source}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


posix = pytest.mark.skipif(os.name == "nt", reason="a script stands for the program")


@pytest.mark.exhaustive
@posix
def test_a_libreoffice_that_hangs_is_ended_with_all_it_started(plan: Plan, tmp_path: Path) -> None:
    import psutil

    processes: Any = psutil  # it tells no types
    note = tmp_path / "pid"
    hanging = script(
        tmp_path / "soffice",
        "import pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)",
    )
    path = sign_sheet(tmp_path / "w.xlsx", ward_of(plan, 2, APPENDIX))
    with pytest.raises(PrintError, match="không lập xong tệp PDF sau 2 giây"):
        print_workbook(path, tmp_path / "w.pdf", office=str(hanging), patience=2)
    child = int(note.read_text(encoding="utf-8"))

    def is_ended() -> bool:
        try:
            return bool(processes.Process(child).status() == psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return True

    for _ in range(200):  # what was killed may take a moment to go
        if is_ended():
            break
        time.sleep(0.1)
    assert is_ended()
    assert not (tmp_path / "w.pdf").exists()


def test_what_is_no_program_is_told(plan: Plan, tmp_path: Path) -> None:
    path = sign_sheet(tmp_path / "w.xlsx", ward_of(plan, 2, APPENDIX))
    with pytest.raises(PrintError, match="Không chạy được LibreOffice"):
        print_workbook(path, tmp_path / "w.pdf", office=str(tmp_path / "absent"))


def test_libreoffice_is_looked_for_on_the_path_and_where_installers_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PATH", "ProgramW6432", "ProgramFiles", "ProgramFiles(x86)"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    monkeypatch.setattr(pdf, "_PLACES", ())
    monkeypatch.setattr(pdf, "_OPTIONAL", str(tmp_path / "nothing"))
    assert pdf.find_office() is None
    with pytest.raises(NoOfficeError):
        print_workbook(tmp_path / "w.xlsx", tmp_path / "w.pdf")
    program = tmp_path / "Program Files" / "LibreOffice" / "program" / "soffice.com"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setenv("ProgramFiles", str(tmp_path / "Program Files"))
    assert pdf.find_office() == str(program)
    if os.name != "nt":
        script(tmp_path / "soffice", "")
        monkeypatch.setenv("PATH", str(tmp_path))
        assert pdf.find_office() == str(tmp_path / "soffice")
