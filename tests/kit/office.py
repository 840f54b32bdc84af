"""LibreOffice as the second opinion: fill a workbook as a leader would, recalculate one, print one.

The fixture `office` of tests/conftest.py gives the one `Office` of a test session.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SECONDS = 180
"""How long one command may take; the start of LibreOffice is part of the first."""

_WORKER = Path(__file__).with_name("office_worker.py")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class RefusedError(Exception):
    """LibreOffice or the workbook refuses: a protected cell, no such sheet, no workbook."""


class OfficeError(Exception):
    """LibreOffice failed, hangs, or died twice over the same command."""


class _LostError(Exception):
    """The worker or LibreOffice is gone; worth one new start."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell after a hard recalculation.

    Attributes:
        formula: the formula as LibreOffice writes it, or None.
        value: number or text; truth values are 1.0 and 0.0, dates are day numbers.
        error: 0, or LibreOffice's error number (532 is a division by zero, 502 to 527 a bad argument).
        text: what the cell shows; empty, except for errors, if texts were not asked for.
    """

    formula: str | None
    value: float | str
    error: int
    text: str


Cells: TypeAlias = "dict[str, dict[str, Cell]]"
"""Sheet -> address -> cell."""


class Typed(NamedTuple):
    """A workbook's cells before and after something was typed into it."""

    before: Cells
    after: Cells


def missing() -> str | None:
    """Return why LibreOffice cannot be driven here, or None when it can."""
    if not _soffice():
        return "LibreOffice (soffice) is not installed"
    if not _bridge():
        return "no Python with LibreOffice's `uno` found (Debian: python3-uno)"
    if not shutil.which("pdftotext"):
        return "pdftotext is not installed (Debian: poppler-utils)"
    return None


