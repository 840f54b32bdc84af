"""Where the forms stand in a returned workbook, and what the workbook says of itself: headings, keys, identities."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tdp_xlsx import identity as id_
from tdp_xlsx import layout
from tdp_xlsx.findings import files as rules
from tdp_xlsx.model import Place
from tdp_xlsx.reading.cells import as_text, cell_name
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tdp_xlsx.identity import Identity
    from tdp_xlsx.intake.expected import Expected
    from tdp_xlsx.model import Finding
    from tdp_xlsx.reading.cells import Area, Book, Position, Sheet, Value


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


def _claims_of(
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


def _identity_fields(sheet: Sheet) -> dict[str, str]:
    """Return the rows of the hidden identity sheet, or nothing if this sheet is another."""
    if not any(isinstance(row[0], str) and row[0].strip() == id_.VERSION_FIELD for row in sheet.rows if row):
        return {}
    pairs = ((*row[:2], "", "")[:2] for row in sheet.rows)
    fields = {as_text(name).strip(): as_text(value).strip() for name, value in pairs}
    return fields if fields[id_.VERSION_FIELD].startswith(id_.TOKEN_PREFIX) else {}


_SHEET, _PROPERTY, _KEYS = "trang ẩn", "thuộc tính của tệp", "cột mã dòng"
_HEADINGS = {heading: heading for heading in layout.FORM_HEADINGS}
_HEADING_KEYS = {match_key(heading): heading for heading in layout.FORM_HEADINGS}
_LONGEST = 100  # letters of a heading, composed or not
_PREFIXES = (layout.KEY_PREFIX, layout.INPUT_PREFIX, id_.TOKEN_PREFIX)
_NEEDED = (layout.TEXT, layout.YES_COLUMN, layout.NO_COLUMN, layout.ANSWER)
_ENOUGH = 4  # headings in one row that make it the heading row


@dataclass(frozen=True, slots=True)
class Located:
    """The form's sheet, and what stands where on it.

    ``keys`` holds the positions of each criterion's key, or, for criteria without one (``by_text``), of its text;
    ``text_rows`` the rows of each criterion's text; ``key_column`` is 0 where no key is left. ``inputs`` are row, field
    and heading of what the leader is asked for beside the answers; ``merged`` the merged areas among the criteria.
    """

    sheet: Sheet
    heading_row: int
    columns: Mapping[str, int]
    keys: Mapping[str, tuple[Position, ...]]
    key_column: int
    by_text: frozenset[str]
    text_rows: Mapping[str, tuple[int, ...]]
    inputs: Sequence[tuple[int, str, str]]
    merged: tuple[Area, ...]

    def row(self, code: str) -> int:
        """Return the row of a criterion whose key stands there once."""
        return self.keys[code][0][0]

    def number_keys(self) -> list[tuple[str, str]]:
        """Return cell and value of numbers that stand between the keys, in their column."""
        rows = [row for positions in self.keys.values() for row, column in positions if column == self.key_column]
        return [
            (cell_name(row, self.key_column), self.sheet.text(row, self.key_column))
            for row in range(min(rows, default=1), max(rows, default=0) + 1)
            if isinstance(self.sheet.at(row, self.key_column), (int, float))
        ]

    def texts_around(self, *, below: bool = True) -> list[str]:
        """Return the texts printed above the table, and ``below`` it."""
        last = max((row for positions in self.keys.values() for row, _ in positions), default=self.heading_row)
        return [*_texts(self.sheet.rows[: self.heading_row - 1]), *(_texts(self.sheet.rows[last:]) if below else ())]


def _texts(rows: Iterable[Iterable[Value]]) -> list[str]:
    return [value for row in rows for value in row if isinstance(value, str) and value]


@dataclass(slots=True)
class _Outline:
    """What stands where on a sheet, as far as its texts tell by themselves; ``wrong`` are headings gone or doubled."""

    sheet: Sheet
    heading_row: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    wrong: tuple[str, ...] = _NEEDED
    key_column: int = 0
    keys: dict[str, tuple[Position, ...]] = field(default_factory=dict)
    inputs: list[tuple[int, str, str]] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a workbook: where it stands, or why it cannot be read (``findings``), and what it says of itself.

    ``sheet`` is the name of its sheet where the workbook holds several forms.
    """

    located: Located | None
    claims: Claims
    findings: tuple[Finding, ...] = ()
    sheet: str | None = None


def locate(expected: Expected, book: Book, name: str) -> tuple[Form, ...]:
    """Find the forms in a workbook; where there is none, say so in place of one. ``name`` is the file's."""
    claimed = [(_PROPERTY, id_.parse_token(book.properties.get(id_.PROPERTY, "")))]
    hidden: list[dict[str, str]] = []
    outlines = []
    for sheet in book.sheets:
        fields = _identity_fields(sheet)
        if fields:
            claimed.append((_SHEET, id_.parse_fields(fields)))
            hidden.append(fields)
        else:
            outline = _outline(sheet)
            outlines.append((outline, _located(expected, outline)))
            claimed += [(_KEYS, identity) for identity in outline.identities]
    forms = _forms(outlines)
    if len(forms) > 1:
        return tuple(_one_of_several(book, name, hidden, one, forms) for one in forms)
    claims = _claims_of([(place, identity) for place, identity in claimed if identity], hidden, book.sheets)
    if forms and forms[0][1]:
        return (Form(forms[0][1], claims),)
    keyed = next((outline for outline, _ in outlines if outline.keys), None)
    found = _without_headings(name, keyed) if keyed else rules.NOT_OUR_FORM.at(Place(name), file=name)
    return (Form(None, claims, (found,)),)


