"""Read the sheet `Đối chiếu năm trước`: what became of last year's groups and criteria, edge by edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

from tdp_xlsx import layout
from tdp_xlsx.findings import template as rules
from tdp_xlsx.links import (
    ALONE,
    BEGINS,
    CODE_DIFFERS,
    DIVIDES,
    ENDS,
    JOINS,
    Change,
    CriterionChange,
    GroupChange,
    Link,
    Links,
)
from tdp_xlsx.template.page import find_header
from tdp_xlsx.template.read_settings import NotReadError, read_date
from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from tdp_xlsx.template.page import Page

_Rows = list[tuple[int, tuple[str, str]]]
_Edges = tuple[dict[str, _Rows], dict[str, _Rows]]
"""By last year's code and by this year's, each row that names it with its two codes."""


@dataclass(frozen=True, slots=True)
class _Table(Generic[Change]):
    """One of the two tables: its rows, the column of each heading, its words, and this year's codes by their key."""

    page: Page
    rows: range
    columns: Mapping[str, int]
    headings: tuple[str, ...]
    words: Mapping[str, Change]
    home: str
    codes: Mapping[str, str]

    def word(self, among: Collection[object]) -> str:
        """Return the table's own word of a sort."""
        return next(word for word in self.words.values() if word in among)


def read_links(page: Page, groups: Sequence[str], criteria: Sequence[str]) -> Links:
    """Read both tables; rows that only list a code of last year say nothing."""
    both = (layout.GROUP_LINK_HEADINGS, layout.CRITERION_LINK_HEADINGS)
    headers = [find_header(page, headings, searched=page.height) for headings in both]
    ends = [header.row for header in headers if header] + [page.height + 1]

    def read(which: int, words: type[Change], home: str, codes: Sequence[str]) -> tuple[Link[Change], ...]:
        header = headers[which]
        if header is None:
            return ()
        rows = range(header.row + 1, min(row for row in ends if row > header.row))
        keys = {match_key(word): word for word in words}
        by_key = {code.casefold(): code for code in codes}
        return _read_table(_Table(page, rows, header.columns, both[which], keys, home, by_key))

    return Links(
        read(0, GroupChange, layout.REGISTER, groups), read(1, CriterionChange, layout.FORM, criteria), are_laid=True
    )


def _read_table(table: _Table[Change]) -> tuple[Link[Change], ...]:
    found = table.page.found
    begun = len(found)
    links = [link for row in table.rows if (link := _read_row(table, row))]
    reported = {finding.place.cell for finding in found[begun:]}
    edges = _edges(table)
    changes = {link.row: link.change for link in links}
    for link in links:
        if not any(table.page.cell(link.row, column) in reported for column in table.columns.values()):
            _hold_against_others(table, link, edges, changes)
    found[begun:] = sorted(found[begun:], key=lambda one: int("".join(filter(str.isdigit, one.place.cell or ""))))
    return tuple(links)


def _edges(table: _Table[Change]) -> _Edges:
    """Return the rows that say something, even in a word that was not read: what they lack is told there."""
    sides: _Edges = {}, {}
    old, new, said = (table.columns[heading] for heading in table.headings[:3])
    for row in table.rows:
        edge = row, (table.page.text(row, old).casefold(), table.page.text(row, new).casefold())
        for side, code in zip(sides, edge[1], strict=True):
            if code and (edge[1][1] or table.page.text(row, said)):
                side.setdefault(code, []).append(edge)
    return sides


def _read_row(table: _Table[Change], row: int) -> Link[Change] | None:
    page, columns = table.page, table.columns
    _, new, said, basis, *rest = (columns[heading] for heading in table.headings)
    if not any(page.text(row, column) for column in (new, said, basis, *rest[:1])):
        return None
    since = _since(page, row, rest[0]) if rest else None
    word = table.words.get(match_key(page.text(row, said)))
    if word is None:
        rule = rules.LINK_WORD_UNKNOWN if page.text(row, said) else rules.LINK_WORD_MISSING
        choices = "; ".join(table.words.values())
        page.report(rule, row, said, heading=table.headings[2], value=page.text(row, said), choices=choices)
        return None
    before = _code(table, row, 0, word, needed=word not in BEGINS)
    now = _code(table, row, 1, word, needed=word not in ENDS)
    if now and word not in ENDS and isinstance(page.value(row, new), str):
        if now.casefold() not in table.codes:
            details = {"heading": table.headings[1], "code": now, "home": table.home, "ended": table.word(ENDS)}
            page.report(rules.LINK_CODE_UNKNOWN, row, new, **details)
        now = table.codes.get(now.casefold(), now)
    note = page.lines(row, rest[1]) if rest else ""
    return Link(before, now, word, row, page.lines(row, basis), since, note)


def _code(table: _Table[Change], row: int, which: int, word: str, *, needed: bool) -> str:
    page, heading = table.page, table.headings[which]
    column = table.columns[heading]
    code = page.text(row, column)
    if needed and not code:
        page.report(rules.LINK_CODE_MISSING, row, column, word=word, heading=heading)
    elif code and not needed:
        page.report(rules.LINK_CODE_EXTRA, row, column, word=word, heading=heading, code=code)
    elif code and not isinstance(page.value(row, column), str):
        page.report(rules.LINK_CODE_NUMERIC, row, column, heading=heading, code=code)
    return code


def _since(page: Page, row: int, column: int) -> dt.date | None:
    try:
        return read_date(page.value(row, column))
    except NotReadError as fault:
        page.report(rules.DATE_BAD, row, column, label=layout.SINCE, value=fault.args[0])
        return None


def _hold_against_others(
    table: _Table[Change], link: Link[Change], edges: _Edges, changes: Mapping[int, Change]
) -> None:
    """Report what an edge says against the others, once where both of two are wrong: at the later one."""
    page = table.page
    old, new, said = (table.columns[heading] for heading in table.headings[:3])
    pair = link.before.casefold(), link.now.casefold()
    same_before: _Rows = edges[0].get(pair[0], [])
    same_now: _Rows = edges[1].get(pair[1], [])
    twin = next(row for row, codes in (*same_before, *same_now) if codes == pair)
    near = [
        (row, column)
        for column, same in ((old, same_before), (new, same_now))
        for row, _ in same
        if row < link.row or (row > link.row and changes.get(row) not in ALONE)
    ]
    details: dict[str, object] = {"word": link.change, "before": link.before, "now": link.now}
    if twin != link.row:
        page.report(rules.LINK_TWICE, link.row, old, other=page.cell(twin, old), **details)
    elif link.change in ALONE and near:
        details |= {"joined": table.word(JOINS), "divided": table.word(DIVIDES), "other": page.cell(*near[0])}
        page.report(rules.LINK_NOT_ALONE, link.row, said, code=page.text(*near[0]), **details)
    elif link.change in JOINS and len({codes[0] for _, codes in same_now}) == 1:
        page.report(rules.LINK_ONE_BEFORE, link.row, said, code=link.now, **details)
    elif link.change in DIVIDES and len({codes[1] for _, codes in same_before}) == 1:
        page.report(rules.LINK_ONE_NOW, link.row, said, code=link.before, **details)
    elif CODE_DIFFERS.get(link.change) is (pair[0] == pair[1]):
        how = "giống nhau" if pair[0] == pair[1] else "khác nhau"
        page.report(rules.LINK_CODES_CONTRADICT, link.row, said, how=how, **details)
