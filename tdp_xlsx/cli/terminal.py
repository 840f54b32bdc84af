"""Exit statuses, and messages on the terminal."""

from __future__ import annotations

import click

DONE, UNMET, CANNOT = 0, 1, 2


def say(message: str) -> None:
    """Print a message for the officer to standard error, without characters that could alter the terminal."""
    from tdp_xlsx.console import visible

    click.echo(visible(message), err=True)
