"""A file that was made to harm whoever checks it ends in a sentence, in little memory."""

from __future__ import annotations

import io
import struct
from zipfile import ZIP_DEFLATED

import pikepdf
import pytest

from kbstrack.pdf.joining.writer import Writer
from kbstrack.sealing import opened
from kbstrack.sealing.checking_bundle import check_bundle
from kbstrack.sealing.checking_pdf import check_pdf
from kbstrack.sealing.findings import NotChecked, shown
from tests.sealing.bundles import zipped


def written(more: bytes, *, named: bytes = b"") -> bytes:
    """A PDF without pages that says this in its catalogue."""
    file = io.BytesIO()
    writer = Writer(file)
    root, info = writer.reserve(), writer.add(b"<< >>")
    pages = writer.add(b"<< /Type /Pages /Count 0 /Kids [] >>")
    writer.put(root, b"<< /Type /Catalog /Pages %d 0 R %s %s >>" % (pages, more, named))
    writer.finish(root=root, info=info)
    return file.getvalue()


def test_objects_that_unpack_to_more_than_a_limit_are_not_unpacked(monkeypatch):
    content = written(b"/X (%s)" % bytes(4_000_000).replace(b"\0", b" "))
    monkeypatch.setattr(opened, "_MOST_UNPACKED_BYTES", 1_000_000)
    before = pikepdf.settings.get_qpdf_limits()

    with pytest.raises(NotChecked, match="cannot be read as a PDF"):
        check_pdf(io.BytesIO(content), None)
    assert pikepdf.settings.get_qpdf_limits() == before


@pytest.mark.parametrize(
    "named",
    [
        b"/Names << /EmbeddedFiles << /Names [(manifest.json) 1] >> >>",
        b"/Names << /EmbeddedFiles << /Names [1 2 3] >> >>",
        b"/Names << /EmbeddedFiles << /Names [(manifest.json) << /EF 3 >>] >> >>",
        b"/Names [1 2]",
        b"/Names " + b"[" * 400 + b"]" * 400,
        b"/AcroForm << /Fields [1] >>",
    ],
)
def test_files_inside_that_are_none_end_in_a_sentence(named):
    with pytest.raises(NotChecked):
        check_pdf(io.BytesIO(written(b"", named=named)), None)


@pytest.mark.parametrize(
    "tail",
    [
        b"/ByteRange [0 10 20 999999999999]",
        b"/ByteRange [0 0 0 0]",
        b"/ByteRange [0 1 2 %d]",
    ],
)
def test_a_signature_that_covers_what_is_not_there_ends_in_a_sentence(tail):
    content = written(b"") + tail

    with pytest.raises(NotChecked):
        check_pdf(io.BytesIO(content), None)


def test_names_that_no_zip_can_hold_end_in_a_sentence():
    content = bytearray(zipped([("manifest.json", b"{}"), ("é" * 20_000, b"")]))
    listing = content.index(b"PK\x01\x02")
    # Without the mark for UTF-8 each byte of a name is a letter of its own.
    for place in range(listing, len(content) - 4):
        if content[place : place + 4] == b"PK\x01\x02":
            content[place + 9] &= ~8

    with pytest.raises(NotChecked):
        check_bundle(io.BytesIO(bytes(content)), None)


def test_what_a_file_says_does_not_steer_the_terminal():
    assert shown("plan\x1b[2J\u202e.docx\n") == "plan⟨U+001B⟩[2J⟨U+202E⟩.docx⟨U+000A⟩"


def test_a_zip_that_unpacks_to_far_more_than_it_holds_is_not_unpacked():
    bomb = listing_of(zipped([("a/manifest.json", b"{}")], method=ZIP_DEFLATED), size_bytes=2**31)

    with pytest.raises(NotChecked, match="far more than any bundle of its size"):
        check_bundle(io.BytesIO(bomb), None)


def test_a_zip_whose_files_lie_over_one_another_is_not_read():
    many = zipped([(f"a/{number}.json", b"") for number in range(3)])
    content = listing_of(many, size_bytes=300, packed_bytes=300)

    with pytest.raises(NotChecked, match="lie over one another"):
        check_bundle(io.BytesIO(content), None)


def listing_of(content: bytes, *, size_bytes: int, packed_bytes: int | None = None) -> bytes:
    """The ZIP with a list of contents that says this of the size of every file."""
    changed = bytearray(content)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        struct.pack_into("<L", changed, place + 24, size_bytes)
        if packed_bytes is not None:
            struct.pack_into("<L", changed, place + 20, packed_bytes)
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(changed)
