"""tdp-xlsx: self-assessment forms of neighbourhood groups, made, read back, checked and ranked."""

import os

# python-docx brings lxml along, and openpyxl would write other bytes with it, unless told before it is loaded.
os.environ.setdefault("OPENPYXL_LXML", "False")

__version__ = "0.1.0"
