"""What the commands share: which working folder, words to the officer, one JSON document, the exit status."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tdp_xlsx import layout
from tdp_xlsx.faults import CannotRunError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from tdp_xlsx.api import Round
    from tdp_xlsx.model import Finding

DONE, UNMET, CANNOT = 0, 1, 2
"""Exit status: done; done, but something is to be mended or differs; could not be done."""

_MOST_FOLDERS = 5
_PLAIN = "tdp-without-marks"
_STANDS_FOR = {"Đ": "D", "đ": "d", "“": '"', "”": '"', "–": "-", "…": "...", "→": ">"}


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


def _without_marks(fault: UnicodeError) -> tuple[str, int]:
    """Return what stands for letters that a terminal lacks: the plain letter, or a question mark."""
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    shown = ""
    for char in fault.object[fault.start : fault.end]:
        plain = _STANDS_FOR.get(char) or unicodedata.normalize("NFD", char)[0]
        shown += plain if plain.isascii() else "?"
    return shown, fault.end


def say(*messages: str) -> None:
    """Say something beside the output, each message on lines of its own."""
    from tdp_xlsx.console import visible

    for message in messages:
        click.echo(visible(message), err=True)


def show(lines: Iterable[str]) -> None:
    """Print lines as the output of a command."""
    for line in lines:
        click.echo(line)


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
    return is_yes(click.prompt(question, default="", show_default=False, err=True))


def is_yes(said: str) -> bool:
    """Whether an answer that was typed is a yes."""
    from tdp_xlsx.model import YES
    from tdp_xlsx.text import read_word

    return said.strip().lower() in {"c", "y", "yes"} or read_word(said).value == YES


def is_meant(found: Finding, *, yes: bool) -> bool:
    """Ask whether what a finding tells is meant so, where there is someone to ask and it was not said before."""
    from tdp_xlsx.console import finding_lines

    if yes or not sys.stdin.isatty():
        return yes
    say(*finding_lines([found]))
    return agreed("Vẫn làm? Gõ co để làm, Enter để thôi")


def assessed(root: Path) -> Round:
    """Read the inbox and what the office decided; where that cannot be told, it is said and left out."""
    from tdp_xlsx import workflow
    from tdp_xlsx.ward_book.earlier import NoDecisionsError

    try:
        return workflow.assess(root, decided=True)
    except NoDecisionsError as fault:
        say(f"{fault} Dưới đây chưa tính kết quả thẩm định.")
        return workflow.assess(root)


def document_of(done: Round, workbook: str | None, groups: frozenset[str] | None = None) -> dict[str, Any]:
    """Return a round as the one JSON document of ``status``, ``check`` and ``consolidate``."""
    from tdp_xlsx.document import document

    return document(done.evaluation, done.intake.files, done.findings, workbook=workbook, groups=groups)


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
    return (Path(base) / "tdp-xlsx" if base else Path(click.get_app_dir("tdp-xlsx"))) / "folders.txt"


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
        lines = [here, *(path for path in known if path != here)][:_MOST_FOLDERS]
        _remembered().parent.mkdir(parents=True, exist_ok=True)
        _remembered().write_bytes("".join(f"{path}\n" for path in lines).encode("utf-8", "surrogateescape"))
