"""Each group's result as a file of its own, printed too where LibreOffice is; what it replaces is put away."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.contents import holds
from tdp_xlsx.folder import copy_content, load_template, named_groups, place, unused
from tdp_xlsx.outputs import OutputError, exclusive, put, put_bytes, refuse_if_open, settle, take_away
from tdp_xlsx.papers.outcome import Outcomes
from tdp_xlsx.papers.result_page import is_untouched, result_book
from tdp_xlsx.papers.told import standing
from tdp_xlsx.report import pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tdp_xlsx.model import Group, Plan
    from tdp_xlsx.papers.outcome import Outcome
    from tdp_xlsx.papers.told import Standing


class Results:
    """The results of a round that stands: what each group's file must hold now, and where it lies."""

    def __init__(self, root: Path, stands: Standing) -> None:
        self.plan = stands.round.template.plan
        self.outcomes = Outcomes(stands.round)
        self._root, self._demo = root, stands.demo
        saved = (root / stands.workbook).stat().st_mtime
        self._created = dt.datetime.fromtimestamp(saved).astimezone()

    def path(self, group: Group) -> Path:
        """Return where a group's result lies."""
        return self._root / layout.RESULTS / layout.result_name(self.plan.settings.edition, group.code)

    def content(self, group: Group) -> bytes:
        """Return a group's result as the round makes it."""
        return result_book(self.outcomes, group, created=self._created, demo=self._demo)


@dataclass(frozen=True, slots=True)
class Made:
    """What ``results`` did: of which groups, how many files changed; where those went that somebody had changed.

    ``printed`` counts the groups with a PDF; ``failures`` tells what could not be done, in words.
    """

    outcomes: tuple[Outcome, ...]
    changed: int
    archived: tuple[str, ...]
    printed: int
    failures: tuple[str, ...]


def results(root: Path, codes: Sequence[str] = (), on_print: Callable[[int], None] | None = None) -> Made:
    """Write the results of all groups, or of those named; ``on_print`` is told how many are to be printed.

    A PDF that no longer belongs to its workbook goes away with it, and unless groups are named, so do results of groups
    that are not in the register; what somebody changed or laid there is archived first.

    Raises:
        CannotRunError: The ward workbook does not show the round as it is, or a code is unknown.
    """
    if codes:
        named_groups(load_template(root), codes)  # before the inbox is read
    with exclusive(root):
        stands = standing(root)
        made = Results(root, stands)
        groups = named_groups(stands.round.template, codes) if codes else made.plan.groups
        now = dt.datetime.now().astimezone()
        archived: list[str] = []
        failures: list[str] = []
        changed, standing_now = 0, []
        for group in groups:
            content, path = made.content(group), made.path(group)
            try:
                if not holds(path, content):
                    for replaced in (path.with_suffix(".pdf"), path):
                        archived += _put_away(root, replaced, now)
                    put_bytes(path, content, settle_folder=False)
                    changed += 1
                standing_now.append(path)
            except OutputError as fault:
                failures.append(str(fault))
        try:
            for stray in [] if codes else _strays(root, made.plan):
                archived += _put_away(root, stray, now)
            settle(root / layout.RESULTS)
            unprinted = [path for path in standing_now if not path.with_suffix(".pdf").is_file()]
            office = pdf.find_office()
            if unprinted and office:
                if on_print:
                    on_print(len(unprinted))
                _print(unprinted, office)
        except (pdf.PrintError, OutputError) as fault:
            failures.append(str(fault))
    printed = sum(path.with_suffix(".pdf").is_file() for path in standing_now)
    told = tuple(made.outcomes.of(group.code) for group in groups)
    return Made(told, changed, tuple(archived), printed, tuple(failures))


def _put_away(root: Path, path: Path, now: dt.datetime) -> list[str]:
    """Take a file away, if it is there; return where it is kept (relative to the root), if somebody changed it."""
    if not path.is_file():
        return []
    refuse_if_open(path)
    content, kept = path.read_bytes(), []
    if not is_untouched(content):
        copy = unused(place(root, path, now))
        put_bytes(copy, content)
        kept.append(copy.relative_to(root).as_posix())
    take_away(path)
    return kept


def _strays(root: Path, plan: Plan) -> list[Path]:
    """Return the edition's results of groups that are not in the register."""
    edition, folder = plan.settings.edition, root / layout.RESULTS
    known = {layout.result_name(edition, code).removesuffix(".xlsx").casefold() for code in plan.group_by_code}
    pattern = re.compile(rf"{re.escape(edition)}_[^_]+_ket-qua\.(?:xlsx|pdf)")
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in paths if pattern.fullmatch(path.name) and path.stem.casefold() not in known]


def _print(paths: Sequence[Path], office: str) -> None:
    with TemporaryDirectory(prefix="tdp-pdf-", ignore_cleanup_errors=True) as name:
        for path, printed in zip(paths, pdf.print_workbooks(paths, Path(name), office=office), strict=True):
            put(path.with_suffix(".pdf"), partial(copy_content, printed))
