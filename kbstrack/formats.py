"""How dates, sizes, counts and codes are written for people, the same on pages and on paper."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from kbstrack.clock import LONDON


def first_name(name: str) -> str:
    """How a message addresses somebody: `Amara`."""
    return name.split(maxsplit=1)[0]


def say_date(day: date) -> str:
    """`3 March 2026`; a datetime is taken in London first."""
    if isinstance(day, datetime):
        day = day.astimezone(LONDON).date()
    return f"{day.day} {day:%B %Y}"


def say_short_date(day: date) -> str:
    """`3 Mar 2026`, where there is little room; a datetime is taken in London first."""
    if isinstance(day, datetime):
        day = day.astimezone(LONDON).date()
    return f"{day.day} {day:%b %Y}"


def say_period(first: date | None, last: date | None) -> str:
    """`3 March 2026`, `3 to 7 March 2026`, `28 March to 2 April 2026`, or an empty text."""
    if first is None:
        return ""
    if last is None or last == first:
        return say_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {say_date(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {say_date(last)}"
    return f"{say_date(first)} to {say_date(last)}"


def say_time(at: datetime) -> str:
    """`3 March 2026 at 2:05pm`, in London."""
    local = at.astimezone(LONDON)
    hour = local.hour % 12 or 12
    return f"{say_date(local)} at {hour}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def say_size(size_bytes: int) -> str:
    """`812 bytes`, `14 KB`, `3.2 MB`, with a thousand bytes to the kilobyte as phones show it."""
    if size_bytes < 1000:
        return say_count(size_bytes, "byte")
    size = float(size_bytes)
    for unit in ("KB", "MB", "GB"):
        size /= 1000
        if size < 999.5 or unit == "GB":
            return f"{size:.1f} {unit}" if size < 9.95 and unit != "KB" else f"{size:.0f} {unit}"
    raise AssertionError("unreachable")


def say_count(number: int, singular: str, plural: str | None = None) -> str:
    """`1 piece`, `2 pieces`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def join_words(words: Iterable[str], last: str = "and") -> str:
    """`K1`, `K1 and K2`, `K1, K2 and S3`."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def join_codes(codes: Iterable[str]) -> str:
    """`E1 to E4, E7 and K2`: as `join_words`, three or more that follow each other in short."""
    runs: list[list[str]] = []
    for code in codes:
        if runs and _follows(code, runs[-1][-1]):
            runs[-1].append(code)
        else:
            runs.append([code])
    words: list[str] = []
    for run in runs:
        words += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else run
    return join_words(words)


def _follows(code: str, before: str) -> bool:
    parts = [re.fullmatch(r"([A-Z]+)(\d+)", text) for text in (before, code)]
    if parts[0] is None or parts[1] is None:
        return False
    return parts[0][1] == parts[1][1] and int(parts[1][2]) == int(parts[0][2]) + 1
