"""Read the sheet `Cấu hình` into typed settings, and the sheet `Thư` into texts."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from tdp_xlsx import layout
from tdp_xlsx.findings import template as rules
from tdp_xlsx.model import RatingClass, Settings
from tdp_xlsx.reading.cells import as_text
from tdp_xlsx.template import items
from tdp_xlsx.template.items import SETTINGS, Kind
from tdp_xlsx.template.page import clean_lines, find_header, with_year
from tdp_xlsx.text import bare, display, match_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tdp_xlsx.findings import Rule
    from tdp_xlsx.reading.cells import Value
    from tdp_xlsx.template.items import Setting
    from tdp_xlsx.template.page import Page

_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:[.,]\d{3})+")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_CLASS = re.compile(
    r"(?P<name>[^:;]+):(?:\s*từ)?\s*(?P<least>\d+(?:[.,]\d+)?)\s*%?"
    r"(?:\s*;\s*mỗi tiêu chuẩn(?:\s+đạt)?(?:\s+từ)?\s*(?P<each>\d+(?:[.,]\d+)?)\s*%?)?",
    re.IGNORECASE,
)


class NotReadError(ValueError):
    """A cell that is not what its setting asks for; the argument is what it says."""


def number_of(value: Value) -> float:
    """Return the number a cell holds, typed as a number or as text with a decimal comma or point.

    Raises:
        NotReadError: It is no number, or one that could be meant in two ways (``1.250``).
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    text = display(as_text(value))
    if not _NUMBER.fullmatch(text) or _THOUSANDS.fullmatch(text):
        raise NotReadError(text)
    return float(text.replace(",", "."))


def is_email(text: str) -> bool:
    """Whether a text is one e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def read_settings(page: Page) -> tuple[Settings | None, str]:
    """Read the settings; also return the period as the officer wrote it.

    Returns None where the table cannot be found, or the year cannot be read.
    """
    found = item_rows(page, layout.SETTINGS_HEADINGS, (setting.label for setting in SETTINGS))
    if found is None:
        return None, ""
    rows, value_column, note_column = found
    values: dict[str, Any] = {}
    basis: dict[str, str] = {}
    for setting in SETTINGS:
        row = rows.get(setting.label)
        try:
            values[setting.field] = _read_value(page, row, value_column, setting)
        except NotReadError as fault:
            details = {"label": setting.label, "value": fault.args[0], "choices": "; ".join(setting.choices)}
            page.report(_PARSERS[setting.kind][1], row or 1, value_column, **details)
        if row and (text := _basis(page.lines(row, note_column), setting)):
            basis[setting.field] = text
    period = rows.get(items.PERIOD_LABEL)
    period_label = page.text(period, value_column) if period else ""
    if "year" not in values:
        return None, period_label
    for setting in SETTINGS:
        if setting.kind not in _PARSERS:
            values[setting.field] = with_year(values[setting.field], values["year"])
    values["tie_break"] = values.get("tie_break") == items.TIE_BREAK
    values["names_leaders"] = values.get("names_leaders") == items.NAME_LEADERS
    values["separate_lists"] = values.get("separate_lists") == items.SEPARATE_LISTS
    # What was reported has no value; the settings are then never used, only carried to the end of the reading.
    fallback = {"period": "", "deadline": None, "reply_to": "", "presentation": "", "classes": (), "unit_level": ""}
    return Settings(**{**fallback, **values}, basis=basis), period_label


def read_letters(page: Page) -> Mapping[str, str]:
    """Read the letters' texts by key, their fields still in them; those without a row are left out."""
    found = item_rows(page, items.LETTER_HEADINGS, (letter.label for letter in items.LETTERS))
    if found is None:
        return {}
    rows, column, _ = found
    texts: dict[str, str] = {}
    for letter in items.LETTERS:
        if row := rows.get(letter.label):
            texts[letter.key] = page.lines(row, column)
            page.check_fields(row, column, items.LETTER_FIELDS)
    return texts


def _read_value(page: Page, row: int | None, column: int, setting: Setting) -> Any:
    """Return a setting's value; one whose row was removed is empty."""
    raw = page.value(row, column) if row else ""
    if setting.kind not in _PARSERS:
        if row:
            page.check_fields(row, column, (layout.FIELD_YEAR,))
        return clean_lines(as_text(raw)) or setting.default
    read, _, empty = _PARSERS[setting.kind]
    text = display(as_text(raw))
    if not text and setting.kind is not Kind.YEAR:  # every round has a year
        return setting.choices[0] if setting.choices else empty
    value = read(text, raw, setting)
    if value is None:
        raise NotReadError(text)
    return value


