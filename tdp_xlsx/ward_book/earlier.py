"""The ward workbooks of an edition in the working folder: what they decided, what else the office wrote into them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.faults import CannotRunError, reason
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import COMMENTS, Cause, UnreadableError, as_text, cell_name
from tdp_xlsx.reading.inbox import entries, is_ignored
from tdp_xlsx.reading.package import OWN
from tdp_xlsx.spelling import day_of
from tdp_xlsx.text import match_key
from tdp_xlsx.ward_book.decisions import NoDecisionsSheetError, decisions_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tdp_xlsx.model import Decision, Plan
    from tdp_xlsx.reading.book import Book
    from tdp_xlsx.reading.cells import Position, Sheet


_FIXED = frozenset(map(match_key, (layout.RANKING, layout.SUMMARY, layout.DECISIONS)))
"""Sheets whose cells are formulas or the same in each run: whatever else stands there was typed."""
_CARRIED = match_key(layout.DECISIONS)
_MADE = frozenset(map(match_key, layout.WARD_SHEETS))
_NAMED = 6
_LARGE = 4 << 20
"""Bytes from which on only the office's own sheets are read: the tables hold values, which change by themselves."""


def leftovers(earlier: Path, written: Path) -> Mapping[str, str]:
    """Return, by sheet, the cells of an earlier workbook that the new one has no place for, as people name them."""
    is_large = earlier.stat().st_size > _LARGE

    def wanted(name: str) -> bool:
        return not (is_large and match_key(name) in _MADE)

    try:
        before = read_workbook(earlier, wanted=wanted, limits=OWN)
        now = read_workbook(written, wanted=wanted, limits=OWN)
    except (UnreadableError, OSError):
        return {}  # its decisions were read, and it is archived with all that it holds
    made = {match_key(sheet.name): sheet for sheet in now.sheets}
    found = {}
    for sheet in before.sheets:
        key = match_key(sheet.name)
        cells = [cell_name(*at) for at in _filled(sheet)] if key not in _MADE else []
        if key in made:
            last = _heading_row(sheet) if key == _CARRIED else len(sheet.rows)  # rows of decisions are carried over
            cells = list(_added(sheet, made[key], last, compare=key in _FIXED))
        notes = [] if key == match_key(layout.DETAIL) else sheet.additions.get(COMMENTS, ())
        if cells or notes:
            found[sheet.name] = "; ".join(filter(None, (_told("ô", cells), _told("ghi chú gắn ở ô", notes))))
    return found


def _filled(sheet: Sheet, first: int = 1) -> Iterator[Position]:
    """Yield the places that hold something, from a column on."""
    for row, values in enumerate(sheet.rows, start=1):
        for column, value in enumerate(values[first - 1 :], start=first):
            if as_text(value).strip():
                yield row, column


def _added(sheet: Sheet, made: Sheet, last_row: int, *, compare: bool) -> Iterator[str]:
    """Yield the cells beyond what the program fills, and with ``compare`` those whose text it does not write."""
    last = max(map(len, made.rows), default=0)
    is_compared = compare and bool(sheet.formulas)
    said = {match_key(made.text(*at)) for at in _filled(made) if at not in made.formulas} if is_compared else set()
    for at in _filled(sheet, 1 if is_compared else last + 1):
        if at[0] > last_row:
            return
        is_typed = is_compared and at not in sheet.formulas
        if at[1] > last or (is_typed and match_key(sheet.text(*at)) not in said):
            yield cell_name(*at)


def _heading_row(sheet: Sheet) -> int:
    heading = match_key(layout.GROUP_CODE)
    return next((row - 1 for row in range(1, len(sheet.rows) + 1) if match_key(sheet.text(row, 1)) == heading), 0)


def _told(what: str, cells: Sequence[str]) -> str:
    more = f" và {len(cells) - _NAMED:02d} ô khác" if len(cells) > _NAMED else ""
    return f"{what} {', '.join(cells[:_NAMED])}{more}" if cells else ""


