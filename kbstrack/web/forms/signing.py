"""Forms about what was decided: signing a KSB off, confirming, reopening, taking back."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from kbstrack.web.forms import Form
from kbstrack.web.forms.assessment import MOST_REASON_CHARACTERS, number_in
from kbstrack.web.forms.proof import SigningForm


class SignOffForm(SigningForm):
    """A KSB's final “met”; `seen` is what its page was made on."""

    seen = HiddenField()
    reason = TextAreaField(
        "Why this is enough",
        [Length(max=MOST_REASON_CHARACTERS, message="Shorten the reason to 2,000 characters")],
    )
    is_declared = BooleanField("I agree to this declaration")

    def show_as_made_on(self, token: str) -> None:
        """Carry what the page shows now: sent again, it is meant for that."""
        self.seen.data = token

    def refuse(self, sentence: str, *, field: str | None = None) -> None:
        """Add what a rule said; `K1-reason` is the reason here."""
        is_reason = field is not None and field.endswith("-reason")
        super().refuse(sentence, field="reason" if is_reason else field)


class RenewForm(SignOffForm):
    """A sign-off confirmed on what it rests on now."""

    round = HiddenField()
    reason = TextAreaField(
        "What you looked at, or why it is still enough",
        [Length(max=MOST_REASON_CHARACTERS, message="Shorten the reason to 2,000 characters")],
    )

    @property
    def round_number(self) -> int:
        """Which sign-off was on the page; -1 when that cannot be read."""
        return number_in(self.round)


class TakeBackForm(Form):
    """A decision taken back."""

    reason = TextAreaField(
        "Why is it taken back?",
        [
            InputRequired("Say why it is taken back"),
            Length(max=MOST_REASON_CHARACTERS, message="Shorten the reason to 2,000 characters"),
        ],
    )


class ReopenForm(SigningForm):
    """A sign-off taken back."""

    round = HiddenField()
    renewals = HiddenField()
    reason = TextAreaField(
        "Why is it reopened?",
        [
            InputRequired("Say why it is reopened"),
            Length(max=MOST_REASON_CHARACTERS, message="Shorten the reason to 2,000 characters"),
        ],
    )

    @property
    def round_number(self) -> int:
        """Which sign-off was on the page; -1 when that cannot be read."""
        return number_in(self.round)

    def show_as_made_on(self, numbers: dict[str, str]) -> None:
        """Carry what the page shows now: sent again, it is meant for that."""
        self.round.data, self.renewals.data = numbers["round"], numbers["renewals"]

    @property
    def renewal_count(self) -> int:
        """How often it had been confirmed by then; -1 as above."""
        return number_in(self.renewals)
