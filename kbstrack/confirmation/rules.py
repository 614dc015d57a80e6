"""Who may be asked what, how often, until when, and what makes an answer complete."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kbstrack.errors import RuleBroken, check_all
from kbstrack.evidence.rules import clean_text
from kbstrack.people.rules import clean_name

VALID_FOR = timedelta(days=14)
REMIND_AFTER = (timedelta(days=5), timedelta(days=10))
A_DAY = timedelta(hours=24)
MOST_OPEN = 5
MOST_A_DAY = 20
MOST_TO_ONE = 5

MOST_MESSAGE_CHARACTERS = 1_000
MOST_REMARK_CHARACTERS = 2_000
MOST_STATEMENT_CHARACTERS = 10_000
MOST_LINE_CHARACTERS = 200

NOT_OPEN = "This link can't be used."
SIGNED_BEFORE = "You signed this already: it is in the record, and nothing was added."
EMPLOYER_SIGNS_OFF = (
    "This standard asks the employer to sign off {code}: that one signature counts, so sign it "
    "off instead of confirming it."
)

_ADDRESS = re.compile(r"://|\bwww\.|[\w-]\.(com|net|org|uk|io|co|info|biz)\b", re.IGNORECASE)


class Asked(StrEnum):
    """What somebody is asked for."""

    CONFIRMATION = "confirmation"
    WITNESS_STATEMENT = "witness_statement"


class RequestState(StrEnum):
    """What has become of a request; computed, never stored."""

    OPEN = "waiting"
    ANSWERED = "signed"
    DECLINED = "declined"
    REVOKED = "taken back"
    REPLACED = "sent again"
    WITHDRAWN = "closed"
    EXPIRED = "expired"


DECLARATIONS = {
    Asked.CONFIRMATION: (
        "I confirm that I know this work from my own role, that the description is true as far "
        "as I can judge, and that it shows what the apprentice did themselves. I am the person "
        "whose name I type here. I make no assessment decision: that is for the training "
        "provider's assessor."
    ),
    Asked.WITNESS_STATEMENT: (
        "I declare that I saw what I describe here myself, that these are my own words, and that "
        "they are true. I am the person whose name I type here. I make no assessment decision: "
        "that is for the training provider's assessor."
    ),
}
"""What somebody agrees to about a piece of evidence, by link or with an account."""

KSB_DECLARATION = (
    "As the apprentice's line manager I confirm that they show this at work, and that I have "
    "seen it myself. I make no assessment decision: that is for the training provider's assessor."
)


@dataclass(frozen=True, slots=True)
class RequestText:
    """Whom to ask, and what to say to them."""

    name: str
    email: str
    job_role: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmationText:
    """What somebody typed to confirm."""

    name: str
    job_role: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class StatementText:
    """What somebody typed to say what they saw."""

    name: str
    statement: str
    job_role: str = ""
    relationship: str = ""
    contact: str = ""
    seen_on: date | None = None
    seen_until: date | None = None


def mailbox(email: str) -> str:
    """An address without its tag: `ann+work@example.org` reaches the same person."""
    plain = unicodedata.normalize("NFKC", email).strip().casefold()
    local, _, domain = plain.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def check_recipient(email: str, *, apprentice: str, asker: str) -> None:
    """The address is somebody else's. Raises RuleBroken (field `email`)."""
    if mailbox(email) == mailbox(apprentice):
        raise RuleBroken(
            "This is the apprentice's own address: ask somebody else who saw the work.",
            field="email",
        )
    if mailbox(email) == mailbox(asker):
        raise RuleBroken(
            "This is your own address: ask somebody else who saw the work.", field="email"
        )


def check_bounds(*, is_asked: bool, open_count: int, today_count: int, to_them: int) -> None:
    """Nobody is flooded with requests. Raises RuleBroken."""
    if is_asked:
        raise RuleBroken(
            "This person is asked already. Wait for their answer, or send the link again.",
            field="email",
        )
    if open_count >= MOST_OPEN:
        raise RuleBroken(
            f"{MOST_OPEN} people are asked about this piece already: wait for an answer, or take "
            "a request back."
        )
    check_daily(today_count=today_count, to_them=to_them)


def check_daily(*, today_count: int, to_them: int) -> None:
    """How many requests one person sends and one address gets in a day. Raises RuleBroken."""
    if today_count >= MOST_A_DAY:
        raise RuleBroken(f"You sent {MOST_A_DAY} requests within a day: go on tomorrow.")
    if to_them >= MOST_TO_ONE:
        raise RuleBroken(
            "This address has had as many requests today as one can get: try again tomorrow.",
            field="email",
        )


def clean_recipient(text: str) -> str:
    """The name of whom to ask, as their letter begins with it. Raises RuleBroken (field `name`)."""
    name = clean_name(text, what="person's name")
    if _ADDRESS.search(name):
        raise RuleBroken("Enter the person's name, without a web address.", field="name")
    return name


