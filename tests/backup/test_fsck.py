"""`kbstrack fsck`: each kind of harm is found and named with its place, on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from kbstrack import current
from kbstrack.backup.fsck import CHECKS, Check, check_instance
from kbstrack.backup.soundness import Finding
from kbstrack.db import db


def harm(*statements: str) -> None:
    """Change the database as somebody with all its rights can."""
    db.session.rollback()
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        if is_sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
            tables = raw.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall()
            for name, _ in tables:
                raw.execute(f"DROP TRIGGER {name}")
        with connection.begin():
            if not is_sqlite:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))
        if is_sqlite:
            for _, sql in tables:
                raw.execute(sql)
            raw.execute("PRAGMA foreign_keys=ON")


@pytest.fixture
def found(kbstrack):
    """What `kbstrack fsck` says is wrong: a list of sentences with their place, by check."""

    def look() -> dict[str, list[str]]:
        result = kbstrack("fsck", "--json")
        report = json.loads(result.output)
        assert result.exit_code == (0 if report["is_whole"] else 1)
        said = kbstrack("fsck")
        assert said.exit_code == result.exit_code
        return {
            name: [f"{finding['place']}: {finding['sentence']}" for finding in findings]
            for name, findings in report["checks"].items()
            if findings
        }

    return look


def test_an_instance_that_is_sound_is_said_to_be(world, kbstrack):
    result = kbstrack("fsck")

    assert result.exit_code == 0
    for check in CHECKS:
        assert check.is_sound in result.output


def test_a_text_that_was_changed_is_named_with_its_version(world, found):
    harm("UPDATE evidence_version SET description = description || '.'")

    (said,) = found().values()
    assert any("what was written in the submission in E1, version 1" in line for line in said)
    assert (
        f"enrolment {world.enrolment_id}, E1, version 1: its text, claims or files do not have "
        "the hash that it names." in said
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_version SET title = 'Another title'",
        "UPDATE evidence_version SET sha256 = 'x'",
        "UPDATE evidence_version SET salt = 'x'",
        "UPDATE evidence_version SET first_on = '2026-02-20'",
        "UPDATE claim SET rationale = 'Because.'",
        "UPDATE evidence_version SET kind = 'magic'",
    ],
)
def test_every_part_of_a_version_counts(world, found, statement):
    harm(statement)

    assert list(found()) == ["ledger"]


def test_a_row_that_is_referred_to_and_gone_is_named(world, found):
    harm("DELETE FROM employer")

    said = found()["database"]

    assert any("employer" in sentence and "not there" in sentence for sentence in said)


def test_a_trigger_that_was_dropped_is_named(world, found):
    is_sqlite = db.engine.dialect.name == "sqlite"
    name = "decision_no_update" if is_sqlite else "decision_no_change"
    definition = (
        f"SELECT sql FROM sqlite_master WHERE name = '{name}'"
        if is_sqlite
        else f"SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = '{name}'"
    )
    with db.engine.begin() as connection:
        made = connection.scalar(text(definition))
        connection.execute(text(f"DROP TRIGGER {name}" + ("" if is_sqlite else " ON decision")))
    said = found()["database"]
    with db.engine.begin() as connection:
        connection.exec_driver_sql(str(made))

    assert len(said) == 1
    assert f"The trigger {name} of decision is missing" in said[0]
    assert found() == {}


def test_a_file_that_is_missing_and_one_that_is_harmed_are_named(world, found):
    path = next(current.store().root.rglob("[0-9a-f]" * 64))
    path.write_bytes(b"other bytes")
    assert path.name in found()["files"][0]
    path.unlink()
    assert "it is not there" in found()["files"][0]


def test_a_standard_that_says_something_else_now_is_named(world, found, settings, kbstrack):
    harm(f"UPDATE enrolment SET standard_hash = '{'0' * 64}'")

    assert list(found()) == ["ledger", "standards"]
    assert found()["standards"][0].startswith("ST9999 1.0: The file of ST9999 version 1.0 was")


def test_a_standard_that_is_gone_is_named(world, kbstrack, tmp_path: Path):
    result = kbstrack("fsck", KBSTRACK_STANDARDS="")

    assert result.exit_code == 1
    assert "its file is missing" in " ".join(result.output.split())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_damaged_page_is_named(world, found, settings):
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.scalar(
            text("SELECT rootpage FROM sqlite_master WHERE name = 'ix_message_next_attempt_at'")
        )
        size = connection.scalar(text("PRAGMA page_size"))
    db.engine.dispose()
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : (root - 1) * size + 16] = b"\xff" * 16
    path.write_bytes(content)

    assert found()["database"]


def test_another_check_can_be_added_to_the_list(world):
    more = Check("more", "All the more.", lambda _files: [Finding("here", "Something is odd.")])

    checked = check_instance((*CHECKS, more))

    assert checked.findings["more"] == [Finding("here", "Something is odd.")]
    assert not checked.is_whole
    assert not checked.findings["database"]
