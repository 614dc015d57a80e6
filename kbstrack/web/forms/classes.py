"""The form in which an administrator picks whose portfolios are made."""

from __future__ import annotations

import uuid
from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import ValidationError

from kbstrack.people.enrolment_queries import EnrolmentRow
from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import NOT_OFFERED, select_choices


class TicksField(SelectMultipleField):  # type: ignore[misc]
    """Checkboxes with ids; whether they are somebody's to choose is for the use case to say.

    The page may list others by the time it is sent.
    """

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no id."""
        try:
            self.ids = [uuid.UUID(text) for text in self.data or []]
        except ValueError:
            raise ValidationError(NOT_OFFERED) from None


class PickForm(Form):
    """Apprentices of one page of the list."""

    enrolments = TicksField("Apprentices", choices=[])

    def offer(self, rows: list[EnrolmentRow]) -> None:
        """Say what can be ticked."""
        self.enrolments.choices = select_choices((str(row.id), row.apprentice) for row in rows)
