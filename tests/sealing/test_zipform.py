"""What must be in a ZIP beside its files is what Python's zipfile writes, to the byte."""

from __future__ import annotations

import io
import zipfile
from zipfile import ZipFile

import pytest

from kbstrack.sealing import zipform
from kbstrack.sealing.zipform import BadForm, Packed, check_form, dos_moment
from tests.sealing.bundles import zipped
from tests.sealing.certificates import AT

FILES = {
    "a/README.txt": b"Read me.\n" * 40,
    "a/Übergabe ‘neu’.txt": b"",
    "a/b/plan.bin": bytes(range(256)) * 20,
}


def packed_in(content):
    """What the list of contents says, in the form that is compared."""
    with ZipFile(io.BytesIO(content)) as archive:
        return [
            Packed(
                info.filename,
                info.CRC,
                info.file_size,
                info.header_offset,
                dos_moment(AT),
            )
            for info in archive.infolist()
        ]


def test_what_zipfile_writes_is_the_form():
    content = zipped(FILES.items())
    files = packed_in(content)

    check_form(io.BytesIO(content), files)


def test_so_is_what_it_writes_of_more_than_two_gigabytes(monkeypatch):
    for limit in (300, 1500, 4000):
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
        monkeypatch.setattr(zipform, "_LARGE", limit)
        content = zipped(FILES.items())

        check_form(io.BytesIO(content), packed_in(content))


def test_so_is_what_it_writes_of_many_files(monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    monkeypatch.setattr(zipform, "_MOST_COUNTED", 2)
    content = zipped(FILES.items())

    # The number that is cut to 16 bits does not depend on the limit.
    content = content.replace(b"PK\x05\x06\0\0\0\0\x03\0\x03\0", b"PK\x05\x06\0\0\0\0\x02\0\x02\0")
    check_form(io.BytesIO(content), packed_in(content))


def changed_zips():
    """ZIPs that programs read like the one that was written, by what was done to them."""
    content = zipped(FILES.items())
    again = io.BytesIO(content)
    with ZipFile(again, "a") as archive:
        archive.comment = b"Look here."
    yield "a comment", again.getvalue()
    yield "bytes before it", b"#!/bin/sh\n" + content
    yield "bytes behind it", content + b"\0"
    seekable = io.BytesIO()
    with ZipFile(seekable, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(zipfile.ZipInfo(name, AT.timetuple()[:6]), data)
    yield "another way of writing", seekable.getvalue()
    first = content.index(b"PK\x03\x04", 4)
    shifted = bytearray(content)
    shifted[first + 10] ^= 1
    yield "another time before a file's bytes", bytes(shifted)


@pytest.mark.parametrize(("_what", "content"), list(changed_zips()))
def test_what_reads_the_same_but_is_written_otherwise_is_refused(_what, content):
    with pytest.raises(BadForm):
        check_form(io.BytesIO(content), packed_in(content))
