"""The messages that the assessment sends: what happened and where to go on, none of its texts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from kbstrack.current import settings
from kbstrack.db import db
from kbstrack.formats import join_words, say_count
from kbstrack.mail.service import queue
from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.people.models import Person


def send_returned(
    assessor_id: uuid.UUID,
    countersigner: str,
    enrolment: EnrolmentRow,
    *,
    decisions: Sequence[str],
    sign_offs: Sequence[str],
    at: datetime,
) -> None:
    """Tell an assessor that their countersigner did not agree.

    `decisions` are such as `K1 of E3`, `sign_offs` the codes of KSBs; one of them may be empty.
    The links say whose they are: names of apprentices stay out of mail.
    """
    person = db.session.get_one(Person, assessor_id)
    counts = [
        say_count(len(found), noun)
        for found, noun in ((decisions, "decision"), (sign_offs, "sign-off"))
        if found
    ]
    parts = [f"Hello,\n\n{countersigner} looked at what you decided and signed."]
    if decisions:
        parts.append(_decisions(decisions, enrolment))
    if sign_offs:
        parts.append(_sign_offs(sign_offs, enrolment))
    queue(person.email, f"{join_words(counts)} came back to you", "\n\n".join(parts) + "\n", at)


def _decisions(places: Sequence[str], enrolment: EnrolmentRow) -> str:
    return (
        f"They did not agree with your decision on {join_words(places)}: it is to be made again. "
        "The history of the apprentice leads to the reasons:\n"
        f"{settings().public_url}/enrolments/{enrolment.id}/history\n\n"
        "Your queue shows what waits for you:\n"
        f"{settings().public_url}/queue"
    )


def _sign_offs(codes: Sequence[str], enrolment: EnrolmentRow) -> str:
    pages = [f"{settings().public_url}/enrolments/{enrolment.id}/ksbs/{code}" for code in codes]
    return (
        f"They did not agree with your sign-off of {join_words(codes)}: it does not stand any "
        "more. The reason, and where to sign off again:\n" + "\n".join(pages)
    )
