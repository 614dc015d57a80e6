"""`kbstrack ledger`: checking the record, signing its heads, and the keys for that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from kbstrack.cli.output import echo_json, echo_wrapped
from kbstrack.errors import RuleBroken
from kbstrack.formats import say_count, say_time

if TYPE_CHECKING:
    from kbstrack.ledger.rules import Flaw
    from kbstrack.record.checking import Checked


@click.group()
def ledger() -> None:
    """Check the record against its ledger, and sign the ledger's heads."""


@ledger.command()
@click.argument("enrolment", metavar="[ENROLMENT-ID-OR-ULN]", required=False)
@click.option(
    "--since",
    "checkpoints",
    multiple=True,
    metavar="CHECKPOINT",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also prove that nothing before this checkpoint was rewritten; give several if you like.",
)
@click.option(
    "--keys",
    "keys_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Trust the keys in this saved list instead of the instance's own.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def verify(
    enrolment: str | None, checkpoints: tuple[Path, ...], keys_file: Path | None, as_json: bool
) -> None:
    """Recompute the record from its rows and files and compare it with the ledger.

    One enrolment, or all of them when none is named. Reads every byte of their files and changes
    nothing; people may go on working. Exit status: 0 when everything is as it was entered, 1 when
    something was changed, removed or added.
    """
    from kbstrack.record.checking import check

    with _instance() as found:
        only = _named(enrolment) if enrolment is not None else None
        _compare(found, checkpoints, keys_file, only)
        if only is None:
            _verify_all(found)
        else:
            found.add(check(only))
    found.say(as_json=as_json)
    click.get_current_context().exit(0 if found.is_sound else 1)


@ledger.command()
@click.argument(
    "target", metavar="[FILE]", required=False, type=click.Path(dir_okay=False, path_type=Path)
)
def checkpoint(target: Path | None) -> None:
    """Sign the heads of all chains into one small file.

    Keep it where nobody who runs this instance can change it: `ledger verify --since` then proves
    that nothing before it was rewritten. Without FILE it is written to the output.
    """
    from kbstrack import clock
    from kbstrack.app import instance
    from kbstrack.current import settings
    from kbstrack.record.checkpoints import make_checkpoint

    with instance():
        content = make_checkpoint(settings().home, at=clock.now())
    if target is None:
        click.echo(content)
        return
    with target.open("xb") as file:
        file.write(content + b"\n")
    click.echo(f"Wrote {click.format_filename(target)}. Keep it somewhere else than here.")


@ledger.command("keys")
def show_keys() -> None:
    """Write the public keys as JSON: what /.well-known/kbstrack-keys.json shows."""
    from kbstrack.config import load_settings
    from kbstrack.record.keys import public_keys

    found = public_keys(load_settings().home)
    if found is None:
        raise RuleBroken("There is no key yet: the first one is made with `ledger checkpoint`.")
    echo_json(found.plain())


@ledger.command("rotate-key")
def rotate() -> None:
    """Make a new key, which signs from now on; the former ones stay listed.

    Checkpoints that were signed before stay valid.
    """
    from kbstrack import clock
    from kbstrack.app import check_database
    from kbstrack.config import load_settings
    from kbstrack.record.keys import rotate_key

    settings = load_settings()
    check_database(settings)
    found = rotate_key(settings.home, clock.now())
    click.echo(f"The key {found.keys[-1].key_id} signs from now on.")


@dataclass(slots=True)
class Found:
    """What was checked so far, and what is not as it was: only that is kept."""

    enrolments: int = 0
    entries: int = 0
    versions: int = 0
    files: int = 0
    head: tuple[int, str] | None = None
    since: list[datetime] = field(default_factory=list)
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
        for flaw in checked.flaws:
            self.add_flaw(checked.enrolment_id, flaw)

    def add_flaw(self, enrolment_id: UUID, flaw: Flaw) -> None:
        """Something about one enrolment."""
        name = str(enrolment_id)
        self.flawed[name] = (*self.flawed.get(name, ()), flaw)

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
        for made_at in sorted(self.since):
            click.echo(f"Compared with the checkpoint of {say_time(made_at)}.")
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
            "since": [made_at.isoformat() for made_at in sorted(self.since)],
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


def _named(text: str) -> UUID:
    """The enrolment's id. One that has rows is found by its id whatever these say."""
    from kbstrack.cli.naming import enrolment_named
    from kbstrack.record.checking import is_known
    from kbstrack.record.damage import UNREADABLE

    with suppress(ValueError):
        if is_known(UUID(text)):
            return UUID(text)
    try:
        return enrolment_named(text).id
    except UNREADABLE as error:
        raise RuleBroken(
            "The row of that enrolment cannot be read: it was damaged. Leave its name out to check "
            "all of them."
        ) from error


def _compare(
    found: Found, checkpoints: tuple[Path, ...], keys_file: Path | None, only: UUID | None
) -> None:
    """Every checkpoint is read before any chain is compared with one: a bad one ends it all."""
    from kbstrack.current import settings
    from kbstrack.record.checkpoints import checkpoint_flaws, read_checkpoint
    from kbstrack.record.keys import public_keys, read_keys

    if not checkpoints:
        return
    known = read_keys(keys_file) if keys_file else public_keys(settings().home)
    for signed in [read_checkpoint(path, known) for path in checkpoints]:
        for enrolment_id, flaw in checkpoint_flaws(signed, only):
            found.add_flaw(enrolment_id, flaw)
        found.since.append(signed.made_at)


def _verify_all(found: Found) -> None:
    from kbstrack.current import store
    from kbstrack.record.checking import check, count_enrolments, every_enrolment
    from kbstrack.record.damage import broken_bytes, count_hashes, submitted_hashes
    from kbstrack.record.whole import whole_flaws

    found.elsewhere += whole_flaws()
    hashes = _shown("Files", submitted_hashes(), count_hashes())
    broken = broken_bytes(store(), hashes)
    for enrolment_id in _shown("Enrolments", every_enrolment(), count_enrolments()):
        found.add(check(enrolment_id, broken=broken, alone=False))


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
