"""The second reckoning: every group's figures anew, over whole columns with pandas, beside the program's other work."""
