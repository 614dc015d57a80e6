"""Order, hashes and look-ups of a standard, on values made here."""

from dataclasses import replace

import pytest

from kbstrack.errors import NotFound
from kbstrack.standards.rules import (
    Duty,
    Ksb,
    KsbKind,
    PortfolioRules,
    SignOffRoles,
    Standard,
    natural_key,
    version_key,
)


def make_ksb(code="K1", kind=KsbKind.KNOWLEDGE, **changes):
    values = {"title": None, "statement": "How wind lifts a kite"} | changes
    return Ksb(code=code, kind=kind, **values)


def make_standard(**changes):
    values = {
        "reference": "ST9999",
        "version": "1.0",
        "title": "Kite maker",
        "level": 2,
        "route": "Engineering",
        "licence": "None",
        "source": "Nowhere",
        "ksbs": (make_ksb(),),
        "portfolio_rules": PortfolioRules(reason="Made up."),
    } | changes
    return Standard(**values)


def test_codes_sort_by_kind_and_then_by_number():
    codes = ["B1", "S10", "K10", "S2", "K2", "ESB1", "TK1", "X1", "K1"]
    assert sorted(codes, key=natural_key) == [
        "K1", "K2", "K10", "S2", "S10", "B1", "TK1", "ESB1", "X1",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "K", "1", "K1a", "k1", "K¹", "K1\n", "🪁"])
def test_any_text_has_a_place_in_the_order(text):
    assert natural_key(text) == natural_key(text)


@pytest.mark.parametrize(
    ("later", "earlier"), [("1.10", "1.9"), ("2.0", "1.99"), ("1.1", "1.0"), ("10.0", "9.9")]
)
def test_versions_compare_as_numbers(later, earlier):
    assert version_key(later) > version_key(earlier)


def test_ksbs_stand_in_natural_order_whatever_order_they_came_in():
    kinds = {"K": KsbKind.KNOWLEDGE, "S": KsbKind.SKILL, "B": KsbKind.BEHAVIOUR}
    standard = make_standard(
        ksbs=tuple(make_ksb(code, kinds[code[0]]) for code in ["B1", "K10", "S1", "K9"])
    )

    assert standard.codes == ("K9", "K10", "S1", "B1")
    assert standard.kinds == (KsbKind.KNOWLEDGE, KsbKind.SKILL, KsbKind.BEHAVIOUR)
    assert [ksb.code for ksb in standard.of_kind(KsbKind.KNOWLEDGE)] == ["K9", "K10"]


def test_a_ksb_is_found_by_its_code_or_not_at_all():
    assert make_standard().ksb("K1").code == "K1"
    with pytest.raises(NotFound, match="has no KSB K2"):
        make_standard().ksb("K2")


def test_the_wording_reads_as_it_was_published():
    plain = make_ksb()
    titled = make_ksb("B1", KsbKind.BEHAVIOUR, title="Patience", statement="Someone who waits")
    listed = make_ksb(statement="Materials, including:", points=("paper", "line"))

    assert plain.wording == "How wind lifts a kite"
    assert titled.wording == "Patience: Someone who waits"
    assert listed.wording == "Materials, including: - paper - line"


@pytest.mark.parametrize(
    "change",
    [{"statement": "How wind lifts kites"}, {"title": "Wind"}, {"points": ("up",)}, {"code": "K2"}],
)
def test_the_statement_hash_changes_with_the_official_wording(change):
    assert replace(make_ksb(), **change).statement_hash != make_ksb().statement_hash


def test_guidance_changes_no_hash():
    guided = make_ksb(prompts=("What flew?",), witnesses=("your workshop lead",))

    assert guided.statement_hash == make_ksb().statement_hash
    assert make_standard(ksbs=(guided,)).content_hash == make_standard().content_hash


@pytest.mark.parametrize(
    "change",
    [
        {"version": "1.1"},
        {"title": "Kite builder"},
        {"ksbs": (make_ksb(statement="Other"),)},
        {"ksbs": (make_ksb(pieces_needed=2),)},
        {"duties": (Duty("D1", "Fly", ("K1",)),)},
        {"sign_off_roles": SignOffRoles(behaviour="employer")},
        {"portfolio_rules": PortfolioRules(reason="Made up.", min_pieces=3)},
    ],
)
def test_the_content_hash_changes_with_wording_and_settings(change):
    assert make_standard(**change).content_hash != make_standard().content_hash


def test_a_field_that_is_not_used_is_no_part_of_the_hash():
    assert make_standard(summary=None).content_hash == make_standard(summary="").content_hash


def test_each_kind_is_signed_off_by_the_role_the_standard_names():
    roles = SignOffRoles(knowledge="assessor", skill="employer", behaviour="employer")
    found = {kind: roles.role_for(kind) for kind in KsbKind}
    assert found == {
        KsbKind.KNOWLEDGE: "assessor",
        KsbKind.TECHNICAL_KNOWLEDGE: "assessor",
        KsbKind.SKILL: "employer",
        KsbKind.TECHNICAL_SKILL: "employer",
        KsbKind.BEHAVIOUR: "employer",
        KsbKind.EMPLOYABILITY_SKILL_BEHAVIOUR: "employer",
    }


def test_kinds_have_letters_and_names_for_people():
    assert [kind.letter for kind in KsbKind] == ["K", "S", "B", "TK", "TS", "ESB"]
    assert KsbKind.SKILL.label == "Skill"
    assert KsbKind.SKILL.heading == "Skills"
    assert KsbKind.KNOWLEDGE.heading == "Knowledge"


def test_a_standard_says_its_unique_id():
    assert make_standard().unique_id == "ST9999_1.0"
