"""Passwords as they are kept."""

from __future__ import annotations

from kbstrack.web import credentials


def test_a_password_is_kept_as_an_argon2_hash(app):
    first = credentials.new_hash("violet ladder tomorrow", about=[])

    assert first.startswith("$argon2id$")
    assert credentials.new_hash("violet ladder tomorrow", about=[]) != first
