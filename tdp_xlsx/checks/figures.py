"""The figure beside an answer, where the template names one to check: unclear, impossible, or against the answer."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import TYPE_CHECKING

from tdp_xlsx.findings import answers as rules
from tdp_xlsx.model import YES
from tdp_xlsx.text import display

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.checks.numbers import Shown
    from tdp_xlsx.model import Criterion, Figure, Finding, Place, Plan
    from tdp_xlsx.submission import Answer, Submission

_HOLDS = {">": operator.gt, ">=": operator.ge, "=": operator.eq, "<=": operator.le, "<": operator.lt}
_SIGNS = {">=": "≥", "<=": "≤"}
_PERCENT = "%"
_WHOLE = 100


def check_figures(plan: Plan, submission: Submission) -> Iterator[Finding]:
    """Yield what speaks against a figure; it never blocks, and never changes the answer."""
    for criterion in plan.criteria:
        if criterion.figure is None:
            continue
        answer = submission.answers[criterion.code]
        if answer.evidence.strip():
            yield from _check(criterion, criterion.figure, answer, submission.place(answer, answer.evidence_cell))


def _check(criterion: Criterion, figure: Figure, answer: Answer, place: Place) -> Iterator[Finding]:
    from tdp_xlsx.checks.numbers import read_figure  # noqa: PLC0415 - with the first figure there is

    raw = display(answer.evidence)
    said = {"label": criterion.label, "raw": raw, "cell": place.cell}
    shown = read_figure(raw, figure.unit)
    if shown is None:
        return
    if shown.unclear:
        yield rules.FIGURE_UNCLEAR.at(place, **said, reason=shown.unclear, indicator=figure.indicator)
        return
    impossible = _impossible(figure, shown)
    if impossible:
        yield rules.FIGURE_IMPOSSIBLE.at(place, **said, reason=impossible)
        return
    if shown.disagreeing:
        fraction, percent = shown.disagreeing
        yield rules.FIGURES_DISAGREE.at(place, **said, fraction=fraction, percent=percent)
        return
    threshold = Fraction(str(figure.threshold))
    if answer.value == YES and not _HOLDS[figure.operator](shown.value, threshold):
        yield rules.FIGURE_AGAINST.at(
            place,
            label=criterion.label,
            raw=raw,
            operator=_SIGNS.get(figure.operator, figure.operator),
            threshold=decimal_text(threshold),
            unit=figure.unit if figure.unit == _PERCENT else f" {figure.unit}".rstrip(),
            indicator=figure.indicator,
        )


def _impossible(figure: Figure, shown: Shown) -> str:
    if figure.unit == _PERCENT and shown.value > _WHOLE:
        return "tỷ lệ trên 100%"
    return ""


def decimal_text(number: Fraction) -> str:
    """Return a number as Vietnamese write it, with up to two decimals: ``95,5``."""
    return f"{float(number):.2f}".rstrip("0").rstrip(".").replace(".", ",")
