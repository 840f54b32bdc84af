"""Drive one headless LibreOffice: JSON commands on stdin, JSON answers on stdout, one a line.

Runs under whatever Python has LibreOffice's `uno`, which is seldom the one of the tests: standard library only.
Arguments: the soffice program and an empty folder for profile and copies.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

uno: Any = importlib.import_module("uno")

START_SECONDS = 90
CONTENTS = 1 | 2 | 4 | 16  # CellFlags: VALUE, DATETIME, STRING, FORMULA
FORMULA = 16  # CellFlags.FORMULA
ERROR = 4  # FormulaResult.ERROR
FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "xlsm": "Calc MS Excel 2007 VBA XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
    "pdf": "calc_pdf_Export",
}


class OfficeLostError(Exception):
    """LibreOffice did not start, or is gone."""


class RefusedError(Exception):
    """A person at the keyboard could not have done this either."""


def properties(**values: Any) -> tuple[Any, ...]:
    """Return a media descriptor."""
    made = []
    for name, value in values.items():
        one = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        one.Name, one.Value = name, value
        made.append(one)
    return tuple(made)


def set_locale(folder: Path, locale: str) -> None:
    """Make a profile whose numbers and dates are written as in a country, whatever the machine's are."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f'<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">'
        f"<value>{locale}</value></prop></item></oor:items>\n",
        encoding="utf-8",
    )


