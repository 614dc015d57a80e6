"""`kbstrack init`, `migrate`, `run` and `mail`: from nothing to an instance that serves."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from kbstrack import clock, migrations
from kbstrack.app import create_app, instance
from kbstrack.cli import main
from kbstrack.cli.serving import serve
from kbstrack.config import load_settings
from kbstrack.db import db, transaction
from kbstrack.errors import RuleBroken
from kbstrack.mail import service as mail
from kbstrack.people import links, queries
from tests.postgres import new_database

ANSWERS = {
    "--provider": "Northbridge Training",
    "--ukprn": "10000001",
    "--administrator-name": "Ann Żak",
    "--administrator-email": "ann@example.org",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def home(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """An empty place for an instance, with the environment pointing at it."""
    for name in list(os.environ):
        if name.startswith("KBSTRACK_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KBSTRACK_HOME", str(tmp_path / "home"))
    if request.param == "sqlite":
        yield tmp_path / "home"
        return
    with new_database(request.getfixturevalue("postgresql_server")) as url:
        monkeypatch.setenv("KBSTRACK_DATABASE", url.replace("postgresql+psycopg", "postgresql"))
        yield tmp_path / "home"


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, list(arguments), prog_name="kbstrack")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def init(**changes: str | None) -> Result:
    given = ANSWERS | {"--" + name.replace("_", "-"): value for name, value in changes.items()}
    return run("init", *(part for pair in given.items() if pair[1] is not None for part in pair))


def test_init_makes_an_instance_whose_link_sets_the_first_password(home):
    result = init()

    assert result.exit_code == 0, result.output
    [token] = re.findall(r"http://127\.0\.0\.1:8000/set-password/(\S+)", result.output)
    assert "begins with KBSTRACK_PUBLIC_URL, which is http://127.0.0.1:8000: set" in result.output
    with instance():
        [provider] = queries.providers()
        [member] = queries.members(provider.id)
        person = links.person_for(token, clock.now())
        assert (provider.name, provider.ukprn) == ("Northbridge Training", "10000001")
        assert (member.name, member.roles) == ("Ann Żak", ("administrator",))
        assert person is not None
        assert (person.email, person.password) == ("ann@example.org", None)


def test_an_instance_is_closed_to_other_people_of_the_machine(home):
    init()

    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "secret-key").stat().st_mode & 0o777 == 0o600
    assert (home / "files").stat().st_mode & 0o777 == 0o700
    # With PostgreSQL there is none.
    for database in home.glob("kbstrack.sqlite*"):
        assert database.stat().st_mode & 0o777 == 0o600


def test_init_again_changes_nothing_and_says_what_to_do(home):
    init()
    key = (home / "secret-key").read_bytes()

    result = init(ukprn="10000002")

    assert result.exit_code == 1
    assert "already" in result.stderr
    assert "kbstrack run" in result.stderr
    assert (home / "secret-key").read_bytes() == key
    with instance():
        assert [provider.ukprn for provider in queries.providers()] == ["10000001"]


def test_a_half_finished_init_can_be_continued(home):
    app = create_app(load_settings())
    with app.app_context():
        home.mkdir(exist_ok=True)
        migrations.upgrade(db.engine)
        db.engine.dispose()

    assert init().exit_code == 0
    with instance():
        assert len(queries.providers()) == 1


@pytest.mark.parametrize("missing", ["ukprn", "administrator_email"])
def test_without_a_terminal_every_answer_must_be_given(home, missing):
    result = init(**{missing: None})

    assert result.exit_code == 1
    assert "--" + missing.replace("_", "-") in result.stderr
    assert not home.exists()


def test_a_wrong_answer_makes_nothing(home):
    result = init(ukprn="123")

    assert result.exit_code == 1
    assert "UKPRN" in result.stderr
    assert not home.exists()


def test_commands_before_init_say_to_init(home):
    for arguments in (["migrate"], ["run"], ["mail", "list"]):
        result = run(*arguments)

        assert result.exit_code == 1
        assert "kbstrack init" in result.stderr
    assert not home.exists()


def test_migrate_brings_an_older_database_up_and_then_has_nothing_to_do(home):
    init()
    assert "up to date" in run("migrate").output

    engine = create_engine(create_app(load_settings()).config["SQLALCHEMY_DATABASE_URI"])
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    for arguments in (["migrate"], ["run"], ["mail", "list"]):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "newer than this version" in result.stderr


def test_mail_lists_what_waits_without_addresses_and_sends_it(home):
    init()

    listed = run("mail", "list")
    assert "1 message not sent yet" in listed.output
    assert "ann@" not in listed.output
    assert run("mail", "send").output == "Sent 1 message.\n"
    assert run("mail", "list", "--json").output == "[]\n"
    assert len(list((home / "mail").iterdir())) == 1


def test_mail_that_cannot_be_sent_ends_with_1_and_can_be_sent_later(home):
    init()
    with instance(), transaction():
        mail.queue("nobody", "Hello", "", clock.now())

    result = run("mail", "send")
    assert result.exit_code == 1
    assert "Could not send 1 message" in result.output

    assert "is not an address" in run("mail", "list").output
    assert run("mail", "send").exit_code == 0
    assert run("mail", "send", "--all").exit_code == 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_request_that_was_begun_is_answered_before_the_server_stops(app, settings):
    body = b"x" * 5_000_000
    port = free_port()
    answers: list[bytes] = []

    @app.get("/stop")
    def stop() -> bytes:
        os.kill(os.getpid(), signal.SIGTERM)
        return body

    def ask() -> None:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /stop HTTP/1.0\r\n\r\n")
            with client.makefile("rb") as file:
                answers.append(file.read())

    handler = signal.getsignal(signal.SIGTERM)
    client = threading.Thread(target=ask)
    with listening(port, client):
        serve(app, settings, host="127.0.0.1", port=port, threads=2)
    client.join()

    assert answers[0].endswith(body)
    assert signal.getsignal(signal.SIGTERM) is handler


class listening:  # noqa: N801
    """Starts the client once somebody listens on the port."""

    def __init__(self, port: int, client: threading.Thread) -> None:
        self.port, self.client = port, client

    def __enter__(self) -> None:
        threading.Thread(target=self.wait).start()

    def wait(self) -> None:
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                continue
            self.client.start()
            return

    def __exit__(self, *_: object) -> None:
        pass


def test_a_port_in_use_is_said_in_a_sentence(app, settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(RuleBroken, match=rf"Port {port} .* is in use.*--port"):
            serve(app, settings, host="127.0.0.1", port=port, threads=1)


def test_run_serves_until_it_is_told_to_stop(home):
    init()
    server = subprocess.Popen(
        [sys.executable, "-c", "from kbstrack.cli import main; main()", "run", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        # `communicate` would miss what this file object has read already.
        where = server.stdout.readline()
        [address] = re.findall(r"http://127\.0\.0\.1:\d+", line)
        with urlopen(f"{address}/health") as answer:
            assert answer.status == 200
    finally:
        server.send_signal(signal.SIGTERM)
        rest, _ = server.communicate(timeout=60)

    assert server.returncode == 0, rest
    mail = home / "mail"
    assert where == f"KBSTRACK_SMTP_HOST is not set: messages are written to {mail}.\n"
    assert rest.splitlines() == ["kbstrack has stopped."]
