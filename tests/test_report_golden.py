"""The ward workbook of one small round, part by part, as it is meant to be; and how it looks to other judges."""

from __future__ import annotations

import difflib
import math
import shutil
import subprocess
from itertools import combinations
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tdp_xlsx import styles
from tdp_xlsx.layout import STATES
from tdp_xlsx.report import charts
from tdp_xlsx.report.words import FAULTS
from tests.kit import golden
from tests.kit.round import default_plan, made_up_round
from tests.kit.ward_book import decision, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.kit.node import Node

GNUMERIC = shutil.which("ssconvert")
RENEW = "python -m tests.kit.golden"


def test_every_part_of_the_workbook_is_as_it_was(tmp_path: Path) -> None:
    """If the change is meant, renew the files with the command told, and read their diff before committing."""
    now = golden.parts(golden.small_round(tmp_path))
    kept = {path.name: path.read_text(encoding="utf-8") for path in golden.FOLDER.glob("*.txt")}
    assert sorted(now) == sorted(kept), f"parts came or went; if that is meant: {RENEW}"
    lines = [
        line
        for name in sorted(now)
        for line in difflib.unified_diff(
            kept[name].splitlines(), now[name].splitlines(), f"kept/{name}", f"now/{name}", lineterm="", n=1
        )
    ]
    if lines:
        pytest.fail("\n".join([f"The workbook changed; if that is meant: {RENEW}", *lines[:200]]))


@pytest.mark.exhaustive
def test_microsoft_s_judge_finds_no_fault(tmp_path: Path, node: Node) -> None:
    plan = default_plan(tmp_path)
    made = made_up_round(plan, 15)
    decisions = (decision("TDP-01", "2.1", "Không"), decision("B-02", "2.10", "Có"), decision("TDP-99", "", "Có"))
    books = [
        write(tmp_path / "live.xlsx", made, decisions),
        write(tmp_path / "values.xlsx", made, decisions, live=False),
        write(tmp_path / "demo.xlsx", made_up_round(plan, 1), demo=True),
        golden.small_round(tmp_path),
    ]
    assert node.validate(*books) == []


# --- contrast and grey ----------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Return the relative luminance of `#RRGGBB` as WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("meaning", sorted(styles.MEANINGS))
def test_words_stand_out_from_what_is_behind_them(meaning: str) -> None:
    """WCAG's stricter measure, 7 to 1, which holds in grey print as well: it goes by luminance alone."""
    look = styles.MEANINGS[meaning]
    assert contrast(look.get("font_color", styles.INK), look.get("bg_color", "#FFFFFF")) >= 7


@pytest.mark.parametrize(
    "fill",
    [
        styles.GOOD_FILL,
        styles.BAD_FILL,
        styles.ASK_FILL,
        styles.DECIDED_FILL,
        styles.LOCKED_FILL,
        styles.INPUT_FILL,
        styles.OFFICE_FILL,
    ],
)
def test_live_colours_leave_the_words_readable(fill: str) -> None:
    assert contrast(styles.INK, fill) >= 10


def test_bars_are_dark_on_white() -> None:
    assert contrast(charts._DARK, "#FFFFFF") >= 7  # noqa: SLF001 - the colour of every bar


def test_whatever_a_colour_says_a_word_says_too() -> None:
    """Printed in grey, states and faults are told by words, no two of them the same."""
    for words in (STATES, FAULTS):
        assert all(one != other for one, other in combinations(words.values(), 2))


def test_what_the_board_decided_shows_without_colour_too(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(golden.small_round(tmp_path))["Chi tiết"]
    rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
    (decided,) = (rule for rule in rules if "td_khoa" in rule.formula[0])
    assert (decided.dxf.font.b, decided.dxf.font.i) == (True, True)
    others = [rule.formula[0] for rule in rules if rule is not decided]
    assert all(any(word in formula for word in ("KAD", "Trống", "Có", "Không")) for formula in others)


@pytest.mark.exhaustive
@pytest.mark.skipif(GNUMERIC is None, reason="Gnumeric (ssconvert) is not installed")
@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_gnumeric_opens_it_and_reckons_the_same(tmp_path: Path) -> None:
    plan = default_plan(tmp_path)
    made = made_up_round(plan, 15)
    decisions = (decision("TDP-01", "2.1", "Không"), decision("B-02", "Tất cả", "Giữ nguyên"))
    path = write(tmp_path / "w.xlsx", made, decisions)
    again = tmp_path / "again.xlsx"
    subprocess.run([str(GNUMERIC), "--recalc", str(path), str(again)], check=True, capture_output=True, timeout=120)
    formulas = openpyxl.load_workbook(path)
    was, now = (openpyxl.load_workbook(book, data_only=True) for book in (path, again))
    different = [
        f"{sheet.title}!{cell.coordinate}: {was[sheet.title][cell.coordinate].value!r}, {cell.value!r}"
        for sheet in now
        for row in sheet.iter_rows()
        for cell in row
        if formulas[sheet.title][cell.coordinate].data_type == "f"
        and not same(was[sheet.title][cell.coordinate].value, cell.value)
    ]
    assert different == []


def same(one: Any, other: Any) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return (one or "") == (other or "")
