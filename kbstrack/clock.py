"""The only place that reads the time; delivery passes it on as `at`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def day_of(at: datetime) -> date:
    """The calendar day in London on which `at` falls: the day people mean."""
    return at.astimezone(LONDON).date()
