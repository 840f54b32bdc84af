"""One group's form, blank or to be mended, made by copying the template's own form sheet.

``writer`` writes forms; ``returns`` those to send back, and loads openpyxl only if there are any.
"""
