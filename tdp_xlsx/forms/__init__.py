"""One group's form, made by copying the template's own form sheet."""

from tdp_xlsx.forms.form import write_form

__all__ = ["write_form"]
