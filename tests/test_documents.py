"""Papers: every figure is the ward workbook's, whatever saves them; templates say only what they may."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from tdp_xlsx.folder import default_template
from tdp_xlsx.papers.told import Count
from tdp_xlsx.papers.vocabulary import FIELDS
from tdp_xlsx.papers.word import TemplateFaultError, filled, mistakes, opened
from tests.kit.ward import Line, Ward

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from docx.document import Document

    from tests.kit.node import Node
    from tests.kit.office import Office
    from tests.kit.ward import Done

PAPERS = {"bao_cao": "bao-cao", "bien_ban": "bien-ban", "to_trinh": "to-trinh"}
RANKING = ["Số tt", "Tên đơn vị", "Số tiêu chí đạt/áp dụng", "Tỷ lệ", "Hạng", "Kết luận", "Ghi chú"]
STANDARDS = ["Tiêu chuẩn", "Lượt đạt", "Lượt áp dụng", "Tỷ lệ"]
UNCOUNTED = ["Số tt", "Tên đơn vị", "Tình trạng", "Lý do"]
OUT = ["Số tt", "Tên đơn vị", "Kết luận"]


def consolidated(root: Path, count: int) -> Ward:
    """A round of some groups: the last two are missing and to be mended, every seventh is out by its own word."""
    lines = [Line(f"TDP-{n:03}", f"Tổ dân phố số {n}") for n in range(1, count)] + [Line("B-1", "Bản <Á> & Bê", "Bản")]
    ward = Ward.make(root, lines, {"Số báo cáo": "7", "Họ và tên người ký": "Người Ký"}).generate()
    for place, line in enumerate(lines[:-1]):
        said: dict[str, str | None] = {f"3.{one}": "Không" for one in range(1, 1 + place % 5)}
        if place % 7 == 6:
            said["I.2"] = "Có"
        if count > 2 and place == count - 2:
            said["2.3"] = None
        ward.send(line.code, said)
    assert ward.call("consolidate").code == 0
    return ward


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """A round of fourteen groups with its ward workbook."""
    return consolidated(tmp_path_factory.mktemp("phuong") / "phuong", 14)


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """The same, to do with as a test likes."""
    return Ward(shutil.copytree(made.root, tmp_path / "phuong"))


def draft(ward: Ward, paper: str) -> Path:
    """Return where a draft stands."""
    return ward.root / "outbox" / "van_ban" / f"2021_{PAPERS[paper]}.docx"


def template(ward: Ward, paper: str = "bao_cao") -> Path:
    """Return where a template stands."""
    return ward.root / "templates" / "van_ban" / f"{paper}.docx"


def drafted(ward: Ward) -> dict[str, Document]:
    """Write the drafts and return them."""
    done = ward.call("documents")
    assert done.code == 0, done.err
    return {paper: docx.Document(str(draft(ward, paper))) for paper in PAPERS}


def texts(document: Document) -> list[str]:
    """Return the paragraphs of the text that say something."""
    return [one.text for one in document.paragraphs if one.text.strip()]


def rows(document: Document, headings: list[str]) -> list[list[str]]:
    """Return the rows of the one table with these headings; none without it."""
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return next((table[1:] for table in tables if table[0] == headings), [])


def cells(document: Document) -> list[list[str]]:
    """Return the texts of each table's cells."""
    return [[cell.text for row in table.rows for cell in row.cells] for table in document.tables]


def header(document: Document) -> Any:
    """Return the element of the header of the pages after the first."""
    return document.sections[0].header._element  # noqa: SLF001 - it has a field


def all_text(path: Path) -> str:
    """Return all that the parts of a document say."""
    with zipfile.ZipFile(path) as held:
        return "\n".join(held.read(name).decode("utf-8", "replace") for name in held.namelist() if "xml" in name)


# --- the figures ----------------------------------------------------------------------------------------------------


