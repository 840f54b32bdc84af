"""Read the sheet `Danh sách đơn vị`: the groups, and which further columns are attributes of Có and Không."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import template as rules
from tdp_xlsx.model import YES, Group
from tdp_xlsx.reading.cells import cell_name
from tdp_xlsx.template.page import Header, Page, find_header
from tdp_xlsx.template.read_settings import is_email
from tdp_xlsx.text import match_key, read_word

if TYPE_CHECKING:
    from collections.abc import Collection

_STANDING_ATTRIBUTES = (layout.FARMING, layout.NEW_COUNTRYSIDE, layout.PILOT)
_REQUIRED = tuple(heading for heading in layout.REGISTER_HEADINGS if heading not in _STANDING_ATTRIBUTES)
_SAYING = tuple(heading for heading in _REQUIRED if heading != layout.GROUP_KIND)
_CODE = re.compile(r"(?!TC-)(?=.*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9.-]{0,30}[A-Za-z0-9])?", re.IGNORECASE)
_EMPTY = "(để trống)"


@dataclass(slots=True)
class Register:
    """The register's table while its rows are walked from top to bottom.

    ``headings`` maps what may be an attribute to its column, ``referred`` are those some criterion applies to,
    ``attributes`` those that are some; ``codes`` and ``names`` tell in which row each stands.
    """

    page: Page
    header: Header
    headings: dict[str, int]
    referred: Collection[str] = ()
    attributes: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)


def find_register(page: Page) -> Register | None:
    """Find the table; None where a heading is missing."""
    header = find_header(page, _REQUIRED, _STANDING_ATTRIBUTES)
    if header is None:
        return None
    headings = {name: header.columns[name] for name in _STANDING_ATTRIBUTES if name in header.columns}
    taken = {match_key(name) for name in headings}
    for column, name in header.others.items():
        if match_key(name) in taken:
            page.report(rules.HEADING_TWICE, header.row, column, heading=name)
        else:
            taken.add(match_key(name))
            headings[name] = column
    return Register(page, header, headings)


def read_groups(register: Register, referred: Collection[str]) -> tuple[Group, ...]:
    """Read the groups; ``referred`` are the attribute headings some criterion applies to."""
    page = register.page
    rows = [
        row
        for row in range(register.header.row + 1, page.height + 1)
        if any(page.text(row, register.header.columns[heading]) for heading in _SAYING)
    ]
    if not rows:
        page.report(rules.NO_GROUPS, register.header.row, register.header.columns[layout.GROUP_CODE])
    register.referred = referred
    # The standing ones, those referred to, and those all of Có and Không.
    for name, column in register.headings.items():
        words = {text for row in rows if (text := page.text(row, column))}
        all_clear = bool(words) and all(read_word(text).value for text in words)
        if name in _STANDING_ATTRIBUTES or name in referred or all_clear:
            register.attributes[name] = column
    return tuple(_read_group(register, row) for row in rows)


def _read_group(register: Register, row: int) -> Group:
    page, columns, names = register.page, register.header.columns, register.names
    code = _read_code(register, row)
    name_column = columns[layout.GROUP_NAME]
    name = page.text(row, name_column)
    if not name:
        page.report(rules.GROUP_NAME_MISSING, row, name_column, code=code or _EMPTY)
    elif (key := match_key(name)) in names:
        page.report(rules.GROUP_NAME_TWICE, row, name_column, name=name, other=cell_name(names[key], name_column))
    else:
        names[key] = row
    kind = _read_kind(page, row, columns[layout.GROUP_KIND])
    email_column = columns[layout.EMAIL]
    email = page.text(row, email_column)
    if email and not is_email(email):
        page.report(rules.EMAIL_BAD, row, email_column, value=email)
    return Group(
        code=code,
        kind=kind,
        name=name,
        attributes=_read_attributes(register, row, kind, name or code),
        leader=page.text(row, columns[layout.LEADER]),
        phone=page.text(row, columns[layout.PHONE]),
        email=email,
        note=page.text(row, columns[layout.NOTE]),
    )


def _read_code(register: Register, row: int) -> str:
    page, columns, codes = register.page, register.header.columns, register.codes
    column = columns[layout.GROUP_CODE]
    code = page.text(row, column)
    if not code:
        name = page.text(row, columns[layout.GROUP_NAME]) or _EMPTY
        page.report(rules.GROUP_CODE_MISSING, row, column, name=name)
    elif not isinstance(page.value(row, column), str):
        page.report(rules.GROUP_CODE_NUMERIC, row, column, code=code)
    elif not _CODE.fullmatch(code):
        page.report(rules.GROUP_CODE_UNFIT, row, column, code=code)
    elif code.casefold() in codes:
        other = cell_name(codes[code.casefold()], column)
        page.report(rules.GROUP_CODE_TWICE, row, column, code=code, other=other)
    else:
        codes[code.casefold()] = row
    return code


def _read_kind(page: Page, row: int, column: int) -> str:
    text = page.text(row, column)
    kind = next((kind for kind in layout.KINDS if match_key(kind) == match_key(text)), "")
    if not kind:
        page.report(rules.KIND_UNKNOWN, row, column, value=text or _EMPTY)
    return kind


def _read_attributes(register: Register, row: int, kind: str, group: str) -> frozenset[str]:
    page, held = register.page, set()
    for name, column in register.attributes.items():
        text = page.text(row, column)
        if text:
            answer = read_word(text).value
            if answer is None:
                page.report(rules.ATTRIBUTE_UNCLEAR, row, column, heading=name, group=group, value=text)
            elif answer == YES:
                held.add(name)
            continue
        # "Bản sản xuất nông nghiệp" says nothing about a tổ dân phố: there a blank is no open question.
        about_villages = match_key(name).split()[:1] == [match_key(layout.VILLAGE)]
        if name in register.referred and not (kind == layout.TOWN_GROUP and about_villages):
            page.report(rules.ATTRIBUTE_UNCLEAR, row, column, heading=name, group=group, value=_EMPTY)
    return _shared(frozenset(held))


@lru_cache(maxsize=1024)
def _shared(attributes: frozenset[str]) -> frozenset[str]:
    """Return the same object for the same attributes: a country has ninety thousand groups."""
    return attributes
