"""OLE files (``.xls``, ``.msg``, encrypted workbooks), through olefile: the names in one, and a stream of one."""

from __future__ import annotations

import io
import logging
from functools import lru_cache
from typing import Any

import olefile

from tdp_xlsx.reading.cells import Cause, UnreadableError

MAX_STREAM = 64 * 1024 * 1024

logging.getLogger("olefile").disabled = True  # what is wrong with a file is told by the finding


def stream_names(content: bytes) -> frozenset[str]:
    """Return the last names of all streams, in lower case.

    Raises:
        UnreadableError: The directory is damaged.
    """
    return frozenset(path[-1].lower() for path in _listed(_opened(content)))


def storage_names(content: bytes) -> frozenset[str]:
    """Return the first names of all streams and storages, in lower case; raises as :func:`stream_names`."""
    return frozenset(path[0].lower() for path in _listed(_opened(content)))


def read_stream(content: bytes, *names: str) -> bytes:
    """Return the first stream there is of these names.

    Raises:
        UnreadableError: There is none, it is damaged, or its sectors run in a circle.
    """
    ole = _opened(content)
    for name in names:
        try:
            if ole.exists(name):
                _refuse_circles(ole, name)
                return bytes(ole.openstream(name).read(MAX_STREAM))
        except UnreadableError:
            raise
        except Exception as fault:
            raise UnreadableError("tệp bị hỏng") from fault
    raise UnreadableError("tệp bị hỏng")


@lru_cache(maxsize=1)  # asked for again as soon as it is known what the file is
def _opened(content: bytes) -> Any:
    try:
        return olefile.OleFileIO(io.BytesIO(content))  # type: ignore[no-untyped-call]
    except Exception as fault:  # olefile lets many kinds through on damaged sectors
        raise UnreadableError("tệp bị hỏng") from fault


def _listed(ole: Any) -> list[list[str]]:
    try:
        return list(ole.listdir(streams=True, storages=True))
    except (Exception, RecursionError) as fault:
        raise UnreadableError("tệp bị hỏng") from fault


def _refuse_circles(ole: Any, name: str) -> None:
    """Refuse chains of sectors that come back to themselves: readers that follow them never end."""
    entry = ole.root.kids_dict[name.lower()]
    chains = [(ole.root.isectStart, ole.fat), (ole.first_dir_sector, ole.fat), (ole.first_mini_fat_sector, ole.fat)]
    ole.loadminifat()
    chains.append((entry.isectStart, ole.minifat if entry.is_minifat else ole.fat))
    for sector, table in chains:
        seen: set[int] = set()
        at = sector
        while 0 <= at < len(table):
            if at in seen:
                raise UnreadableError("tệp bị hỏng: các đoạn nối thành vòng", Cause.UNSAFE)
            seen.add(at)
            at = table[at]
