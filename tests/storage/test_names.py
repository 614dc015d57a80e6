"""Labels from whatever a device calls its files, and the headers that hand them out."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbstrack.storage.names import MOST_BYTES, clean_name, content_disposition, extension

FAMILY = "👩\u200d👧"


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\x.png", "x.png"),
        ("a/b\\c.pdf", "c.pdf"),
        ('Tom & Jerry\'s "best" <b>.pdf', 'Tom & Jerry\'s "best" <b>.pdf'),
        ("مستند.pdf", "مستند.pdf"),
        ("报告 最终.docx", "报告 最终.docx"),
        ("cafe\u0301.png", "café.png"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\u2066a\u2069\u200b\ufeff.txt", "a.txt"),
        ("line\r\nbreak\t.txt", "line break .txt"),
        ("nul\x00l.txt", "null.txt"),
        (f"{FAMILY}.jpg", f"{FAMILY}.jpg"),
        ("👍\U0001f3fd.jpg", "👍\U0001f3fd.jpg"),
        ("❤\ufe0f\u200d🔥.png", "❤\ufe0f\u200d🔥.png"),
        ("a\u200db.jpg", "ab.jpg"),
        ("\u200d👩.jpg", "👩.jpg"),
        ("bad\udcff.txt", "bad\ufffd.txt"),
        ("\ud83d\ude00.txt", "😀.txt"),
        ("\u3164\u2800.png", ".png"),
        ("", "file"),
        ("   ", "file"),
        ("..", "file"),
        ("photos/", "file"),
        ("\u202e", "file"),
    ],
)
def test_a_device_s_name_becomes_a_label(raw, label):
    assert clean_name(raw) == label


@pytest.mark.parametrize("letter", ["a", "é", "€", "😀"])
def test_a_long_name_keeps_its_extension_and_whole_characters(letter):
    label = clean_name(letter * 300 + ".jpeg")

    assert label.endswith(letter + ".jpeg")
    assert MOST_BYTES - 4 < len(label.encode()) <= MOST_BYTES


@given(st.text(st.characters()))
def test_any_text_gives_a_label_that_is_no_path_and_stays_as_it_is(raw):
    label = clean_name(raw)

    assert label
    assert label not in {".", ".."}
    assert not set(label) & set("/\\\r\n\0\u202e\u2066")
    assert len(label.encode()) <= MOST_BYTES
    assert unicodedata.is_normalized("NFC", label)
    assert clean_name(label) == label


def test_the_extension_is_read_in_lower_case():
    assert [extension(n) for n in ("A.JPG", "noext", "a.tar.gz", "a.b c")] == ["jpg", "", "gz", ""]


def test_the_download_header_says_the_name_for_old_and_new_browsers():
    assert content_disposition("Café “1”.pdf", inline=True) == (
        "inline; filename=\"Cafe _1_.pdf\"; filename*=UTF-8''Caf%C3%A9%20%E2%80%9C1%E2%80%9D.pdf"
    )


def test_a_name_cannot_break_out_of_the_download_header():
    header = content_disposition('a"; filename="b\\\r\nX: y%41.txt', inline=False)

    assert header == "attachment; filename=\"X: y_41.txt\"; filename*=UTF-8''X%3A%20y%2541.txt"
    quoted = content_disposition('a"b;c.txt', inline=False)
    assert quoted == "attachment; filename=\"a_b;c.txt\"; filename*=UTF-8''a%22b%3Bc.txt"


@given(st.text(st.characters()), st.booleans())
def test_any_name_gives_one_line_of_ascii(raw, inline):
    header = content_disposition(raw, inline)

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_a_name_that_a_computer_would_run_is_handed_out_with_a_harmless_ending():
    picture = content_disposition("holiday.hta", inline=False, media_type="image/jpeg")

    assert 'filename="holiday.hta.jpg"' in picture
    assert 'filename="a.BAT.download"' in content_disposition("a.BAT", inline=False)
