"""How a person compares Vietnamese text: display and match keys, and the words and marks that are answers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from tdp_xlsx.model import NO, YES

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_NO_TONES = dict.fromkeys(map(ord, _TONES))
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009\u3000"), " ")
_INVISIBLE = dict.fromkeys(
    (
        *map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"),
        *range(0x200E, 0x2010),  # marks and embeddings of the writing direction
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xFE00, 0xFE10),  # variation selectors: phones write ✔ and ☑ with one
    ),
    None,
)
_NOT_SHOWN = _SPACES | _INVISIBLE
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_D_LOOKALIKES = {ord("Ð"): "Đ", ord("Ɖ"): "Đ", ord("ð"): "đ", ord("ɖ"): "đ"}
_FOLDED = _DASHES | _D_LOOKALIKES
_SYLLABLE = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")


def display(raw: str) -> str:
    """Return text as people read it: NFC, plain single spaces, nothing invisible; never NFKC."""
    # Most cells repeat from form to form; the long ones that do not are not worth remembering.
    return _remembered_display(raw) if len(raw) <= _WORTH_REMEMBERING else _display(raw)


def _display(raw: str) -> str:
    return unicodedata.normalize("NFC", " ".join(raw.translate(_NOT_SHOWN).split()))


_WORTH_REMEMBERING = 1000
_remembered_display = lru_cache(maxsize=8192)(_display)


_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_MOST_UNITS = 32_767  # what a cell holds, counted as Excel does: an emoji is two


def storable(raw: str) -> str:
    """Return text as a workbook's cell can hold it: what no cell can becomes ``\ufffd``, too long ends in ``…``."""
    if len(raw) <= _MOST_UNITS // 2 and raw.isprintable():
        return raw
    text = _UNSTORABLE.sub("\ufffd", raw.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > _MOST_UNITS // 2 and len(units := text.encode("utf-16-le")) > 2 * _MOST_UNITS:
        text = units[: 2 * (_MOST_UNITS - 1)].decode("utf-16-le", "ignore") + "…"
    return text


# Programs differ in what they pass over before a formula, and in which signs begin one.
_FORMULA = re.compile(r"[^\w\"“(\[]*[=+\-@＝＋－＠]")


def csv_cell(text: str) -> str:
    """Return text as a cell of a CSV file; what would become a formula there stands behind an apostrophe."""
    said = storable(text).replace('"', '""')
    return f'"\'{said}"' if _FORMULA.match(said) else f'"{said}"'


def is_unseen(char: str) -> bool:
    """Whether a character shows nothing of itself: control, direction, a lone surrogate; a line break is seen."""
    return char != "\n" and unicodedata.category(char) in _UNSEEN


def plain(text: str) -> str:
    """Return text in NFC, every unseen character replaced by ``\ufffd``."""
    return unicodedata.normalize("NFC", "".join("\ufffd" if is_unseen(char) else char for char in text))


def one_line(text: str, most: int) -> str:
    """Return text in plain characters on one line of at most ``most``, cut with an ellipsis."""
    line = plain(" ".join(text.split()))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _tone_last(match: re.Match[str]) -> str:
    syllable = match[0]
    if syllable.isascii():
        return syllable
    tones = [char for char in syllable if char in _TONES]
    return syllable.translate(_NO_TONES) + "".join(tones) if tones else syllable


def match_key(raw: str) -> str:
    """Return the key under which a person would call two texts the same.

    Equal for NFC, NFD and hybrids, any case, any dash, any placement of the tone mark (hòa, hoà), look-alikes of Đ.
    Different for different letters and tones: tô is not tổ.
    """
    return _remembered_key(raw) if len(raw) <= _WORTH_REMEMBERING else _key(raw)


def _key(raw: str) -> str:
    text = display(raw).translate(_FOLDED)
    text = unicodedata.normalize("NFD", text).casefold()
    return unicodedata.normalize("NFC", _SYLLABLE.sub(_tone_last, text))


_remembered_key = lru_cache(maxsize=8192)(_key)


def bare(raw: str) -> str:
    """Return the match key without any accents, for suggestions only."""
    text = unicodedata.normalize("NFD", match_key(raw)).replace("đ", "d")
    return "".join(char for char in text if not unicodedata.combining(char))


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell says: ``value`` (Có, Không, or None when unclear), and whether it was read generously."""

    value: str | None
    generous: bool = False


_WORDS = {match_key(YES): YES, match_key(NO): NO}
_GENEROUS_WORDS = {
    key: value
    for value, spellings in ((YES, ("co",)), (NO, ("khong", "ko", "hông")))
    for key in map(match_key, spellings)
}
_MARKS = frozenset({"x"})
_GENEROUS_MARKS = frozenset({"×", "х", "✓", "✔", "√", "☑", "☒", "v", "xx", "(x)", "[x]"})
_FONT_MARKS = {
    "wingdings": frozenset({"ü", "þ", "ý"}),  # shown as a tick, a ticked box, a crossed box
    "wingdings 2": frozenset({"P", "R"}),
}
_BLANK = frozenset({"", "☐"})


def is_blank(raw: str) -> bool:
    """Whether a cell's text says nothing at all: empty, white space, an unticked box."""
    return display(raw) in _BLANK


def read_word(raw: str) -> Reading:
    """Read the cell ``Trả lời``; the text must not be blank. Anything but a known spelling is unclear."""
    key = match_key(raw)
    if key in _WORDS:
        return Reading(_WORDS[key], generous=display(raw) != _WORDS[key])
    if key in _GENEROUS_WORDS:
        return Reading(_GENEROUS_WORDS[key], generous=True)
    return Reading(None)


def read_mark(raw: str, column: str, font: str = "") -> Reading:
    """Read a cell of the official column ``Có`` or ``Không``; the text must not be blank.

    A word there must agree with its column; anything but a known mark or such a word is unclear. ``font`` is the
    cell's, where the file tells: some letters are ticks in Wingdings.
    """
    key = match_key(raw)
    if key in _MARKS:
        return Reading(column)
    if key in _GENEROUS_MARKS or display(raw) in _FONT_MARKS.get(font.casefold(), ()):
        return Reading(column, generous=True)
    word = read_word(raw).value
    return Reading(column, generous=True) if word == column else Reading(None)


TCVN3, VNI = "TCVN3 (ABC)", "VNI"
_TCVN3_LETTERS = re.compile(r"[A-Za-z][µ¸¶·¹¨©®ª¬«»¼½¾¤¡¢£§]|[µ¸¶·¹¨©®ª¬«»¼½¾¤¡¢£§][A-Za-z]")
# Letters Vietnamese does not have, and vowels it never writes one after the other.
_VNI_LETTERS = re.compile(r"[ñøûïöäëîüåæ]|[aeo][ùâ]", re.IGNORECASE)
_OLD_WORDS = {
    match_key(word): (encoding, meaning)
    for word, encoding, meaning in (
        ("Cã", TCVN3, YES),
        ("Kh«ng", TCVN3, NO),
        ("KH¤NG", TCVN3, NO),
        ("Coù", VNI, YES),
        ("Khoâng", VNI, NO),
    )
}
_LONGEST_OLD_WORD = 20  # with white space around it


@dataclass(frozen=True, slots=True)
class OldText:
    """Text in an encoding from before Unicode: which, and what it would mean, as a suggestion only."""

    encoding: str
    meaning: str | None = None


def old_text(raw: str, font: str = "") -> OldText | None:
    """Tell whether text is in an old encoding, by its words, its letters, or its font's name; None if it is not."""
    text = unicodedata.normalize("NFC", raw)
    if len(text) <= _LONGEST_OLD_WORD and match_key(text) in _OLD_WORDS:
        return OldText(*_OLD_WORDS[match_key(text)])
    if text.isascii() or len(text.strip()) < 2:  # noqa: PLR2004 - one letter is a mark, no text
        return None
    name = font.casefold()
    if name.startswith(".vn") or _TCVN3_LETTERS.search(text):
        return OldText(TCVN3)
    return OldText(VNI) if name.startswith("vni-") or _VNI_LETTERS.search(text) else None
