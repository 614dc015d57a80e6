"""Frozen issues of portfolios: which there are, and that the ledger says so."""
