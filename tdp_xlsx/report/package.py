"""The finished workbook's file: xlsxwriter's parts, packed one after the other as they are written."""

from __future__ import annotations

import io
import re
import zipfile
from typing import IO, TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LEVEL = 3
"""How hard parts are packed: a fifth more bytes than with zlib's usual 6, in less than half its time."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LIKE_AN_ESCAPE = re.compile("(_x[0-9a-fA-F]{4}_)")
_LARGE = 1 << 30


class PackedWorkbook(Workbook):
    """A workbook whose parts go straight into the file; xlsxwriter would keep them all as files of their own first."""

    def __init__(self, path: Path, options: dict[str, Any]) -> None:
        super().__init__(io.BytesIO(), {**options, "in_memory": True})  # its own archive, which stays empty
        self._path = path
        self.largest = 0
        """Bytes that the largest part has at least."""

    def _get_packager(self) -> Packager:
        return _Packager(self._path, large=self.largest > _LARGE)


class Part(io.StringIO):
    """A part under way: small pieces are gathered, large ones pass through."""

    def __init__(self, member: IO[bytes]) -> None:
        super().__init__()
        self._member = member

    def pour(self, chunks: Iterable[bytes]) -> None:
        """Write pieces after what was written before."""
        self._pass_on()
        for chunk in chunks:
            self._member.write(chunk)

    def finish(self) -> None:
        """Write the rest."""
        self._pass_on()
        self._member.close()

    def _pass_on(self) -> None:
        self._member.write(self.getvalue().encode())
        self.seek(0)
        self.truncate()


class _Packager(Packager):
    """Gives xlsxwriter what it writes its parts to."""

    workbook: Any

    def __init__(self, path: Path, *, large: bool) -> None:
        super().__init__()
        self._path = path
        self._large = large
        self._archive: zipfile.ZipFile
        self._part: Part | None = None

    def _create_package(self) -> list[Any]:
        with zipfile.ZipFile(self._path, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as self._archive:
            super()._create_package()  # type: ignore[no-untyped-call]
            self._finish()
        return []

    def _filename(self, xml_filename: str) -> Part:
        self._finish()
        self._part = Part(self._archive.open(xml_filename, "w", force_zip64=self._large))
        return self._part

    def _finish(self) -> None:
        if self._part is not None:
            self._part.finish()
        self._part = None

    def _write_shared_strings_file(self) -> None:
        """Write the shared texts, each as text: xlsxwriter would take one that begins with ``<r>`` for its own XML."""
        texts = self.workbook.str_table.string_array
        if not texts:
            return
        part = self._filename("xl/sharedStrings.xml")
        part.write('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
        part.write(f'<sst xmlns="{_MAIN}" uniqueCount="{len(texts)}">')
        part.write("".join([f"<si>{text_element(text)}</si>" for text in texts]))
        part.write("</sst>")


def text_element(text: str) -> str:
    """Return text as the element that holds it, shared or in a cell; it must be storable."""
    if "_x" in text:
        text = _LIKE_AN_ESCAPE.sub(r"_x005F\1", text)
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    return f"<t{space}>{escaped(text)}</t>"


def escaped(text: str) -> str:
    """Return text as it stands between tags."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace(">", "&gt;") if ">" in text else text
