"""The default template says what the ward's own document says, word for word, and leaves nothing of the form out."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path

import openpyxl
import pytest

from tdp_xlsx.template.build import build_template
from tdp_xlsx.template.read import read_template

ROOT = Path(__file__).parents[1]
SEED = ROOT / "tests" / "data" / "seed.txt"
OURS = {
    "Đơn vị: {don_vi}",
    "Chọn Có nếu CÓ xảy ra trường hợp này",
    "Tổ trưởng, trưởng bản (họ và tên):",
    "Ngày lập:",
    "{ho_ten}",
    "{ngay_lap}",
}
"""What columns A to D hold beyond the official form: whose form it is, how to read part I, who filled it in."""


def collapse(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def seed() -> str:
    """The ward's form, from its title on; the caption's month and year blanked, as no document gives them."""
    document = unicodedata.normalize("NFC", SEED.read_text(encoding="utf-8"))
    form = document[document.index("BẢNG TỰ ĐÁNH GIÁ") :]
    assert form.count("tháng 5 năm 2020 của") == 1
    return collapse(form.replace("tháng 5 năm 2020 của", "tháng   năm      của"))


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every text of the official form in the template for 2020, in the order of reading."""
    path = tmp_path_factory.mktemp("plan") / "t.xlsx"
    build_template(path, year=2020)
    template, findings = read_template(path, path.name)
    assert findings == ()
    assert template is not None
    sheet = openpyxl.load_workbook(path)["Bảng tự đánh giá"]
    raw = [
        str(template.grid.texts.get((cell.row, cell.column), cell.value))
        for row in sheet.iter_rows(max_col=4)
        for cell in row
        if cell.value is not None
    ]
    return [collapse(text.replace("{nam}", "2020")) for text in raw if text not in OURS]


def test_every_text_stands_in_the_wards_form_in_order(seed: str, texts: list[str]) -> None:
    position = 0
    for text in texts:
        found = seed.find(text, position)
        assert found >= 0, text
        position = found + len(text)


def test_nothing_of_the_wards_form_is_missing(seed: str, texts: list[str]) -> None:
    rest = seed
    for text in texts:
        before, found, rest = rest.partition(text)
        assert (before.strip(), found) == ("", text)
    assert not rest.strip()


def test_the_counts_are_the_plans(texts: list[str]) -> None:
    numbers = [text for text in texts if re.fullmatch(r"\d\.\d+", text)]
    assert [sum(number.startswith(f"{standard}.") for number in numbers) for standard in range(1, 6)] == [
        2,
        11,
        20,
        7,
        5,
    ]
    assert numbers.count("4.5") == 2
    assert texts.count("I") == texts.count("II") == 1


def test_the_year_stands_as_a_field_only_where_the_wards_form_says_2020() -> None:
    content = (ROOT / "tdp_xlsx" / "data" / "plan.toml").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", content)
    plan = tomllib.loads(content)
    assert "{nam}" in plan["settings"]["title"]
    assert "{nam}" not in plan["settings"]["caption"]
    assert [one["number"] for one in plan["standards"] if "{nam}" in one["title"]] == ["2"]
    criteria = [*plan["cases"], *(one for standard in plan["standards"] for one in standard["criteria"])]
    assert [one["code"] for one in criteria if "{nam}" in one["text"]] == ["5.1"]
    assert "2020" not in "".join(one["text"] for one in criteria)


def test_double_spaces_and_slips_of_the_document_are_kept() -> None:
    plan = tomllib.loads((ROOT / "tdp_xlsx" / "data" / "plan.toml").read_text(encoding="utf-8"))
    document = unicodedata.normalize("NFC", SEED.read_text(encoding="utf-8"))
    texts = {one["code"]: one["text"] for standard in plan["standards"] for one in standard["criteria"]}
    for code, text in texts.items():
        assert text.replace("{nam}", "2020") in document, code
    assert "chính trị  xã hội" in texts["1.2"]
    assert "của của Nhà nước" in texts["3.7"]
