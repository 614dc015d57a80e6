"""Freezing a portfolio: looked through first, drawn, signed, entered, and handed out."""
