"""Checkpoints: the heads of all chains at one moment, signed, to be kept out of reach."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, tuple_

from kbstrack.canonical import Json, canonical_json
from kbstrack.db import db
from kbstrack.errors import RuleBroken
from kbstrack.formats import say_time
from kbstrack.ledger import queries
from kbstrack.ledger.models import LedgerEntry
from kbstrack.ledger.rules import Flaw, moment, short_hash
from kbstrack.record import keys
from kbstrack.record.damage import AT_ONCE
from kbstrack.record.keys import KeySet, PublicKey
from kbstrack.storage.stored import is_sha256

FORMAT = "kbstrack-checkpoint-1"
MOST_BYTES = 32_000_000
MOST_SEQUENCE = 2**31

Head = tuple[int, str]
"""Sequence and hash of the last entry of a chain."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The heads of all chains by enrolment, when they were so, and whose key signed them."""

    instance: str
    made_at: datetime
    heads: Mapping[uuid.UUID, Head]
    key_id: str


def make_checkpoint(home: Path, *, at: datetime) -> bytes:
    """The heads of all chains as they are now, signed with the instance's key.

    The first key is made if there is none. Raises RuleBroken when the key cannot be read, or is
    younger than the moment that the clock shows.
    """
    known = keys.ensure_key(home, at)
    if at < known.keys[-1].since_at:
        raise RuleBroken(
            f"The key signs from {say_time(known.keys[-1].since_at)} on: the clock of this machine "
            "is behind, so set it right first."
        )
    db.session.rollback()
    heads: dict[str, Json] = {
        str(enrolment): [sequence, digest] for enrolment, sequence, digest in queries.heads()
    }
    content: dict[str, Json] = {
        "format": FORMAT,
        "instance": known.instance,
        "made_at": moment(at),
        "heads": heads,
        "key": known.keys[-1].key_id,
    }
    signature = keys.encoded(keys.sign(home, canonical_json(content)))
    return canonical_json({**content, "signature": signature})


def read_checkpoint(path: Path, known: KeySet | None) -> Checkpoint:
    """A checkpoint whose signature is of one of these keys in its time, and untouched.

    Raises RuleBroken.
    """
    wrong = f"{path} is no checkpoint of kbstrack, or it was cut off or changed."
    found = keys.read_json(path, MOST_BYTES, wrong)
    if found.get("format") != FORMAT:
        raise RuleBroken(wrong)
    if known is None:
        raise RuleBroken(
            f"This instance has no keys, so it did not sign {path}. Put its folder keys back from "
            "a backup, or name a saved list of keys with --keys."
        )
    signed = {name: value for name, value in found.items() if name != "signature"}
    try:
        checkpoint = _checkpoint(signed)
        signature, content = keys.decoded(found["signature"]), canonical_json(signed)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise RuleBroken(wrong) from error
    if checkpoint.instance != known.instance:
        raise RuleBroken(
            f"{path} is a checkpoint of another instance ({checkpoint.instance}; the keys are "
            f"those of {known.instance})."
        )
    key = known.key(checkpoint.key_id)
    if key is None:
        raise RuleBroken(
            f"{path} names the key {checkpoint.key_id}, which is none of the {len(known.keys)} "
            "known ones. Look for a newer list of keys, or do not trust this checkpoint."
        )
    if not key.has_signed(signature, content):
        raise RuleBroken(
            f"The signature of {path} is wrong: it was changed after it was signed, or somebody "
            "else made it. Do not trust it."
        )
    _check_time(path, checkpoint.made_at, key)
    return checkpoint


def _check_time(path: Path, made_at: datetime, key: PublicKey) -> None:
    """A key signs from its beginning to its end only: somebody may have kept a former one."""
    if made_at < key.since_at:
        bound = f"only from {say_time(key.since_at)} on"
    elif key.until_at is not None and made_at > key.until_at:
        bound = f"until {say_time(key.until_at)} only"
    else:
        return
    raise RuleBroken(
        f"{path} says that it was made at {say_time(made_at)}, but the key that it names signed "
        f"{bound}. Do not trust it."
    )


def checkpoint_flaws(
    checkpoint: Checkpoint, only: uuid.UUID | None = None
) -> Iterator[tuple[uuid.UUID, Flaw]]:
    """Which chains no longer have the entry that the checkpoint names, by enrolment.

    `only` looks at one enrolment.
    """
    when = say_time(checkpoint.made_at)
    wanted = sorted(
        (enrolment_id, *head)
        for enrolment_id, head in checkpoint.heads.items()
        if only in (None, enrolment_id)
    )
    for start in range(0, len(wanted), AT_ONCE):
        batch = wanted[start : start + AT_ONCE]
        present = _present([(enrolment_id, sequence) for enrolment_id, sequence, _ in batch])
        for enrolment_id, sequence, digest in batch:
            found = present.get((enrolment_id, sequence))
            if found != digest:
                yield enrolment_id, _rewritten(sequence, digest, found, when)


def _present(places: list[tuple[uuid.UUID, int]]) -> dict[tuple[uuid.UUID, int], str]:
    """The hashes that the entries at these places have now."""
    db.session.rollback()
    return {
        (row.enrolment_id, row.sequence): row.hash
        for row in db.session.execute(
            select(LedgerEntry.enrolment_id, LedgerEntry.sequence, LedgerEntry.hash).where(
                tuple_(LedgerEntry.enrolment_id, LedgerEntry.sequence).in_(places)
            )
        )
    }


def _rewritten(sequence: int, digest: str, found: str | None, when: str) -> Flaw:
    became = "there is no such entry now" if found is None else f"it now has {short_hash(found)}"
    return Flaw(
        f"entry {sequence}",
        f"the checkpoint of {when} names it with the short hash {short_hash(digest)}, but "
        f"{became}: the chain was rewritten or cut after that.",
    )


def _checkpoint(signed: Mapping[str, Any]) -> Checkpoint:
    """Raises KeyError, TypeError, ValueError for whatever is not as `make_checkpoint` writes."""
    made_at = datetime.fromisoformat(signed["made_at"])
    if moment(made_at) != signed["made_at"] or not isinstance(signed["key"], str):
        raise ValueError("no moment, or no key")
    return Checkpoint(
        instance=str(uuid.UUID(signed["instance"])),
        made_at=made_at,
        heads={uuid.UUID(key): _head(*value) for key, value in signed["heads"].items()},
        key_id=signed["key"],
    )


def _head(sequence: object, digest: object) -> Head:
    if type(sequence) is not int or not 1 <= sequence < MOST_SEQUENCE:
        raise ValueError("no sequence")
    if not isinstance(digest, str) or not is_sha256(digest):
        raise ValueError("no hash")
    return sequence, digest
