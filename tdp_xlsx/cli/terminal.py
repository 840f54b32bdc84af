"""What every command does at its end: words to the officer, one JSON document, the exit status."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

    from tdp_xlsx.model import Finding

DONE, UNMET, CANNOT = 0, 1, 2
"""Exit status: done; done, but something is to be mended or differs; could not be done."""


def use_letters(stream: TextIO) -> None:
    """Let a stream take every letter: a file or pipe is UTF-8, a terminal shows what it lacks without its marks.

    A file or pipe would else be in the code page of the machine; what `PYTHONIOENCODING` says is kept.
    """
    reconfigure: Any = getattr(stream, "reconfigure", None)
    if reconfigure is None:
        return
    if stream.isatty() or os.environ.get("PYTHONIOENCODING"):
        codecs.register_error(_PLAIN, _without_marks)
        reconfigure(errors=_PLAIN if stream.writable() else "replace")
    else:
        reconfigure(encoding="utf-8", errors="replace")


_PLAIN = "tdp-without-marks"


def _without_marks(fault: UnicodeError) -> tuple[str, int]:
    """Return what stands for letters that a terminal lacks: the plain letter, or a question mark."""
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    shown = ""
    for char in fault.object[fault.start : fault.end]:
        plain = _STANDS_FOR.get(char) or unicodedata.normalize("NFD", char)[0]
        shown += plain if plain.isascii() else "?"
    return shown, fault.end


_STANDS_FOR = {"Đ": "D", "đ": "d", "“": '"', "”": '"', "–": "-", "…": "...", "→": ">"}


def say(message: str) -> None:
    """Say something beside the output."""
    from tdp_xlsx.console import visible

    click.echo(visible(message), err=True)


def print_json(content: dict[str, Any]) -> None:
    """Print the one JSON document of a command."""
    import json

    # Bytes, so that the document is UTF-8 whatever the console's encoding; a lone surrogate is escaped, not fatal.
    text = json.dumps(content, ensure_ascii=False, indent=2)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def placed(root: Path, file: Path) -> Path:
    """Return where a file that was named lies: in the working folder, or else where it is named from."""
    return root / file if (root / file).exists() or not file.exists() else file


def agreed(question: str) -> bool:
    """Ask, and return whether the answer is yes."""
    from tdp_xlsx.model import YES
    from tdp_xlsx.text import read_word

    said = click.prompt(question, default="", show_default=False, err=True)
    return said.strip().lower() in {"c", "y", "yes"} or read_word(said).value == YES


def is_meant(found: Finding, *, yes: bool) -> bool:
    """Ask whether what a finding tells is meant so, where there is someone to ask and it was not said before."""
    from tdp_xlsx.console import finding_lines

    if yes or not sys.stdin.isatty():
        return yes
    for line in finding_lines([found]):
        say(line)
    return agreed("Vẫn làm? Gõ co để làm, Enter để thôi")
