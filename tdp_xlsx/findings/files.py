"""Findings about files of the inbox (F) and the identity of a form (I)."""

from __future__ import annotations

from tdp_xlsx.findings.rule import Rule  # noqa: F401
