"""The words of one letter: the template's text with the group's, the round's and today's values in its fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import mail as rules
from tdp_xlsx.findings.decisions import CONFLICT, NAMED_FOR_ANOTHER
from tdp_xlsx.forms.correction import NO_CORRECTION, Correction
from tdp_xlsx.intake.understand import for_leader
from tdp_xlsx.model import GroupStatus, Place, Severity
from tdp_xlsx.template import default_plan
from tdp_xlsx.template.items import LETTERS
from tdp_xlsx.text import one_line, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from tdp_xlsx.mail.letter import MailKind
    from tdp_xlsx.model import Finding, Group, Plan

BLANK = "……………"
"""What stands in a letter where a value is missing, for the officer to fill in."""

LONGEST_SUBJECT = 250
_LONGEST_SENTENCE = 400
_MOST_ITEMS = 60
_OFFICE = "DM"  # begins the codes of what the office alone is asked: its decisions, its letters
_BEFORE = {
    "Các câu trả lời rõ ràng đã được giữ lại trong bảng gửi kèm thư này; "
    "những ô cần bổ sung hoặc sửa đã được đánh dấu.": "{bang_kem}",
    "còn {so_noi_dung} nội dung cần bổ sung, sửa (đã đánh dấu trong tệp kèm theo)": "{can_sua}",
    "điền tiếp vào tệp này": "điền vào tệp kèm theo",
}
"""What letters of earlier templates say, and what stands for it now: it is not true of every form."""
_FIELD = re.compile(r"\{[a-z_]+\}")


class NoTextError(Exception):
    """The template has no text for a letter; the argument is the label of its row on the sheet ``Thư``."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one group: its state, what is to be mended or cleared up in its file, what the form asks.

    ``result`` is its result in a few words, where that is what the letter brings.
    """

    status: GroupStatus = GroupStatus.MISSING
    findings: tuple[Finding, ...] = ()
    form: Correction = NO_CORRECTION
    result: str = ""

    @property
    def to_mend(self) -> str:
        """How much keeps the file from counting, each only once: what the form asks, or what was found."""
        errors = {finding.message for finding in self.findings if finding.severity is Severity.ERROR}
        return f"{len(self.form.questions) or len(errors):02d}"


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's subject (one line), its body, and the short message; findings about them."""

    subject: str
    body: str
    message: str
    findings: tuple[Finding, ...] = ()


def words(plan: Plan, group: Group, kind: MailKind, standing: Standing, today: date) -> Words:
    """Return the words of a group's letter.

    Raises:
        NoTextError: The template has no text of this kind.
    """
    values = _values(plan, group, standing, today)
    raw = {part: _text(plan, f"{kind}_{part}") for part in ("subject", "body", "message")}
    for old, field in _BEFORE.items():
        raw = {part: text.replace(old, field) for part, text in raw.items()}
    findings = []
    place = Place(layout.TEMPLATE_PATH, layout.LETTERS)
    if not values["{han_nop}"]:
        values["{han_nop}"] = BLANK
        if any("{han_nop}" in text for text in raw.values()):
            findings.append(rules.DEADLINE_BLANK.at(place, field="{han_nop}", blank=BLANK, instead="{thoi_han}"))
    filled = {part: _fill(text, values) for part, text in raw.items()}
    subject = one_line(filled["subject"], LONGEST_SUBJECT)
    if subject != filled["subject"]:
        findings.append(rules.SUBJECT_ALTERED.at(place, most=LONGEST_SUBJECT, subject=subject))
    return Words(subject, filled["body"], filled["message"], tuple(findings))


