"""Forms about providers, employers and people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from kbstrack.access import Role
from kbstrack.people.membership import Roles
from kbstrack.people.queries import EmployerRow
from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import ChoicesField, ListField, select_choices

ROLE_CHOICES = (
    (Role.APPRENTICE, "Apprentice"),
    (Role.ASSESSOR, "Assessor"),
    (Role.EMPLOYER, "Line manager at an employer"),
    (Role.IQA, "Internal quality assurer"),
    (Role.ADMINISTRATOR, "Administrator"),
)


class RevisionField(HiddenField):  # type: ignore[misc]
    """Which state of the record the form was opened on, as a number."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the number; anything else is no state of the record."""
        text = str(valuelist[0]) if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


class PersonForm(Form):
    """Somebody's name, address and roles."""

    name = StringField("Name", [InputRequired("Enter the name")])
    email = StringField("Email address", [InputRequired("Enter the email address")])
    roles = ChoicesField("Roles", [InputRequired("Select at least one role")])
    employer_id = ListField("Employer")

    def offer(self, employers: Iterable[EmployerRow]) -> None:
        """Say what can be chosen: the employers of the provider."""
        self.roles.choices = select_choices((role.value, text) for role, text in ROLE_CHOICES)
        self.employer_id.choices = select_choices(
            [("", "Select the employer"), *((str(row.id), row.name) for row in employers)]
        )

    @property
    def chosen_roles(self) -> Roles:
        """The roles as the use cases take them; the employer counts with its role only."""
        employer = uuid.UUID(self.employer_id.data) if self.employer_id.data else None
        return {
            Role(value): employer if value == Role.EMPLOYER else None for value in self.roles.data
        }


class ChangePersonForm(PersonForm):
    """The same, on the state that was shown."""

    revision = RevisionField()


class EmployerForm(Form):
    """A new employer."""

    name = StringField("Employer's name", [InputRequired("Enter the employer's name")])


class ChangeEmployerForm(EmployerForm):
    """The same, on the state that was shown."""

    revision = RevisionField()


class ProviderForm(Form):
    """A training provider."""

    name = StringField(
        "Training provider's name", [InputRequired("Enter the training provider's name")]
    )
    ukprn = StringField("UKPRN", [InputRequired("Enter the UKPRN: 8 digits")])


class ChangeProviderForm(ProviderForm):
    """The same, on the state that was shown."""

    revision = RevisionField()


class ButtonForm(Form):
    """A button and nothing else."""
