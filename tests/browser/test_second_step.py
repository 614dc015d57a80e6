"""A second step in a real browser: a passkey on a device without fingers, and codes by hand."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from kbstrack import clock
from kbstrack.assessment import sign_off_queries
from kbstrack.config import Settings
from kbstrack.db import db
from kbstrack.people import factor_queries
from tests.browser.looking import problems_in_window
from tests.browser.windows import (
    DESK,
    ONE_DATABASE,
    PASSWORD,
    PHONE,
    Visitor,
    serving,
)
from tests.builders import World, decide, make_evidence, met
from tests.web.factoring import code_of

pytestmark = [pytest.mark.browser, ONE_DATABASE]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def site(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The address of a running server whose public address is on localhost."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serving(settings, tmp_path / "server-errors", port=port) as address:
        yield address


@pytest.fixture
def code_world(world: World) -> World:
    """K1 can be signed off."""
    decide(world, make_evidence(world, claims=["K1"]), met("K1"))
    return world


@dataclass
class Authenticator:
    """The virtual device in a window."""

    cdp: Any
    id: str

    def refuse(self) -> None:
        """From now on the person is not recognised."""
        self.cdp.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False}
        )


def with_device(visitor: Visitor) -> Authenticator:
    cdp = visitor.context.new_cdp_session(visitor.page)
    cdp.send("WebAuthn.enable")
    added = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return Authenticator(cdp, added["authenticatorId"])


def age_proofs(settings: Settings) -> None:
    """An hour passes for everybody's last proof."""
    for path in (settings.home / "sessions").iterdir():
        record = json.loads(path.read_bytes())
        if proof := record["data"].get("proof"):
            proof[1] = (datetime.fromisoformat(proof[1]) - timedelta(hours=1)).isoformat()
            path.write_text(json.dumps(record))


def add_passkey(visitor: Visitor) -> None:
    visitor.goto("/account")
    visitor.page.get_by_role("link", name="Set up second step").click()
    assert problems_in_window(visitor.page) == []
    visitor.press("Add a passkey")
    assert problems_in_window(visitor.page) == []
    visitor.page.get_by_label("Name").fill("My phone")
    visitor.press("Make the passkey")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")


def test_a_passkey_is_added_signs_in_and_signs_off(visit, code_world, settings):
    world = code_world
    visitor = visit(PHONE).sign_in(world.people["assessor"].email)
    with_device(visitor)
    add_passkey(visitor)
    assert len(re.findall(r"\w{4}(?:-\w{4}){3}", visitor.main)) == 10
    assert problems_in_window(visitor.page) == []
    visitor.press("I have kept them")
    assert "My phone" in visitor.main

    visitor.press("Sign out")
    assert problems_in_window(visitor.page) == []
    visitor.press("Sign in with a passkey")
    visitor.page.wait_for_url(visitor.site + "/")
    age_proofs(settings)
    visitor.goto(f"/enrolments/{world.enrolment_id}/ksbs/K1/sign-off")
    assert problems_in_window(visitor.page) == []
    visitor.page.get_by_label("I agree to this declaration").check()
    visitor.press("Sign with a passkey")

    expect(visitor.page.get_by_role("main")).to_contain_text("K1 is signed off")
    db.session.rollback()
    signed = sign_off_queries.sign_offs(world.enrolment_id, code="K1")
    assert [row.proof_method for row in signed] == ["passkey"]


def test_the_keyboard_alone_proves_with_a_passkey_and_a_refusal_is_said(
    visit, code_world, settings
):
    visitor = visit(DESK).sign_in(code_world.people["assessor"].email)
    device = with_device(visitor)
    add_passkey(visitor)
    age_proofs(settings)
    visitor.goto(f"/enrolments/{code_world.enrolment_id}/ksbs/K1/sign-off")
    visitor.page.get_by_label("Why this is enough").fill("Seen at work")
    visitor.page.get_by_label("I agree to this declaration").press("Space")

    device.refuse()
    visitor.page.get_by_role("button", name="Sign with a passkey").press("Enter")
    expect(visitor.page.get_by_role("alert")).to_contain_text("No passkey was used")
    assert visitor.page.get_by_label("Why this is enough").input_value() == "Seen at work"
    visitor.page.get_by_label("Your password").fill(PASSWORD)
    visitor.page.get_by_label("Your password").press("Enter")

    expect(visitor.page.get_by_role("main")).to_contain_text("K1 is signed off")


def test_codes_work_without_script(visit, world, settings):
    visitor = visit(PHONE, with_script=False).sign_in(world.people["assessor"].email)
    visitor.goto("/account/security/passkey")
    assert "needs JavaScript" in visitor.main
    visitor.goto("/account/security/app")
    secret = "".join(visitor.page.locator("code").inner_text().split())
    visitor.page.get_by_label("Code that the app shows now").fill(code_of(secret, clock.now()))
    visitor.press("Add the app")
    codes = re.findall(r"\w{4}(?:-\w{4}){3}", visitor.main)
    visitor.press("Sign out")

    visitor.goto("/sign-in")
    visitor.fill_in_sign_in(world.people["assessor"].email)
    assert visitor.heading == "Prove that it is you"
    visitor.page.get_by_label("Code from your authenticator app").fill("000000")
    visitor.press("Continue")
    visitor.page.get_by_label("Code from your authenticator app").fill(codes[0])
    visitor.press("Continue")

    visitor.page.wait_for_url(visitor.site + "/")
    visitor.goto("/account/security")
    assert "9 codes left" in visitor.main


def test_the_pages_of_the_second_step_fit_every_window(visit, world, settings):
    visitor = visit(DESK).sign_in(world.people["assessor"].email)
    with_device(visitor)
    add_passkey(visitor)
    age_proofs(settings)
    visitor.goto("/account/security/app")
    assert problems_in_window(visitor.page) == []
    visitor.goto("/account/security")
    visitor.page.get_by_role("link", name="Remove My phone").click()
    assert problems_in_window(visitor.page) == []
    visitor.press("Remove")
    assert problems_in_window(visitor.page) == []
    db.session.rollback()
    assert factor_queries.methods_of(world.people["assessor"].person_id)

    visitor.press("Sign out")
    visitor.fill_in_sign_in(world.people["assessor"].email)
    assert visitor.heading == "Prove that it is you"
    assert problems_in_window(visitor.page) == []
    visitor.press("Use your passkey")
    visitor.page.wait_for_url(visitor.site + "/")
