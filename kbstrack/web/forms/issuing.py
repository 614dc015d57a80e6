"""The forms about issues of a portfolio: freezing one, and asking after one."""

from __future__ import annotations

from wtforms import FileField, HiddenField, StringField, TextAreaField
from wtforms import Form as PlainForm

from kbstrack.issues.rules import IssueKind
from kbstrack.web.forms import Form
from kbstrack.web.forms.fields import ChoiceField, select_choices

KINDS = {
    IssueKind.INTERIM: "An interim issue",
    IssueKind.GATEWAY: "The issue for gateway",
}


class FreezeForm(Form):
    """What the issue is for, and why it is frozen although something is open."""

    kind = ChoiceField("What is it for?", choices=select_choices(KINDS.items()))
    reason = TextAreaField("Why do you freeze it although this is open?")
    seen = HiddenField()

    @property
    def issue_kind(self) -> IssueKind | None:
        """The kind that was chosen."""
        return IssueKind(self.kind.data) if self.kind.data in set(IssueKind) else None


class CheckForm(PlainForm):  # type: ignore[misc]
    """What anybody may ask about: a PDF, or the short code from a cover. It changes nothing."""

    pdf = FileField("The PDF")
    code = StringField("Or the code from the cover")