def start(soffice: str, folder: Path) -> tuple[subprocess.Popen[bytes], Any]:
    """Start LibreOffice with its own profile; return its process and its desktop."""
    pipe = f"tdp{uuid4().hex}"
    process = subprocess.Popen(
        [
            soffice,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
            "--headless",
            "--invisible",
            "--nologo",
            "--norestore",
            "--nodefault",
            "--nolockcheck",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    no_connect = uno.getClass("com.sun.star.connection.NoConnectException")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except no_connect:
            time.sleep(0.1)
        else:
            return process, remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
    process.kill()
    process.wait()
    raise OfficeLostError(f"LibreOffice did not start within {START_SECONDS} s (exit status {process.returncode})")


class Worker:
    """The commands, over one desktop."""

    def __init__(self, desktop: Any, folder: Path) -> None:
        self.desktop = desktop
        self.folder = folder

    @contextlib.contextmanager
    def opened(self, path: str) -> Iterator[Any]:
        """Open a copy, so that no lock file is left beside the original; close it afterwards."""
        place = self.folder / uuid4().hex
        place.mkdir()
        copy = place / Path(path).name
        shutil.copyfile(path, copy)
        document = self.desktop.loadComponentFromURL(
            copy.as_uri(), "_blank", 0, properties(Hidden=True, UpdateDocMode=0, MacroExecutionMode=0)
        )
        if document is None:
            raise RefusedError(f"LibreOffice cannot open {path}")
        try:
            if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                raise RefusedError(f"LibreOffice takes {path} for no workbook")
            yield document
        finally:
            document.close(True)  # noqa: FBT003 - LibreOffice's own signature knows no keywords
            shutil.rmtree(place)

    def store(self, document: Any, target: str, password: str = "") -> None:
        """Save under the format of the target's suffix."""
        suffix = Path(target).suffix.lstrip(".").lower()
        if suffix not in FILTERS:
            raise RefusedError(f"LibreOffice does not write .{suffix}")
        locked = {"Password": password} if password else {}
        document.storeToURL(Path(target).as_uri(), properties(FilterName=FILTERS[suffix], Overwrite=True, **locked))

    def fill(
        self, source: str, target: str, cells: dict[str, dict[str, str | float | None]], password: str = ""
    ) -> None:
        """Type into cells as a person would, then save."""
        with self.opened(source) as document:
            enter(document, cells)
            document.calculateAll()
            self.store(document, target, password)

    def type_in(
        self, source: str, target: str, cells: dict[str, dict[str, str | float | None]]
    ) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
        """Do the same, and return every cell before and after, each time recalculated."""
        with self.opened(source) as document:
            document.calculateAll()
            before = {sheet.Name: dump(sheet, texts=False) for sheet in document.Sheets}
            enter(document, cells)
            document.calculateAll()
            after = {sheet.Name: dump(sheet, texts=False) for sheet in document.Sheets}
            self.store(document, target)
            return {"before": before, "after": after}

    def convert(self, source: str, target: str) -> None:
        """Recalculate and save under another format."""
        self.fill(source, target, {})

    def recalculate(self, source: str, *, texts: bool) -> dict[str, dict[str, dict[str, Any]]]:
        """Recalculate everything and return every cell that holds something."""
        with self.opened(source) as document:
            document.calculateAll()
            return {sheet.Name: dump(sheet, texts=texts) for sheet in document.Sheets}

    def sort(  # noqa: PLR0913 - what a person tells the sort dialogue
        self, *, source: str, target: str, sheet: str, cells: str, column: str, descending: bool
    ) -> None:
        """Sort the rows of a range without a header by one column, then save."""
        with self.opened(source) as document:
            page = document.Sheets.getByName(sheet)
            area = page.getCellRangeByName(cells)
            by = page.getCellRangeByName(f"{column}1").RangeAddress.StartColumn - area.RangeAddress.StartColumn
            field = uno.createUnoStruct("com.sun.star.table.TableSortField")
            field.Field, field.IsAscending = by, not descending
            fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
            area.sort(properties(SortFields=fields, ContainsHeader=False, IsSortColumns=False))
            document.calculateAll()
            self.store(document, target)

    def gather(self, source: str, others: list[list[str]], target: str) -> None:
        """Copy sheets of other workbooks (path, sheet) behind those of one, as Sheet > Move or Copy does; save."""
        with contextlib.ExitStack() as stack:
            host = stack.enter_context(self.opened(source))
            for path, sheet in others:
                guest = stack.enter_context(self.opened(path))
                host.Sheets.importSheet(guest, sheet, host.Sheets.Count)
            host.calculateAll()
            self.store(host, target)


def enter(document: Any, cells: dict[str, dict[str, str | float | None]]) -> None:
    """Type into cells as a person would."""
    for name, values in cells.items():
        if not document.Sheets.hasByName(name):
            raise RefusedError(f"no sheet {name!r}, only {list(document.Sheets.ElementNames)}")
        sheet = document.Sheets.getByName(name)
        for address, value in values.items():
            cell = sheet.getCellRangeByName(address)
            if sheet.isProtected() and cell.CellProtection.IsLocked:
                raise RefusedError(f"{name}!{address} is protected")
            if value is None:
                cell.clearContents(CONTENTS)
            elif isinstance(value, str):
                cell.setString(value)
            else:
                cell.setValue(value)


def letters(column: int) -> str:
    """Return the letters of a column counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def positions(ranges: Any) -> set[tuple[int, int]]:
    """Return (row, column), from 0, of every cell of a set of ranges."""
    return {
        (row, column)
        for area in ranges.RangeAddresses
        for row in range(area.StartRow, area.EndRow + 1)
        for column in range(area.StartColumn, area.EndColumn + 1)
    }


def dump(sheet: Any, *, texts: bool) -> dict[str, dict[str, Any]]:
    """Return address -> formula, value, error, text as displayed (of errors, or of all); empty cells left out."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)  # noqa: FBT003 - LibreOffice's own signature knows no keywords
    last = cursor.RangeAddress
    area = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
    formulas = positions(sheet.queryContentCells(FORMULA))
    faulty = positions(sheet.queryFormulaCells(ERROR))
    found = {}
    for row, (values, sources) in enumerate(zip(area.getDataArray(), area.getFormulaArray())):  # noqa: B905 - equal
        for column, (value, source) in enumerate(zip(values, sources)):  # noqa: B905 - equal
            place = (row, column)
            if value in ("", None) and place not in formulas:
                continue
            one = {
                "formula": source if place in formulas else None,
                "value": "" if value is None else value,
                "error": sheet.getCellByPosition(column, row).getError() if place in faulty else 0,
                "text": sheet.getCellByPosition(column, row).getString() if texts or place in faulty else "",
            }
            found[f"{letters(column)}{row + 1}"] = one
    return found


def main() -> None:
    """Answer commands until stdin ends."""
    soffice, folder, locale = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    if locale:
        set_locale(folder, locale)
    answers = sys.stdout.buffer
    process, desktop = start(soffice, folder)
    worker = Worker(desktop, folder)
    commands: dict[str, Callable[..., Any]] = {
        "fill": worker.fill,
        "type_in": worker.type_in,
        "convert": worker.convert,
        "recalculate": worker.recalculate,
        "sort": worker.sort,
        "gather": worker.gather,
    }
    gone = (OfficeLostError, uno.getClass("com.sun.star.lang.DisposedException"))
    try:
        for line in sys.stdin.buffer:
            command = json.loads(line)
            answer: dict[str, Any]
            try:
                answer = {"done": commands[command.pop("do")](**command)}
            except gone as fault:
                answer = {"lost": str(fault)}
            except Exception as fault:  # noqa: BLE001 - told to the test that asked
                answer = {"refused" if isinstance(fault, RefusedError) else "fault": f"{fault}"}
            answers.write(json.dumps(answer).encode() + b"\n")
            answers.flush()
            if "lost" in answer:
                break
    finally:
        with contextlib.suppress(Exception):
            desktop.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
