"""Bytes or a path → a workbook's cells, through python-calamine: the one narrow door all reading goes through."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Book, Sheet, UnreadableError, Value
from tdp_xlsx.reading.extras import enriched, mended
from tdp_xlsx.reading.kinds import WORKBOOKS, Kind, kind_of
from tdp_xlsx.reading.parts import MAX_CELLS, BookFacts, SheetFacts, ods_facts, xlsx_facts

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["Book", "Sheet", "UnreadableError", "read_workbook"]

_FORMATS = {Kind.XLSX: "xlsx", Kind.XLSB: "xlsb", Kind.XLS: "xls", Kind.ODS: "ods"}


def read_workbook(source: Path | bytes) -> Book:
    """Read every sheet of a workbook.

    Raises:
        UnreadableError: It is no workbook, or one that cannot be read; the message says why, for people.
        OSError: The path cannot be opened.
    """
    content = source.read_bytes() if isinstance(source, Path) else source
    kind = kind_of(content)
    if kind is Kind.ENCRYPTED:
        raise UnreadableError("tệp có mật khẩu")
    if kind not in WORKBOOKS:
        raise UnreadableError(f"đây là {kind.value}, không phải sổ tính")
    facts = BookFacts()
    if kind is Kind.XLSX:
        facts = xlsx_facts(content)
    elif kind is Kind.ODS:
        facts = ods_facts(content)
    book = Book(_FORMATS[kind], _sheets(mended(content, kind), kind, facts), facts.properties)
    return enriched(book, content, kind)


def _sheets(content: bytes, kind: Kind, facts: BookFacts) -> tuple[Sheet, ...]:
    import python_calamine  # noqa: PLC0415 - heavy, and not needed to tell what a file is

    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as workbook:
            return tuple(
                _sheet(workbook, meta.name, facts.sheets.get(meta.name) if facts.sheets else None)
                for meta in workbook.sheets_metadata
                if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
                and (kind in {Kind.XLS, Kind.XLSB} or meta.name in facts.sheets)
            )
    except python_calamine.PasswordError as fault:
        raise UnreadableError("tệp có mật khẩu") from fault
    except UnreadableError:
        raise
    except BaseException as fault:
        # A panic inside the reader is no Exception; only what the user pressed must pass.
        if isinstance(fault, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise UnreadableError("tệp bị hỏng hoặc không đúng định dạng") from fault


def _sheet(workbook: CalamineWorkbook, name: str, facts: SheetFacts | None) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise UnreadableError("trang tính có vùng dữ liệu quá rộng so với một bảng tự đánh giá")
    # iter_rows pads the rows above the used area, but not the columns beside it.
    margin: tuple[Value, ...] = ("",) * (sheet.start[1] if sheet.start else 0)
    rows = tuple(margin + tuple(row) for row in sheet.iter_rows())
    if facts is None:
        return Sheet(name, rows)
    return Sheet(name, rows, facts.formulas, facts.errors)
