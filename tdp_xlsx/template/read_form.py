"""Read the sheet `Bảng tự đánh giá`: its standards and criteria, and where the form stands."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import template as rules
from tdp_xlsx.model import ALL_GROUPS, CASES, Criterion, Figure, Standard
from tdp_xlsx.reading.cells import as_text, cell_name
from tdp_xlsx.template import FormGrid
from tdp_xlsx.template.items import MOST_POINTS, OPERATORS
from tdp_xlsx.template.page import Header, Page, find_header, with_year
from tdp_xlsx.template.read_settings import NotReadError, number_of
from tdp_xlsx.text import display, match_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tdp_xlsx.reading.cells import Position, Sheet

_PARTS = re.compile(r"[IVX]+")
_STANDARD_NUMBER = re.compile(r"\d{1,2}")
_PRINTED_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})?[a-z]?\.?")
_STANDARD_TITLE = re.compile(r"tiêu chuẩn (\d{1,2})\b", re.IGNORECASE)
_CODE = re.compile(r"(?:I|[1-9]\d?)\.[1-9]\d?[a-z]?")
REFERENCE = re.compile(r"'?(?P<sheet>(?:[^'!]|'')+?)'?!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d+)(?:&\"\")?")
_WHOLE_NUMBER = re.compile(r"\d{1,4}")
_GENEROUS_OPERATORS = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<="}
_ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín")


@dataclass(slots=True)
class _Table:
    """The form's table while its rows are walked from top to bottom."""

    page: Page
    header: Header
    year: int
    attributes: tuple[str, ...]
    part: str = ""
    standard: str = ""
    standards: dict[str, Standard] = field(default_factory=dict)
    standard_cells: dict[str, str] = field(default_factory=dict)
    criteria: dict[str, Criterion] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """What the form's sheet holds."""

    standards: tuple[Standard, ...]
    criteria: tuple[Criterion, ...]
    grid: FormGrid


def formula_texts(page: Page, sheets: Mapping[str, Sheet]) -> dict[Position, str]:
    """Return the text each formula cell of a sheet stands for; ``sheets`` is the workbook's, by match key.

    A plain reference is followed, since its cached value is stale or gone after some programs; any other formula
    stands for its cached value.
    """
    texts: dict[Position, str] = {}
    for (row, column), formula in page.sheet.formulas.items():
        match = REFERENCE.fullmatch(formula)
        home = sheets.get(match_key(match["sheet"].replace("''", "'"))) if match else None
        cached = as_text(page.sheet.at(row, column))
        if match and home:
            position = (int(match["row"]), _column_number(match["column"]))
            if position not in home.formulas:
                texts[row, column] = as_text(home.at(*position))
                continue
        if cached:
            texts[row, column] = cached
        else:
            page.report(rules.FORMULA_UNREADABLE, row, column, formula=f"={formula}")
    return texts


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def read_form(page: Page, year: int, attributes: tuple[str, ...]) -> Form | None:
    """Read the form; ``attributes`` are the register's headings that criteria may refer to.

    Returns None where a heading is missing.
    """
    header = find_header(page, (*layout.FORM_HEADINGS, *layout.OFFICE_HEADINGS))
    if header is None:
        return None
    table = _Table(page, header, year, attributes)
    for row in range(header.row + 1, page.height + 1):
        _read_row(table, row)
    _check_texts(page, header)
    criteria = _with_labels(tuple(table.criteria.values()))
    if all(criterion.is_case for criterion in criteria):
        page.report(rules.NO_CRITERIA, header.row, header.columns[layout.CODE])
    # A standard all of whose criteria were removed has nothing to reckon.
    used = {criterion.standard for criterion in criteria}
    standards = tuple(standard for standard in table.standards.values() if standard.number in used)
    grid = FormGrid(page.sheet.name, header.row, header.columns, table.rows, page.overrides)
    return Form(standards, criteria, grid)


def _read_row(table: _Table, row: int) -> None:
    page, columns = table.page, table.header.columns
    number = page.text(row, columns[layout.NUMBER])
    text = page.lines(row, columns[layout.TEXT])
    code = page.text(row, columns[layout.CODE])
    if code:
        _read_criterion(table, row, code, number, text)
        return
    title = _STANDARD_TITLE.match(text)
    if not text:
        return
    if _PARTS.fullmatch(number):
        table.part, table.standard = number, ""
    elif title or (_STANDARD_NUMBER.fullmatch(number) and table.part != CASES):
        _read_standard(table, row, title[1] if title else number, text)
    elif _PRINTED_NUMBER.fullmatch(number):
        page.report(rules.CRITERION_CODE_MISSING, row, columns[layout.CODE], number=number)


def _read_standard(table: _Table, row: int, number: str, title: str) -> None:
    page, column = table.page, table.header.columns[layout.NUMBER]
    table.standard = number
    if number in table.standards:
        page.report(rules.STANDARD_TWICE, row, column, number=number, other=table.standard_cells[number])
        return
    table.standards[number] = Standard(number, with_year(title, table.year))
    table.standard_cells[number] = cell_name(row, column)


