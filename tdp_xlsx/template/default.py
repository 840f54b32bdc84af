"""The default template's contents: the package's `plan.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def default_plan() -> dict[str, Any]:
    """Return what the package carries, as the file explains it: criteria with ``{nam}`` in place of the year."""
    return tomllib.loads((files("tdp_xlsx") / "data" / "plan.toml").read_text(encoding="utf-8"))
