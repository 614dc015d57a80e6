"""A bundle holds everything of an issue, says so in a signed list, and is the same every time."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pytest

from kbstrack.bundle.issued import Layout
from kbstrack.bundle.making import stream_part
from kbstrack.errors import RuleBroken
from kbstrack.portfolio.spelling import read_record
from kbstrack.sealing.manifest import BUNDLE, Listed, read_manifest
from tests.bundle.bundles import NAME, piece_with, portfolio_with, sha256, unpacked
from tests.pdf.samples import make_piece, make_version

PLAIN_FILES = {
    "README.txt",
    "manifest.json",
    "portfolio.pdf",
    "matrix.csv",
    "matrix.xlsx",
    "record.json",
    "record.schema.json",
    "ledger.json",
}


@pytest.fixture
def issue(shelf):
    """Two pieces with files of awkward names, and one without."""
    return shelf.freeze(
        portfolio_with(
            piece_with(
                1,
                shelf.file("مستند 🚀.pdf", b"arabic"),
                shelf.file("con.txt", b"console " * 500, "text/plain"),
                shelf.file("Ad.pdf", b"one"),
                shelf.file("AD.pdf", b"two"),
                title="Shortlist for warehouse roles",
            ),
            piece_with(2, title="Nothing but words"),
        )
    )


def test_a_bundle_has_everything_in_one_folder(shelf, issue):
    (part,) = shelf.plan(issue)
    files = unpacked(*shelf.zips([part]))

    folder = "E1-Shortlist-for-warehouse-roles"
    originals = {"مستند 🚀.pdf", "_con.txt", "Ad.pdf", "AD (2).pdf"}
    assert set(files) == PLAIN_FILES | {f"{folder}/{name}" for name in originals}
    assert part.name == "Portfolio ST0321 Amara Nwosu-Bell 9000000016 issue 1.zip"
    assert {entry.path.split("/")[0] for entry in part.entries} == {part.name[:-4]}
    assert files[f"{folder}/_con.txt"] == b"console " * 500
    assert read_record(files["record.json"]) == issue.portfolio
    assert sha256(files["portfolio.pdf"]) == issue.pdf.sha256


@pytest.mark.parametrize("layout", list(Layout))
def test_the_manifest_lists_every_other_file_and_is_signed(shelf, issue, layout):
    (part,) = shelf.plan(issue, layout)
    files = unpacked(*shelf.zips([part]))

    found = read_manifest(files.pop("manifest.json"))
    assert found.is_signed
    assert found.manifest.holds == BUNDLE
    assert found.manifest.issue == NAME
    assert found.manifest.portfolio_sha256 == issue.portfolio_sha256
    assert set(found.manifest.files) == {
        Listed(name, sha256(content), len(content)) for name, content in files.items()
    }


@pytest.mark.parametrize("layout", list(Layout))
def test_its_size_is_known_beforehand_and_it_is_the_same_every_time(shelf, issue, layout):
    (part,) = shelf.plan(issue, layout)
    (first,), (again,) = shelf.zips([part]), shelf.zips(shelf.plan(issue, layout))

    assert len(first) == part.size_bytes
    assert first == again


def test_files_have_the_time_of_the_freezing_and_no_odd_rights(shelf, issue):
    (content,) = shelf.zips(shelf.plan(issue))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(2026, 11, 30, 9, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}
    assert {info.create_system for info in infos} == {3}


def test_nothing_is_packed_smaller(shelf, issue):
    (content,) = shelf.zips(shelf.plan(issue))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_names_in_any_script_are_marked_as_utf_8(shelf, issue):
    (content,) = shelf.zips(shelf.plan(issue))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (info,) = (info for info in archive.infolist() if "مستند" in info.filename)
    assert info.flag_bits & 0x800


@pytest.mark.skipif(shutil.which("unzip") is None, reason="there is no unzip")
@pytest.mark.parametrize("layout", list(Layout))
def test_unzip_finds_nothing_wrong(shelf, issue, layout, tmp_path):
    (content,) = shelf.zips(shelf.plan(issue, layout))
    (tmp_path / "bundle.zip").write_bytes(content)

    done = subprocess.run(
        ["unzip", "-t", tmp_path / "bundle.zip"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_versions_have_folders_and_the_same_bytes_are_there_once(shelf):
    first, both, last = (shelf.file(f"{name}.pdf", name.encode()) for name in ("a", "b", "c"))
    piece = make_piece(
        4,
        make_version(1, files=(first, both)),
        make_version(2, files=(replace(both, name="b renamed.pdf"), last)),
    )

    files = unpacked(*shelf.zips(shelf.plan(shelf.freeze(portfolio_with(piece)))))

    assert {name.partition("/")[2]: files[name] for name in files if name.startswith("E4")} == {
        "v1/a.pdf": b"a",
        "v2/b renamed.pdf": b"b",
        "v2/c.pdf": b"c",
    }


def test_no_path_is_longer_than_windows_takes(shelf):
    name = "Long " * 40
    piece = make_piece(
        123,
        make_version(1, title="Title " * 30, files=(shelf.file(f"{name}.pdf", b"1"),)),
        make_version(
            2,
            title="Title " * 30,
            files=tuple(shelf.file(f"{name}.pdf", b"%d" % number) for number in range(2, 14)),
        ),
    )
    portfolio = replace(portfolio_with(piece), apprentice="Bartholomew Montgomery-Featherstone")
    issue = shelf.freeze(portfolio)

    for layout in Layout:
        (part,) = shelf.plan(issue, layout)
        paths = [entry.path for entry in part.entries]
        assert max(len(path) for path in paths) <= 160
        assert max(len(place) for path in paths for place in path.split("/")) <= 80
        assert sum(path.endswith(".pdf") for path in paths) == 14


def test_a_file_that_is_gone_or_cut_is_named_before_anything_is_sent(shelf):
    gone, cut = shelf.file("gone.pdf", b"gone"), shelf.file("cut.pdf", b"cut off")
    issue = shelf.freeze(portfolio_with(piece_with(1, gone), piece_with(2, cut)))
    shelf.store.path(gone.sha256).unlink()
    shelf.store.path(cut.sha256).write_bytes(b"cut")

    with pytest.raises(RuleBroken) as refusal:
        shelf.plan(issue)

    assert [sentence.split(" is damaged")[0] for sentence in refusal.value.sentences] == [
        "The file gone.pdf of E1",
        "The file cut.pdf of E2",
    ]


def test_a_changed_byte_ends_the_stream_before_the_zip_is_whole(shelf):
    file = shelf.file("photo.pdf", b"photo")
    (part,) = shelf.plan(shelf.freeze(portfolio_with(piece_with(1, file))))
    shelf.store.path(file.sha256).write_bytes(b"phot0")
    sent = []

    with pytest.raises(RuleBroken, match=r"photo\.pdf of E1 is damaged"):
        sent.extend(stream_part(part, shelf.store))

    # The matrix is a ZIP, too: only the size tells a reader of the end that this one has none.
    assert len(b"".join(sent)) < part.size_bytes
    assert not b"".join(sent).rpartition(b"phot0")[2]


def test_a_download_that_is_given_up_leaves_nothing_open(shelf, issue):
    (part,) = shelf.plan(issue)
    stream = stream_part(part, shelf.store)

    next(stream)
    stream.close()

    assert list(stream) == []