def _read_criterion(table: _Table, row: int, code: str, number: str, text: str) -> None:
    page, columns = table.page, table.header.columns
    code_column, number_column = columns[layout.CODE], columns[layout.NUMBER]
    is_case = code.startswith(f"{CASES}.")
    if not isinstance(page.value(row, code_column), str):
        page.report(rules.CRITERION_CODE_NUMERIC, row, code_column, code=code)
        return
    if not _CODE.fullmatch(code):
        page.report(rules.CRITERION_CODE_MALFORMED, row, code_column, code=code)
        return
    if code in table.criteria:
        other = cell_name(table.rows[code], code_column)
        page.report(rules.CRITERION_CODE_TWICE, row, code_column, code=code, other=other)
        return
    if (is_case and table.part not in {"", CASES}) or (not is_case and not table.standard):
        page.report(rules.CRITERION_MISPLACED, row, code_column, code=code)
    if not text:
        page.report(rules.CRITERION_TEXT_MISSING, row, columns[layout.TEXT], code=code)
    # A whole number loses nothing; 2.10 has become 2.1, and a date anything.
    if number and not isinstance(page.value(row, number_column), str) and number not in code.split("."):
        page.report(rules.NUMBER_NUMERIC, row, number_column, code=code, number=number)
    table.rows[code] = row
    table.criteria[code] = Criterion(
        code=code,
        number=number or code.removeprefix(f"{CASES}."),
        label=code,
        part=CASES if is_case else "II",
        standard="" if is_case else table.standard,
        text=with_year(text, table.year),
        applies_to=_applies_to(page, row, columns[layout.APPLIES_TO], code, table.attributes),
        points=_points(page, row, columns[layout.POINTS], code),
        tasks=tuple(filter(None, map(display, re.split(r"[;,\n]", page.lines(row, columns[layout.TASKS]))))),
        figure=_figure(page, row, columns, code),
        hint=with_year(page.text(row, columns[layout.HELP]), table.year),
    )


def _with_labels(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """Return the criteria with what people read: the printed number, told apart where it is printed twice."""
    printed = Counter(criterion.number for criterion in criteria if not criterion.is_case)
    seen: Counter[str] = Counter()
    labelled = []
    for criterion in criteria:
        label = criterion.label if criterion.is_case else criterion.number
        if not criterion.is_case and printed[label] > 1:
            ordinal = seen[label]
            seen[label] += 1
            label = f"{label} (dòng thứ {_ORDINALS[min(ordinal, len(_ORDINALS) - 1)]})"
        labelled.append(replace(criterion, label=label))
    return tuple(labelled)


def _check_texts(page: Page, header: Header) -> None:
    """Check what would confuse whoever reads the form back, and fields nobody fills."""
    headings = {match_key(heading) for heading in layout.FORM_HEADINGS}
    office = {header.columns[heading] for heading in layout.OFFICE_HEADINGS}
    prefix = match_key(layout.KEY_PREFIX)
    has_group = False
    for row, column, text in page.cells():
        if column in office and row >= header.row:
            continue
        page.check_fields(row, column, layout.FORM_FIELDS)
        has_group = has_group or layout.FIELD_GROUP in text
        key = match_key(text)
        if row != header.row and (key in headings or key.startswith(prefix)):
            page.report(rules.TEXT_RESERVED, row, column, value=text)
    if not has_group:
        page.report(rules.GROUP_FIELD_MISSING, 1, 1, field=layout.FIELD_GROUP)


def _applies_to(page: Page, row: int, column: int, code: str, attributes: tuple[str, ...]) -> str:
    text = page.text(row, column)
    if not text:
        return ALL_GROUPS
    for name in (ALL_GROUPS, *layout.KINDS, *attributes):
        if match_key(name) == match_key(text):
            return name
    page.report(rules.APPLIES_TO_UNKNOWN, row, column, code=code, value=text)
    return ALL_GROUPS


def _points(page: Page, row: int, column: int, code: str) -> int:
    text = page.text(row, column)
    if not text:
        return 1
    if not _WHOLE_NUMBER.fullmatch(text) or not 1 <= int(text) <= MOST_POINTS:
        page.report(rules.POINTS_BAD, row, column, code=code, value=text)
        return 1
    return int(text)


def _figure(page: Page, row: int, columns: Mapping[str, int], code: str) -> Figure | None:
    needed = (layout.INDICATOR, layout.OPERATOR, layout.THRESHOLD)
    cells = {heading: page.text(row, columns[heading]) for heading in (*needed, layout.UNIT)}
    if not any(cells.values()):
        return None
    missing = [heading for heading in needed if not cells[heading]]
    for heading in missing:
        page.report(rules.FIGURE_INCOMPLETE, row, columns[heading], code=code, heading=heading)
    operator = cells[layout.OPERATOR]
    operator = _GENEROUS_OPERATORS.get(operator, operator)
    if operator and operator not in OPERATORS:
        page.report(rules.OPERATOR_UNKNOWN, row, columns[layout.OPERATOR], code=code, value=operator)
    threshold = _threshold(page, row, columns[layout.THRESHOLD], code, cells[layout.UNIT])
    if missing or threshold is None:
        return None
    return Figure(cells[layout.INDICATOR], operator, threshold, cells[layout.UNIT])


def _threshold(page: Page, row: int, column: int, code: str, unit: str) -> float | None:
    text = page.text(row, column)
    if not text:
        return None
    value = page.value(row, column)
    try:
        number = number_of(text.removesuffix("%").strip() if isinstance(value, str) and unit == "%" else value)
    except NotReadError:
        page.report(rules.THRESHOLD_BAD, row, column, code=code, value=text)
        return None
    if unit == "%" and 0 < number < 1:
        page.report(rules.THRESHOLD_SHARE, row, column, code=code, value=text.replace(".", ","))
    return number
