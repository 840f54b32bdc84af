"""What the officer reads on the terminal: tables, findings and progress as plain Vietnamese text."""

from __future__ import annotations

import textwrap
import time
import unicodedata
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from tdp_xlsx import layout, paths
from tdp_xlsx.model import GroupStatus, Severity
from tdp_xlsx.submission import FileStatus
from tdp_xlsx.text import is_unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path
    from typing import Self, TextIO

    from tdp_xlsx.compare import Difference
    from tdp_xlsx.evaluation import Evaluation, GroupResult
    from tdp_xlsx.findings import Rule
    from tdp_xlsx.intake import Progress
    from tdp_xlsx.model import Finding, Group
    from tdp_xlsx.submission import FileOutcome, Intake

WIDTH = 80

GROUP_WORDS = {GroupStatus(state): words for state, words in layout.STATES.items() if state != layout.AWAITED}
GROUP_WORDS[GroupStatus.DISQUALIFIED] = "Hợp lệ, có mục I"
"""A group's state where files are received: nothing is missing, whatever the office makes of the cases."""
AWAITED = "Chờ thống nhất"
FILE_WORDS = {
    FileStatus.ACCEPTED: "tính",
    FileStatus.DUPLICATE: "trùng",
    FileStatus.SUPERSEDED: "được thay",
    FileStatus.INCOMPLETE: "chưa đủ",
    FileStatus.CONFLICT: "mâu thuẫn",
    FileStatus.REJECTED: "từ chối",
    FileStatus.KEPT: "bản ký, ảnh",
    FileStatus.IGNORED: "bỏ qua",
}
SEVERITY_WORDS = {Severity.ERROR: "LỖI", Severity.WARNING: "CẦN LÀM RÕ", Severity.INFO: "LƯU Ý"}


_PACE = 0.1
_LISTED = 30
"""Forms named one by one on a terminal; of more, it is told how many are done."""
_A_LONG_TIME = 90
"""Seconds from which on the time left is told in minutes."""


