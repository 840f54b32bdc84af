"""Forms that other programs saved, damaged or written otherwise: no answer differs unless something is said.

Marked `exhaustive`, a long sweep of the same. `TDP_MUTANT_SEED` sets another seed.
"""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.comments import Comment

from tdp_xlsx.folder import load_template
from tdp_xlsx.intake.expected import Expected
from tdp_xlsx.intake.opening import open_entries
from tdp_xlsx.intake.understand import understand
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.inbox import entries
from tdp_xlsx.submission import FileStatus
from tests.kit.mutations import damaged, packed, unpacked
from tests.kit.rewritings import REWRITINGS
from tests.kit.seen import Seen, by_libreoffice, by_openpyxl, by_us, by_xlrd
from tests.kit.ward import FORM, Line, Ward, answer_cells, key_rows
from tests.test_differential import dressed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tdp_xlsx.intake.understand import Understood
    from tdp_xlsx.reading.cells import Book, Position
    from tests.kit.node import Node
    from tests.kit.office import Office

FORMATS = ("xlsx", "xls", "ods", "xlsb")
SEED = os.environ.get("TDP_MUTANT_SEED", "2021")
COUNT, MANY, AT_ONCE = 60, 10_000, 200
COMMAND_LINE = 48
ANSWER_COLUMNS = (3, 4, 5)
NAMED = {FileStatus.REJECTED, FileStatus.KEPT, FileStatus.IGNORED}
UNCHANGED = "all answers are the undamaged form's"
DEADLY = "F211"
"""What ends the process that reads it, or takes too long."""


@dataclass(frozen=True)
class Desk:
    """A ward, its forms as other programs saved them, and what the undamaged ones say."""

    ward: Ward
    office: Office
    folder: Path
    expected: Expected
    forms: Mapping[str, bytes]
    rows: Mapping[int, str]

    @property
    def places(self) -> dict[Position, str]:
        """The cells of answers, each with its criterion."""
        return {(row, column): code for row, code in self.rows.items() for column in ANSWER_COLUMNS}

    def read(self, folder: Path) -> Iterator[tuple[str, Book | None, Understood | None, list[str]]]:
        """Yield name, cells, what is understood and the codes of all findings of each file of a folder."""
        for opened in open_entries(entries(folder, folder)):
            codes = [finding.code for finding in opened.findings]
            if opened.book is None:
                yield opened.file.path, None, None, codes
                continue
            (understood,) = understand(self.expected, opened.file, opened.book)
            codes += [finding.code for finding in understood.findings]
            yield opened.file.path, opened.book, understood, codes


@pytest.fixture(scope="module")
def desk(office: Office, node: Node, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    ward = Ward.make(tmp_path_factory.mktemp("phuong"), [Line("TDP-05", "Tổ dân phố số 5")]).generate()
    folder = tmp_path_factory.mktemp("dang")
    sheet = openpyxl.load_workbook(ward.form("TDP-05"))[FORM]
    dice = Random(SEED)  # noqa: S311 - made-up answers
    typed: dict[str, str | float | None] = {}
    for n, cell in enumerate(answer_cells(sheet)):
        typed[cell] = dice.choice(("Có", "Không"))
        if n % 3 == 0:
            typed[cell.replace("E", "F")] = f"Biên bản số {n}"
    for suffix in ("xlsx", "xls", "ods"):
        office.fill(ward.form("TDP-05"), folder / f"form.{suffix}", {FORM: typed})
    node.sheetjs_save(folder / "form.xlsx", folder / "form.xlsb")
    expected = Expected(load_template(ward.root).plan)
    forms = {suffix: (folder / f"form.{suffix}").read_bytes() for suffix in FORMATS}
    rows = {row: code for code, row in key_rows(sheet).items()}
    return Desk(ward, office, tmp_path_factory.mktemp("nhin"), expected, forms, rows)


@pytest.fixture(scope="module")
def whole(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str | None]]:
    """The answers of the undamaged forms, by format."""
    folder = tmp_path_factory.mktemp("nguyen")
    for suffix, content in desk.forms.items():
        (folder / f"form.{suffix}").write_bytes(content)
    found = {}
    for name, _, understood, codes in desk.read(folder):
        assert (codes, understood and understood.outcome.status) == ([], FileStatus.ACCEPTED), name
        found[name.rpartition(".")[2]] = _answers(understood)
    assert len(found) == len(FORMATS)
    assert len({tuple(answers.items()) for answers in found.values()}) == 1
    return found


