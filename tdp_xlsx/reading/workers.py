"""The processes that files are read in: started, watched, given something to do, ended."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.reading.request import MEMORY, Answer, Reading, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from pebble import ProcessPool

SECONDS = 10.0
"""How long one file may take."""
FEW = 100
"""Files up to which one worker is enough: a second takes as long to start as it would save."""
LARGE = 1_000
"""Files from which on what else is held in memory counts."""
MOST_WORKERS = 8
RECYCLED_AFTER = 2_000
"""Batches after which a worker is replaced."""
_TRIES = 3
_PACE = 0.05
_WORKER = "pebble_pool_worker"  # the name pebble gives its processes
_TOO_SLOW = f"đọc quá {SECONDS:.0f} giây"
_TOO_MUCH = "cần quá nhiều bộ nhớ"
_ENDED = "làm dừng chương trình đọc"


class IsolationError(CannotRunError, RuntimeError):
    """No file can be read in a process of its own on this system; the argument says why, in Vietnamese."""


@dataclass(slots=True)
class _Running:
    """The one pool of this process; ``overfed`` are the workers that were ended because they took too much memory."""

    pool: ProcessPool
    workers: int
    overfed: set[int] = field(default_factory=set)
    ended: threading.Event = field(default_factory=threading.Event)


_running: _Running | None = None


def warm_up(files: int) -> None:
    """Start the workers for this many files, so that they get ready while the parent does something else."""
    if files:
        Job(read, [], SECONDS, workers_for(files))


def start_for(folder: Path) -> None:
    """Start the workers that an inbox needs, as far as its entries tell; what goes wrong is told when they are used."""
    with contextlib.suppress(OSError, IsolationError), os.scandir(folder) as entries:
        warm_up(sum(1 for _ in itertools.islice(entries, LARGE)))


def stop() -> None:
    """End the workers; the next reading starts new ones."""
    global _running
    if _running is not None:
        held, _running = _running, None
        held.ended.set()
        held.pool.stop()  # type: ignore[no-untyped-call]
        for process in multiprocessing.active_children():
            if process.name == _WORKER:
                process.kill()  # they hold nothing that would need to be put in order
        held.pool.join()


atexit.register(stop)


@contextlib.contextmanager
def handed_over(step: Callable[[Reading], object] | None) -> Iterator[str]:
    """Lay down a step for the workers, and yield where: what requests name as their ``then``.

    A file, so that a plan of a whole country goes to each worker once, however often workers are replaced.

    Raises:
        IsolationError: The step cannot be laid down.
    """
    if step is None:
        yield ""
        return
    path = None
    try:
        with tempfile.NamedTemporaryFile("wb", prefix="tdp-", suffix=".step", delete=False) as file:
            path = Path(file.name)
            pickle.dump(step, file, pickle.HIGHEST_PROTOCOL)
    except OSError as fault:
        _forget(path)
        raise IsolationError(
            f"Không ghi được tệp tạm ({fault.strerror or fault}); chưa đọc tệp nào. "
            "Kiểm tra dung lượng trống của ổ đĩa rồi chạy lại."
        ) from fault
    try:
        yield str(path)
    finally:
        _forget(path)


def _forget(path: Path | None) -> None:
    """Remove what was laid down; where another program holds it, the system clears it away with its own."""
    if path is not None:
        with contextlib.suppress(OSError):
            path.unlink()


class Job:
    """Something for a worker to do; sent when made."""

    def __init__(
        self,
        function: Callable[[list[Request]], list[Answer]],
        requests: list[Request],
        seconds: float,
        workers: int = 1,
    ) -> None:
        self._function, self._requests, self._seconds, self._workers = function, requests, seconds, workers
        self._send()

    def _send(self) -> None:
        for _ in range(_TRIES):
            self._pool = _pool(self._workers)
            try:
                with _uninterrupted():  # what is started here is ended by us, not by the officer's Ctrl+C
                    self._future: Future[list[Answer]] = self._pool.pool.schedule(
                        self._function, (self._requests,), timeout=self._seconds
                    )
            except RuntimeError:
                stop()  # the pool broke while it had nothing to do
            else:
                return
        raise _impossible()

    def outcome(self) -> tuple[list[Answer] | None, str]:
        """Return the answers, or None and, for people, what the files did to the worker."""
        from pebble import ProcessExpired  # noqa: PLC0415 - loads a great deal that most commands can do without

        for _ in range(_TRIES):
            try:
                return self._future.result(), ""
            except TimeoutError:
                return None, _TOO_SLOW
            except ProcessExpired as fault:
                return None, _TOO_MUCH if fault.pid in self._pool.overfed else _ENDED
            except (BrokenProcessPool, RuntimeError):
                if _running is self._pool:
                    stop()  # an idle worker died, which is no file's fault
                self._send()
        raise _impossible()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ignore Ctrl+C, as processes started meanwhile then do from their first moment on, but for Windows."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _impossible() -> IsolationError:
    return IsolationError(
        "Không khởi động được tiến trình đọc tệp trên máy này; chưa đọc tệp nào. "
        "Khởi động lại máy, kiểm tra phần mềm diệt vi-rút rồi chạy lại."
    )


# What the worker runs imports its libraries there: the parent needs none of them.


def _prepare() -> None:
    from tdp_xlsx.reading.worker import prepare  # noqa: PLC0415

    prepare()


def read(requests: list[Request]) -> list[Answer]:
    """Read several files; in a worker."""
    from tdp_xlsx.reading.worker import read_batch  # noqa: PLC0415

    return read_batch(requests)


def list_members(requests: list[Request]) -> list[Answer]:
    """List the members of containers; in a worker."""
    from tdp_xlsx.reading import worker  # noqa: PLC0415

    return [worker.list_members(request) for request in requests]


def workers_for(files: int) -> int:
    """Return how many workers so many files need."""
    return 1 if files <= FEW else min(os.cpu_count() or 1, MOST_WORKERS)


def _pool(workers: int) -> _Running:
    """Return the running pool, started or made larger if need be."""
    global _running  # noqa: PLW0603 - the one pool of this process
    if _running is not None and _running.workers < workers:
        stop()
    if _running is None:
        from pebble import ProcessPool  # noqa: PLC0415 - as above

        context: Any = multiprocessing.get_context("spawn")  # its type differs by platform
        pool = ProcessPool(
            max_workers=workers,
            max_tasks=RECYCLED_AFTER,
            initializer=_prepare,
            context=context,
        )
        _running = _Running(pool, workers)
        if sys.platform != "linux":
            _watch(_running, MEMORY)
    return _running


def _watch(running: _Running, most: int) -> None:
    """End workers that take more memory than they may, where the system itself does not."""
    import psutil  # noqa: PLC0415 - only where it is needed

    def look() -> None:
        while not running.ended.wait(_PACE):
            for process in multiprocessing.active_children():
                if process.name != _WORKER or process.pid is None:
                    continue
                try:
                    if _taken(psutil.Process(process.pid).memory_info()) > most:  # type: ignore[no-untyped-call]
                        running.overfed.add(process.pid)
                        process.kill()
                except psutil.Error:
                    continue  # it has ended meanwhile

    threading.Thread(target=look, daemon=True).start()


def _taken(memory: Any) -> int:
    """Return the bytes a process asked for and got; on Windows the working set is only what is not paged out."""
    return int(getattr(memory, "private", memory.rss))
