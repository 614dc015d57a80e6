"""The record as a whole: told in plain words, and checked against its ledger."""