class Office:
    """One headless LibreOffice with a profile of its own, started at the first command, restarted if it dies."""

    def __init__(self, *, locale: str = "") -> None:
        """Be ready to start; ``locale`` such as `vi-VN` says how numbers and dates are written there."""
        self._locale = locale
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._listener: threading.Thread | None = None

    def fill(
        self,
        source: Path,
        target: Path,
        cells: Mapping[str, Mapping[str, str | float | None]] | None = None,
        *,
        password: str = "",
    ) -> Path:
        """Open a workbook, type into its cells, recalculate, save under the format of the target's suffix.

        Args:
            source: any workbook LibreOffice reads; it is left alone.
            target: `.xlsx`, `.xlsm`, `.xls`, `.ods` or `.pdf`.
            cells: sheet -> address -> value: a text as it stands, a number, or None to clear the cell.
            password: what the saved workbook is encrypted with.

        Raises:
            RefusedError: a cell is protected, so that no leader could type there; there is no such sheet.
        """
        plain = {sheet: dict(values) for sheet, values in (cells or {}).items()}
        self._ask(do="fill", source=_full(source), target=_full(target), cells=plain, password=password)
        return target

    def type_in(self, source: Path, target: Path, cells: Mapping[str, Mapping[str, str | float | None]]) -> Typed:
        """Do as `fill` does and return what stood in the workbook before and after, recalculated, without texts."""
        plain = {sheet: dict(values) for sheet, values in cells.items()}
        found = self._ask(do="type_in", source=_full(source), target=_full(target), cells=plain)
        return Typed(_cells(found["before"]), _cells(found["after"]))

    def convert(self, source: Path, target: Path) -> Path:
        """Recalculate and save under the format of the target's suffix."""
        return self.fill(source, target)

    def recalculate(self, source: Path, *, texts: bool = True) -> dict[str, dict[str, Cell]]:
        """Recalculate every formula anew and return sheet -> address -> cell, empty cells left out."""
        found = self._ask(do="recalculate", source=_full(source), texts=texts)
        return _cells(found)

    def sort_rows(  # noqa: PLR0913 - what a person tells the sort dialogue
        self, source: Path, target: Path, sheet: str, cells: str, column: str, *, descending: bool = False
    ) -> Path:
        """Sort the rows of a range (without its header) by a column's letters, as Data > Sort does; save."""
        self._ask(
            do="sort",
            source=_full(source),
            target=_full(target),
            sheet=sheet,
            cells=cells,
            column=column,
            descending=descending,
        )
        return target

    def gather(self, source: Path, others: Iterable[tuple[Path, str]], target: Path) -> Path:
        """Copy sheets of other workbooks behind the sheets of one, as a person does; save."""
        plain = [(_full(path), sheet) for path, sheet in others]
        self._ask(do="gather", source=_full(source), others=plain, target=_full(target))
        return target

    def close(self) -> None:
        """End LibreOffice and remove its folder."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(15)
        self._end()

    def kill(self) -> None:
        """End LibreOffice as a crash would; the next command starts it again."""
        self._signal()

    def _ask(self, **command: Any) -> Any:
        for _attempt in range(2):
            try:
                return self._ask_once(command)
            except _LostError as fault:
                lost = fault
                self._end()
        raise OfficeError(f"LibreOffice was lost twice over {command}: {lost}")

    def _ask_once(self, command: dict[str, Any]) -> Any:
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(command).encode() + b"\n")
            self._process.stdin.flush()
            line = self._answers.get(timeout=SECONDS)
        except (OSError, queue.Empty) as fault:
            raise _LostError(repr(fault)) from fault
        if not line:
            raise _LostError("the worker ended")
        answer = json.loads(line)
        if "lost" in answer:
            raise _LostError(answer["lost"])
        if "refused" in answer:
            raise RefusedError(answer["refused"])
        if "fault" in answer:
            raise OfficeError(answer["fault"])
        return answer["done"]

    def _start(self) -> None:
        soffice, python = _soffice(), _bridge()
        if not soffice or not python:
            raise OfficeError(missing())
        self._folder = Path(tempfile.mkdtemp(prefix="tdp-office-"))
        self._answers = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [python, str(_WORKER), soffice, str(self._folder), self._locale],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_clean_environment(),
            start_new_session=True,
        )
        self._listener = threading.Thread(target=self._listen, args=(self._process, self._answers), daemon=True)
        self._listener.start()

    @staticmethod
    def _listen(process: subprocess.Popen[bytes], answers: queue.SimpleQueue[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            answers.put(line)
        answers.put(b"")

    def _signal(self) -> None:
        assert self._process is not None
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                # LibreOffice is in the worker's own process group.
                os.killpg(self._process.pid, signal.SIGKILL)

    def _end(self) -> None:
        if self._process is not None:
            self._signal()
            self._process.wait()
            if self._listener is not None:
                self._listener.join()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def cached(path: Path) -> dict[str, dict[str, float | str | None]]:
    """Return sheet -> address -> stored value of every formula of an `.xlsx`, read from its very parts.

    Truth values are 1.0 and 0.0; an error is its text (`#DIV/0!`); None means that nothing is
    stored, be it an empty text or that the workbook was never reckoned.
    """
    with zipfile.ZipFile(path) as archive:
        links = {
            link.attrib["Id"]: link.attrib["Target"]
            for link in ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - our own file
        }
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - our own file
        found = {}
        for sheet in book.iter(f"{_MAIN}sheet"):
            part = links[sheet.attrib[_LINK]]
            part = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
            root = ET.fromstring(archive.read(part))  # noqa: S314 - our own file
            found[sheet.attrib["name"]] = {
                cell.attrib["r"]: _stored(cell) for cell in root.iter(f"{_MAIN}c") if cell.find(f"{_MAIN}f") is not None
            }
    return found


def differences(office: Office, path: Path) -> list[str]:
    """Return one line for each formula whose stored value is not what LibreOffice reckons, or is an error."""
    return _differences(path, office.recalculate(path, texts=False))


def _differences(path: Path, fresh: Cells) -> list[str]:
    stored = cached(path)
    lines = []
    for sheet in stored.keys() | fresh.keys():
        cells = fresh.get(sheet, {})
        formulas = stored.get(sheet, {}).keys() | {at for at, cell in cells.items() if cell.formula is not None}
        for at in sorted(formulas, key=_reading_order):
            was, cell = stored.get(sheet, {}).get(at), cells.get(at)
            if cell is None or cell.error or not _same(was, cell.value):
                lines.append(f"{sheet}!{at}: stored {was!r}, recalculated {cell}")
    return lines


def assert_recalculates(office: Office, path: Path) -> None:
    """Fail unless LibreOffice reckons every formula to the value stored with it (numbers within 1e-9)."""
    assert_same(path, office.recalculate(path, texts=False))


def assert_same(path: Path, fresh: Cells) -> None:
    """Fail unless every formula's stored value is the one reckoned afresh."""
    lines = _differences(path, fresh)
    assert not lines, f"{len(lines)} formulas of {path.name} differ:\n" + "\n".join(lines)


