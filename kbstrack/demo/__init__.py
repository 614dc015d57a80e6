"""The demo cohort: invented people and their evidence, the same on every machine."""
