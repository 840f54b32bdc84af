"""The round that the ward workbook shows, refused if anything changed since; its figures and sentences as text."""

from __future__ import annotations

import hashlib
from collections import UserString
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from tdp_xlsx import layout, workflow
from tdp_xlsx.evaluation.outcome import PROPERTY, Basis, basis_of, parse_basis
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.folder import load_template
from tdp_xlsx.layout import STATES
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.package import OWN
from tdp_xlsx.report.figures import Figures
from tdp_xlsx.report.live import percent_text
from tdp_xlsx.report.reckoned import DetailColumns
from tdp_xlsx.report.sentences import sentences
from tdp_xlsx.report.unmet import most_missed, tasks
from tdp_xlsx.report.wording import conclusion, note, source
from tdp_xlsx.report.words import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tdp_xlsx.api import Round
    from tdp_xlsx.evaluation import Evaluation, GroupResult
    from tdp_xlsx.model import Plan, Settings
    from tdp_xlsx.report.live import Live


_AGAIN = "chưa ghi gì. Chạy: tdp-xlsx consolidate, rồi chạy lại lệnh này."


@dataclass(frozen=True, slots=True)
class Standing:
    """The round, the ward workbook's path relative to the root, its hash, and whether all is made up."""

    round: Round
    workbook: str
    sha256: str
    demo: bool


def standing(root: Path, *, compared: bool = False) -> Standing:
    """Return the round that the ward workbook shows; with ``compared`` beside the year before, as it shows that too.

    Raises:
        CannotRunError: There is no ward workbook, it cannot be read, or what it was made of changed since.
    """
    name = layout.ward_name(load_template(root).plan.settings.edition)
    if not (root / name).is_file():
        raise CannotRunError(f"Chưa có sổ tổng hợp “{name}”; {_AGAIN}")
    done = workflow.assess(root, decided=True, compared=compared)  # which tells if the workbook cannot be read
    content = (root / name).read_bytes()
    made_of = parse_basis(read_workbook(content, wanted=lambda _: False, limits=OWN).properties.get(PROPERTY, ""))
    if made_of is None:
        raise CannotRunError(f"Sổ “{name}” không còn ghi được lập từ những gì; {_AGAIN}")
    if changed := _changed(made_of, basis_of(done.evaluation, done.intake)):
        raise CannotRunError(f"Từ khi lập “{name}”, {changed} đã thay đổi; {_AGAIN}")
    now = done.evaluation.previous
    if compared and made_of.previous != (now.last.sha256 if now else ""):
        raise CannotRunError(f"“{name}” so với sổ năm trước khác với sổ đang ở “{layout.LAST_YEAR}”; {_AGAIN}")
    demo = (root / layout.DEMO_MARKER).is_file()
    return Standing(done, name, hashlib.sha256(content).hexdigest(), demo)


def _changed(before: Basis, now: Basis) -> str:
    told = [f"các tệp trong “{layout.INBOX}”"] if before.inbox != now.inbox else []
    if before.decisions != now.decisions:
        told.append(f"trang “{layout.DECISIONS}”")
    return " và ".join(told) or ("sổ mẫu hoặc cách tính" if before.outcome != now.outcome else "")


Line: TypeAlias = "Mapping[str, str | float]"
MOST = 5
"""Criteria most often missed that are listed, as on ``Tổng hợp``."""
_NO_FORM = "Chưa nhận được bảng tự đánh giá"


class Count(UserString):
    """A count as official texts have it, with at least two digits; in a condition, none is no."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count:02d}")
        self._count = count

    def __bool__(self) -> bool:
        return self._count != 0


@dataclass(frozen=True)
class Told:
    """A round that stands, as the fields tell it."""

    stands: Standing
    top: int = 0

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.evaluation.plan

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.plan.settings

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation."""
        return self.stands.round.evaluation

    @cached_property
    def figures(self) -> Figures:
        """Lookups over the evaluation."""
        return Figures(self.evaluation, self.stands.round.intake)

    @cached_property
    def sentences(self) -> Mapping[str, Live]:
        """The sentences of ``Tổng hợp``, by name."""
        return sentences(self)

    @cached_property
    def own(self) -> DetailColumns:
        """What the words on a group are told from."""
        return DetailColumns(self)


def year(told: Told) -> str:
    """Say year and period."""
    period = f" ({told.plan.period_label})" if told.plan.period_label else ""
    return f"năm {told.settings.year}{period}"


def whole(told: Told) -> tuple[int, int]:
    """Return how often criteria were met, and applied, over all groups that count."""
    pairs = [told.figures.standard(one.number) for one in told.plan.standards]
    return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def ranking(told: Told) -> Iterator[Line]:
    """Tell of every group once, in the order of the ranking."""
    for one in told.evaluation.ordered:
        yield {
            "so_tt": one.order,
            "ten": one.name,
            "loai": one.kind,
            "dat": one.met if one.is_read else NOTHING,
            "ap_dung": one.applicable,
            "ty_le": percent_text(one.points_met, one.points_applicable) if one.is_counted else NOTHING,
            "hang": NOTHING if one.rank is None else one.rank,
            "ket_luan": conclusion(told.own, one).value,
            "nguon": source(told.own, one, told.figures).value,
            "ghi_chu": note(told.own, one, told.figures).value,
        }


def apart(wanted: Callable[[GroupResult], bool]) -> Callable[[Told], Iterator[Line]]:
    """Tell of the groups without a rank that are wanted, and why they have none."""

    def tell(told: Told) -> Iterator[Line]:
        for number, one in enumerate(filter(wanted, told.evaluation.ordered), start=1):
            reason = (conclusion(told.own, one) if one.is_counted else note(told.own, one, told.figures)).value
            state, reason = STATES[one.state], reason or _NO_FORM
            yield {"so_tt": number, "ten": one.name, "loai": one.kind, "tinh_trang": state, "ly_do": reason}

    return tell


def _pair(met: int, applicable: int) -> Line:
    return {"dat": met, "ap_dung": applicable, "ty_le": percent_text(met, applicable)}


def by_standard(told: Told) -> Iterator[Line]:
    """Tell of each standard over all groups that count."""
    for one in told.plan.standards:
        yield {"so": one.number, "ten": one.title, **_pair(*told.figures.standard(one.number))}


def missed(told: Told) -> Iterator[Line]:
    """Tell of the criteria that most groups miss."""
    for _, count, one in most_missed(told, MOST):
        if count:
            concerned = told.evaluation.by_criterion[one.code][0]
            yield {"tieu_chi": one.label, "noi_dung": one.text, "chua_dat": count, "ap_dung": concerned}


def by_task(told: Told) -> Iterator[Line]:
    """Tell of each task of the plan over all groups that count."""
    for task in tasks(told.plan):
        counts = [told.evaluation.by_criterion[one.code] for one in told.plan.scored if task in one.tasks]
        yield {"ten": task, **_pair(sum(one[0] - one[2] for one in counts), sum(one[0] for one in counts))}


def decisions(told: Told) -> Iterator[Line]:
    """Tell what the office decided otherwise than a group answered; who did and why stays in the workbook."""
    plan, figures = told.plan, told.figures
    changes = {one.key: one for one in told.evaluation.decisions if figures.changes(one)}
    for number, (key, one) in enumerate(changes.items(), start=1):
        name, label = plan.group_by_code[one.decision.group].name, plan.by_code[one.decision.criterion].label
        before, after = figures.as_read[key], figures.effect(one)
        yield {"so_tt": number, "ten": name, "tieu_chi": label, "tu_danh_gia": before, "tham_dinh": after}
