"""What a form says of itself, where other programs leave it alone: whose it is, which edition, which texts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx.text import display

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.model import Group, Plan

TOKEN_PREFIX = "tdp-xlsx-"  # noqa: S105 - a word, not a secret
"""Begins a form's version, and so its token."""

VERSION = f"{TOKEN_PREFIX}1"
"""The form's format."""

PROPERTY = "tdp-xlsx"
"""The custom document property that holds a form's token."""

VERSION_FIELD, EDITION_FIELD, GROUP_FIELD = "version", "edition", "group"
FINGERPRINT_FIELD, NUMBER_FIELD = "fingerprint", "number"
INPUTS_FIELD = "inputs"
"""Names what a form to send back was written with, as a hash; a blank form has no such row."""
ADDITION_PREFIX = "holds: "
"""Begins the fields that count what the form holds beside its cells (the office's pictures, notes)."""

_TOKEN = re.compile(r"(tdp-xlsx-\d+)\|([^|]+)\|([^|]+)\|([0-9a-f]{16})\|(\d{1,6})\Z")


@dataclass(frozen=True, slots=True)
class Identity:
    """A form's identity: format version, group code, edition (``2021-so-ket``), fingerprint, sending number."""

    version: str
    edition: str
    group: str
    fingerprint: str
    number: int

    @property
    def token(self) -> str:
        """The identity as one line of text."""
        return "|".join((self.version, self.edition, self.group, self.fingerprint, str(self.number)))

    def fields(self) -> dict[str, str]:
        """Return the identity as the rows of the hidden sheet."""
        return {
            VERSION_FIELD: self.version,
            EDITION_FIELD: self.edition,
            GROUP_FIELD: self.group,
            FINGERPRINT_FIELD: self.fingerprint,
            NUMBER_FIELD: str(self.number),
        }


def identity_of(plan: Plan, group: Group, number: int = 1) -> Identity:
    """Return the identity of a form made for a group from the plan as it is now."""
    return Identity(VERSION, plan.settings.edition, group.code, plan.fingerprint, number)


def parse_token(text: str) -> Identity | None:
    """Return the identity a line of text spells, or None if it is no such line."""
    match = _TOKEN.match(text.strip())
    return Identity(match[1], match[2], match[3], match[4], int(match[5])) if match else None


def parse_fields(fields: dict[str, str]) -> Identity | None:
    """Return the identity the rows of the hidden sheet spell, or None if any is missing or malformed."""
    try:
        said = [fields[name] for name in (VERSION_FIELD, EDITION_FIELD, GROUP_FIELD, FINGERPRINT_FIELD)]
        return parse_token("|".join((*said, str(int(fields[NUMBER_FIELD])))))
    except (KeyError, ValueError):
        return None


def inputs_hash(answers: Mapping[str, str], evidence: Mapping[str, str], leader: str, date: str) -> str:
    """Return sixteen hexadecimal digits that change when any input of a form does; "" where all are blank."""
    pairs = [*(("answer", *one) for one in answers.items()), *(("evidence", *one) for one in evidence.items())]
    pairs += [("leader", "", leader), ("date", "", date)]
    lines = sorted(f"{what}\t{code}\t{shown}" for what, code, said in pairs if (shown := display(said)))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16] if lines else ""


def text_hash(text: str) -> str:
    """Return eight hexadecimal digits that change when a criterion's wording does."""
    return hashlib.sha256(display(text).encode()).hexdigest()[:8]
