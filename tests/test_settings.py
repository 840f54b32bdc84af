"""What law changes is set in the template: level and name of the office, the decree on layout, names of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.kit.template_book import SETTINGS, good
from tests.kit.ward import FORM, Ward

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LABELS = (
    "Cấp đơn vị hành chính",
    "Tên cơ quan",
    "Tên viết tắt của cơ quan",
    "Văn bản quy định thể thức",
    "Ghi tên người lập vào sổ tổng hợp",
)


def texts(path: Path, sheet: str) -> Iterator[str]:
    """Yield the texts of a sheet."""
    for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True):
        yield from (value for value in row if isinstance(value, str))


@pytest.mark.exhaustive
def test_a_commune_with_an_office_of_another_name_reads_so_everywhere(tmp_path: Path) -> None:
    settings = {
        "Tên phường": "xã Sùng Phài",
        "Cấp đơn vị hành chính": "Xã",
        "Tên cơ quan": "Ủy ban hành chính",
        "Tên viết tắt của cơ quan": "UBHC",
        "Văn bản quy định thể thức": "Nghị định số 99/2030/NĐ-CP",
        "Kiểu trình bày": "Biểu độc lập",
    }
    ward = Ward.make(tmp_path, settings=settings).generate()
    ward.send("TDP-05", {"2.3": None})
    assert ward.call("consolidate").code == 0
    assert ward.call("mail").code == 0
    ranking = list(texts(ward.workbook, "Xếp hạng"))
    assert "ỦY BAN HÀNH CHÍNH" in ranking
    assert [text for text in ranking if text.startswith("Số:")] == ["Số:       /BC-UBHC"]
    assert "Nghị định số 99/2030/NĐ-CP" in texts(ward.workbook, "Cách tính")
    assert openpyxl.load_workbook(ward.workbook).properties.creator == "UBHC xã Sùng Phài"
    guide = "\n".join(texts(ward.form("TDP-05"), "Hướng dẫn điền"))
    assert "xã sẽ gửi lại để bổ sung" in guide
    assert "gửi lại cho xã." in guide
    back = ward.root / "outbox/tra_lai/2021_TDP-05_bang-tu-danh-gia_lan-2.xlsx"
    assert next(text for text in texts(back, "Hướng dẫn điền") if "đề nghị xem lại" in text).startswith("Xã đề nghị")
    assert "phường" not in guide
    assert "UBHC xã Sùng Phài" in (ward.root / "outbox/thu/2021_TDP-05.txt").read_text(encoding="utf-8")


def test_without_a_name_the_level_stands_for_it(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path, settings={"Tên phường": None, "Cấp đơn vị hành chính": "đặc khu"})
    assert good(ward.template).plan.settings.office == "UBND đặc khu"


def test_a_template_from_before_these_rows_gives_what_it_gave(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path)
    new = good(ward.template).plan.settings
    book = openpyxl.load_workbook(ward.template)
    sheet = book[SETTINGS]
    rows = [row[0].row for row in sheet.iter_rows() if row[0].value in LABELS]
    assert len(rows) == len(LABELS)
    sheet.delete_rows(min(rows) - 1, len(rows) + 1)
    book.save(ward.template)
    old = good(ward.template).plan.settings
    assert old == new
    assert (old.authority, old.office, old.unit_level) == ("ỦY BAN NHÂN DÂN", "UBND phường Tân Phong", "phường")
    assert old.layout_basis.startswith("Nghị định số 30/2020/NĐ-CP")
    assert old.names_leaders is False


@pytest.mark.parametrize("label", ["Cấp đơn vị hành chính", "Ghi tên người lập vào sổ tổng hợp"])
def test_another_word_than_those_to_choose_from_is_a_mistake(tmp_path: Path, label: str) -> None:
    ward = Ward.make(tmp_path, settings={label: "khác"})
    done = ward.call("generate")
    assert done.code == 2
    assert f"“{label}”" in " ".join(done.err.split())
    assert FORM not in done.out
