"""Whose a returned form is, and whether its rows are this plan's: from its identity, or from what is printed alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tdp_xlsx import identity as id_
from tdp_xlsx import layout
from tdp_xlsx.findings import files as rules
from tdp_xlsx.identity import text_hash
from tdp_xlsx.intake.locate import Claims
from tdp_xlsx.model import Place, Severity
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.text import display, match_key, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.identity import Identity
    from tdp_xlsx.intake.expected import Expected
    from tdp_xlsx.intake.locate import Located
    from tdp_xlsx.model import Criterion, Finding, Group, Plan


_OLD_LIMIT = 255
"""Characters some programs keep of a text in ``.xls``."""
_CHANGED = "changed"
_FILLED = (layout.YES_COLUMN, layout.NO_COLUMN, layout.ANSWER)


@dataclass(frozen=True, slots=True)
class _Form:
    """What the check of each row needs: the form, what it said of its criteria when it was made, and where it lies."""

    expected: Expected
    located: Located
    hashes: Mapping[str, str]
    is_of_other_criteria: bool
    keyed_rows: frozenset[int]
    place: Place


def _check_rows(
    expected: Expected, located: Located, claims: Claims, group: Group, place: Place
) -> tuple[list[Finding], frozenset[str]]:
    """Return what is wrong with the rows, and the codes of the criteria whose rows can be trusted."""
    plan = expected.plan
    keyed = frozenset(row for positions in located.keys.values() for row, _ in positions)
    form = _Form(expected, located, claims.hashes, claims.fingerprint not in {"", plan.fingerprint}, keyed, place)
    findings = [
        rules.KEY_IS_NUMBER.at(replace(place, cell=cell), cell=cell, value=value)
        for cell, value in located.number_keys()
    ]
    changed: list[Criterion] = []
    trusted: set[str] = set()
    for criterion in plan.criteria:
        found = _check_row(form, criterion)
        if found is None:
            trusted.add(criterion.code)
        elif isinstance(found, str):
            changed.append(criterion)
        else:
            findings.append(found)
    gone = [code for code in located.keys if code not in plan.by_code]
    if not claims.hashes and not form.is_of_other_criteria:
        findings += [_unknown(form, code) for code in gone]
        gone = []
    findings += [_unknown(form, code) for code in gone if claims.hashes and code not in claims.hashes]
    ask = [criterion.label for criterion in changed if plan.applies(criterion, group)]
    if ask:
        findings.append(rules.OTHER_CRITERIA.at(place, labels=", ".join(ask)))
    others = [c.label for c in changed if not plan.applies(c, group)] + [c for c in gone if c in claims.hashes]
    if others and not ask:
        findings.append(rules.CRITERIA_CHANGED.at(place, labels=", ".join(others)))
    if located.by_text and located.key_column:
        labels = ", ".join(plan.by_code[code].label for code in plan.by_code if code in located.by_text)
        findings.append(rules.ROWS_BY_TEXT.at(place, labels=labels))
    column = located.columns[layout.TEXT]
    own = {c.code: located.sheet.text(located.row(c.code), column) for c in plan.criteria if c.code in trusted}
    cut = [c.label for c in plan.criteria if len(own.get(c.code, "")) == _OLD_LIMIT and _is_cut(own[c.code], c.text)]
    if cut:
        findings.append(rules.TEXT_CUT.at(place, labels=", ".join(cut)))
    return findings, frozenset(trusted)


def _is_cut(found: str, text: str) -> bool:
    """Whether a text is the beginning of another, cut where writers of the old .xls format cut."""
    return len(found) == _OLD_LIMIT < len(text) and display(text).startswith(display(found))


def _unknown(form: _Form, code: str) -> Finding:
    cell = cell_name(*form.located.keys[code][0])
    return rules.CRITERION_UNKNOWN.at(replace(form.place, cell=cell), key=layout.KEY_PREFIX + code)


def _check_row(form: _Form, criterion: Criterion) -> Finding | str | None:
    """Return what is wrong with one criterion's row; `_CHANGED` if the office changed it since the form was made."""
    located, code, label = form.located, criterion.code, criterion.label
    positions = located.keys.get(code, ())
    if not positions:
        added_since = code not in form.hashes if form.hashes else form.is_of_other_criteria
        place = replace(form.place, criterion=code)
        return _CHANGED if added_since else rules.CRITERION_MISSING.at(place, label=label, text=display(criterion.text))
    row, column = positions[0][0], located.columns[layout.TEXT]
    copies = _copies(form, code)
    if len(positions) > 1 or copies:
        place = replace(form.place, criterion=code, cell=cell_name(*positions[0]))
        cells = ", ".join(cell_name(row, column) for row in sorted({row for row, _ in positions} | set(copies)))
        return rules.CRITERION_DOUBLED.at(place, label=label, cells=cells)
    found = located.sheet.text(row, column)
    if match_key(found) == form.expected.text_keys[code] or _is_cut(found, criterion.text):
        return None
    was = form.hashes.get(code)
    if was == text_hash(found) or (was is None and form.is_of_other_criteria):
        return _CHANGED
    cell = cell_name(row, column)
    return rules.CRITERION_REWORDED.at(
        replace(form.place, criterion=code, cell=cell),
        label=label,
        cell=cell,
        found=display(found),
        expected=display(criterion.text),
    )


def _copies(form: _Form, code: str) -> list[int]:
    """Return the rows without a key that hold the criterion's text, and something where an answer stands."""
    located, rows = form.located, form.located.text_rows.get(code, ())
    if len(rows) - (located.row(code) in rows) < 1 or not form.expected.is_alone(code):
        return []
    return [
        row
        for row in rows
        if row not in form.keyed_rows
        and any(located.sheet.text(row, located.columns[heading]).strip() for heading in _FILLED)
    ]


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTH, _ASSESSMENT = match_key("tháng"), match_key("đánh giá")
_ASSESSED = re.compile(rf"(?<!{_MONTH} \d )(?<!{_MONTH} \d\d )\bnăm(?: {_ASSESSMENT})?:? ((?:19|20)\d\d)\b")
"""A year in a title or caption of the form, but for one in a date."""
_LONGEST_NAME = 60
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
    if printed := _other_name(expected, located, group):
        found = rules.OTHER_NAME.at(place, printed=printed, code=group.code, name=group.name)
        return Identified(identity, group, (found,))
    if year := _other_year(plan, located.texts_around(below=False)):
        found = rules.OTHER_EDITION.at(place, form=year, plan=plan.settings.edition)
        return Identified(identity, group, (found,))
    return _with_rows(expected, located, claims, place, Identified(identity, group, ()))


def _other_name(expected: Expected, located: Located, group: Group) -> str:
    """Return the name of another group that is printed around the table, where the group's own is not; "" if none."""
    named = expected.named(located.texts_around())
    if named:
        return "" if any(group.code in codes for codes in named) else expected.plan.group_by_code[named[0][0]].name
    return one_line(expected.numbered(located.texts_around(below=False), group) or "", _LONGEST_NAME)


def _other_year(plan: Plan, texts: list[str]) -> str:
    """Return the year of assessment that is printed above the table, where this one is not printed; "" if none is."""
    shown = " ".join(map(match_key, texts))
    years = _ASSESSED.findall(shown)
    return "" if str(plan.settings.year) in shown or not years else str(years[0])


def _with_rows(
    expected: Expected, located: Located, claims: Claims, place: Place, identified: Identified
) -> Identified:
    assert identified.group is not None  # noqa: S101 - rows are only checked once it is known whose they are
    found, trusted = _check_rows(expected, located, claims, identified.group, place)
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
