"""What a group is told of the round: its own answers and figures, the ward's medians; of no other group or person."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING

from tdp_xlsx.layout import AS_IT_STANDS, STANDARD_COLUMN, STATES
from tdp_xlsx.model import ALL_GROUPS, NO, YES, GroupStatus
from tdp_xlsx.people import CONTACT
from tdp_xlsx.report.figures import WORDS, Figures, answer_word
from tdp_xlsx.report.live import percent_text, share
from tdp_xlsx.report.words import BLANK, CONTRADICTED, NOT_APPLICABLE, UNCLEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tdp_xlsx.api import Round
    from tdp_xlsx.evaluation import GroupResult, SettledDecision
    from tdp_xlsx.model import Criterion


MASK = "(không công bố)"
_TITLE = re.compile(r"\A(?:ong|ba|anh|chi|dong chi|d/c)\.?\s+(?=\S+\s+\S)")
_LEAST_DIGITS = 6


def masking(done: Round) -> Callable[[str], str]:
    """Return what replaces a person's data in a text.

    Names are known with or without accents, spaces and case; a name of one word alone is left, as it may be any word.
    """
    groups = {_folded(text) for group in done.template.plan.groups for text in (group.code, group.name)}
    known = {_words(text) for text in map(_folded, _people(done)) if text not in groups} - {""}
    people = re.compile(rf"(?<![^\W_]){_any_of(known)}(?![^\W_])") if known else None

    def masked(text: str) -> str:
        text = CONTACT.sub(MASK, unicodedata.normalize("NFC", text))
        if people:
            for found in reversed([*people.finditer(_folded(text))]):
                text = text[: found.start()] + MASK + text[found.end() :]
        return text

    return masked


def _people(done: Round) -> Iterator[str]:
    plan, settings = done.template.plan, done.template.plan.settings
    for group in plan.groups:
        for said in (group.leader, group.phone, group.email):
            yield from re.split(r"[;,/\n]", said)
    yield from (settings.signer_name, settings.prepared_by, settings.smtp_account)
    yield from (outcome.file.sender for outcome in done.intake.files)
    yield from (submission.signed_by for submission in done.intake.submissions.values())
    yield from (settled.decision.decided_by for settled in done.evaluation.decisions)


def _folded(text: str) -> str:
    """Return a text without accents and case, each character in its place."""
    plain = (unicodedata.normalize("NFD", char)[0].lower()[0] for char in unicodedata.normalize("NFC", text))
    return "".join(plain).replace("đ", "d")


def _words(folded: str) -> str:
    """Return the words to look for, with single spaces; none where one word alone is told."""
    words = re.findall(r"[^\W_]+", _TITLE.sub("", folded.strip(), count=1))
    is_told = len(words) > 1 or (words and words[0].isdecimal() and len(words[0]) >= _LEAST_DIGITS)
    return " ".join(words) if is_told else ""


def _any_of(texts: Iterable[str]) -> str:
    """Return the pattern of any of these, letter by letter: a country has ten thousand, told apart in a few steps."""
    branches: dict[str, set[str]] = {}
    for text in texts:
        branches.setdefault(text[:1], set()).add(text[1:])
    ends = "?" if branches.pop("", None) else ""
    each = (
        (r"[\W_]*" if first == " " else re.escape(first)) + _any_of(rest) for first, rest in sorted(branches.items())
    )
    return f"(?:{'|'.join(each)}){ends}" if branches else ""


PART = "Cả phần II"


@dataclass(frozen=True, slots=True)
class Line:
    """A standard, or all of part II: what the group claimed and met, and what is the middle of the ward.

    ``share`` is 0 to 100, None where the group does not count; the medians are None where no group does. ``fulfilled``
    has the labels of the criteria met.
    """

    title: str
    claimed: int
    met: int
    applicable: int
    share: float | None
    median_met: float | None
    median_share: float | None
    fulfilled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion or case with something to tell: as claimed, as it counts, why, whether the office changed it."""

    label: str
    text: str
    claimed: str
    final: str
    reason: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """All of a group's result; ``lines`` and ``items`` are empty where no file was read.

    ``place`` says its rank, ``advice`` what is to be done for it to count ("" if it does), ``reason`` why its files
    were not read.
    """

    result: GroupResult
    is_final: bool
    lines: tuple[Line, ...]
    items: tuple[Item, ...]
    exempt: tuple[str, ...]
    place: str
    reason: str
    advice: str

    @property
    def told(self) -> str:
        """The result in a few words, for a letter."""
        one = self.result
        score = f"đạt {one.met}/{one.applicable} tiêu chí, tỷ lệ {percent_text(one.points_met, one.points_applicable)}"
        place = f"hạng {self.place}" if one.rank is not None else "không xếp hạng"
        said = f"{score}, {place}" if one.is_counted else f"chưa được tính, {STATES[one.state].lower()}"
        return said if self.is_final else f"{said} (dự kiến)"


