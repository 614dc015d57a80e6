"""Auditors: read-only links for a named person, and what they looked at."""
