"""What cells of an ``.ods`` workbook look like, where that changes what they say; and which are merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.reading.cells import Look

if TYPE_CHECKING:
    import xml.etree.ElementTree as ET
    from collections.abc import Iterator, Mapping

    from tdp_xlsx.reading.cells import Area, Position

_CELLS = frozenset({"table-cell", "covered-table-cell"})
_MOST = 16_384  # columns or rows one repeated cell is followed over: a form has far fewer


def ods_looks(
    content: ET.Element, styles: ET.Element | None
) -> dict[str, tuple[Mapping[Position, Look], tuple[Area, ...]]]:
    """Return, by sheet, the look of every cell that holds something or is coloured, and the merged areas."""
    made = _made_looks(content, styles)
    return {_attribute(table, "name"): _sheet(table, made) for table in content.iter() if _local(table) == "table"}


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str:
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def _made_looks(*trees: ET.Element | None) -> dict[str, Look]:
    """Return the look of each style, its parents' followed where it says nothing itself."""
    own: dict[str, tuple[str, dict[str, str]]] = {}
    for tree in trees:
        for style in tree.iter() if tree is not None else ():
            if _local(style) == "style":
                said = {
                    key.rpartition("}")[2]: value
                    for one in style
                    if _local(one) in {"text-properties", "table-cell-properties"}
                    for key, value in one.attrib.items()
                }
                own.setdefault(_attribute(style, "name"), (_attribute(style, "parent-style-name"), said))

    def whole(name: str, depth: int = 8) -> dict[str, str]:
        parent, said = own.get(name, ("", {}))
        return (whole(parent, depth - 1) if parent and depth else {}) | said

    return {name: _look(whole(name)) for name in own}


def _look(said: Mapping[str, str]) -> Look:
    fill = said.get("background-color", "")
    return Look(
        said.get("font-name") or said.get("font-family", "").strip("'"),
        struck=_is_struck(said),
        fill="" if fill == "transparent" else fill,
    )


def _is_struck(said: Mapping[str, str]) -> bool:
    """Whether text is struck through; LibreOffice leaves the line's style out of parts of a text, not its type."""
    kind = said.get("text-line-through-type", "none")
    return said.get("text-line-through-style", "none" if kind == "none" else "solid") != "none"


def _sheet(table: ET.Element, made: Mapping[str, Look]) -> tuple[dict[Position, Look], tuple[Area, ...]]:
    looks: dict[Position, Look] = {}
    merged: list[Area] = []
    row = 1
    for line in table.iter():
        if _local(line) != "table-row":
            continue
        column = 1
        for cell in line:
            if _local(cell) not in _CELLS:
                continue
            repeated = int(_attribute(cell, "number-columns-repeated") or 1)
            look = made.get(_attribute(cell, "style-name"), Look())
            look = Look(
                look.font,
                struck=look.struck or any(made.get(name, Look()).struck for name in _span_styles(cell)),
                percent=_attribute(cell, "value-type") == "percentage",
                fill=look.fill,
            )
            if repeated < _MOST and (look != Look()):
                for offset in range(repeated):
                    looks[row, column + offset] = look
            across = int(_attribute(cell, "number-columns-spanned") or 1)
            down = int(_attribute(cell, "number-rows-spanned") or 1)
            if across > 1 or down > 1:
                merged.append((row, column, row + down - 1, column + across - 1))
            column += repeated
        row += int(_attribute(line, "number-rows-repeated") or 1)
    return looks, tuple(merged)


def _span_styles(cell: ET.Element) -> Iterator[str]:
    for one in cell.iter():
        if _local(one) == "span":
            yield _attribute(one, "style-name")
