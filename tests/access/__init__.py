"""Tests of who may do what: the table, the use cases, the lists and the pages."""
