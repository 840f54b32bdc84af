"""Reads files in processes of their own: what one file does to its reader costs that file and no other."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from tdp_xlsx.reading import workers
from tdp_xlsx.reading.cells import Cause
from tdp_xlsx.reading.request import AT_ONCE, MOST_CELLS, Answer, Reading, Request
from tdp_xlsx.reading.workers import SECONDS, Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

BATCH_SECONDS = 4.0
"""How long a batch may take before its files are read one by one: a form takes hundredths of a second."""
BATCH, MANY, LARGE_BATCH = 8, 500, 16
"""Files read in one go; of how many on, and then so many."""
SMALL = 1024 * 1024
"""Bytes up to which a file goes into a batch."""
_WAITING = 4  # batches under way for each worker

T = TypeVar("T")


def read_in_order(
    items: Sequence[T], asked: Callable[[T], tuple[Request, int] | None]
) -> Iterator[tuple[T, tuple[Reading, ...]]]:
    """Read what each item asks for and yield the items in order, each with its readings.

    ``asked`` gives a request and the file's size, or None for an item that is not to be read. Only a few batches are
    under way at a time: memory does not grow with the number of items.

    Raises:
        IsolationError: No reading process can be started.
    """
    count = workers.workers_for(len(items))
    size = BATCH if len(items) < MANY else LARGE_BATCH
    waiting: deque[_Batch[T]] = deque()
    batch = _Batch[T]([], [])
    for item in items:
        wanted = asked(item)
        batch.items.append((item, wanted is not None))
        if wanted:
            batch.requests.append(wanted[0])
        if len(batch.items) >= size or (wanted and wanted[1] > SMALL):
            batch.send(count)
            waiting.append(batch)
            batch = _Batch[T]([], [])
            while len(waiting) > _WAITING * count:
                yield from waiting.popleft().receive()
    batch.send(count)
    waiting.append(batch)
    while waiting:
        yield from waiting.popleft().receive()


@dataclass(slots=True)
class _Batch(Generic[T]):
    """Items in order, each with whether it asked for something, and their requests, read in one go."""

    items: list[tuple[T, bool]]
    requests: list[Request]
    job: Job | None = None

    def send(self, count: int) -> None:
        if self.requests:
            # A workbook that may be larger than a form may take longer.
            alone = SECONDS * max(1, self.requests[0].most // MOST_CELLS)
            seconds = alone if len(self.requests) == 1 else BATCH_SECONDS
            self.job = Job(workers.read, self.requests, seconds, count)

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
    answers, reason = Job(workers.read, [request], SECONDS).outcome()
    return answers[0] if answers else _after_death(request, reason)


def _after_death(request: Request, reason: str) -> Answer:
    """Name the file that cost a worker; of a container, only the members to look at one by one."""
    if request.members is None:
        listed, _ = Job(workers.list_members, [request], SECONDS).outcome()
        if listed and listed[0].members:
            return listed[0]
    return Answer((_deadly(request, reason),))


def _readings(request: Request, answer: Answer) -> tuple[Reading, ...]:
    """Return all readings of a request; a large or deadly container is read piece by piece."""
    readings: list[Reading] = list(answer.readings)
    names = [f"{request.name}/{member}" for member in answer.members]
    for first in range(0, len(names), AT_ONCE):
        piece = names[first : first + AT_ONCE]
        answers, _ = Job(workers.read, [replace(request, members=(first, first + len(piece)))], SECONDS).outcome()
        if answers:
            readings += answers[0].readings
            continue
        for number, name in enumerate(piece, first):
            one = replace(request, members=(number, number + 1))
            answers, reason = Job(workers.read, [one], SECONDS).outcome()
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
