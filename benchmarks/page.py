"""The figures as Markdown, and docs/performance.md between its marks."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
_LIBRARIES = ("click", "numpy", "openpyxl", "pandas", "pebble", "python-calamine", "xlsxwriter")
_AGAINST = {
    "--help": ("bare --help",),
    "status": ("floor with pandas",),
    "check": ("floor with pandas",),
    "consolidate": ("floor with pandas", "naive"),
    "consolidate again": ("floor with pandas",),
}


def table(figures: list[dict[str, Any]]) -> str:
    """Return the figures of one size as a table."""
    groups = figures[0]["groups"]
    by_work = {figure["work"]: figure for figure in figures}
    lines = [
        f"### {groups:,} groups",
        "",
        "| work | median | least–most | processor | a group | peak | beside |",
        "| --- | --: | --: | --: | --: | --: | --- |",
    ]
    for one in figures:
        beside = ", ".join(
            f"{one['wall'] / by_work[other]['wall']:.2f} ({one['cpu'] / by_work[other]['cpu']:.2f}) × {other}"
            for other in _AGAINST.get(one["work"], ())
            if other in by_work
        )
        lines.append(
            f"| `{one['work']}` | {one['wall']:.2f} s | {one['wall_least']:.2f}–{one['wall_most']:.2f} "
            f"| {one['cpu']:.2f} s | {1000 * one['wall'] / groups:.2f} ms | {one['peak']:.0f} MiB | {beside} |"
        )
    return "\n".join(lines) + "\n"


def rewrite(groups: int, figures: list[dict[str, Any]]) -> None:
    """Put the figures of one size in their place in the page."""
    begin, end = f"<!-- {groups}: begin -->", f"<!-- {groups}: end -->"
    rounds = max(figure["rounds"] for figure in figures)
    content = f"{begin}\n{table(figures)}\nRounds: {rounds}. {machine()}\n{end}"
    text = PAGE.read_text(encoding="utf-8")
    if begin not in text:
        raise RuntimeError(f"docs/performance.md has no place for {groups} groups")
    new = re.sub(f"{begin}.*?{end}", lambda _: content, text, flags=re.DOTALL)
    PAGE.write_text(new, encoding="utf-8")


def machine() -> str:
    """Return what the figures were taken on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"Taken on {dt.datetime.now().astimezone():%Y-%m-%d}: {_processor()}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}; {libraries}. Load when it ended: {load}."
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = re.search(r"model name\s*:\s*(.+)", info.read_text(encoding="utf-8"))
        if found:
            return found[1].strip()
    return platform.processor() or platform.machine()
