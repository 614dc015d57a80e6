"""Codes from an authenticator app (TOTP): secrets, the picture to scan, and which code fits."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
DIGITS = 6
QUIET_ZONE = 4
"""The empty border that a camera needs, in squares."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code as one SVG path in a square of `size` units."""

    size: int
    path: str


def new_secret() -> str:
    """160 random bits, in base32 as apps want it."""
    return pyotp.random_base32()


def in_groups(secret: str) -> str:
    """`ABCD EFGH …`: to type where nothing can be scanned."""
    return " ".join(re.findall(".{1,4}", secret))


def address(secret: str, *, email: str) -> str:
    """What the picture says: an otpauth address with the account's name in it."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="kbstrack"))


def picture(text: str) -> Picture:
    """The text as a QR code."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    runs = [
        f"M{run.start() + QUIET_ZONE} {y + QUIET_ZONE}h{len(run.group())}v1h-{len(run.group())}z"
        for y, row in enumerate(rows)
        for run in re.finditer(b"\x01+", row)
    ]
    return Picture(len(rows) + 2 * QUIET_ZONE, "".join(runs))


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
