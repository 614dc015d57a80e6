"""Copies of a whole instance: made while people work, proved before they replace anything."""
