"""The default Word templates, which come with the program as Word files: laid where a working folder has none."""

from __future__ import annotations

from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tdp_xlsx import layout
from tdp_xlsx.outputs import put_bytes

if TYPE_CHECKING:
    from pathlib import Path


def lay_templates(root: Path) -> bool:
    """Lay the default templates where the folder has none yet; return whether it did.

    Raises:
        OutputError: One cannot be written.
    """
    places = {name: root / layout.paper_template(name) for name in layout.PAPERS}
    if any(place.exists() for place in places.values()):
        return False
    for name, place in places.items():
        put_bytes(place, default_template(name))
    return True


def default_template(name: str) -> bytes:
    """Return the default template of a paper."""
    return (files("tdp_xlsx") / "data" / "van_ban" / PurePosixPath(layout.paper_template(name)).name).read_bytes()
