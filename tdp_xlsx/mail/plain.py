"""Text that can go anywhere: NFC, nothing unseen in it, on one line where it must be."""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain(text: str) -> str:
    """Return text in NFC that holds nothing unseen but line breaks: control, direction, lone surrogates are marked."""
    return unicodedata.normalize(
        "NFC", "".join("\N{REPLACEMENT CHARACTER}" if _is_unseen(char) else char for char in text)
    )


def one_line(text: str, most: int) -> str:
    """Return text on one line, cut with an ellipsis."""
    line = plain(" ".join(text.split()))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _is_unseen(char: str) -> bool:
    return char != "\n" and unicodedata.category(char) in _UNSEEN
