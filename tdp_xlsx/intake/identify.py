"""Whether a returned form is one of this plan: its identity, the printed name, and every criterion's row and text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import files as rules
from tdp_xlsx.identity import text_hash
from tdp_xlsx.model import Place
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.identity import Identity
    from tdp_xlsx.intake.locate import Claims, Located
    from tdp_xlsx.model import Criterion, Finding, Group, Plan


def check_identity(
    plan: Plan, located: Located, claims: Claims, file: str
) -> tuple[Identity | None, tuple[Finding, ...]]:
    """Return the one identity a form claims, and why it cannot be taken (nothing: it can)."""
    place = Place(file, located.sheet.name)
    if not claims.identities:
        return None, (rules.IDENTITY_LOST.at(place),)
    identity = claims.identities[0]
    for other in claims.identities[1:]:
        if other != identity:
            return None, (rules.IDENTITY_DISAGREES.at(place, first=identity.token, second=other.token),)
    if identity.edition != plan.settings.edition:
        return identity, (rules.OTHER_EDITION.at(place, form=identity.edition, plan=plan.settings.edition),)
    group = plan.group_by_code.get(identity.group)
    if group is None:
        return identity, (rules.UNKNOWN_GROUP.at(place, code=identity.group),)
    place = Place(file, located.sheet.name, group=group.code)
    printed = _other_name(plan, located, group)
    if printed:
        return identity, (rules.OTHER_NAME.at(place, printed=printed, code=group.code, name=group.name),)
    return identity, tuple(_check_rows(plan, located, claims, place))


def _other_name(plan: Plan, located: Located, group: Group) -> str:
    """Return the name of another group printed above the table where this group's is not, or ""."""
    above = [
        match_key(value)
        for row in located.sheet.rows[: located.heading_row - 1]
        for value in row
        if isinstance(value, str)
    ]

    def stands(name: str) -> bool:
        whole = re.compile(rf"(?<!\w){re.escape(match_key(name))}(?!\w)")
        return any(whole.search(text) for text in above)

    if stands(group.name):
        return ""
    others = [other.name for other in plan.groups if other.code != group.code and stands(other.name)]
    return max(others, key=len, default="")


def _check_rows(plan: Plan, located: Located, claims: Claims, place: Place) -> Iterator[Finding]:
    """Yield what keeps the rows from being the plan's: keys turned to numbers, rows missing, doubled, reworded."""
    for cell, value in located.number_keys():
        yield rules.KEY_IS_NUMBER.at(replace(place, cell=cell), cell=cell, value=value)
    changed: list[str] = []
    for criterion in plan.criteria:
        found = _check_row(located, claims, place, criterion)
        if isinstance(found, str):
            changed.append(found)
        elif found is not None:
            yield found
    for code, positions in located.keys.items():
        if code not in plan.by_code and code in claims.hashes:
            changed.append(code)
        elif code not in plan.by_code:
            yield rules.CRITERION_UNKNOWN.at(
                replace(place, cell=cell_name(*positions[0])), key=layout.KEY_PREFIX + code
            )
    if changed:
        yield rules.OTHER_CRITERIA.at(place, labels=", ".join(changed))


def _check_row(located: Located, claims: Claims, place: Place, criterion: Criterion) -> Finding | str | None:
    """Return what is wrong with one criterion's row; its label if the office changed it since the form was made."""
    place = replace(place, criterion=criterion.code)
    label = criterion.label
    positions = located.keys.get(criterion.code, ())
    if not positions:
        added_since = claims.hashes and criterion.code not in claims.hashes
        return label if added_since else rules.CRITERION_MISSING.at(place, label=label)
    place = replace(place, cell=cell_name(*positions[0]))
    if len(positions) > 1:
        cells = ", ".join(cell_name(*position) for position in positions)
        return rules.CRITERION_DOUBLED.at(place, label=label, cells=cells)
    row, column = positions[0][0], located.columns[layout.TEXT]
    found = located.sheet.text(row, column)
    if match_key(found) == match_key(criterion.text):
        return None
    if claims.hashes.get(criterion.code) == text_hash(found):
        return label
    cell = cell_name(row, column)
    return rules.CRITERION_REWORDED.at(
        replace(place, cell=cell), label=label, cell=cell, found=display(found), expected=display(criterion.text)
    )
