"""Bytes or a path → a workbook's cells, through python-calamine: the one narrow door all reading goes through."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Book, Cause, Sheet, UnreadableError, Value
from tdp_xlsx.reading.extras import dressed, enriched, mended
from tdp_xlsx.reading.facts import (
    MAX_CELLS,
    BookFacts,
    RowFacts,
    SheetFacts,
    check_agreement,
    remembered_line,
    too_wide,
)
from tdp_xlsx.reading.kinds import Kind, kind_of, refuse_unless_workbook
from tdp_xlsx.reading.package import OWN, STRANGERS, Limits, open_package
from tdp_xlsx.reading.parts import remembered_facts, xlsx_facts
from tdp_xlsx.reading.usual import REMEMBERED, remembered_piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from python_calamine import CalamineWorkbook

__all__ = ["Book", "Sheet", "UnreadableError", "read_workbook"]

_FORMATS = {Kind.XLSX: "xlsx", Kind.XLSB: "xlsb", Kind.XLS: "xls", Kind.ODS: "ods"}
_TELLS_FORMULAS = frozenset({Kind.XLSX, Kind.ODS})
_ACTIVE = (
    (re.compile(r"xl/vbaProject\.bin|Basic/.*|Scripts/.*|.*_vba_project.*|xl/macrosheets/.*"), "macro"),
    (re.compile(r"xl/externalLinks/.*"), "liên kết tới tệp khác"),
    (re.compile(r"xl/(?:embeddings|activeX|ctrlProps)/.*|Object \d+/.*|mbd[0-9a-f]{8}"), "đối tượng nhúng"),
    (re.compile(r"xl/connections\.(?:xml|bin)|xl/queryTables/.*"), "kết nối dữ liệu"),
)
_CALLING = ("DDE", "HYPERLINK", "WEBSERVICE", "|")  # without any of these, no need to look closer
_CALLS_OUT = re.compile(r"\b(?:DDE|HYPERLINK|WEBSERVICE)\s*\(|\|\s*'", re.IGNORECASE)


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
    # What only one of the rarer formats needs is loaded with its first file.
    parts: Mapping[str, bytes] = {}
    if kind is Kind.XLS:
        from tdp_xlsx.reading.ole import storage_names  # noqa: PLC0415
        from tdp_xlsx.reading.parts_xls import xls_facts  # noqa: PLC0415

        names: Iterable[str] = storage_names(content)
        readable, facts = content, xls_facts(content, most)
    else:
        parts = open_package(content, limits)
        names, readable = parts, mended(content, kind)
        if kind is Kind.XLSX:
            facts = xlsx_facts(parts, most, wanted)
        elif kind is Kind.ODS:
            from tdp_xlsx.reading.parts_ods import ods_facts  # noqa: PLC0415

            facts = ods_facts(parts, most)
        else:
            from tdp_xlsx.reading.parts_xlsb import xlsb_facts  # noqa: PLC0415

            facts = xlsb_facts(open_package(readable), most)
    book = Book(_FORMATS[kind], _sheets(readable, kind, facts), facts.properties, active=_active(names, facts))
    book = enriched(book, parts, facts, kind)
    if limits is OWN:
        _forget()
    return book


def _forget() -> None:
    """Let go of remembered rows: those of the office's own workbooks do not come again."""
    for remembered in (remembered_piece, remembered_facts, remembered_line, dressed, _row_calls_out):
        remembered.cache_clear()


def _sheets(content: bytes, kind: Kind, facts: BookFacts) -> tuple[Sheet, ...]:
    import python_calamine  # noqa: PLC0415 - heavy, and not needed to tell what a file is

    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as workbook:
            sheets = tuple(
                _sheet(workbook, meta.name, kind, facts.sheets[meta.name])
                for meta in workbook.sheets_metadata
                if meta.name in facts.sheets
            )
    except python_calamine.PasswordError as fault:
        raise UnreadableError("tệp có mật khẩu", Cause.PASSWORD) from fault
    except UnreadableError:
        raise
    except BaseException as fault:
        # A panic inside the reader is no Exception; only what the user pressed must pass.
        if isinstance(fault, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise UnreadableError("tệp bị hỏng hoặc không đúng định dạng") from fault
    if len(sheets) != len(facts.sheets):
        raise UnreadableError("không đọc chắc chắn được các trang tính", Cause.UNCERTAIN)
    return sheets


def _sheet(workbook: CalamineWorkbook, name: str, kind: Kind, facts: SheetFacts) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise too_wide()
    # iter_rows pads the rows above the used area, but not the columns beside it.
    margin: tuple[Value, ...] = ("",) * (sheet.start[1] if sheet.start else 0)
    rows = tuple([(*margin, *row) for row in sheet.iter_rows()] if margin else map(tuple, sheet.iter_rows()))
    lines = check_agreement(name, rows, facts)
    formulas = facts.all_formulas if kind in _TELLS_FORMULAS else None
    return Sheet(name, rows, formulas, facts.all_errors, lines=lines)


def _active(names: Iterable[str], facts: BookFacts) -> tuple[str, ...]:
    """Return what a workbook carries that could run or reach out, as people call it."""
    found = list(_told_by_names(tuple(names)))
    if any(map(_calls_out, facts.sheets.values())):
        found.append("công thức gọi ra ngoài")
    return tuple(found)


@lru_cache(maxsize=64)
def _told_by_names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(what for pattern, what in _ACTIVE if any(pattern.fullmatch(name) for name in names))


def _calls_out(facts: SheetFacts) -> bool:
    """Whether any formula of a sheet reaches for something outside the workbook."""
    if facts.rows is None:
        return _is_calling("\n".join(facts.formulas.values()))
    return any(_row_calls_out(row) for row in facts.rows.values() if row.formulas)


@lru_cache(maxsize=REMEMBERED)
def _row_calls_out(row: RowFacts) -> bool:
    return _is_calling("\n".join(row.formulas.values()))


def _is_calling(formulas: str) -> bool:
    return any(word in formulas.upper() for word in _CALLING) and _CALLS_OUT.search(formulas) is not None
