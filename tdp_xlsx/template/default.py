"""The default template's contents: the package's `plan.toml`, typed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tdp_xlsx.model import ALL_GROUPS, Figure

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class DefaultCriterion:
    """One item as `plan.toml` has it, ``{nam}`` still in its text; ``figure`` is None where its words state none."""

    code: str
    number: str
    text: str
    applies_to: str
    tasks: tuple[str, ...]
    figure: Figure | None
    hint: str


@dataclass(frozen=True, slots=True)
class DefaultStandard:
    """One standard of part II, its printed title and its criteria."""

    number: str
    title: str
    criteria: tuple[DefaultCriterion, ...]


@dataclass(frozen=True, slots=True)
class DefaultGroup:
    """One group of the default register; ``attributes`` are the headings answered Có, the others are Không."""

    code: str
    kind: str
    name: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuideSection:
    """One section of the officer's guide."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DefaultPlan:
    """Everything of the default template.

    ``form`` holds the headings of the two parts, the footnote and the note; ``settings`` values by field name;
    ``tasks`` the titles of the plan's tasks by their number (``III.1.1``); ``relations`` cells by row;
    ``letters`` texts by key.
    """

    form: Mapping[str, str]
    settings: Mapping[str, str | int]
    groups: tuple[DefaultGroup, ...]
    cases: tuple[DefaultCriterion, ...]
    standards: tuple[DefaultStandard, ...]
    tasks: Mapping[str, str]
    relations: tuple[tuple[str, ...], ...]
    letters: Mapping[str, str]
    guide_title: str
    guide_intro: str
    guide: tuple[GuideSection, ...]


@cache
def default_plan() -> DefaultPlan:
    """Return the plan the package carries."""
    content = (files("tdp_xlsx") / "data" / "plan.toml").read_text(encoding="utf-8")
    raw: dict[str, Any] = tomllib.loads(content)
    return DefaultPlan(
        form=raw["form"],
        settings=raw["settings"],
        groups=tuple(
            DefaultGroup(entry["code"], entry["kind"], entry["name"], tuple(entry["attributes"]))
            for entry in raw["groups"]
        ),
        cases=tuple(map(_criterion, raw["cases"])),
        standards=tuple(
            DefaultStandard(entry["number"], entry["title"], tuple(map(_criterion, entry["criteria"])))
            for entry in raw["standards"]
        ),
        tasks=raw["tasks"],
        relations=tuple(
            (
                entry["first"],
                entry["first_answer"],
                entry["second"],
                entry["second_answer"],
                entry["level"],
                entry["explanation"],
            )
            for entry in raw["relations"]
        ),
        letters=raw["letters"],
        guide_title=raw["guide"]["title"],
        guide_intro=raw["guide"]["intro"],
        guide=tuple(GuideSection(entry["title"], tuple(entry["lines"])) for entry in raw["guide"]["sections"]),
    )


def _criterion(entry: dict[str, Any]) -> DefaultCriterion:
    figure = entry.get("figure")
    return DefaultCriterion(
        code=entry["code"],
        number=entry["number"],
        text=entry["text"],
        applies_to=entry.get("applies_to", ALL_GROUPS),
        tasks=tuple(entry["tasks"]),
        figure=Figure(**figure) if figure else None,
        hint=entry.get("hint", ""),
    )
