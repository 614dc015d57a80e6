"""Everything `kbstrack fsck` looks at: a list of named checks, each of which says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from kbstrack.backup.soundness import Finding, postgresql_findings, sqlite_findings
from kbstrack.current import store
from kbstrack.db import db
from kbstrack.errors import BadStandard
from kbstrack.evidence.file_queries import known_hashes, stored_hashes
from kbstrack.people.models import Enrolment
from kbstrack.people.pinned import standard_of
from kbstrack.record.checking import check as check_enrolment
from kbstrack.record.checking import every_enrolment
from kbstrack.record.whole import whole_flaws
from kbstrack.storage.check import Report, check_store


@dataclass(slots=True)
class Checked:
    """What all the checks found, by their names; `files` is what they read of the store."""

    files: Report
    findings: dict[str, list[Finding]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not any(self.findings.values())


@dataclass(frozen=True, slots=True)
class Check:
    """One of the things that are looked at; `is_sound` is what is said when all of it is."""

    name: str
    is_sound: str
    run: Callable[[Report], Iterable[Finding]]


def check_instance(checks: Iterable[Check] | None = None) -> Checked:
    """Make every check on the present instance. Changes nothing and raises nothing of its own."""
    checked = Checked(Report())
    for check in CHECKS if checks is None else checks:
        found = checked.findings.setdefault(check.name, [])
        try:
            found += check.run(checked.files)
        except DatabaseError as error:
            db.session.rollback()
            why = str(error.orig).strip().splitlines()[0]
            found.append(Finding(check.name, f"The database could not answer: {why}."))
    return checked


def _check_database(_files: Report) -> Iterator[Finding]:
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            yield from postgresql_findings(connection)
        else:
            raw: Any = connection.connection.driver_connection
            yield from sqlite_findings(raw)


def _check_files(files: Report) -> Iterator[Finding]:
    found = check_store(store(), stored_hashes(), known_hashes)
    for name in Report.__dataclass_fields__:
        setattr(files, name, getattr(found, name))
    for sha256 in files.missing:
        yield Finding(sha256, "The database speaks of this file, but it is not there.")
    for sha256 in files.damaged:
        yield Finding(sha256, "The bytes of this file are not those that were handed in.")


def _check_standards(_files: Report) -> Iterator[Finding]:
    pins = select(
        Enrolment.standard_reference, Enrolment.standard_version, Enrolment.standard_hash
    ).distinct()
    for pin in sorted(db.session.execute(pins)):
        try:
            standard_of(pin)
        except BadStandard as problem:
            yield Finding(f"{pin.standard_reference} {pin.standard_version}", str(problem))


def _check_ledger(_files: Report) -> Iterator[Finding]:
    """What every row says is what was entered; the bytes of files are a check of their own."""
    for flaw in whole_flaws():
        yield Finding(flaw.place, flaw.sentence)
    for enrolment_id in every_enrolment():
        for flaw in check_enrolment(enrolment_id, broken={}, alone=False).flaws:
            yield Finding(f"enrolment {enrolment_id}, {flaw.place}", flaw.sentence)


CHECKS = (
    Check("database", "The database is sound.", _check_database),
    Check("files", "Every file is there and unharmed.", _check_files),
    Check("ledger", "Every row is as it was entered into the ledger.", _check_ledger),
    Check("standards", "Every standard says what apprentices were enrolled on.", _check_standards),
)
