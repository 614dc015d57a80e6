"""Migrations: they arrive at the models, go both ways, and finish or change nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Engine,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DatabaseError, IntegrityError

from kbstrack import migrations
from kbstrack.db import Base, DatabaseNotReady
from tests.conftest import make_engine
from tests.migrations.catalog import describe, triggers
from tests.migrations.rows import fill
from tests.postgres import new_database

VERSIONS = Path(migrations.__file__).parent / "versions"
FAILING = """
import sqlalchemy as sa
from alembic import op
revision = "9999"
down_revision = "{head}"
def upgrade():
    op.create_table("half_done", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE provider SET name = 'half'")
    op.execute("SELECT no_such_column FROM provider")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database without tables."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield engine
        engine.dispose()
        return
    with new_database(request.getfixturevalue("postgresql_server")) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def other(request: pytest.FixtureRequest, empty: Engine, tmp_path: Path) -> Iterator[Engine]:
    """A second empty database of the same kind."""
    if empty.dialect.name == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'other.sqlite'}")
        yield engine
        engine.dispose()
        return
    with new_database(request.getfixturevalue("postgresql_server")) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


def count_rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def append_only_tables() -> set[str]:
    return {
        str(mapper.local_table)
        for mapper in Base.registry.mappers
        if getattr(mapper.class_, "__append_only__", False)
    }


def test_every_models_module_is_known_to_the_application():
    package = Path(migrations.__file__).parents[1]
    root = (package / "app.py").read_text(encoding="utf-8")

    for path in package.glob("**/models.py"):
        module = ".".join(["kbstrack", *path.relative_to(package).with_suffix("").parts])
        assert f"import {module}" in root


def test_head_is_what_the_models_say(empty, other):
    migrations.upgrade(empty)
    Base.metadata.create_all(other)

    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    # Alembic does not look at CHECKs and partial indexes; the database's own words do.
    assert describe(empty) == describe(other)


def test_up_down_and_up_again_with_rows(empty):
    migrations.upgrade(empty)
    first = describe(empty), triggers(empty)
    fill(empty)
    assert set(count_rows(empty).values()) == {1}

    migrations.downgrade(empty, "base")
    assert set(inspect(empty).get_table_names()) == {"alembic_version"}
    assert triggers(empty) == set()

    migrations.upgrade(empty)
    assert (describe(empty), triggers(empty)) == first
    assert set(count_rows(empty).values()) == {0}


def test_a_migration_that_fails_leaves_the_old_version_working(empty, tmp_path):
    migrations.upgrade(empty)
    fill(empty)
    before = describe(empty), triggers(empty), count_rows(empty)
    versions = tmp_path / "versions"
    shutil.copytree(VERSIONS, versions)
    (versions / "9999_failing.py").write_text(FAILING.format(head=migrations.head()))

    with pytest.raises(DatabaseError):
        migrations.upgrade(empty, versions=versions)

    assert (describe(empty), triggers(empty), count_rows(empty)) == before
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT name FROM provider")) == "Northbridge"
    migrations.check_ready(empty)


def test_two_that_migrate_at_once_take_turns(empty):
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(migrations.upgrade, empty) for _ in range(2)]:
            done.result()

    migrations.check_ready(empty)


def test_sqlite_checks_references_again_after_migrating(empty):
    migrations.upgrade(empty)

    with pytest.raises(DatabaseError), empty.begin() as connection:
        connection.execute(
            text("INSERT INTO employer (id, provider_id, name, created_at, revision) "
                 "VALUES ('00000000000000000000000000000001', "
                 "'00000000000000000000000000000002', 'x', '2026-03-02', 1)")
        )  # fmt: skip


@pytest.fixture
def filled(empty: Engine) -> Engine:
    """A database at head with a row in every table."""
    migrations.upgrade(empty)
    fill(empty)
    return empty


def refuses(engine: Engine, statement: str) -> bool:
    try:
        with engine.begin() as connection:
            assert connection.execute(text(statement)).rowcount != 0
    except DatabaseError as error:
        return "only ever added" in str(error.orig)
    return False


def test_rows_that_are_only_ever_added_cannot_be_changed_or_deleted(filled):
    assert len(append_only_tables()) >= 11
    refused: dict[str, Callable[[str], str]] = {
        "update": lambda table: f"UPDATE {table} SET {first_column(table)} = NULL",
        "delete": lambda table: f"DELETE FROM {table}",
    }
    if filled.dialect.name == "postgresql":
        refused["truncate"] = lambda table: f"TRUNCATE {table} CASCADE"
    else:
        refused["replace"] = lambda table: f"REPLACE INTO {table} SELECT * FROM {table}"
    for table in append_only_tables():
        for change, statement in refused.items():
            assert refuses(filled, statement(table)), f"{change} of {table} went through"
    assert set(count_rows(filled).values()) == {1}


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_replace_rows_for_a_client_that_sets_nothing_up(filled):
    """`REPLACE` deletes the old row without a word to its triggers, where SQLite is as it comes."""
    client = sqlite3.connect(str(filled.url.database))
    for name in append_only_tables():
        table = Base.metadata.tables[name]
        for key in keys(table):
            values = ", ".join(
                "lower(hex(randomblob(16)))"
                if column.primary_key and column.name not in key
                else column.name
                for column in table.columns
            )
            with pytest.raises(sqlite3.IntegrityError, match="only ever added"):
                client.execute(f"REPLACE INTO {name} SELECT {values} FROM {name}")
    client.close()


def keys(table: Table) -> Iterator[set[str]]:
    """The columns of the primary key, and those of each other key."""
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            yield {column.name for column in constraint.columns}


def test_a_row_with_a_key_that_is_there_is_an_error_of_integrity(filled):
    for name in append_only_tables():
        with pytest.raises(IntegrityError), filled.begin() as connection:
            connection.execute(text(f"INSERT INTO {name} SELECT * FROM {name}"))


def first_column(table: str) -> str:
    return str(Base.metadata.tables[table].columns.keys()[0])


def test_exactly_the_tables_that_say_so_are_only_ever_added(filled):
    assert {table for table, _ in triggers(filled)} == append_only_tables()


def test_a_database_without_tables_is_not_ready(empty):
    with pytest.raises(DatabaseNotReady, match="kbstrack init"):
        migrations.check_ready(empty)


def test_an_older_and_a_newer_database_are_told_apart(empty):
    migrations.upgrade(empty)
    migrations.check_ready(empty)

    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseNotReady, match="newer than this version"):
        migrations.check_ready(empty)


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_a_database_from_before_the_first_release_is_refused_with_what_to_do(empty, revision):
    migrations.upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))

    with pytest.raises(DatabaseNotReady, match="from before the first release"):
        migrations.check_ready(empty)


def test_an_older_database_says_to_migrate(empty, tmp_path, monkeypatch):
    migrations.upgrade(empty)
    monkeypatch.setattr(migrations, "head", lambda: "9999")

    with pytest.raises(DatabaseNotReady, match="run `kbstrack migrate`"):
        migrations.check_ready(empty)


def test_a_file_that_is_no_database_is_said_in_a_sentence(tmp_path):
    path = tmp_path / "text.sqlite"
    path.write_text("this is no database, only a text that somebody put there")
    engine = make_engine(f"sqlite:///{path}")

    with pytest.raises(DatabaseNotReady, match=r"cannot be used \(file is not a database\)"):
        migrations.check_ready(engine)
    engine.dispose()
