"""A returned form in memory: a form read once, changed as leaders and their programs change it, understood."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from unicodedata import normalize

from tdp_xlsx.folder import load_template
from tdp_xlsx.intake.expected import Expected
from tdp_xlsx.intake.understand import understand
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import Book, Look, Sheet
from tdp_xlsx.submission import InboxFile
from tests.kit.ward import FORM, NOT_APPLICABLE, Line, Ward

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tdp_xlsx.intake.understand import Understood
    from tdp_xlsx.model import Plan
    from tdp_xlsx.submission import Submission
    from tdp_xlsx.template import Template

T = TypeVar("T")
HEADINGS = {"B": "Tiêu chí", "C": "Có", "D": "Không", "E": "Trả lời", "F": "Số liệu, minh chứng (không bắt buộc)"}
MOMENT = dt.datetime(2021, 11, 20, 8, 0, tzinfo=dt.UTC)

REGISTER = (
    Line("TDP-05", "Tổ dân phố số 5"),
    Line("TDP-16", "Tổ dân phố số 16"),
    Line("BAN-01", "Bản Nà", kind="Bản", farming="Có"),
    Line("BAN-02", "Bản Nà Bó", kind="Bản", farming="Có", countryside="Có"),
)


@dataclass
class Office:
    """A ward's template and blank forms, read once."""

    ward: Ward

    @classmethod
    def make(cls, root: Path, register: Iterable[Line] = REGISTER, settings: Mapping[str, Any] | None = None) -> Office:
        """Make the working folder and its forms."""
        return cls(Ward.make(root, register, settings).generate())

    @cached_property
    def template(self) -> Template:
        """The template as read."""
        return load_template(self.ward.root)

    @property
    def plan(self) -> Plan:
        """The plan as read."""
        return self.template.plan

    @cached_property
    def expected(self) -> Expected:
        """What is expected of returned forms."""
        return Expected(self.plan)

    @cached_property
    def _books(self) -> dict[str, Book]:
        return {}

    def paper(self, code: str) -> Paper:
        """Return a group's blank form, to be changed."""
        if code not in self._books:
            self._books[code] = read_workbook(self.ward.form(code))
        return Paper(self._books[code])

    def understand(self, paper: Paper, name: str = "inbox/bang.xlsx") -> Understood:
        """Understand a form as if it lay in the inbox."""
        (understood,) = understand(self.expected, InboxFile(name, "0" * 64, 1, MOMENT), paper.book())
        return understood


@dataclass
class Page:
    """One sheet, changeable."""

    name: str
    rows: list[list[Any]]
    formulas: dict[tuple[int, int], str]
    errors: dict[tuple[int, int], str]
    looks: dict[tuple[int, int], Look]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    keeps_formulas: bool = True

    def put(self, row: int, column: int, value: Any) -> None:
        """Type a value: what stood there goes, a formula too."""
        line = self.rows[row - 1]
        line += [""] * (column - len(line))
        line[column - 1] = value
        self.formulas.pop((row, column), None)

    def move(self, place: Callable[[int, int], tuple[int, int] | None]) -> None:
        """Put every cell elsewhere (None: it goes)."""
        width = max(map(len, self.rows))
        cells = {}
        for r, line in enumerate(self.rows, 1):
            for c, value in enumerate([*line, *[""] * (width - len(line))], 1):
                to = place(r, c)
                if to is not None:
                    cells[to] = value
        height, width = max(r for r, _ in cells), max(c for _, c in cells)
        self.rows = [[cells.get((r, c), "") for c in range(1, width + 1)] for r in range(1, height + 1)]
        self.formulas = _moved(self.formulas, place)
        self.errors, self.looks = _moved(self.errors, place), _moved(self.looks, place)
        self.merged = [
            (top[0], top[1], end[0], end[1])
            for t, left, b, right in self.merged
            if (top := place(t, left)) and (end := place(b, right))
        ]


