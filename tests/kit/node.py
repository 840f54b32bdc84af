"""Other programs through Node.js: exceljs and SheetJS as leaders' apps use them, Microsoft's Open XML validator.

The fixture `node` of tests/conftest.py gives a `Node`. Packages come from tests/js/node_modules (`npm install` there)
or from the folder the environment variable `TDP_NODE_MODULES` names.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 180
_SCRIPTS = Path(__file__).parents[1] / "js"
_BOOK_TYPES = {".xlsx": "xlsx", ".xlsm": "xlsm", ".xlsb": "xlsb", ".xls": "biff8", ".ods": "ods"}


def missing() -> str | None:
    """Return why Node.js and the packages of tests/js cannot be used here, or None when they can."""
    if not shutil.which("node"):
        return "Node.js is not installed"
    packages = json.loads((_SCRIPTS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    absent = [name for name in packages if not (_modules() / name / "package.json").is_file()]
    if absent:
        return f"not in {_modules()}: {', '.join(absent)} (run npm install in tests/js)"
    return None


class Node:
    """Runs the scripts of tests/js."""

    def exceljs_edit(self, source: Path, target: Path, cells: Mapping[str, Mapping[str, str | float | None]]) -> Path:
        """Load an `.xlsx` with exceljs, set cells (None clears), save: formulas keep their stale values.

        Args:
            source: the workbook to load.
            target: the `.xlsx` to save.
            cells: sheet -> address -> value.
        """
        _run("exceljs_edit.mjs", str(source), str(target), json.dumps(cells))
        return target

    def sheetjs_save(
        self, source: Path, target: Path, cells: Mapping[str, Mapping[str, str | float | None]] | None = None
    ) -> Path:
        """Read a workbook with SheetJS, set cells (None clears), write it under the format of the target's suffix.

        Args:
            source: any workbook SheetJS reads.
            target: `.xlsx`, `.xlsm`, `.xlsb`, `.xls` or `.ods`.
            cells: sheet -> address -> value.
        """
        _run("sheetjs_save.cjs", str(source), str(target), _BOOK_TYPES[target.suffix.lower()], json.dumps(cells or {}))
        return target

    def validate(self, *paths: Path) -> list[str]:
        """Return what Microsoft's Open XML SDK finds wrong with workbooks, one line a fault.

        openpyxl writes the children of `<font>` in an order of its own, which Excel accepts: no fault here.
        """
        found = json.loads(_run("validate.mjs", *map(str, paths)))
        return [
            f"{Path(path).name}: {fault['path']} {fault['xPath']}: {fault['description']}"
            for path, faults in found.items()
            for fault in faults
            if not _is_order_in_font(fault)
        ]


def _is_order_in_font(fault: dict[str, Any]) -> bool:
    return fault["id"] == "Sch_UnexpectedElementContentExpectingComplex" and str(fault["xPath"]).rsplit("/", 1)[
        -1
    ].startswith("x:font[")


def _run(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [shutil.which("node") or "node", str(_SCRIPTS / script), *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "TDP_NODE_MODULES": str(_modules())},
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"{script} failed:\n{done.stderr}"
    return done.stdout


def _modules() -> Path:
    return Path(os.environ.get("TDP_NODE_MODULES") or _SCRIPTS / "node_modules").absolute()
