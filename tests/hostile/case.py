"""One hostile file and what is to be found of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hostile:
    """One file; ``codes`` has the finding it earns by its name in the inbox, a container's members each by theirs."""

    name: str
    content: bytes
    codes: dict[str, str]


def one(name: str, content: bytes, code: str) -> Hostile:
    """Return a file that earns one finding."""
    return Hostile(name, content, {name: code})
