"""tdp-xlsx: self-assessment forms of neighbourhood groups, made, read back, checked and ranked."""

__version__ = "0.1.0"
