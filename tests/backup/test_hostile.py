"""Backups that somebody made by hand: nothing leads out of the folder, nothing foreign gets in."""

from __future__ import annotations

import io
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from kbstrack.backup import restoring, rows
from kbstrack.backup.archive import Writer, heading
from kbstrack.backup.restoring import NotProved, Wishes, restore_backup
from kbstrack.backup.verifying import verify_backup
from kbstrack.db import Base
from kbstrack.errors import RuleBroken
from tests.backup.contents import all_rows, manifest_of, parts_of, put_together, rows_at
from tests.builders import FRIDAY
from tests.conftest import make_engine
from tests.postgres import new_database

# The copy of the database is an SQLite file whatever it was made from.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@contextmanager
def database_of(backup: Path) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """The copy of the database in a backup, to change, and a file to write another backup to."""
    path = backup.with_name("changed.sqlite")
    path.write_bytes(parts_of(backup)["database.sqlite"])
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        yield database, path


def with_database(backup: Path, *statements: str) -> Path:
    """A backup whose database was changed and whose manifest was written anew to agree."""
    with database_of(backup) as (database, path):
        for statement in statements:
            database.execute(statement)
        database.execute("PRAGMA journal_mode=DELETE").fetchall()
    parts = parts_of(backup) | {"database.sqlite": path.read_bytes()}
    return put_together(backup.with_name("forged.backup"), parts, manifest_of(backup))


def said_of(backup: Path) -> str:
    """Everything that is found."""
    return " ".join(
        f"{finding.place}: {finding.sentence}" for finding in verify_backup(backup).findings
    )


@pytest.mark.parametrize(
    "name",
    ["../outside", "/etc/outside", "keys/../../outside", "files/../outside", "keys/.hidden",
     "keys/a/b", "standards/", "kbstrack.sqlite", "keys/a\\b", "ＫＥＹ", "keys/x\n"],
)  # fmt: skip
def test_a_name_that_is_none_of_ours_is_never_written(backup: Path, tmp_path: Path, name):
    info = tarfile.TarInfo(name)
    info.size, info.mode = 1, 0o600
    forged = tmp_path / "forged.backup"
    block = info.tobuf(tarfile.GNU_FORMAT, "utf-8") + b"x".ljust(512, b"\0")
    stream = io.BytesIO()
    writer = Writer(stream)
    parts = parts_of(backup)
    for part, content in parts.items():
        writer.add(part, io.BytesIO(content), len(content))
    stream.write(block)
    writer.finish(manifest_of(backup).as_bytes())
    forged.write_bytes(stream.getvalue())

    assert not verify_backup(forged).is_whole
    with pytest.raises(NotProved):
        restore_backup(forged, tmp_path / "restored", at=FRIDAY)
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "restored").exists()


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE,
     tarfile.GNUTYPE_SPARSE],
)  # fmt: skip
def test_links_folders_and_devices_are_no_parts_of_a_backup(backup: Path, tmp_path: Path, kind):
    """Put in the place of a file's heading, with all hashes right."""
    content = bytearray(backup.read_bytes())
    member = manifest_of(backup).files[0]
    old = heading(member.name, member.size_bytes)
    info = tarfile.TarInfo(member.name)
    info.type, info.linkname, info.size, info.mode = kind, "/etc/passwd", member.size_bytes, 0o600
    start = bytes(content).index(old)
    content[start : start + 512] = info.tobuf(tarfile.GNU_FORMAT)[:512]
    (tmp_path / "forged").write_bytes(content)

    assert f"{member.name}: Its heading was changed." in said_of(tmp_path / "forged")


def test_a_part_that_claims_to_be_enormous_is_refused(backup: Path, tmp_path: Path):
    content = bytearray(backup.read_bytes())
    member = manifest_of(backup).files[0]
    old = heading(member.name, member.size_bytes)
    start = bytes(content).index(old)
    content[start : start + 512] = heading(member.name, 10**15)
    (tmp_path / "forged").write_bytes(content)

    assert member.name in said_of(tmp_path / "forged")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TRIGGER decision_no_update", "trigger decision_no_update of decision is missing"),
        (
            "CREATE TRIGGER quiet AFTER INSERT ON person BEGIN DELETE FROM message; END",
            "trigger quiet of person is none that kbstrack made",
        ),
        ("CREATE VIEW everybody AS SELECT * FROM person", "none that kbstrack made"),
        ("CREATE TABLE extra (id)", "none that kbstrack made"),
        ("DROP TABLE used_key", "table used_key of used_key is missing"),
        ("DROP INDEX ix_enrolment_uln", "index ix_enrolment_uln of enrolment is missing"),
        ("DELETE FROM employer", "refers to a row of employer that is not there"),
        ("UPDATE alembic_version SET version_num = '7777'", "does not know"),
        ("DELETE FROM alembic_version", "does not know"),
        ("DROP TABLE alembic_version", "does not know"),
    ],
)
def test_a_database_that_was_changed_by_hand_is_found(backup: Path, tmp_path, statement, said):
    forged = with_database(backup, statement)

    assert said in said_of(forged)
    with pytest.raises(NotProved):
        restore_backup(forged, tmp_path / "restored", at=FRIDAY)


