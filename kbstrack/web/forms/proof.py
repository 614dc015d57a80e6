"""What every form with a signature has: a place to prove again who is signing."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField

from kbstrack.web import proving
from kbstrack.web.forms import Form

PROOF_FIELDS = ("proof_password",)


class SigningForm(Form):
    """The base of forms that sign; `components/proof.html` shows its fields when they are asked.

    A view calls `proving.prove(form)` after `validate` and hands the proof to its use case.
    """

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

    def refuse(self, sentence: str, *, field: str | None = None) -> None:
        """Add a sentence; what is said of the `proof` stands at the field for it."""
        super().refuse(sentence, field="proof_password" if field == "proof" else field)
