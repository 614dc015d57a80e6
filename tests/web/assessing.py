"""What the tests of the assessor's pages share: where they are, and how answers are given."""

from __future__ import annotations

from sqlalchemy import func, select

from kbstrack.db import db

ALL_FOUR = ["valid", "authentic", "current", "sufficient"]


def path(item):
    return f"/evidence/{item}/review"


def answers(*met_codes, **others):
    """What to fill in for KSBs that are met, and any other fields."""
    fields = {f"{code}-outcome": "met" for code in met_codes}
    fields |= {f"{code}-questions": ALL_FOUR for code in met_codes}
    return fields | {name.replace("__", "-"): value for name, value in others.items()}


def save(assessor, page, fields=None, **given):
    """Fill in and press the button that decides."""
    return assessor.submit(page, fields, button="Save decision", **given)


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))
