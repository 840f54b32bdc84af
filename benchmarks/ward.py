"""Make a working folder of any size: a register, and an inbox of returned forms.

The forms are real ones: `generate` makes one for each kind of group, openpyxl fills it in a few ways, and for each
group the words that are its own are put in place in the parts of that file.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from pathlib import Path

YES, NO = "Có", "Không"
KINDS = (
    ("TDP", "Tổ dân phố số", "Tổ dân phố", NO, NO),
    ("B", "Bản Sùng Phài", "Bản", YES, YES),
    ("TDP", "Tổ dân phố số", "Tổ dân phố", NO, NO),
    ("B", "Bản Sùng Phài", "Bản", YES, NO),
    ("B", "Bản Sùng Phài", "Bản", NO, NO),
)
"""Begin of code and name, kind, and the two attributes criteria refer to; groups take turns."""
ALONE = 1_000
"""Groups up to which one process makes the inbox."""
FILLINGS = 12
"""Ways each kind's form is filled."""
_SAMPLE = 70_001  # the numbers of the groups the real forms are made for; no other text of the form holds them


def group(number: int) -> tuple[str, str]:
    """Return code and name of the group of this number, from 1."""
    code, name, *_ = KINDS[(number - 1) % len(KINDS)]
    return f"{code}-{number:05d}", f"{name} {number:05d}"


def make(root: Path, count: int) -> None:
    """Make a working folder with this many groups, each of which sent a complete form."""
    samples = _samples(root.with_name(f"{root.name}_samples"))
    _register(root, range(1, count + 1))
    (root / "inbox").mkdir(exist_ok=True)
    numbers = range(1, count + 1)
    if count < ALONE:
        _press(samples, root, numbers)
        return
    cores = os.cpu_count() or 1
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        pool.starmap(_press, [(samples, root, numbers[start::cores]) for start in range(cores)])


def _register(root: Path, numbers: range) -> None:
    _program(root, "init")
    path = root / "templates" / "self_assessment_template.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["Danh sách đơn vị"]
    sheet.delete_rows(2, sheet.max_row)
    for number in numbers:
        _, _, kind, farming, countryside = KINDS[(number - 1) % len(KINDS)]
        code, name = group(number)
        sheet.append([code, kind, name, farming, countryside, NO])
    book.save(path)


def _program(root: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "tdp_xlsx", "-C", str(root), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _samples(root: Path) -> list[list[dict[str, bytes]]]:
    """Return, for each kind, the parts of its form filled in different ways."""
    numbers = range(_SAMPLE, _SAMPLE + len(KINDS))
    _register(root, numbers)
    _program(root, "generate")
    return [
        [_filled(root / "outbox" / "bieu_mau" / form_name(number), seed) for seed in range(FILLINGS)]
        for number in numbers
    ]


def form_name(number: int) -> str:
    """Return the name of a group's form."""
    return f"2021_{group(number)[0]}_bang-tu-danh-gia.xlsx"


def _filled(path: Path, seed: int) -> dict[str, bytes]:
    """Return the parts of a form, saved by openpyxl, in which a few criteria are answered Không."""
    chance = random.Random(seed)  # noqa: S311 - made-up answers
    book = openpyxl.load_workbook(path)
    sheet = book["Bảng tự đánh giá"]
    for row in sheet.iter_rows():
        key = str(row[8].value or "")
        if key.startswith("TC-") and row[4].value is None:
            no = key.startswith("TC-I.") or chance.random() < 0.02 * seed
            row[4].value = NO if no else YES
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _press(samples: list[list[dict[str, bytes]]], root: Path, numbers: range) -> None:
    for number in numbers:
        kind = (number - 1) % len(KINDS)
        # Multiplying by a prime spreads the fillings over the groups.
        parts = samples[kind][number * 7919 % FILLINGS]
        sample = group(_SAMPLE + kind)
        own = group(number)
        with zipfile.ZipFile(root / "inbox" / form_name(number), "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            for name, part in parts.items():
                archive.writestr(name, _own(part, sample, own))


def _own(part: bytes, sample: tuple[str, str], own: tuple[str, str]) -> bytes:
    for old, new in zip(sample, own, strict=True):
        part = part.replace(old.encode(), new.encode())
    return part
