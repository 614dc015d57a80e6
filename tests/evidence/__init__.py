"""Tests of the evidence stage: its rules, its drafts, its versions and its files."""
