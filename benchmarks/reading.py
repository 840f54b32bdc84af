"""Tell what reading a form costs in its worker, beside python-calamine alone: processor time, all in this one process.

    python benchmarks/reading.py FOLDER      a working folder with a filled inbox, such as run.py leaves

Each file is read once by either, in turns: what a program remembers of forms it has read helps it only as far as the
forms are alike. "Ours" is all a worker does with a file: SHA-256, guard, reading, understanding.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

import python_calamine

from tdp_xlsx.folder import load_template
from tdp_xlsx.intake import Understanding
from tdp_xlsx.reading import workers
from tdp_xlsx.reading.request import Request
from tdp_xlsx.reading.worker import read_request
from tdp_xlsx.submission import FileStatus


def calamine(path: Path) -> None:
    """Read all sheets, and nothing else."""
    with python_calamine.load_workbook(str(path)) as workbook:
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python()


def measure(root: Path) -> dict[str, list[tuple[float, float]]]:
    """Return, for each format, what calamine and we took for each file, in milliseconds of processor time."""
    found: dict[str, list[tuple[float, float]]] = {}
    with workers.handed_over(Understanding(load_template(root).plan)) as then:
        for path in sorted((root / "inbox").iterdir()):
            request = Request(str(path), path.name, then=then)
            start = time.process_time()
            calamine(path)
            between = time.process_time()
            (reading,) = read_request(request).readings
            end = time.process_time()
            if not reading.outcome or any(one.outcome.status is not FileStatus.ACCEPTED for one in reading.outcome):
                raise SystemExit(f"{path.name} does not count: {reading}")
            found.setdefault(path.suffix, []).append((1000 * (between - start), 1000 * (end - between)))
    return found


def main() -> None:
    """Print a table: all files, all but the first of each format, and each format alone."""
    found = measure(Path(sys.argv[1]).resolve())
    lines = {
        "all": [one for files in found.values() for one in files],
        "but the first of each format": [one for files in found.values() for one in files[1:]],
        **{f"{suffix} but the first": files[1:] for suffix, files in sorted(found.items())},
        **{f"first {suffix}": files[:1] for suffix, files in sorted(found.items())},
    }
    print("| files | number | calamine | ours | ratio |\n| --- | --: | --: | --: | --: |")
    for what, files in lines.items():
        if files:
            theirs, ours = (median(one[n] for one in files) for n in (0, 1))
            print(f"| {what} | {len(files)} | {theirs:.2f} ms | {ours:.2f} ms | {ours / theirs:.2f} |")


if __name__ == "__main__":
    main()
