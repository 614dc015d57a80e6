"""What must be in a ZIP beside its files is what Python's zipfile writes, to the byte."""

from __future__ import annotations

import io
import zipfile
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from kbstrack.sealing import zipform
from kbstrack.sealing.zipform import BadForm, Packed, check_form, dos_moment, unpacked
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
                info.compress_type,
                info.CRC,
                info.compress_size,
                info.file_size,
                info.header_offset,
                dos_moment(AT),
            )
            for info in archive.infolist()
        ]


@pytest.mark.parametrize("method", [ZIP_STORED, ZIP_DEFLATED])
def test_what_zipfile_writes_is_the_form(method):
    content = zipped(FILES.items(), method=method)
    files = packed_in(content)

    check_form(io.BytesIO(content), files)
    assert [b"".join(unpacked(io.BytesIO(content), each)) for each in files] == list(FILES.values())


@pytest.mark.parametrize("method", [ZIP_STORED, ZIP_DEFLATED])
def test_so_is_what_it_writes_of_more_than_two_gigabytes(monkeypatch, method):
    for limit in (300, 1500, 4000):
        monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
        monkeypatch.setattr(zipform, "_LARGE", limit)
        content = zipped(FILES.items(), method=method)

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


def test_a_file_unpacks_to_no_more_than_it_says():
    content = zipped({"bomb": bytes(50_000_000)}.items(), method=ZIP_DEFLATED)
    [said] = packed_in(content)
    less = Packed(said.path, said.method, said.crc, said.packed_bytes, 1000, 0, said.moment)

    with pytest.raises(BadForm, match="unpacks to more than it says"):
        for _ in unpacked(io.BytesIO(content), less):
            pass