def percent(met: int, applicable: int) -> str:
    """Reckon a share as the papers print it, on another way: by decimals."""
    return f"{met / applicable * 100 + 1e-9:.2f}%".replace(".", ",") if applicable else "0,00%"


def expected(done: Done) -> dict[str, Any]:
    """Return what the tables of each paper must say of the document of `consolidate --json`."""
    order = {"valid": 1, "disqualified": 2, "incomplete": 3, "rejected": 3, "missing": 4}
    groups = sorted(done.json["groups"], key=lambda one: (order[one["status"]], one["rank"] or 0))
    is_counted = {one["code"]: one["status"] in {"valid", "disqualified"} for one in groups}
    ranking = [
        [
            one["name"],
            f"{one['met'] if one['status'] != 'missing' else '–'}/{one['applicable']}",
            percent(one["met"], one["applicable"]) if is_counted[one["code"]] else "–",
            str(one["rank"] or "–"),
        ]
        for one in groups
    ]
    sums: dict[str, list[int]] = {}
    for one in groups:
        for number, pair in one["standards"].items():
            if is_counted[one["code"]]:
                sums.setdefault(number, [0, 0])
                sums[number] = [sums[number][0] + pair[0], sums[number][1] + pair[1]]
    return {
        "ranking": ranking,
        "standards": [[str(met), str(of), percent(met, of)] for met, of in sums.values()],
        "uncounted": [one["name"] for one in groups if not is_counted[one["code"]]],
        "out": [one["name"] for one in groups if one["status"] == "disqualified"],
    }


def told_by(document: Document) -> dict[str, Any]:
    """Return the same of a paper."""
    return {
        "ranking": [row[1:5] for row in rows(document, RANKING)],
        "standards": [row[1:] for row in rows(document, STANDARDS)],
        "uncounted": [row[1] for row in rows(document, UNCOUNTED)],
        "out": [row[1] for row in rows(document, OUT)],
    }


def sentences(ward: Ward) -> list[str]:
    """Return the sentences for the report that the ward workbook has."""
    column = [row[0] for row in openpyxl.load_workbook(ward.workbook, data_only=True)["Tổng hợp"].values]
    return [str(one) for one in column[column.index("Câu dùng cho báo cáo") + 1 :] if one]


def test_every_figure_and_sentence_of_every_paper_is_that_of_the_ward_workbook(ward: Ward) -> None:
    assert_told(ward)


@pytest.mark.exhaustive
@pytest.mark.parametrize("count", [2, 120])
def test_figures_and_sentences_are_those_of_the_workbook_for_few_and_many_groups(count: int, tmp_path: Path) -> None:
    assert_told(consolidated(tmp_path, count))


def assert_told(ward: Ward) -> None:
    """Fail unless every paper has the figures of `consolidate --json`, and the workbook's sentences."""
    done = ward.call("consolidate", "--json")
    told = sentences(ward)
    wanted = expected(done)
    papers = drafted(ward)
    for paper, document in papers.items():
        if paper != "bao_cao":
            wanted["standards"] = []
        assert told_by(document) == wanted
        said = " ".join(texts(document))
        assert [one for one in told[:3] if one not in said] == []
    said = " ".join(texts(papers["bao_cao"]))
    assert [one for one in told if one not in said] == []
    assert "Tạm xếp hạng: còn" in said
    assert "Số: 07/BC-UBND" in cells(papers["bao_cao"])[0][0]
    rest = {json.dumps(row) for document in papers.values() for row in rows(document, UNCOUNTED)}
    assert (
        json.dumps([str(len(wanted["uncounted"])), "Bản <Á> & Bê", "Chưa nộp", "Chưa nhận được bảng tự đánh giá"])
        in rest
    )


