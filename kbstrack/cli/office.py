"""`kbstrack office`: does LibreOffice make pages of office documents on this machine?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from kbstrack.config import Settings, load_settings
from kbstrack.errors import RuleBroken

if TYPE_CHECKING:
    from kbstrack.pdf.office.program import Program

_TRIAL = b"{\\rtf1\\ansi A page.\\par}"
OFF = "KBSTRACK_OFFICE is not set: office documents are attached to portfolios, not printed."


@click.command()
def office() -> None:
    """Try whether LibreOffice makes pages of office documents here.

    Has it make a page of a line of text, shut in as it will be. Exit status: 0 when it does, or
    when it is switched off, 1 when it does not.
    """
    from kbstrack.pdf.office.converting import convert

    program = _program(load_settings())
    if program is None:
        click.echo(OFF)
        return
    begun = time.monotonic()
    found = convert(program, _TRIAL, "application/rtf")
    if found.problem:
        raise RuleBroken(f"{program.name} ({program.path}) starts, but fails: {found.problem}")
    click.echo(
        f"{program.name} ({program.path}) made a page in {time.monotonic() - begun:.1f} seconds, "
        f"{_say_confined(program)}."
    )


def say_problem(settings: Settings) -> None:
    """Say, where a server or worker starts, that office documents will have no pages, and why."""
    try:
        _program(settings)
    except RuleBroken as problem:
        click.echo(f"{problem}\nUntil then office documents are attached, but not printed.")


def _program(settings: Settings) -> Program | None:
    """None where it is switched off. Raises RuleBroken."""
    if not settings.office:
        return None
    from kbstrack.pdf.office.program import OfficeSetting, find_program

    return find_program(OfficeSetting(settings.office, settings.office_is_confined))


def _say_confined(program: Program) -> str:
    if program.bubblewrap is None:
        return "but it can read this machine's files and reach the network"
    return "without a network and without sight of other files"
