"""Write forms: one built by openpyxl for each kind of group, each group's own words put into a copy of its parts."""

from __future__ import annotations

import io
import threading
import zipfile
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from tdp_xlsx.forms.book import Words, form_parts, load_form, lone_form, shown_note
from tdp_xlsx.forms.correction import NO_CORRECTION
from tdp_xlsx.forms.form import cell_text
from tdp_xlsx.forms.room import heights_with
from tdp_xlsx.outputs import put_bytes
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from pathlib import Path

    from tdp_xlsx.forms.correction import Correction
    from tdp_xlsx.model import Group
    from tdp_xlsx.template import Template

# Placeholders of private letters, which stand where each group's own words go.
_PRIVATE = "\ue000"
_PLACEHOLDERS = Words(*(f"{letter}{_PRIVATE}{letter}" for letter in "\ue001\ue002\ue003\ue004"))
_NOTE = "\ue005"

_LEVEL = 2  # of compression, for the parts packed for each form: half the time of zlib's usual 6, two kilobytes larger


@dataclass(frozen=True, slots=True)
class KindForm:
    """The form of one kind of group: an archive of the parts that are the same for all, and the parts that are not.

    The latter hold placeholders. ``heights`` gives the heights that the rows with a group's name need.
    """

    archive: bytes
    own_parts: Mapping[str, bytes]
    heights: Callable[[str], tuple[float, ...]]

    def filled(self, words: Words, notes: Mapping[str, str]) -> bytes:
        """Return the form with a group's own words and notes, the same bytes for the same ones."""
        content = io.BytesIO()
        content.write(self.archive)
        own = [_referenced(word) for word in words]
        # What stands between two ``_NOTE`` gives way to the note on a criterion.
        noted = {f"{_PRIVATE}{code}".encode(): _referenced(note) for code, note in notes.items()}
        with zipfile.ZipFile(content, "a") as archive:
            for name, part in self.own_parts.items():
                if noted:
                    part = b"".join(noted.get(piece, piece) for piece in part.split(_NOTE.encode()))  # noqa: PLW2901
                for placeholder, word in zip(_PLACEHOLDERS, own, strict=True):
                    part = part.replace(placeholder.encode(), word)  # noqa: PLW2901 - word by word
                _add(archive, name, part, _LEVEL)
        return content.getvalue()


def _referenced(text: str) -> bytes:
    """Return text for a part: written as references, private letters in it are never taken for a placeholder."""
    return escape(text, quote=False).replace(_PRIVATE, "&#xE000;").encode()


def _in_letters(part: bytes) -> bytes:
    """Return a part with the placeholders in letters: where lxml is installed, openpyxl writes them as references."""
    for letter in {_PRIVATE, _NOTE, *"".join(_PLACEHOLDERS)}:
        part = part.replace(f"&#{ord(letter)};".encode(), letter.encode())
    return part


def _add(archive: zipfile.ZipFile, name: str, part: bytes, level: int) -> None:
    """Add a part without the time of writing it."""
    archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED, level)


class FormWriter:
    """Writes the forms of one template, which is read once; several threads may write at a time.

    ``last_year`` is the evidence that first forms show beside this year's, by the codes of group and criterion; None
    for forms without that column.
    """

    def __init__(self, template: Template, last_year: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._template = template
        self._last_year = last_year
        self._noted = tuple(template.plan.by_code) if last_year is not None else ()
        self._building = threading.Lock()
        self._heights: Callable[[str], tuple[float, ...]] | None = None
        self._kind_forms: dict[Hashable, KindForm] = {}

    def write(
        self,
        group: Group,
        target: Path,
        *,
        number: int = 1,
        correction: Correction = NO_CORRECTION,
        settle: bool = True,
    ) -> bool:
        """Write a group's form, made from the template workbook as the officer left it.

        ``number`` is the sending number, 1 for the first form; ``correction`` what a form to send back holds and asks.
        Without ``settle``, the caller settles the folder once all forms are in it. Returns whether the file changed.

        Raises:
            OutputError: The form could not be written.
        """
        return put_bytes(target, self.content(group, number, correction), settle_folder=settle)

    def content(self, group: Group, number: int = 1, correction: Correction = NO_CORRECTION) -> bytes:
        """Return a group's form as it would be written now."""
        form = self.kind_form(group) if correction == NO_CORRECTION else self._build(group, correction)
        name = storable(group.name)
        said = self._last_year.get(group.code, {}) if self._last_year else {}
        notes = {code: cell_text(shown_note(said.get(code, ""))) for code in self._noted}
        return form.filled(Words(cell_text(name), name, group.code, str(number)), notes)

    def kind_form(self, group: Group) -> KindForm:
        """Return the form of groups like this one: the same criteria apply, their names fill as many lines."""
        asked = self._template.plan.asked(group)
        with self._building:
            form = self._kind_forms.get((asked, self._heights(group.name))) if self._heights else None
            if form is None:
                form = self._build(group, NO_CORRECTION)
                self._heights = self._heights or form.heights  # cells with a name are alike in all forms
                self._kind_forms[asked, form.heights(group.name)] = form
        return form

    def _build(self, group: Group, correction: Correction) -> KindForm:
        workbook = load_form(self._lone_form, self._template)
        is_prefilled = self._last_year is not None and correction == NO_CORRECTION
        notes = {code: f"{_NOTE}{_PRIVATE}{code}{_NOTE}" for code in self._noted} if is_prefilled else None
        parts = form_parts(workbook, self._template, group, _PLACEHOLDERS, correction, notes)
        parts = {name: _in_letters(part) for name, part in parts.items()}
        own = {name: part for name, part in parts.items() if _PRIVATE.encode() in part}
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name, part in parts.items():
                if name not in own:
                    _add(archive, name, part, 9)
        return KindForm(content.getvalue(), own, heights_with(workbook.worksheets, _PLACEHOLDERS.name))

    @cached_property
    def _lone_form(self) -> bytes:
        return lone_form(self._template)


def write_form(template: Template, group: Group, target: Path) -> bool:
    """Write one group's form; an equal one is left alone. For many, a :class:`FormWriter` is quicker.

    Returns whether the file changed.

    Raises:
        OutputError: It could not be written, or is open in another program.
    """
    return FormWriter(template).write(group, target)
