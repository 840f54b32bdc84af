"""Findings about groups (G) and the board's decisions (D)."""

from __future__ import annotations

from tdp_xlsx.findings.rule import Rule  # noqa: F401
