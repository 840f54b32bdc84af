"""One group's form, blank or to be mended, made by copying the template's own form sheet."""

from tdp_xlsx.forms.returns import Returned, write_returns
from tdp_xlsx.forms.writer import FormWriter, write_form

__all__ = ["FormWriter", "Returned", "write_form", "write_returns"]
