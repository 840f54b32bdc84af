"""Findings about the template workbook (T): each of them refuses the template."""

from __future__ import annotations

from tdp_xlsx.findings.rule import ERROR, INFO, WARNING, Rule
