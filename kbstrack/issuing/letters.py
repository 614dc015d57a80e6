"""The texts of the messages about an issue that took long: (subject, body), plain.

They name nobody but whom they go to: whose portfolio it is stands behind the link.
"""

from __future__ import annotations

import uuid

from kbstrack.current import settings
from kbstrack.formats import first_name

Letter = tuple[str, str]


def issue_is_made(name: str, enrolment_id: uuid.UUID, job_id: uuid.UUID) -> Letter:
    """The portfolio is frozen."""
    return (
        "The issue you asked for is made",
        f"Hello {first_name(name)},\n\n"
        "The portfolio is frozen and signed. Sign in to see the issue and download it:\n"
        f"{_link(enrolment_id, job_id)}\n",
    )


def issue_was_not_made(name: str, enrolment_id: uuid.UUID, job_id: uuid.UUID) -> Letter:
    """It could not be frozen; the page says why."""
    return (
        "The issue you asked for could not be made",
        f"Hello {first_name(name)},\n\n"
        "The portfolio was not frozen, and nothing was changed. Sign in to see why, and to try "
        "again:\n"
        f"{_link(enrolment_id, job_id)}\n",
    )


def _link(enrolment_id: uuid.UUID, job_id: uuid.UUID) -> str:
    return f"{settings().public_url}/enrolments/{enrolment_id}/portfolio/issues/jobs/{job_id}"