@pytest.mark.exhaustive
def test_when_all_count_and_are_verified_nothing_is_provisional(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path).generate()
    for code in ("TDP-05", "TDP-16"):
        ward.send(code, {"4.2": "Không"})
    assert ward.call("consolidate").code == 0
    book = openpyxl.load_workbook(ward.workbook)
    sheet = book["Thẩm định"]
    first = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Mã đơn vị") + 1
    decisions = (("TDP-05", "4.2", "Có", "Bà Bí Mật nói"), ("TDP-16", "Tất cả", "Giữ nguyên", ""))
    for row, values in enumerate(decisions, start=first):
        for column, value in zip((1, 2, 4, 5), values, strict=True):
            sheet.cell(row, column).value = value
    book.save(ward.workbook)
    assert "trang “Thẩm định” đã thay đổi" in ward.call("documents").err
    assert ward.call("consolidate").code == 0
    papers = drafted(ward)
    assert not any("Tạm xếp" in one for document in papers.values() for one in texts(document))
    assert rows(papers["bien_ban"], ["Số tt", "Tên đơn vị", "Tiêu chí", "Tự đánh giá", "Thẩm định"]) == [
        ["1", "Tổ dân phố số 5", "4.2", "Không", "Có"]
    ]
    assert "Bí Mật" not in all_text(draft(ward, "bien_ban"))
    assert texts(papers["bao_cao"]).count("Không có.") == 2


# --- what other programs make of them -------------------------------------------------------------------------------


@pytest.fixture
def saved(office: Office, tmp_path: Path) -> Callable[[list[Path]], list[Path]]:  # noqa: ARG001 - says whether there is one
    """Open documents in LibreOffice and save them again as it does; return the copies."""

    def save(paths: list[Path]) -> list[Path]:
        folder = tmp_path / "saved"
        profile = (tmp_path / "profile").as_uri()
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "docx", "--outdir"]
        done = subprocess.run([*command, str(folder), *map(str, paths)], capture_output=True, check=True, timeout=180)
        assert done.returncode == 0
        return [folder / path.name for path in paths]

    return save


@pytest.mark.exhaustive
def test_libreoffice_keeps_drafts_and_a_template_it_saved_still_fills_in(
    ward: Ward, saved: Callable[[list[Path]], list[Path]]
) -> None:
    before = drafted(ward)
    paths = [*(draft(ward, paper) for paper in PAPERS), *(template(ward, paper) for paper in PAPERS)]
    copies = saved(paths)
    tables = {paper: cells(document) for paper, document in before.items()}
    for paper, copy in zip(PAPERS, copies, strict=False):
        document = docx.Document(str(copy))
        assert texts(document) == texts(before[paper])
        assert cells(document) == tables[paper]
    for paper, copy in zip(PAPERS, copies[3:], strict=True):
        shutil.copyfile(copy, template(ward, paper))
    for paper, document in drafted(ward).items():
        assert texts(document) == texts(before[paper])
        assert cells(document) == tables[paper]


@pytest.mark.exhaustive
def test_microsofts_validator_finds_nothing_wrong(ward: Ward, node: Node) -> None:
    drafted(ward)
    assert node.validate(*(draft(ward, paper) for paper in PAPERS), *(template(ward, paper) for paper in PAPERS)) == []
    broken = repacked(
        draft(ward, "bao_cao").read_bytes(), lambda _, part: part.replace(b"<w:body>", b"<w:body><w:tbl/>")
    )
    draft(ward, "bao_cao").write_bytes(broken)
    assert node.validate(draft(ward, "bao_cao"))


def test_pages_are_as_the_decree_has_them(ward: Ward) -> None:
    for document in drafted(ward).values():
        page = document.sections[0]
        margins = page.top_margin, page.bottom_margin, page.left_margin, page.right_margin
        assert [round(one / Mm(1)) for one in margins if one is not None] == [20, 20, 30, 15]
        assert [round(one / Mm(1)) for one in (page.page_width, page.page_height) if one is not None] == [210, 297]
        assert page.different_first_page_header_footer
        assert "PAGE" in [one.text for one in header(document).iter(qn("w:instrText"))]
        assert [one.text for one in page.first_page_header.paragraphs] == [""]
        fonts = [*document.styles.element.iter(qn("w:rFonts")), *document.element.iter(qn("w:rFonts"))]
        slots = {fonts.get(qn(f"w:{slot}")) for fonts in fonts for slot in ("ascii", "hAnsi", "cs", "eastAsia")}
        assert slots == {"Times New Roman"}
        head = cells(document)[0]
        assert head[0].startswith("ỦY BAN NHÂN DÂN\nPHƯỜNG TÂN PHONG\n")
        assert head[1].startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n")


