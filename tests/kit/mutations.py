"""Forms damaged at random from a seed: bytes, parts, elements and records."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import olefile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

Parts = dict[str, bytes]

_ODD = (0, 1, 0x20, 0x3C, 0x7F, 0x80, 0xFF)
_ROW = re.compile(r"<(?:table:table-)?row [^>]*[^/]>.*?</(?:table:table-)?row>", re.DOTALL)
_CELL = re.compile(
    r"<c [^>]*?/>|<c .*?</c>|<table:table-cell [^>]*?/>|<table:table-cell .*?</table:table-cell>", re.DOTALL
)
_NUMBER = re.compile(r'(?<=[">A-Z])\d+(?=["<])')
_TEXT = re.compile(r"(?<=>)[^<>]+(?=</)")
_SHARED = re.compile(r'(?<=t="s"><v>)\d+(?=</v>)')
_ATTRIBUTE = re.compile(r' [\w:-]+="[^"]*"')
_TAG = re.compile(r"<[^<>]+>")
_SHEETS = re.compile(r"xl/worksheets/sheet1\.(?:xml|bin)|content\.xml")
_LABELLED = re.compile(
    r"xl/(?:sharedStrings|styles)\.(?:xml|bin)|styles\.xml|xl/workbook\.(?:xml|bin)|\[Content_Types\]\.xml|.*\.rels"
)


def unpacked(content: bytes) -> Parts:
    """Return the parts of a zipped workbook by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return parts as a zipped workbook."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def damaged(suffix: str, content: bytes, dice: Random) -> tuple[str, bytes]:
    """Return a form of this format with one to three changes, and what was done to it."""
    changes = {"xls": _OF_BOOK_STREAM, "xlsb": (*_OF_BINARY_PARTS, *_OF_PARTS)}.get(suffix, _OF_XML)
    if dice.randrange(5) == 0:
        change = dice.choice(_OF_BYTES)
        raw = bytearray(content)
        change(raw, dice)
        return change.__name__, bytes(raw)
    names = []
    if suffix == "xls":
        for change_book in dice.choices(_OF_BOOK_STREAM, k=dice.choice((1, 1, 2, 3))):
            content = _with_book_stream(content, change_book, dice)
            names.append(change_book.__name__)
        return "+".join(names), content
    parts = unpacked(content)
    for change_parts in dice.choices(changes, k=dice.choice((1, 1, 2, 3))):
        change_parts(parts, dice)  # type: ignore[operator]
        names.append(change_parts.__name__)
    return "+".join(names), packed(parts)


# --- bytes of the whole file ------------------------------------------------------------------------------------------


def flip_a_bit(content: bytearray, dice: Random) -> None:
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)


def scatter(content: bytearray, dice: Random) -> None:
    for _ in range(dice.randrange(1, 40)):
        content[dice.randrange(len(content))] = dice.choice(_ODD)


def cut_off(content: bytearray, dice: Random) -> None:
    del content[dice.randrange(1, len(content)) :]


def cut_out(content: bytearray, dice: Random) -> None:
    start = dice.randrange(len(content))
    del content[start : start + dice.randrange(1, 600)]


_OF_BYTES: tuple[Callable[[bytearray, Random], None], ...] = (flip_a_bit, scatter, cut_off, cut_out)


# --- parts of a zipped workbook ---------------------------------------------------------------------------------------


def flip_in_part(parts: Parts, dice: Random) -> None:
    name = dice.choice([name for name, part in parts.items() if part])
    part = bytearray(parts[name])
    dice.choice((flip_a_bit, cut_off, cut_out))(part, dice)
    parts[name] = bytes(part)


def flip_in_sheet(parts: Parts, dice: Random) -> None:
    name = next((name for name in parts if _SHEETS.fullmatch(name)), "")
    part = bytearray(parts.get(name, b""))
    if part:
        dice.choice((flip_a_bit, scatter))(part, dice)
        parts[name] = bytes(part)


def drop_part(parts: Parts, dice: Random) -> None:
    """Drop any part but the last."""
    if len(parts) > 1:
        del parts[dice.choice(list(parts))]


def swap_parts(parts: Parts, dice: Random) -> None:
    one, two = dice.choice(list(parts)), dice.choice(list(parts))
    parts[one], parts[two] = parts[two], parts[one]