def test_a_database_with_damaged_pages_is_found(backup: Path, tmp_path: Path):
    """With a manifest that agrees with the damage, as after a copy that was torn."""
    parts = parts_of(backup)
    content = bytearray(parts["database.sqlite"])
    for start in range(4096 * 3, len(content), 4096 * 5):
        content[start : start + 64] = bytes(64)
    forged = put_together(
        tmp_path / "torn", parts | {"database.sqlite": bytes(content)}, manifest_of(backup)
    )
    no_database = put_together(
        tmp_path / "none", parts | {"database.sqlite": b"no database" * 99}, manifest_of(backup)
    )

    assert "database" in said_of(forged)
    assert "The database cannot be read" in said_of(no_database)


def test_a_file_row_without_its_bytes_is_found(backup: Path):
    forged = with_database(
        backup,
        "INSERT INTO stored_file (sha256, size_bytes, media_type, family, stored_at) "
        f"VALUES ('{'0' * 64}', 5, 'text/plain', 'text', '2026-03-02 09:30:00')",
    )

    assert f"files/{'0' * 64}: The database speaks of this file" in said_of(forged)


def test_a_backup_that_changes_while_it_is_restored_is_refused(
    backup: Path, tmp_path: Path, monkeypatch
):
    prove = restoring._prove

    def prove_and_change(file, *others):
        proved = prove(file, *others)
        member = manifest_of(backup).files[0]
        content = bytearray(backup.read_bytes())
        content[bytes(content).index(heading(member.name, member.size_bytes)) + 512] ^= 1
        with backup.open("r+b") as there:
            there.write(content)
        return proved

    monkeypatch.setattr(restoring, "_prove", prove_and_change)

    with pytest.raises(RuleBroken, match="changed while it was read"):
        restore_backup(backup, tmp_path / "restored", at=FRIDAY)
    assert not (tmp_path / "restored").exists()


class TestWhenPostgresqlRefuses:
    """Rows or the last rename do not go through: the database stays empty, the place as it was."""

    @pytest.fixture
    def there(self, backup: Path, tmp_path: Path) -> Path:
        """An instance whose place is to be taken."""
        restore_backup(backup, tmp_path / "there", at=FRIDAY)
        return tmp_path / "there"

    @pytest.mark.parametrize("when", ["rows", "commit"])
    def test_everything_is_as_it_was(
        self, backup: Path, there: Path, tmp_path, postgresql_server: str, when, monkeypatch
    ):
        copy = rows.into_postgresql
        before = rows_at(f"sqlite:///{there / 'kbstrack.sqlite'}")

        def refuse(path: Path, target: Connection) -> None:
            copy(path, target)
            if when == "rows":
                target.execute(text("SELECT 1 / 0"))
            # Looked at when the transaction commits.
            target.execute(text("CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
            target.execute(text("INSERT INTO late VALUES (1), (1)"))

        monkeypatch.setattr(rows, "into_postgresql", refuse)
        wishes = Wishes(may_replace=True, may_lose_newer=True)
        with new_database(postgresql_server) as url:
            engine = make_engine(url)
            with pytest.raises(RuleBroken, match="Nothing was restored: the database said"):
                restore_backup(backup, there, into=engine, wishes=wishes, at=FRIDAY)
            assert rows.is_empty(engine)
            engine.dispose()

        assert rows_at(f"sqlite:///{there / 'kbstrack.sqlite'}") == before
        assert {path.name for path in tmp_path.iterdir()} >= {"there", "one.backup"}
        assert not list(tmp_path.glob("there.before*"))
        assert not list(tmp_path.glob(".kbstrack*"))

    def test_the_same_goes_through_when_it_does_not(
        self, backup: Path, there: Path, postgresql_server: str
    ):
        wishes = Wishes(may_replace=True, may_lose_newer=True)
        before = rows_at(f"sqlite:///{there / 'kbstrack.sqlite'}")
        with new_database(postgresql_server) as url:
            engine = make_engine(url)
            with pytest.raises(RuleBroken, match="cannot be told"):
                restore_backup(
                    backup, there, into=engine, wishes=Wishes(may_replace=True), at=FRIDAY
                )
            restored = restore_backup(backup, there, into=engine, wishes=wishes, at=FRIDAY)
            assert all_rows(engine) == before
            engine.dispose()

        assert restored.kept is not None
        assert len(before) == len(Base.metadata.tables)
