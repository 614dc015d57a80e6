"""What keeps a backup from being made or restored is said in a sentence, and nothing is left."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbstrack import current
from kbstrack.backup.archive import Writer
from kbstrack.backup.restoring import Wishes, restore_backup
from kbstrack.backup.verifying import verify_backup
from tests.backup.contents import manifest_of
from tests.builders import FRIDAY

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KB."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a disk cannot be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_and_leaves_nothing(world, kbstrack, small_disk: Path):
    result = kbstrack("backup", small_disk / "one.backup")

    assert result.exit_code == 1
    assert "No backup was made: there is no room left on the disk" in result.output
    assert list(small_disk.iterdir()) == []


def test_a_full_disk_keeps_the_backup_that_is_there(world, kbstrack, small_disk: Path):
    (small_disk / "one.backup").write_bytes(b"the former one")

    result = kbstrack("backup", small_disk / "one.backup", "--force")

    assert result.exit_code == 1
    assert (small_disk / "one.backup").read_bytes() == b"the former one"


def test_a_full_disk_while_restoring_is_said_and_leaves_nothing(
    backup: Path, kbstrack, small_disk: Path
):
    result = kbstrack("restore", backup, small_disk / "home", KBSTRACK_DATABASE="")

    assert result.exit_code == 1
    assert "Nothing was restored: there is no room left on the disk" in result.output
    assert list(small_disk.iterdir()) == []


@on_sqlite
def test_a_disk_that_fills_up_at_the_last_part_leaves_nothing(
    world, kbstrack, tmp_path, monkeypatch
):
    def fail(self, manifest):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Writer, "finish", fail)
    (tmp_path / "backups").mkdir()

    result = kbstrack("backup", tmp_path / "backups" / "one.backup")

    assert "there is no room left" in result.output
    assert list((tmp_path / "backups").iterdir()) == []


@on_sqlite
def test_a_limit_on_the_size_of_files_is_said(world, settings, tmp_path: Path):
    """In a process of its own, since a limit cannot be taken back."""
    (tmp_path / "backups").mkdir()
    code = "from kbstrack.cli import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", code, "backup", str(tmp_path / "backups" / "one.backup")],
        check=False, capture_output=True, text=True,
        env=os.environ | {
            "KBSTRACK_HOME": str(settings.home), "KBSTRACK_DATABASE": settings.database_url,
            "KBSTRACK_STANDARDS": str(settings.standards_directories[0]),
        },
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
    )  # fmt: skip

    assert done.returncode == 1, done.stderr
    assert "No backup was made" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "backups").iterdir()) == []


@on_sqlite
class TestOfTheTarget:
    """Where a backup is to go."""

    def test_what_is_there_is_kept_without_force(self, world, kbstrack, tmp_path: Path):
        (tmp_path / "one.backup").write_bytes(b"the former one")

        refused = kbstrack("backup", tmp_path / "one.backup")
        kept = (tmp_path / "one.backup").read_bytes()
        forced = kbstrack("backup", "--force", tmp_path / "one.backup")

        assert refused.exit_code == 1
        assert "--force" in refused.output
        assert kept == b"the former one"
        assert forced.exit_code == 0
        assert verify_backup(tmp_path / "one.backup").is_whole

    def test_a_folder_that_is_missing_is_said(self, world, kbstrack, tmp_path: Path):
        result = kbstrack("backup", tmp_path / "nowhere" / "one.backup")

        assert result.exit_code == 1
        assert "There is no folder" in result.output

    def test_a_device_or_link_is_never_written_to(self, world, kbstrack, tmp_path: Path):
        (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

        result = kbstrack("backup", tmp_path / "link", "--force")

        assert result.exit_code == 1
        assert "not an ordinary file" in result.output
        assert not (tmp_path / "elsewhere").exists()

    def test_no_right_to_write_is_said(self, world, kbstrack, tmp_path: Path):
        locked = tmp_path / "locked"
        locked.mkdir()
        said = subprocess.run(["chattr", "+i", str(locked)], check=False, capture_output=True)
        if said.returncode:
            locked.chmod(0o500)
            if os.geteuid() == 0:
                pytest.skip("nothing keeps root from writing here")
        try:
            result = kbstrack("backup", locked / "one.backup")
        finally:
            subprocess.run(["chattr", "-i", str(locked)], check=False, capture_output=True)
            locked.chmod(0o700)

        assert result.exit_code == 1
        assert "you may not read or write" in result.output

    def test_a_backup_that_is_not_there_is_said(self, kbstrack, tmp_path: Path):
        result = kbstrack("backup", "verify", tmp_path / "nowhere")

        assert result.exit_code == 1
        assert "there is no" in result.output

    def test_no_instance_is_said(self, kbstrack, tmp_path: Path):
        home = str(tmp_path / "nobody")

        result = kbstrack("backup", tmp_path / "x", KBSTRACK_HOME=home, KBSTRACK_DATABASE="")

        assert result.exit_code == 1
        assert "There is no database here" in result.output
        assert not (tmp_path / "x").exists()
        assert not Path(home).exists()

    def test_a_name_that_is_a_command_can_still_be_a_file(self, world, kbstrack, tmp_path):
        assert kbstrack("backup", tmp_path / "verify").exit_code == 0
        assert kbstrack("backup", "verify", tmp_path / "verify").exit_code == 0


@on_sqlite
class TestOfADamagedInstance:
    """Files the database speaks of are missing or harmed when the backup is made."""

    @pytest.fixture
    def sha256(self, world) -> str:
        """One of its files."""
        return next(iter(current.store().iterate())).sha256

    @pytest.mark.parametrize("harm", ["missing", "changed", "shorter", "longer"])
    def test_is_refused_unless_it_is_wanted(self, sha256, harm, kbstrack, tmp_path: Path):
        path = current.store().path(sha256)
        content = path.read_bytes()
        path.unlink()
        if harm != "missing":
            changed = {"changed": b"X" + content[1:], "shorter": content[1:]}
            path.write_bytes(changed.get(harm, content + b"more"))
        target = tmp_path / "one.backup"

        refused = kbstrack("backup", target)
        made = kbstrack("backup", target, "--incomplete")

        assert refused.exit_code == 1
        assert f"files/{sha256}" in refused.output
        assert "--incomplete" in refused.output
        assert made.exit_code == 0, made.output
        assert f"missing  files/{sha256}" in made.output
        assert manifest_of(target).lost == (f"files/{sha256}",)

    def test_says_what_is_missing_when_it_is_checked_and_restored(
        self, sha256, kbstrack, tmp_path: Path
    ):
        current.store().path(sha256).unlink()
        target = tmp_path / "one.backup"
        kbstrack("backup", target, "--incomplete")

        verified = kbstrack("backup", "verify", target)
        refused = kbstrack("restore", target, tmp_path / "x", KBSTRACK_DATABASE="")
        restored = restore_backup(
            target, tmp_path / "y", wishes=Wishes(may_be_incomplete=True), at=FRIDAY
        )

        assert verified.exit_code == refused.exit_code == 1
        assert "missing or damaged already" in verified.output
        assert "--incomplete" in refused.output
        assert [finding.place for finding in restored.lost] == [f"files/{sha256}"]

    def test_a_changed_standard_is_not_taken_for_the_one_enrolments_are_on(
        self, world, kbstrack, tmp_path: Path
    ):
        (tmp_path / "none").mkdir()

        result = kbstrack("backup", tmp_path / "x", KBSTRACK_STANDARDS=str(tmp_path / "none"))

        assert result.exit_code == 1
        assert "standards/ST9999-1.0.yaml" in result.output

    def test_a_stranger_among_the_keys_is_said(self, world, settings, kbstrack, tmp_path: Path):
        (settings.home / "keys" / "ä letter").write_text("Dear")

        result = kbstrack("backup", tmp_path / "x")

        assert result.exit_code == 1
        assert "move what is not a key to another place" in result.output
