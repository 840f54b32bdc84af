"""The template workbook, which is the configuration: the default one is built here, and any one is read here."""

from __future__ import annotations

from tdp_xlsx.template.build import build_template
from tdp_xlsx.template.read import read_template

__all__ = ["build_template", "read_template"]
