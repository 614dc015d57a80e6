"""When and how a person last proved who they are: what every signature asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kbstrack.errors import RuleBroken

FRESH_FOR = timedelta(minutes=15)

PROVE_AGAIN = "Prove that it is you: your last proof is older than 15 minutes."


class ProofMethod(StrEnum):
    """How somebody proved who they are; recorded with every signature."""

    PASSWORD = "password"  # noqa: S105 - the name of a way, not a password
    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    LINK = "link"

    @property
    def label(self) -> str:
        """For people: "password", "code from an app", …"""
        return _LABELS[self.value]


_LABELS = {
    "password": "password",
    "passkey": "passkey",
    "totp": "code from an authenticator app",
    "recovery_code": "recovery code",
    "link": "single-use link",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """That a person proved who they are: how, and at what moment."""

    method: ProofMethod
    at: datetime

    def is_fresh(self, at: datetime) -> bool:
        """Whether it is recent enough to sign with at this moment."""
        return timedelta(0) <= at - self.at <= FRESH_FOR


def check_fresh(proof: Proof | None, at: datetime) -> Proof:
    """The proof, if it is good enough to sign with. Raises RuleBroken (field `proof`)."""
    if proof is None or not proof.is_fresh(at):
        raise RuleBroken(PROVE_AGAIN, field="proof")
    return proof
