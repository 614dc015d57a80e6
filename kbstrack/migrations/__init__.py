"""Bringing a database to the tables this program needs, all of a migration or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from kbstrack.db import DatabaseNotReady, writing

BEFORE_RELEASE = ("0001", "0002")
"""The revisions of databases from before the first release; their ledger is missing or another."""

# Any number will do, as long as nobody else takes it on the same database.
_LOCK = 3210321


def upgrade(
    engine: Engine,
    revision: str = "head",
    *,
    versions: Path | None = None,
    then: Callable[[Connection], None] | None = None,
) -> None:
    """Bring the database up to `revision`, in one transaction.

    When a migration fails, the database is as it was and the old program still works with it.
    Two that start at once take turns. `versions` names another directory of migrations. `then`
    is the last part of the transaction: what fills the tables that were made.
    """
    _keep_private(engine)
    with _one_transaction(engine) as connection:
        command.upgrade(_config(connection, versions), revision)
        if then is not None:
            then(connection)


def downgrade(engine: Engine, revision: str, *, versions: Path | None = None) -> None:
    """Take the database back to `revision` ("base" is an empty one), in one transaction."""
    with _one_transaction(engine) as connection:
        command.downgrade(_config(connection, versions), revision)


def head() -> str:
    """The revision this program works with."""
    revision = _scripts().get_current_head()
    assert revision is not None
    return revision


def revision_on(connection: Connection) -> str | None:
    """The revision that this transaction sees, or None for a database without tables."""
    return MigrationContext.configure(connection).get_current_revision()


def revision_of(engine: Engine) -> str | None:
    """The revision of the database, or None for one without tables.

    Raises DatabaseNotReady when it cannot be reached. A missing SQLite file is not made.
    """
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).is_file():
        return None
    try:
        with engine.connect() as connection:
            return revision_on(connection)
    except DatabaseError as error:
        why = str(error.orig).strip().splitlines()[0]
        raise DatabaseNotReady(
            f"The database cannot be used ({why}). Start it, or check KBSTRACK_DATABASE."
        ) from error


def is_known(revision: str) -> bool:
    """Whether this program has a migration of that name."""
    return revision in {it.revision for it in _scripts().walk_revisions()}


def check_not_newer(found: str | None) -> None:
    """Raises DatabaseNotReady for a revision that this program has never heard of."""
    if found in BEFORE_RELEASE:
        raise DatabaseNotReady(
            "The database was made by a version from before the first release, whose ledger was "
            "missing or another one, and it cannot be brought up to date. Make a new one with "
            "`kbstrack init` in another KBSTRACK_HOME; if this one was only for trying out, you "
            "can remove its folder."
        )
    if found is not None and not is_known(found):
        raise DatabaseNotReady(
            "The database is newer than this version of kbstrack, and `kbstrack migrate` only "
            "goes forward. Install the version that was used last."
        )


def check_ready(engine: Engine) -> None:
    """Raises DatabaseNotReady, saying what to do, unless the database is at `head()`."""
    found = revision_of(engine)
    if found == head():
        return
    if found is None:
        raise DatabaseNotReady(
            "There is no database here yet. Run `kbstrack init` to make one "
            "(later versions of kbstrack bring it up to date with `kbstrack migrate`)."
        )
    check_not_newer(found)
    raise DatabaseNotReady(
        "The database is older than this version of kbstrack. "
        "Make a backup (`kbstrack backup FILE`), then run `kbstrack migrate`."
    )


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None, versions: Path | None = None) -> Config:
    directory = Path(__file__).parent
    config = Config()
    config.set_main_option("script_location", str(directory).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option(
        "version_locations", str(versions or directory / "versions").replace("%", "%%")
    )
    config.attributes["connection"] = connection
    return config


def _keep_private(engine: Engine) -> None:
    """A new SQLite file is its owner's alone, also in a home that others may enter.

    What SQLite lays beside it gets the same mode; the mode of a file that is there stays.
    """
    if engine.dialect.name == "sqlite" and engine.url.database not in {None, "", ":memory:"}:
        Path(str(engine.url.database)).touch(mode=0o600)


@contextmanager
def _one_transaction(engine: Engine) -> Iterator[Connection]:
    with writing(engine.connect()) as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            # Rebuilding a table drops it; its references are checked at the end instead. SQLite
            # ignores this inside a transaction, so it goes past SQLAlchemy's.
            _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                yield connection
                if is_sqlite:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    assert not broken, "a migration left references to rows that are gone"
        finally:
            if is_sqlite:
                _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: str) -> None:
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(f"PRAGMA foreign_keys={state}")
