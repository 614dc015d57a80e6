"""What only the demonstration has: who can sign in, and a letter box."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask

from kbstrack.config import Settings
from kbstrack.db import transaction
from kbstrack.mail import service as mail
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from tests.builders import MONDAY, make_world
from tests.conftest import running
from tests.pages import Pages


@pytest.fixture
def demo(settings: Settings, catalogue: Catalogue) -> Iterator[Flask]:
    settings = dataclasses.replace(settings, is_demo=True)
    with running(create_web_app(settings, catalogue=catalogue)) as app:
        yield app


def test_a_name_fills_in_the_address(demo: Flask):
    page = Pages(demo).get("/sign-in?next=/account")
    assert "Kofi Anstey, apprentice, just started, nothing yet" in page.text

    page = Pages(demo).get(page.links()["Kofi Anstey"])

    assert page.value_of("email") == "kofi@demo.example"
    assert page.path.endswith("next=/account")


def test_messages_are_shown_with_their_links_and_as_text(demo: Flask):
    pages = Pages(demo)
    assert "No messages yet" in pages.get("/demo/mail").text
    make_world()
    with transaction():
        mail.queue("sam@demo.example", "A <b>", "<script>alert(1)</script>\n\nBye", MONDAY)

    page = pages.get("/demo/mail")

    assert "Provider A has added you to kbstrack" in page.text
    assert "A <b>" in page.text
    assert "<script>alert(1)</script>" in page.text
    links = [text for text in page.links() if text.startswith("http://127.0.0.1:8000/")]
    assert links
    assert all(page.links()[text] == text for text in links)


def test_links_lead_to_where_the_demonstration_is_served_now(demo: Flask):
    with transaction():
        link = "http://127.0.0.1:8123/confirm/secret"
        mail.queue("sam@demo.example", "Please confirm", f"Hello,\n\n{link}\n", MONDAY)

    page = Pages(demo).get("/demo/mail")

    here = "http://127.0.0.1:8000/confirm/secret"
    assert page.links()[here] == here
    assert "8123" not in page.text


def test_the_letter_box_leads_back_to_where_one_can_go(demo: Flask):
    world = make_world()

    assert Pages(demo).get("/demo/mail").links()["Sign in"] == "/sign-in"
    page = Pages(demo).sign_in(world.people["apprentice"].person_id).get("/demo/mail")

    assert page.html.xpath("//a[contains(@class, 'govuk-back-link')]/@href") == ["/"]


def test_outside_the_demonstration_there_is_no_letter_box(pages: Pages):
    pages.get("/demo/mail", status=404)
    assert pages.get("/sign-in?email=sam@demo.example").value_of("email") == ""
