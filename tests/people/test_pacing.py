"""Pauses after wrong tries: longer each time, never for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask

from kbstrack.people import tries
from kbstrack.people.pacing import (
    ACCOUNT,
    ACCOUNT_AND_NETWORK,
    NETWORK,
    Pace,
    say_wait,
    wait_seconds,
)
from tests.builders import MONDAY


def failures(count: int, last: datetime = MONDAY) -> list[datetime]:
    return [last - timedelta(seconds=number) for number in range(count)]


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(0, 0), (4, 0), (5, 5), (6, 10), (7, 20), (12, 640), (13, 900), (500, 900)],
)
def test_each_failure_doubles_the_pause_up_to_the_longest(count: int, seconds: int):
    assert wait_seconds(failures(count), ACCOUNT_AND_NETWORK, MONDAY) == seconds


@pytest.mark.parametrize("pace", [ACCOUNT, ACCOUNT_AND_NETWORK, NETWORK])
def test_every_pause_ends(pace: Pace):
    later = MONDAY + pace.longest

    assert wait_seconds(failures(10_000), pace, MONDAY) > 0
    assert wait_seconds(failures(10_000), pace, later) == 0


def test_a_pause_begins_at_the_last_failure_and_is_counted_in_whole_seconds():
    at = MONDAY + timedelta(seconds=3, milliseconds=400)

    assert wait_seconds(failures(5), ACCOUNT_AND_NETWORK, at) == 2


def test_failures_of_the_day_before_do_not_count():
    at = MONDAY + timedelta(hours=24)

    assert wait_seconds(failures(50), ACCOUNT_AND_NETWORK, at) == 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1 second"),
        (40, "40 seconds"),
        (89, "89 seconds"),
        (90, "2 minutes"),
        (120, "2 minutes"),
        (900, "15 minutes"),
    ],
)
def test_a_wait_is_said_in_words(seconds: int, text: str):
    assert say_wait(seconds) == text


def test_guesses_at_the_same_moment_see_each_other(app: Flask):
    def guess(_number: int) -> int:
        with app.app_context():
            return tries.begin_try("apprentice@a.example", "192.0.2.1", MONDAY)

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(guess, range(16)))

    assert waits.count(0) == ACCOUNT_AND_NETWORK.free
