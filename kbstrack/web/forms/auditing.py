"""Forms about auditors: making a link, and opening one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from wtforms import BooleanField, StringField, TextAreaField

from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import ChoicesField, DateField, select_choices


class AuditorForm(Form):
    """Who is to read what, until when."""

    name = StringField("Auditor's name")
    organisation = StringField("Firm or body (optional)")
    ends_on = DateField("Last day", noun="The last day")
    enrolments = ChoicesField("Apprentices")
    ulns = TextAreaField("More apprentices, by ULN (optional)")
    email = StringField("Send the link to this address (optional)")
    with_passcode = BooleanField("Ask for a passcode, too")

    def offer(self, rows: Iterable[EnrolmentRow]) -> None:
        """Say whose records can be chosen."""
        self.enrolments.choices = select_choices(
            (str(row.id), f"{row.apprentice}, {row.standard_reference}, ULN {row.uln}{_end(row)}")
            for row in rows
        )

    @property
    def chosen(self) -> list[uuid.UUID]:
        """The enrolments that were ticked."""
        return [uuid.UUID(text) for text in self.enrolments.data or ()]

    @property
    def uln_list(self) -> list[str]:
        """The ULNs that were typed or pasted, however they are separated."""
        return list(dict.fromkeys(re.findall(r"\S+", re.sub(r"[,;]", " ", self.ulns.data or ""))))


class OpenAuditForm(Form):
    """The passcode, where the link has one."""

    passcode = StringField("Passcode")


def _end(row: EnrolmentRow) -> str:
    return ", ended" if row.ended_on else ""
