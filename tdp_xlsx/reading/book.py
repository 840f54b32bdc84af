"""Bytes or a path → a workbook's cells: the one narrow door all reading goes through."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import MAX_CELLS, Book, Cause, Sheet, UnreadableError
from tdp_xlsx.reading.kinds import Kind, kind_of, refuse_unless_workbook
from tdp_xlsx.reading.package import STRANGERS, Limits, open_package
from tdp_xlsx.reading.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Book", "Sheet", "UnreadableError", "read_workbook"]

_CALLING = ("DDE", "HYPERLINK", "WEBSERVICE", "|")  # without any of these, no need to look closer
_CALLS_OUT = re.compile(r"\b(?:DDE|HYPERLINK|WEBSERVICE)\s*\(|\|\s*'")


def read_workbook(
    source: Path | bytes,
    most: int = MAX_CELLS,
    wanted: Callable[[str], bool] = lambda _: True,
    limits: Limits = STRANGERS,
) -> Book:
    """Read every sheet of a workbook, of ``most`` cells at most; of an ``.xlsx``, only those whose name is ``wanted``.

    Raises:
        UnreadableError: It is no workbook, or one that cannot be read; the message says why, for people.
        OSError: The path cannot be opened.
    """
    content = source.read_bytes() if isinstance(source, Path) else source
    kind = kind_of(content, limits)
    refuse_unless_workbook(kind)
    try:
        book = _read(content, kind, most, wanted, limits)
    except (ET.ParseError, LookupError, ValueError, OverflowError, struct.error, RecursionError) as fault:
        raise UnreadableError("tệp bị hỏng") from fault
    if len({sheet.name for sheet in book.sheets}) < len(book.sheets):
        raise UnreadableError("sổ có hai trang tính trùng tên", Cause.UNCERTAIN)
    if any(_calls_out(sheet) for sheet in book.sheets):
        book = replace(book, active=(*book.active, "công thức gọi ra ngoài"))
    return book


def _read(content: bytes, kind: Kind, most: int, wanted: Callable[[str], bool], limits: Limits) -> Book:
    # What only one of the rarer formats needs is loaded with its first file.
    if kind is Kind.XLS:
        from tdp_xlsx.reading.xls import read_xls  # noqa: PLC0415

        return read_xls(content, most)
    held = open_package(content, limits)
    if limits is STRANGERS:
        len([*held.values()])  # each part is unpacked and checked, whether it is read or not
    if kind is Kind.ODS:
        from tdp_xlsx.reading.ods import read_ods  # noqa: PLC0415

        return read_ods(held, most)
    parts = Parts(held)
    if kind is Kind.XLSB:
        from tdp_xlsx.reading.xlsb import read_xlsb  # noqa: PLC0415

        book = read_xlsb(parts, most)
    else:
        from tdp_xlsx.reading.xlsx import read_xlsx  # noqa: PLC0415

        book = read_xlsx(parts, most, wanted)
    from tdp_xlsx.reading.parts import active_content  # noqa: PLC0415

    return replace(book, active=active_content(parts))


def _calls_out(sheet: Sheet) -> bool:
    """Whether any formula of a sheet reaches for something outside the workbook."""
    formulas = "\n".join(sheet.formulas.values())
    return any(word in formulas for word in _CALLING) and _CALLS_OUT.search(formulas) is not None
