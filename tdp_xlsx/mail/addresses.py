"""What may stand in a mail: addresses a server takes, names without tricks."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.findings import mail as rules
from tdp_xlsx.model import Place
from tdp_xlsx.template.read_settings import is_email
from tdp_xlsx.text import one_line, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tdp_xlsx.model import Finding, Group

LONGEST_ADDRESS, LONGEST_LOCAL_PART = 254, 64  # RFC 5321, 4.5.3.1
LONGEST_NAME = 200


def why_unfit(address: str) -> str:
    """Return why no mail can go to an address, in words; "" if one can."""
    if not address.isascii():
        return "có chữ có dấu hoặc ký tự lạ"
    if not is_email(address):
        return "không đúng dạng ten@noi-gui.vn"
    if len(address) > LONGEST_ADDRESS or len(address.partition("@")[0]) > LONGEST_LOCAL_PART:
        return "dài quá mức cho phép"
    try:
        Address(addr_spec=address)
    except (MessageError, ValueError):
        return "không đúng quy cách thư điện tử"
    return ""


def check_group(group: Group) -> Iterator[Finding]:
    """Yield what keeps a letter to the group from being written: its name, its leader's, its address."""
    place = Place(layout.TEMPLATE_PATH, layout.REGISTER, group=group.code)
    for heading, text in ((layout.GROUP_NAME, group.name), (layout.LEADER, group.leader)):
        if len(text) > LONGEST_NAME:
            yield rules.NAME_UNFIT.at(place, code=group.code, heading=heading, reason=f"dài quá {LONGEST_NAME} ký tự")
        elif plain(text) != text or "\n" in text:
            yield rules.NAME_UNFIT.at(
                place, code=group.code, heading=heading, reason="có xuống dòng hoặc ký tự điều khiển"
            )
    if group.email and (reason := why_unfit(group.email)):
        value = one_line(group.email, LONGEST_ADDRESS)
        yield rules.ADDRESS_UNFIT.at(place, name=one_line(group.name, LONGEST_NAME), value=value, reason=reason)
