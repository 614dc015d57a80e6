"""Forms about second factors: signing in with one, setting up, removing, requiring."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from kbstrack.access import Role
from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import ChoicesField, select_choices
from kbstrack.web.forms.proof import AnswerField, CodeField, SigningForm

MOST_NAME = 50
_SHORT = Length(max=MOST_NAME, message=f"Shorten the name to {MOST_NAME} characters")


class SecondStepForm(Form):
    """A code, after the password."""

    proof_code = CodeField("Code from your authenticator app, or a recovery code")


class PasskeyForm(Form):
    """A passkey's answer, from the script."""

    passkey = AnswerField()


class ProofForm(SigningForm):
    """A button that needs a fresh proof."""

    what_for = "to go on"


class AddAppForm(ProofForm):
    """A name for the app, and a code that shows it works."""

    name = StringField("Name", [_SHORT])
    code = CodeField("Code that the app shows now")


class AddPasskeyForm(ProofForm):
    """A name for the passkey; the script fills in the rest."""

    name = StringField("Name", [_SHORT])
    passkey = AnswerField()


class RequireForm(Form):
    """Who needs a second step."""

    roles = ChoicesField("Who needs a second step to sign in?")

    def offer(self, names: dict[Role, str]) -> None:
        """Every role, as people call it."""
        self.roles.choices = select_choices((role.value, name) for role, name in names.items())


class ResetFactorsForm(Form):
    """Why somebody's second step is taken away."""

    reason = TextAreaField("Why is it removed?", [InputRequired("Say why it is removed")])
