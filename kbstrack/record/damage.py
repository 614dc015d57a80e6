"""Finding out which rows and which bytes cannot be read, or are not those that were kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from sqlalchemy import Subquery, Table, func, inspect, select, union
from sqlalchemy.exc import SQLAlchemyError

from kbstrack.db import Base, db
from kbstrack.errors import NotFound
from kbstrack.evidence.models import StoredFile, Upload, VersionFile
from kbstrack.issues.models import Issue
from kbstrack.ledger.rules import Flaw
from kbstrack.storage.stored import FileStore

UNREADABLE = (SQLAlchemyError, ValueError, TypeError, LookupError, AssertionError, AttributeError)
"""What reading a row raises when a value in it is none of its column's kind."""

AT_ONCE = 500


def unreadable_columns(stage: str) -> Iterator[Flaw]:
    """The columns of a stage's tables with a value that is none of its kind.

    Only asked once something could not be read: it reads all rows of the stage.
    """
    for table in _tables(stage):
        for column in table.columns:
            try:
                for _ in db.session.execute(select(column)):
                    pass
            except UNREADABLE:
                db.session.rollback()
                yield Flaw(
                    f"the table {table.name}",
                    f"a value in its column {column.name} cannot be read: it was damaged.",
                )


def broken_bytes(store: FileStore, hashes: Iterable[str]) -> dict[str, str]:
    """What is wrong with the bytes under these SHA-256s, of those with which something is.

    Reads every byte, in little memory.
    """
    found = {}
    for sha256 in hashes:
        try:
            if not store.verify(sha256):
                found[sha256] = "its bytes are not those that were handed in."
        except NotFound:
            found[sha256] = "its bytes are missing."
        except OSError as error:
            found[sha256] = f"its bytes cannot be read ({error.strerror or error})."
    return found


def submitted_hashes() -> Iterator[str]:
    """Every file and checked copy that some version or issue names, once each, in order."""
    both, last = _submitted(), ""
    while True:
        batch = db.session.scalars(
            select(both.c.sha256).where(both.c.sha256 > last).order_by(both.c.sha256).limit(AT_ONCE)
        ).all()
        # Reading files takes long, and the database should not wait for that.
        db.session.rollback()
        if not batch:
            return
        yield from batch
        last = batch[-1]


def count_hashes() -> int:
    """How many `submitted_hashes` has."""
    return db.session.scalar(select(func.count()).select_from(_submitted())) or 0


def _submitted() -> Subquery:
    named = select(Upload.sha256).join(VersionFile, VersionFile.upload_id == Upload.id)
    return union(
        select(StoredFile.sha256.label("sha256")).where(StoredFile.sha256.in_(named)),
        select(Issue.pdf_sha256),
        select(Issue.record_sha256),
        select(Issue.extract_sha256),
        select(StoredFile.copy_sha256).where(
            StoredFile.sha256.in_(named), StoredFile.copy_sha256.is_not(None)
        ),
    ).subquery()


def _tables(stage: str) -> list[Table]:
    package = import_module(f"kbstrack.{stage}").__name__
    return [
        table
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(f"{package}.")
        for table in inspect(mapper.class_).tables
        if isinstance(table, Table)
    ]
