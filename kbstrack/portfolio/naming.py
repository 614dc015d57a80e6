"""What files with portfolios are called."""

from __future__ import annotations

import re
from datetime import date


def file_name(apprentice: str, reference: str, issued_on: date) -> str:
    """`Portfolio-Amara-Nwosu-Bell-ST0321-2026-11-22.pdf`."""
    return f"Portfolio-{_joined(apprentice)}-{reference}-{issued_on.isoformat()}.pdf"


def class_name(provider: str, made_on: date) -> str:
    """`Portfolios-Northbridge-Training-2026-11-22.zip`."""
    return f"Portfolios-{_joined(provider)}-{made_on.isoformat()}.zip"


def _joined(name: str) -> str:
    return "-".join(re.split(r"[\s/\\]+", name.strip()))
