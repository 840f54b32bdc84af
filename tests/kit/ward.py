"""A ward's working folder in a test: its register, its forms, what leaders send back, and the command in-process."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import openpyxl

from tdp_xlsx.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openpyxl.worksheet.worksheet import Worksheet

# What the program remembers of folders is the user's own: tests, and what is made by their kit, keep to another place.
_MADE = tempfile.TemporaryDirectory(prefix="tdp-xlsx-tests-", ignore_cleanup_errors=True)
os.environ["XDG_CONFIG_HOME"] = str(Path(_MADE.name) / "settings")

FORM = "Bảng tự đánh giá"
YES, NO, NOT_APPLICABLE = "Có", "Không", "Không áp dụng"


@dataclass(frozen=True)
class Done:
    """What a command came to: exit status, standard output and standard error as text."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as the one JSON document it must be."""
        return cast("dict[str, Any]", json.loads(self.out))

    def groups(self) -> dict[str, dict[str, Any]]:
        """Return the document's groups by code."""
        return {group["code"]: group for group in self.json["groups"]}

    def files(self) -> dict[str, str]:
        """Return the document's file statuses by path."""
        return {file["file"]: file["status"] for file in self.json["files"]}

    def codes(self) -> list[str]:
        """Return the codes of the document's findings."""
        return [finding["code"] for finding in self.json["findings"]]


def call(*arguments: str | Path) -> Done:
    """Run the command line in this process, as `python -m tdp_xlsx` would; no traceback may reach the officer."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = streams
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = stop.code
    finally:
        for stream in streams:
            stream.flush()
        sys.stdout, sys.stderr = kept
    out, err = (stream.detach().getvalue().decode() for stream in streams)
    assert isinstance(code, int)
    assert "Traceback" not in err
    assert "ngoài dự kiến" not in err, err
    return Done(code, out, err)


@dataclass(frozen=True)
class Line:
    """One line of the register."""

    code: str
    name: str
    kind: str = "Tổ dân phố"
    farming: str = NO
    countryside: str = NO

    @property
    def cells(self) -> tuple[str, ...]:
        """Its cells up to the last one that must be filled."""
        return self.code, self.kind, self.name, self.farming, self.countryside, NO


@dataclass(frozen=True)
class Ward:
    """A working folder."""

    root: Path

    @classmethod
    def make(cls, root: Path, register: Iterable[Line] = (), settings: Mapping[str, Any] | None = None) -> Ward:
        """Make a folder with `init`, with this register and these settings in place of the default ones."""
        made = _made(tuple(line.cells for line in register), tuple((settings or {}).items()))
        shutil.copytree(made, root, dirs_exist_ok=True)
        return cls(root)

    @property
    def template(self) -> Path:
        """The template workbook."""
        return self.root / "templates" / "self_assessment_template.xlsx"

    @property
    def inbox(self) -> Path:
        """The inbox."""
        return self.root / "inbox"

    @property
    def workbook(self) -> Path:
        """The ward workbook of the whole year 2021."""
        return self.root / "outbox" / "tong_hop_2021.xlsx"

    def form(self, code: str, edition: str = "2021") -> Path:
        """Return where a group's form stands."""
        return self.root / "outbox" / "bieu_mau" / f"{edition}_{code}_bang-tu-danh-gia.xlsx"

    def call(self, *arguments: str | Path) -> Done:
        """Run a command in this folder."""
        return call("-C", self.root, *arguments)

    def generate(self) -> Ward:
        """Make all forms."""
        done = self.call("generate")
        assert done.code == 0, done.err
        return self

    def send(
        self,
        code: str,
        answers: Mapping[str, str | None] | None = None,
        *,
        name: str | None = None,
        cells: Mapping[str, Any] | None = None,
        edition: str = "2021",
    ) -> Path:
        """Fill a group's form with openpyxl and drop it into the inbox.

        Cases are answered Không and criteria Có, but for ``answers`` by criterion code (None: left blank); ``cells``
        sets any cell of the form's sheet besides.
        """
        book = openpyxl.load_workbook(self.form(code, edition))
        sheet = book[FORM]
        for address, value in answer_cells(sheet, answers or {}).items():
            sheet[address] = value
        for address, value in (cells or {}).items():
            sheet[address] = value
        target = self.inbox / (name or self.form(code, edition).name)
        target.parent.mkdir(parents=True, exist_ok=True)
        book.save(target)
        return target


@cache
def _default() -> Path:
    """Make a folder with `init`; once, since laying the template takes longer than most tests do otherwise."""
    root = Path(_MADE.name) / "init"
    assert call("init", root).code == 0
    return root


@cache
def _made(register: tuple[tuple[str, ...], ...], settings: tuple[tuple[str, Any], ...]) -> Path:
    """Make the folder that wards of a register and of settings begin with a copy of."""
    root = Path(tempfile.mkdtemp(dir=_MADE.name))
    shutil.copytree(_default(), root, dirs_exist_ok=True)
    ward, values = Ward(root), dict(settings)
    book = openpyxl.load_workbook(ward.template)
    for row in book["Cấu hình"].iter_rows():
        row[1].value = values.get(str(row[0].value), row[1].value)
    if register:
        sheet = book["Danh sách đơn vị"]
        sheet.delete_rows(2, sheet.max_row)
        for line in register:
            sheet.append(line)
    book.save(ward.template)
    return root


def decide(ward: Ward, *rows: tuple[Any, ...]) -> None:
    """Enter decisions, as the office does: group, criterion, result, reason, person, date."""
    book = openpyxl.load_workbook(ward.workbook)
    sheet = book["Thẩm định"]
    first = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Mã đơn vị") + 1
    for row, values in enumerate(rows, start=first):
        for column, value in zip((1, 2, 4, 5, 6, 7), values, strict=False):
            sheet.cell(row, column).value = value
    book.save(ward.workbook)


def key_rows(sheet: Worksheet) -> dict[str, int]:
    """Return the row of each criterion on a form's sheet, by the keys in it."""
    return {
        str(cell.value).removeprefix("TC-"): cast("int", cell.row)
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value).startswith("TC-")
    }


def answer_cells(sheet: Worksheet, answers: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
    """Return what a leader picks in `Trả lời` (column E), by cell; ``answers`` by code, None leaves it blank."""
    chosen: dict[str, str | None] = {}
    for code, row in key_rows(sheet).items():
        if sheet.cell(row, 5).value != NOT_APPLICABLE:
            usual = NO if code.startswith("I.") else YES
            chosen[f"E{row}"] = (answers or {}).get(code, usual)
    return chosen
