"""Faults while writing: disk full, errors of the disk, no permission, kills, two runs, workbooks that are open."""

from __future__ import annotations

import builtins
import contextlib
import errno
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tdp_xlsx import outputs, prepare, workflow
from tdp_xlsx.forms.writer import FormWriter
from tdp_xlsx.ward_book.earlier import Earlier
from tests.kit.ward import Line, Ward

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

    from tdp_xlsx.model import Group

FAULTS = (errno.ENOSPC, errno.EIO, errno.EACCES)
KILLS = int(os.environ.get("TDP_KILLS", "100"))
_SEED = 2021


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """A ward that has consolidated once, with forms in the inbox changed since: one of three is to go back."""
    lines = [Line(f"TDP-{n:02}", f"Tổ dân phố số {n}") for n in (1, 2, 3)]
    ward = Ward.make(tmp_path_factory.mktemp("mau") / "phuong", lines).generate()
    ward.send("TDP-01")
    assert ward.call("consolidate").code == 0
    ward.send("TDP-01", {"1.1": "Không"})
    ward.send("TDP-02")
    ward.send("TDP-03", {"1.1": None})
    return ward


@pytest.fixture
def ward(prepared: Ward, tmp_path: Path) -> Ward:
    """A copy of the prepared ward."""
    return Ward(shutil.copytree(prepared.root, tmp_path / "phuong"))


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


def _sync(_: int) -> None:
    """Do nothing: what a real one does only shows when the power fails, and it is most of the time a test takes."""


class _Failing:
    """Counts the writes, flushes, syncs and moves of a folder's files; the one whose turn it is fails."""

    def __init__(self, patch: pytest.MonkeyPatch, folders: tuple[Path, ...], turn: int, number: int) -> None:
        self.turn, self.number, self.count = turn, number, 0
        self._folders = tuple(str(folder) for folder in folders)
        self._descriptors: set[int] = set()
        real_open = io.open
        for module in (builtins, io):
            patch.setattr(module, "open", self._opener(real_open))
        patch.setattr(os, "fsync", self._counted(_sync, "fsync"))
        patch.setattr(os, "replace", self._counted(os.replace, "replace"))
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


