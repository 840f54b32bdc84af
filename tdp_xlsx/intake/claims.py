"""What a returned workbook says of itself: whose form it is, of which edition and criteria, in each place it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from tdp_xlsx import identity as id_
from tdp_xlsx import layout
from tdp_xlsx.reading.cells import as_text
from tdp_xlsx.reading.usual import REMEMBERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.identity import Identity
    from tdp_xlsx.intake.shape import Shape
    from tdp_xlsx.reading.cells import Book, Line, Sheet, Value

_SHEET, _PROPERTY, _KEYS = "trang ẩn", "thuộc tính của tệp", "cột mã dòng"


@dataclass(frozen=True, slots=True)
class Claims:
    """Every identity a workbook claims, with the place that does, as people call it.

    ``hashes``: the wording hash its hidden sheet keeps of each criterion. ``additions``: what the form itself held
    beside its cells, by the name people call it.
    """

    identities: tuple[tuple[str, Identity], ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    additions: Mapping[str, int] = field(default_factory=dict)

    @property
    def group(self) -> str | None:
        """The group all places agree on; None if they do not, or none says."""
        groups = {identity.group for _, identity in self.identities}
        return groups.pop() if len(groups) == 1 else None

    @property
    def number(self) -> int:
        """The highest sending number claimed; 1 if none is."""
        return max((identity.number for _, identity in self.identities), default=1)

    @property
    def fingerprint(self) -> str:
        """What the form says of the criteria it was made from; "" if nothing."""
        return next((identity.fingerprint for _, identity in self.identities), "")


def identity_fields(sheet: Sheet, shape: Shape) -> dict[str, str]:
    """Return the rows of the hidden identity sheet, or nothing if this sheet is another."""
    if not shape.is_identity:
        return {}
    fields = dict(map(_line_pair, sheet.lines) if sheet.lines else map(_pair, sheet.rows))
    return fields if fields.get(id_.VERSION_FIELD, "").startswith(id_.TOKEN_PREFIX) else {}


def _pair(values: tuple[Value, ...]) -> tuple[str, str]:
    """Return a row's first two cells as text."""
    name, value = (*values[:2], "", "")[:2]
    return as_text(name).strip(), as_text(value).strip()


@lru_cache(maxsize=REMEMBERED)
def _line_pair(line: Line) -> tuple[str, str]:
    return _pair(line.values)


def claims(book: Book, shapes: Iterable[Shape]) -> Claims:
    """Collect what a workbook says of itself: hidden sheet, document property, heading of the keys.

    ``shapes`` are those of its sheets.
    """
    found: list[tuple[str, Identity | None]] = [
        (_PROPERTY, id_.parse_token(book.properties.get(id_.PROPERTY, ""))),
    ]
    hashes: dict[str, str] = {}
    additions: dict[str, int] = {}
    for sheet, shape in zip(book.sheets, shapes, strict=True):
        fields = identity_fields(sheet, shape)
        if not fields:
            found += [(_KEYS, id_.parse_token(sheet.text(*position))) for position in shape.tokens]
            continue
        found.append((_SHEET, id_.parse_fields(fields)))
        for key, value in fields.items():
            if key.startswith(layout.KEY_PREFIX):
                hashes[key.removeprefix(layout.KEY_PREFIX)] = value
            elif key.startswith(id_.ADDITION_PREFIX) and value.isdecimal():
                additions[key.removeprefix(id_.ADDITION_PREFIX)] = int(value)
    return Claims(tuple((place, identity) for place, identity in found if identity), hashes, additions)
