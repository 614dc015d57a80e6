"""The base of every form and our own fields: whatever is sent, a sentence comes back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from kbstrack.errors import RuleBroken
from kbstrack.web.forms import HAD_CONTROLS, STALE, Form
from kbstrack.web.forms.fields import (
    NOT_OFFERED,
    ChoiceField,
    ChoicesField,
    DateField,
    ListField,
    select_choices,
)

KINDS = select_choices([("met", "Met"), ("not", "Not yet met")])


class NoteForm(Form):
    title = StringField("Title", [InputRequired("Enter a title")])
    story = TextAreaField("What you did")
    secret = PasswordField("Password")


class DayForm(Form):
    day = DateField("Day", [InputRequired("Enter the date")], noun="Start date")
    end = DateField("End", [Optional()], noun="End date")


class ChoiceForm(Form):
    outcome = ChoiceField("Decision", [InputRequired("Select met or not yet met")], choices=KINDS)
    kind = ListField("Kind", choices=KINDS)
    codes = ChoicesField("KSBs", choices=KINDS)


@pytest.fixture(autouse=True)
def request_without_csrf() -> Iterator[Flask]:
    app = Flask("forms")
    app.config.update(SECRET_KEY="only for this test", WTF_CSRF_ENABLED=False)
    with app.test_request_context():
        yield app


def sent(*pairs: tuple[str, Any]) -> MultiDict[str, Any]:
    return MultiDict(list(pairs))


def day_form(*values: Any) -> DayForm:
    form = DayForm(sent(*(("day", value) for value in values)))
    form.validate()
    return form


def test_text_is_trimmed_and_its_line_breaks_are_line_feeds() -> None:
    form = NoteForm(sent(("title", "  An \r\n advert "), ("story", " one\r\n\r\ntwo\rthree \n")))

    assert form.validate()
    assert form.title.data == "An advert"
    assert form.story.data == "one\n\ntwo\nthree"


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x7f", "\x9d"])
def test_control_characters_are_taken_out_and_named(bad: str) -> None:
    form = NoteForm(sent(("title", "Ok"), ("story", f"be{bad}fore")))

    assert not form.validate()
    assert form.story.errors == [HAD_CONTROLS]
    assert form.story.data == "before"


def test_a_password_is_left_as_it_was_typed() -> None:
    form = NoteForm(sent(("title", "Ok"), ("secret", "  two  spaces ")))

    assert form.secret.data == "  two  spaces "


def test_a_form_keeps_its_key_while_it_is_shown_again() -> None:
    shown = NoteForm(formdata=None).key.data
    again = NoteForm(sent(("key", str(shown)), ("title", "")))
    again.validate()

    assert isinstance(shown, uuid.UUID)
    assert again.key.data == shown
    assert again.key._value() == str(shown)


def test_two_forms_have_two_keys() -> None:
    assert NoteForm(formdata=None).key.data != NoteForm(formdata=None).key.data


def test_a_broken_key_is_a_sentence_above_the_form_and_the_next_one_is_whole() -> None:
    form = NoteForm(sent(("key", "1 or 1=1"), ("title", "Ok")))

    assert not form.validate()
    assert form.form_errors == ["The form arrived incomplete. Check it and send it again."]
    assert isinstance(form.key.data, uuid.UUID)


def test_a_stale_token_is_a_sentence_above_the_form_and_loses_nothing(
    request_without_csrf: Flask,
) -> None:
    request_without_csrf.config["WTF_CSRF_ENABLED"] = True
    form = NoteForm(sent(("csrf_token", "old"), ("title", "An advert")))

    assert not form.validate()
    assert form.form_errors == [STALE]
    assert not form.csrf_token.errors
    assert form.title.data == "An advert"
    assert form.csrf_token._value() not in {"", "old"}


def test_a_rule_speaks_at_its_field_or_above_the_form() -> None:
    form = NoteForm(sent(("title", "An advert")))
    form.refuse("Choose another title", field="title")
    form.refuse("The enrolment has ended", field="nothing_here")
    form.refuse("Try tomorrow")

    assert list(form.title.errors) == ["Choose another title"]
    assert form.form_errors == ["The enrolment has ended", "Try tomorrow"]


def test_several_rules_speak_at_once_each_at_its_field() -> None:
    form = NoteForm(sent(("title", "An advert")))
    form.refuse_all(
        RuleBroken(
            "Choose another title",
            field="title",
            others=[RuleBroken("The enrolment has ended"), RuleBroken("Shorter", field="title")],
        )
    )

    assert list(form.title.errors) == ["Choose another title", "Shorter"]
    assert form.form_errors == ["The enrolment has ended"]


@pytest.mark.parametrize(
    "values",
    [
        ("3", "3", "2026"),
        (" 03 ", "03", "2026"),
        ("3", "March", "2026"),
        ("3", "mar.", "2026"),
        ("3 March 2026",),
        ("3/3/2026",),
        ("2026-03-03",),
    ],
)
def test_a_date_is_read_as_people_write_it(values: tuple[str, ...]) -> None:
    form = day_form(*values)

    assert form.errors == {}
    assert form.day.data == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ((), "Enter the date"),
        (("", "", ""), "Enter the date"),
        (("3", "", "2026"), "Start date must include a month"),
        (("", "", "2026"), "Start date must include a day and month"),
        (("3",), "Start date must include a month and year"),
        (("3", "13", "2026"), "Start date must have a month from 1 to 12, or its name"),
        (("3", "Ma", "2026"), "Start date must have a month from 1 to 12, or its name"),
        (("3", "3", "26"), "Start date must have a year with 4 digits, such as 2026"),
        (("3", "3", "9" * 5000), "Start date must have a year with 4 digits, such as 2026"),
        (("29", "2", "2026"), "Start date must have a day from 1 to 28 in February"),
        (("0", "2", "2026"), "Start date must have a day from 1 to 28 in February"),
        (("x", "²", "2026"), "Start date must have a month from 1 to 12, or its name"),
    ],
)
def test_a_wrong_date_says_what_to_write(values: tuple[str, ...], sentence: str) -> None:
    form = day_form(*values)

    assert form.day.data is None
    assert form.day.errors == [sentence]


def test_what_was_typed_in_a_date_stays_and_the_wrong_part_is_marked() -> None:
    form = day_form("31", "", "2026")

    assert [part.value for part in form.day.parts] == ["31", "", "2026"]
    assert [part.is_wrong for part in form.day.parts] == [False, True, False]
    assert [part.id for part in form.day.parts] == ["day", "day-month", "day-year"]
    assert form.day.focus_id == "day-month"


@pytest.mark.parametrize("count", [0, 1, 2, 4, 50])
def test_any_number_of_date_values_is_answered(count: int) -> None:
    form = day_form(*["1"] * count)

    assert form.day.errors
    assert len(form.day.parts) == 3


def test_a_known_date_is_shown_in_its_parts() -> None:
    form = DayForm(formdata=None, data={"day": date(2026, 3, 27)})

    assert [part.value for part in form.day.parts] == ["27", "3", "2026"]


def test_an_optional_date_may_be_empty_but_not_half_filled() -> None:
    start = [("day", "1"), ("day", "2"), ("day", "2026")]
    empty = DayForm(sent(*start, ("end", ""), ("end", ""), ("end", "")))
    half = DayForm(sent(*start, ("end", ""), ("end", "5"), ("end", "")))

    assert empty.validate()
    assert empty.end.data is None
    assert not half.validate()
    assert half.end.errors == ["End date must include a day and year"]


def test_a_choice_left_open_says_what_to_select() -> None:
    form = ChoiceForm(sent(("kind", "met")))

    assert not form.validate()
    assert form.errors == {"outcome": ["Select met or not yet met"]}
    assert form.codes.data == []


def test_an_answer_that_was_not_offered_is_refused() -> None:
    form = ChoiceForm(sent(("outcome", "pass"), ("kind", ""), ("codes", "met"), ("codes", "x")))

    assert not form.validate()
    assert form.errors == {"outcome": [NOT_OFFERED], "kind": [NOT_OFFERED], "codes": [NOT_OFFERED]}
