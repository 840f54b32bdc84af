"""The live help of a form: formulas that say, as the leader types, what is unanswered or contradictory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx.layout import KEY_PREFIX, NOT_APPLICABLE
from tdp_xlsx.model import NO, YES, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tdp_xlsx.model import Criterion, Relation

BOTH = "Vừa Có vừa Không: chỉ để lại một"
UNANSWERED = "Chưa trả lời"
NO_ANSWER = "Chỉ chọn Có hoặc Không"
CASE_HAPPENED = "Đã báo CÓ xảy ra: thuộc trường hợp không đảm bảo"
CONTRADICTION = "Xem lại: mâu thuẫn với mục {label}"
RELATED = "Xem lại cùng mục {label}"

_COMMA = ", "
_ENOUGH = 999  # characters of labels
_LITERAL_LIMIT = 255  # characters Excel allows in one text of a formula


@dataclass(frozen=True, slots=True)
class Columns:
    """The letters of a form's columns."""

    yes: str
    no: str
    answer: str
    key: str

    def says(self, row: int, answer: str) -> str:
        """Return the condition that a row is answered so, by the drop-down or by a mark."""
        mark = self.yes if answer == YES else self.no
        return f'OR({self.answer}{row}="{answer}",{mark}{row}="x")'


def literal(text: str) -> str:
    """Return text as a formula writes it, in pieces no longer than Excel allows."""
    pieces = [text[i : i + _LITERAL_LIMIT] for i in range(0, len(text), _LITERAL_LIMIT)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def any_of(conditions: Collection[str]) -> str:
    """Return the condition that one of them holds."""
    return f"OR({','.join(conditions)})" if len(conditions) > 1 else next(iter(conditions))


def mark_formula(columns: Columns, row: int, answer: str) -> str:
    """Return the formula by which an official column marks itself."""
    return f'=IF({columns.answer}{row}="{answer}","x","")'


@dataclass(frozen=True, slots=True)
class Reminder:
    """Writes the formulas of ``Nhắc khi điền``.

    ``rows`` and ``labels`` hold only criteria that apply to the group; relations with others are left out.
    ``questions`` are asked instead of the plain reminder while the answer is blank.
    """

    columns: Columns
    rows: Mapping[str, int]
    labels: Mapping[str, str]
    relations: tuple[Relation, ...]
    questions: Mapping[str, str]

    def formula(self, criterion: Criterion) -> str:
        """Return the formula for one criterion's row."""
        columns, row, hint = self.columns, self.rows[criterion.code], criterion.hint
        yes, no = columns.says(row, YES), columns.says(row, NO)
        blank = f'AND({columns.answer}{row}="",{columns.yes}{row}="",{columns.no}{row}="")'
        question = self.questions.get(criterion.code, UNANSWERED)
        unanswered = literal(f"{question}. {hint}" if hint else question)
        reply_yes = self._reply(criterion, YES, CASE_HAPPENED if criterion.is_case else hint)
        reply_no = self._reply(criterion, NO, "" if criterion.is_case else hint)
        return (
            f"=IF(AND({yes},{no}),{literal(BOTH)},IF({yes},{reply_yes},IF({no},{reply_no},"
            f"IF({blank},{unanswered},{literal(NO_ANSWER)}))))"
        )

    def _reply(self, criterion: Criterion, answer: str, settled: str) -> str:
        """Return the reply to one answer: all contradictions before all related items before the plain words."""
        reply = literal(settled)
        for severity, text in ((Severity.INFO, RELATED), (Severity.WARNING, CONTRADICTION)):
            others = self._others(criterion.code, answer, severity)
            if len(others) == 1:
                ((label, condition),) = others.items()
                reply = f"IF({condition},{literal(text.format(label=label))},{reply})"
            elif others:
                named = "&".join(f'IF({condition},{literal(_COMMA + label)},"")' for label, condition in others.items())
                before = literal(text.format(label=""))
                reply = f"IF({any_of(others.values())},{before}&MID({named},{len(_COMMA) + 1},{_ENOUGH}),{reply})"
        return reply

    def _others(self, code: str, answer: str, severity: Severity) -> dict[str, str]:
        """Return the items that bear on an answer, by label, each with the condition under which it does."""
        found: dict[str, list[str]] = {}
        for relation in self.relations:
            if relation.severity is not severity:
                continue
            sides = ((relation.first, relation.first_answer), (relation.second, relation.second_answer))
            for own, (other, other_answer) in (sides, sides[::-1]):
                if own == (code, answer) and other in self.rows:
                    condition = self.columns.says(self.rows[other], other_answer)
                    found.setdefault(self.labels[other], []).append(condition)
        return {label: any_of(conditions) for label, conditions in found.items()}

    def progress(self, first: int, last: int, before: str, after: str) -> str:
        """Return the formula that counts the criteria with exactly one answer, between two pieces of text."""
        columns = self.columns
        answer, yes, no, key = (
            f"{letter}{first}:{letter}{last}" for letter in (columns.answer, columns.yes, columns.no, columns.key)
        )
        one = f'((({answer}="{YES}")+({yes}="x")>0)+(({answer}="{NO}")+({no}="x")>0)=1)'
        count = f'SUMPRODUCT((LEFT({key},{len(KEY_PREFIX)})="{KEY_PREFIX}")*({answer}<>"{NOT_APPLICABLE}")*{one})'
        return f"={literal(before)}&{count}&{literal(f'/{len(self.rows)}{after}')}"
