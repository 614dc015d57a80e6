"""The demo's story is possible: real codes, ordered dates, decisions that answer their claims."""

import re
from datetime import datetime
from itertools import pairwise

import pytest

from kbstrack.demo import people
from kbstrack.demo.reading import stories, story
from kbstrack.demo.script import (
    TODAY,
    DemoContent,
    DemoPiece,
    DemoRenewal,
    DemoReopening,
    DemoSigning,
    DemoStory,
)

CODES = frozenset(
    [f"K{n}" for n in range(1, 10)]
    + [f"S{n}" for n in range(1, 18)]
    + [f"B{n}" for n in range(1, 10)]
)
KINDS = frozenset(
    {
        "work_product",
        "observation",
        "witness_testimony",
        "expert_witness_testimony",
        "professional_discussion",
        "questioning",
        "project",
        "case_study",
        "simulation",
        "certificate",
        "reflective_account",
        "audio_or_video",
    }
)
OUTSIDE_THE_STANDARD = re.compile(
    r"negotiat|offer(ed)? (the )?(salary|job)|counter-?offer|decided (whom|who) to hire|onboard"
    r"|induction",
    re.IGNORECASE,
)
PIECES = [piece for each in stories() for piece in each.pieces]
every_piece = pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.key)
every_story = pytest.mark.parametrize("told", stories(), ids=lambda told: told.apprentice)


def contents(piece: DemoPiece) -> list[DemoContent]:
    return [piece.written, *(version.content for version in piece.versions)]


def events(piece: DemoPiece) -> list[datetime]:
    moments = []
    for version in piece.versions:
        moments.append(version.submitted_at)
        if version.decision:
            moments.append(version.decision.decided_at)
    return moments + ([piece.withdrawn_at] if piece.withdrawn_at else [])


def test_there_are_about_sixty_pieces_for_six_apprentices():
    assert len(people.APPRENTICES) == 6
    assert 55 <= len(PIECES) <= 65


def test_keys_of_pieces_are_unique():
    assert len({piece.key for piece in PIECES}) == len(PIECES)


@every_piece
def test_a_piece_has_a_known_kind_and_claims_codes_of_the_standard(piece):
    assert piece.kind in KINDS
    assert all(claim.code in CODES for each in contents(piece) for claim in each.claims)


@every_piece
def test_every_claim_has_its_own_reason(piece):
    for each in contents(piece):
        reasons = [claim.rationale for claim in each.claims]
        assert all(len(reason.split()) >= 6 for reason in reasons)
        assert len(set(reasons)) == len(reasons)


@every_piece
def test_no_claim_rests_on_work_outside_the_standard(piece):
    for each in contents(piece):
        for claim in each.claims:
            assert not OUTSIDE_THE_STANDARD.search(claim.rationale)


@every_piece
def test_places_belong_to_a_piece_with_a_claim_and_a_file(piece):
    for each in contents(piece):
        if any(claim.locator for claim in each.claims):
            assert each.files


@every_piece
def test_a_picture_that_was_handed_in_says_what_it_shows_in_its_own_words(piece):
    for version in piece.versions:
        shown = [file.caption for file in version.content.files if file.name.endswith(".jpg")]
        assert all(len(caption.split()) >= 6 and len(caption) <= 300 for caption in shown)
        assert len(set(shown)) == len(shown)


@every_piece
def test_what_happened_comes_before_its_submission_and_events_follow_one_another(piece):
    assert piece.first_on <= piece.last_on <= TODAY
    moments = events(piece)
    assert all(earlier < later for earlier, later in pairwise(moments))
    assert all(moment.date() <= TODAY for moment in moments)
    if moments:
        assert piece.last_on < moments[0].date()


@every_piece
def test_a_submission_is_long_enough_to_be_judged(piece):
    for version in piece.versions[-1:]:
        assert piece.withdrawn_at or len(version.content.description.split()) >= 80


