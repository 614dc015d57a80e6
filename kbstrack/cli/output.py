"""How commands write to a terminal or a pipe: JSON, and text wrapped to the width."""

from __future__ import annotations

import codecs
import json
import shutil
import sys
import textwrap

import click

MAX_WIDTH = 100


def echo_json(value: object) -> None:
    """Write plain values as indented JSON; escaped only where the output is not UTF-8."""
    is_utf8 = codecs.lookup(getattr(sys.stdout, "encoding", None) or "ascii").name == "utf-8"
    click.echo(json.dumps(value, indent=2, ensure_ascii=not is_utf8))


def echo_wrapped(text: str, *, first: str = "", indent: int = 0) -> None:
    """Write a paragraph within the terminal's width, the first line beginning with `first`."""
    width = max(40, min(MAX_WIDTH, shutil.get_terminal_size().columns))
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=first.ljust(indent),
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    click.echo("\n".join(lines))
