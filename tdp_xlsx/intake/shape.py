"""What a sheet's rows say that hangs neither on the file nor on the answers: headings, keys, texts; and where.

Forms of one plan differ in few rows, and hardly ever in this: what was made out once is remembered by the rows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx import identity as id_
from tdp_xlsx import layout
from tdp_xlsx.reading.usual import REMEMBERED
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.reading.cells import Line, Position, Sheet, Value

_HEADINGS = {match_key(heading): heading for heading in layout.FORM_HEADINGS}
_NEEDED = (layout.TEXT, layout.YES_COLUMN, layout.NO_COLUMN, layout.ANSWER)
_ENOUGH = 4  # headings in one row that make it the heading row


class _Row(NamedTuple):
    """What one row holds, each with its column: headings, keys of criteria, keys of inputs, an identity's beginning.

    ``tokens``: the columns of what looks like a form's token. ``names_version``: whether it is the row of the hidden
    sheet that names the version.
    """

    headings: tuple[tuple[str, int], ...] = ()
    keys: tuple[tuple[str, int], ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    tokens: tuple[int, ...] = ()
    names_version: bool = False


_NOTHING = _Row()


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What stands where on a sheet; the same object for sheets that are alike in this.

    ``heading_row`` and ``columns``: where the form's headings are (0 without), by heading; ``wrong``: those of them
    that are missing or stand there twice. ``key_column``: the column that holds the criteria's keys (0 without any);
    ``keys``: the positions of each, by code; what looks like a key elsewhere is something a leader wrote. ``inputs``:
    row, field and heading of what the leader is asked for beside the answers. ``tokens``: where something looks like a
    form's token. ``is_identity``: whether it may be the hidden sheet with the form's identity.
    """

    heading_row: int
    columns: Mapping[str, int]
    wrong: tuple[str, ...]
    key_column: int
    keys: Mapping[str, tuple[Position, ...]]
    inputs: tuple[tuple[int, str, str], ...]
    tokens: tuple[Position, ...]
    is_identity: bool


def shape_of(sheet: Sheet) -> Shape:
    """Make out what stands where on a sheet."""
    rows = tuple(map(_of_line, sheet.lines)) or tuple(map(_of_values, sheet.rows))
    return _remembered_shape(rows) if len(rows) <= _WORTH_REMEMBERING else _shape(rows)


@lru_cache(maxsize=REMEMBERED)
def _of_line(line: Line) -> _Row:
    return _of_values(line.values)


def _of_values(values: tuple[Value, ...]) -> _Row:
    texts = [(value, column) for column, value in enumerate(values, 1) if isinstance(value, str) and value]
    if not texts:
        return _NOTHING
    first = values[0]
    return _Row(
        tuple((_HEADINGS[key], column) for text, column in texts if (key := match_key(text)) in _HEADINGS),
        tuple(
            (display(text).removeprefix(layout.KEY_PREFIX), column)
            for text, column in texts
            if layout.KEY_PREFIX in text and text.lstrip().startswith(layout.KEY_PREFIX)
        ),
        tuple(
            (field, heading)
            for text, _ in texts
            if text.startswith(layout.INPUT_PREFIX)
            for field, _, heading in (one.partition("|") for one in text.removeprefix(layout.INPUT_PREFIX).split(";"))
        ),
        tuple(column for text, column in texts if text.startswith(id_.TOKEN_PREFIX)),
        isinstance(first, str) and first.strip() == id_.VERSION_FIELD,
    )


def _shape(rows: tuple[_Row, ...]) -> Shape:
    heading_row, columns, wrong = _headings(rows)
    key_column, keys = _keys(rows)
    return Shape(
        heading_row,
        columns,
        wrong,
        key_column,
        keys,
        tuple((number, *one) for number, row in enumerate(rows, 1) for one in row.inputs),
        tuple((number, column) for number, row in enumerate(rows, 1) for column in row.tokens),
        any(row.names_version for row in rows),
    )


_WORTH_REMEMBERING = 1_000  # rows
_remembered_shape = lru_cache(maxsize=256)(_shape)


def _headings(rows: Iterable[_Row]) -> tuple[int, Mapping[str, int], tuple[str, ...]]:
    best: tuple[tuple[str, int], ...] = ()
    best_row = 0
    for number, row in enumerate(rows, 1):
        if len({heading for heading, _ in row.headings}) > len({heading for heading, _ in best}):
            best, best_row = row.headings, number
    counts = Counter(heading for heading, _ in best)
    if len(counts) < _ENOUGH:
        return 0, {}, _NEEDED
    wrong = [h for h in _NEEDED if counts[h] != 1] + [h for h in counts if counts[h] > 1 and h not in _NEEDED]
    return best_row, dict(best), tuple(wrong)


def _keys(rows: Iterable[_Row]) -> tuple[int, Mapping[str, tuple[Position, ...]]]:
    found = [(code, (number, column)) for number, row in enumerate(rows, 1) for code, column in row.keys]
    if not found:
        return 0, {}
    ((column, _),) = Counter(position[1] for _, position in found).most_common(1)
    keys: dict[str, tuple[Position, ...]] = {}
    for code, position in found:
        if position[1] == column:
            keys[code] = (*keys.get(code, ()), position)
    return column, keys
