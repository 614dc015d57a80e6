"""The frame of every page: where a person can go, and who they are."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Flask, current_app, g, request, url_for

from kbstrack.access import Actor, Role
from kbstrack.people import accounts
from kbstrack.web import auditor_session
from kbstrack.web.session import signed_in_actor


class Destination(NamedTuple):
    """A place in the navigation, for those who hold the role (None: everybody).

    `stage` is the blueprint whose pages lie below it, whatever their address.
    """

    text: str
    endpoint: str
    role: Role | None = None
    stage: str = ""


DESTINATIONS = (
    Destination("Home", "home.home"),
    Destination("My KSBs", "progress.my_ksbs", Role.APPRENTICE, "progress"),
    Destination("My evidence", "evidence.mine", Role.APPRENTICE, "evidence"),
    Destination("Queue", "assessment.queue", Role.ASSESSOR, "assessment"),
    Destination("Caseload", "progress.caseload", Role.ASSESSOR, "progress"),
    Destination("Apprentices", "progress.apprentices", Role.EMPLOYER, "progress"),
    Destination("Quality", "quality.index", Role.IQA, "quality"),
    Destination("People", "people.index", Role.ADMINISTRATOR),
    Destination("Enrolments", "enrolments.index", Role.ADMINISTRATOR),
    Destination("Employers", "employers.index", Role.ADMINISTRATOR),
    Destination("Auditors", "auditors.index", Role.ADMINISTRATOR),
    Destination("Provider", "providers.index", Role.ADMINISTRATOR),
    Destination("Account", "account.account"),
)


def init_frame(app: Flask) -> None:
    """Give every template what its frame shows."""
    app.context_processor(shell)


def shell() -> dict[str, Any]:
    """What every page's frame needs; it never fails, since error pages have the same frame."""
    if g.get("is_failing"):
        return {"navigation": []}
    actor = signed_in_actor()
    if actor is None:
        return {"navigation": []}
    if actor.auditing:
        return auditor_session.shell(actor)
    return {
        "navigation": navigation(actor),
        "signed_in_name": accounts.name_of(actor.person_id),
        "sign_out_url": url_for("account.sign_out"),
    }


def navigation(actor: Actor) -> list[dict[str, Any]]:
    held = {role for _provider, role in actor.roles}
    offered = [
        (place, url_for(place.endpoint))
        for place in DESTINATIONS
        if place.endpoint in current_app.view_functions
        and (place.role is None or place.role in held)
    ]
    below = [
        place
        for place, href in offered
        if request.path == href or (href != "/" and request.path.startswith(f"{href}/"))
    ] or [place for place, _href in offered if place.stage == request.blueprint]
    return [
        {"text": place.text, "href": href, "is_current": place in below[:1]}
        for place, href in offered
    ]
