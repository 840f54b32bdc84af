"""Both reckonings compared: a ward workbook goes out only if pandas, over whole columns, comes to the same results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.second.figures import Start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.evaluation.outcome import Evaluation
    from tdp_xlsx.second.figures import Reckoned


class DisagreementError(Exception):
    """Two reckonings differ, which is a fault of the program; the argument says of what, in Vietnamese."""


def start_of(evaluation: Evaluation) -> Start:
    """Return what the second reckoning is to start from: what an evaluation does, and nothing it came to."""
    plan = evaluation.plan
    standards = {standard.number: place for place, standard in enumerate(plan.standards)}
    kinds = plan.settings.separate_lists
    return Start(
        groups=tuple(evaluation.finals),
        lists=tuple(plan.group_by_code[code].kind if kinds else "" for code in evaluation.finals),
        finals=b"".join(evaluation.finals.values()),
        criteria=plan.codes,
        standards=tuple(standards.get(criterion.standard, -1) for criterion in plan.criteria),
        cases=tuple(criterion.is_case for criterion in plan.criteria),
        points=tuple(criterion.points for criterion in plan.criteria),
        tie_break=plan.settings.tie_break,
    )


def control(evaluation: Evaluation, again: Reckoned) -> None:
    """Compare every group's result, and every criterion's counts, with what pandas makes of the same answers.

    Raises:
        DisagreementError: They differ in a state, a count, the points or a rank.
    """
    if differing := [*_groups(evaluation, again), *_criteria(evaluation, again)]:
        raise DisagreementError(
            f"Hai cách tính độc lập của chương trình cho kết quả khác nhau ({', '.join(differing)}). Chưa ghi sổ tổng "
            "hợp nào. Báo cho người phụ trách phần mềm, kèm thư mục làm việc."
        )


def _groups(evaluation: Evaluation, again: Reckoned) -> Iterator[str]:
    for result in evaluation.results:
        own = (
            result.status.value,
            result.met,
            result.applicable,
            result.points_met,
            result.points_applicable,
            result.full_standards,
            result.rank or 0,
        )
        if again.groups.get(result.code) != (own if result.is_read else None):
            yield result.code


def _criteria(evaluation: Evaluation, again: Reckoned) -> Iterator[str]:
    for code, counts in evaluation.by_criterion.items():
        if again.criteria[code] != counts:
            yield f"mục {code}"
