"""A server killed while people work; `bench/kill9` is the long version."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.killing.rounds import run_rounds

pytestmark = pytest.mark.slow

ROUNDS = 3


def test_what_was_said_to_be_saved_outlives_a_killed_server(database: str, tmp_path: Path):
    folder = tmp_path / "killed"
    folder.mkdir()

    tally = run_rounds(folder, database, rounds=ROUNDS, seed="short")

    assert tally.missing == []
    assert tally.rounds == ROUNDS
    assert tally.acknowledged.total() > 0
