"""The base of every form: a token, a one-time key, and text that is safe to keep."""

import re
import uuid
from functools import partial
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import PasswordField, StringField, TextAreaField

from kbstrack.errors import RuleBroken
from kbstrack.web.forms.fields import KeyField
from kbstrack.web.kept import WriterField

STALE = (
    "This page had been open for a long time. "
    "Nothing was lost: check what you wrote and send it again."
)
HAD_CONTROLS = (
    "This text had characters in it that cannot be shown. "
    "They were taken out: check the text and send it again."
)

# Everything below a space but tab and line feed, delete, and the C1 controls.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean_text(field: Any, text: Any) -> Any:
    """Trim, with line breaks as line feeds; without the control characters, which are an error."""
    if not isinstance(text, str):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not isinstance(field, TextAreaField):
        text = re.sub(r"\s*\n\s*", " ", text)
    kept = CONTROLS.sub("", text)
    if kept != text:
        field.process_errors.append(HAD_CONTROLS)
    return kept.strip()


class Form(FlaskForm):  # type: ignore[misc]
    """What all forms share; `form.key.data` is the one-time key as a UUID.

    A page opened too long ago, or sent twice from an old tab, fails with a sentence above the form
    and everything that was typed; the page that is shown again has a fresh token.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Cleans the text of every field but passwords; takes forms, never JSON."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, as Flask-WTF takes it; a JSON body is no form of ours."""
            if formdata is _Auto and request.is_json:
                return None
            return super().wrap_formdata(form, formdata)

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """Bind as WTForms does, with `clean_text` before the field's own filters."""
            field = super().bind_field(form, unbound_field, options)
            if isinstance(field, StringField) and not isinstance(field, PasswordField):
                field.filters = (partial(clean_text, field), *field.filters)
            return field

    key = KeyField()
    writer = WriterField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is well formed; messages are at the fields and in `form_errors`."""
        self.form_errors = []
        is_valid: bool = super().validate(extra_validators)
        for name, sentence in (("csrf_token", STALE), ("key", None)):
            field = self._fields.get(name)
            if field is not None and field.errors:
                self.form_errors.append(sentence or field.errors[0])
                field.errors = []
        return is_valid

    def refuse(self, sentence: str, *, field: str | None = None) -> None:
        """Add a sentence: at its field when this form has it, else above the form.

        A key that is used up is replaced: the form that is shown again can be sent.
        """
        if field == "key":
            self.key.data, field = uuid.uuid4(), None
        if field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, sentence]
        else:
            self.form_errors.append(sentence)

    def refuse_all(self, error: RuleBroken) -> None:
        """Add everything that the rules said, each at its field."""
        for problem in error.problems:
            self.refuse(str(problem), field=problem.field)
