"""Forms about whether an assessor is qualified, and who countersigns for them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from wtforms.validators import InputRequired

from kbstrack.people.countersigners import Qualification
from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import ChoiceField, ListField, select_choices
from kbstrack.web.forms.people import PersonForm, RevisionField

QUALIFIED, NOT_YET = "qualified", "not_yet"


class CountersignerField(ListField):
    """Somebody who can countersign, or nobody."""

    def offer(self, rows: Iterable[Qualification], *, nobody: str | None) -> None:
        """Say who can be chosen: qualified assessors, or nobody, where that has a name."""
        none = [] if nobody is None else [("", nobody)]
        self.choices = select_choices([*none, *((str(row.person_id), row.name) for row in rows)])

    @property
    def person_id(self) -> uuid.UUID | None:
        """Who was chosen."""
        return uuid.UUID(self.data) if self.data else None


class NewPersonForm(PersonForm):
    """Somebody new, who may be an assessor that is not yet qualified."""

    countersigner_id = CountersignerField("Who countersigns what they decide?")


class QualificationForm(Form):
    """Whether an assessor is qualified."""

    standing = ChoiceField(
        "Are they qualified to assess?",
        [InputRequired("Select whether they are qualified to assess")],
        choices=select_choices(
            [
                (QUALIFIED, "Yes: what they decide counts at once"),
                (NOT_YET, "Not yet: what they decide counts once somebody has countersigned it"),
            ]
        ),
    )
    countersigner_id = CountersignerField("Who countersigns?")
    revision = RevisionField()

    @property
    def is_qualified(self) -> bool:
        """What was chosen."""
        return bool(self.standing.data == QUALIFIED)
