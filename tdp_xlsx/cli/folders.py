"""Which working folder: the last ones used, and a word where the one at hand is not the ward's own."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import click

from tdp_xlsx import layout
from tdp_xlsx.cli.terminal import say
from tdp_xlsx.faults import CannotRunError

_MOST = 5
_NAME = "folders.txt"


def tell_of_folder(root: Path) -> None:
    """Say so where a template is untouched, with how to get to the folders used before; else remember this one."""
    from tdp_xlsx import folder

    try:
        template = folder.load_template(root)
    except CannotRunError:
        return  # the command itself tells
    if not folder.is_untouched(template):
        remember(root)
        return
    before = [path for path in _known() if path != root.absolute() and _is_working_folder(path)]
    there = "; ".join(folder.change_to(path) for path in before) or 'cd "thư mục đã tạo bằng tdp-xlsx init"'
    say(
        f"Sổ mẫu ở “{root.absolute()}” còn nguyên như lúc tạo, chỉ có hai đơn vị làm điểm của kế hoạch. "
        f"Nếu phường làm ở thư mục khác, chuyển vào đó: {there}"
    )


def working_folder() -> Path:
    """Return the folder at hand if it is a working folder, else the one used last, else the usual one to make."""
    return next(filter(_is_working_folder, (Path(), *_known())), Path.home() / "Documents" / "tdp-xlsx")


def _is_working_folder(path: Path) -> bool:
    """Whether a folder is a working folder."""
    return (path / layout.TEMPLATE_PATH).is_file()


def _remembered() -> Path:
    """Return the file that holds the folders, in the user's own settings."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) / "tdp-xlsx" if base else Path(click.get_app_dir("tdp-xlsx"))) / _NAME


def _known() -> list[Path]:
    with suppress(OSError, UnicodeDecodeError):
        return [Path(line) for line in _remembered().read_text(encoding="utf-8").splitlines() if line]
    return []


def remember(root: Path) -> None:
    """Put a folder first; where nothing can be kept, nothing is remembered."""
    known, here = _known(), root.absolute()
    if known[:1] == [here] or (root / layout.DEMO_MARKER).exists():
        return
    with suppress(OSError):
        lines = [here, *(path for path in known if path != here)][:_MOST]
        _remembered().parent.mkdir(parents=True, exist_ok=True)
        _remembered().write_bytes("".join(f"{path}\n" for path in lines).encode("utf-8", "surrogateescape"))
