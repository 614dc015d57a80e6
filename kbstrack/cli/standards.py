"""`kbstrack standards`: list, show and check the standards' files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kbstrack.cli.output import echo_json, echo_wrapped
from kbstrack.config import load_settings
from kbstrack.errors import NotFound
from kbstrack.formats import join_words, say_count
from kbstrack.standards.catalogue import (
    Catalogue,
    builtin_directory,
    gather,
    load_catalogue,
)
from kbstrack.standards.problems import say_problems
from kbstrack.standards.rules import Ksb, Standard


@click.group()
def standards() -> None:
    """List, show and check standards.

    Standards are read from those that come with kbstrack and from every directory in
    KBSTRACK_STANDARDS.
    """


@standards.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_standards(as_json: bool) -> None:
    """List every standard and version."""
    found = _catalogue().all()
    if as_json:
        echo_json([_facts(standard) for standard in found])
        return
    if not found:
        click.echo("There are no standards yet. Put their files where KBSTRACK_STANDARDS points.")
    for standard in found:
        click.echo(
            f"{standard.reference}  {standard.version:<6}{standard.title}, level {standard.level}: "
            f"{say_counts(standard)}"
        )


@standards.command()
@click.argument("reference")
@click.option("--version", help="Which version; otherwise the latest.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("--guidance", is_flag=True, help="Show our prompts for apprentices as well.")
def show(reference: str, version: str | None, as_json: bool, guidance: bool) -> None:
    """Show a standard with its KSBs, such as ST0321."""
    standard = _find(_catalogue(), reference.upper(), version)
    if as_json:
        echo_json(_facts(standard) | {"ksbs": [ksb.official() for ksb in standard.ksbs]})
        return
    _show_head(standard)
    for kind in standard.kinds:
        click.echo(f"\n{kind.heading}")
        for ksb in standard.of_kind(kind):
            _show_ksb(ksb, guidance=guidance)
    click.echo()
    echo_wrapped(standard.licence)


@standards.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check files and report everything that is wrong with them.

    Exit status: 0 when all can be used (warnings may remain), 1 with errors, 2 when a file cannot
    be read.
    """
    gathered = gather(dict.fromkeys(files))
    if gathered.problems:
        click.echo(say_problems(gathered.problems))
    if gathered.unreadable:
        click.echo(say_problems(gathered.unreadable), err=True)
    errors = sum(problem.is_error for problem in gathered.problems)
    warnings = len(gathered.problems) - errors
    checked = say_count(len(set(files)) - len(gathered.unreadable), "file")
    counts = f"{say_count(errors, 'error')}, {say_count(warnings, 'warning')}"
    click.echo(f"Checked {checked}: {counts}.")
    click.get_current_context().exit(2 if gathered.unreadable else 1 if errors else 0)


def say_counts(standard: Standard) -> str:
    """`9 knowledge, 17 skills and 9 behaviours`."""
    counts = {kind: len(standard.of_kind(kind)) for kind in standard.kinds}
    return join_words(
        say_count(count, kind.label.lower(), kind.heading.lower()) for kind, count in counts.items()
    )


def _catalogue() -> Catalogue:
    return load_catalogue([builtin_directory(), *load_settings().standards_directories])


def _find(catalogue: Catalogue, reference: str, version: str | None) -> Standard:
    try:
        return catalogue.get(reference, version) if version else catalogue.latest(reference)
    except NotFound as error:
        raise NotFound(f"{error} `kbstrack standards list` shows what there is.") from None


def _facts(standard: Standard) -> dict[str, Any]:
    return {
        "reference": standard.reference,
        "version": standard.version,
        "title": standard.title,
        "level": standard.level,
        "occupation_code": standard.occupation_code,
        "lars_code": standard.lars_code,
        "route": standard.route,
        "status": standard.status,
        "licence": standard.licence,
        "content_hash": standard.content_hash,
        "ksb_counts": {kind.value: len(standard.of_kind(kind)) for kind in standard.kinds},
    }


def _show_head(standard: Standard) -> None:
    click.echo(f"{standard.title}, level {standard.level}")
    facts = {
        "Reference": f"{standard.reference}, version {standard.version}",
        "Note": standard.version_note,
        "Occupation": standard.occupation_code,
        "LARS code": standard.lars_code,
        "Route": standard.route,
        "Status": standard.status,
        "Apprenticeship": standard.apprenticeship_status,
        "Holds": say_counts(standard),
        "Signed off by": _say_roles(standard),
        "Source": standard.source,
        "Content hash": standard.content_hash,
    }
    for name, fact in facts.items():
        if fact:
            echo_wrapped(fact, first=f"{name}:", indent=16)
    if standard.summary:
        click.echo()
        echo_wrapped(standard.summary)


def _say_roles(standard: Standard) -> str:
    roles = {kind: standard.sign_off_roles.role_for(kind) for kind in standard.kinds}
    return join_words(f"{kind.heading.lower()}: {role}" for kind, role in roles.items())


def _show_ksb(ksb: Ksb, *, guidance: bool) -> None:
    title = f"{ksb.title}: " if ksb.title else ""
    echo_wrapped(title + ksb.statement, first=ksb.code, indent=6)
    for point in ksb.points:
        echo_wrapped(point, first="      -", indent=8)
    if not guidance:
        return
    for prompt in ksb.prompts:
        echo_wrapped(prompt, first="      guidance:", indent=16)
    if ksb.witnesses:
        witnesses = join_words(ksb.witnesses, "or")
        echo_wrapped(f"who could have seen it: {witnesses}", first="      guidance:", indent=16)
