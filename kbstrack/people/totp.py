"""Codes from an authenticator app (TOTP): secrets, the address to scan, and which code fits."""

from __future__ import annotations

import hmac
import re
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DIGITS = 6


def new_secret() -> str:
    """160 random bits, in base32 as apps want it."""
    return pyotp.random_base32()


def in_groups(secret: str) -> str:
    """`ABCD EFGH …`: to type where nothing can be scanned."""
    return " ".join(re.findall(".{1,4}", secret))


def address(secret: str, *, email: str) -> str:
    """What the picture to scan says: an otpauth address with the account's name in it."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="kbstrack"))


def step_of(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """The half minute this code belongs to: now, just before or just after; None if none does.

    `after` is the half minute of the last code taken: it and all earlier ones count no more.
    """
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    fits = [
        step
        for step in (now, now - 1, now + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()) and step > after
    ]
    return fits[0] if fits else None
