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
    places: Sequence[str],
    *,
    at: datetime,
) -> None:
    """Tell an assessor that their countersigner did not agree; `places` are such as `K1 of E3`.

    The link says whose they are: names of apprentices stay out of mail.
    """
    person = db.session.get_one(Person, assessor_id)
    subject = f"{say_count(len(places), 'decision')} came back to you"
    body = (
        "Hello,\n\n"
        f"{countersigner} looked at what you decided and did not agree on {join_words(places)}. "
        "It was taken back, so that it is decided again. The history of the apprentice leads to "
        "the reasons:\n"
        f"{settings().public_url}/enrolments/{enrolment.id}/history\n\n"
        "Your queue shows what waits for you:\n"
        f"{settings().public_url}/queue\n"
    )
    queue(person.email, subject, body, at)
