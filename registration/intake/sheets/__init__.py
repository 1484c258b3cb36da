"""People by spreadsheet: the one to fill in, its upload and preview, and saving all of it or nothing."""
