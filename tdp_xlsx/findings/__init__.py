"""The catalogue of every finding there is, one module a stage; the page of docs is made from it.

Codes: a letter for the stage (T template, F file, I identity, A answer, R relations and figures, G groups, D the
board's decisions, N the year before, M mail) and a number. A code is never used again for something else, and never
looks like a group's.
"""

from __future__ import annotations

from tdp_xlsx.findings import answers, decisions, files, mail, template
from tdp_xlsx.findings.rule import Rule

RULES: tuple[Rule, ...] = tuple(
    rule
    for module in (template, files, answers, decisions, mail)
    for rule in vars(module).values()
    if isinstance(rule, Rule)
)
CATALOGUE: dict[str, Rule] = {rule.code: rule for rule in RULES}

__all__ = ["CATALOGUE", "RULES", "Rule", "answers", "decisions", "files", "mail", "template"]