def _answers(understood: Understood | None) -> dict[str, str | None]:
    assert understood is not None
    assert understood.submission is not None
    return {code: answer.value for code, answer in understood.submission.answers.items()}


def _made(desk: Desk, numbers: range, folder: Path) -> dict[str, str]:
    """Put mutants into a folder; return what was done to each."""
    folder.mkdir()
    done = {}
    for number in numbers:
        suffix = FORMATS[number % len(FORMATS)]
        what, content = damaged(suffix, desk.forms[suffix], Random(f"{SEED}-{number}"))  # noqa: S311 - made-up damage
        (folder / f"{number}.{suffix}").write_bytes(content)
        done[f"{number}.{suffix}"] = what
    return done


def _faults(desk: Desk, whole: Mapping[str, Mapping[str, str | None]], folder: Path) -> Iterator[str]:
    """Yield what is wrong with how a folder of mutants is read."""
    for name, book, understood, codes in desk.read(folder):
        if DEADLY in codes:
            yield f"{name}: crash or hang"
        if understood is None or understood.outcome.status in NAMED:
            if not codes:
                yield f"{name}: refused without a word"
            continue
        assert book is not None
        path, suffix = folder / name.partition("/")[0], name.rpartition(".")[2]
        answers = _answers(understood)
        told = {finding.place.criterion for finding in understood.findings}
        silent = sorted({code for code, value in answers.items() if value != whole[suffix][code]} - told)
        differing: list[list[str]] = []
        for view in _views(desk, path, suffix):
            differing.append(sorted(_differing(desk, book, view) - told))
            if not differing[-1]:
                break
        if silent and not differing:
            yield f"{name}: {silent} changed, and no other program opens it"
        if differing and differing[-1]:
            said = f"changed unsaid: {silent}" if silent else UNCHANGED
            yield f"{name}: {min(differing, key=len)} are not as other programs see them; {said}"


def _views(desk: Desk, path: Path, suffix: str) -> Iterator[Seen]:
    """Yield what other programs see of a file, as far as they open it and find the form's sheet."""
    seen: list[Seen] = []
    if suffix in {"xlsx", "xlsb"}:
        path = _named_as_before(desk, path, suffix)
    with suppress(Exception):
        if suffix == "xlsx":
            seen.append(by_openpyxl(path))
        if suffix == "xls":
            seen.append(by_xlrd(path))
    with suppress(Exception):
        seen.append(by_libreoffice(desk.office, path, desk.folder))
    yield from (view for view in seen if view.texts.keys() & desk.places.keys())


def _named_as_before(desk: Desk, path: Path, suffix: str) -> Path:
    """Return a workbook whose parts have their names' own letters: Excel heeds no case in them, other programs do."""
    names = {name.casefold(): name for name in unpacked(desk.forms[suffix])}
    with suppress(zipfile.BadZipFile):
        parts = unpacked(path.read_bytes())
        if not parts.keys() <= set(names.values()):
            path = desk.folder / path.name
            path.write_bytes(packed({names.get(name.casefold(), name): part for name, part in parts.items()}))
    return path


def _differing(desk: Desk, book: Book, view: Seen) -> set[str]:
    """Return the criteria whose answer cells we see otherwise than another program."""
    ours = by_us(book)
    places = desk.places
    found: set[str] = set()
    # A formula under a merged cell is gone for other programs.
    under = {(r, k) for t, lf, b, rt in ours.merged or () for r in range(t, b + 1) for k in range(lf, rt + 1)}
    # What a formula comes to is no answer: another program may have reckoned it anew, or have lost it and show nothing.
    own = ours.formulas or frozenset()
    gone = under | {at for at in own if at not in view.texts}
    formulas = own & ((view.formulas or frozenset()) | gone)
    if view.formulas is not None:
        found |= {code for at, code in places.items() if (at in own) != (at in view.formulas) and at not in gone}
    if ours.struck is not None and view.struck is not None:
        found |= {code for at, code in places.items() if (at in ours.struck) != (at in view.struck)}
    if ours.merged is not None and view.merged is not None:
        areas = ours.merged ^ view.merged
        found |= {c for (r, k), c in places.items() if any(t <= r <= b and lf <= k <= rt for t, lf, b, rt in areas)}
    return found | {
        code
        for at, code in places.items()
        if at not in formulas and ours.texts.get(at, "").strip() != view.texts.get(at, "").strip()
    }


