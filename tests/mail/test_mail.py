"""Messages: queued with what they tell of, sent once, tried again, never in anybody's way."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from kbstrack.app import create_app
from kbstrack.config import MailSettings
from kbstrack.db import db, transaction
from kbstrack.mail import queries, service
from kbstrack.mail.delivery import ATTEMPTS, LEASE, Delivered, deliver_due, pause_after
from kbstrack.mail.models import Message
from kbstrack.mail.sender import Sender
from tests.conftest import running
from tests.mail.server import mail_server

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def queue(recipient="ann@example.org", subject="You are invited", body="Welcome.\n", at=MONDAY):
    with transaction():
        service.queue(recipient, subject, body, at)


def only_message() -> Message:
    db.session.expire_all()
    return db.session.scalars(select(Message)).one()


@pytest.fixture
def with_server(settings, catalogue):
    """`with with_server(server, …):` is an application that sends to this server."""

    def make(server, **mail):
        given = {"host": "127.0.0.1", "port": server.port, "starttls": False} | mail
        mail_settings = MailSettings(sender="Northbridge <no-reply@example.org>", **given)
        return running(create_app(replace(settings, mail=mail_settings), catalogue=catalogue))

    return make


def written(settings) -> list:
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((settings.home / "mail").iterdir())
    ]


def test_a_message_is_sent_once_with_its_text_and_addresses(with_server):
    with mail_server() as server, with_server(server):
        queue(subject="Żaneta is invited", body="Welcome, Żaneta.\n\n.\nfrom kbstrack\n")

        assert deliver_due(MONDAY) == Delivered(sent=1)
        assert deliver_due(MONDAY + timedelta(days=1)) == Delivered()

    [(recipients, letter)] = server.letters
    assert recipients == ["ann@example.org"]
    assert letter["From"] == "Northbridge <no-reply@example.org>"
    assert letter["To"] == "ann@example.org"
    assert letter["Subject"] == "Żaneta is invited"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().split("\r\n") == ["Welcome, Żaneta.", "", ".", "from kbstrack", ""]


def test_one_connection_carries_all_that_is_due(with_server):
    with mail_server() as server, with_server(server):
        for number in range(3):
            queue(subject=f"Number {number}", at=MONDAY + timedelta(seconds=number))

        assert deliver_due(MONDAY + timedelta(minutes=1)) == Delivered(sent=3)

    assert server.connections == 1
    assert [letter["Subject"] for _, letter in server.letters] == [
        "Number 0",
        "Number 1",
        "Number 2",
    ]


def test_without_a_server_messages_are_files_that_only_the_owner_reads(app, settings):
    queue()

    assert deliver_due(MONDAY) == Delivered(sent=1)

    [letter] = written(settings)
    assert letter.get_content().splitlines() == ["Welcome."]
    folder = settings.home / "mail"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in folder.iterdir()] == [f"20260302T093000Z-{only_message().id}.eml"]
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


def test_a_long_link_stands_in_the_file_in_one_piece(app, settings):
    link = f"https://kbs.example.org/set-password/{'aé=' * 60}"
    queue(body=f"Choose your password here:\n{link}\n")

    deliver_due(MONDAY)

    [path] = (settings.home / "mail").iterdir()
    assert link in path.read_text("utf-8").splitlines()
    assert link in written(settings)[0].get_content().splitlines()


def test_a_message_goes_the_way_of_what_it_tells_of(app, settings):
    def fail_after_queueing() -> None:
        with transaction():
            service.queue("ann@example.org", "Never", "", MONDAY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_queueing()

    assert deliver_due(MONDAY) == Delivered()


@pytest.mark.parametrize(
    ("refusals", "sentence"),
    [
        ({"RCPT": b"550 ann@example.org is unknown"}, "refused the person's address (550)"),
        ({"MAIL": b"553 no"}, "refused the sender's address (553)"),
        ({"DATA": b"452 no room for ann@example.org"}, "refused the message (452)"),
        ({"EHLO": b"550 go away", "HELO": b"550 go away"}, "refused the message (550)"),
    ],
)
def test_a_refusal_is_kept_without_the_address_and_tried_again_later(
    with_server, refusals, sentence
):
    with mail_server(**refusals) as server, with_server(server):
        queue()

        assert deliver_due(MONDAY) == Delivered(failed=1)
        [row] = queries.unsent()
        assert sentence in (row.last_error or "")
        assert "ann@" not in (row.last_error or "")
        assert row.next_attempt_at == MONDAY + timedelta(minutes=1)

        assert deliver_due(MONDAY + timedelta(seconds=59)) == Delivered()
        server.refusals.clear()
        assert deliver_due(MONDAY + timedelta(minutes=1)) == Delivered(sent=1)
        assert only_message().last_error is None

    assert len(server.letters) == 1


def test_one_refused_message_does_not_hold_up_the_next(app, settings):
    queue(recipient="no address", at=MONDAY)
    queue(recipient="ben@example.org", at=MONDAY + timedelta(seconds=1))

    assert deliver_due(MONDAY + timedelta(minutes=1)) == Delivered(sent=1, failed=1)


def test_a_server_that_is_down_is_asked_once_a_round(with_server):
    with mail_server() as server:
        port = server.port
    with with_server(server, port=port):
        queue()
        queue(recipient="ben@example.org")

        assert deliver_due(MONDAY) == Delivered(failed=2)
        assert {row.last_error for row in queries.unsent()} == {
            "The mail server could not be reached (ConnectionRefusedError)."
        }


def test_nothing_goes_in_the_clear_when_encryption_is_asked_for(with_server):
    with mail_server() as server, with_server(server, starttls=True, username="u", password="p"):
        queue()

        assert deliver_due(MONDAY) == Delivered(failed=1)
        assert "STARTTLS" in (only_message().last_error or "")

    assert server.letters == []


def test_pauses_grow_and_end():
    pauses = [pause_after(attempts) for attempts in range(1, ATTEMPTS + 1)]

    assert pauses[:5] == [
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=6),
    ]
    assert set(pauses[5:-1]) == {timedelta(hours=6)}
    assert pauses[-1] is None


def test_a_message_given_up_is_sent_when_somebody_asks_for_it(app):
    queue()
    with transaction():
        message = only_message()
        message.attempts, message.next_attempt_at = ATTEMPTS, None

    assert deliver_due(MONDAY + timedelta(days=9)) == Delivered()
    assert deliver_due(MONDAY + timedelta(days=9), is_due=False) == Delivered(sent=1)


def test_a_killed_workers_message_is_sent_when_its_lease_ends(app):
    queue()
    with transaction():
        only_message().leased_until = MONDAY + LEASE

    assert deliver_due(MONDAY + LEASE - timedelta(seconds=1)) == Delivered()
    assert deliver_due(MONDAY + LEASE) == Delivered(sent=1)


def test_two_workers_at_once_send_each_message_once(with_server):
    with mail_server() as server, with_server(server) as app:
        for number in range(5):
            queue(recipient=f"person{number}@example.org")
        start = threading.Barrier(2)
        done: list[Delivered] = []

        def work() -> None:
            with app.app_context():
                start.wait()
                done.append(deliver_due(MONDAY))

        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    assert sum(each.sent for each in done) == 5
    assert sorted(recipients for recipients, _ in server.letters) == [
        [f"person{number}@example.org"] for number in range(5)
    ]


@pytest.mark.parametrize(
    "recipient",
    ["ann@example.org\nBcc: eve@example.org", "ann@example.org, eve@example.org", "<>", "Ann", ""],
)
def test_an_address_cannot_smuggle_in_a_header_or_a_second_recipient(with_server, recipient):
    with mail_server() as server, with_server(server):
        queue(recipient=recipient)
        deliver_due(MONDAY)

    for recipients, letter in server.letters:
        assert recipients == ["ann@example.org"]
        assert letter["Bcc"] is None


def test_a_subject_cannot_smuggle_in_a_header(app, settings):
    queue(subject="Hello\r\nBcc: eve@example.org")

    deliver_due(MONDAY)

    [letter] = written(settings)
    assert letter["Subject"] == "Hello Bcc: eve@example.org"
    assert letter["Bcc"] is None


def test_a_folder_that_cannot_be_written_breaks_nothing(app, settings):
    settings.home.mkdir(exist_ok=True)
    (settings.home / "mail").write_text("in the way")
    queue()

    assert deliver_due(MONDAY) == Delivered(failed=1)
    assert "could not be written" in (only_message().last_error or "")


def test_the_sender_sends_what_is_queued_while_it_runs(with_server):
    arrived = threading.Event()
    with mail_server() as server, with_server(server) as app:
        taken = server.letters

        class Telling(list):
            def append(self, item):
                super().append(item)
                arrived.set()

        server.letters = Telling(taken)
        sender = Sender(app.app_context, lambda: MONDAY)
        sender.start()
        queue()
        assert arrived.wait(10)
        sender.stop()

    assert not sender.is_alive()
    assert len(server.letters) == 1
