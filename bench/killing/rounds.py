"""Rounds of work that end with a kill, and the count of what is missing afterwards."""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from bench.killing.halves import halves
from bench.killing.instance import Instance, fresh_instance, hire
from bench.killing.people import Look, Person, Refused
from bench.killing.visitor import Lost
from bench.killing.writes import KINDS, State
from kbstrack.db import db
from tests.postgres import new_database, running_server

ROUNDS = 200
ENROLMENTS = 3
LONGEST_WORK_SECONDS = 3.0


@dataclass
class Tally:
    """What came of all rounds."""

    rounds: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)
    lost_answers: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """What to print: rounds, acknowledged writes of each kind, missing."""
        yield f"{self.rounds} rounds, each ended by SIGKILL"
        yield f"{self.acknowledged.total()} acknowledged writes"
        for kind in KINDS:
            yield f"{self.acknowledged[kind.kind]:7} {kind.kind}"
        said = ", ".join(f"{count} {state}" for state, count in sorted(self.lost_answers.items()))
        yield f"{self.lost_answers.total()} unanswered, then sent again: {said or 'none'}"
        yield from self.missing
        yield f"{len(self.missing)} missing"


def main(arguments: Sequence[str]) -> int:
    """Run the rounds that were asked for; 1 if anything is missing, else 0."""
    asked = _asked(arguments)
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="kbstrack-kill9-", ignore_cleanup_errors=True)
            )
        )
        url = asked.database or f"sqlite:///{folder / 'home' / 'kbstrack.sqlite'}"
        if asked.postgresql:
            url = stack.enter_context(new_database(stack.enter_context(running_server())))
        print(f"Seed {asked.seed}, {url.partition(':')[0]}.")
        tally = run_rounds(folder, url, rounds=asked.rounds, seed=asked.seed, is_shown=True)
    print("\n".join(tally.lines()))
    return 1 if tally.missing else 0


def run_rounds(
    folder: Path, database_url: str, *, rounds: int, seed: str, is_shown: bool = False
) -> Tally:
    """Make an instance in an empty folder and an empty database, and kill its server so often."""
    tally, moments = Tally(), random.Random(f"{seed} moments")
    with fresh_instance(folder, database_url) as instance:
        people = [person for n in range(ENROLMENTS) for person in hire(n, seed=seed)]
        _start(instance, people)
        for _ in tqdm(range(rounds), unit="round", disable=not is_shown):
            work_seconds = moments.uniform(0.05, LONGEST_WORK_SECONDS)
            found = _work_until_killed(instance, people, work_seconds)
            _start(instance, people)
            found += _problems(instance, people, tally)
            tally.rounds += 1
            tally.missing += [f"round {tally.rounds}: {problem}" for problem in found]
            if found:
                break
        for person in people:
            tally.acknowledged.update(write.kind for write in person.acknowledged)
    return tally


def _start(instance: Instance, people: Sequence[Person]) -> None:
    instance.start()
    for person in people:
        person.visitor.address = instance.address


def _work_until_killed(
    instance: Instance, people: Sequence[Person], work_seconds: float
) -> list[str]:
    """Everybody works at once; after so many seconds the server dies. What went wrong before."""
    problems: list[str] = []
    for person in people:
        person.sign_in()

    def work(person: Person) -> None:
        try:
            person.work()
        except Exception as error:
            problems.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    threads[0].join(timeout=work_seconds)
    instance.kill()
    for thread in threads:
        thread.join()
    return problems


def _problems(instance: Instance, people: Sequence[Person], tally: Tally) -> list[str]:
    """Everything that is not as it was promised, after the server has come up again."""
    db.session.rollback()
    problems = [
        f"{write.kind}: {write.state}: {write.wanted}, but {write.found()}"
        for person in people
        for write in person.acknowledged
        if write.state is not State.WHOLE
    ]
    problems += halves()
    for person in people:
        if not isinstance(person.step, Look):
            problems += _send_again(person, tally)
    problems += halves()
    db.session.rollback()
    return problems + instance.problems_of_commands() + instance.complaints()


def _send_again(person: Person, tally: Tally) -> Iterator[str]:
    """Send the form that was not answered once more: it must be there once, and be taken."""
    write = person.step
    assert not isinstance(write, Look)
    before = write.state
    tally.lost_answers[before] += 1
    if before is State.WRONG:
        yield f"{write.kind}, not answered: {before}: {write.wanted}, but {write.found()}"
    try:
        person.take_step()
    except (Refused, Lost) as error:
        yield f"{write.kind}, sent again: {type(error).__name__}: {error}"
    db.session.rollback()
    if write.state is not State.WHOLE:
        yield f"{write.kind}, sent again: {write.state}: {write.wanted}, but {write.found()}"


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/kill9")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often to kill (200)")
    parser.add_argument("--seed", default="1", help="the same moments and texts each time (1)")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--database", metavar="URL", help="an empty database; SQLite unless given")
    place.add_argument("--postgresql", action="store_true", help="a PostgreSQL of its own")
    return parser.parse_args(arguments)
