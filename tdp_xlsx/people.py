"""Where personal data stand: every place of a person's in a working folder; phones and addresses in the evidence."""

from __future__ import annotations

import email
import re
import xml.etree.ElementTree as ET
from contextlib import suppress
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, NamedTuple

from tdp_xlsx import layout
from tdp_xlsx.faults import CannotRunError
from tdp_xlsx.intake.alone import heading_row
from tdp_xlsx.intake.opening import open_entries
from tdp_xlsx.reading.book import read_workbook
from tdp_xlsx.reading.cells import UnreadableError, as_text, cell_name
from tdp_xlsx.reading.inbox import entries
from tdp_xlsx.reading.markup import parse
from tdp_xlsx.reading.package import OWN, open_package
from tdp_xlsx.text import match_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message
    from pathlib import Path

    from tdp_xlsx.reading.cells import Book
    from tdp_xlsx.reading.inbox import Entry
    from tdp_xlsx.reading.request import Reading

SHORTEST = 3
"""Characters of a text to look for."""
_TEXTS, _MAILS = frozenset({".csv", ".txt", ".json"}), frozenset({".eml", ".mbox"})
_PERSON = (layout.LEADER, layout.PHONE, layout.EMAIL)
CONTACT = re.compile(
    r"(?<![\d.,])(?:\+?84|0)[ .-]?(?:[35789](?:[ .-]?\d){8}|2(?:[ .-]?\d){9})(?!\d)|[\w.+-]+@[\w-]+\.[\w.-]*\w"
)
"""A phone of the country, or a mail address."""
_LEAST_DIGITS = 8
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Found(NamedTuple):
    """The places of a person in one file, in words; None for a file that cannot be looked into."""

    file: str
    places: tuple[str, ...] | None