def test_no_damage_changes_an_answer_unsaid(
    desk: Desk, whole: dict[str, dict[str, str | None]], tmp_path: Path
) -> None:
    done = _made(desk, range(COUNT), tmp_path / "hong")
    assert [f"{done[f.partition(':')[0]]}: {f}" for f in _faults(desk, whole, tmp_path / "hong")] == []


@pytest.mark.exhaustive
def test_none_of_ten_thousand_damages_changes_an_answer_unsaid(
    desk: Desk, whole: dict[str, dict[str, str | None]], tmp_path: Path
) -> None:
    """What other programs see otherwise, though no answer changed, is held against fewer than one in a thousand."""
    faults: list[str] = []
    for first in range(COUNT, COUNT + MANY, AT_ONCE):
        done = _made(desk, range(first, first + AT_ONCE), tmp_path / f"{first}")
        faults += [f"{done[f.partition(':')[0]]}: {f}" for f in _faults(desk, whole, tmp_path / f"{first}")]
        for name in done:
            (tmp_path / f"{first}" / name).unlink()
    otherwise = [fault for fault in faults if fault.endswith(UNCHANGED)]
    assert [fault for fault in faults if fault not in otherwise] == []
    assert len(otherwise) < MANY // 1000, otherwise


def test_damaged_forms_are_all_named_by_the_command(desk: Desk, tmp_path: Path) -> None:
    ward = Ward.make(tmp_path / "phuong", [Line("TDP-05", "Tổ dân phố số 5")])
    (ward.inbox).rmdir()
    done = _made(desk, range(COMMAND_LINE), ward.inbox)
    checked = ward.call("check", "--json")
    assert checked.code in {0, 1}
    assert sorted(path.removeprefix("inbox/").partition("/")[0] for path in checked.files()) == sorted(done)
    silent = Counter(checked.files().values()).keys() - {"accepted", "duplicate", "superseded", "incomplete"}
    assert {finding["file"] for finding in checked.json["findings"]} >= {
        path for path, status in checked.files().items() if status in silent
    }


@pytest.fixture(scope="module")
def dressed_form(desk: Desk) -> Path:
    """A form with struck, merged and percent cells and a comment, saved by LibreOffice."""
    book = openpyxl.load_workbook(desk.ward.form("TDP-05"))
    dressed(book[FORM])
    book[FORM]["F9"].comment = Comment("hỏi lại", "Tổ trưởng")
    book.save(desk.folder / "dressed.xlsx")
    return desk.office.convert(desk.folder / "dressed.xlsx", desk.folder / "dressed-saved.xlsx")


@pytest.mark.parametrize("rewriting", REWRITINGS)
def test_the_same_form_written_otherwise_is_read_the_same(dressed_form: Path, rewriting: str) -> None:
    book = read_workbook(packed(REWRITINGS[rewriting](unpacked(dressed_form.read_bytes()))))
    assert by_openpyxl(dressed_form).differences(by_us(book)) == []
    assert book.sheets[0].additions == {"ghi chú gắn vào ô": ["F9"]}


@pytest.mark.parametrize("rewriting", sorted(REWRITINGS.keys() - {"names in other letters"}))
def test_a_form_written_otherwise_is_no_other_form_to_libreoffice(
    desk: Desk, dressed_form: Path, tmp_path: Path, rewriting: str
) -> None:
    (tmp_path / "a.xlsx").write_bytes(packed(REWRITINGS[rewriting](unpacked(dressed_form.read_bytes()))))
    seen = by_libreoffice(desk.office, tmp_path / "a.xlsx", tmp_path)
    assert by_openpyxl(dressed_form).differences(seen) == []
