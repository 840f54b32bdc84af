"""What the plan leads a reader of returned forms to expect, made ready once for all files."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.model import Group, Plan

_WORD = re.compile(r"\w+")
_NUMBERED = re.compile(
    r"(?<!\w)(?:tổ dân phố|tổ dp|t\.?d\.?p\.?|tổ|khu phố)[\s:.-]*(?:(?:số|s\.)[\s:]*)?0*(\d{1,3}[a-z]?)(?!\w)"
)
"""How people write the name of a group that has a number, in a match key (domain: Tổ 5, TDP 05, tổ dân phố số 5)."""
_WORTH_REMEMBERING = 1_000  # characters of a text


class Expected:
    """The plan, with the keys under which its texts and the groups' names are recognised.

    Attributes:
        plan: the plan.
        text_keys: the match key of each criterion's text, by code.
        by_text: the codes of the criteria with a text, by its match key.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.text_keys = {criterion.code: match_key(criterion.text) for criterion in plan.criteria}
        self.by_text: dict[str, tuple[str, ...]] = {}
        for code, key in self.text_keys.items():
            self.by_text[key] = (*self.by_text.get(key, ()), code)
        # By the words of each name: its place among them. Texts and numbers only: a country has ninety thousand.
        self._names: dict[str, int] = {}
        self._codes: list[str | tuple[str, ...]] = []
        self._longest = 0
        for group in plan.groups:
            words = _WORD.findall(match_key(group.name))
            self._longest = max(self._longest, len(words))
            place = self._names.setdefault(" ".join(words), len(self._codes))
            if place == len(self._codes):
                self._codes.append(group.code)
            else:
                self._codes[place] = (*self._codes_at(place), group.code)
        self._remembered = lru_cache(maxsize=1024)(self._found)
        # A name that the form's own title or caption holds says nothing of whose form it is.
        self._everywhere = self._found(plan.settings.title) | self._found(plan.settings.caption)

    def _codes_at(self, place: int) -> tuple[str, ...]:
        codes = self._codes[place]
        return (codes,) if isinstance(codes, str) else codes

    def is_alone(self, code: str) -> bool:
        """Whether no other criterion has this one's text."""
        return len(self.by_text[self.text_keys[code]]) == 1

    def named(self, texts: Iterable[str]) -> list[tuple[str, ...]]:
        """Return whom texts name: the codes of the groups of each name that stands there, in the register's order.

        A name inside a longer one (Bản Nà in Bản Nà Bó) does not stand there.
        """
        found: set[int] = set()
        for text in texts:
            found |= self._remembered(text) if len(text) <= _WORTH_REMEMBERING else self._found(text)
        return [self._codes_at(place) for place in sorted(found - self._everywhere)]

    def numbered(self, texts: Iterable[str], group: Group) -> str | None:
        """Return the first text that names another group by its number, if none names this one by its own.

        None where nobody knows the group's name: of a form read without its template there is the code alone.
        """
        if group.name == group.code:
            return None
        own, usual = (
            self._numbers(group.name),
            self._numbers(f"{self.plan.settings.title} {self.plan.settings.caption}"),
        )
        said = {text: self._numbers(text) - usual for text in texts}
        if any(numbers & own for numbers in said.values()):
            return None
        return next((text for text, numbers in said.items() if numbers), None)

    @staticmethod
    def _numbers(text: str) -> frozenset[str]:
        return frozenset(_NUMBERED.findall(match_key(text)))

    def _found(self, text: str) -> frozenset[int]:
        found = set()
        words = _WORD.findall(match_key(text))
        at = 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                place = self._names.get(" ".join(words[at : at + length]))
                if place is not None:
                    found.add(place)
                    at += length - 1
                    break
            at += 1
        return frozenset(found)
