"""What all pages of quality assurance share: the blueprint, and whose provider it is about."""

from __future__ import annotations

from flask import Blueprint

from kbstrack.quality import reading
from kbstrack.web.administering import Desk, desk_among
from kbstrack.web.session import current_actor

blueprint = Blueprint("quality", "kbstrack.web.quality")

Page = tuple[str, int]


def quality_desk() -> Desk:
    """The provider that is chosen. Raises NotFound for whoever sees no quality assurance."""
    return desk_among(reading.see_assured(current_actor()))
