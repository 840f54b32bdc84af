"""What every command does at its end: words to the officer, one JSON document, the exit status."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pathlib import Path

DONE, UNMET, CANNOT = 0, 1, 2
"""Exit status: done; done, but something is to be mended or differs; could not be done."""


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
