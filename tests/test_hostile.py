"""A couple of hundred hostile files beside twenty good ones: each is named for what it is, and the good ones count."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.hostile.files import hostile_files, special_entries
from tests.kit.ward import Line, Ward

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and sockets are made, memory is asked of POSIX"),
]

SECONDS = 60
MEBIBYTES = 300
GOOD = 20
_MEASURED = """
import re, resource, sys
from pathlib import Path
from tdp_xlsx.cli import main
try:
    main(sys.argv[2:])
finally:
    # Where the system tells, the peak of this program alone: the other figure also knows of who started it.
    told = Path("/proc/self/status")
    if told.exists():
        peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", told.read_text())[1]) // 1024
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2 ** (20 if sys.platform == "darwin" else 10)
    Path(sys.argv[1]).write_text(str(peak))
"""


@dataclass(frozen=True)
class Outcome:
    """What `consolidate` came to with the hostile files, and `before` without them."""

    before: dict[str, Any]
    after: dict[str, Any]
    expected: dict[str, str]
    seconds: float
    mebibytes: int
    errors: str
    hashes: tuple[dict[str, str], dict[str, str]]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("phuong")
    ward = Ward.make(root, [Line(f"TDP-{n:02}", f"Tổ dân phố số {n}") for n in range(1, GOOD + 1)]).generate()
    for number in range(1, GOOD + 1):
        ward.send(f"TDP-{number:02}", dict.fromkeys(("1.1", "2.3", "3.4")[: number % 4], "Không"))
    before = _consolidated(ward)[0]
    form = ward.form("TDP-01").read_bytes()
    expected = {}
    for hostile in hostile_files(form):
        (ward.inbox / hostile.name).write_bytes(hostile.content)
        expected.update(hostile.codes)
    expected.update(special_entries(ward.inbox))
    hashes = _hashes(ward.inbox)
    started = time.monotonic()
    after, mebibytes, errors = _consolidated(ward)
    seconds = time.monotonic() - started
    return Outcome(before, after, expected, seconds, mebibytes, errors, (hashes, _hashes(ward.inbox)))


def _consolidated(ward: Ward) -> tuple[dict[str, Any], int, str]:
    peak = ward.root / "peak"
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(peak), "-C", str(ward.root), "consolidate", "--json"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        timeout=5 * SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), int(peak.read_text()), done.stderr


def _hashes(inbox: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in inbox.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def test_there_are_at_least_150_of_them(outcome: Outcome) -> None:
    assert len({name.partition("/")[0] for name in outcome.expected}) >= 150


def test_each_earns_exactly_the_finding_it_deserves(outcome: Outcome) -> None:
    found: dict[str, list[str]] = {}
    for finding in outcome.after["findings"]:
        if finding["file"]:
            found.setdefault(finding["file"].removeprefix("inbox/"), []).append(finding["code"])
    wrong = {name: (code, found.get(name)) for name, code in outcome.expected.items() if found.get(name) != [code]}
    assert wrong == {}


def test_every_file_is_accounted_for_exactly_once(outcome: Outcome) -> None:
    counts = Counter(file["file"] for file in outcome.after["files"])
    assert set(counts.values()) == {1}
    assert {name.removeprefix("inbox/") for name in counts} == {
        *outcome.expected,
        *(f"2021_TDP-{n:02}_bang-tu-danh-gia.xlsx" for n in range(1, GOOD + 1)),
    }
    statuses = {file["file"].removeprefix("inbox/"): file["status"] for file in outcome.after["files"]}
    others = {"F205": "kept", "F235": "ignored"}
    assert all(statuses[name] == others.get(code, "rejected") for name, code in outcome.expected.items())


def test_the_good_ones_count_and_rank_as_if_they_were_alone(outcome: Outcome) -> None:
    assert outcome.after["groups"] == outcome.before["groups"]
    assert [group["status"] for group in outcome.after["groups"]] == ["valid"] * GOOD
    assert {group["rank"] for group in outcome.after["groups"]} == {1, 6, 11, 16}


def test_it_takes_little_memory_in_the_parent(outcome: Outcome) -> None:
    assert outcome.mebibytes < MEBIBYTES


def test_the_inbox_is_as_it_was_and_nothing_strange_is_said(outcome: Outcome) -> None:
    assert outcome.hashes[0] == outcome.hashes[1]
    for word in ("Traceback", "panicked", "memory allocation", "Warning", "ngoài dự kiến"):
        assert word not in outcome.errors
    assert not {char for char in outcome.errors if ord(char) < 32} - {"\n"}
