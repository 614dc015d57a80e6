"""Any name that people give becomes one that every computer can keep."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbstrack.bundle.names import MOST_FOLDER_UNITS, file_name, folder_name
from kbstrack.storage.safe_names import MOST_NAME_UNITS, own_name, safe_name, units

AWKWARD = st.text(st.sampled_from('aA.txtcCoOnN1¹ :?*/\\|<>"\u202e\u200d👩🏽🚀é\u0301ßمİı\0\t…(2)'))
NAMES = st.one_of(st.text(), AWKWARD)
PORTS = {f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³"}
RESERVED = {"CON", "PRN", "AUX", "NUL", *PORTS}


def is_kept_by_windows(name: str) -> bool:
    return (
        0 < units(name) <= MOST_NAME_UNITS
        and not set(name) & set('<>:"/\\|?*')
        and not any(ord(character) < 32 for character in name)
        and name[-1] not in " ."
        and name.partition(".")[0].rstrip(" ").upper() not in RESERVED
    )


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Shortlist.docx", "Shortlist.docx"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("nul .tar.gz", "_nul .tar.gz"),
        ("COM¹.pdf", "_COM¹.pdf"),
        ("console.pdf", "console.pdf"),
        ("what? when: now.pdf", "what_ when_ now.pdf"),
        ("a/b\\c.pdf", "a_b_c.pdf"),
        ("ends with a dot.", "ends with a dot"),
        ("  spaces . . ", "spaces"),
        ("...", "file"),
        ("", "file"),
        ("\u202egpj.exe", "gpj.exe"),
        ("مستند.pdf", "مستند.pdf"),
        ("👩🏽‍🚀 launch.png", "👩🏽‍🚀 launch.png"),
        ("cafe\u0301.txt", "caf\u00e9.txt"),
    ],
)
def test_a_name_is_kept_as_far_as_windows_can_keep_it(given_name, kept):
    assert safe_name(given_name) == kept


@given(NAMES)
def test_any_text_gives_a_name_that_windows_keeps(text):
    name = safe_name(text)

    assert is_kept_by_windows(name)
    assert unicodedata.is_normalized("NFC", name)
    assert not any(unicodedata.category(character) == "Cc" for character in name)
    assert not set(name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert safe_name(name) == name


@given(NAMES, st.integers(12, 79))
def test_a_long_name_is_cut_before_its_ending(text, most_units):
    name = safe_name(f"{text}{'long ' * 20}.jpeg", most_units)

    assert units(name) <= most_units
    assert name.endswith(".jpeg")


@given(st.lists(NAMES, max_size=12))
def test_no_two_names_are_one_name_on_windows(texts):
    taken: set[str] = set()
    names = [own_name(file_name(text, "image/jpeg"), taken) for text in texts]

    assert all(is_kept_by_windows(name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert len({name.upper() for name in names}) == len(names)


def test_the_second_file_of_a_name_gets_a_number_before_its_ending():
    taken: set[str] = set()

    found = [own_name(name, taken) for name in ("Ad.pdf", "AD.PDF", "ad (2).pdf", "Ad.txt")]

    assert found == ["Ad.pdf", "AD (2).PDF", "ad (2) (2).pdf", "Ad.txt"]


def test_numbers_stay_within_the_length():
    taken: set[str] = set()
    names = [own_name("x" * 76 + ".pdf", taken) for _ in range(12)]

    assert {units(name) for name in names} == {80}
    assert names[11].endswith("x (12).pdf")


@pytest.mark.parametrize("name", ["holiday.hta", "holiday.hta.", "holiday.hta . ."])
def test_what_a_computer_would_run_gets_a_harmless_ending(name):
    assert file_name(name, "image/jpeg") == "holiday.hta.jpg"


@pytest.mark.parametrize(
    ("title", "folder"),
    [
        ("Shortlist for warehouse roles", "E12-Shortlist-for-warehouse-roles"),
        ("What they didn’t say: “no”?", "E12-What-they-didnt-say-no"),
        ("A/B test + results", "E12-A-B-test-results"),
        ("مقابلة مع المدير", "E12-مقابلة-مع-المدير"),
        ("…", "E12"),
        ("Calls about the open day in Southampton harbour", "E12-Calls-about-the-open-day-in"),
        ("x" * 200, "E12-" + "x" * 36),
    ],
)
def test_the_folder_of_a_piece_says_its_number_and_title(title, folder):
    assert folder_name("E12", title) == folder


@given(NAMES)
def test_any_title_gives_a_folder_that_windows_keeps(title):
    name = folder_name("E12", title)

    assert is_kept_by_windows(name)
    assert units(name) <= MOST_FOLDER_UNITS
    assert name == "E12" or name.startswith("E12-")
