"""What the binary parts of an ``.xlsb`` say of its cells: errors and contents. Formulas are not told apart here."""

from __future__ import annotations

import posixpath
import struct
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Cause, UnreadableError
from tdp_xlsx.reading.facts import MAX_CELLS, BookFacts, Budget, SheetFacts
from tdp_xlsx.reading.markup import attribute, local, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
"""Error values by their number in Excel's binary formats."""

_ROW, _BLANK, _ERROR, _INLINE, _SHARED, _FORMULA_TEXT, _FORMULA_ERROR = 0, 1, 3, 6, 7, 8, 11
_FIRST_SHORT, _LAST_SHORT = 12, 18  # cells that leave their column out
_BUNDLE_SHEET, _STRING_ITEM = 156, 19
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


def xlsb_facts(parts: Mapping[str, bytes], most: int = MAX_CELLS) -> BookFacts:
    """Read the facts of an ``.xlsb`` file from its parts, of ``most`` cells at most.

    Raises:
        UnreadableError: The file is damaged, ambiguous, or a sheet is far too large.
    """
    facts = BookFacts(Budget(most))
    try:
        relations = _relations(parts)
        strings = [
            _wide(payload, 1)[0]
            for kind, payload in _records(parts.get("xl/sharedStrings.bin", b""))
            if kind == _STRING_ITEM
        ]
        for kind, payload in _records(parts["xl/workbook.bin"]):
            if kind == _BUNDLE_SHEET:
                relation, end = _wide(payload, 8)
                name, _ = _wide(payload, end)
                family, part = relations[relation]
                if family == "worksheet":
                    facts.add(name, _sheet(parts[part], strings, facts.budget))
    except (LookupError, ValueError, struct.error, SyntaxError) as fault:
        raise UnreadableError("tệp bị hỏng") from fault
    return facts


def _relations(parts: Mapping[str, bytes]) -> dict[str, tuple[str, str]]:
    return {
        attribute(relation, "Id"): (
            local(attribute(relation, "Type").replace("/", "}")),
            posixpath.normpath(posixpath.join("/xl", attribute(relation, "Target"))).lstrip("/"),
        )
        for relation in parse(parts["xl/_rels/workbook.bin.rels"])
    }


def _sheet(content: bytes, strings: list[str], budget: Budget) -> SheetFacts:
    facts = SheetFacts(budget)
    row = -1
    for kind, payload in _records(content):
        if kind == _ROW:
            row = struct.unpack_from("<I", payload)[0]
        elif _FIRST_SHORT <= kind <= _LAST_SHORT:
            raise UnreadableError("ô không ghi cột", Cause.UNCERTAIN)
        elif _BLANK <= kind <= _FORMULA_ERROR:
            column = struct.unpack_from("<I", payload)[0]
            if not (0 <= row < _LAST_ROW and column < _LAST_COLUMN):
                raise UnreadableError("địa chỉ ô sai", Cause.UNCERTAIN)
            _cell(facts, (row + 1, column + 1), kind, payload, strings)
    return facts


def _cell(facts: SheetFacts, position: tuple[int, int], kind: int, payload: bytes, strings: list[str]) -> None:
    if kind == _BLANK:
        return
    facts.reach(*position)
    facts.seen(position, (kind, payload[8:]))
    if kind in {_ERROR, _FORMULA_ERROR}:
        facts.errors[position] = ERRORS.get(payload[8], "#?")
    text: str | None = None
    if kind in {_INLINE, _FORMULA_TEXT}:
        text = _wide(payload, 8)[0]
    elif kind == _SHARED:
        text = strings[struct.unpack_from("<I", payload, 8)[0]]
    facts.fill(position, text)


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        kind, at = _number(content, at, 2)
        size, at = _number(content, at, 4)
        if at + size > len(content):
            raise ValueError(size)
        yield kind, content[at : at + size]
        at += size


def _number(content: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a record's type (its two bytes as the format counts them) or length, and the place after it."""
    number = 0
    for n in range(most):
        number |= (content[at + n] & 0x7F) << (7 * n)
        if content[at + n] < 0x80:  # noqa: PLR2004 - the eighth bit: more follows
            return number, at + n + 1
    return number, at + most


def _wide(payload: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", payload, at)
    end = at + 4 + 2 * length
    if end > len(payload):
        raise ValueError(length)
    return payload[at + 4 : end].decode("utf-16-le", "surrogatepass"), end
