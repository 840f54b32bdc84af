"""Each group's result as a file of its own, printed too where LibreOffice is; what it replaces is put away."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.archive import archive
from tdp_xlsx.outputs import OutputError, exclusive, holds, put, put_bytes, refuse_if_open, settle, take_away
from tdp_xlsx.papers.outcome import Outcomes
from tdp_xlsx.papers.result_page import is_untouched, result_book
from tdp_xlsx.papers.standing import standing
from tdp_xlsx.report.pdf import PrintError, find_office, print_workbooks
from tdp_xlsx.workflow import load_template, named_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tdp_xlsx.model import Group, Plan
    from tdp_xlsx.papers.outcome import Outcome
    from tdp_xlsx.papers.standing import Standing


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

    ``printed`` counts the groups with a PDF, ``has_office`` is whether there is a LibreOffice; ``failures`` tells what
    could not be done, in words.
    """

    outcomes: tuple[Outcome, ...]
    changed: int
    archived: tuple[str, ...]
    printed: int
    has_office: bool
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
        changed = 0
        for group in groups:
            try:
                content, path = made.content(group), made.path(group)
                if not holds(path, content):
                    archived += _put_away(root, (path.with_suffix(".pdf"), path), now)
                    put_bytes(path, content, settle_folder=False)
                    changed += 1
            except OutputError as fault:
                failures.append(str(fault))
        try:
            archived += _put_away(root, () if codes else _strays(root, made.plan), now)
        except OutputError as fault:
            failures.append(str(fault))
        settle(root / layout.RESULTS)
        paths = [path for group in groups if (path := made.path(group)).is_file()]
        unprinted = [path for path in paths if not path.with_suffix(".pdf").is_file()]
        office = find_office()
        if unprinted and office:
            if on_print:
                on_print(len(unprinted))
            try:
                _print(unprinted, office)
            except (PrintError, OutputError) as fault:
                failures.append(str(fault))
    printed = sum(path.with_suffix(".pdf").is_file() for path in paths)
    told = tuple(made.outcomes.of(group.code) for group in groups)
    return Made(told, changed, tuple(archived), printed, office is not None, tuple(failures))


def _put_away(root: Path, paths: Iterable[Path], now: dt.datetime) -> list[str]:
    """Take files away, those that are there; what is not as the program made it is archived first."""
    found = [path for path in paths if path.is_file()]
    for path in found:
        refuse_if_open(path)
    kept = [archive(root, path, now) for path in found if not is_untouched(path.read_bytes())]
    for path in found:
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
        for path, printed in zip(paths, print_workbooks(paths, Path(name), office=office), strict=True):
            put(path.with_suffix(".pdf"), lambda part, printed=printed: shutil.copyfile(printed, part))  # type: ignore[misc]
