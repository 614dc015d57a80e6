"""The texts of the messages about an account: (subject, body), plain and short."""

from __future__ import annotations

from kbstrack.current import settings

Letter = tuple[str, str]


def set_new_password(link: str) -> Letter:
    """Somebody asked for a new password on the page "Forgotten password"."""
    return (
        "Set a new kbstrack password",
        "Hello,\n\n"
        "Somebody, most likely you, asked to set a new password for kbstrack.\n\n"
        "Set it here:\n"
        f"{link}\n\n"
        "The link works once and for 24 hours. If it was not you, leave this message alone: "
        "your password stays as it is.\n",
    )


def password_changed() -> Letter:
    """Tells the owner, who may not be the one who did it."""
    return (
        "Your kbstrack password was changed",
        "Hello,\n\n"
        "Your password for kbstrack was changed, and you were signed out everywhere else.\n\n"
        "If it was not you, set a new one now and tell your training provider:\n"
        f"{settings().public_url}/forgotten-password\n",
    )


def confirm_address(link: str) -> Letter:
    """To the new address, which becomes the account's only by this link."""
    return (
        "Confirm your new address for kbstrack",
        "Hello,\n\n"
        "Somebody, most likely you, asked to sign in to kbstrack with this address from now on.\n\n"
        "Sign in, then confirm it here:\n"
        f"{link}\n\n"
        "The link works once and for 24 hours. If it was not you, leave this message alone.\n",
    )


def address_is_taken() -> Letter:
    """To an address that was asked for by another account."""
    return (
        "Your address for kbstrack",
        "Hello,\n\n"
        "Somebody asked to use this address for their kbstrack account, but it belongs to an "
        "account already. Nothing was changed.\n\n"
        "If it was you: sign in with this address, or set a new password for it here:\n"
        f"{settings().public_url}/forgotten-password\n",
    )


def address_changed(email: str) -> Letter:
    """To the old address, the last chance to notice."""
    return (
        "Your address for kbstrack was changed",
        "Hello,\n\n"
        f"From now on {email} is the address of your kbstrack account; this one is no longer.\n\n"
        "If it was not you, tell your training provider at once.\n",
    )
