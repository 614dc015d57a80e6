"""Whatever is done to a backup is found and named, and then nothing is restored."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kbstrack.backup.archive import BLOCK_BYTES, padded
from kbstrack.backup.making import make_backup
from kbstrack.backup.restoring import NotProved, restore_backup
from kbstrack.backup.verifying import verify_backup
from kbstrack.config import Settings
from kbstrack.db import db
from tests.backup.conftest import add_file
from tests.backup.contents import changed, manifest_of, parts_of, put_together
from tests.builders import FRIDAY

# What is done to bytes needs no second database.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def places(backup: Path) -> set[str]:
    """Which parts of the backup something is wrong with."""
    return {finding.place for finding in verify_backup(backup).findings}


def refused(backup: Path) -> bool:
    """Whether it is not restored, and nothing is left of trying."""
    home = backup.with_name("restored")
    before = set(backup.parent.iterdir())
    with pytest.raises(NotProved, match="Nothing was restored"):
        restore_backup(backup, home, at=FRIDAY)
    return set(backup.parent.iterdir()) == before


def spots(backup: Path) -> list[tuple[str, int]]:
    """A byte in the heading, the middle and the padding of every part, with the part's name."""
    found, offset = [], 0
    for member in manifest_of(backup).members:
        start = offset + BLOCK_BYTES
        found += [(member.name, offset + 3), (member.name, offset + 130)]
        found += [(member.name, start + member.size_bytes // 2)]
        if padded(member.size_bytes) != member.size_bytes:
            found.append((member.name, start + member.size_bytes))
        offset = start + padded(member.size_bytes)
    return found


def test_one_flipped_bit_in_any_part_is_found_and_names_the_part(backup: Path):
    for name, offset in spots(backup):
        copy = changed(backup, lambda content, at=offset: content.__setitem__(at, content[at] ^ 4))
        found = places(copy)
        # Of the very first part it is the mark that is wrong: then it is no backup at all.
        assert name in found or (name == "kbstrack-backup" and found == {"file"}), (name, offset)
    assert refused(copy)


def test_one_flipped_bit_behind_the_parts_is_found(backup: Path):
    end = backup.stat().st_size
    start = sum(BLOCK_BYTES + padded(member.size_bytes) for member in manifest_of(backup).members)
    for offset in (*range(start, end, 101), end - 1):
        copy = changed(backup, lambda content, at=offset: content.__setitem__(at, content[at] ^ 1))
        assert places(copy), offset


def test_a_cut_backup_is_refused_wherever_it_was_cut(backup: Path):
    end = backup.stat().st_size
    lengths = {0, 1, 511, 512, 513, 1024, end - 1, end - 512, end - 1024, end - 2048, end - 2049}
    for length in sorted(lengths | set(range(0, end, end // 40))):
        copy = changed(backup, lambda content, at=length: content.__delitem__(slice(at, None)))
        assert places(copy) == {"file"}, length
    assert refused(copy)


def test_a_cut_backup_says_how_far_it_goes(backup: Path):
    start = sum(BLOCK_BYTES + padded(member.size_bytes) for member in manifest_of(backup).members)
    copy = changed(backup, lambda content: content.__delitem__(slice(start, None)))

    said = verify_backup(copy).findings[0].sentence

    assert "end is missing" in said
    assert manifest_of(backup).members[-1].name in said


def test_bytes_behind_the_end_are_found(backup: Path):
    assert places(changed(backup, lambda content: content.extend(b"more"))) == {"file"}
    assert places(changed(backup, lambda content: content.extend(bytes(1024)))) == {"file"}


def test_a_part_of_an_older_backup_is_found(
    backup: Path, world, settings: Settings, tmp_path: Path
):
    """Everything in it is genuine, only not of one and the same moment."""
    add_file(world, b"Later notes.\n", "later.txt")
    db.session.rollback()
    newer = tmp_path / "two.backup"
    make_backup(settings, newer, at=FRIDAY)
    older = parts_of(backup)["database.sqlite"]

    copy = put_together(
        tmp_path / "swapped.backup",
        parts_of(newer) | {"database.sqlite": older},
        manifest_of(newer).as_bytes(),
    )

    assert "database.sqlite" in places(copy)
    assert refused(copy)


def test_an_added_a_missing_and_a_moved_part_are_found(backup: Path, tmp_path: Path):
    parts, manifest = parts_of(backup), manifest_of(backup).as_bytes()
    stranger = "files/" + "0" * 64
    first = next(name for name in parts if name.startswith("files/"))

    added = put_together(tmp_path / "added", parts | {stranger: b"x"}, manifest)
    missing = put_together(
        tmp_path / "missing", {k: v for k, v in parts.items() if k != first}, manifest
    )
    moved = put_together(tmp_path / "moved", dict(reversed(parts.items())), manifest)
    behind_the_mark = {k: parts[k] for k in ("kbstrack-backup", *sorted(parts)[::-1])}
    turned = put_together(tmp_path / "turned", behind_the_mark, manifest)

    assert places(added) == {stranger}
    assert places(missing) == {first}
    assert places(moved) == {"file"}
    assert places(turned) == {"end"}
    assert all(refused(copy) for copy in (added, missing, moved, turned))


@pytest.mark.parametrize(
    "lie",
    [
        lambda it: {"rows": {name: count + 1 for name, count in it.rows.items()}},
        lambda it: {"revision": "0000"},
        lambda it: {"pins": ()},
        lambda it: {"pins": tuple(replace(pin, content_hash="0" * 64) for pin in it.pins)},
    ],
    ids=["rows", "revision", "no pins", "other pins"],
)
def test_a_manifest_that_lies_about_what_is_in_the_parts_is_found(backup: Path, tmp_path, lie):
    manifest = manifest_of(backup)

    copy = put_together(tmp_path / "lying", parts_of(backup), manifest, **lie(manifest))

    assert places(copy)
    assert refused(copy)


def test_a_manifest_that_names_other_bytes_or_fewer_parts_is_found(backup: Path, tmp_path: Path):
    manifest, parts = manifest_of(backup), parts_of(backup)
    wrong = tuple(replace(member, sha256="0" * 64) for member in manifest.members)
    fewer = {name: it for name, it in parts.items() if not name.startswith("files/")}
    keyless = {name: it for name, it in parts.items() if name != "secret-key"}

    other = put_together(tmp_path / "a", parts, manifest, members=wrong)
    without_files = put_together(tmp_path / "b", fewer, manifest)
    without_key = put_together(tmp_path / "c", keyless, manifest)

    assert places(other) == {member.name for member in manifest.members}
    assert places(without_files) == {member.name for member in manifest.files}
    assert places(without_key) == {"secret-key"}


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"no json",
        b'{"counts":1,"format":1}',
        b"[" * 100_000,
        b'{"format": 1, "format": 1}',
    ],
)
def test_a_manifest_that_is_none_is_said_in_a_sentence(backup: Path, tmp_path, manifest):
    copy = put_together(tmp_path / "bad", parts_of(backup), manifest)

    assert places(copy) == {"file"}


def test_values_of_another_kind_in_a_manifest_are_refused(backup: Path, tmp_path: Path):
    facts = json.loads(manifest_of(backup).as_bytes())
    for name, value in [("rows", {"x": "1"}), ("made_at", 1), ("lost", [1]), ("made_at", "soon"),
                        ("pins", [{"reference": 1, "version": "1", "content_hash": ""}]),
                        ("members", [{"name": "../x", "size_bytes": 1, "sha256": ""}]),
                        ("more", 1)]:  # fmt: skip
        content = json.dumps(facts | {name: value}, sort_keys=True, separators=(",", ":"))
        assert places(put_together(tmp_path / "bad", parts_of(backup), content.encode())) == {
            "file"
        }, name


def test_another_backup_than_the_one_that_was_noted_is_found(backup: Path, kbstrack, settings):
    seal = verify_backup(backup).sha256
    other = backup.with_name("other.backup")
    add = kbstrack("backup", other)

    assert add.exit_code == 0
    assert kbstrack("backup", "verify", backup, "--seal", seal).exit_code == 0
    result = kbstrack("backup", "verify", other, "--seal", seal)
    restored = kbstrack("restore", other, other.with_name("x"), "--seal", seal)
    assert (result.exit_code, restored.exit_code) == (1, 1)
    assert "not the backup you noted" in result.output


@pytest.mark.parametrize(
    "content", [b"", b"a letter", bytes(5000), b"PK\x03\x04" + bytes(9000)], ids=range(4)
)
def test_a_file_that_is_no_backup_is_said_in_a_sentence(kbstrack, tmp_path: Path, content):
    path = tmp_path / "letter.txt"
    path.write_bytes(content)

    verified = kbstrack("backup", "verify", path)
    restored = kbstrack("restore", path, tmp_path / "restored")

    assert (verified.exit_code, restored.exit_code) == (1, 1)
    assert "does not begin as a backup" in verified.output
    assert "Nothing was restored" in restored.output


def test_a_backup_of_a_newer_program_is_refused_with_a_sentence(backup: Path, kbstrack, tmp_path):
    newer = parts_of(backup) | {"kbstrack-backup": b"2"}
    copy = put_together(tmp_path / "newer", newer, manifest_of(backup))

    result = kbstrack("restore", copy, tmp_path / "restored")

    assert result.exit_code == 1
    assert "made by a newer version of kbstrack" in result.output
