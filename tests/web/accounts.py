"""What the tests of accounts share: trying passwords and reading messages."""

from __future__ import annotations

import re
from collections.abc import Callable

from kbstrack.db import db
from kbstrack.mail.models import Message
from kbstrack.people import queries
from tests.builders import World
from tests.pages import Page, Pages

Mailbox = Callable[[], list[Message]]
NEW_PASSWORD = "copper lantern sailing"
EMAIL = "apprentice@a.example"
WRONG = "The email address or the password is wrong. Check both and try again."


def try_password(
    pages: Pages, password: str, *, email: str = EMAIL, network: str = "192.0.2.1", status: int
) -> Page:
    pages.client.environ_base["REMOTE_ADDR"] = network
    page = pages.get("/sign-in")
    return pages.submit(page, {"email": email, "password": password}, status=status, follow=False)


def path_in(message: Message) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/(?:set-password|account)/\S+)", message.body)
    assert found is not None, message.body
    return found[1]


def latest(mailbox: Mailbox, recipient: str = EMAIL) -> Message:
    db.session.rollback()
    return [message for message in mailbox() if message.recipient == recipient][-1]


def subjects(mailbox: Mailbox) -> set[str]:
    db.session.rollback()
    return {message.subject for message in mailbox() if message.recipient == EMAIL}


def joined(world: World, name: str = "apprentice") -> object:
    db.session.rollback()
    return queries.member(world.people[name].id).joined_at


def sid(pages: Pages) -> str | None:
    cookie = pages.client.get_cookie("kbstrack")
    return cookie.value if cookie else None
