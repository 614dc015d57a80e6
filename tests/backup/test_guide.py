"""The guide to backups names every command and option, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import click
from click.testing import CliRunner

from kbstrack.cli import main
from kbstrack.cli.backup import backup, restore

GUIDE = Path(__file__).parents[2] / "docs" / "backup.md"
ELSEWHERE = {"--port"}
"""Options of other commands."""


def options(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
    }


def test_every_option_is_in_the_guide_and_no_other():
    known = options(restore).union(*(options(command) for command in backup.commands.values()))
    guide = GUIDE.read_text(encoding="utf-8")

    assert set(re.findall(r"(?<![\w-])--[a-z]+", guide)) - ELSEWHERE == known
    assert {"kbstrack backup verify", "kbstrack restore", "kbstrack fsck"} <= set(
        re.findall(r"kbstrack (?:backup verify|restore|fsck)", guide)
    )


def test_help_shows_how_a_backup_is_made_and_checked():
    result = CliRunner().invoke(main, ["backup", "--help"], prog_name="kbstrack")

    assert result.exit_code == 0
    assert "Usage: kbstrack backup FILE [--force] [--incomplete] | verify FILE" in result.output
    assert "verify" in result.output
