"""The texts of the messages about requests and what was signed: (subject, body), plain.

Names of apprentices stay out of mail, except to whoever is asked and in the copy they get: they
have no account and must know whom it is about.
"""

from __future__ import annotations

from kbstrack.clock import day_of
from kbstrack.confirmation.request_queries import RequestRow
from kbstrack.confirmation.rules import Asked, ConfirmationText, StatementText
from kbstrack.current import settings
from kbstrack.formats import say_date, say_period, say_time
from kbstrack.ledger.rules import Entry
from kbstrack.people.enrolment_queries import EnrolmentRow

Letter = tuple[str, str]

_WISH = {
    Asked.CONFIRMATION: "confirm a piece of work",
    Asked.WITNESS_STATEMENT: "say what you saw of a piece of work",
}


def please(request: RequestRow, enrolment: EnrolmentRow, link: str, *, is_reminder: bool) -> Letter:
    """To whoever is asked: who asks, about what, and the link."""
    wish = _WISH[request.what]
    message = f"{request.asker} writes:\n\n{request.message}\n\n" if request.message else ""
    again = "This is a reminder: you have not answered yet.\n\n" if is_reminder else ""
    return (
        f"{'Reminder: ' if is_reminder else ''}{enrolment.apprentice} asks you to {wish}"
        if request.role == "apprentice"
        else f"{'Reminder: ' if is_reminder else ''}Please {wish} by {enrolment.apprentice}",
        f"Hello {request.name},\n\n"
        f"{again}"
        f"{enrolment.apprentice} is an apprentice with {enrolment.provider} and collects evidence "
        f"of their work. {request.asker} asks you to {wish}: \u201c{request.title}\u201d.\n\n"
        f"{message}"
        "Open this link to read it. You need no account, and it takes a few minutes:\n"
        f"{link}\n\n"
        f"The link is for you only: please do not pass it on. It works until "
        f"{say_date(day_of(request.expires_at))} and ends when you sign. If this is not for you, "
        "or you did not see the work, you can say so on the same page.\n",
    )


def copy_of_confirmation(
    request: RequestRow, enrolment: EnrolmentRow, text: ConfirmationText, wording: str, entry: Entry
) -> Letter:
    """To whoever confirmed: exactly what they signed."""
    lines = [f"Your remark:\n{text.remark}\n"] if text.remark else []
    return _copy(
        f"What you confirmed for {enrolment.apprentice}",
        request,
        enrolment,
        [*lines, *_signature(text.name, text.job_role, wording)],
        entry,
    )


def copy_of_statement(
    request: RequestRow, enrolment: EnrolmentRow, text: StatementText, wording: str, entry: Entry
) -> Letter:
    """To the witness: exactly what they signed."""
    return _copy(
        f"What you said you saw of {enrolment.apprentice}'s work",
        request,
        enrolment,
        [
            f"Your statement:\n{text.statement}\n",
            f"Seen: {say_period(text.seen_on, text.seen_until)}",
            f"How you know the apprentice: {text.relationship}",
            f"Contact: {text.contact}\n",
            *_signature(text.name, text.job_role, wording),
        ],
        entry,
    )


def signed(request: RequestRow, name: str) -> Letter:
    """To whoever asked: it is signed."""
    done = "confirmed" if request.what is Asked.CONFIRMATION else "gave a witness statement about"
    return (
        f"{request.name} {done} E{request.evidence_number}",
        "Hello,\n\n"
        f"{name} {done} E{request.evidence_number}, \u201c{request.title}\u201d.\n\n"
        "It is on the page of the piece:\n"
        f"{settings().public_url}/evidence/{request.evidence_id}\n",
    )


def declined(request: RequestRow, reason: str) -> Letter:
    """To whoever asked: the person cannot say anything about it."""
    why = f"They wrote:\n\n{reason}\n\n" if reason else ""
    return (
        f"{request.name} declined to answer about E{request.evidence_number}",
        "Hello,\n\n"
        f"{request.name} says that your request about E{request.evidence_number}, "
        f"\u201c{request.title}\u201d, is not for them, or that they "
        f"did not see the work.\n\n{why}You can ask somebody else on the page of the piece:\n"
        f"{settings().public_url}/evidence/{request.evidence_id}\n",
    )


def _copy(
    subject: str, request: RequestRow, enrolment: EnrolmentRow, lines: list[str], entry: Entry
) -> Letter:
    body = "\n".join(lines)
    return (
        subject,
        f"Hello {request.name},\n\n"
        f"This is a copy of what was signed on {say_time(entry.at)} about "
        f"\u201c{request.title}\u201d (E{request.evidence_number}, version "
        f"{request.version_number}) by {enrolment.apprentice}, {enrolment.provider}.\n\n"
        f"{body}\n"
        f"Fingerprint of the piece (SHA-256): {request.version_sha256}\n"
        f"Short hash of the entry: {entry.short_hash}\n\n"
        "Keep this message. As long as the apprentice's record shows this entry with the same "
        "short hash, what you signed is exactly as it was.\n\n"
        f"If it was not you, tell {enrolment.provider}.\n",
    )


def _signature(name: str, job_role: str, wording: str) -> list[str]:
    return [f"The declaration you agreed to:\n{wording}\n", f"Signed: {name}, {job_role}\n"]