class Outcomes:
    """The outcome of each group of a round; what all of them draw on is reckoned once."""

    def __init__(self, done: Round) -> None:
        self.plan, self.evaluation = done.template.plan, done.evaluation
        self.figures = Figures(done.evaluation, done.intake)
        self._masked = masking(done)
        counted = self.figures.counted
        self.counted = len(counted)
        self.is_final = all(one.is_counted and one.is_verified for one in self.evaluation.results)
        self._ranked = Counter(one.list for one in self.evaluation.results if one.rank is not None)
        self._medians = {
            standard.number: (
                _median([one.standards[standard.number][0] for one in counted]),
                _median([share(*pair) for one in counted if (pair := one.standards[standard.number])[1]]),
            )
            for standard in self.plan.standards
        }
        whole = [share(one.points_met, one.points_applicable) for one in counted]
        self._medians[PART] = _median([one.met for one in counted]), _median(whole)

    def of(self, code: str) -> Outcome:
        """Return the outcome of a group."""
        result = self.evaluation.by_code[code]
        lines: tuple[Line, ...] = ()
        items: tuple[Item, ...] = ()
        exempt: tuple[str, ...] = ()
        if result.is_read:
            said = self._said(code)
            lines, items = tuple(self._lines(result, said)), tuple(self._items(code, said))
            exempt = tuple(one.label for one, (_, final) in said.items() if final == NOT_APPLICABLE)
        reason = self.figures.reason(result)
        return Outcome(result, self.is_final, lines, items, exempt, self._place(result), reason, self._advice(result))

    def _said(self, code: str) -> dict[Criterion, tuple[str, str]]:
        """Return, for each case and criterion, the word claimed and the one that counts."""
        plan = self.plan
        rows = self.evaluation.rows.of(plan.group_by_code[code])
        pairs = zip(plan.criteria, rows, self.evaluation.finals[code], strict=True)
        found = {one: (answer_word(row.value, row.state), WORDS[final]) for one, row, final in pairs}
        return {one: found[one] for one in self.figures.criteria}

    def _lines(self, result: GroupResult, said: Mapping[Criterion, tuple[str, str]]) -> Iterator[Line]:
        every = 0
        for standard in self.plan.standards:
            own = {one: words for one, words in said.items() if one.standard == standard.number and not one.is_case}
            claimed = sum(word == YES for word, _ in own.values())
            every += claimed
            met, applicable = result.standards[standard.number]
            part = share(met, applicable) if applicable else None
            title, medians = STANDARD_COLUMN.format(number=standard.number), self._medians[standard.number]
            labels = tuple(one.label for one, (_, word) in own.items() if word == YES)
            yield Line(title, claimed, met, applicable, part, *medians, labels)
        score = share(result.points_met, result.points_applicable) if result.is_counted else None
        yield Line(PART, every, result.met, result.applicable, score, *self._medians[PART])

    def _items(self, code: str, said: Mapping[Criterion, tuple[str, str]]) -> Iterator[Item]:
        """Yield what is missed, open, happened or decided on, the office's word on the whole form first."""
        decided = self._decided.get(code, {})
        if whole := decided.get(ALL_GROUPS):
            text = "Công nhận như đơn vị tự đánh giá, trừ những nội dung ghi khác dưới đây."
            yield Item("Cả bảng", text, "", AS_IT_STANDS, self._reasons(whole))
        for one, (claimed, final) in said.items():
            rows = decided.get(one.code, [])
            usual = {NO, NOT_APPLICABLE} if one.is_case else {YES, NOT_APPLICABLE}
            if not rows and {claimed, final} <= usual:
                continue
            is_changed = bool(rows) and claimed != final
            change = "Thẩm định thay đổi" if is_changed else "Thẩm định giữ nguyên"
            why = {BLANK: "Cần bổ sung.", UNCLEAR: "Cần làm rõ.", CONTRADICTED: "Chờ thống nhất thẩm định."}
            reason = ": ".join(filter(None, (change, self._reasons(rows)))) if rows else why.get(final, "")
            yield Item(one.label, " ".join(one.text.split()).removeprefix("- "), claimed, final, reason, is_changed)

    @cached_property
    def _decided(self) -> Mapping[str, Mapping[str, list[SettledDecision]]]:
        """The decisions in force, by group and criterion."""
        found: defaultdict[str, defaultdict[str, list[SettledDecision]]] = defaultdict(lambda: defaultdict(list))
        for row in self.evaluation.decisions:
            if row.fault is None:
                found[row.decision.group][row.decision.criterion].append(row)
        return found

    def _reasons(self, rows: list[SettledDecision]) -> str:
        """Return why the office decided so, people taken out."""
        return "; ".join(dict.fromkeys(filter(None, (self._masked(row.decision.reason).strip() for row in rows))))

    def _place(self, one: GroupResult) -> str:
        if one.rank is None:
            return "Không xếp hạng."
        among = f" thuộc loại {one.list}" if one.list else ""
        ties = f"; đồng hạng với {one.ties:02d} đơn vị khác" if one.ties else ""
        return f"{one.rank}/{self._ranked[one.list]} đơn vị được xếp hạng{among}{ties}"

    def _advice(self, one: GroupResult) -> str:
        settings = self.plan.settings
        if one.awaits_office:
            return f"{settings.appraiser or settings.office} thống nhất kết quả thẩm định; đơn vị không phải làm gì."
        return {
            GroupStatus.MISSING: f"Điền bảng tự đánh giá và gửi về {settings.office}.",
            GroupStatus.REJECTED: f"Gửi lại bảng tự đánh giá theo mẫu của {settings.office}.",
            GroupStatus.INCOMPLETE: f"Bổ sung các nội dung “{BLANK}”, “{UNCLEAR}” nêu dưới đây, gửi lại bảng về "
            f"{settings.office}.",
        }.get(one.status, "")


def _median(values: list[int] | list[float]) -> float | None:
    return median(values) if values else None
