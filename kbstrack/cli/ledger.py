"""`kbstrack ledger`: checking the record, signing its heads, and the keys for that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from kbstrack.cli.output import echo_json, echo_wrapped
from kbstrack.formats import say_count

if TYPE_CHECKING:
    from kbstrack.ledger.rules import Flaw
    from kbstrack.record.checking import Checked


@click.group()
def ledger() -> None:
    """Check the record against its ledger, and sign the ledger's heads."""


@ledger.command()
@click.argument("enrolment", metavar="[ENROLMENT-ID-OR-ULN]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def verify(enrolment: str | None, as_json: bool) -> None:
    """Recompute the record from its rows and files and compare it with the ledger.

    One enrolment, or all of them when none is named. Reads every byte of their files and changes
    nothing; people may go on working. Exit status: 0 when everything is as it was entered, 1 when
    something was changed, removed or added.
    """
    from kbstrack.cli.naming import enrolment_named
    from kbstrack.record.checking import check

    with _instance() as found:
        if enrolment is None:
            _verify_all(found)
        else:
            found.add(check(enrolment_named(enrolment).id))
    found.say(as_json=as_json)
    click.get_current_context().exit(0 if found.is_sound else 1)


@dataclass(slots=True)
class Found:
    """What was checked so far, and what is not as it was: only that is kept."""

    enrolments: int = 0
    entries: int = 0
    versions: int = 0
    files: int = 0
    head: tuple[int, str] | None = None
    elsewhere: list[Flaw] = field(default_factory=list)
    flawed: dict[str, tuple[Flaw, ...]] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.flawed and not self.elsewhere

    def add(self, checked: Checked) -> None:
        """Count one enrolment."""
        self.enrolments += 1
        self.entries += checked.entries
        self.versions += checked.versions
        self.files += checked.files
        self.head = checked.head
        if checked.flaws:
            self.flawed[str(checked.enrolment_id)] = checked.flaws

    def say(self, *, as_json: bool) -> None:
        """Write it all."""
        if as_json:
            echo_json(self._plain())
            return
        for flaw in self.elsewhere:
            _say_flaw(flaw)
        for enrolment_id, flaws in self.flawed.items():
            click.echo(f"Enrolment {enrolment_id}:")
            for flaw in flaws:
                _say_flaw(flaw)
        click.echo(self._counted())
        if self.enrolments == 1 and self.head is not None:
            click.echo(f"The last entry is {self.head[0]}: {self.head[1]}")
        click.echo(
            "Everything is as it was entered."
            if self.is_sound
            else f"Found {say_count(self._flaws(), 'flaw')}. Keep a copy of database and files as "
            "they are now before you mend anything."
        )

    def _plain(self) -> dict[str, Any]:
        return {
            "is_sound": self.is_sound,
            "enrolments": self.enrolments,
            "entries": self.entries,
            "versions": self.versions,
            "files": self.files,
            "head": _plain_head(self.head) if self.enrolments == 1 else None,
            "flaws": [_plain_flaw(flaw) for flaw in self.elsewhere],
            "flawed": {
                enrolment_id: [_plain_flaw(flaw) for flaw in flaws]
                for enrolment_id, flaws in self.flawed.items()
            },
        }

    def _flaws(self) -> int:
        return len(self.elsewhere) + sum(len(flaws) for flaws in self.flawed.values())

    def _counted(self) -> str:
        return (
            f"Checked {say_count(self.enrolments, 'enrolment')}: "
            f"{say_count(self.entries, 'entry', 'entries')}, "
            f"{say_count(self.versions, 'version')}, {say_count(self.files, 'file')} with copies."
        )


@contextmanager
def _instance() -> Iterator[Found]:
    """The instance, with whatever standards can be used: a bad one is a flaw like others."""
    from kbstrack.app import check_database, close_database, create_app
    from kbstrack.config import load_settings
    from kbstrack.record.standards import usable_catalogue

    settings = load_settings()
    check_database(settings)
    catalogue, flaws = usable_catalogue(settings.standards_directories)
    with create_app(settings, catalogue=catalogue).app_context():
        try:
            yield Found(elsewhere=flaws)
        finally:
            close_database()


def _verify_all(found: Found) -> None:
    from kbstrack.current import store
    from kbstrack.record.checking import check, count_enrolments, every_enrolment
    from kbstrack.record.damage import broken_bytes, count_hashes, submitted_hashes

    hashes = _shown("Files", submitted_hashes(), count_hashes())
    broken = broken_bytes(store(), hashes)
    for enrolment_id in _shown("Enrolments", every_enrolment(), count_enrolments()):
        found.add(check(enrolment_id, broken=broken))


def _shown(what: str, items: Iterable[Any], total: int) -> Iterable[Any]:
    """The items, with a progress bar on a terminal."""
    from tqdm import tqdm

    bar: Iterable[Any] = tqdm(items, desc=what, total=total, unit="", leave=False, disable=None)
    return bar


def _say_flaw(flaw: Flaw) -> None:
    echo_wrapped(flaw.sentence, first=f"  {flaw.place}: ", indent=4)


def _plain_flaw(flaw: Flaw) -> dict[str, str]:
    return {"place": flaw.place, "sentence": flaw.sentence}


def _plain_head(head: tuple[int, str] | None) -> dict[str, Any] | None:
    return {"sequence": head[0], "hash": head[1]} if head else None
