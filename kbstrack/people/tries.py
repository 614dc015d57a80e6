"""Counting wrong tries at a password, in the database, so that all processes know of them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, func, select

from kbstrack.db import db, is_writing, take_turns, transaction
from kbstrack.people import pacing
from kbstrack.people.models import SignInFailure


def begin_try(
    account: str, network: str, at: datetime, *, pace: pacing.Pace = pacing.ACCOUNT
) -> int:
    """Count a try before its password is looked at; the seconds to wait when it may not be made.

    It counts as a failure until `end_try` says otherwise: many tries at one moment then see each
    other. A try that has to wait is not counted, so asking again makes no pause longer.
    `pace` is for the tries at this account from all networks together.
    """
    with transaction():
        return count_try(account, network, at, pace=pace)


def count_try(
    account: str, network: str, at: datetime, *, pace: pacing.Pace = pacing.ACCOUNT
) -> int:
    """What `begin_try` does, in the caller's transaction."""
    assert is_writing()
    take_turns(account)
    db.session.execute(delete(SignInFailure).where(SignInFailure.failed_at < at - pacing.WINDOW))
    subjects = _subjects(account, network, pace)
    wait = max(
        pacing.wait_seconds(_failures(subject), limit, at) for subject, limit in subjects.items()
    )
    if wait == 0:
        for subject in subjects:
            db.session.add(SignInFailure(subject=subject, failed_at=at))
    return wait


def end_try(account: str, network: str) -> None:
    """The password was right: forget this account's failures, and one of the network's.

    The network's others stay: one good account must not wash away guesses at many.
    """
    with transaction():
        pair, whole, account_only = _subjects(account, network)
        db.session.execute(
            delete(SignInFailure).where(SignInFailure.subject.in_([pair, account_only]))
        )
        last = select(func.max(SignInFailure.id)).where(SignInFailure.subject == whole)
        db.session.execute(delete(SignInFailure).where(SignInFailure.id == last.scalar_subquery()))


def _failures(subject: str) -> list[datetime]:
    query = select(SignInFailure.failed_at).where(SignInFailure.subject == subject)
    return list(db.session.scalars(query.order_by(SignInFailure.id)))


def _subjects(
    account: str, network: str, pace: pacing.Pace = pacing.ACCOUNT
) -> Mapping[str, pacing.Pace]:
    return {
        _hash("account and network", account, network): pacing.ACCOUNT_AND_NETWORK,
        _hash("network", network): pacing.NETWORK,
        _hash("account", account): pace,
    }


def _hash(*parts: str) -> str:
    secret = current_app.secret_key
    assert secret
    key = secret if isinstance(secret, bytes) else secret.encode()
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
