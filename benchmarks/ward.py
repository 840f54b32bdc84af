"""Make a working folder of any size: a register, and an inbox as leaders fill it.

`generate` makes the forms; LibreOffice fills and saves `REAL` of them, each with answers, evidence, a name and a date
of its own. These are kept beside the wards and used again. Groups beyond them get the same files with their own words.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.kit.office import Office, missing
from tests.kit.ward import FORM, NO, YES, answer_cells

KINDS = (
    ("TDP", "Tổ dân phố số", "Tổ dân phố", NO, NO),
    ("B", "Bản Sùng Phài", "Bản", YES, YES),
    ("TDP", "Tổ dân phố số", "Tổ dân phố", NO, NO),
    ("B", "Bản Sùng Phài", "Bản", YES, NO),
    ("B", "Bản Sùng Phài", "Bản", NO, NO),
)
"""Begin of code and name, kind, and the two attributes criteria refer to; groups take turns."""
REAL = 300
"""Forms filled and saved by LibreOffice."""
ALONE = 1_000
"""Groups up to which one process makes the inbox."""
_SUFFIXES = {2: "xls", 9: "ods", 15: "xls"}
"""Of twenty groups, by their number, those that send no .xlsx: two an .xls, one an .ods."""
_WORDS = (
    "Biên bản họp tổ ngày {day}/{month}/2021, do {who} lập",
    "Quyết định số {number}/QĐ-UBND ngày {day}/{month}/2021 của UBND phường",
    "{who} theo dõi, ghi sổ hằng tháng từ ngày {day}/{month}/2021",
    "Nhân dân trong tổ cùng làm; {who} và các đoàn thể vận động đến từng hộ, xong trong tháng {month}",
)
_FIGURES = ("{part}/{whole} hộ", "{percent}%", "{percent}% ({part}/{whole} hộ)", "{part}/{whole}")
_FAMILY, _MIDDLE = ("Lò", "Vàng", "Nguyễn", "Tẩn", "Giàng", "Lý", "Phạm", "Đèo"), ("Văn", "Thị", "A", "Thị Thu")
_GIVEN = ("Hoa", "Páo", "Sơn", "Mẩy", "Dũng", "Liên", "Phử", "Quyết", "Ngân", "Tủa", "Thắng")


def group(number: int) -> tuple[str, str]:
    """Return code and name of the group of this number, from 1."""
    code, name, *_ = KINDS[(number - 1) % len(KINDS)]
    return f"{code}-{number:05d}", f"{name} {number:05d}"


def make(root: Path, count: int, *, only_xlsx: bool = False) -> str:
    """Make a working folder with this many groups, each of which sent a complete form; tell what lies in its inbox."""
    real = min(count, REAL)
    forms = root.parent / "forms"
    wanted = [_name(number, "xlsx" if only_xlsx else _suffix(number)) for number in range(1, real + 1)]
    # What is repeated for other groups is an .xlsx.
    _fill(forms, {*wanted, *(_name(number) for number in range(1, min(count - real, REAL) + 1))})
    shutil.rmtree(root, ignore_errors=True)
    _register(root, count)
    for name in wanted:
        shutil.copyfile(forms / name, root / "inbox" / name)
    rest = range(real + 1, count + 1)
    if count <= ALONE:
        _repeat(forms, root, rest)
    else:
        cores = os.cpu_count() or 1
        with multiprocessing.get_context("spawn").Pool(cores) as pool:
            pool.starmap(_repeat, [(forms, root, rest[start::cores]) for start in range(cores)])
    told = ", ".join(f"{sum(name.endswith(f'.{one}') for name in wanted)} .{one}" for one in ("xlsx", "xls", "ods"))
    return f"{real} different forms as LibreOffice saved them ({told})" + (
        f"; {len(rest):,} more repeat them as .xlsx with their group's own words: no measure of typical ones"
        if rest
        else ""
    )


def _suffix(number: int) -> str:
    return _SUFFIXES.get(number % 20, "xlsx")


def _name(number: int, suffix: str = "xlsx") -> str:
    return f"2021_{group(number)[0]}_bang-tu-danh-gia.{suffix}"


def _register(root: Path, count: int) -> None:
    _program(root, "init")
    path = root / "templates" / "self_assessment_template.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["Danh sách đơn vị"]
    sheet.delete_rows(2, sheet.max_row)
    for number in range(1, count + 1):
        _, _, kind, farming, countryside = KINDS[(number - 1) % len(KINDS)]
        code, name = group(number)
        sheet.append([code, kind, name, farming, countryside, NO])
    book.save(path)
    (root / "inbox").mkdir(exist_ok=True)


def _program(root: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "tdp_xlsx", "-C", str(root), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _fill(forms: Path, wanted: set[str]) -> None:
    """Have LibreOffice fill and save those of the wanted forms that are not there yet."""
    numbers = {_name(number, suffix): number for number in range(1, REAL + 1) for suffix in ("xlsx", "xls", "ods")}
    absent = sorted(name for name in wanted if not (forms / name).exists())
    if not absent:
        return
    if reason := missing():
        raise SystemExit(f"the forms are filled by LibreOffice: {reason}")
    blank = forms / "blank"
    if not blank.exists():
        _register(blank, REAL)
        _program(blank, "generate")
    office = Office()
    for name in absent:
        print(f"LibreOffice fills {name}", file=sys.stderr, flush=True)
        form = blank / "outbox" / "bieu_mau" / _name(numbers[name])
        partial = forms / f"partial{Path(name).suffix}"
        office.fill(form, partial, {FORM: _typed(form, numbers[name])})
        partial.replace(forms / name)
    office.close()


def _typed(form: Path, seed: int) -> dict[str, str | float | None]:
    """Return what one leader types, by cell: each answer, evidence for about half of them, name and date."""
    dice = random.Random(seed)  # noqa: S311 - made-up answers
    sheet = openpyxl.load_workbook(form)[FORM]
    refused = dice.uniform(0.02, 0.25)
    typed: dict[str, str | float | None] = {}
    for cell, usual in answer_cells(sheet).items():
        typed[cell] = NO if usual == NO or dice.random() < refused else YES
        if dice.choice((True, False)):
            is_figure = "%" in str(sheet[cell.replace("E", "B")].value)
            typed[cell.replace("E", "F")] = _evidence(dice, _FIGURES if is_figure else _WORDS, typed[cell] == YES)
    last = sheet.max_row
    return typed | {f"B{last}": _person(dice), f"C{last}": f"{dice.randint(1, 28):02}/11/2021"}


def _evidence(dice: random.Random, kinds: tuple[str, ...], is_met: bool) -> str:  # noqa: FBT001
    """Return words or figures; the figures mostly bear the answer out."""
    whole = dice.randint(40, 320)
    part = whole if is_met and dice.randrange(20) else dice.randint(whole // 4, whole // 2)
    return dice.choice(kinds).format(
        day=f"{dice.randint(1, 28):02}",
        month=f"{dice.randint(1, 11):02}",
        number=dice.randint(20, 3_000),
        part=part,
        whole=whole,
        percent=round(100 * part / whole),
        who=_person(dice),
    )


def _person(dice: random.Random) -> str:
    return " ".join(map(dice.choice, (_FAMILY, _MIDDLE, _GIVEN)))


def _repeat(forms: Path, root: Path, numbers: range) -> None:
    """Make the forms of these groups from those of other groups of their kind."""
    for number in numbers:
        model = (number - 1) % REAL + 1
        with (
            zipfile.ZipFile(forms / _name(model)) as archive,
            zipfile.ZipFile(root / "inbox" / _name(number), "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in archive.namelist():
                part = archive.read(name)
                for old, new in zip(group(model), group(number), strict=True):
                    part = part.replace(old.encode(), new.encode())
                target.writestr(name, part)
