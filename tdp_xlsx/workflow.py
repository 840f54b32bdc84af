"""What check, status and consolidate do, without a terminal: the steps strung together, from paths to outcomes."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

from tdp_xlsx import api, folder, layout
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.folder import archive, load_template
from tdp_xlsx.outputs import OutputError, exclusive, put, refuse_if_open, take_away
from tdp_xlsx.reading.inbox import entries, entry
from tdp_xlsx.ward_book.earlier import earlier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tdp_xlsx.api import Round
    from tdp_xlsx.folder import Meant
    from tdp_xlsx.forms.returns import Returned
    from tdp_xlsx.intake import Progress
    from tdp_xlsx.model import Decision
    from tdp_xlsx.submission import Intake
    from tdp_xlsx.template import Template
    from tdp_xlsx.ward_book.earlier import Earlier


def assess(root: Path, files: Sequence[Path] | None = None, *, decided: bool = False, compared: bool = False) -> Round:
    """Read the whole inbox (or the given files), check and evaluate, without writing anything.

    With ``decided``, what the office decided in the ward workbook so far counts too; with ``compared``, the round is
    put beside the workbook in ``nam_truoc``.

    Raises:
        NoDecisionsError: What the office decided cannot be read.
        CannotRunError: The template has mistakes, or a given file does not exist.
    """
    from tdp_xlsx.reading import workers

    if missing := [str(path) for path in files or () if not path.is_file()]:
        load_template(root)  # a template that is missing or has mistakes is the first thing to tell
        raise CannotRunError(f"Không thấy tệp: {', '.join(missing)}. Kiểm tra lại tên tệp và thư mục.")
    found = list(entries(root / layout.INBOX, root)) if files is None else [entry(path, root) for path in files]
    workers.warm_up(len(found))  # the readers start while the template is read
    template = load_template(root)
    _load_meanwhile("tdp_xlsx.evaluation")
    books = earlier(root, template.plan) if decided else ()
    intake = api.read_entries(template.plan, found)
    last = api.last_year(root) if compared else None
    done = api.assess(template, intake, books[0].decisions if books else (), last)
    told = folder.edition_changed(root, template.plan, done.intake) if files is None else None
    return done.noting(told) if told else done


def read_all(root: Path, template: Template) -> Intake:
    """Read the whole inbox, without a word on how it stands."""
    return api.read_entries(template.plan, list(entries(root / layout.INBOX, root)))


@dataclass(frozen=True, slots=True)
class Consolidated:
    """What ``consolidate`` did: the round, the ward workbook's path relative to the root, the archived one's.

    ``others`` are other workbooks of the edition and where they went, ``left`` what the office wrote elsewhere in them.
    ``returned`` tells of the forms to send back; ``pdf`` is the path of the pages to sign, if they were asked for and
    printed, ``no_office`` says that there is no LibreOffice to do it, ``pdf_fault`` why it failed (both "" if not).
    """

    round: Round
    workbook: str
    archived: str | None
    returned: Returned
    pdf: str | None = None
    no_office: str = ""
    pdf_fault: str = ""
    others: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()


def consolidate(  # noqa: PLR0913 - what the officer may ask for
    root: Path,
    *,
    pdf: bool = False,
    start_anew: bool = False,
    previous: Path | None = None,
    now: dt.datetime | None = None,
    on_read: Callable[[Progress], None] | None = None,
    is_meant: Meant | None = None,
) -> Consolidated:
    """Write the ward workbook; the earlier one goes to the archive, its decisions are carried over.

    With ``start_anew``, those that stand in an archived workbook only are not missed. The year before is that of the
    ward workbook in ``nam_truoc``, or of ``previous``.
    With ``pdf``, the pages to sign are printed too; the answers of a ward too large for a sheet go to a table beside
    the workbook. An earlier PDF or table is archived in any case: none lies beside a workbook it does not belong to.
    ``on_read`` is told of each entry of the inbox that was read.

    Raises:
        CannotRunError: The template has mistakes; the earlier workbook is open, or its decisions cannot be read,
            or the year before cannot.
    """
    from tdp_xlsx.reading import workers

    found = list(entries(root / layout.INBOX, root))
    workers.warm_up(len(found))
    template = load_template(root)
    name = layout.ward_name(template.plan.settings.edition)
    target = root / name
    with exclusive(root):
        table = root / layout.answers_name(template.plan.settings.edition)
        for replaced in (target, target.with_suffix(".pdf"), table):
            refuse_if_open(replaced)
        demo = (root / layout.DEMO_MARKER).is_file()
        books = _closed(root, template, start_anew=start_anew)
        decisions = _moved(books[0].decisions if books else (), name, demo=demo)
        _load_meanwhile("tdp_xlsx.report")
        intake = api.read_entries(template.plan, found, on_read)
        folder.refuse_other_edition(root, template, is_meant, lambda: intake)
        done = api.assess(template, intake, decisions, api.last_year(root, previous))
        from tdp_xlsx.report import NoOfficeError, PrintError

        created = now or dt.datetime.now().astimezone()
        archived, left = _write_ward(root, target, table, done, books, created=created, demo=demo)
        beside = [one for one in books if one.path != target]
        for one in beside:
            take_away(one.path)
        others = tuple((one.name, archived[one.path]) for one in beside)
        returned = api.write_returns(root, template, done.intake)
        written = Consolidated(done, name, archived.get(target), returned, others=others, left=left)
        if not pdf:
            return written
        pages = target.with_suffix(".pdf")
        try:
            put(pages, lambda path: api.write_pdf(path, done, created=created, demo=demo))
        except NoOfficeError as fault:
            return replace(written, no_office=str(fault))
        except (PrintError, OutputError) as fault:
            return replace(written, pdf_fault=str(fault))
    return replace(written, pdf=pages.relative_to(root).as_posix())


def _closed(root: Path, template: Template, *, start_anew: bool) -> tuple[Earlier, ...]:
    """Return the earlier ward workbooks as they are once no program has any of them open."""
    books = earlier(root, template.plan, start_anew=start_anew)
    for one in books:
        refuse_if_open(one.path)
    saved = [one.path.stat().st_mtime for one in books]
    return books if saved == [one.saved for one in books] else earlier(root, template.plan, start_anew=start_anew)


def _write_ward(  # noqa: PLR0913 - two files, and what they hold
    root: Path, target: Path, table: Path, done: Round, books: Sequence[Earlier], *, created: dt.datetime, demo: bool
) -> tuple[Mapping[Path, str], tuple[str, ...]]:
    """Write the ward workbook; what was there is archived.

    Returns where, by path, and what the office wrote in it that is no decision.
    """
    from tdp_xlsx.ward_book.earlier import leftovers

    kept = {path.name for path in (root / layout.ARCHIVE).glob("*")}
    archived: dict[Path, str] = {}
    left: list[str] = []

    def write(path: Path) -> None:
        api.write_workbook(path, done, created=created, demo=demo)  # before anything is put away or replaced
        for book in books:
            copy = archived[book.path] = archive(root, book.path, created)
            left.extend(f"“{sheet}”: {cells} (xem “{copy}”)" for sheet, cells in leftovers(book.path, path).items())
        for beside in (target.with_suffix(".pdf"), table):
            if beside.exists():
                archive(root, beside, created)
                take_away(beside)
        if not api.answers_fit(done):
            put(table, lambda path: api.write_answers_file(path, done))

    try:
        put(target, write)
    except BaseException:  # no copy stays of what was not replaced
        for copy in (root / name for name in archived.values()):
            if copy.name not in kept:
                with contextlib.suppress(OSError):
                    copy.unlink()
        raise
    return archived, tuple(left)


def _load_meanwhile(module: str) -> None:
    """Import a module while forms are read; what goes wrong is told where it is used."""

    def load() -> None:
        with contextlib.suppress(Exception):
            import_module(module)

    threading.Thread(target=load).start()


def _moved(decisions: Sequence[Decision], name: str, *, demo: bool) -> tuple[Decision, ...]:
    """Return the decisions, each placed in the row it gets in the new workbook: findings are read beside that one."""
    if not decisions:
        return ()
    from tdp_xlsx.report import first_decision_row

    return tuple(
        replace(decision, place=replace(decision.place, file=name, cell=f"A{row}"))
        for row, decision in enumerate(decisions, start=first_decision_row(demo=demo))
    )
