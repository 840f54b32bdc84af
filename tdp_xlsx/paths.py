"""What Windows and Excel make of names and paths, reckoned on any machine."""

from __future__ import annotations

import ntpath
import os
import sys
from pathlib import Path

IS_WINDOWS = os.name == "nt"
LONGEST_NAME = 255
LONGEST_PATH = 259
"""Characters a path may have on Windows as it is delivered; the 260th ends it."""
LONGEST_FOR_EXCEL = 218
"""Characters a workbook's path may have for Excel to open it."""
DEEPEST = 120
"""Characters the longest name the program makes below a working folder may have."""

_FORBIDDEN = frozenset('<>:"/\\|?*')
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}
)
_VERBATIM = "\\\\?\\"


def length(text: str) -> int:
    """Return how many characters Windows counts: those beyond the basic plane are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def name_fault(name: str) -> str | None:
    """Return why Windows refuses or alters the name of a file or folder, in Vietnamese; None if it does not."""
    if not name:
        return "tên để trống"
    if wrong := sorted({char for char in name if char in _FORBIDDEN or ord(char) < ord(" ")}):
        shown = " ".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in wrong)
        return f"tên có ký tự Windows không cho dùng: {shown}"
    if name[-1] in ". ":
        return "tên kết thúc bằng dấu chấm hoặc dấu cách, Windows tự bỏ"
    if name.partition(".")[0].rstrip(" ").upper() in _DEVICES:
        return "tên trùng với tên thiết bị của Windows"
    if length(name) > LONGEST_NAME:
        return f"tên dài quá {LONGEST_NAME} ký tự"
    return None


def verbatim(path: str) -> str:
    r"""Return a full Windows path in the form that has no limit of length (``\\?\C:\…``, ``\\?\UNC\server\…``)."""
    if path.startswith(_VERBATIM):
        return path
    full = ntpath.normpath(path)
    return f"{_VERBATIM}UNC{full[1:]}" if full.startswith("\\\\") else f"{_VERBATIM}{full}"


def shown(text: str) -> str:
    """Return text with every path as people write it, without the mark of those that have no limit of length."""
    return text.replace(f"{_VERBATIM}UNC\\", "\\\\").replace(_VERBATIM, "")


def reachable(folder: Path, *, windows: bool = IS_WINDOWS) -> Path:
    """Return a working folder under a name that lets all that is below it be opened; most stay as they are."""
    if not windows:
        return folder
    full = os.path.abspath(folder)  # noqa: PTH100 - resolve() follows links
    return folder if length(full) + DEEPEST <= LONGEST_PATH else Path(verbatim(full))


def bundle() -> Path | None:
    """Return what starts the program where it is a bundle with a Python of its own; None elsewhere."""
    launcher = Path(sys.executable).parents[1] / "tdp-xlsx.cmd"
    return launcher if launcher.is_file() else None
