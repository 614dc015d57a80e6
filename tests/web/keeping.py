"""A page with a form to write in, and how its session is lost and begun again."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, render_template_string
from wtforms import PasswordField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired

from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import select_choices
from kbstrack.web.kept import form_of
from tests.pages import Page, Pages
from tests.web.conftest import PASSWORD

PAGE = """
{% extends "layouts/two-thirds.html" %}
{% from "components/fields.html" import checkboxes, hidden_fields, password_input %}
{% from "components/fields.html" import text_area, text_input %}
{% from "components/page.html" import form_actions %}
{% set title = "Write" %}
{% block content %}
<form method="post" action="{{ action }}" enctype="multipart/form-data" novalidate>
  {{ hidden_fields(form) }}
  {{ text_input(form.title) }}{{ text_area(form.story) }}{{ password_input(form.password) }}
  {{ checkboxes(form.codes) }}
  <label for="files">Files</label><input type="file" id="files" name="files" multiple>
  {{ form_actions("Save") }}
</form>
{% endblock %}
"""
STORY = "First line\n\n<b>Zweite</b> Zeile & “more” 🎈"


class WritingForm(Form):
    title = StringField("Title", [InputRequired("Enter a title")])
    story = TextAreaField("Story")
    password = PasswordField("Password")
    codes = SelectMultipleField("Codes", choices=select_choices([("K1", "K1"), ("S2", "S2")]))


def add_writing_page(app: Flask) -> list[dict[str, Any]]:
    """Give the application a page /write whose form goes to /write/save; what was saved."""
    stories: list[dict[str, Any]] = []

    def show(form: Form, status: int = 200) -> tuple[str, int]:
        return render_template_string(PAGE, form=form, action="/write/save"), status

    def write() -> Any:
        return show(form_of(WritingForm, data={"title": "A new story"}))

    def save() -> Any:
        form = form_of(WritingForm)
        if not form.validate():
            return show(form, 422)
        stories.append({"title": form.title.data, "story": form.story.data})
        return redirect("/account", 303)

    app.add_url_rule("/write", view_func=write, methods=["GET"])
    app.add_url_rule("/write/save", view_func=save, methods=["POST"])
    return stories


def end_session_of(pages: Pages) -> None:
    pages.client.delete_cookie("kbstrack")


def write(pages: Pages, page: Page, **fields: Any) -> Page:
    return pages.submit(page, {"title": "My title", "story": STORY, **fields}, button="Save")


def sign_in(pages: Pages, page: Page, email: str = "apprentice@a.example") -> Page:
    return pages.submit(page, {"email": email, "password": PASSWORD})
