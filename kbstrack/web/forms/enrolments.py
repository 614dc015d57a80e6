"""Forms about enrolments and who stands beside them."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import StringField
from wtforms.validators import InputRequired

from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import DateField, ListField, select_choices
from kbstrack.web.forms.people import RevisionField

Pairs = Iterable[tuple[str, str]]


def _offer(field: ListField, nothing: str, pairs: Pairs) -> None:
    field.choices = select_choices([("", nothing), *pairs])


def _uln() -> StringField:
    return StringField("Unique learner number (ULN)", [InputRequired("Enter the ULN: 10 digits")])


def _start_on() -> DateField:
    return DateField("Start date", [InputRequired("Enter the start date")], noun="The start date")


def _planned_end_on() -> DateField:
    return DateField(
        "Planned end date",
        [InputRequired("Enter the planned end date")],
        noun="The planned end date",
    )


def _from_on() -> DateField:
    return DateField("From", [InputRequired("Enter the day from which it holds")], noun="The day")


class EnrolForm(Form):
    """A new enrolment. A line manager is chosen with the employer, so the two always fit."""

    apprentice_id = ListField("Apprentice", [InputRequired("Select the apprentice")])
    uln = _uln()
    standard = ListField("Standard", [InputRequired("Select the standard")])
    start_on = _start_on()
    planned_end_on = _planned_end_on()
    assessor_id = ListField("Assessor", [InputRequired("Select the assessor")])
    line_manager_id = ListField(
        "Employer and line manager", [InputRequired("Select the employer and line manager")]
    )

    def offer(
        self, *, apprentices: Pairs, standards: Pairs, assessors: Pairs, managers: Pairs
    ) -> None:
        """Say who and what can be chosen, as (value, text)."""
        _offer(self.apprentice_id, "Select the apprentice", apprentices)
        _offer(self.standard, "Select the standard", standards)
        _offer(self.assessor_id, "Select the assessor", assessors)
        _offer(self.line_manager_id, "Select the employer and line manager", managers)


class ChangeEnrolmentForm(Form):
    """The facts of an enrolment that can be corrected, on the state that was shown."""

    uln = _uln()
    start_on = _start_on()
    planned_end_on = _planned_end_on()
    revision = RevisionField()


class ReplaceAssessorForm(Form):
    """Another assessor, and since when."""

    assessor_id = ListField("New assessor", [InputRequired("Select the new assessor")])
    from_on = _from_on()

    def offer(self, assessors: Pairs) -> None:
        """Say who can be chosen, as (value, text)."""
        _offer(self.assessor_id, "Select the new assessor", assessors)


class ReplaceEmployerForm(Form):
    """Another employer or line manager, and since when."""

    line_manager_id = ListField(
        "New employer and line manager",
        [InputRequired("Select the new employer and line manager")],
    )
    from_on = _from_on()

    def offer(self, managers: Pairs) -> None:
        """Say who can be chosen, as (value, text)."""
        _offer(self.line_manager_id, "Select the new employer and line manager", managers)


class EndEnrolmentForm(Form):
    """When and why an enrolment ended."""

    ended_on = DateField("Last day", [InputRequired("Enter the last day")], noun="The last day")
    reason = StringField("Reason", [InputRequired("Enter the reason")])
