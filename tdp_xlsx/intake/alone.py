"""A form read without the template it was made from: by the keys, texts and identity it brings itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tdp_xlsx import identity as id_
from tdp_xlsx import layout
from tdp_xlsx.intake.expected import Expected
from tdp_xlsx.intake.understand import understand
from tdp_xlsx.model import ALL_GROUPS, CASES, Criterion, Group, Plan, Settings
from tdp_xlsx.reading.cells import as_text
from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tdp_xlsx.identity import Identity
    from tdp_xlsx.intake.understand import Understood
    from tdp_xlsx.reading.cells import Book, Sheet
    from tdp_xlsx.submission import InboxFile

_NEEDED = (layout.TEXT, layout.YES_COLUMN, layout.NO_COLUMN, layout.ANSWER)


def heading_row(sheet: Sheet, headings: Sequence[str]) -> tuple[int, Mapping[str, int]] | None:
    """Return the first row (from 1) that has all these headings, and their columns; None if there is none."""
    wanted = {match_key(heading): heading for heading in headings}
    for row, values in enumerate(sheet.rows, start=1):
        found: dict[str, int] = {}
        for column, value in enumerate(values, start=1):
            if isinstance(value, str) and value and (heading := wanted.get(match_key(value))):
                found.setdefault(heading, column)
        if len(found) == len(wanted):
            return row, found
    return None


def understand_alone(file: InboxFile, book: Book) -> tuple[Understood, ...]:
    """Understand forms by themselves; none where no sheet has a form's headings and keys, or nothing says whose."""
    identities = list(filter(None, _identities(book)))
    criteria = next(filter(None, map(_criteria, book.sheets)), ())
    if not identities or not criteria:
        return ()
    year, _, period = identities[0].edition.partition("-")
    settings = Settings("", "", int(year) if year.isdecimal() else 0, period, "", "", None, "", "", "")
    groups = tuple(Group(code, "", code) for code in dict.fromkeys(one.group for one in identities))
    plan = Plan(settings, groups, (), criteria, period_label=period)
    return understand(Expected(plan), file, book)


def _identities(book: Book) -> list[Identity | None]:
    """Return what the document property, the hidden sheet and the cells say of whose form it is."""
    found = [id_.parse_token(book.properties.get(id_.PROPERTY, ""))]
    for sheet in book.sheets:
        found.append(id_.parse_fields({as_text(row[0]): as_text(row[1]) for row in sheet.rows if len(row) > 1}))
        found += [id_.parse_token(value) for row in sheet.rows for value in row if isinstance(value, str)]
    return found


def _criteria(sheet: Sheet) -> tuple[Criterion, ...]:
    """Return the criteria a form's sheet holds, by their keys; what does not apply to its group applies to nobody."""
    head = heading_row(sheet, _NEEDED)
    if head is None:
        return ()
    first, columns = head
    keys = [
        (row, column, value.removeprefix(layout.KEY_PREFIX))
        for row, values in enumerate(sheet.rows[first:], start=first + 1)
        for column, value in enumerate(values, start=1)
        if isinstance(value, str) and value.startswith(layout.KEY_PREFIX)
    ]
    usual = Counter(column for _, column, _ in keys).most_common(1)
    found: dict[str, Criterion] = {}
    for row, column, code in keys:
        if column == usual[0][0] and code not in found:
            is_asked = match_key(sheet.text(row, columns[layout.ANSWER])) != match_key(layout.NOT_APPLICABLE)
            part = CASES if code.startswith(f"{CASES}.") else ""
            text = sheet.text(row, columns[layout.TEXT])
            found[code] = Criterion(code, code, code, part, "", text, ALL_GROUPS if is_asked else "–")
    return tuple(found.values())
