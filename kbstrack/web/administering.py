"""What the administrator's pages share: whose provider they work on, page numbers, role names."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, session, url_for

from kbstrack.access import NOT_HERE, Role
from kbstrack.errors import NotFound
from kbstrack.people import reading
from kbstrack.people.queries import MemberRow, ProviderRow
from kbstrack.web.session import current_actor

PAGE_LENGTH = 50
SESSION_KEY = "provider"
"""Where the session holds the provider that was chosen last."""

ROLE_NAMES = {
    Role.APPRENTICE: "Apprentice",
    Role.ASSESSOR: "Assessor",
    Role.EMPLOYER: "Line manager",
    Role.IQA: "Internal quality assurer",
    Role.ADMINISTRATOR: "Administrator",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """The provider whose pages these are, among all that the administrator looks after."""

    provider: ProviderRow
    providers: tuple[ProviderRow, ...]

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to choose."""
        return len(self.providers) > 1

    @property
    def caption(self) -> str:
        """The provider's name where it could be another."""
        return self.provider.name if self.has_choice else ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Every provider as (value, text) for a select."""
        return [(str(row.id), row.name) for row in self.providers]

    def url(self, endpoint: str, **values: Any) -> str:
        """An address that names the provider where it could be another.

        Forms go there: they must not change sides because another tab chose another provider.
        """
        if self.has_choice:
            values["provider"] = self.provider.id
        return url_for(endpoint, **values)


def desk() -> Desk:
    """The provider in `?provider=`, else the one chosen last, else the first by name.

    Raises NotFound for whoever administrates none, or not this one.
    """
    return desk_among(reading.see_administered(current_actor()))


def desk_among(own: Sequence[ProviderRow]) -> Desk:
    """The same, where it can be one of these providers. Raises NotFound as `desk` does."""
    given = request.args.get("provider") or ""
    wanted = given or str(session.get(SESSION_KEY, ""))
    found = next((row for row in own if str(row.id) == wanted), None)
    if not own or (given and found is None):
        raise NotFound(NOT_HERE)
    if given and request.method == "GET":
        session[SESSION_KEY] = given
    return Desk(found or own[0], tuple(own))


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a long list is shown; `number` counts from 1."""

    number: int
    pages: int

    @property
    def skip(self) -> int:
        """How many rows stand on the pages before."""
        return (self.number - 1) * PAGE_LENGTH


def wanted_page() -> int:
    """The number in `?page=`, 1 where there is none."""
    text = request.args.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def paging_of(count: int) -> Paging:
    """Paging over `count` rows; a page after the last one is the last one."""
    pages = max(1, -(-count // PAGE_LENGTH))
    return Paging(min(wanted_page(), pages), pages)


def role_words(row: MemberRow) -> list[str]:
    """What somebody is for the provider, in words; a line manager with the employer."""
    return [
        f"{ROLE_NAMES[role]} at {row.employer}" if role is Role.EMPLOYER else ROLE_NAMES[role]
        for role in row.roles
    ]


def told_apart(rows: Sequence[MemberRow]) -> list[tuple[str, str]]:
    """(Person's id, name) for a select; with the address where a name is there twice."""
    names = [row.name.casefold() for row in rows]
    return [
        (
            str(row.person_id),
            row.name if names.count(row.name.casefold()) == 1 else f"{row.name} ({row.email})",
        )
        for row in rows
    ]


def chosen_id(text: str | None) -> uuid.UUID | None:
    """The id that a select sent, or None."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
