"""What is backed up comes back: row for row, byte for byte, on both databases and between them."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from kbstrack import current, migrations
from kbstrack.backup import rows, snapshot
from kbstrack.backup.restoring import restore_backup
from kbstrack.config import Settings
from kbstrack.db import db
from tests.backup.conftest import NOTES, add_file
from tests.backup.contents import all_rows, manifest_of, parts_of, rows_at
from tests.builders import FRIDAY
from tests.conftest import make_engine
from tests.migrations.catalog import describe, triggers
from tests.migrations.rows import fill
from tests.postgres import new_database


@pytest.fixture
def filled(app):
    """A row in every table there is, whoever added it."""
    fill(db.engine)


def test_a_backup_holds_a_row_of_every_table_and_gives_it_back(
    filled, settings: Settings, tmp_path: Path
):
    """Straight from the metadata, so that a new table is in it without being named here."""
    snapshot.take_snapshot(db.engine, tmp_path / "copy.sqlite")

    assert rows_at(f"sqlite:///{tmp_path / 'copy.sqlite'}") == all_rows(db.engine)


def test_a_restored_instance_is_the_one_that_was_backed_up(
    backup: Path, world, settings: Settings, tmp_path: Path, postgresql_server: str
):
    home = tmp_path / "restored"
    before = all_rows(db.engine)

    restored = restore_backup(backup, home, at=FRIDAY)

    assert rows_at(f"sqlite:///{home / 'kbstrack.sqlite'}") == before
    assert (home / "secret-key").read_bytes() == (settings.home / "secret-key").read_bytes()
    assert (home / "keys" / "2026.pem").read_bytes() == b"a signing key"
    assert restored.standards == home / "standards"
    assert [path.name for path in (home / "standards").iterdir()] == ["ST9999-1.0.yaml"]
    with new_database(postgresql_server) as url:
        engine = make_engine(url)
        restore_backup(backup, tmp_path / "other", into=engine, at=FRIDAY)
        assert all_rows(engine) == before
        assert not (tmp_path / "other" / "kbstrack.sqlite").exists()
        engine.dispose()


def test_a_row_of_every_table_goes_to_postgresql_and_back(
    filled, tmp_path: Path, postgresql_server: str
):
    before = all_rows(db.engine)
    snapshot.take_snapshot(db.engine, tmp_path / "copy.sqlite")
    with new_database(postgresql_server) as url:
        engine = make_engine(url)
        migrations.upgrade(
            engine,
            then=lambda connection: rows.into_postgresql(tmp_path / "copy.sqlite", connection),
        )
        assert all_rows(engine) == before
        snapshot.take_snapshot(engine, tmp_path / "back.sqlite")
        engine.dispose()

    assert rows_at(f"sqlite:///{tmp_path / 'back.sqlite'}") == before


def test_numbers_that_the_database_gives_out_go_on_after_a_restore(
    filled, tmp_path: Path, postgresql_server: str
):
    copy = tmp_path / "copy.sqlite"
    snapshot.take_snapshot(db.engine, copy)
    add = "INSERT INTO sign_in_failure (subject, failed_at) VALUES ('x', '2026-03-02 09:30Z')"
    with new_database(postgresql_server) as url:
        engine = make_engine(url)
        migrations.upgrade(engine, then=lambda target: rows.into_postgresql(copy, target))
        with engine.begin() as connection:
            connection.execute(text(add))
            connection.execute(text(add))
            numbers = connection.execute(text("SELECT id FROM sign_in_failure")).scalars().all()
        engine.dispose()

    assert len(set(numbers)) == len(numbers) == 3


def test_files_come_back_byte_for_byte_and_are_their_owners_alone(backup: Path, tmp_path: Path):
    home = tmp_path / "restored"
    kept = {item.sha256: current.store().read(item.sha256) for item in current.store().iterate()}

    restore_backup(backup, home, at=FRIDAY)

    paths = [path for path in home.rglob("*") if path.is_file()]
    assert NOTES in kept.values()
    assert {path.name: path.read_bytes() for path in paths if path.name in kept} == kept
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert {
        stat.S_IMODE(path.stat().st_mode) for path in (home, *home.rglob("*")) if path.is_dir()
    } == {0o700}


@pytest.mark.parametrize("is_postgresql", [False, True])
def test_rows_that_are_only_ever_added_are_still_kept_by_the_database(
    backup: Path, tmp_path: Path, is_postgresql, request
):
    server = request.getfixturevalue("postgresql_server") if is_postgresql else None
    home = tmp_path / "restored"

    def look(url: str, into=None) -> None:
        restore_backup(backup, home, into=into, at=FRIDAY)
        engine = into or make_engine(url)
        with pytest.raises(DatabaseError, match="only ever added"), engine.begin() as connection:
            connection.execute(text("UPDATE decision SET feedback = 'x'"))
        with pytest.raises(DatabaseError, match="only ever added"), engine.begin() as connection:
            connection.execute(text("DELETE FROM upload"))
        assert len(triggers(engine)) >= 10
        engine.dispose()

    if server is None:
        look(f"sqlite:///{home / 'kbstrack.sqlite'}")
        return
    with new_database(server) as url:
        look(url, make_engine(url))


def test_a_restored_instance_works_with_every_command(backup: Path, kbstrack, tmp_path: Path):
    home = tmp_path / "restored"
    said = kbstrack("restore", backup, home, KBSTRACK_DATABASE="")

    checked = kbstrack(
        "fsck", "--json",
        KBSTRACK_HOME=str(home), KBSTRACK_DATABASE="", KBSTRACK_STANDARDS=str(home / "standards"),
    )  # fmt: skip

    assert said.exit_code == 0, said.output
    assert f"KBSTRACK_HOME={home} KBSTRACK_STANDARDS={home / 'standards'}" in said.output
    assert json.loads(checked.output)["is_whole"], checked.output


def test_a_backup_is_written_whole_and_is_its_owners_alone(kbstrack, world, tmp_path: Path):
    target = tmp_path / "backups" / "one.backup"
    target.parent.mkdir()

    said = kbstrack("backup", target)
    report = json.loads(kbstrack("backup", "verify", target, "--json").output)

    assert said.exit_code == 0, said.output
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["one.backup"]
    assert report["is_whole"]
    assert report["findings"] == []
    assert report["seal"] in said.output
    assert report["rows"] == sum(len(rows) for rows in all_rows(db.engine).values())


def test_what_a_backup_holds_can_be_read_with_tar_alone(backup: Path, settings: Settings):
    parts = parts_of(backup)
    manifest = manifest_of(backup)

    assert list(parts)[:3] == ["kbstrack-backup", "database.sqlite", "secret-key"]
    assert parts["secret-key"] == (settings.home / "secret-key").read_bytes()
    assert parts["keys/2026.pem"] == b"a signing key"
    assert NOTES in parts.values()
    assert [member.name for member in manifest.members] == list(parts)
    assert manifest.revision == migrations.head()
    assert manifest.made_at == FRIDAY.isoformat()


def test_files_no_row_speaks_of_are_not_backed_up(world, settings: Settings, tmp_path, kbstrack):
    left_over = current.store().put(io.BytesIO(b"left over"), most_bytes=100)
    kbstrack("backup", tmp_path / "one.backup")

    assert f"files/{left_over.sha256}" not in parts_of(tmp_path / "one.backup")


def test_sqlite_is_one_file_in_a_backup_with_nothing_deleted_left_in_it(backup: Path, tmp_path):
    content = parts_of(backup)["database.sqlite"]
    path = tmp_path / "copy.sqlite"
    path.write_bytes(content)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar()
    engine.dispose()

    assert free == 0


def test_the_tables_of_a_restored_database_are_those_of_the_migrations(
    backup: Path, migrated_file: Path, tmp_path: Path
):
    restore_backup(backup, tmp_path / "restored", at=FRIDAY)
    wanted = make_engine(f"sqlite:///{migrated_file}")
    found = make_engine(f"sqlite:///{tmp_path / 'restored' / 'kbstrack.sqlite'}")

    assert (describe(found), triggers(found)) == (describe(wanted), triggers(wanted))
    wanted.dispose()
    found.dispose()


def test_an_upload_after_the_backup_is_in_the_next_one(backup: Path, world, kbstrack, tmp_path):
    sha256 = add_file(world, b"Later notes.\n", "later.txt")
    kbstrack("backup", tmp_path / "two.backup")

    assert f"files/{sha256}" not in parts_of(backup)
    assert parts_of(tmp_path / "two.backup")[f"files/{sha256}"] == b"Later notes.\n"
