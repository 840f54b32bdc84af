"""The ward workbook in tests: write one for a made-up round, read its tables as stored or as recalculated."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.utils import column_index_from_string

from tdp_xlsx.evaluation import evaluate
from tdp_xlsx.model import Decision, Place
from tdp_xlsx.report import decisions as decisions_sheet
from tdp_xlsx.report import write_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.kit.office import Cell, Office
    from tests.kit.round import Round

CREATED = dt.datetime(2021, 11, 24, 9, 0)  # noqa: DTZ001 - the wall clock's


ROOM = 20
"""Rows kept for further decisions: each is like the last of the five hundred that officers get."""


def write(path: Path, made: Round, decisions: Iterable[Decision] = (), *, room: int = ROOM, **how: bool) -> Path:
    """Evaluate a round and write its workbook; ``how`` goes to ``write_report``."""
    evaluation = evaluate(made.plan, made.intake, tuple(decisions))
    usual, decisions_sheet.ROOM = decisions_sheet.ROOM, room
    try:
        write_report(path, evaluation, made.intake, created=CREATED, **how)
    finally:
        decisions_sheet.ROOM = usual
    return path


def rows_of(sheet: list[list[object]], key: str = "Mã đơn vị") -> list[dict[str, object]]:
    """Return the rows of the table whose headings include ``key``, by heading."""
    head = next(row for row, cells in enumerate(sheet) if key in cells)
    table = []
    for cells in sheet[head + 1 :]:
        row = {str(heading): cell for heading, cell in zip(sheet[head], cells, strict=False) if heading}
        if row.get(key):
            table.append(row)
    return table


def stored(path: Path, name: str) -> list[list[object]]:
    """Return a sheet's values as they are stored in the file."""
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    try:
        return [list(row) for row in book[name].iter_rows(values_only=True)]
    finally:
        book.close()


def grid(cells: Mapping[str, Cell]) -> list[list[object]]:
    """Return recalculated cells as rows of values."""
    at = {}
    for address, cell in cells.items():
        match = re.fullmatch(r"([A-Z]+)(\d+)", address)
        assert match is not None
        at[int(match[2]), column_index_from_string(match[1])] = cell.value
    height, width = max(row for row, _ in at), max(col for _, col in at)
    return [[at.get((row, col)) for col in range(1, width + 1)] for row in range(1, height + 1)]


def ranking(cells: Mapping[str, Mapping[str, Cell]]) -> dict[str, dict[str, object]]:
    """Return the rows of `Xếp hạng` by the group's code."""
    return {str(row["Mã đơn vị"]): row for row in rows_of(grid(cells["Xếp hạng"]))}


def all_text(path: Path, name: str) -> str:
    """Return what stands on a sheet, a line for each cell."""
    return "\n".join(str(cell) for row in stored(path, name) for cell in row if cell is not None)


def first_decision_row(path: Path) -> int:
    """Return the first row below the headings of `Thẩm định`."""
    sheet = stored(path, "Thẩm định")
    return next(row for row, cells in enumerate(sheet, start=1) if "Kết quả thẩm định" in cells) + 1


def typed(path: Path, decisions: Iterable[Decision]) -> dict[str, dict[str, str]]:
    """Return the cells an officer types for some decisions."""
    cells = {}
    for row, made in enumerate(decisions, start=first_decision_row(path)):
        entry = zip(
            "ABDEFG",
            (made.group, made.criterion, made.result, made.reason, made.decided_by, made.decided_on),
            strict=True,
        )
        cells.update({f"{col}{row}": text for col, text in entry if text})
    return {"Thẩm định": cells}


def decision(group: str, criterion: str, result: str) -> Decision:
    """Return a decision with reason, person and date."""
    return Decision(group, criterion, result, "Đối chiếu hồ sơ", "Tổ thẩm định", "26/11/2021")


def plain(made: Iterable[Decision]) -> list[Decision]:
    """Return decisions without the place they stand at."""
    return [replace(each, place=Place()) for each in made]


def recalculated(office: Office, path: Path) -> dict[str, dict[str, Cell]]:
    """Return every sheet's cells after a hard recalculation, without the texts they show, which take long to ask."""
    return office.recalculate(path, texts=False)
