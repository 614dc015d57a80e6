"""What an administrator does to print a class, for the tests of its pages."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from kbstrack import clock
from kbstrack.db import db
from kbstrack.jobs import queries
from kbstrack.jobs.running import run_next
from tests.pages import Page, Pages

PICK = "/enrolments/portfolios"


def press_all(admin: Pages, path: str = PICK) -> Page:
    """The page after "Make all … found"."""
    page = admin.get(path)
    [text] = page.html.xpath("//button[@name='all']/text()")
    return admin.submit(page, button=text.strip())


def tick(admin: Pages, page: Page, ids: Iterable[uuid.UUID], **given: Any) -> Page:
    """The page after "Make those ticked"."""
    chosen = [str(id_) for id_ in ids]
    return admin.submit(page, {"enrolments": chosen}, button="Make those ticked", **given)


def class_of(page: Page) -> uuid.UUID:
    """The job that a page is about."""
    return uuid.UUID(page.path.rpartition("/")[2])


def asked_ids(page: Page) -> list[str]:
    """The enrolments that it was asked for."""
    db.session.rollback()
    found: list[str] = queries.job(class_of(page)).wish["enrolments"]
    return found


def make_all(turns: int = 99) -> None:
    """Let a worker have so many turns, or as many as there are."""
    db.session.rollback()
    while turns and run_next(clock.now):
        turns -= 1
