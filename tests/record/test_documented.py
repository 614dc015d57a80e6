"""docs/record.md is enough to compute the hashes again, with nothing of kbstrack."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask

from kbstrack.current import settings
from kbstrack.evidence.models import Claim, EvidenceVersion
from kbstrack.ledger.models import LedgerEntry, LedgerSide
from kbstrack.quality.models import ConsideredDecision, SamplingPlan
from kbstrack.record import keys
from kbstrack.record.checkpoints import make_checkpoint
from tests.builders import MONDAY, make_evidence, make_world
from tests.record.full import make_full
from tests.record.hand import outside_hand


def digest(value: object) -> str:
    """SHA-256 over canonical JSON, for keys of plain letters."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def said(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "+00:00"


def test_an_outside_reader_can_compute_a_chain_again(app: Flask):
    make_evidence(make_world())
    with outside_hand() as hand:
        entries = hand.rows(LedgerEntry.__table__)
        sides = {row["sequence"]: row for row in hand.rows(LedgerSide.__table__)}
    previous = "0" * 64
    for entry in entries:
        side = sides[entry["sequence"]]
        names = {"by": side["by_name"], "names": json.loads(side["names"])}
        assert entry["side_hash"] == digest({"salt": side["salt"], "value": names})
        assert entry["hash"] == digest(
            {
                "enrolment": str(entry["enrolment_id"]),
                "sequence": entry["sequence"],
                "what": entry["what"],
                "subject": str(entry["subject_id"]),
                "facts": entry["facts"],
                "texts": entry["texts_hash"],
                "side": entry["side_hash"],
                "by": str(entry["by_id"]) if entry["by_id"] else None,
                "role": entry["role"],
                "at": said(entry["at"]),
                "previous": previous,
            }
        )
        previous = entry["hash"]


def test_an_outside_reader_can_compute_what_an_entry_says_of_its_row(app: Flask):
    make_evidence(make_world())
    with outside_hand() as hand:
        submission = hand.rows(LedgerEntry.__table__)[3]
        salt = hand.rows(LedgerSide.__table__)[3]["salt"]
        (version,) = hand.rows(EvidenceVersion.__table__)
        (claim,) = hand.rows(Claim.__table__)

    assert json.loads(submission["facts"]) == {
        "id": str(version["id"]),
        "evidence_id": str(version["evidence_id"]),
        "number": 1,
        "evidence_number": 1,
        "sha256": version["sha256"],
        "submitted_by": str(version["submitted_by"]),
        "submitted_at": said(MONDAY),
        "claims": [{"code": "K1", "statement_hash": claim["statement_hash"]}],
        "files": [],
    }
    texts = {
        name: version[name] for name in ("title", "kind", "description", "salt", "declaration")
    } | {
        "first_on": version["first_on"].isoformat(),
        "claims": [{"rationale": claim["rationale"], "locator": claim["locator"]}],
        "files": [],
    }
    assert submission["texts_hash"] == digest({"salt": salt, "value": texts})


def test_an_outside_reader_can_compute_the_hash_of_a_version_and_of_a_statement(app: Flask):
    make_evidence(make_world())
    with outside_hand() as hand:
        (version,) = hand.rows(EvidenceVersion.__table__)
        (claim,) = hand.rows(Claim.__table__)

    assert version["sha256"] == digest(
        {
            "salt": version["salt"],
            "evidence": str(version["evidence_id"]),
            "number": 1,
            "title": version["title"],
            "kind": "work_product",
            "first_on": "2026-02-27",
            "last_on": None,
            "description": version["description"],
            "claims": [{"code": "K1", "rationale": claim["rationale"], "locator": ""}],
            "files": [],
        }
    )
    statement = {"code": "K1", "kind": "knowledge", "statement": "How wind lifts a kite"}
    assert claim["statement_hash"] == digest(statement)


def test_an_outside_reader_can_compute_what_a_sample_says_of_its_plan(app: Flask):
    make_full()
    with outside_hand() as hand:
        (plan,) = hand.rows(SamplingPlan.__table__)
        considered = hand.rows(ConsideredDecision.__table__)
        entries = hand.rows(LedgerEntry.__table__)

    assert plan["considered_sha256"] == digest(
        [
            {
                "decision": str(row["decision_id"]),
                "score": row["score"],
                "band": row["band"],
                "risks": row["risks"],
            }
            for row in sorted(considered, key=lambda row: str(row["decision_id"]))
        ]
    )
    (sample,) = [json.loads(entry["facts"]) for entry in entries if entry["what"] == "sample"]
    columns = ("id", "provider_id", "made_by", "phase", "rule", "seed", "considered_sha256")
    assert sample["plan_sha256"] == digest(
        {name: str(plan[name]) for name in columns}
        | {name: plan[name].isoformat() for name in ("from_on", "until_on")}
        | {"made_at": said(plan["made_at"])}
    )


def test_an_outside_reader_can_verify_a_checkpoint(app: Flask):
    make_world()
    content = json.loads(make_checkpoint(settings().home, at=MONDAY))
    known = keys.public_keys(settings().home)
    assert known is not None
    (listed,) = known.plain()["keys"]  # type: ignore[misc]

    signature = content.pop("signature")
    signed = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()

    point = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(listed["x"] + "="))
    point.verify(base64.urlsafe_b64decode(signature + "=="), signed)
    assert content["key"] == listed["kid"]
