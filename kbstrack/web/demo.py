"""The demonstration's letter box: messages that would otherwise be emails."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import select

from kbstrack import current
from kbstrack.db import db
from kbstrack.mail.models import Message

blueprint = Blueprint("demo", __name__)

MOST = 50


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
    prefix = f"{current.settings().public_url}/"
    return [Line(text, text.startswith(prefix)) for text in body.splitlines()]
