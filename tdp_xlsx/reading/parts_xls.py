"""What the records of an ``.xls`` say of its cells: errors and which are filled. Formulas are not told apart here."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Cause, UnreadableError
from tdp_xlsx.reading.facts import MAX_CELLS, BookFacts, Budget, SheetFacts
from tdp_xlsx.reading.ole import read_stream
from tdp_xlsx.reading.parts_xlsb import ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOF, _EOF, _BOUNDSHEET, _FILEPASS = 0x0809, 0x000A, 0x0085, 0x002F
_LABELSST, _LABEL, _RSTRING, _NUMBER, _RK, _MULRK = 0x00FD, 0x0204, 0x00D6, 0x0203, 0x027E, 0x00BD
_BOOLERR, _FORMULA, _STRING = 0x0205, 0x0006, 0x0207
_SINGLE = frozenset({_LABELSST, _LABEL, _RSTRING, _NUMBER, _RK, _BOOLERR, _FORMULA})
_TEXT_RESULT, _ERROR_RESULT, _EMPTY_RESULT = 0, 2, 3
_BIFF8 = 0x0600


def xls_facts(content: bytes, most: int = MAX_CELLS) -> BookFacts:
    """Read the facts of an ``.xls`` file, of ``most`` cells at most.

    Raises:
        UnreadableError: The file is damaged, encrypted, ambiguous, or a sheet is far too large.
    """
    if _is_encrypted(content):
        raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD)
    stream = read_stream(content, "Workbook", "Book")
    facts = BookFacts(Budget(most))
    try:
        for name, offset in _sheets(stream):
            facts.add(name, _sheet(stream, offset, facts.budget))
    except (LookupError, ValueError, struct.error) as fault:
        raise UnreadableError("tệp bị hỏng") from fault
    return facts


def _is_encrypted(content: bytes) -> bool:
    import msoffcrypto.exceptions  # noqa: PLC0415 - only this format needs it

    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(content)).is_encrypted())  # type: ignore[no-untyped-call]
    except msoffcrypto.exceptions.FileFormatError:
        return False  # of Excel 5 or 95, which it does not know
    except Exception as fault:  # it asserts what damaged files do not hold
        raise UnreadableError("tệp bị hỏng") from fault


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Yield name and offset of every worksheet."""
    version = 0
    for kind, payload in _records(stream, 0):
        if kind == _BOF:
            version = struct.unpack_from("<H", payload)[0]
        elif kind == _FILEPASS:
            raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD)
        elif kind == _BOUNDSHEET:
            offset, _, family, length = struct.unpack_from("<IBBB", payload)
            if version != _BIFF8:
                name = payload[7 : 7 + length].decode("cp1252", "replace")
            elif payload[7] & 1:
                name = payload[8 : 8 + 2 * length].decode("utf-16-le", "surrogatepass")
            else:
                name = payload[8 : 8 + length].decode("latin-1")
            if family == 0:
                yield name, offset
        elif kind == _EOF:
            return
    raise ValueError


def _sheet(stream: bytes, offset: int, budget: Budget) -> SheetFacts:
    facts = SheetFacts(budget)
    depth = 0
    awaiting: tuple[int, int] | None = None
    for number, (kind, payload) in enumerate(_records(stream, offset)):
        if number == 0 and kind != _BOF:
            break
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth == 0:
                return facts
        elif depth == 1:  # deeper are a chart's own cells
            awaiting = _record(facts, kind, payload, awaiting)
    raise ValueError(offset)


def _record(facts: SheetFacts, kind: int, payload: bytes, awaiting: tuple[int, int] | None) -> tuple[int, int] | None:
    """Note what one record says; return the formula cell whose text is in a record to come."""
    if kind == _STRING and awaiting is not None:
        facts.fill(awaiting, None if struct.unpack_from("<H", payload)[0] else "")
        return None
    if kind in _SINGLE:
        row, column = struct.unpack_from("<HH", payload)
        return _cell(facts, (row + 1, column + 1), kind, payload)
    if kind == _MULRK:
        row, column = struct.unpack_from("<HH", payload)
        for n in range((len(payload) - 6) // 6):
            _note(facts, (row + 1, column + 1 + n), payload[4 + 6 * n : 10 + 6 * n], None)
    return awaiting


def _cell(facts: SheetFacts, position: tuple[int, int], kind: int, payload: bytes) -> tuple[int, int] | None:
    """Note one cell; return it if its text is in a record to come."""
    text: str | None = None
    awaits = False
    if kind == _FORMULA and payload[12:14] == b"\xff\xff":
        result = payload[6]
        awaits = result == _TEXT_RESULT
        if result in {_TEXT_RESULT, _EMPTY_RESULT}:
            text = ""
        elif result == _ERROR_RESULT:
            facts.errors[position] = ERRORS.get(payload[8], "#?")
    elif kind == _BOOLERR and payload[7]:
        facts.errors[position] = ERRORS.get(payload[6], "#?")
    elif kind in {_LABEL, _RSTRING} and not struct.unpack_from("<H", payload, 6)[0]:
        text = ""
    _note(facts, position, (kind, payload[6:]), text)
    return position if awaits else None


def _note(facts: SheetFacts, position: tuple[int, int], raw: object, text: str | None) -> None:
    facts.reach(*position)
    facts.seen(position, raw)
    facts.fill(position, text)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        if at + size > len(stream):
            raise ValueError(size)
        yield kind, stream[at : at + size]
        at += size
