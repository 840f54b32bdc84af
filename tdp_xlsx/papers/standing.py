"""The round that the ward workbook shows: reckoned anew as `consolidate` does, refused if anything changed since."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tdp_xlsx import layout, workflow
from tdp_xlsx.basis import PROPERTY, Basis, basis_of, parse_basis
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.folder import load_template
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.package import OWN

if TYPE_CHECKING:
    from pathlib import Path

    from tdp_xlsx.api import Round

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
    told = []
    if before.inbox != now.inbox:
        told.append(f"các tệp trong “{layout.INBOX}”")
    if before.decisions != now.decisions:
        told.append(f"trang “{layout.DECISIONS}”")
    if before.outcome != now.outcome and not told:
        told.append("sổ mẫu hoặc cách tính")
    return " và ".join(told)
