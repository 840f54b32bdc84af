"""The made-up groups of the demonstration, and how each leader answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from tdp_xlsx.layout import TOWN_GROUP, VILLAGE


class Manner(Enum):
    """How a leader sends the form back."""

    DROP_DOWN = auto()
    """Picks the answers in ``Trả lời``."""
    MARKS = auto()
    """Types x into the official columns."""
    OPEN_DOCUMENT = auto()
    """Saves it as ``.ods``."""
    TWICE = auto()
    """Sends the same form twice."""
    AS_PDF = auto()
    """Sends a PDF under the form's name."""
    NOT_AT_ALL = auto()


@dataclass(frozen=True, slots=True)
class Demo:
    """One made-up group: its line in the register and its leader's answers, all Có in part II but for these."""

    code: str
    kind: str
    name: str
    farming: bool = False
    countryside: bool = False
    manner: Manner = Manner.DROP_DOWN
    unmet: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()


GROUPS = (
    Demo("MH-01", TOWN_GROUP, "Tổ dân phố Minh Họa 1"),
    Demo("MH-02", TOWN_GROUP, "Tổ dân phố Minh Họa 2", unmet=("2.3", "4.2")),
    Demo("MH-03", TOWN_GROUP, "Tổ dân phố Minh Họa 3", manner=Manner.MARKS, unmet=("3.8", "2.10", "3.20")),
    Demo("MH-04", TOWN_GROUP, "Tổ dân phố Minh Họa 4", unmet=("2.1",), blank=("3.10", "4.5b"), unclear=("2.7",)),
    Demo("MH-05", TOWN_GROUP, "Tổ dân phố Minh Họa 5", unmet=("3.15",), cases=("I.2",)),
    Demo("MH-06", TOWN_GROUP, "Tổ dân phố Minh Họa 6", manner=Manner.TWICE, unmet=("2.3", "2.4", "3.3", "3.18", "4.2")),
    Demo("MH-07", TOWN_GROUP, "Tổ dân phố Minh Họa 7", manner=Manner.OPEN_DOCUMENT, unmet=("2.4", "3.19", "4.5a")),
    Demo("MH-08", TOWN_GROUP, "Tổ dân phố Minh Họa 8", manner=Manner.AS_PDF),
    Demo("MH-09", TOWN_GROUP, "Tổ dân phố Minh Họa 9", manner=Manner.NOT_AT_ALL),
    Demo("MH-11", VILLAGE, "Bản Minh Họa A", farming=True, countryside=True, unmet=()),
    Demo("MH-12", VILLAGE, "Bản Minh Họa B", farming=True, unmet=("2.4", "2.9", "3.2", "4.2")),
    Demo("MH-13", VILLAGE, "Bản Minh Họa C", countryside=True, manner=Manner.MARKS, unmet=("2.10", "3.12")),
    Demo("MH-14", VILLAGE, "Bản Minh Họa D", unmet=("2.3", "3.1", "3.2", "3.3", "3.12", "3.18", "4.2")),
    Demo("MH-15", VILLAGE, "Bản Minh Họa E", farming=True, cases=("I.1",), unmet=("3.17",), manner=Manner.MARKS),
)
