"""Reads files in processes of their own: what one file does to its reader costs that file and no other."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import itertools
import multiprocessing
import os
import pickle
import sys
import tempfile
import threading
from collections import deque
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tdp_xlsx.reading.cells import Cause
from tdp_xlsx.reading.request import AT_ONCE, MEMORY, Answer, Reading, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from pebble import ProcessPool

SECONDS = 10.0
"""How long one file may take."""
BATCH_SECONDS = 4.0
"""How long a batch may take before its files are read one by one: a form takes hundredths of a second."""
BATCH, MANY, LARGE_BATCH = 8, 500, 16
"""Files read in one go; of how many on, and then so many."""
SMALL = 1024 * 1024
"""Bytes up to which a file goes into a batch."""
FEW = 24
"""Files up to which one worker is enough."""
LARGE = 1_000
"""Files from which on what else is held in memory counts."""
MOST_WORKERS = 8
RECYCLED_AFTER = 2_000
"""Batches after which a worker is replaced."""
_WAITING = 4  # batches under way for each worker
_TRIES = 3
_PACE = 0.05
_WORKER = "pebble_pool_worker"  # the name pebble gives its processes
_TOO_SLOW = f"đọc quá {SECONDS:.0f} giây"
_TOO_MUCH = "cần quá nhiều bộ nhớ"
_ENDED = "làm dừng chương trình đọc"

T = TypeVar("T")


class IsolationError(RuntimeError):
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
        _Job(_read, [], SECONDS, _workers_for(files))


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


def read_in_order(
    items: Sequence[T], asked: Callable[[T], tuple[Request, int] | None]
) -> Iterator[tuple[T, tuple[Reading, ...]]]:
    """Read what each item asks for and yield the items in order, each with its readings.

    ``asked`` gives a request and the file's size, or None for an item that is not to be read. Only a few batches are
    under way at a time: memory does not grow with the number of items.

    Raises:
        IsolationError: No reading process can be started.
    """
    workers = _workers_for(len(items))
    size = BATCH if len(items) < MANY else LARGE_BATCH
    waiting: deque[_Batch[T]] = deque()
    batch = _Batch[T]([], [])
    for item in items:
        wanted = asked(item)
        batch.items.append((item, wanted is not None))
        if wanted:
            batch.requests.append(wanted[0])
        if len(batch.items) >= size or (wanted and wanted[1] > SMALL):
            batch.send(workers)
            waiting.append(batch)
            batch = _Batch[T]([], [])
            while len(waiting) > _WAITING * workers:
                yield from waiting.popleft().receive()
    batch.send(workers)
    waiting.append(batch)
    while waiting:
        yield from waiting.popleft().receive()


class _Job:
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


def _impossible() -> IsolationError:
    return IsolationError(
        "Không khởi động được tiến trình đọc tệp trên máy này; chưa đọc tệp nào. "
        "Khởi động lại máy, kiểm tra phần mềm diệt vi-rút rồi chạy lại."
    )


@dataclass(slots=True)
class _Batch(Generic[T]):
    """Items in order, each with whether it asked for something, and their requests, read in one go."""

    items: list[tuple[T, bool]]
    requests: list[Request]
    job: _Job | None = None

    def send(self, workers: int) -> None:
        if self.requests:
            seconds = SECONDS if len(self.requests) == 1 else BATCH_SECONDS
            self.job = _Job(_read, self.requests, seconds, workers)

    def receive(self) -> Iterator[tuple[T, tuple[Reading, ...]]]:
        answers = iter(self._answers())
        requests = iter(self.requests)
        for item, has_asked in self.items:
            yield item, (_readings(next(requests), next(answers)) if has_asked else ())

    def _answers(self) -> list[Answer]:
        if self.job is None:
            return []
        answers, reason = self.job.outcome()
        if answers is not None:
            return answers
        if len(self.requests) == 1:
            return [_after_death(self.requests[0], reason)]
        return [_alone(request) for request in self.requests]


def _alone(request: Request) -> Answer:
    """Read one file by itself; if that ends the worker too, this file is to blame."""
    answers, reason = _Job(_read, [request], SECONDS).outcome()
    return answers[0] if answers else _after_death(request, reason)


def _after_death(request: Request, reason: str) -> Answer:
    """Name the file that cost a worker; of a container, only the members to look at one by one."""
    if request.members is None:
        listed, _ = _Job(_list, [request], SECONDS).outcome()
        if listed and listed[0].members:
            return listed[0]
    return Answer((_deadly(request, reason),))


def _readings(request: Request, answer: Answer) -> tuple[Reading, ...]:
    """Return all readings of a request; a large or deadly container is read piece by piece."""
    readings: list[Reading] = list(answer.readings)
    names = [f"{request.name}/{member}" for member in answer.members]
    for first in range(0, len(names), AT_ONCE):
        piece = names[first : first + AT_ONCE]
        answers, _ = _Job(_read, [replace(request, members=(first, first + len(piece)))], SECONDS).outcome()
        if answers:
            readings += answers[0].readings
            continue
        for number, name in enumerate(piece, first):
            one = replace(request, members=(number, number + 1))
            answers, reason = _Job(_read, [one], SECONDS).outcome()
            readings += answers[0].readings if answers else [_deadly(replace(one, name=name), reason)]
    return tuple(readings)


def _deadly(request: Request, reason: str) -> Reading:
    """Return the reading of a file that cannot be read; its hash is taken without looking at what it holds."""
    try:
        with Path(request.path).open("rb") as file:
            digest = None if request.members else hashlib.file_digest(file, "sha256").hexdigest()
            size = 0 if request.members else os.fstat(file.fileno()).st_size
    except OSError:
        digest, size = None, 0
    return Reading(request.name, size, digest, cause=Cause.DEADLY, reason=reason)


# What the worker runs imports its libraries there: the parent needs none of them.


def _prepare() -> None:
    from tdp_xlsx.reading.worker import prepare  # noqa: PLC0415

    prepare()


def _read(requests: list[Request]) -> list[Answer]:
    from tdp_xlsx.reading.worker import read_batch  # noqa: PLC0415

    return read_batch(requests)


def _list(requests: list[Request]) -> list[Answer]:
    from tdp_xlsx.reading.worker import list_members  # noqa: PLC0415

    return [list_members(request) for request in requests]


def _workers_for(files: int) -> int:
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
