"""Whose a returned form is, and whether it is one of this plan: from its identity, or from what is printed alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tdp_xlsx import identity as id_
from tdp_xlsx.findings import files as rules
from tdp_xlsx.intake.claims import Claims
from tdp_xlsx.intake.rows import check_rows
from tdp_xlsx.model import Place, Severity
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from tdp_xlsx.identity import Identity
    from tdp_xlsx.intake.expected import Expected
    from tdp_xlsx.intake.locate import Located
    from tdp_xlsx.model import Finding, Group, Plan

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PERIOD = re.compile(r"\b(?:19|20)\d\d \(([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Identified:
    """Whose a form is, as far as it can be told, and what speaks against taking it (errors) or is to be known.

    ``trusted`` holds the codes of the criteria whose rows are the plan's own, so that their answers can be taken even
    where the form as a whole cannot.
    """

    identity: Identity | None
    group: Group | None
    findings: tuple[Finding, ...]
    trusted: frozenset[str] = frozenset()

    @property
    def is_accepted(self) -> bool:
        """Whether the form is the group's, of this edition, with the plan's criteria."""
        return self.group is not None and all(finding.severity is not Severity.ERROR for finding in self.findings)


def identify(expected: Expected, located: Located, claims: Claims, file: str) -> Identified:
    """Tell whose a form is, and whether its rows are the plan's."""
    plan, place = expected.plan, Place(file, located.sheet.name)
    if not claims.identities:
        return _by_print(expected, located, place)
    first_place, identity = claims.identities[0]
    for other_place, other in claims.identities[1:]:
        if other != identity:
            found = rules.IDENTITY_DISAGREES.at(
                place,
                first_place=first_place,
                first=_differing(identity, other),
                second_place=other_place,
                second=_differing(other, identity),
            )
            return Identified(None, plan.group_by_code.get(claims.group or ""), (found,))
    if identity.version != id_.VERSION:
        found = rules.OTHER_VERSION.at(place, form=identity.version, program=id_.VERSION)
        return Identified(identity, plan.group_by_code.get(identity.group), (found,))
    if identity.edition != plan.settings.edition:
        found = rules.OTHER_EDITION.at(place, form=identity.edition, plan=plan.settings.edition)
        return Identified(identity, plan.group_by_code.get(identity.group), (found,))
    group = plan.group_by_code.get(identity.group)
    if group is None:
        return Identified(identity, None, (rules.UNKNOWN_GROUP.at(place, code=identity.group),))
    place = replace(place, group=group.code)
    named = expected.named(located.texts_around())
    if named and not any(group.code in codes for codes in named):
        printed = plan.group_by_code[named[0][0]]
        found = rules.OTHER_NAME.at(place, printed=printed.name, code=group.code, name=group.name)
        return Identified(identity, group, (found,))
    return _with_rows(expected, located, claims, place, Identified(identity, group, ()))


def _with_rows(
    expected: Expected, located: Located, claims: Claims, place: Place, identified: Identified
) -> Identified:
    assert identified.group is not None  # noqa: S101 - rows are only checked once it is known whose they are
    found, trusted = check_rows(expected, located, claims, identified.group, place)
    return replace(identified, findings=(*identified.findings, *found), trusted=trusted)


def _differing(one: Identity, other: Identity) -> str:
    """Say the first thing an identity says otherwise than another."""
    for word, mine, theirs in (
        ("đơn vị", one.group, other.group),
        ("kỳ đánh giá", one.edition, other.edition),
        ("lần gửi", str(one.number), str(other.number)),
        ("bộ tiêu chí", one.fingerprint, other.fingerprint),
    ):
        if mine != theirs:
            return f"{word} {mine}"
    return f"dạng bảng {one.version}"


def _by_print(expected: Expected, located: Located, place: Place) -> Identified:
    """Identify a form of which only the printed texts are left: accepted if nothing in it is ambiguous."""
    plan = expected.plan
    texts = located.texts_around()
    named = expected.named(texts)
    group = plan.group_by_code[named[0][0]] if len(named) == 1 and len(named[0]) == 1 else None
    other = _other_edition(plan, texts)
    if other is not None:
        if not other:
            return Identified(None, group, (rules.IDENTITY_LOST.at(place),))
        found = rules.OTHER_EDITION.at(place, form=other, plan=plan.settings.edition)
        return Identified(None, group, (found,))
    if group is None:
        return Identified(None, None, (rules.IDENTITY_LOST.at(place),))
    identity = id_.identity_of(plan, group)
    place = replace(place, group=group.code)
    note = rules.BY_PRINT.at(place, name=group.name)
    return _with_rows(expected, located, Claims(), place, Identified(identity, group, (note,)))


def _other_edition(plan: Plan, texts: list[str]) -> str | None:
    """Return the edition printed texts name if it is not the plan's, "" if they name none, None if it is the plan's."""
    shown = [display(text) for text in texts]
    years = {year for text in shown for year in _YEAR.findall(text)}
    periods = {match_key(period) for text in shown for period in _PERIOD.findall(text)}
    if not years:
        return ""
    if str(plan.settings.year) not in years:
        return ", ".join(sorted(years))
    label = match_key(plan.period_label)
    if not label:
        return f"{plan.settings.year} ({', '.join(sorted(periods))})" if periods else None
    return None if label in periods else str(plan.settings.year)
