"""A checkpoint kept elsewhere shows that a chain was rewritten, even by whoever has all keys."""

from __future__ import annotations

import json
import shutil
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from kbstrack.current import settings
from kbstrack.errors import RuleBroken
from kbstrack.ledger import queries
from kbstrack.record import keys
from kbstrack.record.checking import check
from kbstrack.record.checkpoints import checkpoint_flaws, make_checkpoint, read_checkpoint
from tests.builders import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, World, make_evidence, make_world
from tests.record.forging import rewrite


@pytest.fixture
def world(app: Flask) -> World:
    world = make_world()
    make_evidence(world)
    return world


@pytest.fixture
def home(world: World) -> Path:
    return settings().home


@pytest.fixture
def signed(home: Path, tmp_path: Path) -> Path:
    """A checkpoint of Tuesday."""
    path = tmp_path / "checkpoint.json"
    path.write_bytes(make_checkpoint(home, at=TUESDAY))
    return path


def flaws(path: Path, home: Path, only: uuid.UUID | None = None) -> list[str]:
    found = read_checkpoint(path, keys.public_keys(home))
    return [f"{flaw.place}: {flaw.sentence}" for _, flaw in checkpoint_flaws(found, only)]


def test_what_is_added_after_a_checkpoint_is_no_flaw(signed: Path, home: Path, world: World):
    make_evidence(world, at=WEDNESDAY)

    assert flaws(signed, home) == []


def test_a_chain_rewritten_as_a_whole_is_found_by_the_checkpoint_only(
    signed: Path, home: Path, world: World
):
    chain = queries.entries(world.enrolment_id)
    first = chain[0]
    assert first.side is not None
    side = replace(first.side, by_name="Somebody else")
    rewrite([replace(first, side=side, side_hash=side.hash), *chain[1:]])

    assert check(world.enrolment_id).flaws == ()
    (flaw,) = flaws(signed, home)
    assert flaw.startswith("entry 4: the checkpoint of 3 March 2026 at 9:30am names it with the")
    assert "the chain was rewritten or cut after that" in flaw


def test_a_chain_that_was_cut_is_found(signed: Path, home: Path, world: World):
    rewrite(queries.entries(world.enrolment_id)[:-1])

    (flaw,) = flaws(signed, home)
    assert "there is no such entry now" in flaw


def test_only_the_enrolment_that_is_asked_for_is_compared(signed: Path, home: Path, world: World):
    rewrite(queries.entries(world.enrolment_id)[:-1])

    assert flaws(signed, home, uuid.uuid4()) == []
    assert len(flaws(signed, home, world.enrolment_id)) == 1


def test_a_checkpoint_signed_with_a_former_key_holds(signed: Path, home: Path):
    keys.rotate_key(home, WEDNESDAY)

    assert flaws(signed, home) == []


def test_a_former_key_signs_nothing_that_was_made_after_its_end(
    home: Path, world: World, tmp_path: Path
):
    """A copy of it that somebody kept would still sign."""
    keys.ensure_key(home, MONDAY)
    thief = tmp_path / "thief"
    shutil.copytree(home / "keys", thief / "keys")
    keys.rotate_key(home, WEDNESDAY)
    path = tmp_path / "checkpoint.json"

    path.write_bytes(make_checkpoint(thief, at=THURSDAY))
    with pytest.raises(RuleBroken, match="signed until 4 March 2026"):
        read_checkpoint(path, keys.public_keys(home))

    path.write_bytes(make_checkpoint(thief, at=WEDNESDAY))
    assert flaws(path, home) == []


def test_a_key_signs_nothing_that_was_made_before_it(home: Path, world: World, tmp_path: Path):
    known = keys.rotate_key(home, WEDNESDAY)
    former, present = known.keys
    path = tmp_path / "checkpoint.json"
    path.write_bytes(make_checkpoint(home, at=WEDNESDAY))
    later = replace(present, since="2026-03-05T09:30:00.000000+00:00")

    with pytest.raises(RuleBroken, match="signed only from 5 March 2026"):
        read_checkpoint(path, replace(known, keys=(former, later)))
    with pytest.raises(RuleBroken, match="clock of this machine"):
        make_checkpoint(home, at=TUESDAY)


def test_no_single_bit_of_a_checkpoint_can_be_changed(signed: Path, home: Path):
    content, known = signed.read_bytes(), keys.public_keys(home)

    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 7
        signed.write_bytes(bytes(changed))
        with pytest.raises(RuleBroken):
            read_checkpoint(signed, known)


def test_a_checkpoint_of_another_instance_is_refused(signed: Path, tmp_path: Path):
    elsewhere = keys.ensure_key(tmp_path / "elsewhere", MONDAY)

    with pytest.raises(RuleBroken, match="is a checkpoint of another instance"):
        read_checkpoint(signed, elsewhere)


def test_a_key_that_is_not_listed_is_not_believed(signed: Path, home: Path, tmp_path: Path):
    known = keys.ensure_key(tmp_path / "elsewhere", MONDAY)
    present = keys.public_keys(home)
    assert present is not None

    with pytest.raises(RuleBroken, match="none of the 1 known ones"):
        read_checkpoint(signed, replace(known, instance=present.instance))


def test_without_any_key_it_is_said_where_to_look(signed: Path):
    with pytest.raises(RuleBroken, match="This instance has no keys"):
        read_checkpoint(signed, None)


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"[]", b"{}", b"[" * 100_000])
def test_garbage_is_refused_in_a_sentence(signed: Path, home: Path, content):
    signed.write_bytes(content)

    with pytest.raises(RuleBroken, match="is no checkpoint of kbstrack"):
        read_checkpoint(signed, keys.public_keys(home))


def test_a_file_far_too_large_is_refused_without_being_read(signed: Path, home: Path):
    with signed.open("wb") as file:
        file.truncate(50_000_000)

    with pytest.raises(RuleBroken, match="larger than any such file"):
        read_checkpoint(signed, keys.public_keys(home))


@pytest.mark.parametrize(
    "head", [[0, "a" * 64], [1.5, "a" * 64], [10**30, "a" * 64], [1, "A"], [1], "x", None]
)
def test_a_signed_head_that_is_none_is_refused(signed: Path, home: Path, head):
    """Whoever has the key could sign anything."""
    found = json.loads(signed.read_bytes())
    found["heads"] = {str(uuid.uuid4()): head}
    signed.write_bytes(json.dumps(found).encode())

    with pytest.raises(RuleBroken, match="is no checkpoint of kbstrack"):
        read_checkpoint(signed, keys.public_keys(home))
