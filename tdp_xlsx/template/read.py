"""Read a template workbook: into a plan without a mistake, or into all its mistakes at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import template as rules
from tdp_xlsx.links import Links
from tdp_xlsx.model import Place, Plan
from tdp_xlsx.reading.book import UnreadableError, read_workbook
from tdp_xlsx.reading.package import OWN
from tdp_xlsx.template import Template
from tdp_xlsx.template.page import Page
from tdp_xlsx.template.read_form import formula_texts, read_form
from tdp_xlsx.template.read_links import read_links, read_relations
from tdp_xlsx.template.read_register import find_register, read_groups
from tdp_xlsx.template.read_settings import read_letters, read_settings
from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.model import Finding, Group, Relation
    from tdp_xlsx.reading.book import Book, Sheet

_READ = (layout.SETTINGS, layout.REGISTER, layout.FORM, layout.RELATIONS, layout.LETTERS)
_NO_YEAR = 0  # stands in while the other sheets are read for their own mistakes


def read_template(path: Path, name: str) -> tuple[Template | None, tuple[Finding, ...]]:
    """Read the template; ``name`` is what findings call the file.

    Returns the template and no findings, or None and every mistake found, in the order of sheets and rows.

    Raises:
        OSError: The file is not there or cannot be opened.
    """
    try:
        book = read_workbook(path, limits=OWN)
    except UnreadableError as fault:
        return None, (rules.TEMPLATE_UNREADABLE.at(Place(file=name), file=name, reason=fault),)
    found: list[Finding] = []
    pages, sheets = _find_pages(book, name, found)
    template = _read_pages(path, pages, sheets, found)
    return (None, tuple(found)) if found else (template, ())


def _find_pages(book: Book, name: str, found: list[Finding]) -> tuple[dict[str, Page], dict[str, Sheet]]:
    sheets: dict[str, Sheet] = {}
    wanted = {match_key(sheet_name) for sheet_name in (*_READ, layout.LINKS)}
    for sheet in book.sheets:
        key = match_key(sheet.name)
        if key in sheets and key in wanted:
            place = Place(file=name, sheet=sheet.name, cell="A1")
            found.append(rules.SHEET_TWICE.at(place, sheet=sheet.name.strip()))
        sheets.setdefault(key, sheet)
    pages: dict[str, Page] = {}
    for sheet_name in (*_READ, layout.LINKS):
        if found_sheet := sheets.get(match_key(sheet_name)):
            pages[sheet_name] = Page(name, sheet_name, found_sheet, found)
        elif sheet_name != layout.LINKS:
            found.append(rules.SHEET_MISSING.at(Place(file=name, sheet=sheet_name), sheet=sheet_name))
    return pages, sheets


def _read_pages(path: Path, pages: dict[str, Page], sheets: dict[str, Sheet], found: list[Finding]) -> Template | None:
    """Read all sheets; what is wrong is found in their order. None where too much of it is."""
    settings, period_label = read_settings(pages[layout.SETTINGS]) if layout.SETTINGS in pages else (None, "")
    register = find_register(pages[layout.REGISTER]) if layout.REGISTER in pages else None
    form = None
    register_found = len(found)
    if layout.FORM in pages:
        page = replace(pages[layout.FORM], overrides=formula_texts(pages[layout.FORM], sheets))
        attributes = tuple(register.headings) if register else ()
        form = read_form(page, settings.year if settings else _NO_YEAR, attributes)
    groups: tuple[Group, ...] = ()
    if register:
        referred = {criterion.applies_to for criterion in form.criteria} if form else set()
        form_findings = found[register_found:]
        del found[register_found:]
        groups = read_groups(register, referred)
        found.extend(form_findings)
    relations: tuple[Relation, ...] = ()
    if layout.RELATIONS in pages and form:
        relations = read_relations(pages[layout.RELATIONS], [c.code for c in form.criteria])
    letters = read_letters(pages[layout.LETTERS]) if layout.LETTERS in pages else {}
    links = Links()
    if layout.LINKS in pages and form and register:
        links = read_links(pages[layout.LINKS], [group.code for group in groups], [c.code for c in form.criteria])
    if settings is None or form is None:
        return None
    plan = Plan(
        settings=settings,
        groups=groups,
        standards=form.standards,
        criteria=form.criteria,
        relations=relations,
        letters=letters,
        period_label=period_label,
        links=links,
    )
    return Template(path, plan, form.grid)
