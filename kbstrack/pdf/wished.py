"""How the settings of an instance want its portfolios drawn."""

from __future__ import annotations

from datetime import datetime

from kbstrack.config import Settings
from kbstrack.pdf.drawing import Wishes
from kbstrack.pdf.enclosing import Enclose
from kbstrack.pdf.office.documents import OfficeWish
from kbstrack.pdf.office.program import OfficeSetting


def wishes_of(settings: Settings, at: datetime, *, enclose: Enclose | None = None) -> Wishes:
    """What a document drawn at this moment is to be; one that will be signed has `enclose`."""
    return Wishes(
        settings.attach_most_bytes,
        settings.on_new_leaf,
        enclose=enclose,
        office=office_wish(settings, at),
    )


def office_wish(settings: Settings, at: datetime) -> OfficeWish | None:
    """What makes pages of office documents; None where that is switched off."""
    if not settings.office:
        return None
    return OfficeWish(OfficeSetting(settings.office, settings.office_is_confined), at)
