"""What a ward workbook says, whichever program saved it last: results, the office's decisions, its own additions."""
