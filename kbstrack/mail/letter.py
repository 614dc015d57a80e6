"""A queued message as an email: headers nobody can smuggle a line into, and plain text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit
from uuid import UUID


class CannotBeSent(Exception):
    """Why a message was not sent, with nothing about anybody in it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: the row's facts, free of the database."""

    id: UUID
    recipient: str
    subject: str
    body: str
    queued_at: datetime

    @property
    def file_name(self) -> str:
        """One name for one message, however often it is written; sorted by time."""
        return f"{self.queued_at:%Y%m%dT%H%M%SZ}-{self.id}.eml"


def as_email(letter: Letter, *, sender: str, public_url: str) -> EmailMessage:
    """The email. Its Message-ID stays the same when it has to be sent a second time.

    Raises CannotBeSent for an address that is none.
    """
    email = EmailMessage(policy=policy.SMTP)
    email["From"] = _address(sender, "KBSTRACK_MAIL_FROM is not an address.")
    email["To"] = _address(letter.recipient, "The person's address is not an address.")
    email["Subject"] = " ".join(letter.subject.split())
    email["Date"] = format_datetime(letter.queued_at)
    email["Message-ID"] = f"<{letter.id}@{urlsplit(public_url).hostname or 'localhost'}>"
    # Asks holiday answers not to answer.
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(letter.body)
    return email


def _address(text: str, refusal: str) -> Address:
    name, spec = parseaddr(text)
    try:
        if "@" not in spec:
            raise CannotBeSent(refusal)
        return Address(display_name=name, addr_spec=spec)
    except (MessageError, ValueError, IndexError) as error:
        raise CannotBeSent(refusal) from error
