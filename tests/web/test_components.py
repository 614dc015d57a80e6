"""The layouts and components: strict about names, safe with text, said in the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, flash, render_template, render_template_string
from flask_login import LoginManager
from jinja2 import StrictUndefined
from wtforms import StringField
from wtforms.validators import InputRequired

from kbstrack.config import Settings
from kbstrack.web.assets import init_assets
from kbstrack.web.filters import init_filters
from kbstrack.web.forms import Form
from kbstrack.web.headers import init_headers

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "kbstrack" / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
ERRORS = [400, 403, 404, 405, 409, 413, 422, 429, 500, 503, 507]
HOSTILE = '<script>alert("x")</script>'


class TitleForm(Form):
    title = StringField("Title", [InputRequired("Enter a title")])


@pytest.fixture(autouse=True)
def pages() -> Iterator[Flask]:
    app = Flask("components", static_folder=str(TEMPLATES.parent / "static"))
    app.template_folder = str(TEMPLATES)
    app.jinja_options = {"undefined": StrictUndefined, "autoescape": True}
    app.config.update(
        SECRET_KEY="only for this test",
        WTF_CSRF_ENABLED=False,
        SETTINGS=Settings(home=Path("instance"), database_url="sqlite://"),
    )
    LoginManager(app).request_loader(lambda request: None)
    init_headers(app)
    init_filters(app)
    init_assets(app)
    with app.test_request_context(method="POST", data={"title": ""}):
        yield app


def write(component: str, macro: str, call: str, **given: object) -> str:
    return render_template_string(
        f'{{% from "components/{component}.html" import {macro} %}}{{{{ {macro}{call} }}}}', **given
    )


@pytest.mark.parametrize("status", ERRORS)
def test_every_error_page_has_one_heading_and_a_title_that_begins_with_it(status: int) -> None:
    page = render_template(f"errors/{status}.html", message=None, error_id=None)
    headings = re.findall(r"<h1[^>]*>(.*?)</h1>", page)

    assert len(headings) == 1
    assert f"<title>{headings[0]} – kbstrack</title>" in page
    assert '<html lang="en-GB"' in page


@pytest.mark.parametrize("status", ERRORS)
def test_an_error_page_shows_the_sentence_it_was_given_as_text(status: int) -> None:
    page = render_template(f"errors/{status}.html", message=HOSTILE, error_id=None)

    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_a_page_with_errors_says_so_in_its_title_and_links_to_the_field() -> None:
    form = TitleForm()
    form.validate()
    page = render_template_string(
        '{% extends "layouts/two-thirds.html" %}{% set title = "Add evidence" %}', form=form
    )

    assert "<title>Error: Add evidence – kbstrack</title>" in page
    assert '<a href="#title">Enter a title</a>' in page
    assert "autofocus" in page


def test_a_page_without_a_title_does_not_render() -> None:
    with pytest.raises(Exception, match="'title' is undefined"):
        render_template_string('{% extends "layouts/wide.html" %}')


def test_messages_after_a_redirect_are_shown_as_text() -> None:
    flash(HOSTILE, "success")
    page = render_template_string(
        '{% extends "layouts/wide.html" %}{% set title = "My evidence" %}'
    )

    assert HOSTILE not in page
    assert "govuk-notification-banner--success" in page


def test_text_of_people_is_escaped_and_keeps_its_paragraphs() -> None:
    prose = write("standard", "paragraphs", "(text)", text=f"one\ntwo\n\n{HOSTILE}")

    assert prose.count("<p>") == 2
    assert "one<br>two" in prose
    assert "<script>" not in prose


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("draft", "Draft"),
        ("action_required", "Action required"),
        ("ready for review", "Ready for review"),
        ("met", "Met"),
        (SimpleNamespace(value="not_started"), "Not started"),
    ],
)
def test_a_state_is_a_word_and_a_shape_not_only_a_colour(state: object, word: str) -> None:
    tag = write("progress", "tag", "(state)", state=state)

    assert f"</svg>{word}</span>" in tag
    assert re.search(r"<(path|circle)", tag)


def test_each_state_has_a_shape_of_its_own() -> None:
    states = ["draft", "submitted", "action required", "accepted", "withdrawn"]
    states += ["not started", "in progress", "ready for review", "met", "not yet met"]
    shapes = {write("progress", "shape", "(name)", name=s.replace(" ", "-")) for s in states}

    assert len(shapes) == len(states)


@pytest.mark.parametrize(
    ("met", "total", "width"), [(7, 17, "41.2%"), (9, 9, "100.0%"), (0, 9, None), (0, 0, None)]
)
def test_a_progress_bar_says_its_numbers_and_draws_them(
    met: int, total: int, width: str | None
) -> None:
    bar = write("progress", "progress_bar", "(met, total, 'Skills')", met=met, total=total)

    assert f"{met} of {total} met" in bar
    assert ('app-progress__done" width="' in bar) == (width is not None)
    assert width is None or f'width="{width}"' in bar


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_goes_round_escaping_or_the_content_policy(path: Path) -> None:
    source = path.read_text()
    if "_print" in path.parent.name:
        source = ""  # paper has no content policy; its own tests look at it

    assert not re.search(r"\|\s*safe\b", source), "show user text as text, without |safe"
    assert not re.search(r"\sstyle=", source), "use a class: inline styles are blocked"
    assert not re.search(r"\son[a-z]+=", source), "inline handlers are blocked"
    assert not re.search(r"<script(?![^>]*\bsrc=)", source), "inline scripts are blocked"


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_the_documentation_names_every_component(path: Path) -> None:
    documented = (ROOT / "docs" / "design.md").read_text()
    macros = re.findall(r"{% macro ([a-z]\w*)\(", path.read_text())

    assert [name for name in macros if f"`{name}(" not in documented] == []
