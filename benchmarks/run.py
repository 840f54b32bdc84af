"""Time the program beside the floor, the naive script and a bare click program; rewrite docs/performance.md.

    python benchmarks/run.py real [--write]       20, 200 and 1,000 groups: about ten minutes
    python benchmarks/run.py scale [--write]      10,000 and 91,000 groups: needs about 4 GB of disk and an hour
    python benchmarks/run.py sizes 150 --xlsx     any sizes; only .xlsx in the inbox

The forms are real ones up to 300 groups (see ward.py); at more they repeat, which the output says. Every work is a
process of its own. In each round all works run once, one after the other, so that what else the machine does falls on
all alike; the first round warms up and takes the memory, and is not counted.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import page
import python_calamine
import ward
from measure import Cost, run

HERE = Path(__file__).parent
MADE = HERE.parent / ".benchmarks"
SETS = {"real": (20, 200, 1_000), "scale": (10_000, 91_000)}
ROUNDS = ((20, 9), (200, 5), (1_000, 3))
"""Rounds up to which size; larger sizes run once, with the memory taken meanwhile."""
NAIVE_UP_TO, NAIVE_ROUNDS = 1_000, 2


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


def measure(count: int, root: Path, only: list[str], most_rounds: int) -> dict[str, list[Cost]]:
    """Time every work on a ward of this size; the first cost of each is its warm-up, if there are more."""
    rounds = min(most_rounds, next((rounds for most, rounds in ROUNDS if count <= most), 0))
    costs: dict[str, list[Cost]] = {}
    counts: dict[str, int] = {}
    for number in range(rounds + 1):
        for work, command in works().items():
            too_much = work == "naive" and (count > NAIVE_UP_TO or number > NAIVE_ROUNDS)
            if too_much or (only and work not in only):
                continue
            _prepare(root, work)
            cost = run(command, root, root.parent / "caches", sample=0 if number else 0.01 if rounds else 0.25)
            costs.setdefault(work, []).append(cost)
            _say(f"{count} groups, round {number}: {work}: {cost.wall:.2f} s, {cost.cpu:.2f} s of processor")
            if command[1].endswith(("floor.py", "naive.py")):
                counts[work] = int(cost.out)
            elif work == "consolidate":
                counts[work] = _met(root)
            if len(set(counts.values())) > 1:  # speed without being right is nothing
                raise RuntimeError(f"criteria met are counted differently: {counts}")
    return costs


def _prepare(root: Path, work: str) -> None:
    """Put the folder in the state each work starts from."""
    if work == "generate":
        shutil.rmtree(root / "outbox" / "bieu_mau", ignore_errors=True)
    if work == "consolidate":
        shutil.rmtree(root / "outbox" / "luu", ignore_errors=True)
        (root / "outbox" / "tong_hop_2021.xlsx").unlink(missing_ok=True)


def _met(root: Path) -> int:
    """Return how many criteria are met, as the ward workbook counts them."""
    path = root / "outbox" / "tong_hop_2021.xlsx"
    rows = python_calamine.load_workbook(path).get_sheet_by_name("Xếp hạng").to_python()
    column = next(row.index("Số tiêu chí đạt") for row in rows if "Số tiêu chí đạt" in row)
    return sum(int(row[column]) for row in rows if row[0] and isinstance(row[0], float) and row[0] >= 1)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=[*SETS, "sizes"])
    parser.add_argument("sizes", type=int, nargs="*")
    parser.add_argument("--only", action="append", default=[], help="only this work (may be repeated)")
    parser.add_argument("--rounds", type=int, default=99, help="at most so many rounds of each size")
    parser.add_argument("--folder", type=Path, default=MADE, help="where forms and wards are made, and stay")
    parser.add_argument("--xlsx", action="store_true", help="only .xlsx in the inbox")
    parser.add_argument("--write", action="store_true", help="rewrite the figures of docs/performance.md")
    chosen = parser.parse_args()
    folder = chosen.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for count in chosen.sizes or SETS[chosen.set]:
        _say(f"{count} groups: making the inbox")
        root = folder / f"ward_{count}"
        inbox = ward.make(root, count, only_xlsx=chosen.xlsx)
        written = page.section(count, measure(count, root, chosen.only, chosen.rounds), inbox)
        print(written, flush=True)
        if chosen.write:
            page.rewrite(count, written)


if __name__ == "__main__":
    main()
