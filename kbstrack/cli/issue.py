"""How commands are told which frozen issue they are about."""

from __future__ import annotations

import click

LATEST = "latest"

ISSUE = click.option(
    "--issue",
    metavar="NUMBER",
    default=LATEST,
    show_default=True,
    help="Which frozen issue: its number, or “latest”.",
)


def issue_number(text: str) -> int | None:
    """The number that was given; None for the latest. Raises BadParameter."""
    if text == LATEST:
        return None
    if text.isascii() and text.isdecimal() and 0 < int(text) < 2**31:
        return int(text)
    raise click.BadParameter("Write the number of an issue, or “latest”.", param_hint="--issue")