_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FOLDERS = frozenset({"bieu_mau", "thu", "tra_lai", "luu", "van_ban", "ket_qua", "du_lieu"})
"""Below ``outbox``, folders of the program's own, where no ward workbook of the office lies."""
_YEAR, _PERIOD, _WHOLE_YEAR = "Năm đánh giá", "Kỳ đánh giá", "Cả năm"
_SAME_MOMENT = 2.5  # seconds: file systems keep times by twos
_MOST_ROWS = 8


class NoDecisionsError(CannotRunError):
    """What the office decided so far cannot be told: unreadable, contradicting, or in the archive only."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A ward workbook of the edition: where it is, its path for people, when it was saved, the decisions in it."""

    path: Path
    name: str
    saved: float
    decisions: tuple[Decision, ...]

    @property
    def rows(self) -> Counter[tuple[object, ...]]:
        """What its rows say, however they are sorted and spelled, each with how often it does."""
        return Counter(map(_row, self.decisions))


def earlier(root: Path, plan: Plan, *, start_anew: bool = False) -> tuple[Earlier, ...]:
    """Return the edition's ward workbooks in ``outbox``, all with the same decisions; the one in its place first.

    With ``start_anew``, what only an archived one holds is left there.

    Raises:
        NoDecisionsError: One cannot be read, they differ, or the newest known one, in the archive, holds more.
    """
    target = root / layout.ward_name(plan.settings.edition)
    paths = [target] if target.exists() else []
    paths += [path for path in _beside(root / "outbox") if path != target]
    found = tuple(filter(None, (_read(root, path, plan, target) for path in paths)))
    if any(one.rows != found[0].rows for one in found):
        raise NoDecisionsError(_told_apart(found))
    if not start_anew:
        _refuse_to_lose(root, plan, found)
    return found


def _beside(outbox: Path) -> Iterator[Path]:
    """Yield every file of ``outbox`` and of folders there that are not the program's."""
    for path in sorted(outbox.iterdir()) if outbox.is_dir() else ():
        if path.is_file() and not path.name.startswith("."):  # such as the lock that this run holds
            yield path
        elif path.is_dir() and path.name not in _FOLDERS:
            yield from (outbox / entry.path for entry in entries(path, outbox) if not entry.refusal)


def _read(root: Path, path: Path, plan: Plan, target: Path | None = None) -> Earlier | None:
    """Read a file if it is a ward workbook of the edition; None if it is anything else."""
    is_target = path == target
    name = path.relative_to(root).as_posix()
    try:
        if not is_target and (is_ignored(path.name, path.stat()) or not _may_be_workbook(path)):
            return None
        book = read_workbook(path, wanted=_is_wanted, limits=OWN)
        if not is_target and not _is_of(book, path, plan):
            return None
        decisions = tuple(replace(one, place=replace(one.place, file=name)) for one in decisions_in(book, name))
    except (UnreadableError, NoDecisionsSheetError, OSError) as fault:
        if not is_target and isinstance(fault, UnreadableError) and fault.cause is Cause.NO_WORKBOOK:
            return None
        why = reason(fault) if isinstance(fault, OSError) else str(fault)
        raise NoDecisionsError(
            f"Không đọc được trang “{layout.DECISIONS}” của “{name}”: {why}. Mở sổ kiểm tra, lưu lại; hoặc, nếu "
            "không cần nữa, chuyển sổ này ra khỏi thư mục làm việc rồi chạy lại."
        ) from fault
    return Earlier(path, name, path.stat().st_mtime, decisions)


def _may_be_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in _WORKBOOKS


def _is_wanted(name: str) -> bool:
    return match_key(name) in {match_key(layout.DECISIONS), match_key(layout.METHOD)}


