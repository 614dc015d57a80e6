"""The database: one base for all models, one way to write, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Date, DateTime, Engine, MetaData, Text, Uuid, event, func, select
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

from kbstrack.errors import KbstrackError, RuleBroken

BUSY_TIMEOUT_MS = 10_000
STATEMENT_TIMEOUT_MS = 30_000

# What PostgreSQL calls it.
DISK_FULL = "53100"

_WRITES = "kbstrack_writes"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone was about to be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every model inherits: constraint names by rule, and types from annotations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # An explicit registry: Flask-SQLAlchemy refuses a type_annotation_map on the base itself.
    registry = registry(
        metadata=metadata,
        type_annotation_map={
            datetime: UtcDateTime(),
            date: Date(),
            uuid.UUID: Uuid(),
            str: Text(),
        },
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


class NestedTransaction(AssertionError):
    """A use case called another use case: share an inner function instead."""


@contextmanager
def transaction() -> Iterator[None]:
    """One use case, all or nothing; the only place that commits.

    Whatever was read before belongs to an older state, so reading starts anew inside. On SQLite
    the write lock is taken first (BEGIN IMMEDIATE): a transaction that reads and then writes
    would otherwise fail as soon as another process wrote in between.
    """
    session = db.session()
    if session.info.get(_WRITES):
        raise NestedTransaction
    session.rollback()
    session.info[_WRITES] = True
    try:
        session.connection(execution_options={_WRITES: True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_WRITES, None)


def is_writing() -> bool:
    """Whether a `transaction()` is open: inner functions assert it."""
    return bool(db.session().info.get(_WRITES))


def take_turns(what: str) -> None:
    """Hold everybody back who names the same until this transaction ends.

    For a row that does not exist yet and so cannot be locked. SQLite writes one at a time anyway.
    """
    assert is_writing()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(zlib.crc32(what.encode()))))


def writing(connection: Connection) -> Connection:
    """The connection, set up so that its transactions take SQLite's write lock first."""
    return connection.execution_options(**{_WRITES: True})


class DatabaseNotReady(KbstrackError):
    """The database is missing, or older or newer than this program."""


def is_out_of_room(error: Exception) -> bool:
    """Whether the database could not write because its disk is full."""
    said = getattr(error, "orig", None)
    return (
        getattr(said, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(said, "sqlstate", None) == DISK_FULL
    )


def database_url(text: str, home: Path) -> str:
    """The address with its driver named; a relative SQLite file lies in `home`.

    Raises RuleBroken, without the address itself since it may hold a password.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        url = make_url("unreadable://")
    if url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}:
        return f"sqlite:///{home / str(url.database)}"
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    raise RuleBroken(
        "KBSTRACK_DATABASE is not an address kbstrack can use: write sqlite:////path/to/file "
        "or postgresql://user:password@host/database, or leave it out."
    )


def engine_options(url: str) -> dict[str, Any]:
    """What `create_engine` needs for this address."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"hide_parameters": True, "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    return {
        # What people wrote stays out of error texts and so out of logs.
        "hide_parameters": True,
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": 5,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
        },
    }


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: object) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        # SQLAlchemy's own BEGIN (below) decides when a transaction starts.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: what the page calls saved is on the disk before it says so.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # REPLACE, too, asks the triggers that refuse to delete rows that are only ever added.
        cursor.execute("PRAGMA recursive_triggers=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
