"""Run a process and tell what it cost: time by the clock, processor time and, if asked, memory of all its processes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of processor time of the process and all its children, peak bytes (0: not taken).

    ``out`` is what it printed.
    """

    wall: float
    cpu: float
    peak: int
    out: str


def run(command: Sequence[str], folder: Path, caches: Path, *, sample: float = 0.0) -> Cost:
    """Run a command in a folder; sample the memory of its tree every ``sample`` seconds (0: never).

    Raises:
        RuntimeError: It failed.
    """
    # Compiled modules are kept as for an installed program, whatever the shell is set to.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(caches)
    with (folder / "measured.out").open("w+b") as out, (folder / "measured.err").open("w+b") as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, env=environment)
        peaks, ended = [0], threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, sample, peaks, ended), daemon=True)
        if sample:
            watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        if sample:
            watch.join()
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise RuntimeError(f"{command}: {process.returncode}\n{err.read().decode(errors='replace')[-2000:]}")
        return Cost(wall, usage.ru_utime + usage.ru_stime, max(peaks), out.read().decode(errors="replace"))


def _watch(pid: int, pace: float, peaks: list[int], ended: threading.Event) -> None:
    """Add up the resident memory of a process and its descendants; pages they share count for each."""
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        while not ended.wait(pace):
            total = 0
            for process in (root, *root.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += process.memory_info().rss
            peaks[0] = max(peaks[0], total)
