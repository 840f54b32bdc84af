"""Time the program beside the floor, the naive script and a bare click program; rewrite docs/performance.md.

    python benchmarks/run.py short [--write]      2, 20, 150 and 1,000 groups
    python benchmarks/run.py long [--write]       10,000 and 91,000 groups: needs about 4 GB of disk and an hour
    python benchmarks/run.py sizes 20 150         any sizes; --rounds caps the rounds where time is short

Every work is a process of its own. In each round all works run once, one after the other, so that what else the
machine does falls on all alike; the first round warms up and takes the memory, and is not counted.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import page
import python_calamine
import ward
from measure import Cost, run

HERE = Path(__file__).parent
SETS = {"short": (2, 20, 150, 1_000), "long": (10_000, 91_000)}
ROUNDS = ((2, 15), (20, 15), (150, 9), (1_000, 5))
"""Rounds up to which size; larger sizes run once, with the memory taken meanwhile."""
NAIVE_UP_TO, NAIVE_ROUNDS = 1_000, 3


@dataclass(frozen=True)
class Figure:
    """What one work costs at one size: medians and extremes over the rounds, in seconds; peak memory in MiB."""

    work: str
    groups: int
    rounds: int
    wall: float
    wall_least: float
    wall_most: float
    cpu: float
    peak: float


def works() -> dict[str, list[str]]:
    """Return the commands, to be run in a working folder."""
    python = sys.executable
    program = [python, "-m", "tdp_xlsx"]
    floor = [python, str(HERE / "floor.py"), "inbox", "floor.xlsx"]
    return {
        "bare --help": [python, str(HERE / "bare.py"), "--help"],
        "--help": [*program, "--help"],
        "floor": floor,
        "floor with pandas": [*floor, "--pandas"],
        "naive": [python, str(HERE / "naive.py"), "inbox", "naive.xlsx"],
        "generate": [*program, "generate"],
        "status": [*program, "status"],
        "check": [*program, "check"],
        "consolidate": [*program, "consolidate"],
        "consolidate again": [*program, "consolidate"],
    }


def measure(count: int, folder: Path, only: list[str], most_rounds: int) -> list[Figure]:
    """Make a ward of this size and time every work on it."""
    root = folder / f"ward_{count}"
    if not root.exists():
        _say(f"{count} groups: making the forms")
        ward.make(root, count)
    rounds = min(most_rounds, next((rounds for most, rounds in ROUNDS if count <= most), 0))
    costs: dict[str, list[Cost]] = {}
    peaks: dict[str, int] = {}
    met = ""
    for number in range(rounds + 1):
        for work, command in works().items():
            is_naive = work == "naive"
            too_much = is_naive and (count > NAIVE_UP_TO or number > NAIVE_ROUNDS)
            if too_much or (only and work not in only):
                continue
            _prepare(root, work)
            cost = run(command, root, folder / "caches", sample=0 if number else 0.01 if rounds else 0.25)
            if number == 0:
                peaks[work] = cost.peak
            if number or not rounds:
                costs.setdefault(work, []).append(cost)
            _say(f"{count} groups, round {number}: {work}: {cost.wall:.2f} s, {cost.cpu:.2f} s of processor")
            if work == "floor with pandas":
                met = cost.out.strip()
            if is_naive and cost.out.strip() != met:
                raise RuntimeError(f"floor and naive script differ: {met} {cost.out}")
    if met and "consolidate" in costs:
        _agree(root, int(met))
    return [_figure(work, count, found, peaks[work]) for work, found in costs.items()]


def _prepare(root: Path, work: str) -> None:
    """Put the folder in the state each work starts from."""
    if work == "generate":
        shutil.rmtree(root / "outbox" / "bieu_mau", ignore_errors=True)
    if work == "consolidate":
        shutil.rmtree(root / "outbox" / "luu", ignore_errors=True)
        (root / "outbox" / "tong_hop_2021.xlsx").unlink(missing_ok=True)


def _agree(root: Path, met: int) -> None:
    """Hold what the ward workbook says is met against the floor's count: speed without being right is nothing."""
    path = root / "outbox" / "tong_hop_2021.xlsx"
    rows = python_calamine.load_workbook(path).get_sheet_by_name("Xếp hạng").to_python()
    column = next(row.index("Số tiêu chí đạt") for row in rows if "Số tiêu chí đạt" in row)
    told = sum(int(row[column]) for row in rows if row[0] and isinstance(row[0], float) and row[0] >= 1)
    if told != met:
        raise RuntimeError(f"the ward workbook counts {told} criteria met, the floor {met}")


def _figure(work: str, count: int, costs: list[Cost], peak: int) -> Figure:
    walls = [cost.wall for cost in costs]
    cpu = median(cost.cpu for cost in costs)
    return Figure(work, count, len(costs), median(walls), min(walls), max(walls), cpu, peak / 1024**2)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=[*SETS, "sizes"])
    parser.add_argument("sizes", type=int, nargs="*")
    parser.add_argument("--only", action="append", default=[], help="only this work (may be repeated)")
    parser.add_argument("--rounds", type=int, default=99, help="at most so many rounds of each size")
    parser.add_argument("--folder", type=Path, help="where to make the wards; kept, and used again")
    parser.add_argument("--write", action="store_true", help="rewrite the figures of docs/performance.md")
    chosen = parser.parse_args()
    sizes = chosen.sizes or SETS[chosen.set]
    with tempfile.TemporaryDirectory() as temporary:
        folder = (chosen.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        figures = []
        for count in sizes:
            figures += measure(count, folder, chosen.only, chosen.rounds)
            print(page.table([asdict(figure) for figure in figures if figure.groups == count]), flush=True)
            if chosen.write:
                page.rewrite(count, [asdict(figure) for figure in figures if figure.groups == count])


if __name__ == "__main__":
    main()
