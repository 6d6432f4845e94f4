"""Taizhang: filled-in Excel ledgers into one checked master ledger and a Word briefing."""

__version__ = "0.1.0"
