"""Last year's ward workbook as it is read back: whatever saved it, with its decisions, and what contradicts itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.model import GroupStatus
from tdp_xlsx.submission import LastYear, PastAnswer
from tdp_xlsx.ward_book.last_year import last_year
from tests.kit.ward import NO, YES, Line, Ward
from tests.kit.ward_book import decision, typed

if TYPE_CHECKING:
    from tests.kit.office import Office

EARLIEST = Path(__file__).parent / "data" / "tong_hop_0.1.0.xlsx"
REGISTER = [
    Line("TDP-05", "Tổ dân phố số 5"),
    Line("B-01", "Bản Lùng", "Bản", YES, YES),
    Line("TDP-16", "Tổ dân phố số 16"),
]
DECIDED = [decision("TDP-05", "2.1", YES), decision("TDP-05", "3.1", NO)]


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """Two of three groups are in; the ward workbook lies in the folder of the year after."""
    ward = Ward.make(tmp_path_factory.mktemp("nam") / "phuong", REGISTER).generate()
    ward.send("TDP-05", {"2.1": NO, "4.5b": NO}, cells={"F13": "98,5"})
    ward.send("B-01", {"1.2": None})
    assert ward.call("consolidate").code == 0
    return ward


def read(path: Path) -> LastYear:
    said = last_year(path.parent, path)
    assert said is not None
    return said


def test_what_a_workbook_says_of_its_criteria_groups_and_answers(ward: Ward) -> None:
    said = read(ward.workbook)
    assert (said.file, said.year, said.period, said.contradictions) == ("tong_hop_2021.xlsx", 2021, "", ())
    assert (len(said.sha256), len(said.criteria), said.by_code["4.5b"].label) == (64, 48, "4.5 (dòng thứ hai)")
    assert (said.by_code["2.10"].standard, said.by_code["2.10"].points, said.by_code["I.1"].is_case) == ("2", 1, True)
    assert said.by_code["5.1"].text.endswith("“an toàn về an ninh trật tự” năm 2021;")
    first, village, missing = said.groups
    assert (first.code, first.name, first.kind, first.published) == ("TDP-05", "Tổ dân phố số 5", "Tổ dân phố", 1)
    assert first.answers["1.1"] == PastAnswer(YES, YES, "98,5")
    assert [first.answers[code].final for code in ("I.1", "2.1", "4.5b")] == [NO, NO, NO]
    assert "2.10" not in first.answers
    assert (village.status, village.published) == (GroupStatus.INCOMPLETE, None)
    assert (village.answers["1.2"], village.answers["2.10"].final) == (PastAnswer("", "", ""), YES)
    assert (missing.status, missing.answers, missing.is_verified) == (GroupStatus.MISSING, {}, False)


@pytest.mark.office
@pytest.mark.parametrize(
    "suffix", [".xls", *(pytest.param(suffix, marks=pytest.mark.exhaustive) for suffix in (".xlsx", ".ods", ".xlsm"))]
)
def test_decisions_typed_after_the_last_run_count_in_any_format(
    ward: Ward, office: Office, tmp_path: Path, suffix: str
) -> None:
    saved = office.fill(ward.workbook, tmp_path / f"so{suffix}", typed(ward.workbook, DECIDED))
    said = read(saved)
    assert said.contradictions == ()
    group = said.group_by_code["TDP-05"]
    assert (group.is_verified, group.published) == (True, 1)
    assert [(group.answers[code].read, group.answers[code].final) for code in ("2.1", "3.1", "4.5b")] == [
        (NO, YES),
        (YES, NO),
        (NO, NO),
    ]


def test_a_workbook_of_the_earliest_version_is_read() -> None:
    said = read(EARLIEST)
    assert (said.year, len(said.groups), said.contradictions) == (2021, 14, ())
    ranks = {group.code: group.published for group in said.groups}
    assert (ranks["MH-01"], ranks["MH-07"], ranks["MH-05"]) == (1, 6, None)


@pytest.mark.parametrize(
    ("sheet", "change", "told"),
    [
        ("Xếp hạng", ("Hạng", 2), ("1", "2")),
        *(
            pytest.param(*one, marks=pytest.mark.exhaustive)
            for one in (
                ("Xếp hạng", ("Số tiêu chí đạt", 44), ("41", "44")),
                ("Dữ liệu", ("Đọc là", "có lẽ"), None),
                ("Chưa đạt", ("Số đơn vị chưa đạt", 3), ("0", "3")),
            )
        ),
    ],
)
def test_a_value_that_the_others_contradict_is_named_by_its_cell(
    ward: Ward, tmp_path: Path, sheet: str, change: tuple[str, str | int], told: tuple[str, str] | None
) -> None:
    book = openpyxl.load_workbook(ward.workbook, data_only=True)
    heading, value = change
    cell = next(cell for row in book[sheet].iter_rows() for cell in row if cell.value == heading)
    changed = next(cell for (cell,) in book[sheet].iter_rows(cell.row + 1, min_col=cell.column, max_col=cell.column)
                   if str(cell.value) not in {"(9)", "(12)", "None"})  # fmt: skip
    changed.value = value
    book.save(tmp_path / "so.xlsx")
    found = read(tmp_path / "so.xlsx").contradictions
    place = found[0][:3]
    assert place == (sheet, changed.coordinate, str(value))
    if told:
        assert [(one.reckoned, one.said) for one in found] == [told]


def test_one_workbook_lies_in_the_folder_and_nothing_else(ward: Ward, tmp_path: Path) -> None:
    folder = tmp_path / "nam_truoc"
    assert last_year(tmp_path) is None
    folder.mkdir()
    assert last_year(tmp_path) is None
    shutil.copy(ward.workbook, folder / "sổ ký.xlsx")
    (folder / "~$sổ ký.xlsx").write_bytes(b"\x05Admin" + b" " * 159)
    said = last_year(tmp_path)
    assert said is not None
    assert said.file == "nam_truoc/sổ ký.xlsx"
    shutil.copy(EARLIEST, folder)
    with pytest.raises(CannotRunError, match=r"02 tệp: “nam_truoc/sổ ký\.xlsx”, “nam_truoc/tong_hop_0\.1\.0\.xlsx”"):
        last_year(tmp_path)
    form = ward.form("TDP-16")
    for path, why in ((form, "không phải sổ tổng hợp"), (Path(__file__), "không phải bảng tính")):
        with pytest.raises(CannotRunError, match=why):
            read(path)
