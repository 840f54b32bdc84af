"""Text from outside stays text: nothing of a leader's, a file's name or a mail's becomes a formula or link."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tdp_xlsx.console import visible
from tests.hostile.build import Part, archive
from tests.kit.ward import FORM, Line, Ward, key_rows

if TYPE_CHECKING:
    from pathlib import Path

STRINGS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    "=cmd|'/C calc'!A0",
    '=DDE("cmd";"/C calc";"1")',
    '=HYPERLINK("http://example.vn/?x="&A1,"bấm")',
    '=WEBSERVICE("http://example.vn")',
    "{=1+1}",
    "http://example.vn/a",
    "https://example.vn/b",
    "ftp://example.vn",
    "mailto:a@example.vn",
    "internal:Sheet1!A1",
    "external:c:\\temp\\a.xlsx",
    "file:///etc/passwd",
    "_x000D_=1+1",
    "_x003D_1+1",
    "\u202e1+1=\u202c",
    "\u200b=1+1",
    "👩‍👩‍👧 họp tổ 🎉",
    "a\x0bb\x0cc",
    '"><f>1+1</f><v a="',
    "]]><c><f>1+1</f></c>",
    "&#61;1+1",
    "'=1+1",
    "x" * 40_000,
    "😀" * 20_000,
)


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """A round whose every free text is an attempt: evidence, names of groups, files, members, mails."""
    root = tmp_path_factory.mktemp("phuong")
    ward = Ward.make(root, [Line(f"TDP-{n:02}", f"Tổ dân phố số {n}") for n in (1, 2, 3)])
    _write_texts(ward.template, "Danh sách đơn vị", {"C4": "=1+1 tổ +cmd|' /C calc'!A0"})
    ward.generate()
    sheet = openpyxl.load_workbook(ward.form("TDP-01"))[FORM]
    rows = list(key_rows(sheet).values())
    evidence = {f"F{row}": text for row, text in zip(rows, STRINGS, strict=False)}
    path = ward.send("TDP-01", {"1.1": "=1+1x"})
    _write_texts(path, FORM, evidence)
    ward.send("TDP-03")
    names = ("=1+1.xlsx", "+cmd.xlsx", "@SUM(A1).xlsx", "-2+3.xlsx", "\u202egnp.xlsx", "http_example.vn.xlsx")
    for name in names:
        (ward.inbox / name).write_bytes(b"khong phai bang")
    (ward.inbox / "=HYPERLINK(1).zip").write_bytes(archive([Part("=1+1.xlsx", b"x"), Part("a\x1b[31m.xlsx", b"x")]))
    (ward.inbox / "thu.eml").write_bytes(
        b"From: =?utf-8?q?=3DHYPERLINK(1)?= <=1+1@example.vn>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: application/pdf; name="=1+1.pdf"\r\n\r\n%PDF-1.4\r\n'
    )
    return ward


def _write_texts(path: Path, sheet: str, texts: dict[str, str]) -> None:
    """Put texts into cells as text, whatever openpyxl thinks of them."""
    book = openpyxl.load_workbook(path)
    for address, text in texts.items():
        cell = book[sheet][address]
        cell.value = "."
        cell._value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)  # noqa: SLF001 - past its own checks
        cell.data_type = "s"
    book.save(path)


def test_no_output_holds_a_formula_or_link_from_outside(ward: Ward) -> None:
    done = ward.call("consolidate", "--json")
    assert done.code == 0
    assert done.groups()["TDP-03"]["status"] == "valid"
    strange = re.compile(r"cmd\||DDE\(|HYPERLINK\((?!&quot;#|\"#)|WEBSERVICE|http|1\+1|SUM\(A1\)")
    for formula in _formulas(ward.workbook):
        assert not strange.search(formula), formula
    for path in (ward.root / "outbox").rglob("*.xlsx"):
        for name, content in _parts(path):
            assert "externalLink" not in name
            assert "vbaProject" not in name
            assert "connections" not in name
            assert b"<hyperlink" not in content, f"{path.name} {name}"
            assert b'TargetMode="External"' not in content, f"{path.name} {name}"
            assert b"ddeLink" not in content


def _parts(path: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as opened:
        return [(name, opened.read(name)) for name in opened.namelist()]


def _formulas(path: Path) -> list[str]:
    return [
        formula
        for name, content in _parts(path)
        if "worksheets/" in name
        for formula in re.findall(r"<f[^>]*>([^<]*)</f>", content.decode())
    ]


def _as_excel_shows(text: str) -> str:
    """Return a text with escapes in place, as Excel itself reads them."""
    return re.sub(r"_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text).replace("\r", "")


def test_evidence_comes_out_as_the_same_text_or_visibly_cut(ward: Ward) -> None:
    assert ward.call("consolidate").code == 0
    sheet = openpyxl.load_workbook(ward.workbook)["Dữ liệu"]
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells if cell.value in STRINGS} <= {"s"}
    shown = {str(cell.value) for cell in cells}
    for text in STRINGS:
        if _units(text) <= 32_767 and not {"\x0b", "\r", "\t"} & set(text):
            assert _as_excel_shows(text) in shown, text[:50]
    cut = [text for text in shown if text.endswith("…") and _units(text) > 30_000]
    assert sorted(text[0] for text in cut) == ["x", "😀"]
    assert max(map(_units, shown)) <= 32_767


def _units(text: str) -> int:
    """Return the length of a text as Excel counts it."""
    return len(text.encode("utf-16-le")) // 2


def test_the_json_and_the_terminal_hold_no_control_or_direction_characters(ward: Ward) -> None:
    for arguments in (["check"], ["status"], ["consolidate"]):
        done = ward.call(*arguments)
        for said in (done.out, done.err):
            assert visible(said) == said
    names = set(ward.call("status", "--json").files())
    assert "inbox/=HYPERLINK(1).zip/a\\u001b[31m.xlsx" in names
    assert "inbox/thu.eml/=1+1.pdf" in names
