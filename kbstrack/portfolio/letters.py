"""The texts of the messages about PDFs that took long: (subject, body), plain.

They name nobody but whom they go to: whose portfolio it is stands behind the link.
"""

from __future__ import annotations

import uuid

from kbstrack.current import settings
from kbstrack.formats import first_name, say_count
from kbstrack.jobs.made import KEPT_FOR

Letter = tuple[str, str]


def pdf_is_ready(name: str, enrolment_id: uuid.UUID, job_id: uuid.UUID) -> Letter:
    """The PDF can be downloaded."""
    return (
        "The PDF you asked for is ready",
        f"Hello {first_name(name)},\n\n"
        "The portfolio that you asked for is ready. Sign in and download it here, within "
        f"{KEPT_FOR.days} days:\n"
        f"{_link(enrolment_id, job_id)}\n\n"
        "Only you can open this link.\n",
    )


def pdf_was_not_made(name: str, enrolment_id: uuid.UUID, job_id: uuid.UUID) -> Letter:
    """The PDF could not be made; the page says why."""
    return (
        "The PDF you asked for could not be made",
        f"Hello {first_name(name)},\n\n"
        "The portfolio that you asked for could not be made. Nothing is lost: the evidence, "
        "decisions and sign-offs are safe. Sign in to see why, and to try again:\n"
        f"{_link(enrolment_id, job_id)}\n",
    )


def class_is_ready(name: str, class_id: uuid.UUID, *, made: int, failed: int) -> Letter:
    """The portfolios of a class can be downloaded, as far as they could be made."""
    not_made = f" {failed} could not be made; the page says why." if failed else ""
    return (
        "The portfolios you asked for are ready",
        f"Hello {first_name(name)},\n\n"
        f"{say_count(made, 'portfolio')} that you asked for {'is' if made == 1 else 'are'} ready."
        f"{not_made} Sign in and download everything as one ZIP here, within "
        f"{KEPT_FOR.days} days:\n"
        f"{_class_link(class_id)}\n\n"
        "Only you can open this link.\n",
    )


def class_was_not_made(name: str, class_id: uuid.UUID) -> Letter:
    """None of the portfolios could be made; the page says why."""
    return (
        "The portfolios you asked for could not be made",
        f"Hello {first_name(name)},\n\n"
        "The portfolios that you asked for could not be made. Nothing is lost: the evidence, "
        "decisions and sign-offs are safe. Sign in to see why, and to try again:\n"
        f"{_class_link(class_id)}\n",
    )


def _link(enrolment_id: uuid.UUID, job_id: uuid.UUID) -> str:
    return f"{settings().public_url}/enrolments/{enrolment_id}/portfolio/jobs/{job_id}"


def _class_link(class_id: uuid.UUID) -> str:
    return f"{settings().public_url}/enrolments/portfolios/{class_id}"
