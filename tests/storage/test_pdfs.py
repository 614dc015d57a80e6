"""PDFs: shown without anything that acts, hides or calls out, and never unpacked without end."""

import zlib

import pikepdf
import pytest

from kbstrack.errors import RuleBroken
from tests.storage import zoo


def test_a_pdf_is_shown_without_anything_that_acts(see):
    found = see(zoo.acting_pdf(), "cv.pdf")

    with pikepdf.open(found.copy) as copy:
        plain = pikepdf.ObjectStreamMode.disable
        text = zoo.pdf_bytes(copy, object_stream_mode=plain).decode("latin-1")
        links = [a.A for a in copy.pages[0].obj.Annots]
    for word in (
        "JavaScript", "OpenAction", "/AA", "XFA", "EmbeddedFile", "hidden.exe", "Launch",
        "calc.exe", "SubmitForm", "collect.example", "ImportData", "GoToR", "other.pdf",
        "alert", "FileAttachment", "MZ hidden",
    ):  # fmt: skip
        assert word not in text, word
    assert len(links) == 6
    assert str(links[5].URI) == "https://jobs.example/advert"


def test_the_pages_of_a_pdf_are_counted_and_the_copy_is_the_same_each_time(see):
    data = zoo.pdf_bytes(zoo.pdf(pages=3))

    first = see(data)
    first_bytes = first.copy.read_bytes()

    assert first.pages == 3
    assert see(data).copy.read_bytes() == first_bytes


def test_a_pdf_locked_against_printing_only_is_taken(see):
    found = see(zoo.locked_pdf(""))

    with pikepdf.open(found.copy) as copy:
        assert not copy.is_encrypted


def test_a_pdf_with_a_broken_table_is_mended(see):
    assert see(zoo.pdf_bytes(zoo.pdf()).replace(b"startxref", b"startxxxx")).pages == 1


def test_a_tagged_pdf_keeps_its_structure(see):
    document = zoo.pdf()
    document.Root.StructTreeRoot = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot)
    )
    document.Root.StructTreeRoot.K = document.make_indirect(
        pikepdf.Dictionary(S=pikepdf.Name.Sound, P=document.Root.StructTreeRoot, Alt="A bell")
    )

    with pikepdf.open(see(zoo.pdf_bytes(document)).copy) as copy:
        assert str(copy.Root.StructTreeRoot.K.Alt) == "A bell"


def test_a_packed_page_may_be_large_but_not_endless(see):
    document = zoo.pdf()
    raw = zlib.compress(bytes(3_000_000), 9)
    document.pages[0].obj.Contents = pikepdf.Stream(document, raw)
    document.pages[0].obj.Contents.Filter = pikepdf.Name.FlateDecode
    data = zoo.pdf_bytes(document)

    assert see(data, most_unpacked_bytes=3_000_000).pages == 1
    with pytest.raises(RuleBroken, match="safely"):
        see(data, most_unpacked_bytes=2_999_999)
