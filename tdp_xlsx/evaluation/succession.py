"""What stood last year behind each of this year's groups and criteria: told by the office, or plainly the same."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic

from tdp_xlsx import layout
from tdp_xlsx.findings import decisions as rules
from tdp_xlsx.links import BEGINS, Change, CriterionChange, GroupChange
from tdp_xlsx.model import Place
from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tdp_xlsx.links import Link
    from tdp_xlsx.model import Finding, Group, Plan
    from tdp_xlsx.submission import LastYear, PastGroup

COMPARED: frozenset[GroupChange | CriterionChange] = frozenset(
    {GroupChange.KEPT, GroupChange.RENAMED, GroupChange.RECODED, CriterionChange.KEPT, CriterionChange.REWORDED}
)
"""Changes after which a group, or a criterion, is still the one it was."""
_TOKENS = re.compile(r"\d+|[^\d\s]+|\s+")


@dataclass(frozen=True, slots=True)
class Origin(Generic[Change]):
    """What stood behind a group or criterion: the codes of last year, and what happened (None: nobody told)."""

    before: tuple[str, ...]
    change: Change | None

    @property
    def same(self) -> str | None:
        """The one code of last year that is compared; None if there is none."""
        return self.before[0] if self.change in COMPARED and len(self.before) == 1 else None


@dataclass(frozen=True, slots=True)
class Succession:
    """Origins by this year's codes, in the plan's order, and what became of what has no successor (None: not told).

    ``criteria`` are those of part II.
    """

    groups: Mapping[str, Origin[GroupChange]]
    criteria: Mapping[str, Origin[CriterionChange]]
    groups_gone: Mapping[str, GroupChange | None]
    criteria_gone: Mapping[str, CriterionChange | None]
    questions: tuple[Finding, ...]


def succession(plan: Plan, last: LastYear) -> Succession:
    """Follow the office's links and, where they say nothing, what is the same; all else becomes a question."""
    groups = _Traced(plan.links.groups, last.group_by_code)
    criteria = _Traced(plan.links.criteria, last.by_code)
    scored = {one.code: one for one in plan.scored}
    old = {one.code: one for one in last.criteria if not one.is_case}

    def same_group(code: str) -> bool:
        before, now = last.group_by_code[code], plan.group_by_code[code]
        return (match_key(before.kind), match_key(before.name)) == (match_key(now.kind), match_key(now.name))

    def same_words(code: str) -> bool:
        return code in old and _years_apart(old[code].text, last.year, scored[code].text, plan.settings.year)

    of_groups = {code: groups.origin(code, same_group, GroupChange.KEPT) for code in plan.group_by_code}
    of_criteria = {code: criteria.origin(code, same_words, CriterionChange.KEPT) for code in scored}
    groups_gone, criteria_gone = groups.gone(last.group_by_code, of_groups), criteria.gone(old, of_criteria)
    questions = [*groups.unknown(last.file), *criteria.unknown(last.file)]
    where = Place(layout.TEMPLATE_PATH, layout.LINKS)
    for code in _open(of_groups):
        namesake = last.group_by_code.get(code) if groups.is_untold(code) else None
        questions.append(_of_group(plan.group_by_code[code], namesake))
    for code in _open(of_criteria):
        rule = rules.CRITERION_REWORDED if criteria.is_untold(code) and code in old else rules.CRITERION_NEW
        questions.append(rule.at(replace(where, criterion=code), label=scored[code].label))
    # What is asked of a namesake of this year is not asked again.
    open_groups = [code for code in _untold(groups_gone) if not (code in of_groups and groups.is_untold(code))]
    open_criteria = [code for code in _untold(criteria_gone) if not (code in of_criteria and criteria.is_untold(code))]
    questions += [rules.GROUP_GONE.at(where, code=code, name=last.group_by_code[code].name) for code in open_groups]
    questions += [rules.CRITERION_GONE.at(where, label=old[code].label) for code in open_criteria]
    return Succession(of_groups, of_criteria, groups_gone, criteria_gone, tuple(questions))


def _open(origins: Mapping[str, Origin[Change]]) -> list[str]:
    return [code for code, origin in origins.items() if origin.change is None]


def _untold(gone: Mapping[str, Change | None]) -> list[str]:
    return [code for code, change in gone.items() if change is None]


class _Traced(Generic[Change]):
    """The links of groups, or of criteria, by the codes of both years; last year's in its own spelling."""

    def __init__(self, links: Sequence[Link[Change]], last: Iterable[str]) -> None:
        self._links: Sequence[Link[Change]] = links
        self._known = {code.casefold(): code for code in last}
        self._into: defaultdict[str, list[Link[Change]]] = defaultdict(list)
        self._out: defaultdict[str, list[Link[Change]]] = defaultdict(list)
        for link in links:
            if link.now:
                self._into[link.now].append(link)
            if link.before:
                self._out[self._known.get(link.before.casefold(), link.before)].append(link)

    def origin(self, code: str, is_same: Callable[[str], bool], kept: Change) -> Origin[Change]:
        """Return what stood behind a code of this year; ``kept`` where nothing is told and it is the same."""
        links = self._into[code]
        before = [self._known[link.before.casefold()] for link in links if link.before.casefold() in self._known]
        if links:
            complete = len(before) == sum(bool(link.before) for link in links)
            return Origin(tuple(before), links[0].change if complete else None)
        if code in self._known.values() and not self._out[code] and is_same(code):
            return Origin((code,), kept)
        return Origin((), None)

    def is_untold(self, code: str) -> bool:
        """Whether nothing is told of a code, of either year."""
        return not self._into[code] and not self._out[code]

    def gone(self, last: Mapping[str, object], origins: Mapping[str, Origin[Change]]) -> Mapping[str, Change | None]:
        """Return what has no successor, and what happened to it."""
        used = {code for origin in origins.values() for code in origin.before}
        return {code: self._out[code][0].change if self._out[code] else None for code in last if code not in used}

    def unknown(self, file: str) -> Iterator[Finding]:
        """Yield a finding for each link that names a code which last year's workbook does not have."""
        for link in self._links:
            if link.change not in BEGINS and link.before.casefold() not in self._known:
                place = Place(layout.TEMPLATE_PATH, layout.LINKS, f"A{link.row}")
                yield rules.LINK_NOT_THERE.at(place, row=link.row, file=file, code=link.before)


def _of_group(group: Group, before: PastGroup | None) -> Finding:
    place = Place(layout.TEMPLATE_PATH, layout.LINKS, group=group.code)
    if before is None:
        return rules.GROUP_NEW.at(place, code=group.code, name=group.name)
    details = {"before": before.name, "kind_before": before.kind, "now": group.name, "kind": group.kind}
    return rules.GROUP_CHANGED.at(place, code=group.code, **details)


def _years_apart(before: str, last: int, now: str, year: int) -> bool:
    """Whether two texts say the same, each perhaps with its own year in the same place."""
    pairs = [_TOKENS.findall(match_key(text)) for text in (before, now)]
    return len(pairs[0]) == len(pairs[1]) and all(
        one == other or (one, other) == (str(last), str(year)) for one, other in zip(*pairs, strict=True)
    )
