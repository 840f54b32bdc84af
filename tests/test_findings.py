"""The catalogue of findings: stable codes, whole sentences, each provoked by some test, and the page made from it."""

from __future__ import annotations

import importlib.util
import re
import string
import unicodedata
from pathlib import Path
from types import ModuleType

import pytest

from tdp_xlsx import findings
from tdp_xlsx.findings import CATALOGUE, RULES, Rule
from tdp_xlsx.model import Place

ROOT = Path(__file__).parent.parent


def test_every_code_is_a_stage_and_a_number_and_stands_once() -> None:
    assert len(RULES) == len(CATALOGUE)
    assert all(re.fullmatch(r"[A-Z]\d{3}", code) for code in CATALOGUE)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_rule_is_a_whole_vietnamese_sentence_with_a_remedy(code: str) -> None:
    rule = CATALOGUE[code]
    for sentence in (rule.text, rule.fix):
        assert unicodedata.is_normalized("NFC", sentence)
        assert sentence.endswith((".", "}", ")"))
        assert "  " not in sentence
    fields = {name for text in (rule.text, rule.fix) for _, name, _, _ in string.Formatter().parse(text) if name}
    told = rule.at(Place("inbox/x.xlsx"), **dict.fromkeys(fields, "…"))
    assert (told.code, told.severity, told.place.file) == (rule.code, rule.severity, "inbox/x.xlsx")
    assert "{" not in told.message + told.fix


def test_every_rule_is_named_by_a_test_that_provokes_it() -> None:
    """Named by its code, or as the constant it is (`rules.SHEET_MISSING`)."""
    tests = [path for path in ROOT.glob("tests/**/*.py") if path.name != Path(__file__).name]
    text = "".join(path.read_text(encoding="utf-8") for path in tests)
    constants = {
        rule.code: name
        for module in vars(findings).values()
        if isinstance(module, ModuleType)
        for name, rule in vars(module).items()
        if isinstance(rule, Rule)
    }
    missing = [
        code
        for code in sorted(CATALOGUE)
        if code not in text and not re.search(rf"\.{constants.get(code, code)}\b", text)
    ]
    assert missing == []


def test_the_page_of_findings_is_the_catalogue() -> None:
    spec = importlib.util.spec_from_file_location("docs_make", ROOT / "docs" / "make.py")
    assert spec
    assert spec.loader
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    assert page == make.findings_page(), "run python docs/make.py"
