"""The parts of an ``.xlsx`` or ``.xlsb`` package: found by relationship, whatever their names and their case."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from tdp_xlsx.reading.markup import attribute, children, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Relation(NamedTuple):
    """One relationship of a part: its id, the last word of its type, and the part (or outside target) it leads to."""

    key: str
    kind: str
    target: str
    is_external: bool


class Parts:
    """Parts by their names in lower case; names differ by more than case in every package that was let in."""

    def __init__(self, held: Mapping[str, bytes]) -> None:
        self._held = held
        self._names = {_plain(name): name for name in held}

    def __getitem__(self, name: str) -> bytes:
        return self._held[self.name(name)]

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._names

    @property
    def names(self) -> Iterable[str]:
        """The names of all parts."""
        return self._names

    def name(self, name: str) -> str:
        """Return a part's name as the package spells it."""
        return self._names[_plain(name)]

    def relations(self, part: str = "") -> tuple[Relation, ...]:
        """Return the relationships of a part; those of the package itself for ``""``."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        return _relations(self[path], folder) if path in self else ()

    def related(self, part: str, *kinds: str) -> Iterator[str]:
        """Yield the parts that a part is related to in these ways, as far as the package has them."""
        for relation in self.relations(part):
            if relation.kind in kinds and not relation.is_external and relation.target in self:
                yield relation.target

    @property
    def workbook(self) -> str:
        """The main part; where no relationship leads to it, the one with the usual name."""
        usual = ("xl/workbook.xml", "xl/workbook.bin")
        return next((name for name in (*self.related("", "officeDocument"), *usual) if name in self), usual[0])

    def properties(self) -> dict[str, str]:
        """Return the custom document properties."""
        return {
            attribute(element, "name"): "".join(element.itertext())
            for part in self.related("", "custom-properties")
            for element in parse(self[part])
        }

    def sheets(self, listed: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield name and part of each sheet of cells, from the names and relationship ids of all sheets.

        Raises:
            KeyError: A sheet has no relationship, or leads to no part.
        """
        by_key = {relation.key: relation for relation in self.relations(self.workbook)}
        for name, key in listed:
            if by_key[key].kind == "worksheet":
                yield name, self.name(by_key[key].target)


def worksheets(held: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the name and the part of each sheet of cells of an ``.xlsx`` package."""
    parts = Parts(held)
    return parts.sheets(listed_sheets(parts[parts.workbook]).sheets)


class Listed(NamedTuple):
    """What the main part of an ``.xlsx`` lists: name and relationship id of each sheet; whether days begin in 1904."""

    sheets: tuple[tuple[str, str], ...]
    from_1904: bool


@lru_cache(maxsize=16)  # the same in every form that one program saved
def listed_sheets(workbook: bytes) -> Listed:
    """Return what the main part lists."""
    root = parse(workbook)
    sheets = tuple((attribute(one, "name"), attribute(one, "id")) for one in children(root, "sheets", "sheet"))
    return Listed(sheets, any(one.get("date1904") in {"1", "true"} for one in children(root, "workbookPr")))


def records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and payload of each record of a binary part.

    Raises:
        LookupError, ValueError: It ends within one.
    """
    at = 0
    while at < len(content):
        kind, at = _seven_bits(content, at, 2)
        size, at = _seven_bits(content, at, 4)
        if at + size > len(content):
            raise ValueError(size)
        yield kind, content[at : at + size]
        at += size


def _seven_bits(content: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number spelled seven bits a byte, in so many bytes at most, and the place after it."""
    number = 0
    for n in range(most):
        number |= (content[at + n] & 0x7F) << (7 * n)
        if content[at + n] < 0x80:  # noqa: PLR2004 - the eighth bit: more follows
            return number, at + n + 1
    return number, at + most


def _plain(name: str) -> str:
    return unquote(name).replace("\\", "/").lower()


@lru_cache(maxsize=64)  # as above
def _relations(content: bytes, folder: str) -> tuple[Relation, ...]:
    found = []
    for relation in parse(content):
        target, is_external = attribute(relation, "Target"), attribute(relation, "TargetMode") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")
        kind = attribute(relation, "Type").rpartition("/")[2]
        found.append(Relation(attribute(relation, "Id"), kind, target, is_external))
    return tuple(found)
