"""What the plan leads a reader of returned forms to expect, made ready once for all files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tdp_xlsx.model import Plan

_WORD = re.compile(r"\w+")


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
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        for group in plan.groups:
            words = tuple(_WORD.findall(match_key(group.name)))
            self._names[words] = (*self._names.get(words, ()), group.code)
        self._longest = max(map(len, self._names), default=0)
        # A name that the form's own title or caption holds says nothing of whose form it is.
        self._everywhere = self._found([plan.settings.title, plan.settings.caption])

    def named(self, texts: Iterable[str]) -> list[tuple[str, ...]]:
        """Return whom texts name: the codes of the groups of each name that stands there.

        A name inside a longer one (Bản Nà in Bản Nà Bó) does not stand there.
        """
        found = self._found(texts) - self._everywhere
        return [self._names[words] for words in self._names if words in found]

    def _found(self, texts: Iterable[str]) -> set[tuple[str, ...]]:
        found = set()
        for text in texts:
            words = _WORD.findall(match_key(text))
            at = 0
            while at < len(words):
                for length in range(min(self._longest, len(words) - at), 0, -1):
                    name = tuple(words[at : at + length])
                    if name in self._names:
                        found.add(name)
                        at += length - 1
                        break
                at += 1
        return found
