"""Open data: every figure is the ward workbook's, nobody is named, other programs take the package as it is."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import shutil
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.kit.ward import FORM, Line, Ward, decide, key_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.kit.office import Office
    from tests.kit.ward import Done

NAMES = ("groups", "criteria", "answers", "decisions", "findings", "files")


def small(root: Path) -> Ward:
    """Two groups, one of which lacks an answer."""
    ward = Ward.make(root, [Line("TDP-05", "Tổ dân phố số 5"), Line("B-1", "Bản 1", "Bản")]).generate()
    ward.send("TDP-05", {"3.1": "Không", "I.2": "Có"})
    ward.send("B-1", {"2.3": None}, cells={"F28": "12 hộ; số 0911 222 333"})
    return ward


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """A small round and its ward workbook."""
    ward = small(tmp_path_factory.mktemp("phuong") / "phuong")
    assert ward.call("consolidate").code == 0
    return ward


@pytest.fixture
def ward(made: Ward, tmp_path: Path) -> Ward:
    """The small round with its ward workbook, to do with as a test likes."""
    return Ward(shutil.copytree(made.root, tmp_path / "phuong"))


def exported(ward: Ward, *options: str) -> dict[str, list[dict[str, str]]]:
    """Export, and return the rows of each table."""
    done = ward.call("export", *options)
    assert done.code == 0, done.err
    return {name: rows(ward, name) for name in NAMES}


def rows(ward: Ward, name: str) -> list[dict[str, str]]:
    """Return the rows of one table, read as RFC 4180 has it."""
    content = (ward.root / "outbox" / "du_lieu" / f"{name}.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline=""), strict=True))


def package(ward: Ward) -> dict[str, Any]:
    """Return what describes the tables."""
    told: dict[str, Any] = json.loads((ward.root / "outbox/du_lieu/datapackage.json").read_text(encoding="utf-8"))
    return told


# --- the figures ----------------------------------------------------------------------------------------------------


def told_as_json(tables: dict[str, list[dict[str, str]]]) -> dict[str, Any]:
    """Return groups, files and findings of the tables in the words of `--json`."""
    paths = {row["number"]: row["path"] for row in tables["files"]}
    digests = {row["number"]: row["sha256"] for row in tables["files"]}
    numbers = [str(number) for number in range(1, 6)]
    return {
        "groups": [
            {
                "code": row["code"],
                "name": row["name"],
                "status": row["status"],
                "rank": int(row["rank"]) if row["rank"] else None,
                "met": int(row["met"]),
                "applicable": int(row["applicable"]),
                "score": float(row["score"]) if row["score"] else None,
                "standards": {n: [int(row[f"standard_{n}_{what}"]) for what in ("met", "applicable")] for n in numbers},
                "disqualified_by": row["disqualified_by"].split("; ") if row["disqualified_by"] else [],
                "file": paths.get(row["file"]),
                "sha256": digests.get(row["file"]),
                "previous": None,
            }
            for row in tables["groups"]
        ],
        "files": [
            {"file": row["path"], "status": row["status"], "group": row["group"] or None, "sha256": row["sha256"]}
            for row in tables["files"]
        ],
        "findings": [
            {
                **{name: row[name] or None for name in ("code", "severity", "group", "criterion")},
                "file": paths.get(row["file"]),
                **{name: row[name] or None for name in ("cell", "message", "fix")},
            }
            for row in tables["findings"]
        ],
    }


def compared(done: Done) -> dict[str, Any]:
    """Return what `--json` says of the round; a place in the ward workbook itself is not told in the tables."""
    told = {name: done.json[name] for name in ("groups", "files", "findings")}
    for finding in told["findings"]:
        if finding["file"] and not finding["file"].startswith("inbox/"):
            finding |= {"file": None, "cell": None}
    return told


@pytest.mark.parametrize("count", [2, pytest.param(25, marks=pytest.mark.exhaustive)])
def test_every_figure_is_that_of_consolidate_and_frictionless_takes_the_package(
    count: int, tmp_path: Path, invalid: Callable[[Path], list[str]]
) -> None:
    lines = [Line(f"TDP-{n:02}", f"Tổ dân phố số {n}") for n in range(1, count)] + [Line("B-1", "Bản 1", "Bản")]
    ward = Ward.make(tmp_path, lines).generate()
    for place, line in enumerate(lines[: count - count // 10]):  # of 25, two send nothing
        said = {"3.1": "Không"} if place % 3 else {"I.1": "Có"} if place % 2 else {}
        ward.send(line.code, {**said, "4.2": None if place % 7 == 6 else "Không"})
    (ward.inbox / "ghi chú.txt").write_text("không phải bảng", encoding="utf-8")
    assert ward.call("consolidate").code == 0
    decide(ward, ("TDP-01", "4.2", "Có", "Có biên bản", "UBND", "01/12/2021"), ("TDP-99", "4.2", "Có"))
    done = ward.call("consolidate", "--json")
    tables = exported(ward, "--evidence")
    assert told_as_json(tables) == compared(done)
    assert len(tables["groups"]) == count
    read = sum(row["status"] not in {"missing", "rejected"} for row in tables["groups"])
    assert len(tables["answers"]) == 48 * read
    final = [row for row in tables["answers"] if (row["group"], row["criterion"]) == ("TDP-01", "4.2")]
    assert [(row["answer"], row["final_answer"]) for row in final] == [("Không", "Có")]
    assert [(row["group"], row["in_force"], row["fault"]) for row in tables["decisions"]] == [
        ("TDP-01", "true", ""),
        ("", "false", "unknown_group"),
    ]
    counted = [row for row in tables["criteria"] if row["code"] == "3.1"]
    met = sum(row["final_answer"] == "Có" for row in counts_of(tables, "3.1"))
    assert [(int(row["concerned"]), int(row["yes"])) for row in counted] == [(len(counts_of(tables, "3.1")), met)]
    assert invalid(ward.root / "outbox/du_lieu/datapackage.json") == []


def counts_of(tables: dict[str, list[dict[str, str]]], criterion: str) -> list[dict[str, str]]:
    """Return the answers to a criterion of the groups that count."""
    counting = {row["code"] for row in tables["groups"] if row["status"] in {"valid", "disqualified"}}
    return [row for row in tables["answers"] if row["group"] in counting and row["criterion"] == criterion]


def test_frictionless_sees_what_is_wrong_with_a_package(ward: Ward, invalid: Callable[[Path], list[str]]) -> None:
    exported(ward)
    folder = ward.root / "outbox" / "du_lieu"
    for name, before, after in (
        ("answers", '"clear","Có"', '"clear","Yes"'),
        ("answers", '"B-1","1.1"', '"B-9","1.1"'),
        ("groups", '"B-1","Bản 1"', '"TDP-05","Bản 1"'),
    ):
        path = folder / f"{name}.csv"
        path.write_bytes(path.read_bytes().replace(before.encode(), after.encode(), 1))
    told = " ".join(invalid(folder / "datapackage.json")).casefold()
    assert [word for word in ('constraint "enum"', "primary key", "foreign key") if word not in told] == []


def test_where_it_comes_from_is_told_and_the_licence_is_left_to_the_office(ward: Ward) -> None:
    exported(ward)
    told = package(ward)
    digest = hashlib.sha256(ward.workbook.read_bytes()).hexdigest()
    assert told["sources"] == [
        {"title": "Sổ tổng hợp tong_hop_2021.xlsx", "path": "tong_hop_2021.xlsx", "year": 2021, "sha256": digest}
    ]
    assert "licenses" not in told
    assert "Giấy phép sử dụng do cơ quan công bố quyết định" in told["description"]
    assert [one["name"] for one in told["resources"]] == list(NAMES)
    assert all(field["title"] for one in told["resources"] for field in one["schema"]["fields"])


def test_made_up_figures_are_marked_as_such(ward: Ward) -> None:
    (ward.root / "SO_LIEU_MINH_HOA.txt").write_text("x", encoding="utf-8")
    assert ward.call("consolidate").code == 0
    exported(ward)
    assert package(ward)["title"].startswith("SỐ LIỆU MINH HỌA: ")


# --- the files ------------------------------------------------------------------------------------------------------


def test_the_tables_are_utf_8_with_a_mark_and_lines_end_as_in_rfc_4180(ward: Ward) -> None:
    exported(ward, "--evidence")
    for name in NAMES:
        content = (ward.root / "outbox" / "du_lieu" / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\xef\xbb\xbf") == 1
        assert content.endswith(b"\r\n")
        assert content.count(b"\n") == content.count(b"\r\n")  # no cell of this round has a break of its own


def test_a_second_export_changes_nothing_and_leaves_nothing_else(ward: Ward) -> None:
    exported(ward)
    folder = ward.root / "outbox" / "du_lieu"
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    exported(ward)
    assert before == {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    assert set(before) == {*(f"{name}.csv" for name in NAMES), "datapackage.json"}


def test_what_a_spreadsheet_would_take_for_a_formula_stands_behind_an_apostrophe(ward: Ward) -> None:
    ward.send("B-1", cells={"F28": "@SUM(A1)", "F29": "-2+3"})
    assert ward.call("consolidate").code == 0
    evidence = {row["evidence"] for row in exported(ward, "--evidence")["answers"]}
    assert evidence == {"", "'@SUM(A1)", "'-2+3"}


# --- people ---------------------------------------------------------------------------------------------------------

LEADER, PHONE, ADDRESS = "Ông Lường Văn Bí Ẩn", "0911 222 333", "bi.an@rieng.example.vn"
SIGNED, SENDER, JUDGE = "Vàng A Kín", "la.mat@khac.example.vn", "Cầm Thị Xét"
SECRETS = (
    *("Lường", "luong van", "luongvan", "Bí Ẩn", "0911", "222333", "bi.an@", "Vàng A", "vang_a", "la.mat", "Cầm Thị"),
    *("CẦM", "0977", "rieng.example"),
)


def crowded(root: Path) -> Ward:
    """A round with people wherever they may stand: register, file names, signature, sender, evidence, decisions."""
    ward = small(root)
    book = openpyxl.load_workbook(ward.template)
    for column, value in enumerate((LEADER, PHONE, ADDRESS), start=7):
        book["Danh sách đơn vị"].cell(2, column).value = value
    book.save(ward.template)
    sheet = openpyxl.load_workbook(ward.form("B-1"))[FORM]
    key = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("NL-ho_ten"))
    places = key_rows(sheet)
    ward.inbox.joinpath(ward.form("TDP-05").name).unlink()
    ward.send("TDP-05", name="luong van bi an gui lai LuongVanBiAn.xlsx")
    said = {"2.3": "hỏi ông Lường văn bí ẩn", "3.2": "hỏi 0977.888.999"}
    evidence = {f"F{places['3.1']}": f"{LEADER}, số {PHONE}", f"F{places['4.5a']}": "30% theo bà Vàng A Kín"}
    path = ward.send("B-1", said, name="vang_a_kin.xlsx", cells={f"B{key.row}": SIGNED, **evidence})
    mail = EmailMessage()
    mail["From"], mail["Subject"] = f"{SIGNED} <{SENDER}>", "Bảng"
    mail.set_content(PHONE)
    mail.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name)
    path.with_suffix(".eml").write_bytes(mail.as_bytes())
    path.unlink()
    (ward.inbox / ward.form("B-1").name).unlink()
    assert ward.call("consolidate").code == 0
    decide(ward, ("TDP-05", "3.1", "Không", f"{JUDGE} kiểm tra, gọi {PHONE}", JUDGE, dt.date(2021, 12, 1)))
    assert ward.call("consolidate").code == 0
    return ward


@pytest.mark.parametrize(
    "options", [pytest.param([], id="usual", marks=pytest.mark.exhaustive), pytest.param(["--evidence"], id="evidence")]
)
def test_no_file_names_anybody(tmp_path: Path, options: list[str], invalid: Callable[[Path], list[str]]) -> None:
    ward = crowded(tmp_path)
    tables = exported(ward, *options)
    for path in (ward.root / "outbox" / "du_lieu").iterdir():
        # A hash may hold any four digits.
        text = re.sub(r"\b[0-9a-f]{64}\b", "", path.read_text(encoding="utf-8").casefold())
        assert [secret for secret in SECRETS if secret.casefold() in text] == [], path.name
    assert invalid(ward.root / "outbox/du_lieu/datapackage.json") == []
    assert [row["reason"] for row in tables["decisions"]] == [
        "(không công bố) kiểm tra, gọi (không công bố)",
    ]
    assert [row["decided_on"] for row in tables["decisions"]] == ["01/12/2021"]
    assert sorted(row["path"] for row in tables["files"]) == [
        "inbox/(không công bố) gui lai (không công bố).xlsx",
        "inbox/(không công bố).eml/(không công bố).xlsx",
    ]


def test_what_leaders_typed_is_there_only_when_asked_for(ward: Ward) -> None:
    ward.send("B-1", {"2.3": "một phần"}, cells={"F28": "chín phần mười hai hộ"})
    assert ward.call("consolidate").code == 0
    exported(ward)
    folder = ward.root / "outbox" / "du_lieu"
    texts = [path.read_text(encoding="utf-8") for path in folder.iterdir()]
    assert [word for word in ("một phần", "chín phần mười") for text in texts if word in text] == []
    assert "Mục 2.3: không hiểu nội dung “…” tại ô" in (folder / "findings.csv").read_text(encoding="utf-8")
    done = ward.call("export", "--evidence")
    assert "đọc lại answers.csv trước khi công bố" in done.err
    told = {(row["group"], row["criterion"]): row for row in rows(ward, "answers")}
    assert told["B-1", "2.3"]["raw"] == "một phần"
    assert "chín phần mười hai hộ" in {row["evidence"] for row in told.values()}
    assert any("“một phần”" in row["message"] for row in rows(ward, "findings"))


def test_a_group_whose_name_was_typed_for_a_signature_keeps_its_name(tmp_path: Path) -> None:
    ward = small(tmp_path)
    sheet = openpyxl.load_workbook(ward.form("B-1"))[FORM]
    key = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("NL-ho_ten"))
    ward.send("B-1", cells={f"B{key.row}": "Bản 1"}, name="B-1 Bản 1.xlsx")
    ward.inbox.joinpath(ward.form("B-1").name).unlink()
    assert ward.call("consolidate").code == 0
    assert "inbox/B-1 Bản 1.xlsx" in {row["path"] for row in exported(ward)["files"]}


# --- what is refused ------------------------------------------------------------------------------------------------


def refused(ward: Ward) -> str:
    """Return the one sentence with which an export is refused; nothing is written."""
    done = ward.call("export")
    assert done.code == 2
    assert not (ward.root / "outbox" / "du_lieu").exists()
    (line,) = done.err.splitlines()
    assert line.endswith("chưa ghi gì. Chạy: tdp-xlsx consolidate, rồi chạy lại lệnh này.")
    return line


def test_without_a_ward_workbook_nothing_is_exported(ward: Ward) -> None:
    ward.workbook.unlink()
    assert refused(ward).startswith("Chưa có sổ tổng hợp “outbox/tong_hop_2021.xlsx”;")


def _new_file(ward: Ward) -> None:
    ward.send("B-1", name="lan-2.xlsx")


def _file_gone(ward: Ward) -> None:
    next(ward.inbox.glob("*B-1*")).unlink()


def _other_answer(ward: Ward) -> None:
    ward.send("TDP-05", {"3.1": "Không", "I.2": "Có"}, cells={"F28": "13 hộ"})


def _decision(ward: Ward) -> None:
    decide(ward, ("TDP-05", "3.1", "Có"))


def _reason(ward: Ward) -> None:
    decide(ward, ("TDP-05", "2.1", "Giữ nguyên", "lý do khác"))


def _both(ward: Ward) -> None:
    _new_file(ward)
    _decision(ward)


def _name(ward: Ward) -> None:
    book = openpyxl.load_workbook(ward.template)
    book["Danh sách đơn vị"]["C2"].value = "Tổ dân phố số 5 mới"
    book.save(ward.template)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_new_file, "các tệp trong “inbox”"),
        pytest.param(_file_gone, "các tệp trong “inbox”", marks=pytest.mark.exhaustive),
        pytest.param(_other_answer, "các tệp trong “inbox”", marks=pytest.mark.exhaustive),
        (_decision, "trang “Thẩm định”"),
        pytest.param(_reason, "trang “Thẩm định”", marks=pytest.mark.exhaustive),
        pytest.param(_both, "các tệp trong “inbox” và trang “Thẩm định”", marks=pytest.mark.exhaustive),
        (_name, "sổ mẫu hoặc cách tính"),
    ],
)
def test_what_changed_since_is_told_and_the_next_consolidate_mends_it(
    ward: Ward, change: Callable[[Ward], None], told: str
) -> None:
    decide(ward, ("TDP-05", "2.1", "Giữ nguyên", "lý do"))
    assert ward.call("consolidate").code == 0
    change(ward)
    assert refused(ward).startswith(f"Từ khi lập “outbox/tong_hop_2021.xlsx”, {told} đã thay đổi;")
    assert ward.call("consolidate").code == 0
    assert ward.call("export").code == 0


def test_a_workbook_that_does_not_tell_what_it_was_made_of_is_made_anew(ward: Ward) -> None:
    book = openpyxl.load_workbook(ward.workbook)
    properties: Any = vars(book)["custom_doc_props"]
    del properties["tdp-xlsx basis"]
    book.save(ward.workbook)
    assert refused(ward).startswith("Sổ “outbox/tong_hop_2021.xlsx” không còn ghi được lập từ những gì;")


def test_leftovers_of_programs_and_rows_that_say_nothing_are_no_change(ward: Ward) -> None:
    odd = (
        ("TDP-05", 2.1, "Có", "=1+1", "  Cầm  Thị Xét ", dt.date(2021, 12, 1)),
        ("B-1", "Tất cả", "Giữ nguyên", 12, None, 44531),
        ("tdp-05", "3.1", "có", "dòng\nhai", "", "1/12"),
    )
    decide(ward, *odd)
    assert ward.call("consolidate").code == 0
    (ward.inbox / "Thumbs.db").write_bytes(b"x")
    (ward.inbox / ".~lock.a.xlsx#").write_bytes(b"x")
    assert len(exported(ward)["decisions"]) == 3


@pytest.mark.exhaustive
def test_a_workbook_that_libreoffice_saved_still_tells_what_it_was_made_of(ward: Ward, office: Office) -> None:
    ods = office.convert(ward.workbook, ward.root / "a.ods")
    office.convert(ods, ward.workbook)
    assert len(exported(ward)["groups"]) == 2
