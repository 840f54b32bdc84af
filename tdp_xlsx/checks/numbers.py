"""Read the one figure a leader wrote as evidence: a number, a percentage, a fraction; what is ambiguous is said so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from tdp_xlsx.text import display

_NUMBER = r"\d+(?:[.,]\d+)?"
_COUNT = r"\d+"
_PERCENT_SIGN = r"(?:%|phần trăm)"
_WORDS = r"[^\W\d_]+(?:[ ,-]+[^\W\d_]+)*"
_LEAD = r"(?:(?:tỷ lệ|tỉ lệ|đạt|được|có|là|:)\s*)*"
_PLAIN = re.compile(rf"{_LEAD}(?P<number>{_NUMBER})\s*(?P<percent>{_PERCENT_SIGN})?\s*(?P<words>{_WORDS})?\.?")
_FRACTION = re.compile(rf"{_LEAD}(?P<part>{_COUNT})\s*/\s*(?P<whole>{_COUNT})\s*(?P<words>{_WORDS})?\.?")
_BOTH = re.compile(
    rf"{_LEAD}(?P<part>{_COUNT})\s*/\s*(?P<whole>{_COUNT})\s*(?:{_WORDS})?\s*[(,;=:-]+\s*(?:{_WORDS}\s*)?"
    rf"(?P<number>{_NUMBER})\s*{_PERCENT_SIGN}\s*\)?\.?"
)
_BOTH_TURNED = re.compile(
    rf"{_LEAD}(?P<number>{_NUMBER})\s*{_PERCENT_SIGN}\s*(?:{_WORDS})?\s*[(,;=:-]+\s*(?:{_WORDS}\s*)?"
    rf"(?P<part>{_COUNT})\s*/\s*(?P<whole>{_COUNT})\s*(?:{_WORDS})?\s*\)?\.?"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_VAGUE = r"(?:[~≈<>≤≥]|\b(?:trên|dưới|hơn|gần|khoảng|tầm|từ|ít nhất|tối thiểu|tối đa|không quá|ước)\b)"
_ABOUT = re.compile(_VAGUE)
# Text that means to be a figure: it begins with a number, or holds a percentage or a fraction that is no date.
_LOOKS_LIKE_FIGURE = re.compile(rf"^{_VAGUE}?\W*\d|\d\s*{_PERCENT_SIGN}|(?<![\d/])\d+\s*/\s*\d+(?![\d/-]|\s*/)")
_LONGEST = 200  # characters; one figure takes fewer, and the patterns' work grows with the square
_DATE = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}")

TWO_WAYS = "có thể hiểu nhiều cách"
NOT_EXACT = "không phải một số cụ thể"
NO_PERCENT = "không rõ là tỷ lệ hay phần trăm"
OTHER_UNIT = "khác đơn vị tính"


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as read: its value (percent where the unit is %), or in words why it is unclear.

    ``disagreeing`` holds a fraction and what it is in percent, if the percentage beside it says otherwise.
    """

    value: Fraction = Fraction(0)
    unclear: str = ""
    disagreeing: tuple[str, str] | None = None


def read_figure(raw: str, unit: str) -> Shown | None:
    """Read evidence for an indicator of this unit; None for text that means to be no figure at all."""
    text = display(raw).casefold()
    if len(text) <= _LONGEST and (shown := _one_figure(text, unit)):
        return shown
    if not _LOOKS_LIKE_FIGURE.search(text):
        return None
    return Shown(unclear=NOT_EXACT if _ABOUT.search(text) or _DATE.search(text) else TWO_WAYS)


def _one_figure(text: str, unit: str) -> Shown | None:
    """Read text that consists of a figure and words around it; None for any other."""
    for pattern in (_BOTH, _BOTH_TURNED):
        if match := pattern.fullmatch(text):
            return _both(match, unit)
    if match := _FRACTION.fullmatch(text):
        return _fraction(match["part"], match["whole"], unit)
    match = _PLAIN.fullmatch(text)
    return _plain(match, unit) if match else None


def _plain(match: re.Match[str], unit: str) -> Shown:
    number, percent, words = match["number"], match["percent"], match["words"] or ""
    if _THOUSANDS.fullmatch(number):
        return Shown(unclear=TWO_WAYS)
    value = _value(number)
    if unit == "%":
        if not percent and words:
            return Shown(unclear=OTHER_UNIT)
        if not percent and 0 < value <= 1:
            return Shown(unclear=NO_PERCENT)
        return Shown(value)
    key = display(unit).casefold()
    if percent or (words and key and key not in words and words not in key):
        return Shown(unclear=OTHER_UNIT)
    return Shown(value)


def _fraction(part: str, whole: str, unit: str) -> Shown:
    if unit != "%":
        return Shown(unclear=OTHER_UNIT)
    if not int(whole):
        return Shown(unclear=TWO_WAYS)
    return Shown(Fraction(int(part), int(whole)) * 100)


def _both(match: re.Match[str], unit: str) -> Shown:
    """Read a fraction with its percentage beside it; they agree if one is the other rounded."""
    number = match["number"]
    shown = _fraction(match["part"], match["whole"], unit)
    if shown.unclear:
        return shown
    decimals = len(re.split("[.,]", number)[1]) if not number.isdecimal() else 0
    if abs(shown.value - _value(number)) * 2 > Fraction(1, 10**decimals):
        percent = f"{float(shown.value):.{max(decimals, 1)}f}".replace(".", ",")
        return Shown(shown.value, disagreeing=(f"{match['part']}/{match['whole']}", percent))
    return shown


def _value(number: str) -> Fraction:
    return Fraction(number.replace(",", "."))
