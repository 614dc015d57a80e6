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
from kbstrack.evidence import queries
from kbstrack.evidence.file_queries import known_hashes, stored_hashes
from kbstrack.evidence.models import Evidence, EvidenceVersion
from kbstrack.evidence.queries import EvidenceRow, VersionRow
from kbstrack.evidence.rules import version_hash
from kbstrack.people.models import Enrolment
from kbstrack.people.pinned import standard_of
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


def _check_versions(_files: Report) -> Iterator[Finding]:
    """The text, claims and files of every version still have the hash that was decided on."""
    enrolments = db.session.scalars(select(Evidence.enrolment_id).distinct()).all()
    for enrolment_id in sorted(enrolments):
        salted = db.session.execute(
            select(EvidenceVersion.id, EvidenceVersion.salt)
            .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
            .where(Evidence.enrolment_id == enrolment_id)
        )
        salts = {row.id: row.salt for row in salted}
        try:
            pieces = queries.evidence_of(enrolment_id)
        except ValueError as error:
            yield Finding(f"enrolment {enrolment_id}", f"Its evidence cannot be read: {error}.")
            continue
        for piece in pieces:
            for version in piece.versions:
                if _hash_of(version, salts[version.id]) != version.sha256:
                    yield _say_changed(piece, version)


def _hash_of(version: VersionRow, salt: str) -> str:
    return version_hash(
        version.text,
        evidence_id=str(version.evidence_id),
        number=version.number,
        files=[(file.name, file.sha256) for file in version.files],
        salt=salt,
    )


def _say_changed(piece: EvidenceRow, version: VersionRow) -> Finding:
    return Finding(
        f"enrolment {piece.enrolment_id}, evidence {piece.number}, version {version.number}",
        "Its text, claims or files are not those that were submitted.",
    )


def _check_standards(_files: Report) -> Iterator[Finding]:
    pins = select(
        Enrolment.standard_reference, Enrolment.standard_version, Enrolment.standard_hash
    ).distinct()
    for pin in sorted(db.session.execute(pins)):
        try:
            standard_of(pin)
        except BadStandard as problem:
            yield Finding(f"{pin.standard_reference} {pin.standard_version}", str(problem))


CHECKS = (
    Check("database", "The database is sound.", _check_database),
    Check("files", "Every file is there and unharmed.", _check_files),
    Check("versions", "Every submitted version says what was submitted.", _check_versions),
    Check("standards", "Every standard says what apprentices were enrolled on.", _check_standards),
)
