"""Passwords as they are kept."""

from __future__ import annotations

import pytest

from kbstrack.people.models import Person
from kbstrack.web import credentials


def test_a_password_is_kept_as_an_argon2_hash(app):
    first = credentials.new_hash("violet ladder tomorrow", about=[])

    assert first.startswith("$argon2id$")
    assert credentials.new_hash("violet ladder tomorrow", about=[]) != first


@pytest.mark.parametrize("length", [201, 4_097, 100_000])
def test_a_password_longer_than_any_is_simply_wrong(app, length):
    longest = "violet ladder tomorrow".ljust(200, "-")
    kept = Person(email="a@b.example", password=credentials.new_hash(longest, about=[]))
    kept.active = True

    assert credentials.is_right(kept, longest)
    assert not credentials.is_right(kept, longest.ljust(length, "-"))
    assert not credentials.is_right(None, "x" * length)
