"""What templates may call to write a value for people: thin names over `formats`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from wtforms import Field, Form, MultipleFileField

from kbstrack import formats


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, radio or checkbox field."""

    value: str
    text: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class FormError:
    """One line of the error summary; without a field it has no address."""

    text: str
    href: str | None


def nl_paragraphs(text: str) -> list[list[str]]:
    """Plain text as paragraphs of lines: an empty line begins a new paragraph."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = re.split(r"\n[ \t]*\n\s*", lines.strip("\n"))
    return [block.strip("\n").split("\n") for block in blocks if block.strip()]


def first_error(errors: Any) -> str:
    """The first message in a field's errors, however deep WTForms has nested them."""
    while not isinstance(errors, str):
        if isinstance(errors, Mapping):
            errors = list(errors.values())
        elif isinstance(errors, Sequence):
            filled = [entry for entry in errors if entry]
            errors = filled[0] if filled else ""
        else:
            return str(errors)
    return errors


def field_choices(field: Any) -> list[Choice]:
    """The choices of a select, radio or checkbox field as text, with the chosen ones marked."""
    return [
        Choice(str(choice.value), str(choice.label), bool(choice.selected))
        for choice in field.iter_choices()
    ]


def form_errors(form: Form) -> list[FormError]:
    """Every error of a form in the order of its fields, each with the address of its control."""
    found = [FormError(str(text), None) for text in form.form_errors]
    for field in form:
        found.extend(_field_errors(field))
    return found


def _field_errors(field: Field) -> list[FormError]:
    if not field.errors:
        return []
    if hasattr(field, "entries"):
        return [error for entry in field.entries for error in _field_errors(entry)] or [
            FormError(first_error(field.errors), f"#{field.id}")
        ]
    if hasattr(field, "form"):
        return form_errors(field.form)
    href = f"#{getattr(field, 'focus_id', field.id)}"
    if isinstance(field, MultipleFileField):
        # Several files can be refused at once, each for its own reason.
        return [FormError(str(text), href) for text in field.errors]
    return [FormError(first_error(field.errors), href)]


def init_filters(app: Flask) -> None:
    """Register the filters of all templates."""
    for filter_ in (
        formats.say_date,
        formats.say_time,
        formats.say_size,
        formats.say_period,
        formats.say_count,
        formats.join_words,
        nl_paragraphs,
        first_error,
        field_choices,
        form_errors,
    ):
        app.add_template_filter(filter_)
