"""What every form with a signature has: a place to prove again who is signing."""

from __future__ import annotations

from typing import Any

from flask_login import current_user
from wtforms import HiddenField, PasswordField, StringField

from kbstrack.web import ceremonies, proving
from kbstrack.web.forms import Form


class CodeField(StringField):  # type: ignore[misc]
    """A code that works once, so it is never shown again."""

    def _value(self) -> str:
        return ""


class AnswerField(HiddenField):  # type: ignore[misc]
    """A passkey's answer, filled in by the script; it holds once, so it is never shown again."""

    def _value(self) -> str:
        return ""

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Anything goes here: what it is worth is found out where passkeys are checked."""
        return True


PROOF_FIELDS = ("proof_passkey", "proof_code", "proof_password")


class SigningForm(Form):
    """The base of forms that sign; `components/proof.html` shows its fields when they are asked.

    A view hands it to `sending.signing_refusal` with its use case, which gets the proof.
    """

    what_for = "to sign"
    """What the proof is asked for, in messages: "Enter your password to sign"."""

    proof_passkey = AnswerField()
    proof_code = CodeField("Code from your authenticator app, or a recovery code")
    proof_password = PasswordField("Your password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Last, as on the page: errors are listed in the order of the fields.
        for name in PROOF_FIELDS:
            self._fields[name] = self._fields.pop(name)

    @property
    def asks_proof(self) -> bool:
        """Whether the last proof is too old to sign with."""
        return proving.is_asked()

    @property
    def asks_code(self) -> bool:
        """Whether a code from an app will do, too."""
        return proving.has_app()

    @property
    def passkey_options(self) -> str | None:
        """What the script asks the device for; None without a passkey."""
        return ceremonies.proof_options(current_user.id)

    def refuse(self, sentence: str, *, field: str | None = None) -> None:
        """Add a sentence; what is said of the `proof` stands at the field that is in sight."""
        if field in {"proof", "passkey"}:
            field = "proof_code" if self.asks_code else "proof_password"
        super().refuse(sentence, field=field)