def test_made_up_figures_are_marked_on_the_first_page_and_those_after_it(ward: Ward) -> None:
    (ward.root / "SO_LIEU_MINH_HOA.txt").write_text("x", encoding="utf-8")
    for document in drafted(ward).values():
        assert document.paragraphs[0].text == "SỐ LIỆU MINH HỌA"
        assert "SỐ LIỆU MINH HỌA" in "".join(one.text or "" for one in header(document).iter(qn("w:t")))
        assert document.core_properties.title.endswith("SỐ LIỆU MINH HỌA")


# --- when there is something to write, and where --------------------------------------------------------------------


def test_nothing_is_written_where_the_workbook_does_not_show_the_round(ward: Ward, tmp_path: Path) -> None:
    fresh = Ward.make(tmp_path / "khac")
    done = fresh.call("documents")
    assert (done.code, "Chưa có sổ tổng hợp" in done.err) == (2, True)
    next(ward.inbox.iterdir()).unlink()
    done = ward.call("documents")
    assert (done.code, "các tệp trong “inbox” đã thay đổi" in done.err) == (2, True)
    assert not draft(ward, "bao_cao").parent.exists()


def test_a_draft_that_somebody_changed_is_kept_and_one_that_nobody_did_is_replaced(ward: Ward) -> None:
    drafted(ward)
    first = {paper: draft(ward, paper).stat().st_mtime_ns for paper in PAPERS}
    kept = ward.root / "outbox" / "luu"
    before = {path.name for path in kept.glob("*")}
    drafted(ward)
    assert {paper: draft(ward, paper).stat().st_mtime_ns for paper in PAPERS} == first
    edited = docx.Document(str(draft(ward, "bien_ban")))
    edited.add_paragraph("Chủ trì: ghi tay")
    edited.save(str(draft(ward, "bien_ban")))
    draft(ward, "to_trinh").write_bytes(b"khong con la van ban")
    ward.send("B-1")
    assert ward.call("consolidate").code == 0
    done = ward.call("documents")
    assert done.code == 0
    added = sorted(path.name for path in kept.glob("*.docx") if path.name not in before)
    assert [re.sub(r"\d{8}-\d{6}", "*", name) for name in added] == ["2021_bien-ban_*.docx", "2021_to-trinh_*.docx"]
    assert "Chủ trì: ghi tay" in texts(docx.Document(str(kept / added[0])))
    assert done.err.count("Dự thảo đã sửa được lưu tại") == 2
    assert "Chủ trì: ghi tay" not in texts(docx.Document(str(draft(ward, "bien_ban"))))


