"""The lists of ``So với năm trước`` below its groups: criteria, last year's unmet items, merged and split groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx.evaluation.outcome import COUNTED
from tdp_xlsx.layout import ANSWER_WORDS, GROUP_CODE, GROUP_NAME, NO_RANK, STANDARD_COLUMN, TEXT
from tdp_xlsx.links import CriterionChange
from tdp_xlsx.model import NO, YES
from tdp_xlsx.report.book import USUAL_ROW, needed_height
from tdp_xlsx.report.figures import WORDS
from tdp_xlsx.report.live import OWN_ROW, Live, quoted
from tdp_xlsx.report.previous_rows import CHANGED, IS_GAINED, IS_MISSED
from tdp_xlsx.submission import Final
from tdp_xlsx.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tdp_xlsx.evaluation.previous import Compared
    from tdp_xlsx.model import Criterion
    from tdp_xlsx.report.book import Page
    from tdp_xlsx.report.previous_rows import Rows
    from tdp_xlsx.submission import PastGroup

MENDED, OPEN, ENDED = "Đã khắc phục", "Chưa khắc phục", "Không còn áp dụng"
_UNTOLD = "chưa ghi"
_KAD = ANSWER_WORDS[Final.NOT_APPLICABLE]
_LAST = 13
_BESIDE = 3
"""Columns for groups of last year side by side; what more there are stand in the last of them."""


class Cell(NamedTuple):
    """A cell of a list: its first and last column, what it says, how it looks; in formulas ``OWN_ROW`` is its row."""

    first: int
    last: int
    value: Live | str | float
    meaning: str = "cell"


class Lists:
    """Lists one below the other, each from a new page on, whose headings stand again at the head of each page."""

    def __init__(self, page: Page, row: int, room: float) -> None:
        self.page, self.row, self._room, self._used = page, row, room, 0.0
        self.breaks: list[int] = []
        self._head: Sequence[Cell] = ()

    def begin(self, title: str, *head: tuple[int, int, str]) -> int:
        """Begin a list; return its first row."""
        self.row += 1
        self.breaks.append(self.row)
        self._used = 0.0
        self._put([Cell(0, 0, title, "section")])
        self._head = [Cell(*one, "heading") for one in head]
        self._put(self._head)
        return self.row

    def write(self, *cells: Cell) -> None:
        """Write a row, on a new page where there is no room for it."""
        if self._used + self._height(cells) > self._room:
            self.breaks.append(self.row)
            self._used = 0.0
            self._put(self._head)
        self._put(cells)

    def _height(self, cells: Sequence[Cell]) -> float:
        said = [(one.value.value if isinstance(one.value, Live) else one.value, one) for one in cells]
        room, look = self.page.room, self.page.look
        needed = (needed_height(value, room(one.first, one.last), look(one.meaning)) for value, one in said)
        return max(USUAL_ROW, *needed)

    def _put(self, cells: Sequence[Cell]) -> None:
        page, row = self.page, self.row
        height = self._height(cells)
        page.height(row, height)
        self._used += height
        for first, last, value, meaning in cells:
            if isinstance(value, int | float):
                page.number(row, first, value, meaning)
                continue
            live = value if isinstance(value, Live) else Live("", value)
            page.merged(row, first, last, Live(live.formula.replace(OWN_ROW, str(row + 1)), live.value), meaning)
        self.row += 1


def word(change: str | None) -> str:
    """Return what happened to a criterion or group, as it stands within a sentence."""
    return change[:1].lower() + change[1:] if change else _UNTOLD


def by_criterion(lists: Lists, rows: Rows) -> None:
    """List, criterion by criterion, of how many groups it was gained, lost and stayed."""
    changes = ((col, col, change) for col, change in enumerate(CHANGED.values(), start=6))
    more = ((11, 11, "Mã năm trước"), (12, 12, "Quan hệ với năm trước"), (13, 13, "Tiêu chuẩn"))
    named = ((0, 0, "Số tt"), (1, 1, "Mã tiêu chí"), (2, 5, TEXT))
    first = lists.begin("THEO TIÊU CHÍ", *named, *changes, (10, 10, "Số đơn vị so sánh"), *more)
    succession, known = rows.previous.succession, rows.previous.last.by_code
    said = [rows.changed(one) for one in rows.previous.compared]
    for place, criterion in enumerate(rows.criteria, start=1):
        span, origin = rows.changes(criterion.code), succession.criteria[criterion.code]
        words = [one.get(criterion.code) for one in said]
        counts = [Live(f"COUNTIF({span},{quoted(change)})", words.count(change)) for change in CHANGED.values()]
        whole = Live("+".join(one.formula for one in counts), sum(one.count for one in counts))
        is_common = criterion.code in rows.previous.criteria
        figures = [one if is_common else NO_RANK for one in (*counts, whole)]
        lists.write(
            *(
                Cell(0, 0, place, "count"),
                Cell(1, 1, criterion.label, "cell_middle"),
                Cell(2, 5, one_line(criterion.text, 54)),  # ``Chưa đạt`` has the whole
            ),
            *(Cell(col, col, one, "count") for col, one in enumerate(figures, start=6)),
            Cell(11, 11, "; ".join(known[code].label for code in origin.before) or NO_RANK, "cell_middle"),
            Cell(12, 12, origin.change or "Chưa ghi"),
            Cell(13, 13, STANDARD_COLUMN.format(number=criterion.standard), "cell_middle"),
        )
    for name, col in {"tc_chuan": 13, "tc_them": 6, "tc_thoi": 7}.items():
        lists.page.name(f"nt_{name}", col, first, lists.row - 1)


def unmet(lists: Lists, rows: Rows) -> None:
    """List what each group that is still the same missed last year, and what has become of it."""
    named = ((0, 0, "Số tt"), (1, 1, GROUP_CODE), (2, 2, GROUP_NAME), (3, 3, "Mã năm trước"))
    first = lists.begin(
        "NỘI DUNG CHƯA ĐẠT NĂM TRƯỚC", *named, (4, 11, "Nội dung chưa đạt năm trước"), (12, _LAST, "Năm nay")
    )
    items = [
        (one, criterion)
        for one in rows.previous.groups.values()
        if one.before is not None and one.before.status in COUNTED
        for criterion in rows.previous.last.criteria
        if not criterion.is_case and NO in one.before.answers.get(criterion.code, ())[:2]
    ]
    for place, (one, criterion) in enumerate(items, start=1):
        name = rows.ward.plan.group_by_code[one.code].name
        lists.write(
            *(Cell(0, 0, place, "count"), Cell(1, 1, one.code, "code"), Cell(2, 2, name)),
            *(Cell(3, 3, criterion.label, "cell_middle"), Cell(4, 11, criterion.text)),
            Cell(12, _LAST, _became(rows, one, criterion.code), "cell_middle"),
        )
    if not items:
        lists.write(Cell(0, _LAST, "Không có nội dung nào so được.", "cell_middle"))
    lists.page.name("nt_ket_qua", 12, first, lists.row - 1)
    note = "Dấu –: đơn vị không so được (cột Ngắt chuỗi), hoặc theo nguồn so sánh thì năm trước đã đạt."
    lists.write(Cell(0, _LAST, note, "note"))


def _became(rows: Rows, one: Compared, old: str) -> Live | str:
    """Say what has become of an item that was unmet."""
    code = next((now for now, before in rows.previous.criteria.items() if before == old), None)
    if code is not None and code in one.final:
        found = f"INDEX({rows.changes(code)},MATCH($B{OWN_ROW},nt_ma,0))"
        said = {IS_GAINED: MENDED, IS_MISSED: OPEN}
        formula = quoted(NO_RANK)
        for change, told in said.items():
            formula = f"IF({found}={quoted(change)},{quoted(told)},{formula})"
        return Live(formula, said.get(rows.changed(one).get(code, ""), NO_RANK))
    succession = rows.previous.succession
    changes = [origin.change for origin in succession.criteria.values() if old in origin.before]
    if code or succession.criteria_gone.get(old) is CriterionChange.DROPPED:
        return ENDED
    return f"Không so được ({'; '.join(dict.fromkeys(map(word, changes))) or _UNTOLD})"


def others(lists: Lists, rows: Rows) -> None:
    """List what has no successor; then each group that is merged or split, beside the groups it comes from."""
    previous = rows.previous
    groups = [one for one in previous.groups.values() if one.origin.before and not one.origin.same]
    if previous.reason or not (groups or previous.succession.groups_gone):
        return
    named = ((0, 0, "Số tt"), (1, 1, GROUP_CODE), (2, 2, GROUP_NAME), (3, 3, "Mã tiêu chí"), (4, 8, TEXT))
    told = ((9, 11, "Đơn vị năm trước"), (12, 12, "Đối chiếu các đơn vị năm trước"), (13, 13, "Năm nay"))
    lists.begin("ĐƠN VỊ NHẬP, CHIA TÁCH, ĐIỀU CHỈNH, KHÔNG CÒN", *named, *told)
    past = previous.last.group_by_code
    for code, change in previous.succession.groups_gone.items():
        lists.write(Cell(0, _LAST, f"Năm nay không còn {past[code].name} ({code}): {word(change)}."))
    number = 0
    for one in groups:
        group, before = rows.ward.plan.group_by_code[one.code], [past[code] for code in one.origin.before]
        title = f"{group.name} ({group.code}): {one.lasting[0]}"
        lists.write(
            Cell(0, 8, title, "part"), *_side(before, [group.code for group in before]), Cell(12, 13, "", "part")
        )
        for criterion in (one for one in rows.criteria if one.code in previous.criteria):
            now = _now(rows, one, criterion)
            answers = [_past(group, previous.criteria[criterion.code]) for group in before]
            if {*answers, now.value} == {_KAD}:
                continue
            number += 1
            lists.write(
                *(Cell(0, 0, number, "count"), Cell(1, 1, group.code, "code"), Cell(2, 2, group.name)),
                *(
                    Cell(3, 3, criterion.label, "cell_middle"),
                    Cell(4, 8, one_line(criterion.text, 44)),
                    *_side(before, answers),
                ),
                *(Cell(12, 12, _agree(answers), "cell_middle"), Cell(13, 13, now, "cell_middle")),
            )


def _side(before: Sequence[PastGroup], texts: Sequence[str]) -> list[Cell]:
    """Return what is told of each of last year's groups, in columns; beyond the last with the group's code."""
    shown = list(texts[:_BESIDE])
    if len(texts) > _BESIDE:
        rest = zip(before[_BESIDE - 1 :], texts[_BESIDE - 1 :], strict=True)
        shown[-1] = "; ".join(text if text == group.code else f"{group.code}: {text}" for group, text in rest)
    shown += [""] * (_BESIDE - len(shown))
    return [Cell(col, col, text, "cell_middle") for col, text in enumerate(shown, start=9)]


def _past(group: PastGroup, code: str) -> str:
    if not group.answers:
        return NO_RANK
    answer = group.answers.get(code)
    return _KAD if answer is None else answer.final or ANSWER_WORDS[Final.UNCLEAR]


def _agree(answers: Sequence[str]) -> str:
    """Say whether several groups answered alike; one alone is there for reference."""
    if len(answers) < 2 or not {*answers} <= {YES, NO}:  # noqa: PLR2004 - one has nobody to agree with
        return NO_RANK
    return f"Cùng {answers[0]}" if len({*answers}) == 1 else "Khác nhau"


def _now(rows: Rows, one: Compared, criterion: Criterion) -> Live:
    said = rows.ward.figures.answers(rows.ward.evaluation.by_code[one.code])
    formula = f"INDEX({rows.detail.column_range(criterion.code)},MATCH($B{OWN_ROW},ct_ma,0))"
    return Live(formula, WORDS[said[rows.ward.plan.codes.index(criterion.code)]])
