"""Pandas in a process of its own: it loads while forms are read, and reckons while sheets are written."""

from __future__ import annotations

import multiprocessing
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

    from tdp_xlsx.second.figures import Reckoned, Start


_POLITE = 10
NAME = "tdp-reckoner"
"""The name of the process."""


def reckon_here(start: Start) -> Reckoned:
    """Reckon in this process, which loads pandas."""
    from tdp_xlsx.second.frames import reckon  # noqa: PLC0415 - takes half a second

    return reckon(start)


class Reckoner:
    """The second reckoner, from its start to its one result; where no process can be had, it works in this one.

    Without ``at_once`` it starts with what it is given: it takes a hundred megabytes.
    """

    def __init__(self, *, at_once: bool = True) -> None:
        self._at_once = at_once
        self._start: Start | None = None
        self._pipe: Any = None  # its type differs by platform
        self._process: multiprocessing.process.BaseProcess | None = None

    def __enter__(self) -> Self:
        if self._at_once:
            self._begin()
        return self

    def _begin(self) -> None:
        context = multiprocessing.get_context("spawn")
        with suppress(OSError):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._at_once), name=NAME, daemon=True)
            try:
                process.start()
            except OSError:
                ours.close()
                raise
            finally:
                theirs.close()  # while we held it, the end of the process would not show
            self._pipe, self._process = ours, process

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()  # it holds nothing that would need to be put in order
            self._process.join()

    def give(self, start: Start) -> None:
        """Hand over what is to be reckoned."""
        self._start = start
        if self._process is None:
            self._begin()
        if self._pipe is not None:
            try:
                self._pipe.send(start)
            except OSError:
                self._pipe = None

    def result(self) -> Reckoned:
        """Wait for the result."""
        assert self._start is not None  # noqa: S101 - it was given
        if self._pipe is not None:
            with suppress(EOFError, OSError):  # it ended, for whatever reason
                found: Reckoned = self._pipe.recv()
                return found
        return reckon_here(self._start)


def _serve(pipe: Any, at_once: bool) -> None:  # noqa: FBT001 - handed over by place
    """Load pandas and reckon what comes; what goes wrong ends the process, and is done again where it can be told."""
    void = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(void, stream)
    if hasattr(os, "nice"):
        os.nice(_POLITE)  # loading pandas must not take a core from those who read
    with suppress(EOFError, OSError):
        # What comes is taken first where it is there already: who sends it waits meanwhile.
        start = None if at_once else pipe.recv()
        from tdp_xlsx.second.frames import reckon  # noqa: PLC0415 - as above

        pipe.send(reckon(start or pipe.recv()))
