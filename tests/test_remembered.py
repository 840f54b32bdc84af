"""What is remembered of forms read before changes nothing in how the next is read."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from random import Random
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tdp_xlsx.intake.expected import Expected
from tdp_xlsx.intake.opening import file_of
from tdp_xlsx.intake.understand import understand
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import UnreadableError
from tdp_xlsx.reading.request import Reading
from tdp_xlsx.workflow import load_template
from tests.kit.ward import FORM, Line, Ward, answer_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openpyxl.worksheet.worksheet import Worksheet

    from tests.kit.office import Office

MUTANTS = 120
SHEET = "xl/worksheets/sheet1.xml"
_ROW = re.compile(r"<row .*?</row>", re.DOTALL)
_DIGIT = re.compile(r"(?<=[\">A-Z])[0-9]+(?=[\"<])")
_CELL = re.compile(r"<c [^>]*?/>|<c .*?</c>", re.DOTALL)
_TEXT = re.compile(r"(?<=>)[^<>]+(?=</)")


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    lines = [Line("TDP-05", "Tổ dân phố số 5"), Line("B-07", "Bản Nà Ngập", "Bản")]
    return Ward.make(tmp_path_factory.mktemp("phuong"), lines).generate()


@pytest.fixture(scope="module")
def by_openpyxl(ward: Ward) -> list[Mapping[str, bytes]]:
    """Forms of two groups, filled in two ways each; their texts stand in their cells."""
    forms: list[Mapping[str, bytes]] = []
    for code in ("TDP-05", "B-07"):
        for seed in (1, 2):
            book = openpyxl.load_workbook(ward.form(code))
            for cell, word in _chosen(book[FORM], seed).items():
                book[FORM][cell] = word
            content = io.BytesIO()
            book.save(content)
            forms.append(_parts(content.getvalue()))
    return forms


@pytest.fixture(scope="module")
def by_libreoffice(ward: Ward, office: Office, tmp_path_factory: pytest.TempPathFactory) -> list[Mapping[str, bytes]]:
    """The same, saved by LibreOffice; their texts are shared."""
    folder = tmp_path_factory.mktemp("da-dien")
    forms: list[Mapping[str, bytes]] = []
    for code in ("TDP-05", "B-07"):
        chosen = _chosen(openpyxl.load_workbook(ward.form(code))[FORM], 3)
        office.fill(ward.form(code), folder / f"{code}.xlsx", {FORM: chosen})
        forms.append(_parts((folder / f"{code}.xlsx").read_bytes()))
    return forms


def _chosen(sheet: Worksheet, seed: int) -> dict[str, str]:
    dice = Random(seed)  # noqa: S311 - made-up answers
    return {cell: dice.choice(("Có", "Có", "Không", "x?", "12/15 hộ")) for cell in answer_cells(sheet)}


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


# --- mutations: what a program or a hand could change in the part of a sheet ------------------------------------------


def _one(pattern: re.Pattern[str], change: Callable[[str, Random], str]) -> Callable[[str, Random], str]:
    def mutate(content: str, dice: Random) -> str:
        found = list(pattern.finditer(content))
        if not found:
            return content
        match = dice.choice(found)
        return content[: match.start()] + change(match[0], dice) + content[match.end() :]

    return mutate


MUTATIONS = (
    _one(_DIGIT, lambda old, dice: str(int(old) + dice.choice((-1, 1, 7)))),  # styles, indexes, numbers, addresses
    _one(_ROW, lambda old, _: old + old),
    _one(_ROW, lambda _old, _: ""),
    _one(_ROW, lambda old, dice: old.replace(dice.choice(("Có", "Không", "Tiêu", "TC-")), "Không")),
    _one(_ROW, lambda old, _: old.replace("<row ", "<row  ")),
    _one(_CELL, lambda old, _: old + old),
    _one(_CELL, lambda _old, _: ""),
    _one(_CELL, lambda old, dice: re.sub(r' t="\w+"', dice.choice(("", ' t="str"', ' t="b"', ' t="e"')), old)),
    _one(_CELL, lambda old, _: old.replace("/>", "><v>1</v></c>") if old.endswith("/>") else old),
    _one(_TEXT, lambda _old, dice: dice.choice(("Không", "=1+1", "TC-1.1", "Trả lời", "0,5", "Bản Nà Ngập", " "))),
    _one(_TEXT, lambda old, dice: old + dice.choice(("&amp;", "_x000D_", "\u0301", "]]&gt;", "\ufffe"))),
    _one(re.compile("<mergeCell "), lambda old, dice: f'<mergeCell ref="C{dice.randint(9, 60)}:D60"/>' + old),
)


def read(expected: Expected, content: bytes) -> object:
    """Return all that is made of a file: what it says, or why it cannot be read."""
    try:
        book = read_workbook(content)
    except UnreadableError as fault:
        return fault.cause, str(fault)
    understood = understand(expected, file_of(Reading("a.xlsx", len(content), "0", 0.0)), book)
    said = understood.submission or understood.heard
    return understood.outcome, understood.findings, said and said.answers.said, said and said.signed_by


def forget() -> None:
    """Empty whatever this program's modules remember."""
    for name, module in list(sys.modules.items()):
        if name.startswith("tdp_xlsx"):
            for thing in vars(module).values():
                if hasattr(thing, "cache_clear"):
                    thing.cache_clear()


def _compared(ward: Ward, forms: list[Mapping[str, bytes]]) -> int:
    """Read mutants one after the other, and each once more as if it were the first; return how many could be read."""
    plan = load_template(ward.root).plan
    expected, dice = Expected(plan), Random(2021)  # noqa: S311 - made-up damage
    made = []
    for _ in range(MUTANTS):
        parts = dict(dice.choice(forms))
        sheet = parts[SHEET].decode()
        for mutate in dice.choices(MUTATIONS, k=dice.choice((1, 1, 2, 3))):
            sheet = mutate(sheet, dice)
        made.append(_packed(parts | {SHEET: sheet.encode()}))
    forget()
    warm = [read(expected, content) for content in made]
    for content, before in zip(made, warm, strict=True):
        forget()
        assert read(Expected(plan), content) == before
    return sum(len(found) == 4 for found in warm if isinstance(found, tuple))


@pytest.mark.exhaustive
def test_forms_with_their_texts_in_the_cells_are_read_as_if_each_were_the_first(
    ward: Ward, by_openpyxl: list[Mapping[str, bytes]]
) -> None:
    assert _compared(ward, by_openpyxl) > MUTANTS / 3


@pytest.mark.exhaustive
def test_forms_with_shared_texts_are_read_as_if_each_were_the_first(
    ward: Ward, by_libreoffice: list[Mapping[str, bytes]]
) -> None:
    assert _compared(ward, by_libreoffice) > MUTANTS / 3
