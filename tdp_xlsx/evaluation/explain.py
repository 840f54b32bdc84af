"""Findings about the board's decisions (not in force, or lacking something) and marks set without a legal basis."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from tdp_xlsx.evaluation.decisions import DecisionFault
from tdp_xlsx.findings import decisions as rules
from tdp_xlsx.layout import SETTINGS, TEMPLATE_PATH
from tdp_xlsx.model import Place
from tdp_xlsx.spelling import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.evaluation.outcome import Evaluation
    from tdp_xlsx.model import Decision, Finding

_RULES = {
    DecisionFault.NO_GROUP: rules.NO_GROUP,
    DecisionFault.NO_CRITERION: rules.NO_CRITERION,
    DecisionFault.NO_RESULT: rules.NO_RESULT,
    DecisionFault.UNKNOWN_GROUP: rules.UNKNOWN_GROUP,
    DecisionFault.UNKNOWN_CRITERION: rules.UNKNOWN_CRITERION,
    DecisionFault.UNKNOWN_RESULT: rules.UNKNOWN_RESULT,
    DecisionFault.NO_FILE: rules.NO_FILE,
    DecisionFault.NOT_APPLICABLE: rules.NOT_APPLICABLE,
    DecisionFault.WHOLE_GROUP_RESULT: rules.WHOLE_GROUP_RESULT,
    DecisionFault.CONFLICT: rules.CONTRADICTS,
}


_MIGHT_BE, _UNKNOWN = "chưa rõ: có thể là {codes}", "không có trong danh sách"


def explain(evaluation: Evaluation) -> Iterator[Finding]:
    """Yield a finding for each decision that is not in force, and for each that lacks reason, person or date.

    So is one for a pass mark and for classes that name no legal basis, and what is asked about the year before.
    """
    yield from _marks(evaluation)
    if evaluation.previous:
        yield from evaluation.previous.findings
    plan = evaluation.plan
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for settled in evaluation.decisions:
        if settled.fault is DecisionFault.CONFLICT:
            lines[settled.key].append(f"{_line(settled.decision)} (“{settled.decision.result}”)")
    for settled in evaluation.decisions:
        decision = settled.decision
        group = plan.group_by_code.get(decision.group)
        place = replace(
            decision.place,
            group=group.code if group else None,
            criterion=decision.criterion if decision.criterion in plan.by_code else None,
        )
        row = _line(decision)
        if decision.decided_on and day_of(decision.decided_on) is None:
            yield rules.NO_DAY.at(place, row=row, day=decision.decided_on)
        if settled.fault is not None:
            yield _RULES[settled.fault].at(
                place,
                row=row,
                group=group.name if group else decision.group,
                criterion=decision.criterion,
                result=decision.result,
                why=_MIGHT_BE.format(codes=" hoặc ".join(settled.candidates)) if settled.candidates else _UNKNOWN,
                lines=", ".join(lines[settled.key]),
            )
        else:
            signed = {"lý do": decision.reason, "người thẩm định": decision.decided_by, "ngày": decision.decided_on}
            if missing := [name for name, value in signed.items() if not value]:
                yield rules.UNSIGNED.at(place, row=row, missing=", ".join(missing))


def _line(decision: Decision) -> str:
    return re.sub(r"\D", "", decision.place.cell or "")


def _marks(evaluation: Evaluation) -> Iterator[Finding]:
    settings = evaluation.plan.settings
    for field, label, is_set in (
        ("pass_percent", "Ngưỡng đạt (%)", settings.pass_percent is not None),
        ("classes", "Mức xếp loại", bool(settings.classes)),
    ):
        if is_set and not settings.basis.get(field):
            yield rules.NO_BASIS.at(Place(file=TEMPLATE_PATH, sheet=SETTINGS), sheet=SETTINGS, label=label)
