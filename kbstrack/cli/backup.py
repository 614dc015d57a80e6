"""`kbstrack backup` and `kbstrack restore`: copies of the whole instance."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kbstrack import clock
from kbstrack.cli.output import echo_json, echo_wrapped
from kbstrack.formats import say_count, say_size, say_time

if TYPE_CHECKING:
    from kbstrack.backup.manifest import Manifest
    from kbstrack.backup.restoring import Restored
    from kbstrack.backup.verifying import Verified

FILE = click.Path(dir_okay=False, path_type=Path)
with_seal = click.option(
    "--seal", metavar="HEX", help="The seal you noted when the backup was made."
)


class _Bar:
    """Progress on a terminal, nothing in a pipe or a log."""

    def __init__(self) -> None:
        self._bar: Any = None

    def start(self, what: str, total_bytes: int) -> None:
        """A bar of its own for each piece of work."""
        from tqdm import tqdm

        self.close()
        self._bar = tqdm(
            total=total_bytes,
            desc=f"  {what}",
            unit="B",
            unit_scale=True,
            disable=None,
            file=sys.stderr,
        )

    def add(self, done_bytes: int) -> None:
        """Some of it is done."""
        self._bar.update(done_bytes)

    def close(self) -> None:
        """Leave the line."""
        if self._bar is not None:
            self._bar.close()


class _FileFirst(click.Group):
    """`kbstrack backup FILE` makes one; a word of the table in its place is a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `make` before whatever is neither a command nor a question for help."""
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What stands behind `Usage: kbstrack backup`."""
        return ["FILE [--force] [--incomplete] | verify FILE [--seal HEX] [--json]"]


@click.group(cls=_FileFirst)
def backup() -> None:
    """Write a backup of the instance, or check one.

    `kbstrack backup FILE` writes the database, the uploaded files, the keys and the standards
    that apprentices are enrolled on into one file, while people work. It is as secret as the
    instance itself. `kbstrack restore` makes an instance of it.
    --force replaces a file that is there; --incomplete backs up what is there when files are
    missing or damaged.
    """


@backup.command(hidden=True)
@click.argument("target", metavar="FILE", type=FILE)
@click.option("--force", "may_replace", is_flag=True, help="Replace the file if it is there.")
@click.option(
    "--incomplete",
    "may_be_incomplete",
    is_flag=True,
    help="Back up what is there, though files are missing or damaged.",
)
def make(target: Path, may_replace: bool, may_be_incomplete: bool) -> None:
    """Write a backup of the instance to FILE.

    Exit status: 0 when it is complete and on the disk, 1 when it was not made.
    """
    from kbstrack.backup.making import make_backup
    from kbstrack.config import load_settings

    with closing(_Bar()) as bar:
        made = make_backup(
            load_settings(),
            target,
            at=clock.now(),
            may_replace=may_replace,
            may_be_incomplete=may_be_incomplete,
            progress=bar,
        )
    manifest = made.manifest
    click.echo(
        f"Wrote {click.format_filename(target)}, {say_size(made.size_bytes)}: "
        f"{_say_rows(manifest)} and "
        f"{say_count(len(manifest.files), 'file')}."
    )
    for name in manifest.lost:
        click.echo(f"missing  {name}")
    click.echo(f"Its seal is {made.sha256}.")


@backup.command()
@click.argument("source", metavar="FILE", type=FILE)
@with_seal
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def verify(source: Path, seal: str | None, as_json: bool) -> None:
    """Read all of a backup and say what is wrong with it.

    Exit status: 0 when it is whole, 1 when it is not.
    """
    from kbstrack.backup.verifying import verify_backup

    with closing(_Bar()) as bar:
        verified = verify_backup(source, seal=seal, progress=bar)
    if as_json:
        echo_json(_as_plain(verified))
    else:
        _say(verified)
    click.get_current_context().exit(0 if verified.is_whole else 1)


