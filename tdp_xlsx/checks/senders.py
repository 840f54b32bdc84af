"""Whose address a form came from, compared with the register: a stranger's is noted without naming it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tdp_xlsx.findings import mail as rules
from tdp_xlsx.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.model import Finding, Group, Plan
    from tdp_xlsx.submission import Intake


def note_senders(plan: Plan, intake: Intake) -> Iterator[Finding]:
    """Yield a finding for each file that came by mail from an address that is not its group's."""
    owners: dict[str, list[Group]] = {}
    for owner in plan.groups:
        if owner.email:
            owners.setdefault(owner.email.casefold(), []).append(owner)
    for outcome in intake.files:
        sender = outcome.file.sender
        if not sender:
            continue
        known = owners.get(sender.casefold(), [])
        place = Place(outcome.file.path, outcome.file.sheet, group=outcome.group)
        group = plan.group_by_code.get(outcome.group or "")
        if group is None:
            if known:
                yield rules.SENDER_KNOWN.at(place, name=", ".join(one.name for one in known))
        elif known and group not in known:
            others = ", ".join(one.name for one in known)
            yield rules.OTHER_GROUP.at(place, name=group.name, other=others)
        elif not known:
            yield rules.STRANGER.at(place, name=group.name)
