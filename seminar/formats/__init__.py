"""Dates and times of the admin, by language."""