def change_case_of_name(parts: Parts, dice: Random) -> None:
    name = dice.choice(list(parts))
    parts[dice.choice((name.upper(), name.title(), name.swapcase()))] = parts.pop(name)


_OF_PARTS: tuple[Callable[[Parts, Random], None], ...] = (
    flip_in_part,
    flip_in_sheet,
    flip_in_sheet,
    drop_part,
    swap_parts,
    change_case_of_name,
)


# --- elements ---------------------------------------------------------------------------------------------------------


def _edit(pattern: re.Pattern[str], name: str, change: Callable[[str, Random], str]) -> Callable[[Parts, Random], None]:
    """Make a change of one place in the sheet's part; of any other part of cells and links one time in four."""

    def mutate(parts: Parts, dice: Random) -> None:
        others = [one for one in parts if _LABELLED.fullmatch(one)]
        sheets = [one for one in parts if _SHEETS.fullmatch(one)]
        part = dice.choice((others if others and dice.randrange(4) == 0 else sheets or others) or list(parts))
        text = parts[part].decode(errors="replace")
        found = list(pattern.finditer(text))
        if found:
            match = dice.choice(found)
            text = text[: match.start()] + change(match[0], dice) + text[match.end() :]
            parts[part] = text.encode()

    mutate.__name__ = name
    return mutate


def swap_shared_strings(parts: Parts, dice: Random) -> None:
    """Swap the numbers of two shared texts in the sheet."""
    name = next((one for one in parts if _SHEETS.fullmatch(one)), "")
    text = parts.get(name, b"").decode(errors="replace")
    found = list(_SHARED.finditer(text))
    if len(found) > 1:
        one, two = sorted(dice.sample(found, 2), key=lambda match: match.start())
        text = text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]
        parts[name] = text.encode()


def strike_a_font(parts: Parts, dice: Random) -> None:
    """Have a style strike letters through, in one of the ways to write it."""
    for name, start, strokes in (
        ("xl/styles.xml", "<font>", ("<strike/>", '<strike val="true"/>', "<strike val='1'/>", "<strike></strike>")),
        ("content.xml", "<style:text-properties ", ('style:text-line-through-style="solid" ',)),
    ):
        if name in parts:
            parts[name] = _after_one_of(parts[name], start, dice.choice(strokes), dice)


def strike_a_text(parts: Parts, dice: Random) -> None:
    """Strike through one of the shared texts."""
    name = "xl/sharedStrings.xml"
    text = parts.get(name, b"").decode(errors="replace")
    found = list(re.finditer(r"<si>(<t[^>]*>[^<]*</t>)</si>", text))
    if found:
        match = dice.choice(found)
        struck = f"<si><r><rPr><strike/></rPr>{match[1]}</r></si>"
        parts[name] = (text[: match.start()] + struck + text[match.end() :]).encode()


def merge_cells(parts: Parts, dice: Random) -> None:
    """Merge cells of a row, or of two, of an .xlsx."""
    row = dice.randrange(8, 62)
    area = dice.choice((f"C{row}:D{row}", f"E{row}:F{row}", f"E{row}:E{row + 1}", f"C{row}:E{row}"))
    merge = dice.choice((f'<mergeCell ref="{area}"/>', f"<mergeCell ref='{area}'/>", f'<mergeCell a="" ref="{area}"/>'))
    for name in parts.keys() & {"xl/worksheets/sheet1.xml"}:
        parts[name] = _after_one_of(parts[name], '<mergeCells count="10">', merge, dice)


def drop_styles(parts: Parts, _dice: Random) -> None:
    """Leave the styles out, and all that refers to them."""
    parts.pop("xl/styles.xml", None)
    for name in parts.keys() & {"[Content_Types].xml", "xl/_rels/workbook.xml.rels"}:
        text = parts[name].decode(errors="replace")
        parts[name] = re.sub(r'<(?:Override|Relationship) [^>]*"[^"]*styles\.xml"[^>]*>', "", text).encode()


def _after_one_of(part: bytes, start: str, added: str, dice: Random) -> bytes:
    text = part.decode(errors="replace")
    places = [match.end() for match in re.finditer(re.escape(start), text)]
    if not places:
        return part
    at = dice.choice(places)
    return (text[:at] + added + text[at:]).encode()


