"""Reminders: after 5 and 10 days, at most two, never after the end, never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from kbstrack.confirmation import answering, links
from kbstrack.confirmation.models import RequestReminder
from kbstrack.confirmation.reminders import send_due
from kbstrack.confirmation.rules import due_reminder
from kbstrack.confirmation.service import revoke
from kbstrack.db import db
from tests.assessment.test_races import race
from tests.builders import TUESDAY, World, make_evidence
from tests.confirmation.asking import SAM, ask, confirm, follower, messages, token_in


def after(days: float):
    return TUESDAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "sent", "due"),
    [
        (4.99, [], None),
        (5, [], 1),
        (5, [1], None),
        (9.99, [1], None),
        (10, [1], 2),
        (10, [1, 2], None),
        (11, [], 2),
        (13, [2], None),
    ],
)
def test_which_reminder_is_due(days, sent, due):
    assert due_reminder(TUESDAY, sent, after(days)) == due


def test_two_reminders_go_out_and_no_third(world: World):
    ask(world, make_evidence(world))

    counts = [send_due(after(days)) for days in (1, 4.9, 5, 5.1, 9, 10, 10.1, 13)]

    assert counts == [0, 0, 1, 0, 0, 1, 0, 0]
    subjects = [row.subject for row in messages()]
    assert [subject.startswith("Reminder") for subject in subjects] == [False, True, True]


def test_a_reminder_has_a_link_of_its_own_to_the_same_request(world: World):
    request_id = ask(world, make_evidence(world))
    send_due(after(5))

    tokens = [token_in(row) for row in messages()]

    assert len(set(tokens)) == 2
    for token in tokens:
        assert links.whoever_follows(token, at=after(6)) == links.actor_for(request_id)
    confirm(follower(after(6)), at=after(6))
    for token in tokens:
        assert links.whoever_follows(token, at=after(6)) is None


@pytest.mark.parametrize("end", ["signed", "declined", "revoked", "expired"])
def test_nobody_is_reminded_of_what_has_ended(world: World, end):
    request_id = ask(world, make_evidence(world))
    if end == "signed":
        confirm(follower())
    elif end == "declined":
        answering.decline_by_link(follower(), reason="", at=TUESDAY)
    elif end == "revoked":
        revoke(world.apprentice, request_id, at=TUESDAY)

    assert send_due(after(14 if end == "expired" else 6)) == 0


def test_several_processes_send_each_reminder_once(app: Flask, world: World):
    ask(world, make_evidence(world))

    race(app, *[lambda: send_due(after(5))] * 4)

    assert db.session.scalar(select(func.count()).select_from(RequestReminder)) == 1
    assert len(messages(SAM.email)) == 2
