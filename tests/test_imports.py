"""What each command loads, and that every file is opened, unpacked and parsed once: what speed hangs by."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tdp_xlsx import api, workflow
from tdp_xlsx.reading import book, package, worker
from tdp_xlsx.reading.request import Request
from tests.kit.ward import Line, Ward

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

HEAVY = ("click", "numpy", "openpyxl", "pandas", "pebble", "xlsxwriter")
_RUN = """
import sys
from tdp_xlsx.cli import main
try:
    main(sys.argv[2:])
except SystemExit as stop:
    assert stop.code == 0, stop.code
names = sorted(sys.modules)
import json
with open(sys.argv[1], "w") as file:
    json.dump(names, file)
"""


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    lines = [Line(f"TDP-0{number}", f"Tổ dân phố số {number}") for number in (1, 2, 3)]
    made = Ward.make(tmp_path_factory.mktemp("phuong"), lines).generate()
    for line in lines:
        made.send(line.code)
    return made


def modules(ward: Ward, *arguments: str) -> list[str]:
    """Return what a command loads in its own process."""
    told = ward.root / "loaded.json"
    command = [sys.executable, "-c", _RUN, str(told), "-C", str(ward.root), *arguments]
    subprocess.run(command, check=True, capture_output=True)
    return list(json.loads(told.read_text(encoding="utf-8")))


def loaded(ward: Ward, *arguments: str) -> list[str]:
    """Return which of the heavy libraries a command loads."""
    found = modules(ward, *arguments)
    return [name for name in HEAVY if name in found]


def test_help_loads_click_and_the_command_line_alone(ward: Ward) -> None:
    found = modules(ward, "--help")
    assert [name for name in HEAVY if name in found] == ["click"]
    assert [name for name in found if name.startswith("tdp_xlsx.")] == [
        "tdp_xlsx.cli",
        "tdp_xlsx.cli.inquiries",
        "tdp_xlsx.cli.outgoing",
        "tdp_xlsx.cli.terminal",
        "tdp_xlsx.cli.usage",
        "tdp_xlsx.faults",
        "tdp_xlsx.layout",
        "tdp_xlsx.paths",
    ]


@pytest.mark.parametrize("command", ["status", "check"])
def test_looking_at_the_inbox_loads_what_reads_and_reckons_and_nothing_that_writes(ward: Ward, command: str) -> None:
    assert loaded(ward, command) == ["click", "numpy", "pandas", "pebble"]


def test_init_loads_what_writes_the_template(ward: Ward) -> None:
    assert loaded(ward, "init", "new") == ["click", "xlsxwriter"]


def test_generate_loads_what_copies_the_template(ward: Ward) -> None:
    # openpyxl itself loads numpy wherever there is one.
    assert loaded(ward, "generate") == ["click", "numpy", "openpyxl"]


def test_blank_forms_are_mailed_without_what_reads_the_inbox_or_reckons(ward: Ward) -> None:
    # openpyxl makes what the form must be now: an older one does not go out.
    assert loaded(ward, "mail") == ["click", "numpy", "openpyxl"]


def test_consolidate_loads_what_reads_reckons_and_writes(ward: Ward) -> None:
    assert loaded(ward, "consolidate") == ["click", "numpy", "pandas", "pebble", "xlsxwriter"]


def test_documents_alone_loads_what_fills_in_word_templates(ward: Ward) -> None:
    ward.call("consolidate")
    by_command = {command: modules(ward, command) for command in ("consolidate", "documents")}
    of_word = ("docx", "docxtpl", "jinja2", "lxml.etree")
    assert {name: [one for one in of_word if one in found] for name, found in by_command.items()} == {
        "consolidate": [],
        "documents": [*of_word],
    }


@pytest.mark.parametrize("command", ["status", "consolidate"])
def test_what_reckons_is_loaded_while_forms_are_read(ward: Ward, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    by: list[threading.Thread] = []
    is_loading = threading.Event()

    def load(_: str) -> None:
        by.append(threading.current_thread())
        is_loading.set()

    def read(plan: Any, found: Any, *_: Any) -> Any:
        assert is_loading.wait(10)
        return real(plan, found)

    real = api.read_entries
    monkeypatch.setattr(workflow, "import_module", load)
    monkeypatch.setattr(api, "read_entries", read)
    assert ward.call(command).code == 0
    assert [thread is threading.main_thread() for thread in by] == [False]


def test_every_file_is_read_once_and_every_part_of_it_unpacked_once(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: dict[str, int] = {}

    def counted(module: Any, name: str, key: Callable[..., str]) -> None:
        real = getattr(module, name)

        def count(*arguments: Any, **named: Any) -> Any:
            counts[key(*arguments)] = counts.get(key(*arguments), 0) + 1
            return real(*arguments, **named)

        monkeypatch.setattr(module, name, count)

    counted(worker, "_snapshot", lambda path: f"read {path}")
    counted(worker, "read_workbook", lambda content, *_: f"parse {hash(content)}")
    counted(book, "open_package", lambda content, *_: f"open {hash(content)}")
    counted(package, "unpack", lambda content, item: f"unpack {hash(content)} {item.name}")
    paths: list[Path] = sorted(ward.inbox.iterdir())
    answers = worker.read_batch([Request(str(path), path.name) for path in paths])
    assert all(answer.readings[0].book for answer in answers)
    assert set(counts.values()) == {1}
    assert sum(key.startswith("read ") for key in counts) == 3
    assert sum(key.startswith("parse ") for key in counts) == 3
    assert sum(key.startswith("open ") for key in counts) == 3
    assert sum(key.startswith("unpack ") for key in counts) > 3 * 8
