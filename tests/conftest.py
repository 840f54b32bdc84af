"""What tests share: LibreOffice, Node.js and a mail program, where the machine has them.

A test that takes the fixture `office` or `node` is marked so. It, or one that takes `mail_reader` or `invalid`, is
skipped on a machine without it, and fails there when the environment variable `CI` is set: nothing goes untested
unnoticed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

import tdp_xlsx  # noqa: F401 - before any test loads openpyxl, as the program does
from tests.kit import mail_reader as mail_kit
from tests.kit import node as node_kit
from tests.kit import office as office_kit
from tests.kit import ward as ward_kit  # noqa: F401 - from here on, the user's own settings are left alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test by the fixtures it takes, so that `-m "not office"` leaves none behind."""
    for item in items:
        for name in ("office", "node"):
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(name)


@pytest.fixture(scope="session")
def office() -> Iterator[office_kit.Office]:
    """LibreOffice, one for the whole session."""
    _need(office_kit.missing())
    running = office_kit.Office()
    yield running
    running.close()


@pytest.fixture(scope="session")
def node() -> node_kit.Node:
    """Node.js with the packages of tests/js."""
    _need(node_kit.missing())
    return node_kit.Node()


@pytest.fixture
def mail_reader() -> Callable[[Path, Path], mail_kit.Shown]:
    """A mail program other than Python: a mail's path and an empty folder → what it shows."""
    _need(mail_kit.missing())
    return mail_kit.show


@pytest.fixture
def invalid() -> Callable[[Path], list[str]]:
    """What frictionless finds wrong with a data package, by resource; it runs in a process of its own."""
    _need(None if find_spec("frictionless") else "needs the Python package frictionless")

    def validate(package: Path) -> list[str]:
        command = [sys.executable, "-m", "frictionless", "validate", package.name, "--json"]
        done = subprocess.run(command, cwd=package.parent, capture_output=True, check=False, encoding="utf-8")
        report = json.loads(done.stdout)
        errors = [error["message"] for error in report["errors"]]
        return errors + [f"{task['name']}: {error['message']}" for task in report["tasks"] for error in task["errors"]]

    return validate


def _need(reason: str | None) -> None:
    if reason is None:
        return
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
