"""A fresh instance with a server that can be killed, and what its commands say of it."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from flask_security.utils import hash_password

from bench.killing.people import Person, assess, write_evidence
from bench.killing.visitor import Visitor
from kbstrack import clock, migrations
from kbstrack.app import close_database
from kbstrack.cli import main
from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.people import accounts
from kbstrack.people.models import Person as PersonRow
from kbstrack.web import create_web_app
from tests.builders import ULNS, World, make_world

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "evidence every day"
LONGEST_START_SECONDS = 60.0
TWO_DAYS_SECONDS = 2 * 24 * 3600


class Instance:
    """An instance in a folder of its own; the present context reads its record."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.address = ""
        self.errors = settings.home.parent / "server-errors"
        self._server: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to work on this instance."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("KBSTRACK_")}
        return {
            **inherited,
            "KBSTRACK_HOME": str(self.settings.home),
            "KBSTRACK_DATABASE": self.settings.database_url.replace("+psycopg", ""),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        """Start `kbstrack run` in a process group of its own and wait until it listens."""
        with self.errors.open("ab") as errors:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "kbstrack", "run", "--port", "0"],
                env=self.environment,
                cwd=self.settings.home,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        assert self._server.stdout is not None
        found = re.search(r"http://\S+", self._server.stdout.readline())
        if found is None:
            raise RuntimeError(f"The server does not start: {self.errors.read_text()[-3000:]}")
        self.address = found.group().rstrip("/")

    def kill(self) -> None:
        """Kill the whole process group at once; nothing of it can finish anything."""
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.communicate()
            self._server = None

    def complaints(self) -> list[str]:
        """What the server has written to its log of faults so far."""
        lines = self.errors.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if "unexpected error" in line or "Traceback" in line]

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit status of a command on this instance, and what it said."""
        result = CliRunner(env=self.environment).invoke(main, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    def problems_of_commands(self) -> list[str]:
        """What fsck, the sweep and the ledger find wrong; the sweep removes what is left over."""
        report = self._fsck()
        problems = [] if report["is_whole"] else [f"fsck: {report}"]
        for path in (self.settings.home / "files").rglob("*"):
            if path.is_file() and path.name != ".lock":
                # As if two days had passed: what a record speaks of must stay all the same.
                os.utime(path, (time.time() - TWO_DAYS_SECONDS,) * 2)
        status, said = self.run("storage", "sweep", "--json")
        swept = json.loads(said)["sha256"] if status == 0 else said
        if status or sorted(swept) != sorted(report["without_row"]):
            problems.append(f"sweep: {said}, where fsck found {report['without_row']}")
        after = self._fsck()
        if not after["is_whole"] or after["without_row"]:
            problems.append(f"fsck after the sweep: {after}")
        status, said = self.run("ledger", "verify")
        return problems + ([f"ledger verify: {said}"] if status else [])

    def _fsck(self) -> dict[str, Any]:
        _, said = self.run("fsck", "--json")
        found: dict[str, Any] = json.loads(said)
        return found


@contextmanager
def fresh_instance(folder: Path, database_url: str) -> Iterator[Instance]:
    """An instance with an empty database at head; its server is dead at the end, come what may."""
    home = folder / "home"
    home.mkdir(mode=0o700)
    settings = Settings(home=home, database_url=database_url)
    with create_web_app(settings).app_context():
        migrations.upgrade(db.engine)
        instance = Instance(settings)
        try:
            yield instance
        finally:
            instance.kill()
            close_database()


def hire(number: int, *, seed: str) -> tuple[Person, Person]:
    """The apprentice and the assessor of one enrolment, who share it with nobody else."""
    mark = "abcde"[number]
    world = make_world(
        reference="ST0321", ukprn=f"1000000{number + 1}", uln=ULNS[number], mark=mark
    )
    _give_passwords(world)
    enrolment_id = world.enrolment_id
    apprentice, assessor = (
        Visitor(world.people[name].email, PASSWORD) for name in ("apprentice", "assessor")
    )
    writing = random.Random(f"{seed} apprentice {number}")
    assessing = random.Random(f"{seed} assessor {number}")
    return (
        Person(apprentice, write_evidence(enrolment_id, writing)),
        Person(assessor, assess(enrolment_id, assessing, PASSWORD)),
    )


def _give_passwords(world: World) -> None:
    hashed = str(hash_password(PASSWORD))
    for member in world.people.values():
        accounts.note_sign_in(member.person_id, at=clock.now())
        db.session.get_one(PersonRow, member.person_id).password = hashed
        db.session.commit()
