"""What the office sets for a round: the sheet ``Cấu hình``, typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class RatingClass:
    """One class of the evaluation: its name, from which score (percent), and from which share in every standard."""

    name: str
    from_percent: float
    each_standard: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The sheet ``Cấu hình``, typed. Empty text and None mean: left blank, to be filled in by pen.

    ``basis`` maps a setting's field name to its legal basis or note. ``unit_level`` is what stands where the ward is
    not named; ``names_leaders`` whether the ward workbook says who filled a form.
    """

    ward: str
    place: str
    year: int
    period: str
    title: str
    caption: str
    deadline: date | None
    reply_to: str
    appraiser: str
    presentation: str
    tie_break: bool = False
    separate_lists: bool = False
    pass_percent: float | None = None
    classes: tuple[RatingClass, ...] = ()
    report_number: str = ""
    report_date: date | None = None
    prepared_by: str = ""
    signer_title: str = ""
    signer_name: str = ""
    recipients: str = ""
    smtp_host: str = ""
    smtp_port: int | None = None
    smtp_security: str = ""
    smtp_account: str = ""
    smtp_sender: str = ""
    smtp_pause: float = 0.0
    unit_level: str = "phường"
    authority: str = "ỦY BAN NHÂN DÂN"
    authority_short: str = "UBND"
    layout_basis: str = "Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ"
    names_leaders: bool = False
    basis: Mapping[str, str] = field(default_factory=dict)

    @property
    def office(self) -> str:
        """The office as sentences name it: ``UBND phường Tân Phong``."""
        return f"{self.authority_short} {self.ward or self.unit_level}"

    @property
    def edition(self) -> str:
        """Year and period as they stand in file names and in a form's identity: ``2021``, ``2021-so-ket``."""
        return f"{self.year}-{self.period}" if self.period else str(self.year)
