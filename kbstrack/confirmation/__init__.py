"""Employers and witnesses: who was asked what about a piece of evidence, and what they signed."""
