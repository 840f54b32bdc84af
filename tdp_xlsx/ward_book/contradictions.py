"""Where a ward workbook says otherwise than its own answers and decisions come to, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.intake.alone import heading_row
from tdp_xlsx.reading.cells import as_text, cell_name
from tdp_xlsx.submission import Contradiction, Final
from tdp_xlsx.text import match_key
from tdp_xlsx.ward_book.tables import CONCERNED, CRITERION, MISSED, STATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tdp_xlsx.evaluation import Evaluation, GroupResult
    from tdp_xlsx.ward_book.tables import Table, Tables

_EXACT = 1e-6


def contradictions(tables: Tables, evaluation: Evaluation) -> Iterator[Contradiction]:
    """Yield each cell that says otherwise than was reckoned: answers first, then what groups and criteria come to."""
    detail, plan = tables.detail, evaluation.plan
    for code, row in tables.groups.items():
        words, asked = evaluation.finals.get(code), plan.group_by_code[code].attributes
        for place, (criterion, column) in enumerate(tables.columns.items()):
            unread = layout.NO_RANK if criterion in asked else layout.ANSWER_WORDS[Final.NOT_APPLICABLE]
            yield from _held(detail, row, column, layout.ANSWER_WORDS[words[place]] if words else unread)
    for one in evaluation.results:
        for heading, value in {STATE: layout.STATES[one.state], **_reckoned(one)}.items():
            yield from _held(detail, tables.groups[one.code], detail.columns[heading], value)
    yield from _of_criteria(tables, evaluation)
    titles = [layout.STANDARD_COLUMN.format(number=standard.number) for standard in plan.standards]
    head = heading_row(tables.ranking.sheet, titles)
    columns = [head[1][title] for title in titles] if head else []
    for one in evaluation.results:
        yield from _ranked(tables, one, columns)


def _of_criteria(tables: Tables, evaluation: Evaluation) -> Iterator[Contradiction]:
    by_label = {one.label: one for one in evaluation.plan.criteria}
    for row, label in tables.unmet.rows(CRITERION):
        if one := by_label.get(label):
            concerned, happened, missed = evaluation.by_criterion[one.code]
            for heading, count in ((CONCERNED, concerned), (MISSED, happened if one.is_case else missed)):
                yield from _held(tables.unmet, row, tables.unmet.columns[heading], count)


def _ranked(tables: Tables, one: GroupResult, standards: Sequence[int]) -> Iterator[Contradiction]:
    """Hold a group's row of ``Xếp hạng``; ``standards`` are the columns of those."""
    ranking, row = tables.ranking, tables.ranked.get(one.code)
    if row is None:
        where = cell_name(ranking.head, ranking.columns[layout.GROUP_CODE])
        yield Contradiction(layout.RANKING, where, f"không có {one.code}", one.code)
        return
    for heading, value in _reckoned(one).items():
        yield from _held(ranking, row, ranking.columns[heading], value)
    for column, (met, whole) in zip(standards if one.is_read else (), one.standards.values(), strict=False):
        yield from _held(ranking, row, column, f"{met}/{whole}")


def _reckoned(one: GroupResult) -> Mapping[str, str | float]:
    """Return what both ``Chi tiết`` and ``Xếp hạng`` say of a group; what was met of one that was read."""
    score: str | float = layout.NO_RANK if one.score is None else 100 * one.points_met / max(1, one.points_applicable)
    found: dict[str, str | float] = {layout.SHARE: score, layout.RANK: one.rank or layout.NO_RANK}
    return {layout.MET: one.met, layout.APPLICABLE: one.applicable, **found} if one.is_read else found


def _held(table: Table, row: int, column: int, value: str | float) -> Iterator[Contradiction]:
    """Yield a cell if it says otherwise."""
    said = table.sheet.at(row, column)
    if value == layout.NO_RANK and said == 0 and not table.sheet.keeps_formulas:
        return  # LibreOffice writes 0 into .xls for a text that comes from a formula in a cell for numbers
    if isinstance(value, str):
        same = match_key(as_text(said)) == match_key(value)
    else:
        same = isinstance(said, int | float) and abs(said - value) < _EXACT
    if not same:
        shown = value if isinstance(value, str) else f"{value:.6g}".replace(".", ",")
        told = f"{said:.6g}".replace(".", ",") if isinstance(said, float) else as_text(said)
        yield Contradiction(table.sheet.name, cell_name(row, column), told, shown)
