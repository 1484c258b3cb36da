"""First floor: the published programme; knows nobody who attends."""
