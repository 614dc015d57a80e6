"""The catalogue: which standards an installation knows, and what stops it from starting."""

import dataclasses
from pathlib import Path

import pytest

from kbstrack.errors import BadStandard, NotFound
from kbstrack.standards.catalogue import Catalogue, builtin_directory, load_catalogue

TINY = (Path(__file__).parent.parent / "data" / "tiny.yaml").read_text(encoding="utf-8")


def write(directory, name, old="", new=""):
    assert old in TINY
    path = directory / name
    path.write_text(TINY.replace(old, new, 1) if old else TINY, encoding="utf-8")
    return path


def test_the_standard_that_comes_with_kbstrack_is_found():
    assert load_catalogue([builtin_directory()]).latest("ST0321").title == "Recruitment resourcer"


def test_standards_come_from_every_directory_in_order(tmp_path):
    write(tmp_path, "b.yaml", "version: 1.0", "version: 1.10")
    write(tmp_path, "a.yml", "version: 1.0", "version: 1.9")
    write(tmp_path, "notes.txt")
    write(tmp_path, ".hidden.yaml")

    catalogue = load_catalogue([builtin_directory(), tmp_path])

    assert [standard.unique_id for standard in catalogue.all()] == [
        "ST0321_1.0",
        "ST9999_1.9",
        "ST9999_1.10",
    ]
    assert catalogue.latest("ST9999").version == "1.10"
    assert catalogue.get("ST9999", "1.9").version == "1.9"


@pytest.mark.parametrize("version", ["1.1", "01.0", "", "1.0 "])
def test_a_version_that_is_not_there_is_not_found(version):
    with pytest.raises(NotFound):
        load_catalogue([builtin_directory()]).get("ST0321", version)


def test_an_unknown_standard_is_not_found():
    with pytest.raises(NotFound, match="ST0001"):
        Catalogue().latest("ST0001")


def test_the_same_version_in_two_files_names_both(tmp_path):
    first, second = write(tmp_path, "a.yaml"), write(tmp_path, "b.yaml")

    with pytest.raises(BadStandard) as caught:
        load_catalogue([tmp_path])

    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)


def test_a_directory_named_twice_is_read_once(tmp_path):
    write(tmp_path, "a.yaml")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")

    assert len(load_catalogue([tmp_path, tmp_path / "."]).all()) == 1


def test_bad_files_are_all_reported_before_anything_starts(tmp_path):
    write(tmp_path, "a.yaml", "level: 2", "level: two")
    write(tmp_path, "b.yaml", "title: Kite maker", "titel: Kite maker")

    with pytest.raises(BadStandard) as caught:
        load_catalogue([tmp_path])

    message = str(caught.value)
    assert f'{tmp_path / "a.yaml"}:7: error: level is "two"' in message
    assert f"{tmp_path / 'b.yaml'}:5: error: The field titel is not known" in message


def test_a_warning_stops_nothing(tmp_path):
    write(tmp_path, "a.yaml", "- code: S2", "- code: S3")

    assert len(load_catalogue([tmp_path]).all()) == 1


def test_a_directory_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadStandard, match=r"nowhere: error: This cannot be read \(no such file"):
        load_catalogue([tmp_path / "nowhere"])


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    (tmp_path / "folder.yaml").mkdir()

    with pytest.raises(BadStandard) as caught:
        load_catalogue([tmp_path])

    assert "folder.yaml: error: This cannot be read" in str(caught.value)
    assert "loop.yaml: error: This cannot be read" in str(caught.value)


def test_what_was_loaded_cannot_be_changed():
    standard = load_catalogue([builtin_directory()]).latest("ST0321")

    with pytest.raises(dataclasses.FrozenInstanceError):
        standard.ksbs[0].statement = "Something else"
