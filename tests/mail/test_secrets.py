"""One-time links leave the outbox with their message, and the sender asks others to write."""

from __future__ import annotations

import ast
import re
import threading
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from kbstrack.app import create_app
from kbstrack.auditing import service as auditing
from kbstrack.auditing.service import Wanted
from kbstrack.config import MailSettings
from kbstrack.confirmation import reminders
from kbstrack.db import db, transaction
from kbstrack.mail import service
from kbstrack.mail.delivery import deliver_due
from kbstrack.mail.models import Message
from kbstrack.mail.sender import Sender
from kbstrack.people import accounts
from kbstrack.people.models import Person
from tests.architecture.source import modules, shown, tree
from tests.builders import MONDAY, make_evidence, make_world
from tests.confirmation.asking import ask
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


WITH_SECRET = re.compile(r"/(set-password|account/address|confirm|audit)/(?!\[)\S+")
"""What stands in a message between the address of the instance and a secret."""


def links_kept() -> set[str]:
    """Which links with a secret can be read in the outbox."""
    db.session.expire_all()
    bodies = db.session.scalars(select(Message.body))
    return {found[1] for body in bodies for found in WITH_SECRET.finditer(body)}


def test_of_everything_that_is_sent_no_link_can_be_used_by_who_reads_the_outbox(app):
    world = make_world()
    person = db.session.get_one(Person, world.assessor.person_id)
    accounts.request_reset(person.email, network="n", at=MONDAY)
    accounts.request_address(world.assessor, email="new@a.example", at=MONDAY)
    ask(world, make_evidence(world), at=MONDAY)
    reminders.send_due(MONDAY + timedelta(days=6))
    wanted = Wanted(
        "Ines", (world.enrolment_id,), MONDAY.date() + timedelta(days=9), email="i@audit.example"
    )
    auditing.make_link(world.administrator, world.provider_id, wanted=wanted, at=MONDAY)
    assert links_kept() == {"set-password", "account/address", "confirm", "audit"}

    while deliver_due(MONDAY + timedelta(days=6)).is_full:
        pass

    assert links_kept() == set()


def test_whoever_writes_a_message_with_a_link_says_what_is_secret_in_it():
    """A call that queues, in a function that makes a secret or a link, names it in one of them."""
    careless = {
        f"{shown(path)}: {function.name}"
        for path in modules("kbstrack")
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef)
        and (queues := [call for call in calls(function) if called(call) == "queue"])
        and any(MAKES_A_LINK.search(called(call)) for call in calls(function))
        and not any(keyword.arg == "secret" for call in queues for keyword in call.keywords)
    }

    assert careless == set()


MAKES_A_LINK = re.compile(r"(_secret|_token|(?<!open)_link|link_of|link_address)$")


def calls(function: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(function) if isinstance(node, ast.Call)]


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


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
