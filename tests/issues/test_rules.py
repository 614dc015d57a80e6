"""Short codes are read however people write them, and initials say no more than they should."""

from __future__ import annotations

import pytest

from kbstrack.issues.rules import initials, new_code, read_code


def test_codes_differ_and_are_read_as_they_are_written():
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(read_code(code) == code for code in codes)
    assert not any(set("OILU") & set(code) for code in codes)


@pytest.mark.parametrize(
    "typed", ["7k2m 9qwx 4trb", "7K2M9QWX4TRB", " 7K2M–9QWX–4TRB ", "7K2M-9QWX-4TRB\n"]
)
def test_space_case_and_hyphens_do_not_matter(typed):
    assert read_code(typed) == "7K2M-9QWX-4TRB"


def test_letters_that_look_like_numbers_are_read_as_numbers():
    assert read_code("oil0-OIL0-1111") == "0110-0110-1111"


@pytest.mark.parametrize("typed", ["", "7K2M", "7K2M-9QWX-4TRU", "7K2M-9QWX-4TRB-0000", "x" * 5000])
def test_what_can_be_no_code_is_none(typed):
    assert read_code(typed) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Amara Nwosu-Bell", "A. N.-B."),
        ("Li", "L."),
        ("  ", ""),
        ("-", ""),
        ("أمارا نوسو", "أ. ن."),
    ],
)
def test_initials(name, said):
    assert initials(name) == said
