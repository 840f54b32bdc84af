"""The evaluation as pandas frames, for what reckons over all groups at once; made when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tdp_xlsx.evaluation.answers import AnswerRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tdp_xlsx.evaluation.outcome import GroupResult


def answer_frame(rows: Sequence[AnswerRow]) -> pd.DataFrame:
    """Return the frame ``Evaluation.answers`` describes."""
    return pd.DataFrame(rows, columns=list(AnswerRow._fields), dtype=object)


def group_frame(results: Sequence[GroupResult]) -> pd.DataFrame:
    """Return the frame ``Evaluation.groups`` describes."""
    frame = pd.DataFrame(
        {
            "status": [result.status.value for result in results],
            "points_met": [result.points_met for result in results],
            "points_applicable": [result.points_applicable for result in results],
            "full_standards": [result.full_standards for result in results],
            "list": [result.list for result in results],
        },
        index=pd.Index([result.code for result in results], name="code", dtype=object),
    )
    frame["rank"] = pd.array([result.rank for result in results], dtype="Int64")
    return frame
