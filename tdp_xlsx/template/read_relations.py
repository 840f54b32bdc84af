"""Read the sheet `Quan hệ tiêu chí`: answers that cannot, or should hardly, stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import template as rules
from tdp_xlsx.model import Relation, Severity
from tdp_xlsx.template.page import find_header
from tdp_xlsx.text import match_key, read_word

if TYPE_CHECKING:
    from collections.abc import Collection

    from tdp_xlsx.template.page import Page

_LEVELS = {match_key(layout.TO_CLEAR): Severity.WARNING, match_key(layout.REMARK): Severity.INFO}
_EMPTY = "(để trống)"


def read_relations(page: Page, codes: Collection[str]) -> tuple[Relation, ...]:
    """Read the relations between criteria of these codes; rows without any code or explanation are skipped."""
    header = find_header(page, layout.RELATION_HEADINGS)
    if header is None:
        return ()
    columns = [header.columns[heading] for heading in layout.RELATION_HEADINGS]
    relations = []
    for row in range(header.row + 1, page.height + 1):
        if not any(page.text(row, column) for column in columns):
            continue
        first, first_answer, second, second_answer, level, explanation = columns
        relations.append(
            Relation(
                first=_code(page, row, first, codes),
                first_answer=_answer(page, row, first_answer),
                second=_code(page, row, second, codes),
                second_answer=_answer(page, row, second_answer),
                severity=_level(page, row, level),
                explanation=page.lines(row, explanation),
            )
        )
    return tuple(relations)


def _code(page: Page, row: int, column: int, codes: Collection[str]) -> str:
    code = page.text(row, column)
    if code and not isinstance(page.value(row, column), str):
        page.report(rules.CRITERION_CODE_NUMERIC, row, column, code=code)
    elif code not in codes:
        page.report(rules.RELATION_CODE_UNKNOWN, row, column, code=code or _EMPTY)
    return code


def _answer(page: Page, row: int, column: int) -> str:
    text = page.text(row, column)
    answer = read_word(text).value if text else None
    if answer is None:
        page.report(rules.RELATION_ANSWER_UNKNOWN, row, column, value=text or _EMPTY)
        return ""
    return answer


def _level(page: Page, row: int, column: int) -> Severity:
    text = page.text(row, column)
    level = _LEVELS.get(match_key(text))
    if level is None:
        page.report(rules.RELATION_LEVEL_UNKNOWN, row, column, value=text or _EMPTY)
        return Severity.INFO
    return level
