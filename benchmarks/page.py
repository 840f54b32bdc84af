"""The figures as Markdown, and docs/performance.md, where each size has its place."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from measure import Cost

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
_LIBRARIES = ("click", "numpy", "openpyxl", "pandas", "pebble", "python-calamine", "xlsxwriter")
_AGAINST = {
    "--help": ("bare --help",),
    "status": ("floor with pandas",),
    "check": ("floor with pandas",),
    "consolidate": ("floor with pandas", "naive"),
    "consolidate again": ("floor with pandas",),
}


def section(groups: int, costs: dict[str, list[Cost]], inbox: str) -> str:
    """Return the figures of one size, with what they were taken from and on; the first cost of each is its warm-up."""
    counted = {work: found[1:] or found for work, found in costs.items()}
    wall = {work: median(cost.wall for cost in found) for work, found in counted.items()}
    cpu = {work: median(cost.cpu for cost in found) for work, found in counted.items()}
    lines = [
        f"### {groups:,} groups",
        "",
        "| work | median | least–most | processor | a group | peak | beside |",
        "| --- | --: | --: | --: | --: | --: | --- |",
    ]
    for work, found in counted.items():
        walls = [cost.wall for cost in found]
        beside = ", ".join(
            f"{wall[work] / wall[other]:.2f} ({cpu[work] / cpu[other]:.2f}) × {other}"
            for other in _AGAINST.get(work, ())
            if other in counted
        )
        lines.append(
            f"| `{work}` | {wall[work]:.2f} s | {min(walls):.2f}–{max(walls):.2f} | {cpu[work]:.2f} s "
            f"| {1000 * wall[work] / groups:.2f} ms | {costs[work][0].peak / 1024**2:.0f} MiB | {beside} |"
        )
    rounds = max(map(len, counted.values()))
    return "\n".join((*lines, "", f"Inbox: {inbox}.", f"Rounds: {rounds}. {_machine()}", ""))


def rewrite(groups: int, written: str) -> None:
    """Put the section of one size in its place in the page: among the others, by size."""
    begin, end = "<!-- figures: begin -->\n", "<!-- figures: end -->"
    before, rest = PAGE.read_text(encoding="utf-8").split(begin)
    held, after = rest.split(end)
    sections = {
        int(one.split()[1].replace(",", "")): one
        for one in re.split(r"^(?=### )", held, flags=re.MULTILINE)
        if one.strip()
    }
    sections[groups] = f"{written}\n"
    new = "".join(sections[size] for size in sorted(sections))
    PAGE.write_text(f"{before}{begin}{new}{end}{after}", encoding="utf-8")


def _machine() -> str:
    """Return what the figures were taken on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"Taken on {dt.datetime.now().astimezone():%Y-%m-%d}: {os.cpu_count()} cores ({platform.machine()}), "
        f"{platform.system()}, Python {platform.python_version()}; {libraries}. Load when it ended: {load}."
    )
