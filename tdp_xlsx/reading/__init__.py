"""From bytes of unknown origin to cells: what a file is, and what stands in it. Nothing here knows forms."""