def _text(plan: Plan, key: str) -> str:
    # A template made before there was such a letter has no row for it.
    text = plan.letters[key] if key in plan.letters else default_plan()["letters"][key]
    if not text.strip():
        raise NoTextError(next(letter.label for letter in LETTERS if letter.key == key))
    return text


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in place, once: what a value holds is never a field. Lines lose what empty values leave."""
    filled = plain(_FIELD.sub(lambda match: values.get(match[0], match[0]), text))
    return "\n".join(re.sub(r"(?<=\S)  +", " ", line).rstrip() for line in filled.splitlines())


def _values(plan: Plan, group: Group, standing: Standing, today: date) -> dict[str, str]:
    settings = plan.settings
    reply_to = settings.reply_to or settings.smtp_sender or "địa chỉ đã gửi thư này"
    asked = ", ".join(filter(None, (settings.prepared_by, settings.reply_to)))
    year = f"năm {settings.year}"
    return {
        "{nam}": str(settings.year),
        "{ky}": plan.period_label,
        "{dot}": f"{year} ({plan.period_label})" if plan.period_label else year,
        "{don_vi}": group.name,
        "{ma_don_vi}": group.code,
        "{to_truong}": group.leader or layout.leader_title(group.kind),
        "{han_nop}": f"{settings.deadline:%d/%m/%Y}" if settings.deadline else "",
        "{thoi_han}": _by_when(settings.deadline, today),
        "{con_lai}": days_left(settings.deadline, today),
        "{tinh_trang}": _state(standing),
        "{dia_chi_nhan}": reply_to,
        "{lien_he}": asked or f"cán bộ phụ trách của {settings.office}",
        "{phuong}": settings.ward or settings.unit_level,
        "{co_quan}": settings.office,
        "{noi_dung}": "\n".join(_listed(plan, group, standing)),
        "{so_noi_dung}": standing.to_mend,
        "{bang_kem}": _attached(standing.form),
        "{can_sua}": _to_mend(standing),
        "{ket_qua}": standing.result,
    }


def _by_when(deadline: date | None, today: date) -> str:
    soon = "trong thời gian sớm nhất"
    if deadline is None:
        return soon
    if deadline < today:
        return f"{soon} (hạn nộp {deadline:%d/%m/%Y} đã qua)"
    return f"chậm nhất ngày {deadline:%d/%m/%Y}"


def days_left(deadline: date | None, today: date) -> str:
    """Return how far the deadline is, as a sentence; "" without one."""
    if deadline is None:
        return ""
    days = (deadline - today).days
    if days < 0:
        return f"Đã quá hạn nộp ({deadline:%d/%m/%Y}) {-days:02d} ngày."
    if days == 0:
        return f"Hôm nay là hạn nộp ({deadline:%d/%m/%Y})."
    return f"Còn {days:02d} ngày đến hạn nộp ({deadline:%d/%m/%Y})."


def _state(standing: Standing) -> str:
    match standing.status:
        case GroupStatus.MISSING:
            return "chưa nhận được bảng"
        case GroupStatus.REJECTED:
            return "đã nhận tệp nhưng tệp chưa dùng được, cần nộp lại"
        case GroupStatus.INCOMPLETE:
            return f"đã nhận bảng nhưng còn {standing.to_mend} nội dung phải bổ sung, sửa"
        case _:
            return "đã nhận được bảng"


def _attached(form: Correction) -> str:
    if form.questions and form.answers:
        return (
            "Các câu trả lời rõ ràng đã được giữ lại trong bảng gửi kèm thư này; những ô cần bổ sung hoặc sửa đã được "
            "đánh dấu."
        )
    if form.answers:
        return "Các câu trả lời đã được giữ lại trong bảng gửi kèm thư này, xin xem lại."
    return "Chưa lấy được câu trả lời nào từ tệp đã nhận: bảng gửi kèm thư này là bảng trống, cần điền lại từ đầu."


def _to_mend(standing: Standing) -> str:
    if standing.form.questions:
        return f"còn {standing.to_mend} nội dung cần bổ sung, sửa (đã đánh dấu trong tệp kèm theo)"
    if standing.form.answers:
        return "chưa tổng hợp được (lý do ở trang Hướng dẫn điền của tệp kèm theo, các câu trả lời đã được giữ)"
    return "chưa dùng được, phải điền lại từ đầu (lý do ở trang Hướng dẫn điền của tệp kèm theo)"


def _own(plan: Plan, group: Group, standing: Standing) -> Iterator[Finding]:
    """Yield what is the leader's to know, in words for the leader, what concerns a file as a whole only once."""
    labels = ", ".join(plan.by_code[code].label for code in standing.form.questions)
    conflict = f"Các tệp đã nộp trả lời khác nhau ở mục: {labels}." if labels else "Các tệp đã nộp trả lời khác nhau."
    seen = set()
    for finding in standing.findings:
        if finding.severity is Severity.INFO or finding.code == NAMED_FOR_ANOTHER.code or finding.code[0] in _OFFICE:
            continue
        message = conflict if finding.code == CONFLICT.code else for_leader(plan, group.code, finding.message)
        if finding.place.criterion or message not in seen:
            yield replace(finding, message=message)
        seen.add(message)


def _listed(plan: Plan, group: Group, standing: Standing) -> list[str]:
    """Return findings as lines, errors before what is only to be cleared up; one remedy for those that share it."""
    told = list(_own(plan, group, standing))
    told.sort(key=lambda finding: finding.severity is Severity.WARNING)
    lines: list[str] = []
    for remedy, sharing in groupby(told[:_MOST_ITEMS], key=_remedy):
        lines += [f"- {one_line(finding.message, _LONGEST_SENTENCE)}" for finding in sharing]
        if remedy:
            lines.append(f"  Cách sửa: {one_line(remedy, _LONGEST_SENTENCE)}")
    if len(told) > _MOST_ITEMS:
        lines.append(f"- Và {len(told) - _MOST_ITEMS:02d} nội dung khác đã đánh dấu trong bảng.")
    return lines


def _remedy(finding: Finding) -> str:
    """Return what the leader can do; the remedies for whole files are told to the office."""
    return finding.fix if finding.place.criterion else ""