_WORDS = ("Không", "Có", "x", "=1+1", "TC-1.1", "Trả lời", "0,5", " ", "&#67;ó", "]]&gt;", "\u0301", "_x0043_ó")
_OF_XML: tuple[Callable[[Parts, Random], None], ...] = (
    *_OF_PARTS,
    _edit(_NUMBER, "change_a_number", lambda old, dice: str(max(0, int(old) + dice.choice((-1, 1, 7))))),
    _edit(_ROW, "repeat_a_row", lambda old, _: old + old),
    _edit(_ROW, "drop_a_row", lambda _old, _dice: ""),
    _edit(_CELL, "repeat_a_cell", lambda old, _: old + old),
    _edit(_CELL, "drop_a_cell", lambda _old, _dice: ""),
    _edit(
        _CELL, "change_the_type", lambda old, dice: re.sub(r' t="\w+"', dice.choice(("", ' t="str"', ' t="b"')), old)
    ),
    _edit(_CELL, "drop_the_style", lambda old, _: re.sub(r' (?:s|table:style-name)="[^"]*"', "", old)),
    _edit(_TEXT, "change_a_text", lambda _old, dice: dice.choice(_WORDS)),
    _edit(_TEXT, "add_to_a_text", lambda old, dice: old + dice.choice(_WORDS)),
    _edit(_ATTRIBUTE, "drop_an_attribute", lambda _old, _dice: ""),
    _edit(_ATTRIBUTE, "repeat_an_attribute", lambda old, _: old + old),
    _edit(_TAG, "drop_a_tag", lambda _old, _dice: ""),
    _edit(_TAG, "repeat_a_tag", lambda old, _: old + old),
    swap_shared_strings,
    swap_shared_strings,
    strike_a_font,
    strike_a_text,
    merge_cells,
    drop_styles,
)


# --- records ----------------------------------------------------------------------------------------------------------

_BORING = 0x0EEE
"""The number of no record: what bears it is passed over."""


def _book_records(stream: bytearray) -> list[tuple[int, int, int]]:
    """Return number, place and length of the payload of each record of an .xls."""
    found, at = [], 0
    while at + 4 <= len(stream):
        number, size = int.from_bytes(stream[at : at + 2], "little"), int.from_bytes(stream[at + 2 : at + 4], "little")
        if not number and not size:
            break
        found.append((number, at + 4, size))
        at += 4 + size
    return found


def _with_book_stream(content: bytes, change: Callable[[bytearray, Random], None], dice: Random) -> bytes:
    file = io.BytesIO(content)
    try:
        with olefile.OleFileIO(file, write_mode=True) as ole:  # type: ignore[no-untyped-call]
            stream = bytearray(ole.openstream("Workbook").read())
            change(stream, dice)
            ole.write_stream("Workbook", bytes(stream))
            return file.getvalue()
    except OSError:  # it was damaged too much before
        return content


_CELL_RECORDS = frozenset({0x00FD, 0x0204, 0x027E, 0x0203, 0x0006, 0x0205, 0x0201, 0x0207, 0x00BE, 0x00D6})
_LABEL_SST = 0x00FD


def _some_record(stream: bytearray, dice: Random, wanted: frozenset[int] = frozenset()) -> tuple[int, int, int]:
    records = [one for one in _book_records(stream) if one[2] and (not wanted or one[0] in wanted)]
    return dice.choice(records or _book_records(stream))


def flip_in_record(stream: bytearray, dice: Random) -> None:
    _, at, size = _some_record(stream, dice)
    stream[at + dice.randrange(max(1, size))] ^= 1 << dice.randrange(8)


def flip_in_cell(stream: bytearray, dice: Random) -> None:
    _, at, size = _some_record(stream, dice, _CELL_RECORDS)
    stream[at + dice.randrange(max(1, size))] ^= 1 << dice.randrange(8)


def flip_in_shared_strings(stream: bytearray, dice: Random) -> None:
    _, at, size = _some_record(stream, dice, frozenset({0x00FC, 0x003C}))
    stream[at + dice.randrange(max(1, size))] ^= 1 << dice.randrange(8)


def drop_record(stream: bytearray, dice: Random) -> None:
    _, at, _ = _some_record(stream, dice)
    stream[at - 4 : at - 2] = _BORING.to_bytes(2, "little")


