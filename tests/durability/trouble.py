"""What goes wrong on real machines, made to happen here: full disks, locks, cut connections."""

from __future__ import annotations

import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from kbstrack.db import Base, db

FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$
"""


@contextmanager
def files_no_larger_than(most_bytes: int) -> Iterator[None]:
    """Inside, the system lets this process make no file larger than that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def database_without_room(model: type[Base]) -> Iterator[None]:
    """Inside, SQLite's file cannot grow; PostgreSQL says so for this table."""
    engine = db.engine
    with _full_sqlite(engine) if engine.dialect.name == "sqlite" else _full_postgresql(model):
        yield


@contextmanager
def _full_sqlite(engine: Engine) -> Iterator[None]:
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    _begin_anew(engine)
    event.listen(engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(engine, "connect", limit)
        _begin_anew(engine)


@contextmanager
def _full_postgresql(model: type[Base]) -> Iterator[None]:
    with side_connection() as connection:
        connection.execute(FULL)
        connection.execute(
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {model.__tablename__} "
            "FOR EACH ROW EXECUTE FUNCTION disk_is_full()"
        )
        try:
            yield
        finally:
            connection.execute("DROP FUNCTION disk_is_full CASCADE")


@contextmanager
def side_connection() -> Iterator[psycopg.Connection[Any]]:
    """A connection to PostgreSQL that the application knows nothing of."""
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@contextmanager
def locked_database() -> Iterator[Callable[[], None]]:
    """Somebody else is writing; gives what makes them stop, from any thread."""
    db.session.rollback()
    with ExitStack() as stack:
        if db.engine.dialect.name == "sqlite":
            file = sqlite3.connect(str(db.engine.url.database), check_same_thread=False)
            stack.enter_context(closing(file))
            file.execute("BEGIN IMMEDIATE")
            stack.callback(file.rollback)
            yield file.rollback
        else:
            server = stack.enter_context(side_connection())
            server.autocommit = False
            server.execute("SELECT id FROM enrolment FOR UPDATE")
            stack.callback(server.rollback)
            yield server.rollback


@contextmanager
def once_it_waits(do: Callable[[], None], *, after_seconds: float) -> Iterator[None]:
    """Inside, `do` is called so long after the application has asked for the lock."""
    is_asked, is_over = threading.Event(), threading.Event()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement == "BEGIN IMMEDIATE" or "FOR UPDATE" in statement:
            is_asked.set()

    def wait() -> None:
        if is_asked.wait(timeout=60):
            is_over.wait(timeout=after_seconds)
        do()

    holder = threading.Thread(target=wait)
    holder.start()
    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", note)
        is_asked.set()
        is_over.set()
        holder.join()


@contextmanager
def after_insert(model: type[Base], do: Callable[[Any], None]) -> Iterator[None]:
    """Inside, `do(connection)` is called once, after the first row of this table is written."""
    done: list[bool] = []

    def note(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not done and statement.startswith(f"INSERT INTO {model.__tablename__} "):
            done.append(True)
            do(connection)

    engine = db.engine
    event.listen(engine, "after_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", note)
    assert done, f"nothing was written into {model.__tablename__}"


def end_connection(connection: Any) -> None:
    """PostgreSQL ends this connection of the application, as when it is restarted."""
    process_id = connection.connection.driver_connection.info.backend_pid
    with side_connection() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (process_id,))


def _begin_anew(engine: Engine) -> None:
    db.session.rollback()
    engine.dispose()
