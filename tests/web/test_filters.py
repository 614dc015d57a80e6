"""What templates call to write values for people, and to list a form's errors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import Form, FormField, StringField
from wtforms.validators import InputRequired

from kbstrack.formats import join_codes
from kbstrack.web.filters import FormError, field_choices, form_errors, init_filters, nl_paragraphs
from kbstrack.web.forms.fields import ChoicesField, DateField, select_choices


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("", []),
        ("  \n \n", []),
        ("one", [["one"]]),
        ("one\ntwo", [["one", "two"]]),
        ("one\n\ntwo", [["one"], ["two"]]),
        ("one\r\n\r\n\r\ntwo\r\nthree", [["one"], ["two", "three"]]),
        ("one\n \t\ntwo\n", [["one"], ["two"]]),
    ],
)
def test_text_keeps_its_paragraphs_and_line_breaks(text: str, paragraphs: list[list[str]]) -> None:
    assert nl_paragraphs(text) == paragraphs


def test_templates_write_dates_sizes_and_counts_as_people_do() -> None:
    app = Flask("filters")
    init_filters(app)
    with app.app_context():
        written = render_template_string(
            "{{ at | say_time }}; {{ 3200000 | say_size }}; {{ 2 | say_count('piece') }}; "
            "{{ ['K1', 'S2', 'B3'] | join_words }}",
            at=datetime(2026, 3, 3, 14, 5, tzinfo=UTC),
        )

    assert written == "3 March 2026 at 2:05pm; 3.2 MB; 2 pieces; K1, S2 and B3"


class WitnessPart(Form):
    name = StringField("Name", [InputRequired("Enter the witness's name")])


class SampleForm(Form):
    title = StringField("Title", [InputRequired("Enter a title")])
    happened_on = DateField("When it happened")
    witness = FormField(WitnessPart)
    codes = ChoicesField("KSBs", choices=select_choices([("K1", "K1 Process"), ("S2", "S2")]))


def test_a_form_lists_its_errors_in_the_order_of_its_fields_each_with_its_control() -> None:
    form = SampleForm(
        MultiDict([("happened_on", "3"), ("happened_on", ""), ("happened_on", "2026")])
    )
    form.validate()
    form.form_errors.append("Sent too late")

    assert form_errors(form) == [
        FormError("Sent too late", None),
        FormError("Enter a title", "#title"),
        FormError("Date must include a month", "#happened_on-month"),
        FormError("Enter the witness's name", "#witness-name"),
    ]


def test_the_choices_that_were_made_are_marked() -> None:
    form = SampleForm(MultiDict([("codes", "S2")]))

    assert [(c.value, c.text, c.is_selected) for c in field_choices(form.codes)] == [
        ("K1", "K1 Process", False),
        ("S2", "S2", True),
    ]


def test_codes_that_follow_each_other_are_said_in_short():
    assert join_codes(["E1", "E2", "E3", "E5", "K9", "K10", "K12", "S12"]) == (
        "E1 to E3, E5, K9, K10, K12 and S12"
    )
    assert join_codes(["TK1", "TK2", "TK3"]) == "TK1 to TK3"
    assert join_codes([]) == ""
