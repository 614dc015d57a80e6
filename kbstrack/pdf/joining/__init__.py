"""Sections to one document. Runs in the child process."""
