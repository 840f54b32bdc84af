"""Scores, disqualifies and ranks the groups: what came in, and what the office decided, become one evaluation."""

from __future__ import annotations

from tdp_xlsx.evaluation.decisions import DecisionFault, SettledDecision, explain, settle
from tdp_xlsx.evaluation.evaluate import evaluate
from tdp_xlsx.evaluation.outcome import Evaluation, GroupResult, RowClass
from tdp_xlsx.evaluation.previous import compare_years

__all__ = [
    "DecisionFault",
    "Evaluation",
    "GroupResult",
    "RowClass",
    "SettledDecision",
    "compare_years",
    "evaluate",
    "explain",
    "settle",
]
