"""Read the office's own columns of one criterion: for whom, points, tasks of the plan, and the figure to check."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import template as rules
from tdp_xlsx.model import ALL_GROUPS, Figure
from tdp_xlsx.template.items import MOST_POINTS, OPERATORS
from tdp_xlsx.template.read_settings import NotReadError, number_of
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.template.page import Page

_WHOLE = re.compile(r"\d{1,4}")
_GENEROUS_OPERATORS = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<="}


@dataclass(frozen=True, slots=True)
class Office:
    """What the office's columns say of one criterion."""

    applies_to: str
    points: int
    tasks: tuple[str, ...]
    figure: Figure | None


def read_office(page: Page, row: int, columns: Mapping[str, int], code: str, attributes: tuple[str, ...]) -> Office:
    """Read a criterion's office columns; what is empty takes its default, what is wrong is reported."""
    return Office(
        applies_to=_applies_to(page, row, columns[layout.APPLIES_TO], code, attributes),
        points=_points(page, row, columns[layout.POINTS], code),
        tasks=tuple(filter(None, map(display, re.split(r"[;,\n]", page.lines(row, columns[layout.TASKS]))))),
        figure=_figure(page, row, columns, code),
    )


def _applies_to(page: Page, row: int, column: int, code: str, attributes: tuple[str, ...]) -> str:
    text = page.text(row, column)
    if not text:
        return ALL_GROUPS
    for name in (ALL_GROUPS, *layout.KINDS, *attributes):
        if match_key(name) == match_key(text):
            return name
    page.report(rules.APPLIES_TO_UNKNOWN, row, column, code=code, value=text)
    return ALL_GROUPS


def _points(page: Page, row: int, column: int, code: str) -> int:
    text = page.text(row, column)
    if not text:
        return 1
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= MOST_POINTS:
        page.report(rules.POINTS_BAD, row, column, code=code, value=text)
        return 1
    return int(text)


def _figure(page: Page, row: int, columns: Mapping[str, int], code: str) -> Figure | None:
    needed = (layout.INDICATOR, layout.OPERATOR, layout.THRESHOLD)
    cells = {heading: page.text(row, columns[heading]) for heading in (*needed, layout.UNIT)}
    if not any(cells.values()):
        return None
    missing = [heading for heading in needed if not cells[heading]]
    for heading in missing:
        page.report(rules.FIGURE_INCOMPLETE, row, columns[heading], code=code, heading=heading)
    operator = cells[layout.OPERATOR]
    operator = _GENEROUS_OPERATORS.get(operator, operator)
    if operator and operator not in OPERATORS:
        page.report(rules.OPERATOR_UNKNOWN, row, columns[layout.OPERATOR], code=code, value=operator)
    threshold = _threshold(page, row, columns[layout.THRESHOLD], code, cells[layout.UNIT])
    if missing or threshold is None:
        return None
    return Figure(cells[layout.INDICATOR], operator, threshold, cells[layout.UNIT])


def _threshold(page: Page, row: int, column: int, code: str, unit: str) -> float | None:
    text = page.text(row, column)
    if not text:
        return None
    value = page.value(row, column)
    try:
        number = number_of(text.removesuffix("%").strip() if isinstance(value, str) and unit == "%" else value)
    except NotReadError:
        page.report(rules.THRESHOLD_BAD, row, column, code=code, value=text)
        return None
    if unit == "%" and 0 < number < 1:
        page.report(rules.THRESHOLD_SHARE, row, column, code=code, value=text.replace(".", ","))
    return number
