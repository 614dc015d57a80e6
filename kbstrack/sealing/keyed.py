"""Whether the key that a manifest names is one that its reader has saved from the instance."""

from __future__ import annotations

from datetime import datetime, timedelta

from kbstrack.formats import say_time
from kbstrack.record.keys import KeySet, PublicKey
from kbstrack.sealing.findings import Finding, note, well, wrong
from kbstrack.sealing.manifest import SignedManifest

_MAKING = timedelta(hours=1)


def key_finding(signed: SignedManifest, keys: KeySet | None, signed_at: datetime | None) -> Finding:
    """`signed_at` is when the key signed, as far as that is said: it signs in its time only."""
    if keys is None:
        return note(
            "key",
            "Whose key that is was not checked: save /.well-known/kbstrack-keys.json of the "
            "training provider's instance once, and give it with --keys.",
        )
    known = keys.key(signed.key.key_id)
    if known is None or known.point != signed.key.point:
        return wrong("key", "The key is none of those in the list that you saved.")
    if signed.manifest.issue.instance != keys.instance:
        return wrong("key", "The manifest is of another instance than the list that you saved.")
    if signed_at is not None and not _is_in_time(known, signed_at):
        return wrong(
            "key",
            f"The key did not sign on {say_time(signed_at)}: the list that you saved says so.",
        )
    in_time = ", and signed in its time" if signed_at is not None else ""
    return well("key", f"The key is in the list that you saved{in_time}.")


def _is_in_time(key: PublicKey, at: datetime) -> bool:
    # An issue has the time at which its making began: the key may be a little newer.
    return key.since_at - _MAKING <= at and (key.until_at is None or at <= key.until_at)
