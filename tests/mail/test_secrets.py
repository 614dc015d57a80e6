"""One-time links leave the outbox with their message, and the sender asks others to write."""

from __future__ import annotations

import threading
from dataclasses import replace

from sqlalchemy import select

from kbstrack.app import create_app
from kbstrack.config import MailSettings
from kbstrack.db import db, transaction
from kbstrack.mail import service
from kbstrack.mail.delivery import deliver_due
from kbstrack.mail.models import Message
from kbstrack.mail.sender import Sender
from tests.builders import MONDAY
from tests.conftest import running
from tests.mail.server import mail_server


def only_message() -> Message:
    db.session.expire_all()
    return db.session.scalars(select(Message)).one()


def test_a_link_that_must_stay_secret_is_not_kept_once_it_is_sent(app):
    link = "http://127.0.0.1:8000/set-password/abc"
    with transaction():
        service.queue("ann@example.org", "Hello", f"Open:\n{link}\n", MONDAY, secret=link)

    deliver_due(MONDAY)

    message = only_message()
    assert message.body == "Open:\n[removed after it was sent]\n"
    assert message.secret is None


def test_a_link_is_kept_as_long_as_its_message_could_not_be_sent(settings, catalogue):
    with mail_server() as server:
        port = server.port
    gone = replace(settings, mail=MailSettings(host="127.0.0.1", port=port, starttls=False))
    with running(create_app(gone, catalogue=catalogue)):
        with transaction():
            service.queue("ann@example.org", "Hello", "Open: abc", MONDAY, secret="abc")

        assert deliver_due(MONDAY).failed == 1
        assert (only_message().body, only_message().secret) == ("Open: abc", "abc")


def test_the_sender_asks_the_writers_first_and_one_that_fails_stops_nobody(app):
    asked = threading.Event()

    def fail(at):
        raise RuntimeError

    sender = Sender(app.app_context, lambda: MONDAY, writers=[fail, lambda at: asked.set()])
    sender.start()

    assert asked.wait(10)
    sender.stop()
    assert not sender.is_alive()