def formula_errors(office: Office, path: Path) -> list[str]:
    """Return one line for each formula that LibreOffice reckons to an error; stored values do not matter."""
    return errors_among(office.recalculate(path, texts=False))


def errors_among(fresh: Cells) -> list[str]:
    """Return one line for each formula that came to an error."""
    return [
        f"{sheet}!{at}: {cell.text} from {cell.formula}"
        for sheet, cells in fresh.items()
        for at, cell in cells.items()
        if cell.error
    ]


def pdf_pages(path: Path) -> list[str]:
    """Return the text of each page of a PDF, laid out as on paper."""
    done = subprocess.run(
        [_program("pdftotext"), "-layout", "-enc", "UTF-8", str(path), "-"],
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    return done.stdout.decode("utf-8").split("\f")[:-1]


def pdf_images(path: Path, folder: Path, *, dpi: int = 70) -> list[Path]:
    """Draw each page of a PDF as a PNG in a folder, for people to look at; return them in order."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [_program("pdftoppm"), "-png", "-r", str(dpi), str(path), str(folder / path.stem)],
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    return sorted(folder.glob(f"{path.stem}-*.png"))


def _cells(found: Mapping[str, Mapping[str, Any]]) -> Cells:
    return {sheet: {at: Cell(**cell) for at, cell in cells.items()} for sheet, cells in found.items()}


def _stored(cell: ET.Element) -> float | str | None:
    value = cell.findtext(f"{_MAIN}v")
    kind = cell.get("t", "n")
    if not value or kind in ("e", "str"):
        return value or None
    return float(value)


def _same(stored: float | str | None, fresh: float | str) -> bool:
    if isinstance(stored, float) and isinstance(fresh, float):
        return math.isclose(stored, fresh, rel_tol=1e-9, abs_tol=1e-9)
    return (stored or "") == fresh


def _reading_order(address: str) -> tuple[int, int, str]:
    match = re.fullmatch(r"([A-Z]+)(\d+)", address)
    assert match is not None
    return int(match[2]), len(match[1]), match[1]


def _full(path: Path) -> str:
    return str(path.absolute())


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise OfficeError(f"{name} is not installed (Debian: poppler-utils)")
    return found


def _clean_environment() -> dict[str, str]:
    # The worker's Python is not the one under test: it must neither import from there nor measure coverage.
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE", "COV_"))}


@functools.cache
def _soffice() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


@functools.cache
def _bridge() -> str | None:
    candidates = ["/usr/bin/python3", sys.executable]
    if soffice := _soffice():
        candidates.append(str(Path(soffice).resolve().with_name("python")))
    for python in candidates:
        if shutil.which(python) is None:
            continue
        probe = subprocess.run(
            [python, "-c", "import uno"], capture_output=True, check=False, env=_clean_environment(), timeout=60
        )
        if probe.returncode == 0:
            return python
    return None
