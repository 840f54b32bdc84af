"""The benchmarks still run on the program as it is, and count what it counts; how long anything takes is not asked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.ward import Line, Ward

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    lines = [Line("TDP-01", "Tổ dân phố số 1"), Line("TDP-02", "Tổ dân phố số 2")]
    made = Ward.make(tmp_path_factory.mktemp("phuong"), lines).generate()
    for line in lines:
        made.send(line.code)
    return made


def run(script: str, *arguments: str | Path) -> str:
    command = [sys.executable, BENCHMARKS / script, *arguments]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def test_reading_is_measured_form_by_form(ward: Ward) -> None:
    rows = re.findall(r"^\| (.+?) \| (\d+) \| ", run("reading.py", ward.root), re.MULTILINE)
    assert rows == [
        ("all", "2"),
        ("but the first of each format", "1"),
        (".xlsx but the first", "1"),
        ("first .xlsx", "1"),
    ]


def test_every_step_of_consolidate_is_measured(ward: Ward) -> None:
    told = run("steps.py", ward.root)
    assert re.findall(r"^\| (reading the template|evaluation|the workbook) \|", told, re.MULTILINE) == [
        "reading the template",
        "evaluation",
        "the workbook",
    ]
    assert not ward.workbook.exists()


@pytest.mark.exhaustive
@pytest.mark.office
@pytest.mark.usefixtures("office")
def test_all_works_are_measured_on_real_forms(tmp_path: Path) -> None:
    told = run("run.py", "sizes", "2", "--rounds", "1", "--folder", tmp_path)
    works = re.findall(r"^\| `(.+?)` \|", told, re.MULTILINE)
    assert works == [
        *("bare --help", "--help", "floor", "floor with pandas", "naive"),
        *("generate", "status", "check", "consolidate", "consolidate again"),
    ]
