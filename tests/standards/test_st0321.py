"""ST0321 as it comes with kbstrack, compared with the published page."""

import re

import pytest

from kbstrack.standards.catalogue import builtin_directory, load_catalogue
from kbstrack.standards.checks import check_file
from kbstrack.standards.rules import KsbKind

from .published import PUBLISHED


@pytest.fixture(scope="module")
def standard():
    return load_catalogue([builtin_directory()]).get("ST0321", "1.0")


def test_the_file_has_no_errors_and_no_warnings():
    assert check_file(builtin_directory() / "st0321.yaml").problems == ()


def test_it_has_every_published_code_in_natural_order(standard):
    assert standard.codes == tuple(PUBLISHED)
    assert [len(standard.of_kind(kind)) for kind in standard.kinds] == [9, 17, 9]


@pytest.mark.parametrize("code", PUBLISHED)
def test_each_statement_is_word_for_word_as_published(standard, code):
    assert standard.ksb(code).wording == PUBLISHED[code]


def test_the_published_spelling_is_kept(standard):
    assert standard.ksb("B2").title == "Tenacity and Rescilience"
    assert "candidate’s" in standard.ksb("S3").statement


def test_a_behaviours_leading_name_is_its_title(standard):
    titles = [ksb.title for ksb in standard.of_kind(KsbKind.BEHAVIOUR)]
    assert titles == [
        "Self Motivation",
        "Tenacity and Rescilience",
        "Ambition, Drive and determination",
        "Ability to prioritise and escalate where necessary",
        "Innovative",
        "Attention to detail",
        "Ethical customer focused approach",
        "Are very organised",
        "Good questioning and listening",
    ]
    assert all(ksb.title is None for ksb in standard.ksbs if ksb.kind is not KsbKind.BEHAVIOUR)


def test_the_list_inside_k7_is_kept_as_points(standard):
    assert standard.ksb("K7").points == (
        "quantitative and qualitative research methods",
        "research validity and reliability",
        "sources of research information",
    )
    assert all(not ksb.points for ksb in standard.ksbs if ksb.code != "K7")


def test_the_published_facts_are_there(standard):
    assert (standard.title, standard.level) == ("Recruitment resourcer", 2)
    assert (standard.occupation_code, standard.lars_code) == ("OCC0321", "218")
    assert standard.status == "Occupational standard without apprenticeship"
    assert standard.apprenticeship_status == "Approved for delivery"
    assert [group.code for group in standard.soc_groups] == ["4136/01", "1136/04", "3571/03"]
    assert len(standard.employers) == 13
    assert standard.keywords[-1] == "Research Analysis"
    assert standard.salary is not None
    assert standard.salary.amount == "£22,843 per year"


def test_the_licence_line_names_crown_copyright_and_the_licence(standard):
    assert "Crown copyright" in standard.licence
    assert "Open Government Licence v3.0" in standard.licence


def test_nobody_is_told_that_the_version_number_was_published(standard):
    assert "states no version number" in (standard.version_note or "")


def test_the_assessor_signs_off_every_kind_and_one_piece_is_enough(standard):
    assert {standard.sign_off_roles.role_for(kind) for kind in standard.kinds} == {"assessor"}
    assert {ksb.pieces_needed for ksb in standard.ksbs} == {1}


def test_the_portfolio_is_not_an_assessment_method_of_its_own(standard):
    assert not standard.portfolio_rules.is_assessment_method
    assert "professional discussion" in standard.portfolio_rules.reason


def test_each_ksb_has_two_to_four_prompts_of_its_own(standard):
    for ksb in standard.ksbs:
        assert 2 <= len(ksb.prompts) <= 4, ksb.code
    prompts = [prompt for ksb in standard.ksbs for prompt in ksb.prompts]
    assert len(set(prompts)) == len(prompts)


def test_knowledge_alone_cannot_be_witnessed_but_skills_and_behaviours_can(standard):
    for ksb in standard.ksbs:
        assert bool(ksb.witnesses) == (ksb.kind is not KsbKind.KNOWLEDGE), ksb.code


def test_the_witnesses_of_a_ksb_can_be_read_as_one_list(standard):
    for ksb in standard.ksbs:
        for witness in ksb.witnesses:
            assert not re.search(r", (in|at|or)\b|[.;]$", witness), f"{ksb.code}: {witness}"


def test_the_content_hash_stays_what_enrolments_have_pinned(standard):
    # A new hash means that people who are enrolled already stand on other words or rules than
    # those they began with: give changed wording a new version instead.
    assert standard.content_hash == (
        "bb59f2f481dafe53720089337c7bdbe791e9f357123bbaddf9b818c0f5288391"
    )
