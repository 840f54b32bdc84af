"""Tell where the time of `consolidate` goes: processor time step by step, in the parent and in the other processes.

    python benchmarks/steps.py FOLDER      a working folder with a filled inbox, such as run.py --folder leaves

Nothing of the folder is changed: the workbook goes to a temporary one.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import tempfile
import time
from pathlib import Path


class Steps:
    """The steps so far: what each was, seconds of processor time in this process, and by the clock."""

    def __init__(self) -> None:
        self._cpu, self._wall = 0.0, time.perf_counter()
        self.done: list[tuple[str, float, float]] = []

    def end(self, step: str) -> None:
        """Note a step that ends now."""
        cpu, wall = time.process_time(), time.perf_counter()
        self.done.append((step, cpu - self._cpu, wall - self._wall))
        self._cpu, self._wall = cpu, wall


def consolidate(root: Path, target: Path) -> list[tuple[str, float, float]]:
    """Do what the command does, step by step, and return the steps."""
    steps = Steps()
    steps.end("Python itself")
    import tdp_xlsx.cli

    steps.end("click, the command line")
    import tdp_xlsx.checks
    import tdp_xlsx.folder
    import tdp_xlsx.intake
    import tdp_xlsx.template.read
    from tdp_xlsx import api
    from tdp_xlsx.reading import workers
    from tdp_xlsx.reading.inbox import entries

    steps.end("the program's own modules")
    found = list(entries(root / "inbox", root))
    steps.end("listing the inbox")
    workers.warm_up(len(found))
    steps.end("pebble, starting workers")
    template = tdp_xlsx.folder.load_template(root)
    steps.end("reading the template")
    import tdp_xlsx.evaluation

    steps.end("pandas")
    import tdp_xlsx.report

    steps.end("xlsxwriter, modules of the report")
    intake = api.read_entries(template.plan, found)
    steps.end("waiting for the workers, taking what they hand over, checks")
    workers.stop()
    done = api.assess(template, intake)
    steps.end("evaluation")
    if not api.answers_fit(done):
        api.write_answers_file(target.with_suffix(".csv"), done)
        steps.end("the table of answers")
    api.write_workbook(target, done, created=dt.datetime.now().astimezone())
    steps.end("the workbook")
    return steps.done


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        steps = consolidate(chosen.folder.resolve(), Path(temporary) / "steps.xlsx")
    print("| step | processor | by the clock |\n| --- | --: | --: |")
    for step, cpu, wall in steps:
        print(f"| {step} | {1000 * cpu:,.0f} ms | {1000 * wall:,.0f} ms |")
    print(f"| **parent, all in all** | **{1000 * sum(cpu for _, cpu, _ in steps):,.0f} ms** | |")
    others = os.times()
    print(f"| other processes | {1000 * (others.children_user + others.children_system):,.0f} ms | |")


if __name__ == "__main__":
    main()
