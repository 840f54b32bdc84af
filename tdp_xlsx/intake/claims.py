"""What a workbook says of its forms: every identity it claims, and what its hidden sheet keeps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tdp_xlsx import identity as id_
from tdp_xlsx import layout
from tdp_xlsx.reading.cells import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tdp_xlsx.identity import Identity
    from tdp_xlsx.reading.cells import Sheet


@dataclass(frozen=True, slots=True)
class Claims:
    """Every identity a workbook claims, with the place that does, as people call it.

    ``hashes``: the wording hash its hidden sheet keeps of each criterion. ``added``: the kinds of things beside the
    cells, as people call them, of which there are more than the form itself held.
    """

    identities: tuple[tuple[str, Identity], ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    added: tuple[str, ...] = ()

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


def claims_of(
    identities: Iterable[tuple[str, Identity]], hidden: Iterable[dict[str, str]], sheets: Iterable[Sheet]
) -> Claims:
    """Return what is claimed where; ``hidden`` are the fields of hidden sheets, ``sheets`` the form is among."""
    fields = {key: text for one in hidden for key, text in one.items()}
    made = _prefixed(fields, id_.ADDITION_PREFIX)
    held = Counter({kind: int(text) for kind, text in made.items() if text.isdecimal()})
    found: Counter[str] = Counter()
    for sheet in sheets:
        found.update({kind: len(where) for kind, where in sheet.additions.items()})
    return Claims(tuple(identities), _prefixed(fields, layout.KEY_PREFIX), tuple(found - held))


def _prefixed(fields: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {key.removeprefix(prefix): text for key, text in fields.items() if key.startswith(prefix)}


def identity_fields(sheet: Sheet) -> dict[str, str]:
    """Return the rows of the hidden identity sheet, or nothing if this sheet is another."""
    if not any(isinstance(row[0], str) and row[0].strip() == id_.VERSION_FIELD for row in sheet.rows if row):
        return {}
    pairs = ((*row[:2], "", "")[:2] for row in sheet.rows)
    fields = {as_text(name).strip(): as_text(value).strip() for name, value in pairs}
    return fields if fields[id_.VERSION_FIELD].startswith(id_.TOKEN_PREFIX) else {}
