"""Backups: what is in them, how they prove themselves, and what comes out again."""
