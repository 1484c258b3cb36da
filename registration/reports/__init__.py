"""Ledger: reports made from the rows; reads only."""
