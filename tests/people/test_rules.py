"""Tables for what makes names, addresses, numbers and dates well-formed."""

from __future__ import annotations

from datetime import date

import pytest

from kbstrack.errors import RuleBroken
from kbstrack.people import rules

TODAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    "uln", ["9276308686", "9000000016", "9000000024", " 927 630 8686 ", "9276 308686"]
)
def test_a_uln_with_a_fitting_last_digit_is_taken(uln):
    assert rules.clean_uln(uln) == "".join(uln.split())


@pytest.mark.parametrize(
    ("uln", "sentence"),
    [
        ("1234567890", "last digit does not fit"),
        ("9999999999", "last digit does not fit"),
        ("9276308687", "last digit does not fit"),
        ("0000000000", "last digit does not fit"),
        ("0276308686", "last digit does not fit"),
        ("1000000010", "last digit does not fit"),
        ("927630868", "10 digits"),
        ("92763086860", "10 digits"),
        ("92763O8686", "10 digits"),
        ("٩٢٧٦٣٠٨٦٨٦", "10 digits"),
        ("-276308686", "10 digits"),
        ("", "10 digits"),
    ],
)
def test_any_other_uln_is_refused_at_its_field(uln, sentence):
    with pytest.raises(RuleBroken, match=sentence) as refused:
        rules.clean_uln(uln)

    assert refused.value.field == "uln"


def test_one_wrong_digit_in_a_uln_is_always_found():
    for place in range(10):
        for digit in "0123456789":
            changed = "9276308686"[:place] + digit + "9276308686"[place + 1 :]
            if changed != "9276308686":
                with pytest.raises(RuleBroken):
                    rules.clean_uln(changed)


def test_a_ukprn_has_eight_digits():
    assert rules.clean_ukprn(" 1001 2345") == "10012345"


@pytest.mark.parametrize("ukprn", ["", "1001234", "100123456", "1001234A", "１００１２３４５"])
def test_any_other_ukprn_is_refused(ukprn):
    with pytest.raises(RuleBroken, match="8 digits"):
        rules.clean_ukprn(ukprn)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ann\u00a0 \t Lee ", "Ann Lee"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("Ann\x00Lee\x07", "AnnLee"),
        ("محمد علي", "محمد علي"),
        ("x" * 200, "x" * 200),
        ("\u202eAnn \u200bLee\u2069", "Ann Lee"),
        ("\u0646\u0627\u0632\u200c\u06af\u0644", "\u0646\u0627\u0632\u200c\u06af\u0644"),
    ],
)
def test_a_name_is_one_clean_line(typed, kept):
    assert rules.clean_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (" \t ", "Enter the name"),
        ("\x00", "Enter the"),
        ("\u200b\u200d", "Enter the"),
        ("x" * 201, "longer"),
    ],
)
def test_an_empty_or_endless_name_is_refused(typed, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        rules.clean_name(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ann.Lee@Example.ORG ", "ann.lee@example.org"),
        ("ann+work@mail.example.co.uk", "ann+work@mail.example.co.uk"),
        ("o'neill@example.org", "o'neill@example.org"),
    ],
)
def test_an_address_is_kept_in_small_letters(typed, kept):
    assert rules.clean_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "ann@example",
        "ann@@example.org",
        "ann lee@example.org",
        "ann@example..org",
        "ann@example.org\nbcc: all@example.org",
        "Ann <ann@example.org>",
        "ann\u200b@example.org",
        f"{'x' * 250}@example.org",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(RuleBroken) as refused:
        rules.clean_email(typed)

    assert refused.value.field == "email"


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (date(2014, 12, 31), date(2016, 1, 1), "start_on"),
        (date(2026, 3, 2), date(2026, 3, 2), "planned_end_on"),
        (date(2026, 3, 2), date(2025, 3, 2), "planned_end_on"),
        (date(2026, 3, 2), date(2126, 3, 2), "planned_end_on"),
    ],
)
def test_dates_that_cannot_be_are_refused_at_their_field(start, end, field):
    with pytest.raises(RuleBroken) as refused:
        rules.check_dates(start, end)

    assert refused.value.field == field


def test_dates_that_can_be_are_taken():
    rules.check_dates(date(2015, 1, 1), date(2016, 1, 1))
    rules.check_dates(date(2026, 3, 2), date(2026, 3, 3))


def test_a_replacement_holds_from_today_or_earlier_but_not_before_the_present_one():
    began = date(2026, 2, 1)
    rules.check_replacement_day(TODAY, current_from_on=began, today=TODAY)
    rules.check_replacement_day(began, current_from_on=began, today=TODAY)
    with pytest.raises(RuleBroken, match="today or an earlier day"):
        rules.check_replacement_day(date(2026, 3, 4), current_from_on=began, today=TODAY)
    with pytest.raises(RuleBroken, match="not before the present one began"):
        rules.check_replacement_day(date(2026, 1, 31), current_from_on=began, today=TODAY)


def test_an_enrolment_ends_between_its_start_and_today():
    start = date(2026, 2, 1)
    rules.check_end_day(start, start_on=start, today=TODAY)
    rules.check_end_day(TODAY, start_on=start, today=TODAY)
    with pytest.raises(RuleBroken, match="before the start"):
        rules.check_end_day(date(2026, 1, 31), start_on=start, today=TODAY)
    with pytest.raises(RuleBroken, match="today or an earlier day"):
        rules.check_end_day(date(2026, 3, 4), start_on=start, today=TODAY)


@pytest.mark.parametrize(
    ("people", "field"),
    [(("a", "a", "m"), "assessor_id"), (("a", "s", "a"), "line_manager_id")],
)
def test_nobody_stands_beside_their_own_apprenticeship(people, field):
    with pytest.raises(RuleBroken) as refused:
        rules.check_separate(*people)

    assert refused.value.field == field


def test_an_assessor_may_be_the_line_manager():
    rules.check_separate("a", "s", "s")


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("", True),
        ("wiśniewski", True),
        ("WISNIEWSKI tomasz", True),
        ("example tom", True),
        ("tomas z", True),
        ("lewis", False),
        ("tomasz lewis", False),
    ],
)
def test_a_search_knows_no_case_accents_or_order(text, is_found):
    assert rules.has_words(text, "Tomasz Wiśniewski", "tom@example.org") is is_found
