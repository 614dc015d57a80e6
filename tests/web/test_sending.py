"""What the core refuses is said in the form that asked for it, with the status to answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from wtforms import StringField

from kbstrack.errors import Conflict, NotAllowed, RuleBroken
from kbstrack.web.forms import Form
from kbstrack.web.sending import refusal


class NoteForm(Form):
    title = StringField("Title")


@pytest.fixture
def form() -> Iterator[NoteForm]:
    app = Flask("sending")
    app.config.update(SECRET_KEY="only for this test", WTF_CSRF_ENABLED=False)
    with app.test_request_context():
        yield NoteForm()


def raising(error: Exception) -> object:
    raise error


def test_what_is_carried_out_is_no_refusal(form: NoteForm):
    done: list[str] = []

    assert refusal(form, lambda: done.append("saved")) is None
    assert done == ["saved"]
    assert not form.errors


def test_everything_that_the_rules_refuse_stands_at_its_field(form: NoteForm):
    others = [RuleBroken("Nobody may write today.")]
    broken = RuleBroken("Enter a title", field="title", others=others)

    assert refusal(form, lambda: raising(broken)) == 422
    assert form.title.errors == ["Enter a title"]
    assert form.form_errors == ["Nobody may write today."]


def test_whoever_was_slower_is_told_above_the_form(form: NoteForm):
    assert refusal(form, lambda: raising(Conflict("It was saved meanwhile."))) == 409
    assert form.form_errors == ["It was saved meanwhile."]


def test_what_somebody_may_not_do_is_no_matter_of_the_form(form: NoteForm):
    with pytest.raises(NotAllowed):
        refusal(form, lambda: raising(NotAllowed("This is for assessors.")))

    assert not form.form_errors