class Paper:
    """A form under a leader's hands."""

    def __init__(self, book: Book) -> None:
        self.format = book.format
        self.properties = dict(book.properties)
        self.additions: dict[str, int] = {}
        self.pages = [
            Page(
                s.name,
                [list(row) for row in s.rows],
                dict(s.formulas),
                dict(s.errors),
                dict(s.looks),
                list(s.merged),
            )
            for s in book.sheets
        ]
        self.form = next(page for page in self.pages if page.name == FORM)

    def book(self) -> Book:
        """Return the form as the reader would hand it over."""
        sheets = tuple(
            Sheet(p.name, tuple(map(tuple, p.rows)), p.formulas, p.errors, p.looks, tuple(p.merged), p.keeps_formulas)
            for p in self.pages
        )
        added = {kind: [""] * count for kind, count in self.additions.items()}
        return Book(self.format, (replace(sheets[0], additions=added), *sheets[1:]), self.properties)

    @property
    def key_rows(self) -> dict[str, int]:
        """The row of each criterion."""
        return {
            value.removeprefix("TC-"): r
            for r, row in enumerate(self.form.rows, 1)
            for value in row
            if isinstance(value, str) and value.startswith("TC-")
        }

    @property
    def key_column(self) -> int:
        """The column of the keys."""
        return next(c for row in self.form.rows for c, value in enumerate(row, 1) if str(value).startswith("TC-"))

    @property
    def applicable(self) -> list[str]:
        """The codes of the criteria the group has to answer."""
        column = self.column("E")
        return [c for c, row in self.key_rows.items() if self.form.rows[row - 1][column - 1] != NOT_APPLICABLE]

    def column(self, letter: str) -> int:
        """Return where a column of the blank form (by its letter there) stands now."""
        for row in self.form.rows:
            if len(row) - row.count("") < len(HEADINGS):
                continue
            seen = [" ".join(normalize("NFC", str(value)).split()) for value in row]
            if HEADINGS[letter] in seen and "Tiêu chí" in seen:
                return seen.index(HEADINGS[letter]) + 1
        raise AssertionError(letter)

    def write(self, code: str, letter: str, value: Any, look: Look | None = None) -> Paper:
        """Type into a criterion's row."""
        return self._write_at(self.key_rows[code], self.column(letter), value, look)

    def _write_at(self, row: int, column: int, value: Any, look: Look | None = None) -> Paper:
        self.form.put(row, column, value)
        if look is not None:
            self.form.looks[row, column] = replace(self.form.looks.get((row, column), Look()), **_said(look))
        return self

    def fill(self, answers: Mapping[str, str] | None = None) -> Paper:
        """Answer everything: cases Không, criteria Có, but for ``answers`` by code."""
        column = self.column("E")
        for code, row in self.key_rows.items():
            if self.form.rows[row - 1][column - 1] != NOT_APPLICABLE:
                self._write_at(row, column, (answers or {}).get(code, "Không" if code.startswith("I.") else "Có"))
        return self

    def as_format(self, name: str) -> Paper:
        """Make it a file of another format, as a program writes it that keeps values alone in .xls and .xlsb."""
        self.format = name
        if name not in {"xlsx", "ods"}:
            for page in self.pages:
                page.formulas, page.looks, page.merged, page.keeps_formulas = {}, {}, [], False
            self.properties = {}
        return self


def _moved(held: dict[tuple[int, int], T], place: Callable[[int, int], tuple[int, int] | None]) -> Any:
    return {to: value for at, value in held.items() if (to := place(*at)) is not None}


def _said(look: Look) -> dict[str, Any]:
    plain = Look()
    return {
        name: getattr(look, name)
        for name in ("font", "struck", "percent", "fill")
        if getattr(look, name) != getattr(plain, name)
    }


def values(submission: Submission | None) -> dict[str, str | None]:
    """Return the answers of a submission by code, those that do not apply left out."""
    assert submission is not None
    return {c: a.value for c, a in submission.answers.items() if a.state != "not_applicable"}


def codes(understood: Understood, severity: str | None = None) -> list[str]:
    """Return the codes of what was found, in order."""
    return [f.code for f in understood.findings if severity in {None, f.severity.value}]