def test_a_draft_open_elsewhere_stops_all(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdp_xlsx.outputs.PATIENCE", 0.2)
    drafted(ward)
    draft(ward, "bao_cao").unlink()
    for name in (".~lock.2021_to-trinh.docx#", "~$21_to-trinh.docx"):  # as LibreOffice and Word have it
        mark = draft(ward, "to_trinh").with_name(name)
        mark.write_text("x")
        done = ward.call("documents")
        assert (done.code, "Văn bản “2021_to-trinh.docx” đang mở trong Word" in done.err) == (2, True)
        assert not draft(ward, "bao_cao").exists()
        mark.unlink()


def test_templates_are_laid_where_there_are_none_and_travel_into_the_next_year(ward: Ward, tmp_path: Path) -> None:
    own = docx.Document(str(template(ward)))
    own.add_paragraph("Câu riêng của phường {{ phuong }}")
    own.save(str(template(ward)))
    content = template(ward).read_bytes()
    assert "Câu riêng của phường phường Tân Phong" in texts(drafted(ward)["bao_cao"])
    assert ward.call("new-year", tmp_path / "sau").code == 0
    assert template(Ward(tmp_path / "sau")).read_bytes() == content
    template(ward).unlink()
    done = ward.call("documents")
    assert (done.code, "templates/van_ban/bao_cao.docx: không có tệp" in done.err) == (2, True)
    shutil.rmtree(template(ward).parent)
    assert "Đã đặt mẫu văn bản mặc định" in ward.call("documents").err
    assert all(template(ward, paper).is_file() for paper in PAPERS)
    template(ward).write_bytes(content)
    assert ward.call("init", "--force").code == 0
    assert template(ward).read_bytes() == content


# --- broken templates -----------------------------------------------------------------------------------------------


def with_lines(*lines: str) -> bytes:
    """Return a document with these paragraphs."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return packed(document)


def packed(document: Document) -> bytes:
    """Return a document as a file."""
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a document with its parts changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as held, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in held.namelist():
            made.writestr(name, change(name, held.read(name)))
    return target.getvalue()


def in_table(*cells: str) -> bytes:
    """Return a document with a table, each of whose rows has a cell."""
    document = docx.Document()
    for row, text in enumerate(cells):
        table = document.add_table(len(cells), 1) if row == 0 else document.tables[0]
        table.cell(row, 0).text = text
    return packed(document)


def in_header(text: str) -> bytes:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = text
    return packed(document)


def macro(name: str, part: bytes) -> bytes:
    if name != "[Content_Types].xml":
        return part
    return part.replace(
        b"openxmlformats-officedocument.wordprocessingml.document.main", b"ms-word.document.macroEnabled.main"
    )


def bomb() -> bytes:
    target = io.BytesIO(with_lines("x"))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as held:
        held.writestr("word/media/image1.png", b"\0" * (15 << 20))
    return target.getvalue()


def workbook() -> bytes:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


def in_box(text: str) -> bytes:
    box = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    shape = f'<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{box}</v:textbox></v:shape></w:pict>'
    return repacked(with_lines("MỐC"), lambda _, part: part.replace("<w:t>MỐC</w:t>".encode(), shape.encode()))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOT_ALLOWED = "chỉ ghi tên trường"
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "text": (lambda: b"khong phai docx", "không phải văn bản Word .docx"),
    "empty": (lambda: b"", "tệp rỗng"),
    "rtf": (lambda: b"{\\rtf1 abc}", "đời cũ (.doc, .rtf)"),
    "cut": (lambda: default_template("bao_cao")[:9000], "tệp bị hỏng"),
    "damaged": (
        lambda: repacked(with_lines("x"), lambda name, part: part[:-30] if name == "word/document.xml" else part),
        "tệp bị hỏng",
    ),
    "macros": (lambda: repacked(with_lines("x"), macro), "có macro (.docm)"),
    "bomb": (bomb, "bom giải nén"),
    "workbook": (workbook, "không phải văn bản Word"),
}
FIELDS_WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "unknown": (
        lambda: with_lines("", "Kính gửi {{ phuog }}"),
        "đoạn 2: “{{ phuog }}” không có trường “phuog”; có phải là “phuong”?",
    ),
    "not closed": (lambda: with_lines("Năm {{ nam và"), "đoạn 1: “{{ nam và” thiếu dấu mở hoặc dấu đóng"),
    "over two paragraphs": (lambda: with_lines("{{ nam", "}}"), "đoạn 1: “{{ nam” thiếu dấu mở hoặc dấu đóng"),
    "filter": (lambda: with_lines("{{ nam|uper }}"), "không có bộ lọc “uper”; có phải là “upper”?"),
    "inside": (lambda: with_lines("{{ nam.__class__ }}"), "không dùng được dấu chấm sau “nam”"),
    "text's class": (lambda: with_lines("{{ ''.__class__.__mro__ }}"), NOT_ALLOWED),
    "call": (lambda: with_lines("{{ nam.upper() }}"), NOT_ALLOWED),
    "sum": (lambda: with_lines("{{ 10 ** 10 }}"), NOT_ALLOWED),
    "endless loop": (lambda: with_lines("{% for i in range(10**9) %}x{% endfor %}"), "viết chưa đúng"),
    "include": (lambda: with_lines("{% include 'bao_cao.docx' %}"), "chỉ có for, endfor, if, else, endif"),
    "set": (lambda: with_lines("{% set x = 1 %}"), "chỉ có for, endfor, if, else, endif"),
    "comment": (lambda: with_lines("{# nội bộ #}"), "chỉ có for, endfor, if, else, endif"),
    "no list": (lambda: in_table("{%tr for dong in nam %}", "x", "{%tr endfor %}"), "không phải danh sách"),
    "no column": (
        lambda: in_table("{%tr for dong in xep_hang %}", "{{ dong.hag }}", "{%tr endfor %}"),
        "bảng 1, dòng 2, ô 1: “{{ dong.hag }}” không có cột “hag” trong danh sách; có phải là “hang”?",
    ),
    "whole line": (
        lambda: in_table("{%tr for d in xep_hang %}", "{{ d }}", "{%tr endfor %}"),
        "thiếu tên cột, ví dụ d.so_tt",
    ),
    "row not closed": (
        lambda: in_table("{%tr for d in xep_hang %}", "{{ d.ten }}"),
        "bảng 1, dòng 1, ô 1: “{%tr for d in xep_hang %}” chưa có thẻ endfor",
    ),
    "row with more": (
        lambda: in_table("STT {%tr for d in xep_hang %}", "{{ d.ten }}", "{%tr endfor %}"),
        "phải đứng riêng một dòng của bảng",
    ),
    "row outside": (
        lambda: with_lines("{%tr for d in xep_hang %}", "{%tr endfor %}"),
        "phải nằm trong một dòng của bảng",
    ),
    "loop in a loop": (
        lambda: in_table(
            "{%tr for a in xep_hang %}", "{% for b in xep_hang %}{{ b.ten }}{% endfor %}", "{%tr endfor %}"
        ),
        "chỉ lặp một lớp",
    ),
    "over paragraphs": (lambda: with_lines("{% if ky %}", "{% endif %}"), "qua nhiều đoạn thì ghi {%p"),
    "list printed": (lambda: with_lines("{{ xep_hang }}"), "là danh sách: dùng trong vòng lặp"),
    "column alone": (lambda: with_lines("{{ hang }}"), "ghi kèm tên dòng, ví dụ dong.hang"),
    "condition": (lambda: with_lines("{% if nam > 2 %}x{% endif %}"), NOT_ALLOWED),
    "deep": (lambda: with_lines("{% if ky %}" * 9 + "x" + "{% endif %}" * 9), "lồng quá nhiều lớp"),
    "long": (lambda: with_lines("{{ nam" + "|upper" * 3000 + " }}"), "viết chưa đúng"),
    "closed only": (lambda: with_lines("{%p endif %}"), "không có thẻ mở đi cùng"),
    "header": (lambda: in_header("{{ nm }}"), "đầu trang, đoạn 1: “{{ nm }}” không có trường “nm”"),
    "box": (lambda: in_box("{{ phuog }}"), "hộp chữ: “{{ phuog }}” không có trường"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_template_is_told_in_one_sentence(case: str) -> None:
    make, told = FILES[case]
    with pytest.raises(TemplateFaultError) as fault:
        opened(make())
    assert told in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("case", FIELDS_WRONG)
def test_a_mistake_in_a_template_is_told_with_its_place(case: str) -> None:
    make, told = FIELDS_WRONG[case]
    found = mistakes(opened(make()))
    assert told in found[0]
    assert len(found) == 1 + (case in {"over two paragraphs", "row outside"}), found


def test_a_tag_where_no_paragraph_shows_it_is_never_run() -> None:
    hidden = b'<w:body><w:bookmarkStart w:id="9" w:name="{{ nam.__class__ }}"/>'
    content = repacked(with_lines("x"), lambda _, part: part.replace(b"<w:body>", hidden))
    assert [one.partition(";")[0] for one in mistakes(opened(content))] == ["có thẻ nằm ngoài chữ của đoạn văn"]
    with pytest.raises(TemplateFaultError, match="ngoài chữ của đoạn văn"):
        filled(content, {"nam": "2021"}, title="", author="", demo=False)


def test_all_mistakes_of_all_templates_are_told_at_once_and_nothing_is_written(ward: Ward) -> None:
    before = drafted(ward)["to_trinh"]
    template(ward).write_bytes(with_lines("{{ phuog }} {{ nam|uper }}", "{% for i in range(10**9) %}x{% endfor %}"))
    template(ward, "bien_ban").write_bytes(OLE + b"\0" * 2000)
    template(ward, "to_trinh").unlink()
    done = ward.call("documents")
    assert done.code == 2
    *told, last = done.err.strip().splitlines()
    names = [line.partition(": ")[0].removeprefix("templates/van_ban/") for line in told]
    assert names == ["bao_cao.docx"] * 3 + ["bien_ban.docx", "to_trinh.docx"]
    assert last.startswith("Chưa ghi gì.")
    assert texts(docx.Document(str(draft(ward, "to_trinh")))) == texts(before)


def test_what_stands_in_fields_is_text_and_nothing_else() -> None:
    said = "A & B <w:t/> {{ nam }} {% raw %}\ndòng hai"
    content = with_lines("{{ co_quan }}", "{{ phuong|upper }}{% if so_chua_nop %} còn{% else %} đủ{% endif %}")
    fields = {**dict.fromkeys(FIELDS, ""), "co_quan": said, "phuong": "<b>ư", "so_chua_nop": Count(0)}
    document = docx.Document(io.BytesIO(packed(filled(content, fields, title="", author="", demo=False))))
    assert texts(document) == ["A & B <w:t/> {{ nam }} {% raw %}\ndòng hai", "<B>Ư đủ"]


def test_runs_that_word_splits_are_one_tag_and_cells_never_stand_empty() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for text in ("Năm {", "{ n", "am }", "}."):
        paragraph.add_run(text).bold = True
    cell = document.add_table(1, 1).cell(0, 0)
    for text in ("{%p if ky %}", "kỳ {{ ky }}", "{%p endif %}"):
        cell.add_paragraph(text)
    cell._tc.remove(cell.paragraphs[0]._p)  # noqa: SLF001 - which is empty
    content = packed(document)
    assert mistakes(opened(content)) == ()
    made = filled(content, {**dict.fromkeys(FIELDS, ""), "nam": "2021"}, title="", author="", demo=False)
    assert texts(made) == ["Năm 2021."]
    assert [one.text for one in made.tables[0].cell(0, 0).paragraphs] == [""]


@pytest.mark.exhaustive
def test_the_largest_template_is_checked_and_filled_in_within_reason() -> None:
    content = with_lines(*(f"{{{{ nam }}}} và {{% if ky %}}{number}{{% endif %}}" for number in range(1000)))
    assert mistakes(opened(content)) == ()
    made = filled(content, {**dict.fromkeys(FIELDS, ""), "nam": "2021"}, title="", author="", demo=False)
    assert len(texts(made)) == 1000
    many = with_lines(*["{{ nam }}"] * 2001)
    assert mistakes(opened(many)) == ("có quá 2000 đoạn có thẻ",)
    endless = mistakes(opened(with_lines("{{" * 100_000, "{% " * 100_000)))
    assert [one[:20] for one in endless] == ["đoạn 1: “{{{{{{{{{{{", "đoạn 2: “{% {% {% {%"]
    large = with_lines("x" * (5 << 20))
    with pytest.raises(TemplateFaultError, match="bom giải nén"):
        opened(large)
