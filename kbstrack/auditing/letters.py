"""The message with a link to an auditor."""

from __future__ import annotations

from datetime import date

from kbstrack.current import settings
from kbstrack.formats import say_date


def link_address(token: str) -> str:
    """The whole address of a link."""
    return f"{settings().public_url}/audit/{token}"


def auditor_link(
    provider: str, token: str, ends_on: date, *, has_passcode: bool
) -> tuple[str, str]:
    """Subject and body; the passcode goes another way."""
    passcode = (
        f"You also need a passcode, which {provider} gives you by another way.\n\n"
        if has_passcode
        else ""
    )
    return (
        f"Records of {provider} for you to read",
        "Hello,\n\n"
        f"{provider} lets you read records of apprentices in kbstrack:\n"
        f"{link_address(token)}\n\n"
        f"{passcode}"
        f"The link is for you alone and works until {say_date(ends_on)}. You can read everything "
        "and change nothing. Every page of a record that you open is noted, and the provider can "
        "see the list.\n",
    )
