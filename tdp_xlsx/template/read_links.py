"""Read the sheets that join two codes: `Quan hệ tiêu chí`, and `Đối chiếu năm trước`, of what was and what is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic

from tdp_xlsx import layout
from tdp_xlsx.findings import template as rules
from tdp_xlsx.links import ALONE, BEGINS, CODE_DIFFERS, DIVIDES, ENDS, JOINS, Change, Link, Links
from tdp_xlsx.links import CriterionChange as Criterion
from tdp_xlsx.links import GroupChange as Group
from tdp_xlsx.model import Relation, Severity
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.template.page import find_header
from tdp_xlsx.template.read_settings import NotReadError, read_date
from tdp_xlsx.text import match_key, read_word

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from tdp_xlsx.findings import Rule
    from tdp_xlsx.template.page import Page

_EMPTY = "(để trống)"
_LEVELS = {match_key(layout.TO_CLEAR): Severity.WARNING, match_key(layout.REMARK): Severity.INFO}
_SEVERAL = ((0, DIVIDES), (1, JOINS))
_Beside = dict[tuple[int, str], list[tuple[int, str, StrEnum | None]]]
"""By side (0 before, 1 now) and code: the rows that name it, with the code of the other side and the word."""


@dataclass(frozen=True, slots=True)
class _Table(Generic[Change]):
    """One of the two tables: headings and their columns, words by their key, this year's codes by theirs."""

    page: Page
    headings: tuple[str, ...]
    columns: tuple[int, ...]
    words: Mapping[str, Change]
    home: str
    codes: Mapping[str, str]
    numeric: Rule


def read_links(page: Page, groups: Sequence[str], criteria: Sequence[str]) -> Links:
    """Read both tables; rows that only list a code of last year say nothing."""
    both = (layout.GROUP_LINK_HEADINGS, layout.CRITERION_LINK_HEADINGS)
    headers = [find_header(page, headings, searched=page.height) for headings in both]
    ends = [*(header.row for header in headers if header), page.height + 1]

    def read(
        which: int, words: type[Change], home: str, codes: Sequence[str], numeric: Rule
    ) -> tuple[Link[Change], ...]:
        if (header := headers[which]) is None:
            return ()
        columns = tuple(header.columns[heading] for heading in both[which])
        by_word, by_code = {match_key(word): word for word in words}, {code.casefold(): code for code in codes}
        table = _Table(page, both[which], columns, by_word, home, by_code, numeric)
        return _read_table(table, range(header.row + 1, min(row for row in ends if row > header.row)))

    of_groups = read(0, Group, layout.REGISTER, groups, rules.GROUP_CODE_NUMERIC)
    return Links(of_groups, read(1, Criterion, layout.FORM, criteria, rules.CRITERION_CODE_NUMERIC))


def _read_table(table: _Table[Change], rows: range) -> tuple[Link[Change], ...]:
    found, begun = table.page.found, len(table.page.found)
    # A row whose word was not read counts beside the others too: what it lacks is told there.
    beside: _Beside = defaultdict(list)
    links = []
    faulty = set()
    for row in rows:
        texts = [table.page.text(row, column) for column in table.columns[:5]]
        if not any(texts[1:]):
            continue
        so_far = len(found)
        link = _read_row(table, row, texts)
        if link:
            links.append(link)
        if len(found) > so_far:
            faulty.add(row)
        for side in (0, 1):
            beside[side, texts[side].casefold()].append(
                (row, texts[1 - side].casefold(), link.change if link else None)
            )
    for link in links:
        if link.row not in faulty:
            _hold_against_others(table, link, beside)
    found[begun:] = sorted(found[begun:], key=lambda one: int("".join(filter(str.isdigit, one.place.cell or ""))))
    return tuple(links)


def _read_row(table: _Table[Change], row: int, texts: Sequence[str]) -> Link[Change] | None:
    page, columns, word = table.page, table.columns, table.words.get(match_key(texts[2]))
    if word is None:
        value, choices = texts[2] or _EMPTY, "; ".join(table.words.values())
        page.report(rules.LINK_WORD_UNKNOWN, row, columns[2], heading=table.headings[2], value=value, choices=choices)
        return None
    for column, heading, code, none in zip(columns, table.headings, texts, (BEGINS, ENDS), strict=False):
        details = {"word": word, "heading": heading, "code": code, "home": table.home}
        if bool(code) is (word in none):
            page.report(rules.LINK_CODE_EXTRA if code else rules.LINK_CODE_MISSING, row, column, **details)
        elif code and not isinstance(page.value(row, column), str):
            page.report(table.numeric, row, column, **details)
        elif code and none is ENDS and code.casefold() not in table.codes:
            page.report(rules.LINK_CODE_UNKNOWN, row, column, **details)
    now = table.codes.get(texts[1].casefold(), texts[1])
    links_groups = layout.SINCE in table.headings
    since = _since(page, row, columns[4]) if links_groups else None
    note = page.lines(row, columns[5]) if links_groups else ""
    return Link(texts[0], now, word, row, page.lines(row, columns[3]), since, note)


def _since(page: Page, row: int, column: int) -> dt.date | None:
    try:
        return read_date(page.value(row, column))
    except NotReadError as fault:
        page.report(rules.DATE_BAD, row, column, label=layout.SINCE, value=fault.args[0])
        return None


def _hold_against_others(table: _Table[Change], link: Link[Change], beside: _Beside) -> None:
    """Report what is wrong beside the other edges, once where both of two are wrong: at the later one."""
    keys = link.before.casefold(), link.now.casefold()
    same = [beside[side, key] if key else [] for side, key in enumerate(keys)]
    twin = next(row for side in (0, 1) for row, other, _ in same[side] if other == keys[1 - side])
    near = [
        (row, side)
        for side in (0, 1)
        for row, other, change in same[side]
        if other != keys[1 - side] and (row < link.row or change not in ALONE)
    ]
    rule, column, where = None, 2, ""
    if twin != link.row:
        rule, column, where = rules.LINK_TWICE, 0, cell_name(twin, table.columns[0])
    elif link.change in ALONE and near:
        row, side = near[0]
        rule, where = rules.LINK_NOT_ALONE, cell_name(row, table.columns[side])
    elif any(link.change in words and len({key for _, key, _ in same[side]}) == 1 for side, words in _SEVERAL):
        rule = rules.LINK_OF_ONE
    elif CODE_DIFFERS.get(link.change) is (keys[0] == keys[1]):
        rule = rules.LINK_CODES_CONTRADICT
    if rule:
        details = {"word": link.change, "before": link.before, "now": link.now, "other": where}
        table.page.report(rule, link.row, table.columns[column], **details)


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
