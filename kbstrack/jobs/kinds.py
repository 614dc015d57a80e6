"""What kinds of jobs there are: each brings the function that does it, registered in `app.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from kbstrack.errors import RuleBroken
from kbstrack.jobs.queries import JobRow
from kbstrack.jobs.service import Tell

KINDS = "kbstrack_job_kinds"

ReportProgress = Callable[[int, int], None]
"""Called with how much is done and of how much, from any thread, as often as one likes."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a long job has so far: it lets others go first now, and its turn comes again."""

    so_far: Mapping[str, Any]


Run = Callable[[JobRow, ReportProgress], Mapping[str, Any] | Unfinished]
"""Does the work and gives its result, plain values without anything personal.

A job of many parts gives `Unfinished` after each, and finds what it gave in `job.result` when it
is called again: it never holds others up for longer than one part takes, and whoever kills its
worker costs it no more than that part. `job.attempts` then counts the tries of the present part.

It may be called twice for one job, in two processes: the first may have been killed. While it
works it holds no transaction and no connection. A KbstrackError ends the job with its sentence;
any other error is the machine's, and the job is tried again.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job; `tell` tells whoever asked that it ended, when it took long."""

    name: str
    run: Run
    tell: Tell | None = None


def register(app: Flask, *kinds: Kind) -> None:
    """Let the application's workers do these."""
    app.extensions.setdefault(KINDS, {}).update({kind.name: kind for kind in kinds})


def kind_of(name: str) -> Kind:
    """Raises RuleBroken for a kind that this version does not know."""
    found: Kind | None = current_app.extensions.get(KINDS, {}).get(name)
    if found is None:
        raise RuleBroken(f"This version of kbstrack has no jobs of the kind {name}.")
    return found