@every_piece
def test_a_decision_answers_each_claim_and_explains_what_is_not_yet_met(piece):
    for version in piece.versions:
        if version.decision is None:
            continue
        decision = version.decision
        assert [each.code for each in decision.outcomes] == [
            claim.code for claim in version.content.claims
        ]
        assert all(outcome.is_met or outcome.feedback for outcome in decision.outcomes)
        assert decision.feedback
        answers = (
            decision.is_valid,
            decision.is_authentic,
            decision.is_current,
            decision.is_sufficient,
        )
        assert all(answers) == decision.is_accepting
        assert bool(decision.action_points) != decision.is_accepting
        for point in decision.action_points:
            assert point.due_on > decision.decided_at.date()


@every_piece
def test_only_a_decided_piece_is_submitted_again_and_says_what_changed(piece):
    for before, after in pairwise(piece.versions):
        assert before.decision is not None
        assert after.what_changed
        assert after.content != before.content


@every_story
def test_a_ksb_is_signed_off_only_after_an_accepted_claim_and_only_once(told: DemoStory):
    assert [moment_of(each) for each in told.sign_offs] == sorted(map(moment_of, told.sign_offs))
    signed: set[str] = set()
    for event in told.sign_offs:
        if isinstance(event, DemoReopening):
            assert event.code in signed
            assert event.reason
            signed.discard(event.code)
        elif isinstance(event, DemoRenewal):
            assert event.code in signed
            assert event.reason
        else:
            assert event.code not in signed
            assert event.code in codes_met_before(told, event.signed_at)
            signed.add(event.code)


def moment_of(event: DemoSigning) -> datetime:
    return event.reopened_at if isinstance(event, DemoReopening) else event.signed_at


def codes_met_before(told: DemoStory, moment: datetime) -> set[str]:
    decisions = [version.decision for piece in told.pieces for version in piece.versions]
    return {
        outcome.code
        for decision in decisions
        if decision and decision.decided_at < moment
        for outcome in decision.outcomes
        if outcome.is_met
    }


def signed_off(told: DemoStory) -> set[str]:
    latest = {event.code: event for event in told.sign_offs}
    return {code for code, event in latest.items() if not isinstance(event, DemoReopening)}


def test_the_complete_apprentice_has_every_ksb_accepted_and_signed_off():
    complete = people.apprentice("amara")
    told = story("amara")
    accepted = {
        claim.code
        for piece in told.pieces
        if piece.is_accepted
        for claim in piece.versions[-1].content.claims
    }

    assert complete.uln == "9000000016"
    assert accepted == CODES
    assert signed_off(told) == CODES
    assert all(piece.is_accepted for piece in told.pieces)


def test_the_stages_of_the_others_differ():
    met = {told.apprentice: len(signed_off(told)) for told in stories()}

    assert 30 <= met["joe"] < 35
    assert 8 <= met["lewis"] <= met["safiya"] <= 18
    assert met["megan"] == met["kofi"] == 0
    assert len(story("megan").pieces) == 2
    assert story("kofi").pieces == ()


@pytest.mark.parametrize("key", ["safiya", "lewis"])
def test_half_way_apprentices_have_something_to_fix(key):
    decisions = [piece.versions[-1].decision for piece in story(key).pieces if piece.versions]

    assert any(decision and not decision.is_accepting for decision in decisions)


def test_the_cohort_shows_a_draft_a_withdrawal_a_reopening_and_work_that_waits():
    assert any(not piece.versions for piece in PIECES)
    assert sum(piece.withdrawn_at is not None for piece in PIECES) == 1
    assert any(isinstance(event, DemoReopening) for each in stories() for event in each.sign_offs)
    assert any(
        piece.versions and piece.versions[-1].decision is None and not piece.withdrawn_at
        for piece in PIECES
    )


def test_an_accepted_piece_was_changed_and_waits_and_a_sign_off_was_confirmed():
    changed = [
        after
        for piece in PIECES
        for before, after in pairwise(piece.versions)
        if before.decision is not None and before.decision.is_accepting
    ]

    assert [version.decision is None for version in changed] == [False, True]
    assert any(isinstance(event, DemoRenewal) for each in stories() for event in each.sign_offs)
