"""Faults while writing: disk full, errors of the disk, no permission, kills, two runs, workbooks that are open."""

from __future__ import annotations

import builtins
import contextlib
import errno
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tdp_xlsx import outputs, workflow
from tests.kit.ward import Line, Ward

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

FAULTS = (errno.ENOSPC, errno.EIO, errno.EACCES)
KILLS = int(os.environ.get("TDP_KILLS", "100"))
_SEED = 2021


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """A ward that has consolidated once, with one form in the inbox changed since."""
    ward = Ward.make(tmp_path / "phuong", [Line(f"TDP-{n:02}", f"Tổ dân phố số {n}") for n in (1, 2)]).generate()
    ward.send("TDP-01")
    assert ward.call("consolidate").code == 0
    ward.send("TDP-01", {"1.1": "Không"})
    ward.send("TDP-02")
    return ward


def _state(folder: Path) -> dict[str, str]:
    """Return a hash of every file below a folder, the lock left out."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != Path(outputs.LOCK).name
    }


def _write_new(path: Path) -> None:
    path.write_text("mới", encoding="utf-8")


def _write_no_workbook(path: Path) -> None:
    path.write_bytes(b"x")


def _is_whole(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return archive.testzip() is None


class _Failing:
    """Counts the writes, flushes, syncs and moves of a folder's files; the one whose turn it is fails."""

    def __init__(self, patch: pytest.MonkeyPatch, folders: tuple[Path, ...], turn: int, number: int) -> None:
        self.turn, self.number, self.count = turn, number, 0
        self._folders = tuple(str(folder) for folder in folders)
        self._descriptors: set[int] = set()
        real_open = io.open
        for module in (builtins, io):
            patch.setattr(module, "open", self._opener(real_open))
        for name in ("fsync", "replace"):
            patch.setattr(os, name, self._counted(getattr(os, name), name))
        patch.setattr("shutil._USE_CP_SENDFILE", False, raising=False)
        patch.setattr(outputs, "PATIENCE", 0.0)

    @property
    def was_hit(self) -> bool:
        """Whether there were as many steps as that."""
        return self.count >= self.turn

    def step(self, name: str) -> None:
        """Count one step, or fail."""
        self.count += 1
        if self.count == self.turn:
            raise OSError(self.number, f"{os.strerror(self.number)} ({name})")

    def _counted(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self.step(name)
            return real(*arguments, **named)

        return call

    def _opener(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            held = real(file, mode, *arguments, **named)
            is_ours = isinstance(file, (str, Path)) and str(file).startswith(self._folders)
            if not is_ours or not set(mode) & set("wax+") or str(file).endswith(outputs.LOCK):
                return held
            return _File(held, self)

        return call


class _File:
    """A file whose writes and flushes are counted."""

    def __init__(self, held: Any, failing: _Failing) -> None:
        self._held, self._failing = held, failing

    def write(self, content: Any) -> Any:
        self._failing.step("write")
        return self._held.write(content)

    def flush(self) -> None:
        self._failing.step("flush")
        self._held.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._held)


def _replay(workbook: Path) -> Callable[..., None]:
    """Return a function that writes a ward workbook anew, part by part."""
    with zipfile.ZipFile(workbook) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]

    def write(path: Path, *_: object, **__: object) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts:
                archive.writestr(name, content.replace(b"2021", b"2021 "))

    return write