def _is_of(book: Book, path: Path, plan: Plan) -> bool:
    """Whether a workbook is a ward workbook, and says of itself that it is of the edition or does not say."""
    sheets = {match_key(sheet.name): sheet for sheet in book.sheets}
    if match_key(layout.DECISIONS) not in sheets:
        return False
    method = sheets.get(match_key(layout.METHOD))
    told = {match_key(as_text(row[0])): as_text(row[1]) for row in (method.rows if method else ()) if len(row) > 1}
    year, period = told.get(match_key(_YEAR)), told.get(match_key(_PERIOD), "")
    if year is not None:
        return year == str(plan.settings.year) and match_key(period) == match_key(plan.period_label or _WHOLE_YEAR)
    whole = read_workbook(path, wanted=lambda name: match_key(name) == match_key(layout.RANKING), limits=OWN)
    ranking = next((sheet for sheet in whole.sheets if match_key(sheet.name) == match_key(layout.RANKING)), None)
    title = match_key(" ".join(as_text(cell) for row in (ranking.rows[:10] if ranking else ()) for cell in row))
    return ranking is not None and str(plan.settings.year) in title and match_key(plan.period_label) in title


def _row(decision: Decision) -> tuple[object, ...]:
    said = (decision.group, decision.criterion, decision.result, decision.reason, decision.decided_by)
    own = tuple((match_key(heading), match_key(value)) for heading, value in decision.own if value)
    return (*map(match_key, said), day_of(decision.decided_on) or match_key(decision.decided_on), own)


def _refuse_to_lose(root: Path, plan: Plan, found: Sequence[Earlier]) -> None:
    """Refuse where a workbook of the archive is newer than all others, and holds decisions that they do not."""
    newest = max((one.saved for one in found), default=0.0) + _SAME_MOMENT
    folder = root / layout.ARCHIVE
    files = [(path.stat().st_mtime, path) for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    for _, path in sorted((one for one in files if one[0] > newest), reverse=True):
        archived = _read(root, path, plan)
        if archived is None:
            continue
        held = len(found[0].decisions) if found else 0
        if len(archived.decisions) > held:
            here = (
                f"Sổ “{found[0].name}” cũ hơn và thiếu" if found else "Thư mục outbox không có sổ tổng hợp nào, chưa có"
            )
            raise NoDecisionsError(
                f"{here} {len(archived.decisions) - held:02d} dòng thẩm định ghi trong sổ đã lưu “{archived.name}”. "
                "Chép sổ đã lưu đó vào thư mục outbox (thay sổ đang có) rồi chạy lại; nếu thật sự không dùng các dòng "
                "đó nữa: tdp-xlsx consolidate --start-anew"
            )
        return


def _told_apart(found: Sequence[Earlier]) -> str:
    """Return what the decisions of some workbooks differ in, and what to do."""
    common = reduce(lambda one, other: one & other, (one.rows for one in found))
    lines = [f"Thư mục outbox có {len(found):02d} sổ tổng hợp của đợt này mà kết quả thẩm định khác nhau:"]
    for one in found:
        left, rows = Counter(common), []
        for decision in one.decisions:
            key = _row(decision)
            if left[key] > 0:
                left[key] -= 1
                continue
            said = ", ".join(filter(None, (decision.group, decision.criterion, decision.result, decision.reason)))
            rows.append(f"dòng {(decision.place.cell or '')[1:]} ({said})")
        more = f" và {len(rows) - _MOST_ROWS:02d} dòng khác" if len(rows) > _MOST_ROWS else ""
        told = "; ".join(rows[:_MOST_ROWS]) + more if rows else "không có dòng nào mà sổ khác không có"
        lines.append(f"- “{one.name}”: {told}")
    lines.append(
        f"Ghi đủ các dòng đúng vào một sổ, chuyển sổ còn lại sang “{layout.ARCHIVE}” rồi chạy lại. Chưa thay sổ nào."
    )
    return "\n".join(lines)
