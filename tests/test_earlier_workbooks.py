"""The ward workbook saved elsewhere, under another name, in another format: no decision is lost, none is chosen."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.kit.ward import NO, YES, Line, Ward
from tests.kit.ward_book import first_decision_row, rows_of, stored

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.office import Office

SHEET = "Thẩm định"
REGISTER = [Line("TDP-05", "Tổ dân phố số 5"), Line("TDP-16", "Tổ dân phố số 16")]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """Two groups, both in, consolidated once."""
    ward = Ward.make(tmp_path_factory.mktemp("so") / "phuong", REGISTER).generate()
    ward.send("TDP-05", {"2.1": NO})
    ward.send("TDP-16")
    assert ward.call("consolidate").code == 0
    return ward


@pytest.fixture
def ward(prepared: Ward, tmp_path: Path) -> Ward:
    """A copy of the prepared ward."""
    return Ward(shutil.copytree(prepared.root, tmp_path / "phuong"))


def row(*cells: str, at: int = 0, path: Path) -> dict[str, str]:
    """Return the cells of a decision: group, criterion, result, and reason."""
    number = first_decision_row(path) + at
    return {f"{col}{number}": text for col, text in zip("ABDEFG", cells, strict=False)}


def decide(ward: Ward, office: Office, target: Path, *decisions: tuple[str, ...]) -> Path:
    """Have LibreOffice type decisions into the ward workbook and save it as ``target``."""
    cells: dict[str, Any] = {}
    for place, decision in enumerate(decisions):
        cells |= row(*decision, at=place, path=ward.workbook)
    return office.fill(ward.workbook, target, {SHEET: cells})


def kept(ward: Ward) -> list[tuple[Any, ...]]:
    """Return the decisions of the ward workbook: group, criterion, result, reason."""
    found = rows_of(stored(ward.workbook, SHEET))
    return [
        (line["Mã đơn vị"], line["Mã tiêu chí"], line["Kết quả thẩm định"], line["Lý do"])
        for line in found
        if line["Kết quả thẩm định"]
    ]


def archive(ward: Ward) -> list[str]:
    folder = ward.root / "outbox" / "luu"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


DECISION = ("TDP-05", "2.1", YES, "Biên bản 05/BB-UBND", "Tổ thẩm định", "01/12/2021")


@pytest.mark.office
@pytest.mark.parametrize(
    "name",
    [
        "tong_hop_2021 (sau họp).xlsx",
        pytest.param("tong_hop_2021.ods", marks=pytest.mark.exhaustive),
        pytest.param("họp/bản chốt.xls", marks=pytest.mark.exhaustive),
    ],
)
def test_the_one_workbook_there_is_is_read_whatever_its_name_and_format(ward: Ward, office: Office, name: str) -> None:
    copy = ward.root / "outbox" / name
    copy.parent.mkdir(exist_ok=True)
    decide(ward, office, copy, DECISION)
    content = copy.read_bytes()
    ward.workbook.unlink()
    (ward.root / "outbox" / "~$tong_hop_2021.xlsx.tmp").write_bytes(b"x")
    assert ward.call("status", "--json").groups()["TDP-05"]["met"] == 43
    done = ward.call("consolidate", "--json")
    assert done.code == 0, done.err
    assert f"Kết quả thẩm định lấy từ “outbox/{name}”" in done.err
    assert kept(ward) == [DECISION[:4]]
    assert not copy.exists()
    stored_as = next(path for path in (ward.root / "outbox" / "luu").iterdir() if path.read_bytes() == content)
    assert stored_as.suffix == copy.suffix
    assert ward.call("consolidate").code == 0
    assert kept(ward) == [DECISION[:4]]


@pytest.mark.office
def test_workbooks_whose_decisions_differ_are_refused_with_the_rows(ward: Ward, office: Office) -> None:
    before = ward.workbook.read_bytes()
    copy = decide(ward, office, ward.root / "outbox" / "tong_hop_2021.ods", DECISION, ("TDP-16", "3.1", NO, "Xem lại"))
    first = first_decision_row(ward.workbook)
    done = ward.call("consolidate")
    assert done.code == 2
    assert "khác nhau" in done.err
    assert (
        f"“outbox/tong_hop_2021.ods”: dòng {first} (TDP-05, 2.1, Có, Biên bản 05/BB-UBND); dòng {first + 1}" in done.err
    )
    assert "“outbox/tong_hop_2021.xlsx”: không có dòng nào" in done.err
    assert (ward.workbook.read_bytes(), archive(ward)) == (before, [])
    assert ward.call("mail", "--remind").code == 2
    shown = ward.call("status")
    assert (shown.code, "khác nhau" in shown.err) == (0, True)
    (ward.root / "outbox" / "luu").mkdir()
    shutil.move(ward.workbook, ward.root / "outbox" / "luu" / "cũ.xlsx")
    assert ward.call("consolidate").code == 0
    assert kept(ward) == [DECISION[:4], ("TDP-16", "3.1", NO, "Xem lại")]
    assert not copy.exists()


@pytest.mark.office
@pytest.mark.exhaustive
def test_workbooks_with_the_same_decisions_are_all_archived(ward: Ward, office: Office, tmp_path: Path) -> None:
    decide(ward, office, tmp_path / "a.xlsx", DECISION, ("TDP-16", "Tất cả", "Giữ nguyên"))
    office.convert(tmp_path / "a.xlsx", ward.root / "outbox" / "bản sao.ods")
    shutil.copy(tmp_path / "a.xlsx", ward.workbook)
    done = ward.call("consolidate")
    assert done.code == 0, done.err
    assert len(archive(ward)) == 2
    assert [path.name for path in (ward.root / "outbox").glob("*.*") if path.suffix != ".lock"] == [
        "tong_hop_2021.xlsx"
    ]
    assert len(kept(ward)) == 2


@pytest.mark.office
def test_decisions_left_in_the_archive_only_are_not_dropped_unless_told(
    ward: Ward, office: Office, tmp_path: Path
) -> None:
    decide(ward, office, tmp_path / "a.xlsx", DECISION)
    older = ward.workbook.read_bytes()
    shutil.copy(tmp_path / "a.xlsx", ward.workbook)
    assert ward.call("consolidate").code == 0
    ward.workbook.unlink()
    refused = ward.call("consolidate")
    assert (refused.code, ward.workbook.exists()) == (2, False)
    assert f"outbox/luu/{archive(ward)[0]}" in refused.err
    assert "--start-anew" in refused.err
    ward.workbook.write_bytes(older)  # an older copy put back, as its time says
    os.utime(ward.workbook, (1.5e9, 1.5e9))
    refused = ward.call("consolidate")
    assert (refused.code, "01 dòng thẩm định" in refused.err, ward.workbook.read_bytes()) == (2, True, older)
    done = ward.call("consolidate", "--start-anew")
    assert (done.code, kept(ward)) == (0, [])
    assert ward.call("consolidate").code == 0


@pytest.mark.exhaustive
def test_a_copy_open_in_excel_and_a_workbook_of_another_year(ward: Ward) -> None:
    copy = ward.root / "outbox" / "bản họp.xlsx"
    shutil.move(ward.workbook, copy)
    lock = copy.with_name(f"~${copy.name}")
    lock.write_bytes(b"\x05Admin" + b" " * 159)
    done = ward.call("consolidate")
    assert (done.code, "“bản họp.xlsx” đang mở" in done.err, archive(ward)) == (2, True, [])
    lock.unlink()
    book = openpyxl.load_workbook(ward.template)
    next(line for line in book["Cấu hình"].iter_rows() if line[0].value == "Năm đánh giá")[1].value = 2022
    book.save(ward.template)
    assert ward.call("consolidate", "--yes").code == 0
    assert copy.exists()
    assert (ward.root / "outbox" / "tong_hop_2022.xlsx").exists()


def test_a_workbook_that_cannot_be_read_may_hold_decisions(ward: Ward) -> None:
    (ward.root / "outbox" / "bản họp.xlsx").write_bytes(ward.workbook.read_bytes()[:5000])
    (ward.root / "outbox" / "ghi chú.txt").write_text("Họp ngày 01/12", encoding="utf-8")
    done = ward.call("consolidate")
    assert done.code == 2
    assert "“outbox/bản họp.xlsx”" in done.err


# --- what else the office wrote ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "saved", [".xlsx", *(pytest.param(one, marks=pytest.mark.exhaustive) for one in (".ods", ".xls"))]
)
def test_own_columns_travel_with_their_rows_and_the_rest_is_named(
    ward: Ward, office: Office, tmp_path: Path, saved: str
) -> None:
    first = first_decision_row(ward.workbook)
    last = len(stored(ward.workbook, "Xếp hạng")) + 3
    book = openpyxl.load_workbook(ward.workbook)
    own = book.create_sheet("Ghi chép cuộc họp")
    own["B2"] = "Đồng chí A vắng"
    book["Xếp hạng"][f"C{last}"] = "Chờ ý kiến Đảng ủy"
    book["Xếp hạng"][f"B{last}"].comment = Comment("Xem lại tên", "UBND")
    book["Nội dung cần làm rõ"]["Z2"] = "đã gọi điện"
    book[SHEET]["C1"] = "Họp lần 2"
    book.save(tmp_path / "a.xlsx")
    cells: dict[str, Any] = row(*DECISION, path=ward.workbook) | row("TDP-16", "3.1", NO, at=1, path=ward.workbook)
    cells |= {f"P{first - 1}": "Hồ sơ số", f"P{first}": "12/HS", f"P{first + 1}": "13/HS", f"W{first + 1}": 7}
    office.fill(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {SHEET: cells})
    ward.workbook.unlink()
    copy = ward.workbook.with_suffix(saved)
    office.sort_rows(tmp_path / "b.xlsx", copy, SHEET, f"A{first}:W{first + 1}", "B", descending=True)
    done = ward.call("consolidate")
    assert done.code == 0, done.err
    where = f"outbox/luu/{archive(ward)[-1]}"
    told = [line for line in done.err.splitlines() if line.startswith("Phần ghi thêm")]
    assert any(f"“Ghi chép cuộc họp”: ô B2 (xem “{where}”)" in line for line in told), done.err
    assert any(f"“Xếp hạng”: ô C{last}" in line for line in told)
    assert any("“Nội dung cần làm rõ”: ô Z2" in line for line in told)
    assert any("“Thẩm định”: ô C1" in line for line in told)
    assert len(told) == 4
    assert any(f"ghi chú gắn ở ô B{last}" in line for line in told)
    for _ in range(2):
        found = [line for line in rows_of(stored(ward.workbook, SHEET)) if line["Kết quả thẩm định"]]
        assert [(line["Mã tiêu chí"], line["Hồ sơ số"], line["(cột W)"]) for line in found] == [
            ("3.1", "13/HS", "7"),
            ("2.1", "12/HS", None),
        ]
        done = ward.call("consolidate", "--strict")
        assert (done.code, "Phần ghi thêm" in done.err) == (0, False)


@pytest.mark.exhaustive
def test_a_workbook_nothing_was_added_to_is_said_to_hold_nothing_more(
    ward: Ward, office: Office, tmp_path: Path
) -> None:
    for suffix in (".ods", ".xls", ".xlsx"):
        copy = decide(ward, office, tmp_path / f"a{suffix}", DECISION)
        ward.workbook.unlink()
        shutil.move(copy, ward.workbook.with_suffix(suffix))
        ward.send("TDP-16", {"2.2": NO} if suffix == ".xls" else {"3.1": NO})
        done = ward.call("consolidate")
        assert (done.code, "Phần ghi thêm" in done.err) == (0, False), done.err
