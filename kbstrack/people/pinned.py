"""The standard an enrolment is pinned to, as it was when it was pinned."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import select

from kbstrack.current import catalogue
from kbstrack.db import db
from kbstrack.errors import BadStandard, NotFound
from kbstrack.people.models import Enrolment
from kbstrack.standards.rules import Standard


class Pinned(Protocol):
    """Whatever names a standard version and its hash: an enrolment's model or row."""

    @property
    def standard_reference(self) -> str: ...
    @property
    def standard_version(self) -> str: ...
    @property
    def standard_hash(self) -> str: ...


def standard_of(enrolment: Pinned) -> Standard:
    """The pinned standard. Raises BadStandard when its file is gone or says something else now."""
    return _pinned(
        enrolment.standard_reference, enrolment.standard_version, enrolment.standard_hash
    )


def check_pins() -> None:
    """Every standard that an enrolment is pinned to is there, unchanged. Raises BadStandard."""
    pins = db.session.execute(
        select(
            Enrolment.standard_reference, Enrolment.standard_version, Enrolment.standard_hash
        ).distinct()
    )
    for reference, version, content_hash in pins:
        _pinned(reference, version, content_hash)


def _pinned(reference: str, version: str, content_hash: str) -> Standard:
    try:
        standard = catalogue().get(reference, version)
    except NotFound as error:
        raise BadStandard(
            f"Enrolments are on {reference} version {version}, but its file is missing: "
            "put it back into a directory that KBSTRACK_STANDARDS names."
        ) from error
    if standard.content_hash != content_hash:
        raise BadStandard(
            f"The file of {reference} version {version} was changed after apprentices were "
            "enrolled on it: put the former file back and give the changed one a new version."
        )
    return standard
