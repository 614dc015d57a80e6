"""Keys: made once however many ask, private, and listed for ever after."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from kbstrack.errors import RuleBroken
from kbstrack.record import keys
from tests.builders import MONDAY, TUESDAY, WEDNESDAY


def test_a_key_is_named_as_rfc_7638_says():
    """The example of RFC 8037, appendix A.3."""
    point = keys.decoded("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")

    assert keys.key_id_of(point) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_there_is_no_key_before_one_is_needed(tmp_path):
    assert keys.public_keys(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_the_first_key_is_made_once_whoever_asks_at_the_same_time(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: keys.ensure_key(tmp_path, MONDAY), range(8)))

    assert len(set(found)) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["key-0001.json"]


def test_only_the_owner_can_read_a_private_key(tmp_path):
    keys.ensure_key(tmp_path, MONDAY)

    (path,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_private_part_is_in_what_is_published(tmp_path):
    found = keys.rotate_key(tmp_path, MONDAY)

    assert {name for key in found.plain()["keys"] for name in key} == {
        "crv", "from", "kid", "kty", "until", "use", "alg", "x",
    }  # fmt: skip


def test_a_new_key_signs_and_the_former_one_is_still_listed(tmp_path):
    (first,) = keys.ensure_key(tmp_path, MONDAY).keys
    signed_before = keys.sign(tmp_path, b"before")

    former, present = keys.rotate_key(tmp_path, TUESDAY).keys

    assert (former.key_id, former.until) == (first.key_id, present.since)
    assert present.until is None
    assert former.has_signed(signed_before, b"before")
    assert present.has_signed(keys.sign(tmp_path, b"after"), b"after")
    assert not former.has_signed(keys.sign(tmp_path, b"after"), b"after")
    assert len(keys.rotate_key(tmp_path, WEDNESDAY).keys) == 3


def test_a_damaged_key_is_said_in_a_sentence(tmp_path):
    keys.ensure_key(tmp_path, MONDAY)
    path = tmp_path / "keys" / "key-0001.json"
    found = json.loads(path.read_bytes())

    for content in (b"", b"{", b"[]", json.dumps({**found, "x": found["d"], "d": "é"}).encode()):
        path.write_bytes(content)
        with pytest.raises(RuleBroken, match=r"key-0001\.json is damaged"):
            keys.public_keys(tmp_path)


def test_a_list_of_keys_can_be_kept_elsewhere(tmp_path):
    found = keys.rotate_key(tmp_path, MONDAY)
    saved = tmp_path / "keys.json"
    saved.write_text(json.dumps(found.plain()))

    assert keys.read_keys(saved) == found


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"keys": [], "instance": "x"}', '{"keys": [{"x": "é"}]}', "[" * 9000],
)
def test_what_is_no_list_of_keys_is_refused(tmp_path, content):
    saved = tmp_path / "keys.json"
    saved.write_text(content)

    with pytest.raises(RuleBroken, match="is no list of kbstrack's keys"):
        keys.read_keys(saved)


@pytest.mark.parametrize(
    "change", [{"from": "x"}, {"from": None}, {"until": ""}, {"from": "2026-03-02T09:30:00"}]
)
def test_a_list_that_does_not_say_when_a_key_signed_is_refused(tmp_path, change):
    found = keys.rotate_key(tmp_path, MONDAY).plain()
    found["keys"][0] |= change
    saved = tmp_path / "keys.json"
    saved.write_text(json.dumps(found))

    with pytest.raises(RuleBroken, match="is no list of kbstrack's keys"):
        keys.read_keys(saved)


def test_a_list_whose_key_has_another_name_is_refused(tmp_path):
    found = keys.ensure_key(tmp_path, MONDAY).plain()
    found["keys"][0]["kid"] = "another"
    saved = tmp_path / "keys.json"
    saved.write_text(json.dumps(found))

    with pytest.raises(RuleBroken, match="is no list of kbstrack's keys"):
        keys.read_keys(saved)