class ProgressLine:
    """One line on a terminal, written over as the work goes on and blank at the end; nothing is said elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._is_shown = stream.isatty()
        self._stream = stream
        self._begun = self._told = time.monotonic()
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")
        if self._width:
            self._stream.write("\r")
            self._stream.flush()

    def reading(self, so_far: Progress) -> None:
        """Tell how far the reading of the inbox is."""
        text = f"Đã đọc {so_far.read}/{so_far.total} tệp, {so_far.groups} đơn vị"
        self._tell(so_far.read, so_far.total, text, "Đang tính và lập sổ")

    def making(self, done: int, total: int) -> bool:
        """Tell how many forms are made; return whether it is told here, as it is where they are too many to list."""
        if total > _LISTED:
            self._tell(done, total, f"Đã lập {done}/{total} bảng", "Đã xong")
        return self._is_shown and total > _LISTED

    def _tell(self, done: int, total: int, text: str, then: str) -> None:
        """Tell text and the time left, now and then; at the end what follows."""
        now = time.monotonic()
        if not self._is_shown or (done < total and now - self._told < _PACE):
            return
        self._told = now
        left = (now - self._begun) / done * (total - done)
        minutes, seconds = f"{left / 60:.0f} phút", f"{left:.0f} giây"
        rest = f"; còn khoảng {minutes if left > _A_LONG_TIME else seconds}" if done < total else f". {then}…"
        self._write(f"{text}{rest}")

    def _write(self, line: str) -> None:
        """Write over what stands there, without what only some terminals understand."""
        if line or self._width:
            self._stream.write("\r" + line.ljust(self._width)[: WIDTH - 1])
            self._stream.flush()
            self._width = max(self._width, min(len(line), WIDTH - 1))


def visible(raw: str) -> str:
    """Return text with control and direction characters made visible, so that no name can play with the terminal.

    Paths lose the mark of those that have no limit of length.
    """
    raw = paths.shown(raw)
    if raw.isprintable():
        return raw
    return "".join(f"\\u{ord(char):04x}" if is_unseen(char) else char for char in raw)


def status_lines(
    evaluation: Evaluation, intake: Intake, mailed: Mapping[str, tuple[date | None, date | None]] = MappingProxyType({})
) -> Iterator[str]:
    """Yield the table of groups: state, file, days of mails, findings to mend (``Lỗi``) and to clear up (``Rõ``).

    ``mailed`` has, by group code, the day its form was last mailed and the day it was last reminded.
    """
    counts = Counter((finding.place.group, finding.severity) for finding in intake.findings)
    files = {outcome.group: outcome.file.path for outcome in intake.files if outcome.status is not FileStatus.IGNORED}
    rows = [("Đơn vị", "Tình trạng", "Tệp", "Gửi", "Nhắc", "Lỗi", "Rõ")]
    for result in evaluation.results:
        sent, reminded = mailed.get(result.code, (None, None))
        rows.append(
            (
                f"{result.code} {result.name}",
                _group_word(result),
                (result.file or files.get(result.code) or "").removeprefix("inbox/"),
                f"{sent:%d/%m}" if sent else "",
                f"{reminded:%d/%m}" if reminded else "",
                str(counts[result.code, Severity.ERROR] or ""),
                str(counts[result.code, Severity.WARNING] or ""),
            )
        )
    yield from table(rows, (24, 16, 18, 5, 5, 3, 3))


def _group_word(result: GroupResult) -> str:
    if result.awaits_office:
        return AWAITED
    return (
        layout.VERIFIED_STATE
        if result.is_verified and result.status is GroupStatus.VALID
        else GROUP_WORDS[result.status]
    )


def table(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    """Yield rows as columns of fixed width, longer cells cut with an ellipsis; a rule under the first row."""
    for index, row in enumerate(rows):
        cells = (_fit(visible(cell), width) for cell, width in zip(row, widths, strict=True))
        yield " ".join(cells).rstrip()
        if index == 0:
            yield " ".join("-" * width for width in widths)


def _fit(text: str, width: int) -> str:
    """Cut or fill text to the columns it takes on a terminal: none for a mark that combines, two for a wide letter."""
    shown, taken = "", 0
    text = unicodedata.normalize("NFC", text)
    whole = sum(map(_columns, text)) <= width
    for char in text:
        if not whole and taken + _columns(char) > width - 1:
            shown, taken = shown + "…", taken + 1
            break
        shown, taken = shown + char, taken + _columns(char)
    return shown + " " * (width - taken)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def count_line(evaluation: Evaluation) -> str:
    """Return the counts in one sentence."""
    counts = Counter(AWAITED if result.awaits_office else GROUP_WORDS[result.status] for result in evaluation.results)
    total = len(evaluation.results)
    words = (*(GROUP_WORDS[status] for status in GroupStatus), AWAITED)
    parts = [f"{word[0].lower()}{word[1:]} {counts[word]:02d}" for word in words if counts[word]]
    return f"Tổng số {total:02d} đơn vị: {'; '.join(parts)}."


def file_line(outcome: FileOutcome) -> str:
    """Return what became of one file."""
    reason = f": {outcome.reason}" if outcome.reason else ""
    return visible(f"{outcome.file.called} [{FILE_WORDS[outcome.status]}]{reason}")


def person_line(group: Group) -> str:
    """Return whom to call at a group, from the register; no finding says it, as findings go into workbook and JSON."""
    leader = f"{layout.leader_title(group.kind)} {group.leader or 'chưa ghi tên'}"
    said = f"{group.code}: {leader}, điện thoại {group.phone or 'chưa ghi'}"
    return visible(" ".join(said.split()))


def uncounted_lines(files: Iterable[FileOutcome]) -> Iterator[str]:
    """Yield each file that keeps its group from counting."""
    for outcome in files:
        if outcome.status in {FileStatus.REJECTED, FileStatus.CONFLICT, FileStatus.INCOMPLETE}:
            yield "Chưa tính: " + file_line(outcome)


def decision_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield what is to be mended or cleared up in the office's decisions."""
    for finding in findings:
        if finding.place.sheet == layout.DECISIONS and finding.severity is not Severity.INFO:
            yield from finding_lines([finding])


