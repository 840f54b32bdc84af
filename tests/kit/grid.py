"""Workbooks as text that can be read in a test, small edits of workbooks and of their parts, and the command itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECONDS = 120


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `python -m tdp_xlsx` in a folder; whatever comes of it, no traceback may reach the officer."""
    done = subprocess.run(
        [sys.executable, "-m", "tdp_xlsx", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        timeout=SECONDS,
    )
    assert "Traceback (most recent call last)" not in done.stderr, done.stderr
    return done


def write_grids(path: Path, grids: Mapping[str, str]) -> Path:
    """Write a workbook from sheet -> Markdown table, as `sheet_text` gives it; whole numbers become numbers.

    The first row lands in row 1; the line of dashes is left out.
    """
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, text in grids.items():
        sheet = book.create_sheet(name)
        lines = [line.strip() for line in text.strip().splitlines()]
        for row in (line for line in lines if not re.fullmatch(r"\|(\s*-+\s*\|)+", line)):
            sheet.append([_value(one) for one in re.split(r"(?<!\\)\|", row)[1:-1]])
    book.save(path)
    return path


def sheet_text(path: Path, sheet: str, *, formulas: bool = False) -> str:
    r"""Return a sheet of an `.xlsx` as a Markdown table from A1 on, without empty rows and columns at the ends.

    Args:
        path: the workbook.
        sheet: the sheet's name.
        formulas: show formulas instead of the values stored with them.

    Line breaks are shown as `<br>`, bars as `\|`.
    """
    page = _load(path, data_only=not formulas)[sheet]
    rows = [[_shown(cell.value) for cell in row] for row in page.iter_rows()]
    width = max((n for row in rows for n, shown in enumerate(row, 1) if shown), default=0)
    height = max((n for n, row in enumerate(rows, 1) if any(row)), default=0)
    lines = ["| " + " | ".join(row[:width]) + " |" for row in rows[:height]]
    lines[1:1] = ["|" + " --- |" * width]
    return "\n".join(re.sub(" +", " ", line) for line in lines) if height else ""


def edit(path: Path, cells: Mapping[str, Mapping[str, Any]], target: Path | None = None) -> Path:
    """Set cells of an `.xlsx` with openpyxl: sheet -> address -> value; None clears. Stored values are lost.

    Returns:
        The target, or the path itself when it is edited in place.
    """
    book = _load(path)
    for name, values in cells.items():
        for address, value in values.items():
            book[name][address] = value
    book.save(target or path)
    return target or path


def parts(path: Path) -> list[str]:
    """Return the names of the parts of a workbook."""
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def part(path: Path, name: str) -> bytes:
    """Return one part of a workbook, such as `xl/worksheets/sheet1.xml`."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def sheet_part(path: Path, sheet: str) -> str:
    """Return the name of the part that holds a sheet of an `.xlsx`."""
    book = part(path, "xl/workbook.xml").decode("utf-8")
    links = part(path, "xl/_rels/workbook.xml.rels").decode("utf-8")
    tag = next(tag for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book) if f'name="{sheet}"' in tag)
    key = re.findall(r':id="([^"]+)"', tag)[0]
    link = next(link for link in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links) if f'Id="{key}"' in link)
    place: str = re.findall(r'Target="([^"]+)"', link)[0]
    return place.lstrip("/") if place.startswith("/") else f"xl/{place}"


def replace_part(path: Path, target: Path, name: str, content: bytes) -> Path:
    """Copy a workbook with one part replaced or added; every other part stays as it is, byte for byte."""
    with zipfile.ZipFile(path) as archive:
        kept = [(entry, archive.read(entry)) for entry in archive.infolist() if entry.filename != name]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, held in kept:
            archive.writestr(entry, held)
        archive.writestr(name, content)
    return target


def xlsb_as_excel_writes(path: Path, target: Path) -> Path:
    """Copy an `.xlsb` of SheetJS with the column in every cell record, as Excel writes it.

    SheetJS leaves the column out where a cell follows its left neighbour. The format allows that, and python-calamine
    passes over such cells.
    """
    with zipfile.ZipFile(path) as archive:
        held = [(entry, archive.read(entry)) for entry in archive.infolist()]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in held:
            is_sheet = re.fullmatch(r"xl/worksheets/\w+\.bin", entry.filename)
            archive.writestr(entry, _with_columns(content) if is_sheet else content)
    return target


def _with_columns(content: bytes) -> bytes:
    written = bytearray()
    at, column = 0, 0
    while at < len(content):
        kind, at = _varint(content, at, 2)
        size, at = _varint(content, at, 4)
        payload = content[at : at + size]
        at += size
        if 1 <= kind <= 11:  # a cell or formula, its column first
            column = int.from_bytes(payload[:4], "little")
        elif 12 <= kind <= 18:  # a short cell: the next column
            column += 1
            kind, payload = kind - 11, column.to_bytes(4, "little") + payload
        for number in (kind, len(payload)):
            written += _as_varint(number)
        written += payload
    return bytes(written)


def _varint(content: bytes, at: int, most: int) -> tuple[int, int]:
    number = 0
    for n in range(most):
        number |= (content[at + n] & 0x7F) << (7 * n)
        if content[at + n] < 0x80:
            return number, at + n + 1
    return number, at + most


def _as_varint(number: int) -> bytes:
    written = bytearray()
    while number >= 0x80:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


def _load(path: Path, *, data_only: bool = False) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        # openpyxl warns of every extension it drops; what other programs add is not at stake here.
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(path, data_only=data_only)


def _value(shown: str) -> int | str | None:
    text = shown.strip().replace("\\|", "|").replace("<br>", "\n")
    return int(text) if re.fullmatch(r"-?[1-9]\d*|0", text) else text or None


def _shown(value: Any) -> str:
    if value is None:
        return ""
    text = str(getattr(value, "text", value))  # an array formula keeps its text aside
    return text.replace("|", "\\|").replace("\n", "<br>")