class Person:
    """What is known of a person: texts compared as people do, phones by their digits. Also the readers' step."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._keys, self._phones = set[str](), set[str]()
        for text in filter(None, map(str.strip, texts)):
            # Without what stands for the country or the trunk, and with what a number in a cell keeps of it.
            digits = re.sub(r"^(?:0084|84|0)", "", re.sub(r"\D", "", text))
            if re.fullmatch(r"[\d\s.()+-]+", text) and len(digits) >= _LEAST_DIGITS:
                self._phones.add(digits)
            elif len(text) >= SHORTEST:
                self._keys.add(match_key(text))

    def is_in(self, text: str) -> bool:
        """Whether a text holds anything of the person."""
        key = match_key(text)
        if any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", key) for one in self._keys if one in key):
            return True
        joined = re.sub(r"(?<=\d)[\s.()-]+(?=\d)", "", text)
        return any(one in joined for one in self._phones)

    def __call__(self, reading: Reading) -> tuple[str, ...]:
        """Return the cells of a workbook that was read."""
        assert reading.book is not None  # noqa: S101 - workers do this step with workbooks only
        return self.cells(reading.book)

    def cells(self, book: Book) -> tuple[str, ...]:
        """Return the cells of a workbook, each with its sheet."""
        return tuple(
            f"{sheet.name}!{cell_name(row, column)}"
            for sheet in book.sheets
            for row, values in enumerate(sheet.rows, start=1)
            for column, value in enumerate(values, start=1)
            if value != "" and self.is_in(as_text(value))
        )


def find_person(root: Path, text: str) -> list[Found]:
    """Return the files of a working folder that hold a person's data, and those that cannot be looked into.

    Where the register has a row of the person, its name, phone and address are looked for too.

    Raises:
        CannotRunError: The text is too short, there is no such folder, or no reading process can be started.
    """
    if len(text.strip()) < SHORTEST:
        raise CannotRunError(f"Ghi ít nhất {SHORTEST} ký tự của họ tên, số điện thoại hoặc địa chỉ thư cần tìm.")
    folders = [root / name for name in layout.FOLDERS if (root / name).is_dir()]
    if not folders:
        raise CannotRunError(f"“{root}” không phải thư mục làm việc. Dùng -C để chỉ đúng thư mục làm việc.")
    person = Person([text, *_registered(root, Person([text]))])
    listed = [one for folder in folders for one in entries(folder, root) if not one.ignored]
    return [one for one in _in_files(root, listed, person) if one.places != ()]


def _registered(root: Path, person: Person) -> Iterator[str]:
    """Yield name, phone and address of the register's rows that are the person's."""
    try:
        book = read_workbook(root / layout.TEMPLATE_PATH, wanted=lambda name: name == layout.REGISTER, limits=OWN)
    except (OSError, UnreadableError):
        return
    for sheet in book.sheets:
        head, columns = heading_row(sheet, _PERSON) or (len(sheet.rows), {})
        for row in range(head + 1, len(sheet.rows) + 1):
            told = [sheet.text(row, columns[heading]) for heading in _PERSON]
            if any(map(person.is_in, told)):
                yield from re.split(r"[;,/\n]", "\n".join(told))


def _in_files(root: Path, listed: list[Entry], person: Person) -> Iterator[Found]:
    """Yield what each file holds; what lies in an archive or a mail is a file of its own after it."""
    new = {one.name for one in listed}
    names = frozenset(new)
    for opened in open_entries(listed, person):
        name = own = opened.file.path
        while own not in names:
            own = own.rpartition("/")[0]
        read = opened.outcome if opened.file.size else ()
        if own in new:
            new.discard(own)
            named = ("tên tệp",) if person.is_in(own) else ()
            beside = _beside(root, own, person, is_read=read is not None)
            if own == name and (beside is not None or named):
                read = (*named, *(read or ()), *(beside or ()))
            elif named or beside:
                yield Found(own, (*named, *(beside or ())))
        if person.is_in(opened.file.sender):
            read = (*(read or ()), "người gửi")
        yield Found(name, read)


def _beside(root: Path, name: str, person: Person, *, is_read: bool) -> tuple[str, ...] | None:
    """Return the places in a file that the readers do not look into or could not; None if nothing can."""
    path = root / name
    suffix = path.suffix.lower()
    try:
        if suffix == ".docx":
            return tuple(dict.fromkeys(_in_document(path.read_bytes(), person)))
        if suffix in _TEXTS:
            text = path.read_bytes().decode("utf-8-sig", "replace")
            return tuple(f"dòng {n}" for n, line in enumerate(text.splitlines(), start=1) if person.is_in(line))
        if suffix in _MAILS:
            mails = filter(None, re.split(rb"(?m)^(?=From )", path.read_bytes()))
            return tuple(place for mail in mails for place in _in_mail(email.message_from_bytes(mail), person))
        if suffix in layout.WORKBOOK_SUFFIXES and not is_read and not name.startswith(f"{layout.INBOX}/"):
            return person.cells(read_workbook(path, limits=OWN))  # too large for the readers, and our own
    except (OSError, UnreadableError, ET.ParseError, ValueError, LookupError, RecursionError):
        return None
    return None


def _in_document(content: bytes, person: Person) -> Iterator[str]:
    """Yield the paragraphs of a Word document."""
    held = open_package(content, OWN)
    for name in held:
        if name.startswith("word/") and name.endswith(".xml"):
            for number, paragraph in enumerate(parse(held[name]).iter(f"{_WORD}p"), start=1):
                if person.is_in("".join(text.text or "" for text in paragraph.iter(f"{_WORD}t"))):
                    yield f"đoạn {number}" if name == "word/document.xml" else "đầu trang, chân trang, ghi chú"


def _in_mail(mail: Message, person: Person) -> Iterator[str]:
    """Yield the headers of a mail and the lines of its texts; what names no known letters is taken for UTF-8."""
    for heading, value in mail.raw_items():
        shown = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        with suppress(MessageError, ValueError, LookupError):
            shown = str(make_header(decode_header(shown)))
        if person.is_in(shown):
            yield f"đầu thư {heading}"
    for part in mail.walk():
        content = part.get_payload(decode=True) if part.get_content_maintype() == "text" else None
        if isinstance(content, bytes):
            try:
                text = content.decode(part.get_content_charset() or "utf-8", "replace")
            except LookupError:
                text = content.decode("utf-8", "replace")
            lines = enumerate(text.splitlines(), start=1)
            yield from (f"nội dung thư, dòng {number}" for number, line in lines if person.is_in(line))


def typed_contacts(root: Path) -> dict[str, tuple[str, ...]]:
    """Return the cells in whose evidence a phone or a mail address was typed, by file of the inbox.

    Raises:
        IsolationError: No reading process can be started.
    """
    listed = list(entries(root / layout.INBOX, root))
    opened = open_entries(listed, _contacts) if listed else ()
    return {one.file.path: one.outcome for one in opened if one.outcome}


def _contacts(reading: Reading) -> tuple[str, ...]:
    """Return the cells of the evidence that hold a phone or an address; the readers' step."""
    found: list[str] = []
    heads = [(one, heading_row(one, [layout.EVIDENCE])) for one in (reading.book.sheets if reading.book else ())]
    forms = [(sheet, head) for sheet, head in heads if head]
    for sheet, (first, columns) in forms:
        rows, column = range(first + 1, len(sheet.rows) + 1), columns[layout.EVIDENCE]
        where = f"{sheet.name}!" if len(forms) > 1 else ""
        found += [where + cell_name(row, column) for row in rows if CONTACT.search(sheet.text(row, column))]
    return tuple(found)
