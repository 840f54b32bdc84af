"""The round as open data: a CSV file for each table, described by a Frictionless Data Package."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from tdp_xlsx import __version__, layout
from tdp_xlsx.outputs import exclusive, put_bytes, settle
from tdp_xlsx.papers.private import masking
from tdp_xlsx.papers.standing import standing
from tdp_xlsx.papers.tables import Source, tables
from tdp_xlsx.text import csv_cell

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.papers.standing import Standing
    from tdp_xlsx.papers.tables import Table

_DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
_NOTE = (
    "Không có họ tên, điện thoại, địa chỉ thư của người lập, người gửi, người thẩm định. Giấy phép sử dụng do cơ quan "
    "công bố quyết định; chưa ghi ở đây."
)


def export(root: Path, *, evidence: bool = False) -> Path:
    """Write the tables and what describes them; return their folder. With ``evidence``, what leaders typed too.

    Raises:
        CannotRunError: The ward workbook does not show the round as it is, or a file cannot be written.
    """
    folder = root / layout.OPEN_DATA
    with exclusive(root):
        stands = standing(root)
        source = Source(stands.round, masking(stands.round), evidence)
        resources = []
        for table in tables(stands.round.template.plan, evidence=evidence):
            content = _csv(table, source)
            put_bytes(folder / f"{table.name}.csv", content, settle_folder=False)
            resources.append(_resource(table, content))
        package = json.dumps(_package(stands, resources), ensure_ascii=False, indent=2) + "\n"
        put_bytes(folder / "datapackage.json", package.encode(), settle_folder=False)
        settle(folder)
    return folder


def _csv(table: Table, source: Source) -> bytes:
    lines = [",".join(csv_cell(one.name) for one in table.fields)]
    lines += (",".join(map(_cell, row)) for row in table.rows(source))
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _cell(value: str | float | None) -> str:
    if isinstance(value, str):
        return csv_cell(value) if value else ""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)


def _resource(table: Table, content: bytes) -> dict[str, Any]:
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "title": table.title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": _DIALECT,
        "schema": table.schema(),
    }


def _package(stands: Standing, resources: list[dict[str, Any]]) -> dict[str, Any]:
    settings = stands.round.template.plan.settings
    made_up = "SỐ LIỆU MINH HỌA: " if stands.demo else ""
    name = PurePosixPath(stands.workbook).name
    return {
        "profile": "tabular-data-package",
        "name": f"tdp-xlsx-{settings.edition}",
        "title": f"{made_up}Kết quả đánh giá tổ dân phố, bản năm {settings.year}, {settings.office}",
        "description": f"{made_up}{_NOTE}",
        "version": __version__,
        "sources": [
            {"title": f"Sổ tổng hợp {name}", "path": name, "year": settings.year, "sha256": stands.sha256},
        ],
        "resources": resources,
    }
