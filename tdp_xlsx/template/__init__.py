"""The template workbook: built, read, renewed; and what the default one holds, the package's `plan.toml`."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def default_plan() -> dict[str, Any]:
    """Return what the package carries, as the file explains it: criteria with ``{nam}`` in place of the year."""
    import tomllib  # noqa: PLC0415 - whoever reads a ward's own template need not load these
    from importlib.resources import files  # noqa: PLC0415

    return tomllib.loads((files("tdp_xlsx") / "data" / "plan.toml").read_text(encoding="utf-8"))
