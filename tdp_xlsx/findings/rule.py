"""What a finding's rule is: stable code, severity, Vietnamese sentence and remedy with ``{fields}``."""

from __future__ import annotations

from dataclasses import dataclass

from tdp_xlsx.model import Finding, Place, Severity

_FROM_CELLS = frozenset({"raw", "found"})
_LONGEST = 500  # characters; the sheet of answers has the whole


def _short(value: object) -> object:
    return value[: _LONGEST - 1] + "…" if isinstance(value, str) and len(value) > _LONGEST else value


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding. ``text`` and ``fix`` are sentences with ``{fields}``, filled by :meth:`at`."""

    code: str
    severity: Severity
    text: str
    fix: str

    def at(self, place: Place = Place(), /, **details: object) -> Finding:  # noqa: B008 - frozen
        """Return the finding at a place, its sentence filled with the details; what a cell held is cut if very long.

        Raises:
            KeyError: A field of the sentence has no value: a fault of ours.
        """
        said = {name: _short(value) if name in _FROM_CELLS else value for name, value in details.items()}
        return Finding(self.code, self.severity, self.text.format(**said), self.fix.format(**said), place)


def error(code: str, text: str, fix: str) -> Rule:
    """Return a rule whose findings keep a file, a row or a letter from counting."""
    return Rule(code, Severity.ERROR, text, fix)


def warning(code: str, text: str, fix: str) -> Rule:
    """Return a rule whose findings are to be cleared up."""
    return Rule(code, Severity.WARNING, text, fix)


def info(code: str, text: str, fix: str) -> Rule:
    """Return a rule whose findings are good to know."""
    return Rule(code, Severity.INFO, text, fix)
