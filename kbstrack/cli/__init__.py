"""The command `kbstrack`: a table of subcommands, each imported when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from kbstrack.errors import KbstrackError

# name: (where it is, what --help says). The help stands here so that --help imports nothing.
COMMANDS = {
    "init": ("kbstrack.cli.instance:init", "Create the database and the first administrator."),
    "run": ("kbstrack.cli.instance:run", "Serve the application."),
    "migrate": ("kbstrack.cli.instance:migrate", "Bring the database up to date."),
    "standards": ("kbstrack.cli.standards:standards", "List, show and check standards."),
    "people": ("kbstrack.cli.people:people", "Providers, employers, people and enrolments."),
    "portfolio": ("kbstrack.cli.portfolio:portfolio", "Write an apprentice's portfolio as PDF."),
    "bundle": ("kbstrack.cli.bundle:bundle", "Write a frozen portfolio with all files as ZIP."),
    "verify": ("kbstrack.cli.verify:verify", "Check an issue of a portfolio that you were given."),
    "office": ("kbstrack.cli.office:office", "Try whether LibreOffice makes pages of documents."),
    "worker": ("kbstrack.cli.worker:worker", "Do background jobs, such as drawing portfolios."),
    "jobs": ("kbstrack.cli.jobs:jobs", "Show background jobs, and try failed ones again."),
    "mail": ("kbstrack.cli.mail:mail", "Show and send waiting messages."),
    "storage": ("kbstrack.cli.storage:storage", "Look after the stored files."),
    "fsck": ("kbstrack.cli.fsck:fsck", "Check the database, the files and what binds them."),
    "backup": ("kbstrack.cli.backup:backup", "Write a backup of the instance, or check one."),
    "restore": ("kbstrack.cli.backup:restore", "Make an instance from a backup."),
    "ledger": ("kbstrack.cli.ledger:ledger", "Check the record and sign the ledger's heads."),
    "quality": ("kbstrack.cli.quality:quality", "List sampling plans and draw them again."),
    "demo": ("kbstrack.cli.demo:demo", "Fill an empty database with a demo cohort."),
}


class LazyGroup(click.Group):
    """A group that imports a subcommand only to run it, and says refusals in a sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None where the name is not in the table."""
        if cmd_name not in COMMANDS:
            return None
        module_name, _, attribute = COMMANDS[cmd_name][0].partition(":")
        try:
            command = getattr(import_module(module_name), attribute)
        except ModuleNotFoundError as error:
            if error.name != module_name:
                raise
            raise click.ClickException(f"This installation has no command {cmd_name}.") from None
        assert isinstance(command, click.Command), f"{module_name}:{attribute} is not a command"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run; what the core refuses ends with 1, what the system refuses with 2."""
        try:
            return super().invoke(ctx)
        except KbstrackError as error:
            click.echo("\n".join(error.sentences), err=True)
            ctx.exit(1)
        except BrokenPipeError:
            raise  # somebody reads only the beginning; click ends quietly
        except OSError as error:
            place = f"{click.format_filename(error.filename)}: " if error.filename else ""
            click.echo(f"{place}{error.strerror or error}", err=True)
            ctx.exit(2)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kbstrack", message="%(prog)s %(version)s")
def main() -> None:
    """The record of an apprenticeship: evidence, decisions, sign-off and portfolio per KSB."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its number, not a traceback.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
