"""A mail program that is not Python: mu, which reads mails with GMime as desktop programs do."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 60


def missing() -> str | None:
    """Return why there is no such program here, or None."""
    return None if shutil.which("mu") else "mu is not installed (Debian: maildir-utils)"


@dataclass(frozen=True)
class Shown:
    """What the program shows of a mail: header lines by name, the text, and the attachments by file name."""

    headers: dict[str, str]
    text: str
    attachments: dict[str, bytes]


def show(path: Path, folder: Path) -> Shown:
    """Open a mail; attachments are saved into a folder that must be empty."""
    printed = _run("view", "--nocolor", str(path))
    lines = printed.splitlines()
    headers: dict[str, str] = {}
    while lines and (": " in lines[0]) and lines[0].split(": ")[0] in {"From", "To", "Date", "Subject", "Attachments"}:
        name, _, value = lines.pop(0).partition(": ")
        headers[name] = value
    folder.mkdir(exist_ok=True)
    _run("extract", "--save-attachments", f"--target-dir={folder}", str(path))
    # Its text is saved along with the attachments, as "part-1".
    saved = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("part-")}
    return Shown(headers, "\n".join(lines), saved)


def _run(*arguments: str) -> str:
    done = subprocess.run(
        ["mu", *arguments],  # noqa: S607 - wherever Debian puts it
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=SECONDS,
    )
    return done.stdout
