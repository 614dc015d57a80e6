"""What a look at a file finds, by its content and not by its name."""

import io

import pytest
from PIL import Image

from kbstrack.errors import RuleBroken
from kbstrack.storage.kinds import FileFamily
from tests.storage import zoo

UTF16 = "Ärger – naïve 报告\r\n"


def opened_copy(found):
    image = Image.open(found.copy)
    image.load()
    return image


@pytest.mark.parametrize(
    ("data", "media_type", "family"),
    [
        (zoo.jpeg(), "image/jpeg", FileFamily.IMAGE),
        (zoo.saved(zoo.picture(), "PNG"), "image/png", FileFamily.IMAGE),
        (zoo.saved(zoo.picture(), "WEBP"), "image/webp", FileFamily.IMAGE),
        (zoo.animated_gif(), "image/gif", FileFamily.IMAGE),
        (zoo.SIDEWAYS_HEIC, "image/heic", FileFamily.IMAGE),
        (zoo.pdf_bytes(zoo.pdf()), "application/pdf", FileFamily.PDF),
        (b"\x00\x01junk before the header\n" + zoo.pdf_bytes(zoo.pdf()), "application/pdf", "pdf"),
        (b"plain words\n", "text/plain", FileFamily.TEXT),
        (b"MZ is how this note begins, and BM", "text/plain", FileFamily.TEXT),
        (b"We write <b>bold</b> like this", "text/plain", FileFamily.TEXT),
        (zoo.docx(), f"{zoo.OPEN_XML}.wordprocessingml.document", FileFamily.OFFICE),
        (zoo.zipped(mimetype=b"application/vnd.oasis.opendocument.text"),
         "application/vnd.oasis.opendocument.text", "office"),
        (zoo.old_office("WordDocument"), "application/msword", FileFamily.OFFICE),
        (zoo.old_office("Workbook"), "application/vnd.ms-excel", FileFamily.OFFICE),
        (zoo.old_office("PowerPoint Document"), "application/vnd.ms-powerpoint", "office"),
        (b"{\\rtf1\\ansi words}", "application/rtf", FileFamily.OFFICE),
        (b"ID3\x04" + bytes(60), "audio/mpeg", FileFamily.AUDIO),
        (b"\xff\xfb\x90\x44" + bytes(60), "audio/mpeg", FileFamily.AUDIO),
        (b"\xff\xf1\x50\x80" + bytes(60), "audio/aac", FileFamily.AUDIO),
        (b"fLaC" + bytes(60), "audio/flac", FileFamily.AUDIO),
        (b"OggS" + bytes(60), "audio/ogg", FileFamily.AUDIO),
        (b"RIFF\x10\0\0\0WAVEfmt " + bytes(60), "audio/wav", FileFamily.AUDIO),
        (zoo.box(b"M4A "), "audio/mp4", FileFamily.AUDIO),
        (zoo.box(b"mp42"), "video/mp4", FileFamily.VIDEO),
        (zoo.box(b"isom"), "video/mp4", FileFamily.VIDEO),
        (zoo.box(b"qt  "), "video/quicktime", FileFamily.VIDEO),
        (zoo.box(b"3gp5"), "video/3gpp", FileFamily.VIDEO),
        (b"\x1a\x45\xdf\xa3\x80B\x82\x84webm V_VP9 A_OPUS", "video/webm", FileFamily.VIDEO),
        (b"\x1a\x45\xdf\xa3\x80B\x82\x84webm A_OPUS", "audio/webm", FileFamily.AUDIO),
    ],
)  # fmt: skip
def test_the_content_says_what_a_file_is_whatever_its_name_claims(see, data, media_type, family):
    found = see(data, "holiday.mp4")

    assert (found.media_type, found.family) == (media_type, family)


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "photo.jpg", "empty"),
        (zoo.HTML, "photo.jpg", "web page"),
        (b"\xef\xbb\xbf \n<!-- hi --><HTML>", "a.txt", "web page"),
        (b"<script>alert(1)</script>", "notes.txt", "web page"),
        (zoo.HTML.decode().encode("utf-16"), "notes.txt", "web page"),
        (zoo.SVG, "logo.png", "SVG drawing"),
        (b"<svg onload=alert(1)>", "logo.svg", "SVG drawing"),
        (b"MZ\x90\x00" + bytes(60), "setup.exe", "program"),
        (b"\x7fELF" + bytes(60), "photo.jpg", "program"),
        (b"#!/bin/sh\nrm -rf /\n", "notes.txt", "script"),
        (b"@echo off\r\n", "tidy.bat", r"can't take \.bat files"),
        (zoo.TEST_VIRUS, "eicar.com", r"can't take \.com files"),
        (bytes(range(256)), "data.bin", r"can't take \.bin files.*PDF"),
        (bytes(range(256)), "noname", "can't take files of this kind"),
        (zoo.zipped(a_dot_txt=b"hello"), "work.zip", "archive"),
        (zoo.zipped(mimetype=b"application/epub+zip"), "book.epub", "archive"),
        (b"PK\x03\x04 nothing more", "a.docx", "could not open this file safely"),
        (zoo.old_office("__properties_version1.0"), "mail.msg", "email"),
        (b"Received: from a by b\r\nSubject: x\r\n\r\nHi", "mail.eml", "email"),
        (zoo.old_office("EncryptedPackage"), "pay.xlsx", "locked with a password"),
        (zoo.old_office("Property"), "setup.msi", r"can't take \.msi files"),
        (zoo.saved(zoo.picture(), "TIFF"), "scan.jpg", "pictures of this kind"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "photo.jpg", "pictures of this kind"),
        (zoo.saved(zoo.picture(), "AVIF"), "a.avif", "pictures of this kind"),
        (b"RIFF\x10\0\0\0AVI LIST", "a.avi", "recordings of this kind"),
        (b"\x1a\x45\xdf\xa3\x80B\x82\x88matroska", "a.mkv", "recordings of this kind"),
        (zoo.noisy_jpeg()[:-2000], "a.jpg", "damaged or was not fully copied"),
        (zoo.noisy_jpeg()[:-20000] + bytes(20000), "a.jpg", "not fully copied"),
        (zoo.saved(zoo.picture(), "PNG")[:-40], "a.png", "not fully copied"),
        (zoo.saved(zoo.picture(), "WEBP")[:-40], "a.webp", "not fully copied"),
        (zoo.animated_gif()[:200], "a.gif", "not fully copied"),
        (zoo.SIDEWAYS_HEIC[:-90], "a.heic", "not fully copied"),
        (zoo.SIDEWAYS_HEIC[:-100] + bytes(100), "a.heic", "not fully copied"),
        (zoo.png_of(60, 40, rows=b""), "a.png", "not fully copied"),
        (zoo.png_of(4, 4, rows=bytes(20), extra=zoo.png_chunk(b"gAMA", b"")), "a.png", "damaged"),
        (zoo.png_of(0, 0), "a.png", "damaged"),
        (zoo.png_of(60_000, 60_000), "a.png", "60000 by 60000 pixels"),
        (zoo.many_scans_jpeg(), "a.jpg", "damaged"),
        (b"\xff\xd8\xff" + bytes(100), "a.jpg", "damaged"),
        (b"%PDF-1.7\nnothing else", "a.pdf", "This PDF is damaged"),
        (zoo.locked_pdf("secret"), "a.pdf", "without a password"),
        (zoo.bomb_pdf(), "a.pdf", "could not open this file safely"),
    ],
)  # fmt: skip
def test_a_file_we_cannot_take_is_refused_with_what_to_do(see, data, name, sentence):
    with pytest.raises(RuleBroken, match=sentence) as refusal:
        see(data, name)

    assert str(refusal.value).endswith((".", "again."))
    assert any(word in str(refusal.value) for word in ("add", "send", "Take", "Save", "again"))


