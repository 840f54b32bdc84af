"""Make the guide's pictures and the leaders' leaflet from the real program: python docs/pictures.py [FOLDER].

Needs LibreOffice and pdftoppm, as the tests do. Everything shown is the demonstration's.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import openpyxl  # noqa: E402 - after the path that leads to the tests' kit
import xlsxwriter  # noqa: E402
from openpyxl.worksheet.properties import PageSetupProperties  # noqa: E402

from tdp_xlsx import layout  # noqa: E402
from tdp_xlsx.styles import line_count, row_height  # noqa: E402
from tests.kit.office import pdf_pages  # noqa: E402
from tests.kit.ward import Ward  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

PICTURES = HERE / "hinh"
LEAFLET = "huong-dan-dien-bang"
DPI = 96
COLOURS = 256

WARD = "outbox/tong_hop_2021.xlsx"
FORM = "2021_{}_bang-tu-danh-gia.xlsx"
TERMINALS = {
    "lenh-init": "init danh-gia-2021",
    "lenh-status": "-C demo status",
    "lenh-check": f"-C demo check inbox/{FORM.format('MH-04')}",
    "lenh-consolidate": "-C demo consolidate",
}
MENUS = {"bang-chon-moi": "new", "bang-chon": "demo"}
DOCUMENTS = r"C:\Users\Duc\Documents\tdp-xlsx"


# --- the terminal ---------------------------------------------------------------------------------------------------


def terminals(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield, by name, the picture of each command as it runs in a folder that holds the demonstration."""
    (folder / "demo" / WARD).unlink()  # as if this were the first time, so that no line tells the hour
    for name, working_folder in MENUS.items():
        lines = "\n".join(run(folder, "-C", working_folder, "menu", typed="0\n")).strip()
        lines = re.sub(rf"\s+{re.escape(str(folder / working_folder))}", lambda _: f" {DOCUMENTS}", lines)
        yield name, drawn(lines.splitlines())
    for name, command in TERMINALS.items():
        yield name, drawn([f"> tdp-xlsx {command}", *run(folder, *command.split())])