_Outlined = tuple[_Outline, Located | None]


def _forms(outlines: Iterable[_Outlined]) -> list[_Outlined]:
    """Return what is a form, or was one, whose identity no other form of the workbook has."""
    outlines = list(outlines)
    known = {identity for outline, found in outlines if found for identity in outline.identities}
    forms = []
    for outline, found in outlines:
        if found or (outline.keys and not known.issuperset(outline.identities)):
            known.update(outline.identities)
            forms.append((outline, found))
    return forms


def _one_of_several(
    book: Book, name: str, hidden: Iterable[dict[str, str]], one: _Outlined, forms: Iterable[_Outlined]
) -> Form:
    """Return a form that says by itself whose it is.

    The hidden sheet and the property may be those of any of them, or of a form that is gone. What a hidden sheet keeps
    of the criteria holds for all forms made from the same template.
    """
    outline, found = one
    others = {other.sheet.name for other, _ in forms} - {outline.sheet.name}
    made = {replace(identity, group="", number=0) for identity in outline.identities}
    alike = [one for one in hidden if (said := id_.parse_fields(one)) and replace(said, group="", number=0) in made]
    sheets = (sheet for sheet in book.sheets if sheet.name not in others)
    claims = _claims_of([(_KEYS, identity) for identity in outline.identities], alike, sheets)
    return Form(found, claims, () if found else (_without_headings(name, outline),), outline.sheet.name)


def _without_headings(name: str, outline: _Outline) -> Finding:
    place = Place(name, outline.sheet.name)
    return rules.HEADINGS_MISSING.at(place, headings=", ".join(f"“{heading}”" for heading in outline.wrong))


def _outline(sheet: Sheet) -> _Outline:
    outline = _Outline(sheet)
    keys = list(_keys(outline))
    if keys:
        outline.key_column = Counter(column for _, (_, column) in keys).most_common(1)[0][0]
    for code, position in keys:
        if position[1] == outline.key_column:
            outline.keys[code] = (*outline.keys.get(code, ()), position)
    # Most forms spell their headings as they were sent; only where one does not, every text is looked at closely.
    number, found = _headings(sheet, _HEADINGS)
    if {heading for heading, _ in found} < _HEADINGS.keys():
        number, found = _headings(sheet, _HEADING_KEYS, match_key)
    counts = Counter(heading for heading, _ in found)
    if len(counts) >= _ENOUGH:
        outline.heading_row, outline.columns = number, dict(found)
        doubled = [heading for heading in counts if counts[heading] > 1 and heading not in _NEEDED]
        outline.wrong = (*(heading for heading in _NEEDED if counts[heading] != 1), *doubled)
    return outline


def _keys(outline: _Outline) -> Iterator[tuple[str, Position]]:
    """Yield the keys of criteria, with their positions; note those of inputs, and what looks like a form's token."""
    for number, row in enumerate(outline.sheet.rows, 1):
        for column, value in enumerate(row, 1):
            if not isinstance(value, str) or not (value.startswith(_PREFIXES) or value[:1].isspace()):
                continue
            if value.lstrip().startswith(layout.KEY_PREFIX):
                yield display(value).removeprefix(layout.KEY_PREFIX), (number, column)
            elif value.startswith(layout.INPUT_PREFIX):
                for one in value.removeprefix(layout.INPUT_PREFIX).split(";"):
                    name, _, heading = one.partition("|")
                    outline.inputs.append((number, name, heading))
            elif value.startswith(id_.TOKEN_PREFIX):
                outline.identities += filter(None, [id_.parse_token(value)])


def _headings(
    sheet: Sheet, names: Mapping[str, str], key: Callable[[str], str] | None = None
) -> tuple[int, list[tuple[str, int]]]:
    """Return the row that has most of the headings, and these with their columns; ``key`` is that of ``names``."""
    best: tuple[int, list[tuple[str, int]]] = 0, []
    most = 0
    for number, row in enumerate(sheet.rows, 1):
        texts = (
            [key(value) if isinstance(value, str) and len(value) <= _LONGEST else "" for value in row] if key else row
        )
        if names.keys().isdisjoint(texts):
            continue
        found = [(names[str(text)], column) for column, text in enumerate(texts, 1) if text in names]
        different = len({heading for heading, _ in found})
        if different > most:
            best, most = (number, found), different
    return best


def _located(expected: Expected, outline: _Outline) -> Located | None:
    """Return where the form stands on a sheet, or None if none does."""
    if outline.wrong:
        return None
    sheet, keys, column = outline.sheet, outline.keys, outline.columns[layout.TEXT]
    text_rows: dict[str, tuple[int, ...]] = {}
    for row, cells in enumerate(sheet.rows[outline.heading_row :], outline.heading_row + 1):
        text = cells[column - 1] if column <= len(cells) else ""
        for code in expected.by_text.get(match_key(text), ()) if isinstance(text, str) and text else ():
            text_rows[code] = (*text_rows.get(code, ()), row)
    keyed_rows = {row for positions in keys.values() for row, _ in positions}
    by_text = {
        code: tuple((row, column) for row in free)
        for code, rows in text_rows.items()
        if code not in keys and expected.is_alone(code) and (free := [row for row in rows if row not in keyed_rows])
    }
    if not keys and not by_text:
        return None
    known = {**keys, **by_text}
    rows = {row for positions in known.values() for row, _ in positions}
    merged = tuple(area for area in sheet.merged if any(area[0] <= row <= area[2] for row in rows))
    at = outline.heading_row, outline.columns, known, outline.key_column
    return Located(sheet, *at, frozenset(by_text), text_rows, outline.inputs, merged)
