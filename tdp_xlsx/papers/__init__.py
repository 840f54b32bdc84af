"""What follows the ward workbook: papers and tables whose figures are those of the workbook that stands."""