def drop_cell_record(stream: bytearray, dice: Random) -> None:
    _, at, _ = _some_record(stream, dice, _CELL_RECORDS)
    stream[at - 4 : at - 2] = _BORING.to_bytes(2, "little")


def repeat_cell_record(stream: bytearray, dice: Random) -> None:
    """Put a second record of a cell in the place of another cell's."""
    texts = [one for one in _book_records(stream) if one[0] == _LABEL_SST]
    if len(texts) > 1:
        (_, one, size), (_, two, _) = dice.sample(texts, 2)
        stream[two : two + size] = stream[one : one + size]


def swap_shared_numbers(stream: bytearray, dice: Random) -> None:
    texts = [one for one in _book_records(stream) if one[0] == _LABEL_SST]
    if len(texts) > 1:
        (_, one, _), (_, two, _) = dice.sample(texts, 2)
        stream[one + 6 : one + 10], stream[two + 6 : two + 10] = stream[two + 6 : two + 10], stream[one + 6 : one + 10]


def change_length(stream: bytearray, dice: Random) -> None:
    _, at, size = _some_record(stream, dice)
    stream[at - 2 : at] = max(0, min(0xFFFF, size + dice.choice((-4, -1, 1, 4, 100)))).to_bytes(2, "little")


def strike_a_font_record(stream: bytearray, dice: Random) -> None:
    _, at, _ = _some_record(stream, dice, frozenset({0x0031}))
    stream[at + 2] |= 0x08


def move_a_merged_area(stream: bytearray, dice: Random) -> None:
    """Merge the official columns of a row, or the answers of two."""
    areas = [one for one in _book_records(stream) if one[0] == 0x00E5]
    if areas:
        at, row = areas[0][1] + 2, dice.randrange(7, 61)
        area = dice.choice(((row, row, 2, 3), (row, row + 1, 4, 4)))
        stream[at : at + 8] = b"".join(number.to_bytes(2, "little") for number in area)


_OF_BOOK_STREAM: tuple[Callable[[bytearray, Random], None], ...] = (
    flip_in_record,
    flip_in_cell,
    flip_in_cell,
    flip_in_shared_strings,
    drop_record,
    drop_cell_record,
    repeat_cell_record,
    swap_shared_numbers,
    swap_shared_numbers,
    change_length,
    strike_a_font_record,
    move_a_merged_area,
)


def _binary_records(part: bytes) -> list[tuple[int, int, int, int]]:
    """Return number, place, place of the payload and place of the end of each record of a part of an .xlsb."""
    found, at = [], 0
    while at < len(part):
        start = at
        number, at = _varint(part, at, 2)
        size, at = _varint(part, at, 4)
        found.append((number, start, at, min(at + size, len(part))))
        at += size
    return found


def _varint(part: bytes, at: int, most: int) -> tuple[int, int]:
    number = 0
    for n in range(most):
        byte = part[at + n] if at + n < len(part) else 0
        number |= (byte & 0x7F) << (7 * n)
        if byte < 0x80:
            return number, at + n + 1
    return number, at + most


def _edit_binary(
    name: str, change: Callable[[bytes, Random], bytes], *, cells: bool
) -> Callable[[Parts, Random], None]:
    def mutate(parts: Parts, dice: Random) -> None:
        part = next((one for one in parts if _SHEETS.fullmatch(one)), "")
        if not cells:
            part = dice.choice([one for one in parts if one.endswith(".bin")] or [part])
        content = parts.get(part, b"")
        records = [one for one in _binary_records(content) if not cells or one[0] <= 18]
        if records:
            _, start, _, end = dice.choice(records)
            parts[part] = content[:start] + change(content[start:end], dice) + content[end:]

    mutate.__name__ = name
    return mutate


def _flipped(record: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(record))
    return record[:at] + bytes([record[at] ^ 1 << dice.randrange(8)]) + record[at + 1 :]


_OF_BINARY_PARTS: tuple[Callable[[Parts, Random], None], ...] = tuple(
    _edit_binary(f"{name}_{'cell' if cells else 'record'}", change, cells=cells)
    for cells in (True, False)
    for name, change in (
        ("flip_in", _flipped),
        ("drop", lambda _record, _dice: b""),
        ("repeat", lambda record, _dice: record + record),
    )
)
