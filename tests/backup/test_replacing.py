"""`restore` where there is something: the former instance is kept, and nothing newer is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from kbstrack import migrations
from kbstrack.backup.restoring import Wishes, restore_backup
from tests.builders import FRIDAY
from tests.conftest import make_engine
from tests.postgres import new_database


class TestInThePlaceOfAnInstance:
    """`restore --replace`: the former instance is kept, and nothing newer is lost by accident."""

    @pytest.fixture
    def home(self, backup: Path, tmp_path: Path) -> Path:
        """The instance as it was at the time of the backup."""
        restore_backup(backup, tmp_path / "there", at=FRIDAY)
        return tmp_path / "there"

    def test_a_folder_with_something_in_it_is_refused(self, backup: Path, home: Path, kbstrack):
        result = kbstrack("restore", backup, home, KBSTRACK_DATABASE="")

        assert result.exit_code == 1
        assert "is not empty, and nothing was changed" in result.output
        assert "--replace" in result.output

    def test_a_folder_that_is_no_instance_is_never_replaced(self, backup, kbstrack, tmp_path):
        (tmp_path / "letters").mkdir()
        (tmp_path / "letters" / "one.txt").write_text("Dear")

        result = kbstrack("restore", backup, tmp_path / "letters", "--replace")

        assert result.exit_code == 1
        assert (tmp_path / "letters" / "one.txt").read_text() == "Dear"

    def test_the_former_instance_is_kept_beside_it(self, backup: Path, home: Path):
        (home / "mail").mkdir()

        restored = restore_backup(backup, home, wishes=Wishes(may_replace=True), at=FRIDAY)

        assert restored.kept == home.with_name("there.before-2026-03-06T093000Z")
        assert (restored.kept / "mail").is_dir()
        assert not (home / "mail").exists()
        again = restore_backup(backup, home, wishes=Wishes(may_replace=True), at=FRIDAY)
        assert again.kept == home.with_name("there.before-2026-03-06T093000Z.2")

    def test_what_came_after_the_backup_is_not_lost_by_accident(
        self, backup: Path, home: Path, kbstrack
    ):
        engine = make_engine(f"sqlite:///{home / 'kbstrack.sqlite'}")
        with engine.begin() as connection:
            connection.execute(text("UPDATE provider SET name = 'Renamed since'"))
        engine.dispose()

        refused = kbstrack("restore", backup, home, "--replace", KBSTRACK_DATABASE="")
        taken = kbstrack("restore", backup, home, "--replace", "--older", KBSTRACK_DATABASE="")

        assert refused.exit_code == 1
        assert "1 row of provider would be lost" in refused.output
        assert "--older" in refused.output
        assert taken.exit_code == 0, taken.output
        assert "The former instance is in" in taken.output

    def test_an_instance_that_cannot_be_compared_is_not_replaced_by_accident(
        self, backup: Path, home: Path, kbstrack
    ):
        (home / "kbstrack.sqlite").write_bytes(b"no database at all" * 100)

        result = kbstrack("restore", backup, home, "--replace", KBSTRACK_DATABASE="")

        assert result.exit_code == 1
        assert "cannot be compared" in result.output

    def test_a_database_with_something_in_it_is_refused(
        self, backup: Path, tmp_path: Path, postgresql_server: str, kbstrack
    ):
        with new_database(postgresql_server) as url:
            engine = make_engine(url)
            migrations.upgrade(engine)
            engine.dispose()
            result = kbstrack("restore", backup, tmp_path / "x", KBSTRACK_DATABASE=url)

        assert result.exit_code == 1
        assert "is not empty, and nothing was changed" in result.output
        assert not (tmp_path / "x").exists()