def clean_message(text: str) -> str:
    """What the asker writes to the person. Raises RuleBroken (field `message`)."""
    cleaned = _words(text, "message", "message", most=MOST_MESSAGE_CHARACTERS)
    if _ADDRESS.search(cleaned):
        raise RuleBroken(
            "Leave web addresses out of the message: the person gets one link, and should trust "
            "no other.",
            field="message",
        )
    return cleaned


def clean_confirmation(text: ConfirmationText, *, is_declared: bool) -> ConfirmationText:
    """Cleaned. Raises RuleBroken with everything that is missing, each at its field."""
    check_all(
        lambda: clean_line(text.job_role, "job_role", "your job role"),
        lambda: _words(text.remark, "remark", "remark", most=MOST_REMARK_CHARACTERS),
        lambda: _typed_name(text.name),
        lambda: _check_declared(is_declared=is_declared),
    )
    return ConfirmationText(
        name=_typed_name(text.name),
        job_role=clean_line(text.job_role, "job_role", "your job role"),
        remark=_words(text.remark, "remark", "remark", most=MOST_REMARK_CHARACTERS),
    )


def clean_statement(text: StatementText, *, is_declared: bool, today: date) -> StatementText:
    """Cleaned. Raises RuleBroken with everything that is missing, each at its field."""
    checks: tuple[Callable[[], object], ...] = (
        lambda: _statement(text.statement),
        lambda: _check_days(text.seen_on, text.seen_until, today),
        lambda: clean_line(text.job_role, "job_role", "your job role"),
        lambda: clean_line(text.relationship, "relationship", "how you know the apprentice"),
        lambda: clean_line(text.contact, "contact", "how the assessor can reach you"),
        lambda: _typed_name(text.name),
        lambda: _check_declared(is_declared=is_declared),
    )
    check_all(*checks)
    return replace(
        text,
        name=_typed_name(text.name),
        statement=_statement(text.statement),
        job_role=clean_line(text.job_role, "job_role", ""),
        relationship=clean_line(text.relationship, "relationship", ""),
        contact=clean_line(text.contact, "contact", ""),
        seen_until=None if text.seen_until == text.seen_on else text.seen_until,
    )


def clean_reason(text: str) -> str:
    """Why somebody declines or takes back; may be empty. Raises RuleBroken."""
    return _words(text, "reason", "reason", most=MOST_MESSAGE_CHARACTERS)


def is_same_name(one: str, other: str) -> bool:
    """Whether two names read alike: whatever their case, accents, order and punctuation."""
    return _letters(one) == _letters(other)


def due_reminder(asked_at: datetime, sent: Collection[int], at: datetime) -> int | None:
    """The reminder to send now: 1 after 5 days, 2 after 10; None for none.

    Whoever missed the first for a while sends the second only: never two at one moment.
    """
    due = sum(at - asked_at >= pause for pause in REMIND_AFTER)
    return due if due > max(sent, default=0) else None


def clean_line(text: str, field: str, what: str) -> str:
    """One line that is not empty. Raises RuleBroken."""
    line = clean_optional_line(text, field)
    if not line:
        raise RuleBroken(f"Enter {what}.", field=field)
    return line


def clean_optional_line(text: str, field: str) -> str:
    """One line that may be empty. Raises RuleBroken when it is too long."""
    line = " ".join(clean_text(text).split())
    if len(line) > MOST_LINE_CHARACTERS:
        raise RuleBroken(f"Shorten this to {MOST_LINE_CHARACTERS} characters.", field=field)
    return line


def _typed_name(text: str) -> str:
    if not _letters(text):
        raise RuleBroken("Type your name to sign.", field="name")
    return clean_name(text)


def _statement(text: str) -> str:
    words = _words(text, "statement", "statement", most=MOST_STATEMENT_CHARACTERS)
    if sum(any(map(str.isalnum, word)) for word in words.split()) < 3:
        raise RuleBroken("Write what you saw, in your own words.", field="statement")
    return words


def _check_days(first: date | None, last: date | None, today: date) -> None:
    if first is None:
        raise RuleBroken("Enter the day on which you saw it.", field="seen_on")
    if first > today:
        raise RuleBroken("Enter today or an earlier day.", field="seen_on")
    if last is not None and not first <= last <= today:
        raise RuleBroken(
            "Enter a last day that is not before the first and not in the future.",
            field="seen_until",
        )


def _check_declared(*, is_declared: bool) -> None:
    if not is_declared:
        raise RuleBroken("Tick that you agree to the declaration.", field="is_declared")


def _words(text: str, field: str, what: str, *, most: int) -> str:
    cleaned = clean_text(text)
    if len(cleaned) > most:
        raise RuleBroken(f"Shorten the {what} to {most:,} characters.", field=field)
    return cleaned


def _letters(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(
        letter if letter.isalnum() else " "
        for letter in plain
        if unicodedata.category(letter) != "Mn"
    )
    return sorted(kept.split())