@click.command()
@click.argument("source", metavar="FILE", type=FILE)
@click.argument("home", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--replace",
    "may_replace",
    is_flag=True,
    help="Take the place of the instance in DIR, which is kept beside it.",
)
@click.option(
    "--older",
    "may_lose_newer",
    is_flag=True,
    help="With --replace: also when that instance has gone on since the backup.",
)
@click.option(
    "--incomplete",
    "may_be_incomplete",
    is_flag=True,
    help="Also when files were missing already when the backup was made.",
)
@with_seal
def restore(source: Path, home: Path, **wishes: Any) -> None:
    """Make DIR the instance that the backup FILE holds.

    All of the backup is checked first. DIR must be new or empty. Where KBSTRACK_DATABASE names
    a PostgreSQL database, which must be empty, the rows go there.
    """
    from kbstrack.backup.restoring import Wishes, restore_backup
    from kbstrack.backup.snapshot import engine_of
    from kbstrack.config import load_settings

    with closing(_Bar()) as bar, engine_of(load_settings()) as engine:
        restored = restore_backup(
            source,
            home,
            into=engine if engine.dialect.name == "postgresql" else None,
            wishes=Wishes(**wishes),
            at=clock.now(),
            progress=bar,
        )
    _say_restored(restored)


def _say_restored(restored: Restored) -> None:
    from kbstrack import migrations

    manifest = restored.manifest
    click.echo(
        f"Restored {_say_rows(manifest)} and "
        f"{say_count(len(manifest.files), 'file')} of {_say_when(manifest)} "
        f"in {click.format_filename(restored.home)}."
    )
    for finding in restored.lost:
        click.echo(f"missing  {finding.place}")
    if restored.kept is not None:
        click.echo(f"The former instance is in {click.format_filename(restored.kept)}.")
    settings = f"KBSTRACK_HOME={click.format_filename(restored.home)}"
    if (restored.home / "kbstrack.sqlite").is_file() and os.environ.get("KBSTRACK_DATABASE"):
        settings = f"KBSTRACK_DATABASE= {settings}"
    if restored.standards is not None:
        settings += f" KBSTRACK_STANDARDS={click.format_filename(restored.standards)}"
    click.echo(f"Use it with {settings}")
    if manifest.revision != migrations.head():
        click.echo("Its database is older than this version: run `kbstrack migrate` next.")
    click.echo("Then run `kbstrack fsck`.")


def _say_when(manifest: Manifest) -> str:
    return say_time(datetime.fromisoformat(manifest.made_at))


def _say_rows(manifest: Manifest) -> str:
    number = sum(manifest.rows.values())
    return f"{number:,} {'row' if number == 1 else 'rows'}"


def _as_plain(verified: Verified) -> dict[str, object]:
    manifest = verified.manifest
    about: dict[str, object] = {"is_whole": verified.is_whole}
    if manifest is not None:
        about |= {
            "made_at": manifest.made_at,
            "program": manifest.program,
            "database": manifest.database,
            "revision": manifest.revision,
            "rows": sum(manifest.rows.values()),
            "files": len(manifest.files),
            "seal": verified.sha256,
        }
    findings = [asdict(finding) for finding in (*verified.findings, *verified.lost)]
    return about | {"findings": findings}


def _say(verified: Verified) -> None:
    for finding in (*verified.findings, *verified.lost):
        echo_wrapped(finding.sentence, first=f"{finding.place}: ")
    manifest = verified.manifest
    if manifest is not None:
        click.echo(
            f"A backup of {_say_when(manifest)}, revision {manifest.revision}: "
            f"{_say_rows(manifest)} and "
            f"{say_count(len(manifest.files), 'file')}."
        )
        click.echo(f"Its seal is {verified.sha256}.")
    if verified.is_whole:
        click.echo("Everything is there and unharmed.")
    elif verified.findings:
        click.echo("Do not rely on it: make another one.")
    else:
        click.echo("All else is there and unharmed; restore it with --incomplete.")
