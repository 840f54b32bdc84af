"""Forms in all five formats, damaged at random from a seed: an answer is read as it was, or something is said.

`TDP_MUTANTS` sets how many mutants are made (default 3,000); `TDP_MUTANT_SEED` another seed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tdp_xlsx.folder import load_template
from tdp_xlsx.intake.expected import Expected
from tdp_xlsx.intake.opening import open_entries
from tdp_xlsx.intake.understand import understand
from tdp_xlsx.reading.inbox import entries
from tdp_xlsx.submission import FileStatus
from tests.kit.grid import xlsb_as_excel_writes
from tests.kit.ward import FORM, Line, Ward, answer_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.kit.node import Node
    from tests.kit.office import Office

pytestmark = pytest.mark.exhaustive

FORMATS = ("xlsx", "xlsm", "xls", "xlsb", "ods")
COUNT = int(os.environ.get("TDP_MUTANTS", "3000"))
SEED = int(os.environ.get("TDP_MUTANT_SEED", "2021"))
_AT_ONCE = 500
_ODD_BYTES = (0, 1, 0x7F, 0x80, 0xFF)


@dataclass(frozen=True)
class Said:
    """What a file came to: its status, answers by criterion, and its findings' codes."""

    status: FileStatus
    answers: Mapping[str, str | None]
    codes: tuple[str, ...]


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    return Ward.make(tmp_path_factory.mktemp("phuong"), [Line("TDP-05", "Tổ dân phố số 5")]).generate()


@pytest.fixture(scope="module")
def forms(ward: Ward, office: Office, node: Node, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same answers, Có and Không mixed, in every format."""
    folder = tmp_path_factory.mktemp("dang")
    sheet = openpyxl.load_workbook(ward.form("TDP-05"))[FORM]
    random = Random(SEED)  # noqa: S311 - made-up answers
    chosen = {cell: random.choice(("Có", "Không")) for cell in answer_cells(sheet)}
    for suffix in ("xlsx", "xls", "ods"):
        office.fill(ward.form("TDP-05"), folder / f"form.{suffix}", {FORM: chosen})
    node.sheetjs_save(folder / "form.xlsx", folder / "form.xlsm")
    node.sheetjs_save(folder / "form.xlsx", folder / "short.xlsb")
    xlsb_as_excel_writes(folder / "short.xlsb", folder / "form.xlsb")
    return {suffix: (folder / f"form.{suffix}").read_bytes() for suffix in FORMATS}


def _flip_a_bit(content: bytearray, random: Random) -> None:
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)


def _set_a_byte(content: bytearray, random: Random) -> None:
    content[random.randrange(len(content))] = random.choice(_ODD_BYTES)


def _scatter(content: bytearray, random: Random) -> None:
    for _ in range(random.randrange(2, 60)):
        _set_a_byte(content, random)


def _cut_off(content: bytearray, random: Random) -> None:
    del content[random.randrange(1, len(content)) :]


def _cut_out(content: bytearray, random: Random) -> None:
    start = random.randrange(len(content))
    del content[start : start + random.randrange(1, 600)]


def _blank(content: bytearray, random: Random) -> None:
    start = random.randrange(len(content))
    end = min(start + random.randrange(1, 4096), len(content))
    content[start:end] = bytes([random.choice(_ODD_BYTES)]) * (end - start)


def _repeat(content: bytearray, random: Random) -> None:
    start = random.randrange(len(content))
    content[start:start] = content[start : start + random.randrange(1, 2000)]


def _swap(content: bytearray, random: Random) -> None:
    size = 512
    first, second = (random.randrange(max(1, len(content) // size)) * size for _ in range(2))
    one, other = content[first : first + size], content[second : second + size]
    if len(one) == len(other):
        content[first : first + size], content[second : second + size] = other, one


def _large_number(content: bytearray, random: Random) -> None:
    start = random.randrange(max(1, len(content) - 4))
    content[start : start + 4] = random.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\0\0\0"))


MUTATIONS: tuple[Callable[[bytearray, Random], None], ...] = (
    _flip_a_bit,
    _flip_a_bit,
    _set_a_byte,
    _scatter,
    _cut_off,
    _cut_out,
    _blank,
    _repeat,
    _swap,
    _large_number,
)


def _read(ward: Ward, folder: Path) -> dict[str, Said]:
    expected = Expected(load_template(ward.root).plan)
    said = {}
    for opened in open_entries(entries(folder, folder)):
        name = opened.file.path.partition("/")[0]  # an archive may come to look like one of files
        if opened.book is None:
            said[name] = Said(opened.status, {}, tuple(finding.code for finding in opened.findings))
            continue
        (understood,) = understand(expected, opened.file, opened.book)
        answers = understood.submission.answers if understood.submission else {}
        findings = (*opened.findings, *understood.findings)
        said[name] = Said(
            understood.outcome.status,
            {code: answer.value for code, answer in answers.items()},
            tuple(finding.code for finding in findings),
        )
    return said


def test_the_undamaged_forms_say_the_same_in_every_format(ward: Ward, forms: dict[str, bytes], tmp_path: Path) -> None:
    for suffix, content in forms.items():
        (tmp_path / f"form.{suffix}").write_bytes(content)
    said = _read(ward, tmp_path)
    assert len(said) == len(FORMATS)
    assert {one.status for one in said.values()} == {FileStatus.ACCEPTED}
    assert len({tuple(one.answers.items()) for one in said.values()}) == 1


def test_no_damage_changes_an_answer_unsaid(ward: Ward, forms: dict[str, bytes], tmp_path: Path) -> None:
    for suffix, content in forms.items():
        (tmp_path / f"form.{suffix}").write_bytes(content)
    original = {name.rpartition(".")[2]: one for name, one in _read(ward, tmp_path).items()}
    unsaid: list[str] = []
    for first in range(0, COUNT, _AT_ONCE):
        folder = tmp_path / str(first)
        folder.mkdir()
        names = []
        for number in range(first, min(first + _AT_ONCE, COUNT)):
            random = Random(f"{SEED}-{number}")  # noqa: S311 - made-up damage
            suffix = FORMATS[number % len(FORMATS)]
            mutation = random.choice(MUTATIONS)
            damaged = bytearray(forms[suffix])
            mutation(damaged, random)
            names.append(f"{number}{mutation.__name__}.{suffix}")
            (folder / names[-1]).write_bytes(damaged)
        said = _read(ward, folder)
        assert sorted(said) == sorted(names)
        for name, one in said.items():
            whole = original[name.rpartition(".")[2]]
            same = one.status is whole.status and one.answers == whole.answers
            if not same and set(one.codes) <= set(whole.codes):
                unsaid.append(f"{name}: {one.status} {one.codes}")
        for name in names:
            (folder / name).unlink()
    assert unsaid == []
