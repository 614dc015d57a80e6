"""People are told where a message is: on its way, in a folder, or in the demonstration."""

from __future__ import annotations

import dataclasses

import pytest

from kbstrack.config import MailSettings, Settings
from kbstrack.standards.catalogue import Catalogue
from kbstrack.web import create_web_app
from tests.builders import make_world
from tests.conftest import running
from tests.pages import Page, Pages

IVY = {"name": "Ivy Lane", "email": "ivy@a.example", "roles": ["assessor"]}
SENT = MailSettings(host="mail.a.example")


@pytest.fixture
def pages_of(request: pytest.FixtureRequest, settings: Settings, catalogue: Catalogue):
    """The pages of an installation that has other settings."""

    def open_pages(**changed: object) -> Pages:
        app = create_web_app(dataclasses.replace(settings, **changed), catalogue=catalogue)  # type: ignore[arg-type]
        context = running(app)
        context.__enter__()
        request.addfinalizer(lambda: context.__exit__(None, None, None))
        return Pages(app)

    return open_pages


def invite(pages: Pages) -> Page:
    pages.sign_in(make_world().people["administrator"].person_id)
    return pages.submit(pages.get("/people/new"), IVY)


def ask_for_link(pages: Pages) -> Page:
    return pages.submit(pages.get("/forgotten-password"), {"email": "sam@a.example"})


def test_with_a_mail_server_an_invitation_is_on_its_way(pages_of):
    assert "a message is on its way to ivy@a.example" in invite(pages_of(mail=SENT)).text


def test_without_a_mail_server_an_invitation_is_a_file(pages):
    page = invite(pages)

    assert "Ivy Lane is invited" in page.text
    assert "written as a file into KBSTRACK_HOME/mail" in page.text
    assert "on its way" not in page.text
    again = pages.submit(page, button="Send the invitation again")
    assert "written as a file into KBSTRACK_HOME/mail" in again.text


def test_in_the_demonstration_an_invitation_is_one_click_away(pages_of):
    pages = pages_of(is_demo=True)
    page = invite(pages)

    assert page.links()["Read the message here"] == "/demo/mail"
    assert "Ivy Lane" in pages.get("/demo/mail").text


def test_a_link_for_a_new_password_says_where_it_is(pages):
    assert "written as a file into KBSTRACK_HOME/mail" in ask_for_link(pages).text


def test_a_link_for_a_new_password_is_on_its_way_with_a_mail_server(pages_of):
    assert "a message with a link is on its way" in ask_for_link(pages_of(mail=SENT)).text


def test_a_link_for_a_new_password_is_one_click_away_in_the_demonstration(pages_of):
    assert ask_for_link(pages_of(is_demo=True)).links()["Read the message here"] == "/demo/mail"
