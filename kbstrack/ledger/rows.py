"""Turning a typed row into an event: every column of it is either a fact or a text."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect

from kbstrack.canonical import Json
from kbstrack.db import Base
from kbstrack.ledger.rules import Event, What, moment


def row_event(
    row: Base,
    what: What,
    subject_id: uuid.UUID,
    *,
    texts: Collection[str] = (),
    without: Collection[str] = (),
    more_facts: Mapping[str, Json] | None = None,
    more_texts: Mapping[str, Json] | None = None,
) -> Event:
    """The event that a row tells of.

    `texts` names the columns that people wrote; all others are facts but those in `without`,
    which follow from elsewhere. Empty columns (NULL) are left out, so that a column added one
    day changes nothing in what was entered before. `more_…` are what rows that belong to this
    one say.
    """
    values = _values(row, without)
    return Event(
        what,
        subject_id,
        facts={key: values[key] for key in values if key not in texts} | dict(more_facts or {}),
        texts={key: values[key] for key in values if key in texts} | dict(more_texts or {}),
    )


def plain(value: Any) -> Json:
    """A column's value as it goes into JSON."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    assert value is None or isinstance(value, str | int), type(value)
    return value


def _values(row: Base, without: Collection[str]) -> dict[str, Json]:
    columns = inspect(type(row)).column_attrs
    values = {column.key: plain(getattr(row, column.key)) for column in columns}
    return {key: value for key, value in values.items() if value is not None and key not in without}