def run(folder: Path, *arguments: str, typed: str = "") -> list[str]:
    """Run a command in a folder; return the lines a person sees."""
    done = subprocess.run(
        [sys.executable, "-m", "tdp_xlsx", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(HERE.parent), "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        input=typed.encode(),
        check=False,
    )
    return done.stdout.decode("utf-8").splitlines()


def drawn(lines: list[str]) -> str:
    """Draw lines of text as a terminal, in SVG."""
    width, height = 9 * max(map(len, lines)) + 32, 20 * len(lines) + 28
    texts = "\n".join(
        f'<text x="16" y="{28 + 20 * row}" xml:space="preserve">{escape(line)}</text>' for row, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">\n'
        '<rect width="100%" height="100%" rx="8" fill="#1e1e1e"/>\n'
        '<g font-family="Consolas, \'DejaVu Sans Mono\', monospace" font-size="15" fill="#e6e6e6">\n'
        f"{texts}\n</g>\n</svg>\n"
    )


# --- workbooks ------------------------------------------------------------------------------------------------------


LINKS = {
    "MH-02": ("MH-02", "Đổi tên"),
    "MH-08": ("MH-28", "Đổi mã"),
    "MH-11": ("MH-11", "Nhập"),
    "MH-12": ("MH-11", "Nhập"),
}
MISSED = {"MH-01": "3.4", "MH-02": "2.3", "MH-05": "3.16", "MH-06": "3.3", "MH-11": "4.1"}


def following(demo: Path, root: Path) -> Path:
    """Make the year after the demonstration, in which a group is renamed, one gets another code and two merge."""
    run(demo, "new-year", str(root))
    ward = Ward(root)
    book = openpyxl.load_workbook(ward.template)
    for row in book[layout.LINKS].iter_rows(max_col=3):
        if row[0].value in LINKS:
            row[1].value, row[2].value = LINKS[row[0].value]
    register = book[layout.REGISTER]
    rows = {row[0].value: row for row in register.iter_rows()}
    rows["MH-02"][2].value, rows["MH-08"][0].value = "Tổ dân phố Minh Họa Mới", "MH-28"
    register.delete_rows(rows["MH-12"][0].row)
    book.save(ward.template)
    ward.generate()
    for code in [code for code in rows if str(code).startswith("MH-")]:
        name = {"MH-08": "MH-28"}.get(code, code)
        if code not in {"MH-09", "MH-12"}:
            ward.send(name, {MISSED[code]: "Không"} if code in MISSED else {}, edition="2022")
    run(root, "consolidate")
    return root


def screens(demo: Path, work: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures of sheets as they look on the screen, with the letters and numbers of columns and rows."""
    returned = next((demo / layout.RETURNS).glob("*MH-04*"))
    for name, book, sheet, area, words in (
        ("danh-sach", demo / layout.TEMPLATE_PATH, layout.REGISTER, "A1:J15", "MH-15"),
        ("bang-dien", demo / layout.INBOX / FORM.format("MH-04"), layout.FORM, "A1:G25", "2.10"),
        ("bang-tra-lai", returned, layout.FORM, "A1:G25", "2.10"),
        ("tham-dinh", demo / WARD, layout.DECISIONS, "A1:G12", DECISIONS[0][4]),
        ("doi-chieu", work / "nam-sau" / layout.TEMPLATE_PATH, layout.LINKS, "A1:G24", "MH-28"),
    ):
        copy = work / f"{name}.xlsx"
        workbook = openpyxl.load_workbook(book)
        for other in workbook.worksheets:
            other.sheet_state = "visible" if other.title == sheet else "hidden"
            other.sheet_view.tabSelected = other.title == sheet
        page = workbook[sheet]
        workbook.active = page
        if sheet == layout.DECISIONS:
            decide(page)
        page.print_area = area
        page.print_title_rows = None
        page.print_options.headings = True
        page.page_setup.orientation = "landscape"
        page.row_breaks.brk = []
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.page_setup.fitToWidth = page.page_setup.fitToHeight = 1
        for part in (page.oddHeader, page.oddFooter, page.firstHeader, page.firstFooter):
            if part is not None:
                part.left.text = part.center.text = part.right.text = None
        workbook.save(copy)
        pdf = pdf_of(copy, copy.with_suffix(".pdf"))
        yield name, picture(pdf, next(n for n, text in enumerate(pdf_pages(pdf), 1) if words in text))


DECISIONS = (
    ("MH-02", "2.3", "Không", "Có", "Đã kiểm tra hồ sơ mô hình", "Tổ thẩm định", "02/12/2021"),
    ("MH-05", "I.2", "Có", "Không", "Công an phường xác nhận không có", "Tổ thẩm định", "02/12/2021"),
    ("MH-01", "Tất cả", None, layout.AS_IT_STANDS, "Biên bản số 01", "Tổ thẩm định", "02/12/2021"),
)


def decide(page: Worksheet) -> None:
    """Enter decisions, as the office would."""
    heading = next(row[0].row for row in page.iter_rows() if row[0].value == layout.DECISION_HEADINGS[0])
    for row, values in enumerate(DECISIONS, int(heading or 0) + 1):
        for column, value in enumerate(values, 1):
            page.cell(row, column).value = value


def pages(demo: Path, work: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures of printed pages."""
    form = pdf_of(demo / layout.INBOX / FORM.format("MH-01"), work / "form.pdf")
    yield "bang-in", picture(form, 1, crop=False)
    ward = pdf_of(demo / WARD, work / "ward.pdf")
    texts = pdf_pages(ward)
    yield "xep-hang", picture(ward, 1, crop=False)
    after = pdf_of(work / "nam-sau" / layout.ward_name("2022"), work / "after.pdf")
    page = next(n for n, text in enumerate(pdf_pages(after), 1) if "SO VỚI NĂM TRƯỚC" in text)
    yield "so-voi-nam-truoc", picture(after, page, crop=False)
    report = pdf_of(demo / layout.draft_name("2021", "bao_cao"), work / "report.pdf")
    yield "bao-cao", picture(report, 1, crop=False)
    run(demo, "results", "MH-06")
    result = demo / layout.RESULTS / layout.result_name("2021", "MH-06")
    yield "ket-qua", picture(pdf_of(result, work / "result.pdf"), 1, crop=False)
    yield "bieu-do", picture(ward, next(n for n, text in enumerate(texts, 1) if "BIỂU ĐỒ" in text), crop=False)


LOCALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>vi-VN</value></prop></item></oor:items>
"""


def pdf_of(book: Path, target: Path) -> Path:
    """Print a workbook as a machine set to Vietnamese does: with decimal commas."""
    profile = target.parent / "profile"
    if not profile.exists():
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(LOCALE, encoding="utf-8")
    program = shutil.which("soffice") or "soffice"
    made = target.parent / f"{book.stem}.pdf"
    setting = f"-env:UserInstallation={profile.as_uri()}"
    subprocess.run(
        [program, setting, "--headless", "--convert-to", "pdf", "--outdir", str(target.parent), str(book)],
        capture_output=True,
        check=True,
    )
    return made.replace(target)


def picture(pdf: Path, page: int, *, crop: bool = True) -> bytes:
    """Return one page of a PDF as a PNG of few colours."""
    program = shutil.which("pdftoppm") or "pdftoppm"
    done = subprocess.run(
        [program, "-r", str(DPI), "-f", str(page), "-l", str(page), str(pdf)], capture_output=True, check=True
    )
    header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", done.stdout)
    if header is None:
        raise ValueError(f"no picture of page {page} of {pdf}")
    width, height = int(header[1]), int(header[2])
    data = done.stdout[header.end() :]
    rows = [data[3 * width * row : 3 * width * (row + 1)] for row in range(height)]
    return png(cropped(rows) if crop else rows)


def cropped(rows: list[bytes], margin: int = 8) -> list[bytes]:
    """Cut the white around a picture, but for a margin."""
    inked = [number for number, row in enumerate(rows) if row.count(255) < len(row)]
    left = min(next(at for at in range(0, len(rows[0]), 3) if rows[y][at : at + 3] != b"\xff" * 3) for y in inked)
    right = max(len(rows[y].rstrip(b"\xff")) for y in inked)
    start, end = max(left - 3 * margin, 0), min(-(-right // 3) * 3 + 3 * margin, len(rows[0]))
    return [row[start:end] for row in rows[max(inked[0] - margin, 0) : inked[-1] + margin + 1]]


def png(rows: list[bytes]) -> bytes:
    """Encode rows of RGB as a PNG with a palette of the most frequent colours."""
    pixels = [[row[at : at + 3] for at in range(0, len(row), 3)] for row in rows]
    counts = Counter(pixel for row in pixels for pixel in row)
    palette = [colour for colour, _ in counts.most_common(COLOURS)]
    index = {colour: number for number, colour in enumerate(palette)}
    for colour in counts:
        if colour not in index:
            index[colour] = min(
                range(len(palette)), key=lambda n: sum((a - b) ** 2 for a, b in zip(palette[n], colour, strict=True))
            )
    packed = b"".join(b"\0" + bytes(index[pixel] for pixel in row) for row in pixels)
    size = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, 3, 0, 0, 0)
    parts = ((b"IHDR", size), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(packed, 9)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body


# --- the leaflet ----------------------------------------------------------------------------------------------------


def leaflet(text: str, target: Path, work: Path) -> None:
    """Print the leaders' page on one A4 sheet."""
    book = xlsxwriter.Workbook(str(work / "leaflet.xlsx"))
    sheet = book.add_worksheet("Hướng dẫn")
    sheet.set_paper(9)
    sheet.set_margins(left=0.8, right=0.5, top=0.6, bottom=0.5)
    sheet.fit_to_pages(1, 1)
    width = 72  # what A4 holds upright, whatever the default font
    sheet.set_column(0, 0, width)
    styles = {"#": (17, True), "##": (13, True), "": (12.5, False)}
    row = 0
    for line in text.splitlines():
        if not line.strip() or line.startswith(("[", "!")):
            continue
        mark, _, rest = line.partition(" ")
        size, bold = styles.get(mark, styles[""])
        content = (rest if mark in styles else line).replace("**", "").replace("`", "")
        settings = {"font_name": "Times New Roman", "font_size": size, "bold": bold, "text_wrap": True, "valign": "top"}
        sheet.write_string(row, 0, content, book.add_format(settings))
        lines = line_count(content, width, size, bold=bold)
        sheet.set_row(row, row_height(lines, size) + (10 if mark in styles else 4))
        row += 1
    book.close()
    shutil.copyfile(pdf_of(work / "leaflet.xlsx", work / "leaflet.pdf"), target)


def main() -> int:
    """Write everything into docs, or into the folder named."""
    target = Path(sys.argv[1]) if sys.argv[1:] else HERE
    hinh = target / PICTURES.name
    hinh.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        run(work, "demo")
        following(work / "demo", work / "nam-sau")
        run(work, "-C", "demo", "documents")
        shots = [*screens(work / "demo", work), *pages(work / "demo", work)]
        for name, svg in terminals(work):
            (hinh / f"{name}.svg").write_text(svg, encoding="utf-8", newline="\n")
        for name, content in shots:
            (hinh / f"{name}.png").write_bytes(content)
            print(f"{name}.png: {len(content)} bytes")
        leaflet((HERE / f"{LEAFLET}.md").read_text(encoding="utf-8"), target / f"{LEAFLET}.pdf", work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
