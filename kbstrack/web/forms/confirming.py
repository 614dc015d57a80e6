"""Forms of requests, confirmations and witness statements, by link and with an account."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from kbstrack.confirmation.rules import Asked, ConfirmationText, RequestText, StatementText
from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import ChoiceField, DateField, select_choices
from kbstrack.web.forms.proof import SigningForm

AGREE = "I agree to this declaration"
SIGN = "Type your full name to sign"


class VersionField:
    """Which version a form is about."""

    version = HiddenField()

    @property
    def version_number(self) -> int:
        """The version that was on the page; 0 when that cannot be read."""
        return number_of(self.version)


class LinkForm(Form):
    """A form behind a link: it names the request that its page was about.

    Two links can be open in one browser, and the session belongs to the one opened last.
    """

    asked = HiddenField()


class AskForm(VersionField, Form):
    """Whom to ask for what."""

    what = ChoiceField(
        "What do you ask for?",
        choices=select_choices(
            [
                (Asked.CONFIRMATION.value, "A confirmation"),
                (Asked.WITNESS_STATEMENT.value, "A witness statement"),
            ]
        ),
    )
    name = StringField("Their name")
    email = StringField("Their email address")
    job_role = StringField("Their job role (optional)")
    message = TextAreaField("A message to them (optional)")

    @property
    def asked(self) -> Asked | None:
        """What was chosen, if anything."""
        return Asked(self.what.data) if self.what.data else None

    @property
    def text(self) -> RequestText:
        """Whom to ask, and what to say to them."""
        return RequestText(
            name=self.name.data or "",
            email=self.email.data or "",
            job_role=self.job_role.data or "",
            message=self.message.data or "",
        )


class ConfirmationFields(VersionField):
    """What is typed to confirm."""

    remark = TextAreaField("Anything to add? (optional)")
    job_role = StringField("Your job role")
    is_declared = BooleanField(AGREE)
    name = StringField(SIGN)

    @property
    def text(self) -> ConfirmationText:
        """What was typed."""
        return ConfirmationText(
            name=_data(self.name), job_role=_data(self.job_role), remark=_data(self.remark)
        )


class StatementFields(VersionField):
    """What is typed to say what was seen."""

    statement = TextAreaField("What did you see?")
    seen_on = DateField("When did you see it?", noun="The day")
    seen_until = DateField("Until when? (optional)", noun="The last day")
    job_role = StringField("Your job role")
    relationship = StringField("How do you know the apprentice?")
    contact = StringField("How can the assessor reach you?")
    is_declared = BooleanField(AGREE)
    name = StringField(SIGN)

    @property
    def text(self) -> StatementText:
        """What was typed."""
        return StatementText(
            name=_data(self.name),
            statement=_data(self.statement),
            job_role=_data(self.job_role),
            relationship=_data(self.relationship),
            contact=_data(self.contact),
            seen_on=self.seen_on.data,
            seen_until=self.seen_until.data,
        )


class LinkConfirmationForm(ConfirmationFields, LinkForm):
    """Confirming by link: the link is the proof."""


class LinkStatementForm(StatementFields, LinkForm):
    """A witness statement by link: the link is the proof."""


class ConfirmationForm(ConfirmationFields, SigningForm):
    """Confirming with an account."""


class StatementForm(StatementFields, SigningForm):
    """A witness statement with an account."""


class DeclineForm(LinkForm):
    """Not for me, or not seen."""

    reason = TextAreaField("Why? (optional)")


class RequestForm(Form):
    """A button about one request."""


def number_of(field: Any) -> int:
    """A whole number out of a hidden field; 0 for anything else."""
    text = field.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _data(field: Any) -> str:
    return field.data or ""
