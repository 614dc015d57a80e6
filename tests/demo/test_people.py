"""The demo's people are plausible to the system and impossible outside it."""

import pytest

from kbstrack.demo import people
from kbstrack.demo.script import TODAY

EVERYBODY = [
    people.ADMINISTRATOR,
    *people.ASSESSORS,
    *(employer.manager for employer in people.EMPLOYERS),
    *(each.person for each in people.APPRENTICES),
]


@pytest.mark.parametrize("apprentice", people.APPRENTICES, ids=lambda each: each.person.key)
def test_a_uln_has_a_correct_check_digit(apprentice):
    digits = [int(digit) for digit in apprentice.uln]
    rest = sum(w * d for w, d in zip(range(10, 1, -1), digits[:9], strict=True)) % 11

    assert len(digits) == 10
    assert digits[0] != 0
    assert rest != 0
    assert digits[9] == 10 - rest


def test_nobody_shares_a_key_an_address_or_a_uln():
    assert len({person.key for person in EVERYBODY}) == len(EVERYBODY)
    assert len({person.email for person in EVERYBODY}) == len(EVERYBODY)
    assert len({each.uln for each in people.APPRENTICES}) == len(people.APPRENTICES)


def test_addresses_end_in_a_reserved_domain():
    assert all(person.email.endswith("@demo.example") for person in EVERYBODY)


@pytest.mark.parametrize("apprentice", people.APPRENTICES, ids=lambda each: each.person.key)
def test_an_enrolment_names_people_of_the_demo_and_begins_on_a_monday(apprentice):
    assert apprentice.assessor in {person.key for person in people.ASSESSORS}
    assert apprentice.employer in {employer.key for employer in people.EMPLOYERS}
    assert apprentice.start_on.weekday() == 0
    assert apprentice.start_on < TODAY
    assert (apprentice.planned_end_on - apprentice.start_on).days > 365


def test_the_provider_has_a_ukprn_of_eight_digits():
    assert people.PROVIDER.ukprn.isdigit()
    assert len(people.PROVIDER.ukprn) == 8
