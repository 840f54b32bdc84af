"""What a ward workbook says of each group, by headings and codes, whichever program saved it last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.intake.alone import heading_row
from tdp_xlsx.reading.cells import as_text, cell_name
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tdp_xlsx.reading.cells import Book, Sheet, Value

ANSWER, DECISION, STATE, SCORE, RANK = WHAT = ("answer", "decision", "state", "score", "rank")
SHEETS = (layout.ANSWERS, layout.DETAIL, layout.DECISIONS, layout.RANKING)

Key = tuple[str, str | None, str]
"""Group, criterion (None: the group as a whole), and what of it."""
Fact = tuple[str | float | None, str]
"""A value and the cell it stands in, with its sheet."""

_STATE, _CRITERION, _READ_AS = "Tình trạng", "Mã tiêu chí", "Đọc là"
_ANSWERS = {"": None, "–": None, "Trống": None, "KAD": layout.NOT_APPLICABLE}
_HEADING_ROWS = 4
_PLACES = 9  # of a score, as programs save it


def ward_facts(book: Book) -> Mapping[Key, Fact] | None:
    """Return all that is compared, in the sheets' order; None if it is no ward workbook."""
    sheets = {match_key(sheet.name): sheet for sheet in book.sheets}
    if any(match_key(name) not in sheets for name in SHEETS):
        return None
    answers, detail, decisions, ranking = (sheets[match_key(name)] for name in SHEETS)
    facts = dict(_column(detail, STATE, _STATE))
    facts |= dict(_column(answers, ANSWER, _READ_AS, _CRITERION)) or dict(_answers_of_detail(detail))
    for key, (result, cell) in _column(decisions, DECISION, layout.DECISION_HEADINGS[3], _CRITERION):
        said, at = facts.get(key, (result, cell))
        if result:
            facts[key] = said if said == result else f"{said} / {result}", at
    return facts | dict(_column(ranking, SCORE, layout.SHARE)) | dict(_column(ranking, RANK, layout.RANK))


def _column(sheet: Sheet, what: str, heading: str, criterion: str = "") -> Iterator[tuple[Key, Fact]]:
    """Yield what stands under a heading, by the codes in its row."""
    head = heading_row(sheet, [layout.GROUP_CODE, heading, *filter(None, [criterion])])
    if head is None:
        return
    first, columns = head
    for row in range(first + 1, len(sheet.rows) + 1):
        if group := _text(sheet.at(row, columns[layout.GROUP_CODE])):
            code = _text(sheet.at(row, columns[criterion])) if criterion else None
            cell = f"{sheet.name}!{cell_name(row, columns[heading])}"
            yield (group, code, what), (_value(what, sheet.at(row, columns[heading])), cell)


def _answers_of_detail(detail: Sheet) -> Iterator[tuple[Key, Fact]]:
    """Yield the answers that count, where there are too many for a sheet of all that were read."""
    head = heading_row(detail, (layout.GROUP_CODE, _STATE))
    first = max(0, head[0] - _HEADING_ROWS) if head else 0
    # A hidden row of the headings has the codes; above it stand the criteria as people read them, some with words.
    codes = max(detail.rows[first : first + 2 * _HEADING_ROWS], key=_codes_in, default=()) if head else ()
    for (group, _, _), (_, at) in _column(detail, STATE, _STATE):
        row = int("".join(filter(str.isdecimal, at.rpartition("!")[2])))
        for column, code in enumerate(codes, start=1):
            if code:
                value = _value(ANSWER, detail.at(row, column))
                yield (group, _text(code), ANSWER), (value, f"{detail.name}!{cell_name(row, column)}")


def _codes_in(row: Sequence[Value]) -> int:
    return sum(isinstance(value, str) and "." in value and " " not in value for value in row)


def _value(what: str, value: Value) -> str | float | None:
    if what in {SCORE, RANK}:
        if not isinstance(value, int | float):
            return None
        return int(value) if what == RANK else round(value / 100, _PLACES)
    text = _text(value)
    return _ANSWERS.get(text, text) if what == ANSWER else text or None


def _text(value: Value) -> str:
    return display(as_text(value))
