"""What an issue is called, its short code, and who may be told what of it: functions of values."""

from __future__ import annotations

import re
import secrets
from enum import StrEnum

# Crockford's base 32: no letter that is read as a number.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_GROUPS, _LENGTH = 3, 4
_CODE = re.compile(rf"[{_DIGITS}]{{{_GROUPS * _LENGTH}}}")


class IssueKind(StrEnum):
    """What an issue is frozen for."""

    INTERIM = "interim"
    GATEWAY = "gateway"


def new_code() -> str:
    """A short code that nobody can guess, 60 bits of chance: `7K2M-9QWX-4TRB`."""
    return _grouped("".join(secrets.choice(_DIGITS) for _ in range(_GROUPS * _LENGTH)))


def read_code(text: str) -> str | None:
    """The code that somebody typed, however they wrote it; None for what can be no code."""
    if len(text) > 100:
        return None
    plain = re.sub(r"[\s\-\u2010-\u2015]", "", text).upper().translate(_READ_AS)
    return _grouped(plain) if _CODE.fullmatch(plain) else None


def initials(name: str) -> str:
    """`A. N.-B.` for "Amara Nwosu-Bell": enough for who has the document, too little for others."""
    words = [
        "-".join(f"{part[0].upper()}." for part in word.split("-") if part) for word in name.split()
    ]
    return " ".join(word for word in words if word)


def _grouped(plain: str) -> str:
    starts = range(0, len(plain), _LENGTH)
    return "-".join(plain[start : start + _LENGTH] for start in starts)
