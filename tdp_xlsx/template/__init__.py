"""The template workbook: built, read, renewed; and what the default one holds, the package's `plan.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tdp_xlsx.model import Plan


@dataclass(frozen=True, slots=True)
class FormGrid:
    """Where the form stands on the template's sheet, found by headings (rows and columns count from 1).

    ``columns`` maps each heading to its column; ``rows`` each criterion's code to its row; ``texts`` holds, for each
    cell whose content is a formula in the template, the text it stands for.
    """

    sheet: str
    heading_row: int
    columns: Mapping[str, int]
    rows: Mapping[str, int]
    texts: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """A template workbook that was read without a mistake: its plan, and where its form stands."""

    path: Path
    plan: Plan
    grid: FormGrid


@cache
def default_plan() -> dict[str, Any]:
    """Return what the package carries, as the file explains it: criteria with ``{nam}`` in place of the year."""
    import tomllib  # noqa: PLC0415 - whoever reads a ward's own template need not load these
    from importlib.resources import files  # noqa: PLC0415

    return tomllib.loads((files("tdp_xlsx") / "data" / "plan.toml").read_text(encoding="utf-8"))
