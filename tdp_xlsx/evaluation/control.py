"""The second reckoning: a ward workbook is written only if pandas, over whole columns, comes to the same results."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.evaluation.outcome import Evaluation

_COMPARED = ["status", "met", "applicable", "points_met", "points_applicable", "full_standards", "rank"]


class DisagreementError(Exception):
    """Two reckonings differ, which is a fault of the program; the argument says for which groups, in Vietnamese."""


def control(evaluation: Evaluation) -> None:
    """Compare every group's result with what pandas makes of the same answers.

    Raises:
        DisagreementError: They differ in a state, a count, the points or a rank.
    """
    if differing := list(_differing(evaluation)):
        raise DisagreementError(
            f"Hai cách tính độc lập của chương trình cho kết quả khác nhau ({', '.join(differing)}). Chưa ghi sổ tổng "
            "hợp nào. Báo cho người phụ trách phần mềm, kèm thư mục làm việc."
        )


def _differing(evaluation: Evaluation) -> Iterator[str]:
    frame = evaluation.groups[_COMPARED].fillna({"rank": 0})
    again = dict(zip(frame.index, frame.itertuples(index=False, name=None), strict=True))
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
        if (result.is_read and again.get(result.code) != own) or (not result.is_read and result.code in again):
            yield result.code
