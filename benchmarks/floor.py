"""The floor: read every form with python-calamine, count and rank with numpy, write one sheet; nothing is checked.

Usage: floor.py INBOX TARGET [--pandas]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import python_calamine
import xlsxwriter

FORM = "Bảng tự đánh giá"
MANY = 5_000
"""Groups from which comparing each with each, and keeping all rows in memory, would be no floor."""
ANSWER, KEY = 4, 8


def read(path: Path) -> dict[str, str]:
    """Return the answers of a form by key."""
    workbook = python_calamine.load_workbook(str(path))
    rows = workbook.get_sheet_by_name(FORM).to_python()
    return {row[KEY]: row[ANSWER] for row in rows if str(row[KEY]).startswith("TC-")}


def main() -> None:
    """Write the ranking."""
    inbox, target = Path(sys.argv[1]), Path(sys.argv[2])
    if "--pandas" in sys.argv:
        import pandas  # noqa: F401, ICN001, PLC0415 - what loading it alone costs
    names, lines, keys = [], [], []
    for path in sorted(inbox.iterdir()):
        answers = read(path)
        keys = keys or list(answers)
        names.append(path.name.split("_")[1])
        lines.append([answers[key] for key in keys])
    scored = np.array([not key.startswith("TC-I.") for key in keys])
    met = np.array([[word == "Có" for word in line] for line in lines])[:, scored].sum(axis=1)
    applicable = np.array([[word in {"Có", "Không"} for word in line] for line in lines])[:, scored].sum(axis=1)
    score = met / applicable
    rank = (score[None, :] > score[:, None]).sum(axis=1) + 1 if len(score) < MANY else _ranks(score)
    workbook = xlsxwriter.Workbook(str(target), {"constant_memory": len(names) > MANY})
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["Mã", *keys, "Đạt", "Áp dụng", "Tỷ lệ", "Hạng"])
    for row, (name, line) in enumerate(zip(names, lines, strict=True), start=1):
        numbers = met[row - 1], applicable[row - 1], score[row - 1], rank[row - 1]
        sheet.write_row(row, 0, [name, *line, *map(float, numbers)])
    workbook.close()
    print(int(met.sum()))


def _ranks(score: np.ndarray) -> np.ndarray:
    ordered = np.sort(-score)
    return np.searchsorted(ordered, -score) + 1


main()
