"""What a database says of its own tables, in a form in which two databases can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import Engine, text

_COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, is_nullable,
           column_default
    FROM information_schema.columns WHERE table_schema = 'public'
"""
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
_INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"


def describe(engine: Engine) -> set[tuple[str, ...]]:
    """Columns, constraints and indexes of every table but Alembic's, a tuple each."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.execute(
                text("SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index')")
            ).all()
            found: Iterable[tuple[object, ...]] = (
                (table, part) for table, sql in rows for part in _parts(sql or "")
            )
        else:
            found = [
                tuple(row)
                for query in (_COLUMNS, _CONSTRAINTS, _INDEXES)
                for row in connection.execute(text(query))
            ]
        return {
            tuple(str(part) for part in row) for row in found if str(row[0]) != "alembic_version"
        }


def triggers(engine: Engine) -> set[tuple[str, str]]:
    """(table, trigger) of every trigger somebody made."""
    query = (
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with engine.connect() as connection:
        return {(table, name) for table, name in connection.execute(text(query))}


def _parts(sql: str) -> list[str]:
    # One line each: SQLAlchemy writes every column and constraint on its own. A table that was
    # rebuilt and renamed has its name in quotes.
    lines = re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", sql).splitlines()
    return [re.sub(r"\s+", " ", line).strip(" ,") for line in lines if line.strip()]
