"""A workbook as text, part by part, so that what changed can be read: `python -m tests.kit.golden` renews the files.

Cells are listed with their look, formula and value; numbers of shared texts and formats, which shift with every
addition, are replaced by what they stand for.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tdp_xlsx import __version__
from tests.kit.round import Round, default_plan, groups, made_up_round, submission
from tests.kit.ward_book import decision, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parents[1] / "golden" / "ward_workbook"
ROOM = 3
"""Rows kept for further decisions, instead of hundreds that are all alike."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LEFT_OUT = {"xl/sharedStrings.xml", "xl/styles.xml", "xl/theme/theme1.xml"}
"""What stands in the cells already, and what is the library's own."""


def small_round(folder: Path) -> Path:
    """Write the workbook of a round of four groups, one of which has sent nothing, with three decisions."""
    plan = replace(default_plan(folder), groups=groups(4))
    one, two, three, _ = plan.groups
    intake = replace(
        made_up_round(plan, 2).intake,
        submissions={
            one.code: submission(plan, one, {"2.1": "Không"}),
            two.code: submission(plan, two, {"3.1": None, "4.5a": "một phần"}),
            three.code: submission(plan, three, {"I.2": "Có"}),
        },
    )
    made = (
        decision(one.code, "2.1", "Có"),
        decision(two.code, "2.10", "Không"),
        decision(three.code, "Tất cả", "Giữ nguyên"),
    )
    return write(folder / "w.xlsx", Round(plan, intake), made, room=ROOM)


def parts(path: Path) -> Mapping[str, str]:
    """Return the text of each part of a workbook, by the name of its file."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        texts = [
            "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))
            for item in _root(archive, "xl/sharedStrings.xml")
        ]
        looks = list(_looks(_root(archive, "xl/styles.xml")))
        for name in sorted(archive.namelist()):
            if name in _LEFT_OUT or name.endswith(".vml"):
                continue
            root = _root(archive, name)
            is_sheet = name.startswith("xl/worksheets/sheet")
            lines = _sheet(root, texts, looks) if is_sheet else _lines(root)
            found[name] = "\n".join(lines).replace(__version__, "<version>") + "\n"
    return {f"{re.sub(r'[^a-z0-9]+', '_', name.lower()).strip('_')}.txt": text for name, text in found.items()}


def _root(archive: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(archive.read(name))  # noqa: S314 - our own file


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def _lines(root: ET.Element, depth: int = 0) -> Iterator[str]:
    attributes = "".join(f" {_bare(name)}={value!r}" for name, value in root.attrib.items())
    text = (root.text or "").strip()
    yield "  " * depth + _bare(root.tag) + attributes + (f": {text}" if text else "")
    for child in root:
        yield from _lines(child, depth + 1)


def _sheet(root: ET.Element, texts: list[str], looks: list[str]) -> Iterator[str]:
    for element in root:
        if _bare(element.tag) != "sheetData":
            yield from _lines(element)
            continue
        for row in element:
            # Newer releases of the library round heights to pixels; here all are.
            height = f" height {round(float(row.attrib['ht']) / 0.75) * 0.75:g}" if "ht" in row.attrib else ""
            hidden = " hidden" if row.attrib.get("hidden") == "1" else ""
            yield f"row {row.attrib['r']}{height}{hidden}"
            for cell in row:
                yield _cell(cell, texts, looks)


def _cell(cell: ET.Element, texts: list[str], looks: list[str]) -> str:
    formula, value = cell.findtext(f"{_MAIN}f"), cell.findtext(f"{_MAIN}v")
    if cell.get("t") == "s":
        value = repr(texts[int(value or 0)])
    elif cell.get("t") == "inlineStr":
        value = repr("".join(text.text or "" for text in cell.iter(f"{_MAIN}t")))
    elif value is not None and cell.get("t") == "str":
        value = repr(value)
    said = "" if value is None else f" {value}"
    rule = "" if formula is None else f" ={formula}"
    return f"  {cell.attrib['r']} [{looks[int(cell.get('s', 0))]}]{rule}{' →' if formula else ''}{said}"


def _looks(styles: ET.Element) -> Iterator[str]:
    """Describe each format in words, in the order of their numbers."""
    numbers = {one.attrib["numFmtId"]: one.attrib["formatCode"] for one in styles.iter(f"{_MAIN}numFmt")}
    fonts, fills, borders, formats = (
        list(styles.find(f"{_MAIN}{name}") or ()) for name in ("fonts", "fills", "borders", "cellXfs")
    )
    for one in formats:
        font, fill = fonts[int(one.attrib["fontId"])], fills[int(one.attrib["fillId"])]
        words = [_leaf(font, "name"), _leaf(font, "sz")]
        words += [name for tag, name in (("b", "bold"), ("i", "italic"), ("u", "underlined")) if _has(font, tag)]
        words += [f"ink {_colour(font, 'color')}"] if _colour(font, "color") not in {"", "000000"} else []
        words += [f"on {_colour(fill, 'fgColor')}"] if _colour(fill, "fgColor") else []
        words += ["boxed"] if _has(borders[int(one.attrib["borderId"])], f"left/{_MAIN}color") else []
        alignment, number = one.find(f"{_MAIN}alignment"), one.attrib["numFmtId"]
        if alignment is not None:
            words += [f"{name} {value}" for name, value in alignment.attrib.items()]
        words += [f"as {numbers.get(number, f'number {number}')}"] if number != "0" else []
        yield " ".join(filter(None, words))


def _leaf(element: ET.Element, tag: str) -> str:
    found = element.find(f"{_MAIN}{tag}")
    return "" if found is None else found.attrib["val"]


def _has(element: ET.Element, path: str) -> bool:
    return element.find(f"{_MAIN}{path}") is not None


def _colour(element: ET.Element, tag: str) -> str:
    found = next(element.iter(f"{_MAIN}{tag}"), None)
    return "" if found is None else found.get("rgb", "")[2:]


def renew() -> None:
    """Write the files anew, and remove those of parts that are gone."""
    with TemporaryDirectory() as name:
        texts = parts(small_round(Path(name)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for file, text in texts.items():
        (FOLDER / file).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    renew()