@pytest.mark.slow
@pytest.mark.parametrize("command", ["consolidate", "generate"])
def test_whichever_step_fails_earlier_outputs_are_whole_and_the_next_run_is_normal(
    ward: Ward, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is read and reckoned is the same every time: only the writing is repeated, step for step.
    assessed = workflow.assess(ward.root)
    monkeypatch.setattr(workflow, "_assess", lambda *_: assessed)
    monkeypatch.setattr(workflow, "load_template", lambda *_: assessed.template)
    monkeypatch.setattr("tdp_xlsx.report.read_decisions", lambda *_: ())
    monkeypatch.setattr("tdp_xlsx.report.write_report", _replay(ward.workbook))
    if command == "generate":
        ward.form("TDP-02").write_bytes(b"cu")
    inbox = _state(ward.inbox)
    before = _state(ward.root / "outbox")
    turn = 0
    while True:
        turn += 1
        with monkeypatch.context() as patch:
            failing = _Failing(patch, (ward.root / "outbox",), turn, FAULTS[turn % len(FAULTS)])
            done = ward.call(*([command] if command == "consolidate" else [command, "TDP-02"]))
        after = _state(ward.root / "outbox")
        if not failing.was_hit:
            break
        assert _state(ward.inbox) == inbox
        assert not [name for name in after if name.endswith(".part")]
        for name, kept in before.items():
            assert after[name] == kept or _is_whole(ward.root / "outbox" / name)
        for name in after.keys() - before.keys():
            assert _is_whole(ward.root / "outbox" / name)
        if done.code:
            assert done.code == 2
            assert "Kiểm tra" in done.err or "Đóng tệp" in done.err, done.err
    assert turn > 20
    assert done.code == 0
    assert all(_is_whole(path) for path in (ward.root / "outbox").rglob("*.xlsx"))


_SERVER = """
import os, sys
from pathlib import Path
from tdp_xlsx import workflow
import tdp_xlsx.evaluation, tdp_xlsx.forms, tdp_xlsx.report, tdp_xlsx.mail.senders
from tdp_xlsx.reading import isolated
for line in sys.stdin:
    command = line.strip()
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        try:
            getattr(workflow, command)(Path(sys.argv[1]))
            isolated.stop()
        finally:
            os._exit(0)
    print(child, flush=True)
    _, status = os.waitpid(child, 0)
    print(status, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="forks, so that a hundred runs need not start a hundred times")
def test_a_kill_at_any_moment_leaves_whole_outputs_and_a_normal_next_run(ward: Ward) -> None:
    random = Random(_SEED)  # noqa: S311 - moments to kill at
    outbox = ward.root / "outbox"
    inbox = _state(ward.inbox)
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(ward.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin
    assert server.stdout

    def run(command: str, life: float | None) -> tuple[float, int]:
        assert server.stdin
        assert server.stdout
        started = time.monotonic()
        server.stdin.write(command + "\n")
        server.stdin.flush()
        child = int(server.stdout.readline())
        if life is not None:
            time.sleep(life)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        status = int(server.stdout.readline())
        return time.monotonic() - started, status

    takes = {}
    for command in ("consolidate", "generate"):
        ward.form("TDP-01").unlink()
        takes[command], status = run(command, None)
        assert status == 0
        assert ward.call("generate").code == 0
    killed = number = 0
    while killed < KILLS:
        number += 1
        assert number < 3 * KILLS
        command = ("consolidate", "generate")[number % 2]
        if command == "generate":
            ward.form("TDP-01").unlink(missing_ok=True)  # so that there is something to write
        else:
            os.utime(ward.workbook, (number * 60 + 1e9, number * 60 + 1e9))  # so that it is archived under its own name
        before = _state(outbox)
        _, status = run(command, random.uniform(0, takes[command]))
        killed += status == signal.SIGKILL
        for path in outbox.rglob("*.xlsx"):
            assert _is_whole(path), f"{path} after kill {number}"
        kept = {name: state for name, state in before.items() if name.startswith("luu/") and name.endswith(".xlsx")}
        assert kept.items() <= _state(outbox).items()
        assert _state(ward.inbox) == inbox
    server.stdin.close()
    assert server.wait(60) == 0
    server.stdout.close()
    assert ward.call("generate").code == 0
    done = ward.call("consolidate", "--json")
    assert done.code == 0
    assert [group["status"] for group in done.json["groups"]] == ["valid", "valid"]
    assert not list(outbox.rglob("*.part"))


def test_a_second_run_says_so_at_once_and_changes_nothing(ward: Ward) -> None:
    before = _state(ward.root)
    with outputs.exclusive(ward.root):
        for command in ("consolidate", "generate"):
            started = time.monotonic()
            done = ward.call(command)
            assert time.monotonic() - started < 2
            assert done.code == 2
            assert "Một lệnh tdp-xlsx khác đang ghi" in done.err
    assert _state(ward.root) == before
    assert ward.call("consolidate").code == 0


@pytest.mark.parametrize("owner", ["~$tong_hop_2021.xlsx", ".~lock.tong_hop_2021.xlsx#"])
def test_an_open_ward_workbook_is_waited_for_then_left_alone(
    ward: Ward, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = ward.workbook.with_name(owner)
    mark.write_bytes(b"x" * 165)
    before = _state(ward.root)
    started = time.monotonic()
    done = ward.call("consolidate")
    assert 2.4 < time.monotonic() - started < 8
    assert done.code == 2
    assert "đang mở trong Excel hoặc LibreOffice; chưa ghi gì. Lưu và đóng sổ rồi chạy lại" in " ".join(
        done.err.split()
    )
    assert _state(ward.root) == before
    threading.Timer(0.5, mark.unlink).start()
    assert ward.call("consolidate").code == 0
    monkeypatch.undo()


def test_a_program_that_holds_the_target_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refusals = os.replace, [PermissionError(errno.EACCES, "held"), PermissionError(errno.EACCES, "held")]

    def replace(*paths: Any) -> None:
        if refusals:
            raise refusals.pop()
        real(*paths)

    monkeypatch.setattr(os, "replace", replace)
    assert outputs.put(tmp_path / "a.txt", _write_new)
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "mới"


def test_a_program_that_holds_the_target_for_good_is_named_and_the_target_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("cũ", encoding="utf-8")

    def replace(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(outputs, "PATIENCE", 0.2)
    with pytest.raises(outputs.OutputError, match="Đóng tệp trong Excel"):
        outputs.put(tmp_path / "a.txt", _write_new)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "cũ"


def test_what_the_disk_lost_is_noticed_before_the_earlier_file_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "so.xlsx"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a", b"cu" * 100)
    before = target.read_bytes()

    def lossy(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a", b"moi" * 100)
        path.write_bytes(path.read_bytes().replace(b"moimoi", b"mo\0moi", 1))

    with pytest.raises(outputs.OutputError, match="đọc lại bị lỗi"):
        outputs.put(target, lossy)
    with pytest.raises(outputs.OutputError, match="đọc lại bị lỗi"):
        outputs.put(target, _write_no_workbook)
    assert target.read_bytes() == before


def test_a_fault_of_our_own_is_not_dressed_up_as_the_disk_s(tmp_path: Path) -> None:
    def wrong(_: Path) -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        outputs.put(tmp_path / "a.txt", wrong)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_earlier_output_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"PK\x03\x04 hong")

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a", b"x")

    assert outputs.put(target, write)
    assert not outputs.put(target, write)


def test_what_a_killed_run_left_half_written_is_swept_and_nothing_else(ward: Ward) -> None:
    outbox = ward.root / "outbox"
    left = outbox / "bieu_mau" / "2021_TDP-01_bang-tu-danh-gia.xlsx.4711.part"
    left.write_bytes(b"nua chung")
    own = outbox / "cua_can_bo.part"
    own.write_bytes(b"giu")
    assert ward.call("generate").code == 0
    assert not left.exists()
    assert own.exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_named(ward: Ward) -> None:
    outbox = ward.root / "outbox"
    outbox.chmod(0o500)
    try:
        done = ward.call("consolidate")
    finally:
        outbox.chmod(0o700)
    assert done.code == 2
    assert "thư mục không cho ghi" in done.err


def test_an_outbox_that_is_a_file_is_named(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path / "phuong")
    for folder in sorted((ward.root / "outbox").rglob("*"), reverse=True):
        folder.rmdir()
    (ward.root / "outbox").rmdir()
    (ward.root / "outbox").write_bytes(b"")
    done = ward.call("consolidate")
    assert done.code == 2
    assert "Kiểm tra ổ đĩa" in done.err


def test_json_is_whole_or_absent_when_the_disk_is_full(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        _Failing(patch, (ward.root / "outbox",), 1, errno.ENOSPC)
        done = ward.call("consolidate", "--json")
    assert done.code == 2
    assert done.out == ""
    assert json.loads(ward.call("consolidate", "--json").out)["workbook"] == "outbox/tong_hop_2021.xlsx"