def unmet_lines(evaluation: Evaluation) -> Iterator[str]:
    """Yield what keeps a consolidation from being whole: groups that do not count, decisions not in force."""
    uncounted = [result.name for result in evaluation.results if not result.is_counted]
    if uncounted:
        yield f"Chưa đạt yêu cầu --strict: {len(uncounted):02d} đơn vị chưa được tính ({', '.join(uncounted)})."
    if idle := sum(row.fault is not None for row in evaluation.decisions):
        yield f"Chưa đạt yêu cầu --strict: {idle:02d} dòng thẩm định chưa được áp dụng."


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield each finding: weight, code, where, what; below it what to do."""
    for finding in findings:
        where = f" ô {finding.place.cell}" if finding.place.cell else ""
        yield from wrapped(
            f"{SEVERITY_WORDS[finding.severity]} {finding.code}{where}: {finding.message}", first="- ", rest="  "
        )
        if finding.fix:
            yield from wrapped(finding.fix, first="  → ", rest="    ")


def of_rule(findings: Iterable[Finding], rule: Rule) -> list[str]:
    """Return the lines of the findings of one rule."""
    return list(finding_lines(found for found in findings if found.code == rule.code))


def wrapped(text: str, first: str, rest: str) -> list[str]:
    """Return text in lines of the terminal's width; ``first`` begins the first line, ``rest`` the others."""
    return textwrap.wrap(
        visible(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def difference_lines(differences: Iterable[Difference]) -> Iterator[str]:
    """Yield the table of what differs; cells of a form are named without their sheet."""
    rows: list[Sequence[str]] = [("Đơn vị", "Mục", "Nội dung", "Trước", "Sau", "Ô trước", "Ô sau")]
    for one in differences:
        cells = ((cell or "").removeprefix(f"{layout.FORM}!") for cell in (one.before_cell, one.after_cell))
        values = (_value(one.what, value) for value in (one.before, one.after))
        rows.append((one.group, one.criterion or "", _COMPARED[one.what], *values, *cells))
    yield from table(rows, (8, 6, 10, 13, 13, 12, 12))


_COMPARED = {
    "answer": "trả lời",
    "decision": "thẩm định",
    "state": "tình trạng",
    "score": "tỷ lệ (%)",
    "rank": "hạng",
}


def _value(what: str, value: str | float | None) -> str:
    if value is None:
        return "–"
    return f"{float(value) * 100:.2f}".replace(".", ",") if what == "score" else str(value)


def check_lines(evaluation: Evaluation, intake: Intake) -> Iterator[str]:
    """Yield, file by file: whose it is, how many answers it holds, then its findings; last what belongs to no file."""
    findings = list(intake.findings)
    plan = evaluation.plan
    for outcome in intake.files:
        if outcome.status is FileStatus.IGNORED:
            continue
        of_file = [finding for finding in findings if outcome.file.holds(finding.place)]
        findings = [finding for finding in findings if not outcome.file.holds(finding.place)]
        group = plan.group_by_code.get(outcome.group or "")
        yield file_line(outcome)
        if group:
            counts = ": đã trả lời {}/{} mục".format(*outcome.answered) if outcome.answered else ""
            yield visible(f"  {group.name} ({group.code}){counts}")
        yield from finding_lines(of_file)
        yield ""
    if not intake.files:
        yield "Chưa có tệp nào trong inbox."
    yield from finding_lines(findings)


def next_step(root: Path, evaluation: Evaluation, intake: Intake) -> str:
    """Return what to do next in the working folder."""
    if not intake.files:
        made = any((root / layout.FORMS).glob("*.xlsx"))
        first = "gửi bảng (tdp-xlsx mail)" if made else "lập bảng (tdp-xlsx generate), gửi bảng (tdp-xlsx mail)"
        return f"Tiếp theo: {first}; chép các tệp đơn vị nộp về vào {root / layout.INBOX}"
    if any(result.contradicted for result in evaluation.results):
        return "Tiếp theo: sửa các dòng trái nhau ở trang “Thẩm định” của sổ tổng hợp; rồi chạy: tdp-xlsx consolidate"
    if any(finding.severity is Severity.ERROR for finding in intake.findings):
        return (
            "Tiếp theo: xem chi tiết: tdp-xlsx check; lập bảng trả lại: tdp-xlsx consolidate; "
            "gửi trả đơn vị để sửa: tdp-xlsx mail --return"
        )
    if any(not result.is_read for result in evaluation.results):
        return "Tiếp theo: nhắc đơn vị chưa nộp: tdp-xlsx mail --remind; khi đủ, chạy: tdp-xlsx consolidate"
    return "Tiếp theo: tdp-xlsx consolidate"
