"""What one would write first: `pandas.read_excel` for each form, `concat`, `groupby`, `to_excel`; nothing is checked.

.xlsx is read through openpyxl, as pandas does unless told otherwise; .xls and .ods through python-calamine.

Usage: naive.py INBOX TARGET
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd


def main() -> None:
    """Write the ranking."""
    inbox, target = Path(sys.argv[1]), Path(sys.argv[2])
    frames = []
    for path in sorted(inbox.iterdir()):
        engine = "openpyxl" if path.suffix == ".xlsx" else "calamine"
        frame = pd.read_excel(path, sheet_name="Bảng tự đánh giá", header=None, engine=engine, dtype=str)
        frame = frame[frame[8].fillna("").str.startswith("TC-")]
        frames.append(frame.assign(code=path.name.split("_")[1]))
    answers = pd.concat(frames)
    scored = answers[~answers[8].str.startswith("TC-I.")]
    met = (scored[4] == "Có").groupby(scored["code"]).sum()
    applicable = scored[4].isin(["Có", "Không"]).groupby(scored["code"]).sum()
    result = pd.DataFrame({"met": met, "applicable": applicable, "score": met / applicable})
    result["rank"] = result["score"].rank(method="min", ascending=False)
    with pd.ExcelWriter(target, engine="openpyxl") as writer:
        result.to_excel(writer, sheet_name="Xếp hạng")
        answers.pivot_table(index="code", columns=8, values=4, aggfunc="first").to_excel(writer, sheet_name="Chi tiết")
    print(int(met.sum()))


main()
