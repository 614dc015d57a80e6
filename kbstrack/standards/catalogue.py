"""Every standard this installation knows, read once at start and never changed while it runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import kbstrack
from kbstrack.errors import BadStandard, NotFound
from kbstrack.standards.checks import check_file
from kbstrack.standards.problems import Problem, say_problems
from kbstrack.standards.rules import Standard, version_key

SUFFIXES = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Standards by (reference, version), in order of reference and then version."""

    standards: tuple[Standard, ...] = ()

    def __post_init__(self) -> None:
        """Keep them sorted, so that lists and `latest` need no second thought."""
        ordered = sorted(
            self.standards, key=lambda item: (item.reference, version_key(item.version))
        )
        object.__setattr__(self, "standards", tuple(ordered))

    def all(self) -> tuple[Standard, ...]:
        """Every version of every standard, oldest version first."""
        return self.standards

    def get(self, reference: str, version: str) -> Standard:
        """This version of this standard. Raises NotFound."""
        for standard in self.standards:
            if (standard.reference, standard.version) == (reference, version):
                return standard
        raise NotFound(f"There is no standard {reference} version {version} in the catalogue.")

    def latest(self, reference: str) -> Standard:
        """The highest version of this standard. Raises NotFound."""
        versions = [item for item in self.standards if item.reference == reference]
        if not versions:
            raise NotFound(f"There is no standard {reference} in the catalogue.")
        return versions[-1]


@dataclass(slots=True)
class Gathered:
    """What a number of files hold: standards, problems, and files that could not be opened."""

    standards: list[Standard] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unreadable: list[Problem] = field(default_factory=list)


def builtin_directory() -> Path:
    """Where the standards that come with kbstrack lie: in the package, or beside a checkout's."""
    package = Path(kbstrack.__file__).parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent / "data"


def load_catalogue(directories: Iterable[Path]) -> Catalogue:
    """The standards in the YAML files of these directories; a file named twice counts once.

    Raises BadStandard with every problem of every file, in the words of `standards check`.
    """
    problems: list[Problem] = []
    paths = _files(directories, problems)
    gathered = gather(paths)
    problems += gathered.unreadable
    problems += [problem for problem in gathered.problems if problem.is_error]
    if problems:
        raise BadStandard(say_problems(problems))
    return Catalogue(tuple(gathered.standards))


def files_by_version(directories: Iterable[Path]) -> dict[tuple[str, str], Path]:
    """The file of each (reference, version); what cannot be used is passed over."""
    found: dict[tuple[str, str], Path] = {}
    for path in _files(directories, []):
        with suppress(OSError):
            standard = check_file(path).standard
            if standard is not None:
                found.setdefault((standard.reference, standard.version), path)
    return found


def gather(paths: Iterable[Path]) -> Gathered:
    """Check these files one by one and against each other. Raises nothing."""
    gathered = Gathered()
    places: dict[tuple[str, str], Path] = {}
    for path in paths:
        try:
            checked = check_file(path)
        except OSError as error:
            gathered.unreadable.append(unreadable(path, error))
            continue
        gathered.problems += checked.problems
        standard = checked.standard
        if standard is None:
            continue
        first = places.setdefault((standard.reference, standard.version), path)
        if first is not path:
            gathered.problems.append(_defined_twice(path, standard, first))
        gathered.standards.append(standard)
    return gathered


def unreadable(path: Path, error: OSError) -> Problem:
    """The problem of a file or directory that the system does not hand over."""
    why = (error.strerror or "it cannot be opened").lower()
    return Problem(
        str(path), 0, "error", f"This cannot be read ({why}). Check the path and who may read it."
    )


def _files(directories: Iterable[Path], problems: list[Problem]) -> list[Path]:
    paths: dict[Path, Path] = {}
    for directory in directories:
        try:
            inside = sorted(directory.iterdir())
        except OSError as error:
            problems.append(unreadable(directory, error))
            continue
        for path in inside:
            if path.suffix in SUFFIXES and not path.name.startswith("."):
                paths.setdefault(Path(os.path.realpath(path)), path)
    return list(paths.values())


def _defined_twice(path: Path, standard: Standard, other: Path) -> Problem:
    return Problem(
        str(path),
        0,
        "error",
        f"{standard.reference} version {standard.version} is already defined in {other}. "
        "Remove one of the two files, or give this one its own version.",
    )
