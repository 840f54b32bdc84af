"""What a form may show of last year: the evidence of the same group on the same criterion, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tdp_xlsx.evaluation.succession import succession
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.text import display
from tdp_xlsx.ward_book.last_year import last_year

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.model import Plan

_MOST_CELLS = 5


def evidence_again(root: Path, plan: Plan) -> dict[str, dict[str, str]]:
    """Return the evidence in last year's workbook, by this year's codes of group and criterion.

    Raises:
        CannotRunError: There is no such workbook, it cannot be read, is not of a year before, or contradicts itself.
    """
    last = last_year(root)
    if last is None:
        raise CannotRunError(
            "Chưa có sổ năm trước trong “nam_truoc” nên không lập được cột “Năm trước”. "
            "Chép sổ tổng hợp năm trước vào đó, hoặc chạy lại, bỏ --prefill."
        )
    if last.contradictions:
        cells = ", ".join(f"{one.sheet}, ô {one.cell}" for one in last.contradictions[:_MOST_CELLS])
        raise CannotRunError(
            f"Sổ năm trước “{last.file}” có {len(last.contradictions):02d} ô mâu thuẫn với câu trả lời, thẩm định "
            f"trong sổ ({cells}); chưa lập bảng. Dùng đúng sổ đã lưu của năm trước, hoặc chạy lại, bỏ --prefill."
        )
    year, period = plan.settings.year, plan.period_label
    if last.year >= year or last.period.casefold() != period.casefold():
        was, now = f"{last.period} {last.year}".strip(), f"{period} {year}".strip()
        raise CannotRunError(
            f"Sổ năm trước “{last.file}” là của kỳ {was}, không phải cùng kỳ của một năm trước {now}; chưa lập bảng. "
            "Đặt vào nam_truoc sổ cùng kỳ của năm trước, hoặc chạy lại, bỏ --prefill."
        )
    # Cases have evidence too: here they are criteria like the others.
    now_all, last_all = (tuple(replace(each, part="II") for each in one.criteria) for one in (plan, last))
    followed = succession(replace(plan, criteria=now_all), replace(last, criteria=last_all))
    found: dict[str, dict[str, str]] = {}
    for group in plan.groups:
        before = last.group_by_code.get(followed.groups[group.code].same or "")
        answers, asked = before.answers if before else {}, plan.asked(group)
        same = {code: origin.same or "" for code, origin in followed.criteria.items() if code in asked}
        noted = {code: answers[old].evidence for code, old in same.items() if old in answers}
        found[group.code] = {code: evidence for code, evidence in noted.items() if display(evidence)}
    return found
