"""A backup made before `kbstrack migrate`, as the guide asks for, restored by a later program."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from kbstrack import migrations
from kbstrack.backup.verifying import verify_backup
from kbstrack.db import db
from tests.backup.contents import all_rows, manifest_of
from tests.conftest import make_engine


class TestOfAnOlderRevision:
    """The program has one migration more than when the backup was made."""

    @pytest.fixture
    def newer(self, tmp_path: Path, monkeypatch) -> str:
        """This program one migration later; gives the new revision's name."""
        versions = tmp_path / "migrations"
        versions.mkdir()
        for path in (Path(migrations.__file__).parent / "versions").glob("*.py"):
            (versions / path.name).write_bytes(path.read_bytes())
        (versions / "9999_later.py").write_text(
            "from alembic import op\nimport sqlalchemy as sa\n"
            f'revision = "9999"\ndown_revision = "{migrations.head()}"\n'
            'def upgrade():\n    op.create_table("later", sa.Column("id", sa.Integer()))\n'
        )
        config = migrations._config

        def later(connection, given=None):
            return config(connection, given or versions)

        monkeypatch.setattr(migrations, "_config", later)
        return "9999"

    def test_is_restored_as_it_was_and_then_migrated(
        self, backup: Path, newer, kbstrack, tmp_path: Path
    ):
        home = tmp_path / "restored"
        url = f"sqlite:///{home / 'kbstrack.sqlite'}"

        said = kbstrack("restore", backup, home, KBSTRACK_DATABASE="")
        migrated = kbstrack("migrate", KBSTRACK_HOME=str(home), KBSTRACK_DATABASE="")

        assert "run `kbstrack migrate` next" in said.output
        assert migrated.exit_code == 0, migrated.output
        engine = make_engine(url)
        assert migrations.revision_of(engine) == newer
        assert "later" in inspect(engine).get_table_names()
        assert all_rows(engine) == all_rows(db.engine)
        engine.dispose()

    def test_is_made_though_the_program_is_newer(self, world, newer, kbstrack, tmp_path: Path):
        said = kbstrack("backup", tmp_path / "one.backup")

        assert said.exit_code == 0, said.output
        assert manifest_of(tmp_path / "one.backup").revision != newer
        assert verify_backup(tmp_path / "one.backup").is_whole
