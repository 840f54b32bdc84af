"""One criterion's answer as it was read; and all answers of one form, kept small: a country has millions of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_REMEMBERED, _SHORT = 16_384, 100


class AnswerState(StrEnum):
    """How clear one answer is."""

    CLEAR = "clear"
    MISSING = "missing"
    UNCLEAR = "unclear"
    NOT_APPLICABLE = "not_applicable"

    __hash__ = str.__hash__  # an enumeration's own is slow


class Final(IntEnum):
    """What an answer comes to, in one byte: as it was read, or with the office's decisions applied."""

    NOT_APPLICABLE = 0
    MISSING = 1
    UNCLEAR = 2
    YES = 3
    NO = 4
    CONTRADICTED = 5
    """The office's own decisions differ."""


class Answer(NamedTuple):
    """One criterion's answer as it was read.

    ``value`` is Có, Không or None (missing or unclear). ``raw`` shows what stood in the answer cells, ``evidence`` what
    stood in the evidence cell (``evidence_cell``), both as text; ``cell`` names the answer cell (None: there is none).
    File, sheet and group are the submission's.
    """

    criterion: str
    state: AnswerState
    value: str | None
    raw: str
    evidence: str
    cell: str | None = None
    evidence_cell: str | None = None


class Answers(Mapping[str, Answer]):
    """The answers of one form by the criterion's code, in the form's order.

    Forms say the same in most rows; the same answer is one object for all of them, however it came.
    """

    __slots__ = ("_places", "_said")

    def __init__(self, said: Iterable[Answer]) -> None:
        self._said = tuple([_shared(one) if len(one.evidence) + len(one.raw) <= _SHORT else one for one in said])
        self._places = _places(tuple([answer.criterion for answer in self._said]))

    def __getitem__(self, code: str) -> Answer:
        return self._said[self._places[code]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._said)

    def __reduce__(self) -> tuple[type[Answers], tuple[tuple[Answer, ...]]]:
        return Answers, (self._said,)

    @property
    def said(self) -> tuple[Answer, ...]:
        """The answers, in the form's order."""
        return self._said


@lru_cache(maxsize=_REMEMBERED)
def _shared(answer: Answer) -> Answer:
    return answer


@lru_cache(maxsize=64)
def _places(codes: tuple[str, ...]) -> Mapping[str, int]:
    return {code: place for place, code in enumerate(codes)}
