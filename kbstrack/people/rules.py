"""What makes a provider, a person and an enrolment well-formed: functions of values."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from kbstrack.errors import RuleBroken

MOST_NAME_CHARACTERS = 200
EARLIEST_START = date(2015, 1, 1)
MOST_YEARS = 10

# Persian, Sinhala and other names are written with them.
_JOINERS = "\u200c\u200d"

_ULN_WEIGHTS = range(10, 1, -1)
_EMAIL = re.compile(r"[^\s@\"(),:;<>\[\]\\]+@[^\s@\"(),:;<>\[\]\\.]+(\.[^\s@\"(),:;<>\[\]\\.]+)+")


def clean_name(text: str, *, what: str = "name", field: str = "name") -> str:
    """A name in one line, NFC, without doubled spaces or characters that nobody sees.

    Raises RuleBroken when nothing is left or it is too long.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    name = "".join(char for char in name if char in _JOINERS or not _is_unseen(char)).strip()
    if not name.strip(_JOINERS):
        raise RuleBroken(f"Enter the {what}.", field=field)
    if len(name) > MOST_NAME_CHARACTERS:
        raise RuleBroken(
            f"The {what} is longer than {MOST_NAME_CHARACTERS} characters: shorten it.", field=field
        )
    return name


def _is_unseen(char: str) -> bool:
    """Whether it is a control, or turns the order of letters round, or is no character at all."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"}


def clean_email(text: str) -> str:
    """An email address as it is stored: without surrounding space, in lower case.

    Raises RuleBroken when it does not look like one.
    """
    email = unicodedata.normalize("NFC", text).strip().lower()
    if not email:
        raise RuleBroken("Enter the email address.", field="email")
    has_control = any(unicodedata.category(char).startswith("C") for char in email)
    if has_control or len(email) > 254 or not _EMAIL.fullmatch(email):
        raise RuleBroken(
            "Enter an email address like name@example.org, without spaces.", field="email"
        )
    return email


def clean_ukprn(text: str) -> str:
    """A UK provider reference number: 8 digits.

    Raises RuleBroken.
    """
    ukprn = "".join(text.split())
    if not re.fullmatch(r"[0-9]{8}", ukprn):
        raise RuleBroken("Enter the UKPRN: 8 digits, for example 10012345.", field="ukprn")
    return ukprn


def clean_uln(text: str) -> str:
    """A unique learner number: 10 digits, of which the last one checks the others.

    Raises RuleBroken. The digits are weighted 10 to 2; their sum modulo 11 is taken from 10.
    """
    uln = "".join(text.split())
    if not re.fullmatch(r"[0-9]{10}", uln):
        raise RuleBroken("Enter the ULN: 10 digits, for example 9000000016.", field="uln")
    remainder = sum(w * int(d) for w, d in zip(_ULN_WEIGHTS, uln[:9], strict=True)) % 11
    if uln[0] == "0" or remainder == 0 or int(uln[9]) != 10 - remainder:
        raise RuleBroken(
            "This ULN is not valid: its last digit does not fit the others. "
            "Check it against the learner record.",
            field="uln",
        )
    return uln


def check_dates(start_on: date, planned_end_on: date) -> None:
    """An enrolment's dates make sense. Raises RuleBroken."""
    if start_on < EARLIEST_START:
        raise RuleBroken(
            "The start date is before apprenticeship standards began: check the year.",
            field="start_on",
        )
    if planned_end_on <= start_on:
        raise RuleBroken(
            "The planned end must be after the start: check both dates.", field="planned_end_on"
        )
    if planned_end_on > start_on + timedelta(days=366 * MOST_YEARS):
        raise RuleBroken(
            f"The planned end is more than {MOST_YEARS} years after the start: check the year.",
            field="planned_end_on",
        )


def check_replacement_day(from_on: date, *, current_from_on: date, today: date) -> None:
    """From when a new assessor or employer holds. Raises RuleBroken.

    A day to come is refused: the change takes effect as it is saved, so that the former one
    loses access at once and there is never a day with nobody, or with two.
    """
    if from_on > today:
        raise RuleBroken(
            "Enter today or an earlier day: the change takes effect as soon as you save it.",
            field="from_on",
        )
    if from_on < current_from_on:
        raise RuleBroken("Enter a day that is not before the present one began.", field="from_on")


def check_end_day(ended_on: date, *, start_on: date, today: date) -> None:
    """The day an enrolment ended. Raises RuleBroken."""
    if ended_on < start_on:
        raise RuleBroken("The end must not be before the start: check the date.", field="ended_on")
    if ended_on > today:
        raise RuleBroken("Enter today or an earlier day.", field="ended_on")


def check_separate(apprentice: object, assessor: object, line_manager: object) -> None:
    """Nobody assesses or confirms their own apprenticeship. Raises RuleBroken."""
    if apprentice == assessor:
        raise RuleBroken("Nobody can assess themselves: choose someone else.", field="assessor_id")
    if apprentice == line_manager:
        raise RuleBroken(
            "Nobody can be their own line manager: choose someone else.", field="line_manager_id"
        )


def has_words(text: str, *values: str) -> bool:
    """Whether every word of `text` stands in one of the values, whatever its case and accents."""
    places = [_plain(value) for value in values]
    return all(any(word in place for place in places) for word in _plain(text).split())


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")
