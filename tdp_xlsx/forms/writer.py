"""Write forms: made once for each kind of group, then the group's own name and identity put in place."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx.forms.book import Words, form_parts, load_form, lone_form
from tdp_xlsx.forms.fit import heights_with
from tdp_xlsx.forms.form import cell_text
from tdp_xlsx.forms.kept import NOTHING_KEPT
from tdp_xlsx.forms.stencil import Stencil
from tdp_xlsx.outputs import put_bytes
from tdp_xlsx.text import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

    from tdp_xlsx.forms.kept import Kept
    from tdp_xlsx.model import Group, Template

# Private letters no text holds; they stand in the stencil where each group's own words go.
_STAND_INS = Words("\ue001\ue000\ue001", "\ue002\ue000\ue002", "\ue003\ue000\ue003", "\ue004\ue000\ue004")


class _Made(NamedTuple):
    """A stencil, and the function from a group's name to the heights its rows need with it."""

    stencil: Stencil
    heights: Callable[[str], tuple[float, ...]]


class FormWriter:
    """Writes the forms of one template, which is read once; several threads may write at a time."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._building = threading.Lock()
        self._heights: Callable[[str], tuple[float, ...]] | None = None
        self._applicable: dict[Hashable, tuple[str, ...]] = {}
        self._stencils: dict[Hashable, Stencil] = {}

    def write(
        self, group: Group, target: Path, *, number: int = 1, kept: Kept = NOTHING_KEPT, settle: bool = True
    ) -> bool:
        """Write a group's form, made from the template workbook as the officer left it.

        ``number`` is the sending number, 1 for the first form; ``kept`` what a form to send back keeps and asks.
        Without ``settle``, the caller settles the folder once all forms are in it. Returns whether the file changed.

        Raises:
            OutputError: The form could not be written.
        """
        stencil = self._stencil(group) if kept == NOTHING_KEPT else self._build(group, kept).stencil
        name = storable(group.name)
        return put_bytes(
            target, stencil.pressed(Words(cell_text(name), name, group.code, str(number))), settle_folder=settle
        )

    def _stencil(self, group: Group) -> Stencil:
        """Return the stencil of groups like this one: the same criteria, names that fill as many lines."""
        stencil = self._stencils.get(self._kind(group)) if self._heights else None
        if stencil is None:
            with self._building:
                stencil = self._stencils.get(self._kind(group)) if self._heights else None
                if stencil is None:
                    stencil, heights = self._build(group, NOTHING_KEPT)
                    self._heights = self._heights or heights  # cells with a name look alike in all forms
                    self._stencils[self._kind(group)] = stencil
        return stencil

    def _kind(self, group: Group) -> Hashable:
        """Return what groups whose forms differ only in their own words have in common."""
        who = (group.kind, group.attributes)
        if who not in self._applicable:
            self._applicable[who] = tuple(c.code for c in self._template.plan.criteria_for(group))
        assert self._heights  # noqa: S101 - set with the first form
        return self._applicable[who], self._heights(group.name)

    def _build(self, group: Group, kept: Kept) -> _Made:
        workbook = load_form(self._lone_form, self._template)
        parts = form_parts(workbook, self._template, group, _STAND_INS, kept)
        return _Made(Stencil(parts, _STAND_INS), heights_with(workbook.worksheets, _STAND_INS.name))

    @cached_property
    def _lone_form(self) -> bytes:
        return lone_form(self._template)


def write_form(template: Template, group: Group, target: Path, *, number: int = 1, kept: Kept = NOTHING_KEPT) -> bool:
    """Write one group's form, as :meth:`FormWriter.write` does; for many, one writer is quicker."""
    return FormWriter(template).write(group, target, number=number, kept=kept)
