"""Takes people out of texts that are to be published: those the round knows by name, and every phone and address."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tdp_xlsx.people import CONTACT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tdp_xlsx.api import Round

MASK = "(không công bố)"
_TITLE = re.compile(r"\A(?:ong|ba|anh|chi|dong chi|d/c)\.?\s+(?=\S+\s+\S)")
_LEAST_DIGITS = 6


def masking(done: Round) -> Callable[[str], str]:
    """Return what replaces a person's data in a text.

    Names are known with or without accents, spaces and case; a name of one word alone is left, as it may be any word.
    """
    groups = {_folded(text) for group in done.template.plan.groups for text in (group.code, group.name)}
    known = {_words(text) for text in map(_folded, _people(done)) if text not in groups} - {""}
    people = re.compile(rf"(?<![^\W_]){_any_of(known)}(?![^\W_])") if known else None

    def masked(text: str) -> str:
        text = CONTACT.sub(MASK, unicodedata.normalize("NFC", text))
        if people:
            for found in reversed([*people.finditer(_folded(text))]):
                text = text[: found.start()] + MASK + text[found.end() :]
        return text

    return masked


def _people(done: Round) -> Iterator[str]:
    plan, settings = done.template.plan, done.template.plan.settings
    for group in plan.groups:
        for said in (group.leader, group.phone, group.email):
            yield from re.split(r"[;,/\n]", said)
    yield from (settings.signer_name, settings.prepared_by, settings.smtp_account)
    yield from (outcome.file.sender for outcome in done.intake.files)
    yield from (submission.signed_by for submission in done.intake.submissions.values())
    yield from (settled.decision.decided_by for settled in done.evaluation.decisions)


def _folded(text: str) -> str:
    """Return a text without accents and case, each character in its place."""
    plain = (unicodedata.normalize("NFD", char)[0].lower()[0] for char in unicodedata.normalize("NFC", text))
    return "".join(plain).replace("đ", "d")


def _words(folded: str) -> str:
    """Return the words to look for, with single spaces; none where one word alone is told."""
    words = re.findall(r"[^\W_]+", _TITLE.sub("", folded.strip(), count=1))
    is_told = len(words) > 1 or (words and words[0].isdecimal() and len(words[0]) >= _LEAST_DIGITS)
    return " ".join(words) if is_told else ""


def _any_of(texts: Iterable[str]) -> str:
    """Return the pattern of any of these, letter by letter: a country has ten thousand, told apart in a few steps."""
    branches: dict[str, set[str]] = {}
    for text in texts:
        branches.setdefault(text[:1], set()).add(text[1:])
    ends = "?" if branches.pop("", None) else ""
    each = (
        (r"[\W_]*" if first == " " else re.escape(first)) + _any_of(rest) for first, rest in sorted(branches.items())
    )
    return f"(?:{'|'.join(each)}){ends}" if branches else ""
