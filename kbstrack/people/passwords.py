"""What a password must be: long, and not one of the first that anybody would try."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from kbstrack.errors import RuleBroken

SHORTEST = 10
LONGEST = 200

# Words that make up most of the ten-letter passwords people choose without thinking.
_COMMON = (
    "password",
    "passwort",
    "passw0rd",
    "p4ssword",
    "qwerty",
    "qwertz",
    "azerty",
    "asdfgh",
    "zxcvbn",
    "letmein",
    "welcome",
    "admin",
    "administrator",
    "iloveyou",
    "football",
    "baseball",
    "basketball",
    "liverpool",
    "chelsea",
    "arsenal",
    "manchester",
    "london",
    "england",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "master",
    "superman",
    "batman",
    "pokemon",
    "starwars",
    "charlie",
    "michael",
    "jordan",
    "shadow",
    "trustno",
    "secret",
    "changeme",
    "default",
    "login",
    "access",
    "hello",
    "test",
    "summer",
    "winter",
    "spring",
    "autumn",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "apprentice",
    "apprenticeship",
    "recruiter",
    "recruitment",
    "kbstrack",
)
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")


def normalise(password: str) -> str:
    """The same characters however a keyboard composed them."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, about: Iterable[str] = ()) -> None:
    """`password` is normalised; `about` are the person's address and names.

    Raises RuleBroken with what to choose instead.
    """
    if len(password) < SHORTEST:
        raise RuleBroken(
            f"Enter a password of at least {SHORTEST} characters. Three random words are good.",
            field="password",
        )
    if len(password) > LONGEST:
        raise RuleBroken(f"Enter a password of at most {LONGEST} characters.", field="password")
    if len(_what_is_left(password, about)) < 4:
        raise RuleBroken(
            "This password is easy to guess. Choose one that is not made of your name, a common "
            "word or a row of keys: three random words are good.",
            field="password",
        )


def _what_is_left(password: str, about: Iterable[str]) -> str:
    """The characters nobody could foresee: without known words, runs and repetition."""
    text = password.casefold()
    own = {word for part in about for word in re.split(r"[\W_]+", part.casefold())}
    for word in sorted({*_COMMON, *(word for word in own if len(word) > 2)}, key=len)[::-1]:
        text = text.replace(word, "")
    for run in _RUNS:
        for letters in (run, run[::-1]):
            for start in range(len(letters) - 3):
                for end in range(len(letters), start + 3, -1):
                    text = text.replace(letters[start:end], "")
    text = re.sub(r"(.+?)\1{2,}", r"\1", text)
    # A year or a number at the end is what everybody adds.
    text = re.sub(r"^[\d\W_]+|[\d\W_]+$", "", text) or text[:3]
    return "".join(dict.fromkeys(text))
