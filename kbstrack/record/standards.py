"""The standards as far as their files can be used: a bad file is a flaw like others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kbstrack.errors import BadStandard
from kbstrack.ledger.rules import Flaw
from kbstrack.standards.catalogue import (
    Catalogue,
    builtin_directory,
    files_by_version,
    gather,
    load_catalogue,
)


def usable_catalogue(directories: Sequence[Path]) -> tuple[Catalogue, list[Flaw]]:
    """The standards of these directories and of kbstrack itself, and which files are no use."""
    places = [builtin_directory(), *directories]
    try:
        return load_catalogue(places), []
    except BadStandard as error:
        usable = gather(files_by_version(places).values()).standards
        return Catalogue(tuple(usable)), [
            Flaw("a standard's file", line) for line in str(error).splitlines()
        ]
