"""The demonstration's letter box: messages that would otherwise be emails."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import select

from kbstrack import current
from kbstrack.db import db
from kbstrack.mail.models import Message

blueprint = Blueprint("demo", __name__)

MOST = 50

_MADE_FOR = re.compile(r"^http://127\.0\.0\.1:\d{1,5}/")
"""How `script/demo` begins the address of a demonstration, on whichever port."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a message; one that is a link to this site can be clicked."""

    text: str
    is_link: bool


@blueprint.get("/demo/mail")
def messages() -> str:
    """The newest messages first."""
    query = select(Message).order_by(Message.queued_at.desc(), Message.id).limit(MOST)
    shown = [(message, _lines(message.body)) for message in db.session.scalars(query)]
    return render_template("account/demo-mail.html", messages=shown)


def _lines(body: str) -> list[Line]:
    """The lines, with links to where the demonstration is served now, not where it was made."""
    here = current.settings().public_url
    shown = (_MADE_FOR.sub(lambda _: f"{here}/", text) for text in body.splitlines())
    return [Line(text, text.startswith(f"{here}/")) for text in shown]
