"""The texts of the messages about second factors: (subject, body), to whom they belong."""

from __future__ import annotations

from kbstrack.current import settings
from kbstrack.people.letters import Letter


def factor_added(kind: str, name: str) -> Letter:
    """Tells the owner, who may not be the one who did it."""
    return (
        "A second step was added to your kbstrack account",
        f"Hello,\n\nthe {kind} “{name}” can now be used to sign in to kbstrack as you.\n\n"
        + _if_not_you(),
    )


def factor_removed(kind: str, name: str) -> Letter:
    """Tells the owner, who may not be the one who did it."""
    return (
        "A second step was removed from your kbstrack account",
        f"Hello,\n\nthe {kind} “{name}” no longer belongs to your kbstrack account.\n\n"
        + _if_not_you(),
    )


def recovery_codes_made() -> Letter:
    """The codes themselves are on the page only."""
    return (
        "New recovery codes for your kbstrack account",
        "Hello,\n\nnew recovery codes were made for your kbstrack account. Earlier ones no longer "
        "work.\n\n" + _if_not_you(),
    )


def recovery_code_used(left: int) -> Letter:
    """One code fewer."""
    return (
        "A recovery code of your kbstrack account was used",
        f"Hello,\n\na recovery code was used for your kbstrack account. {left} of them still "
        "work. You can make new ones on your account page.\n\n" + _if_not_you(),
    )


def factors_reset(reason: str) -> Letter:
    """Somebody else did this: say why, and what it means."""
    return (
        "The second step was taken off your kbstrack account",
        "Hello,\n\nyour authenticator apps, passkeys and recovery codes for kbstrack were removed "
        f"for you. The reason given:\n\n{reason}\n\n"
        "You were signed out everywhere. You now sign in with your password alone, and can set "
        "up a second step again on your account page:\n"
        f"{settings().public_url}/account/security\n\n"
        "If you did not ask for this, tell your training provider at once.\n",
    )


def _if_not_you() -> str:
    return (
        "If it was not you, set a new password now and tell your training provider:\n"
        f"{settings().public_url}/forgotten-password\n"
    )
