"""Findings about answers (A), and about relations between answers and figures (R)."""

from __future__ import annotations

from tdp_xlsx.findings.rule import Rule  # noqa: F401
