"""Passwords at the door: checked in even time, counted, hashed by Flask-Security."""

from __future__ import annotations

from flask import current_app
from flask_security.utils import hash_password, verify_password

from kbstrack.people import passwords
from kbstrack.people.models import Person

_DUMMY = "kbstrack_dummy_password_hash"


def is_right(person: Person | None, password: str) -> bool:
    """Whether this is the person's password; nobody, or one who may not sign in, has none.

    Takes as long for an address that nobody has: a hash is computed in either case.
    """
    dummy = _dummy_hash()
    # The engine refuses to hash what is far too long; one letter too many is wrong for sure.
    typed = passwords.normalise(password)[: passwords.LONGEST + 1]
    if person is None or not person.active or not person.password:
        verify_password(typed, dummy)
        return False
    return bool(verify_password(typed, person.password))


def new_hash(password: str, *, about: list[str]) -> str:
    """The hash of a password that is good enough. Raises RuleBroken with what to choose."""
    typed = passwords.normalise(password)
    passwords.check(typed, about=about)
    return str(hash_password(typed))


def _dummy_hash() -> str:
    if _DUMMY not in current_app.extensions:
        current_app.extensions[_DUMMY] = hash_password("nobody has this password")
    return str(current_app.extensions[_DUMMY])
