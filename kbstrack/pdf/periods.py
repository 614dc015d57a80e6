"""Months, quarters, halves and years of a timeline, and how many days share a bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
# So wide that "Sep" has room, and its year below it.
LEAST_TICK_MM = 7.5
SHORT_DAYS = 70


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale with its words; the year only where it begins or the scale does."""

    left: float
    words: str
    year: str


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month, or some together, in the order of time."""

    year: int
    first_month: int
    words: str


def month(day: date) -> Period:
    """The month of a day: `March 2026`."""
    return Period(day.year, day.month, f"{day:%B} {day.year}")


def quarter(day: date) -> Period:
    """The quarter of a day: `January to March 2026`."""
    return _months_together(day, 3)


def half(day: date) -> Period:
    """The half of a year that a day is in: `January to June 2026`."""
    return _months_together(day, 6)


def year(day: date) -> Period:
    """The year of a day."""
    return Period(day.year, 1, str(day.year))


def _months_together(day: date, count: int) -> Period:
    first = (day.month - 1) // count * count + 1
    last = date(day.year, first + count - 1, 1)
    return Period(day.year, first, f"{date(day.year, first, 1):%B} to {last:%B} {day.year}")


def bin_days(days: int, most_bins: int) -> int:
    """How many days share a bar: one, or whole weeks, so that there are not more bars than fit."""
    if days <= most_bins:
        return 1
    return 7 * -(-days // (7 * most_bins))


def say_days(days: int) -> str:
    """`a day`, `a week`, `3 weeks`."""
    if days == 1:
        return "a day"
    return "a week" if days == 7 else f"{days // 7} weeks"


def ticks(
    first: date, last: date, place: Callable[[date], float], width_mm: float
) -> tuple[Tick, ...]:
    """The lines of the scale: Mondays within ten weeks, else the first days of months, every
    second, third … month where all would not have room."""
    days = (last - first).days + 1
    if days <= SHORT_DAYS:
        monday = first + timedelta(-first.weekday() % 7)
        found = [monday + timedelta(7 * number) for number in range((last - monday).days // 7 + 1)]
        return tuple(Tick(place(day), f"{day.day} {day:%b}", "") for day in found)
    room = width_mm / LEAST_TICK_MM
    months = days / 30.44
    step = next((step for step in MONTH_STEPS if months / step <= room), MONTH_STEPS[-1])
    return tuple(_months(first, last, step, place))


def _months(first: date, last: date, step: int, place: Callable[[date], float]) -> list[Tick]:
    found: list[Tick] = []
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        day = date(number // 12, number % 12 + 1, 1)
        if day < first or number % step:
            continue
        is_new_year = not found or day.month <= step
        found.append(Tick(place(day), f"{day:%b}", str(day.year) if is_new_year else ""))
    return found