def _remembered(build: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that builds each group's form once."""
    built: dict[str, Any] = {}

    def remember(writer: FormWriter, group: Group, kept: object) -> Any:
        if group.code not in built:
            built[group.code] = build(writer, group, kept)
        return built[group.code]

    return remember


class _Snapshot:
    """A folder as it is now, to go back to."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.hashes = folder, _state(folder)
        self._files = {name: ((folder / name).read_bytes(), (folder / name).stat()) for name in self.hashes}

    def restore(self) -> None:
        """Put back what differs, and take away what is new."""
        now = _state(self._folder)
        for name in now.keys() - self.hashes.keys():
            (self._folder / name).unlink()
        for name, (content, status) in self._files.items():
            if now.get(name) != self.hashes[name]:
                (self._folder / name).write_bytes(content)
                os.utime(self._folder / name, (status.st_atime, status.st_mtime))


def _as_found(workbook: Path) -> tuple[Earlier, ...]:
    """Return the earlier ward workbook, unread, as one without decisions."""
    return (Earlier(workbook, workbook.name, workbook.stat().st_mtime, ()),) if workbook.exists() else ()


@pytest.mark.parametrize(
    ("command", "steps"), [pytest.param("consolidate", 21, marks=pytest.mark.exhaustive), ("generate", 3)]
)
def test_whichever_step_fails_earlier_outputs_are_whole_and_the_next_run_is_normal(
    ward: Ward, command: str, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is read, reckoned and built is the same every time: only the writing is repeated, step for step.
    assessed = workflow.assess(ward.root)
    monkeypatch.setattr("tdp_xlsx.api.read_entries", lambda *_: assessed.intake)
    monkeypatch.setattr("tdp_xlsx.api.assess", lambda *_: assessed)
    for module in (prepare, workflow):
        monkeypatch.setattr(module, "load_template", lambda *_: assessed.template)
    monkeypatch.setattr("tdp_xlsx.reading.workers.warm_up", lambda _: None)
    monkeypatch.setattr(workflow, "earlier", lambda *_, **__: _as_found(ward.workbook))
    monkeypatch.setattr("tdp_xlsx.report.write_report", _replay(ward.workbook))
    monkeypatch.setattr(FormWriter, "_build", _remembered(FormWriter._build))  # noqa: SLF001 - what takes long of a form
    writer = FormWriter(assessed.template)
    monkeypatch.setattr("tdp_xlsx.forms.writer.FormWriter", lambda *_: writer)
    if command == "generate":
        ward.form("TDP-02").write_bytes(b"cu")
    outbox = ward.root / "outbox"
    inbox = _state(ward.inbox)
    snapshot = _Snapshot(outbox)
    turn = refused = 0
    while True:
        turn += 1
        snapshot.restore()
        with monkeypatch.context() as patch:
            failing = _Failing(patch, (outbox,), turn, FAULTS[turn % len(FAULTS)])
            done = ward.call(*([command] if command == "consolidate" else [command, "TDP-02"]))
        after = _state(outbox)
        if not failing.was_hit:
            break
        assert _state(ward.inbox) == inbox
        assert not [name for name in after if name.endswith(".part")]
        for name, kept in snapshot.hashes.items():
            assert after[name] == kept or _is_whole(outbox / name)
        for name in after.keys() - snapshot.hashes.keys():
            assert _is_whole(outbox / name)
        refused += done.code == 2
        if done.code:
            assert done.code == 2
            assert "Kiểm tra" in done.err or "Đóng tệp" in done.err, done.err
    assert refused >= steps
    assert done.code == 0
    assert all(_is_whole(path) for path in outbox.rglob("*.xlsx"))


# Runs commands of the workflow in processes that fork off: a "whole" consolidation, or ("consolidate", "generate") what
# is left of a command once all is read, reckoned and built. That is where a kill hits what it may harm.
_SERVER = """
import os, sys
from pathlib import Path
from tdp_xlsx import prepare, workflow
import tdp_xlsx.evaluation, tdp_xlsx.forms.writer, tdp_xlsx.report, tdp_xlsx.checks
from tdp_xlsx.reading import workers
root = Path(sys.argv[1])
assessed = workflow.assess(root)
workers.stop()
os.fsync = lambda _: None
writer = tdp_xlsx.forms.writer.FormWriter(assessed.template)
for group in assessed.template.plan.groups:
    writer.kind_form(group)
for line in sys.stdin:
    command = line.strip()
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        try:
            if command != "whole":
                workflow.api.read_entries, workers.warm_up = lambda *_: assessed.intake, lambda _: None
                workflow.api.assess = lambda *_: assessed
                prepare.load_template = workflow.load_template = lambda _: assessed.template
                tdp_xlsx.forms.writer.FormWriter = lambda *_: writer
            prepare.generate(root) if command == "generate" else workflow.consolidate(root)
            workers.stop()
        except BaseException:
            os._exit(1)
        os._exit(0)
    print(child, flush=True)
    _, status = os.waitpid(child, 0)
    print(status, flush=True)
"""


class _Server:
    """Runs commands in a working folder, each with as long to live as it is given."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVER, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin
        assert self._process.stdout
        self._to, self._from = self._process.stdin, self._process.stdout

    def run(self, command: str, life: float | None = None) -> tuple[float, int]:
        """Return how long a command ran, and its wait status."""
        started = time.monotonic()
        self._to.write(command + "\n")
        self._to.flush()
        child = int(self._from.readline())
        if life is not None:
            time.sleep(life)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        status = int(self._from.readline())
        return time.monotonic() - started, status

    def end(self) -> None:
        """End it."""
        self._to.close()
        assert self._process.wait(60) == 0
        self._from.close()


def _kill(ward: Ward, kills: int, seed: int) -> None:
    """Kill as many runs at random moments; after each, every output is whole and none of the archive's has changed."""
    random = Random(seed)  # noqa: S311 - moments to kill at
    outbox = ward.root / "outbox"
    inbox = _state(ward.inbox)
    server = _Server(ward.root)
    takes = {}
    for command in ("whole", "consolidate", "generate"):
        ward.form("TDP-01").unlink(missing_ok=True)
        takes[command], status = server.run(command)
        assert status == 0
    whole: set[str] = set()
    killed = number = 0
    while killed < kills:
        number += 1
        assert number < 3 * kills
        command = "whole" if number % 10 == 0 else ("consolidate", "generate", "generate")[number % 3]
        if command == "generate":
            ward.form("TDP-01").unlink(missing_ok=True)  # so that there is something to write
        else:
            os.utime(ward.workbook, (number * 60 + 1e9, number * 60 + 1e9))  # so that it is archived under its own name
            for path in (outbox / "tra_lai").glob("*.xlsx"):
                path.unlink()
        before = _state(outbox)
        life = random.uniform(0, takes[command])
        _, status = server.run(command, life)
        # How long a run takes changes with what else the machine does; the moments stay spread over all of it.
        takes[command] = 1.1 * takes[command] if status == signal.SIGKILL else life
        killed += status == signal.SIGKILL
        after = _state(outbox)
        for name, state in after.items():
            if name.endswith(".xlsx") and state not in whole:
                assert _is_whole(outbox / name), f"{name} after kill {number}"
                whole.add(state)
        earlier = {name: state for name, state in before.items() if name.startswith("luu/") and name.endswith(".xlsx")}
        assert earlier.items() <= after.items()
        assert ward.workbook.exists()
        assert _state(ward.inbox) == inbox
    server.end()


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform == "win32", reason="forks, so that a hundred runs need not start a hundred times")
def test_a_kill_at_any_moment_leaves_whole_outputs_and_a_normal_next_run(prepared: Ward, tmp_path: Path) -> None:
    wards = [Ward(shutil.copytree(prepared.root, tmp_path / str(number))) for number in range(2)]
    with ThreadPoolExecutor(len(wards)) as pool:
        for done in [pool.submit(_kill, ward, KILLS // len(wards), _SEED + n) for n, ward in enumerate(wards)]:
            done.result()
    for ward in wards:
        assert ward.call("generate").code == 0
        again = ward.call("consolidate", "--json")
        assert again.code == 0
        assert [group["status"] for group in again.json["groups"]] == ["valid", "valid", "incomplete"]
        assert not list((ward.root / "outbox").rglob("*.part"))


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


@pytest.mark.exhaustive
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