def item_rows(page: Page, headings: tuple[str, ...], labels: Iterable[str]) -> tuple[dict[str, int], int, int] | None:
    """Return the row of each item, and the columns of value and note; None without a table."""
    header = find_header(page, headings)
    if header is None:
        return None
    label_column, value_column, note_column = (header.columns[heading] for heading in headings)
    known = {match_key(label): label for label in labels}
    rows: dict[str, int] = {}
    for row in range(header.row + 1, page.height + 1):
        text = page.text(row, label_column)
        label = known.get(match_key(text))
        if label is None:
            # A title or a remark is no item; what would be lost is.
            if text and page.text(row, value_column):
                page.report(rules.ITEM_UNKNOWN, row, label_column, label=text)
        elif label in rows:
            page.report(rules.ITEM_TWICE, row, label_column, label=label)
        else:
            rows[label] = row
    return rows, value_column, note_column


def _basis(text: str, setting: Setting) -> str:
    """Return what the officer wrote beyond the template's own explanation."""
    return "" if match_key(text) == match_key(setting.note) else text.removeprefix(setting.note).strip()


def _year(text: str, _: Value, __: Setting) -> int | None:
    return int(text) if re.fullmatch(r"\d{4}", text) and items.EARLIEST_YEAR <= int(text) <= items.LATEST_YEAR else None


def _period(text: str, _: Value, __: Setting) -> str | None:
    slug = re.sub(r"[^a-z0-9]+", "-", bare(text)).strip("-")
    return slug if 0 < len(slug) <= items.LONGEST_PERIOD else None


def read_date(raw: Value) -> dt.date | None:
    """Return the day a cell holds, as a date or as text; None if it is empty.

    Raises:
        NotReadError: It is no day.
    """
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    text = display(as_text(raw))
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        day, month, year = map(int, match.groups()) if match else (0, 0, 0)
        return dt.date(year, month, day)
    except ValueError as fault:
        raise NotReadError(text) from fault


def _choice(text: str, _: Value, setting: Setting) -> str | None:
    return next((choice for choice in setting.choices if match_key(choice) == match_key(text)), None)


def _percent(text: str, raw: Value, _: Setting) -> float | None:
    number = number_of(text.removesuffix("%").strip() if isinstance(raw, str) else raw)
    # 0.8 is what a cell formatted as a percentage holds for 80 %: never guess which was meant.
    return number if number == 0 or 1 <= number <= items.WHOLE else None


def _classes(_: str, raw: Value, __: Setting) -> tuple[RatingClass, ...]:
    classes: list[RatingClass] = []
    for line in filter(None, map(display, as_text(raw).splitlines())):
        match = _CLASS.fullmatch(line)
        if match is None:
            raise NotReadError(line)
        each = match["each"]
        least, least_each = number_of(match["least"]), number_of(each) if each else None
        name = match["name"].strip()
        taken = {match_key(other.name) for other in classes}
        if match_key(name) in taken or least > items.WHOLE or (least_each or 0) > items.WHOLE:
            raise NotReadError(line)
        classes.append(RatingClass(name, least, least_each))
    return tuple(classes)


def _port(text: str, _: Value, __: Setting) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,5}", text) and 0 < int(text) <= items.LARGEST_PORT else None


def _seconds(_: str, raw: Value, __: Setting) -> float | None:
    number = number_of(raw)
    return number if 0 <= number <= items.LONGEST_PAUSE else None


_PARSERS: dict[Kind, tuple[Callable[[str, Value, Setting], Any], Rule, Any]] = {
    Kind.YEAR: (_year, rules.YEAR_BAD, ""),
    Kind.PERIOD: (_period, rules.PERIOD_BAD, ""),
    Kind.DATE: (lambda _, raw, __: read_date(raw), rules.DATE_BAD, None),
    Kind.CHOICE: (_choice, rules.CHOICE_UNKNOWN, ""),
    Kind.PERCENT: (_percent, rules.PERCENT_BAD, None),
    Kind.CLASSES: (_classes, rules.CLASSES_BAD, ()),
    Kind.EMAIL: (lambda text, _, __: text if is_email(text) else None, rules.EMAIL_BAD, ""),
    Kind.PORT: (_port, rules.PORT_BAD, None),
    Kind.SECONDS: (_seconds, rules.SECONDS_BAD, 0.0),
}
"""Of all that is no plain text: how it is read from what the cell says and holds (None: it is not what was asked for),
the finding, and what empty means."""