def test_a_sideways_photo_is_shown_upright_and_without_where_it_was_taken(see):
    found = see(zoo.camera_jpeg(), "IMG_1.JPG")

    copy = opened_copy(found)
    assert (found.width, found.height) == copy.size == (40, 60)
    assert copy.getpixel((20, 10))[2] > 150 > copy.getpixel((20, 50))[2]
    assert dict(copy.getexif()) == {}
    assert not set(copy.info) & {"comment", "exif", "icc_profile", "xmp"}
    assert zoo.SECRET.encode() not in found.copy.read_bytes()


def test_an_iphone_s_photo_is_shown_upright_as_a_jpeg(see):
    found = see(zoo.SIDEWAYS_HEIC, "IMG_2.HEIC")

    copy = opened_copy(found)
    assert (found.copy_media_type, copy.format) == ("image/jpeg", "JPEG")
    assert (found.width, found.height) == copy.size == (40, 64)
    assert copy.getpixel((20, 10))[2] > 150 > copy.getpixel((20, 55))[2]
    assert b"Secret" not in found.copy.read_bytes()


def test_the_text_in_a_png_does_not_reach_the_copy(see):
    assert zoo.SECRET.encode() not in see(zoo.png_with_text()).copy.read_bytes()


@pytest.mark.parametrize(
    "data",
    [
        zoo.saved(zoo.picture("CMYK"), "JPEG"),
        zoo.saved(zoo.picture("L"), "JPEG"),
        zoo.saved(zoo.picture("P"), "PNG"),
        zoo.saved(zoo.picture("1"), "PNG"),
        zoo.jpeg(progressive=True),
        zoo.jpeg(icc_profile=b"not a profile"),
        zoo.jpeg() + b"bytes after the end",
        zoo.saved(zoo.picture(), "MPO", save_all=True, append_images=[zoo.picture()]),
    ],
)
def test_every_kind_of_colour_becomes_a_plain_jpeg(see, data):
    found = see(data)

    copy = opened_copy(found)
    assert (found.copy_media_type, copy.mode, copy.size) == ("image/jpeg", "RGB", (60, 40))
    left, right = copy.getpixel((10, 20)), copy.getpixel((50, 20))
    assert left != right


