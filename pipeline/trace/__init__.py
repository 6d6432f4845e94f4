"""Where a printed number comes from, and whether it is still what it was."""