def test_sixteen_bit_grey_keeps_its_shades(see):
    row = b"\x00\x20" * 30 + b"\x00\x80" * 30
    grey = Image.frombytes("I;16", (60, 40), row * 40)

    copy = opened_copy(see(zoo.saved(grey, "PNG")))

    assert abs(copy.getpixel((50, 20))[0] - 0x80) < 4
    assert abs(copy.getpixel((10, 20))[0] - 0x20) < 4


@pytest.mark.parametrize("data", [
    zoo.see_through_palette_png(),
    zoo.saved(Image.new("RGBA", (60, 40), (9, 9, 9, 90)), "PNG"),
    zoo.saved(Image.new("LA", (60, 40), (9, 90)), "PNG"),
    zoo.saved(Image.new("RGBA", (60, 40), (9, 9, 9, 90)), "WEBP"),
])  # fmt: skip
def test_a_see_through_picture_stays_see_through(see, data):
    found = see(data)

    assert found.copy_media_type == "image/png"
    assert opened_copy(found).mode == "RGBA"


def test_a_picture_that_is_nowhere_see_through_is_a_jpeg(see):
    assert see(zoo.saved(zoo.picture("RGBA"), "PNG")).copy_media_type == "image/jpeg"


def test_the_first_picture_of_a_moving_one_is_shown(see):
    assert opened_copy(see(zoo.animated_gif())).getpixel((10, 20))[2] > 150


def test_a_large_photo_is_made_small_enough_to_print(see):
    found = see(zoo.jpeg(size=(5000, 1000)))

    assert (found.width, found.height) == opened_copy(found).size == (2400, 480)


def test_the_same_photo_gives_the_same_copy(see):
    first = see(zoo.camera_jpeg()).copy.read_bytes()

    assert see(zoo.camera_jpeg()).copy.read_bytes() == first


def test_a_picture_with_something_hidden_behind_it_is_shown_without_that(see):
    found = see(zoo.jpeg() + zoo.zipped(a_dot_txt=b"hidden") + zoo.HTML)

    assert b"PK" not in found.copy.read_bytes()[-400:]
    assert b"alert" not in found.copy.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_text_in_another_encoding_gets_a_copy_in_utf8(see, encoding):
    text = UTF16 if encoding == "utf-16" else "Ärger – naïve\r\n"

    found = see(text.encode(encoding), "notes.txt")

    assert found.copy.read_bytes().decode() == text
    assert found.copy_media_type == "text/plain"


def test_text_in_utf8_needs_no_copy(see):
    assert see(UTF16.encode(), "notes.txt").copy is None


def test_a_document_with_macros_is_taken_with_a_warning(see):
    kind = "application/vnd.ms-word.document.macroEnabled"

    assert "macros" in see(zoo.office(f"{kind}.main+xml")).note
    assert "macros" in see(zoo.docx(vbaProject=b"x")).note
    assert "macros" in see(zoo.old_office("WordDocument", "_VBA_PROJECT")).note
    assert see(zoo.docx()).note is None


def test_an_office_document_inside_another_is_told_apart_by_the_name(see):
    both = zoo.old_office("WordDocument", "Workbook")

    assert see(both, "plan.xls").media_type == "application/vnd.ms-excel"
    assert see(both, "plan.doc").media_type == "application/msword"


def test_the_words_for_a_refusal_show_no_tricks_from_the_name(see):
    with pytest.raises(RuleBroken, match=r"can't take \.exe files") as refusal:
        see(bytes(range(256)), "a\u202egpj.exe")

    assert "\u202e" not in str(refusal.value)


def test_pictures_open_only_in_the_formats_we_take(see):
    # Named and typed a JPEG by its first bytes, but no decoder of another format gets it.
    out = io.BytesIO(zoo.saved(zoo.picture(), "PPM"))

    with pytest.raises(RuleBroken):
        see(b"\xff\xd8\xff" + out.getvalue(), "a.jpg")
